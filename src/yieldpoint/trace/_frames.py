"""What a frame tells: whether its call starts or goes on, how it stops, who asked.

A trace function hears that a call is entered and left. It does not hear whether a
generator was started or resumed, what was sent in, whether it yielded or returned. All
that can be found out from the frame, from the instruction that it stands at, and from
the generator behind it. The instructions differ between versions of CPython; this
module is the one that knows them.
"""

import ast
import asyncio
import contextlib
import functools
import gc
import inspect
import itertools
import linecache
import opcode
import sys
from collections.abc import AsyncGenerator, Coroutine, Generator, Iterable
from dataclasses import dataclass, field
from types import AsyncGeneratorType, CodeType, CoroutineType, FrameType, GeneratorType
from typing import Any, TypeGuard

__all__ = [
    "Call",
    "Resumable",
    "call_of",
    "is_suspended",
    "resumable_of",
    "sent_value",
    "text_of_wait",
    "who_asks",
    "wrapped_value",
]

Resumable = Generator[Any, Any, Any] | Coroutine[Any, Any, Any] | AsyncGenerator[Any]

_RESUMABLE_TYPES = (GeneratorType, CoroutineType, AsyncGeneratorType)

_GENERATORS = frozenset({GeneratorType, AsyncGeneratorType})

_KINDS = {
    inspect.CO_GENERATOR: "generator",
    inspect.CO_COROUTINE: "coroutine",
    inspect.CO_ASYNC_GENERATOR: "async generator",
}
_RESUMABLE_FLAGS = functools.reduce(int.__or__, _KINDS)

_CACHE = opcode.opmap["CACHE"]
_RESUME = opcode.opmap["RESUME"]
_RETURN_GENERATOR = opcode.opmap["RETURN_GENERATOR"]
_YIELD_VALUE = opcode.opmap["YIELD_VALUE"]

_RETURNS = {
    number
    for name, number in opcode.opmap.items()
    if name in {"RETURN_VALUE", "RETURN_CONST"}
}

# Where a frame stands while what it awaits runs, or what it yields from.
_DELEGATING = {"SEND", "YIELD_VALUE", "RESUME", "JUMP_BACKWARD_NO_INTERRUPT"}

# Where a frame stands when it has yielded: at the yield, or already at the instruction
# that it goes on with.
_SUSPENDED_AT = _RESUME if sys.version_info[:2] == (3, 13) else _YIELD_VALUE


@dataclass(eq=False)
class Call:
    """What is known about all calls of a function.

    Attributes:
        code: The function's code.
        kind: "function", "generator", "coroutine" or "async generator".
        operations: Its instructions. Where one takes more than one place, it is
            repeated: in Python 3.12 a frame may stand behind the first.
        starts_at: Where in it the body begins.
        may_close: Whether it may close a generator.
        comprehensions: For instructions, the first line of their comprehension.
        sources: For instructions, what they stand for.
    """

    code: CodeType
    kind: str
    operations: list[int]
    starts_at: int
    may_close: bool
    comprehensions: dict[int, int | None] = field(default_factory=dict)
    sources: dict[int, str] = field(default_factory=dict)

    def starts(self, frame: FrameType) -> bool:
        """Tell whether the body has not begun yet when the frame is entered."""
        return frame.f_lasti <= self.starts_at

    def operation_at(self, frame: FrameType) -> str:
        """Return the name of the instruction that a frame stands at."""
        return opcode.opname[self.operations[frame.f_lasti // 2]]


# By identity: the hash of a code object takes longer than all else in a step.
_calls: dict[int, Call] = {}


def call_of(code: CodeType) -> Call:
    """Return what is known about the calls of a function."""
    call = _calls.get(id(code))
    if call is None:
        operations: list[int] = []
        for operation in code.co_code[::2]:
            operations.append(operations[-1] if operation == _CACHE else operation)
        created_at = max(0, code.co_code[::2].find(_RETURN_GENERATOR))
        call = _calls[id(code)] = Call(
            code,
            _KINDS.get(code.co_flags & _RESUMABLE_FLAGS, "function"),
            operations,
            operations.index(_RESUME, created_at) * 2,
            not {"close", "aclose"}.isdisjoint(code.co_names),
        )
    return call


def is_suspended(frame: FrameType, raised_at: int | None) -> bool:
    """Tell whether a frame that is being left has yielded, and will go on.

    Args:
        frame: The frame.
        raised_at: Where an exception was last seen in it that no line has handled.
    """
    call = call_of(frame.f_code)
    return (
        call.kind != "function"
        and call.operations[frame.f_lasti // 2] == _SUSPENDED_AT
        and raised_at != frame.f_lasti
    )


def is_returning(frame: FrameType) -> bool:
    """Tell whether a frame is being left by a return, and not by an exception."""
    return call_of(frame.f_code).operations[frame.f_lasti // 2] in _RETURNS


def is_awaited(frame: FrameType) -> bool:
    """Tell whether a frame is a part of the lane that awaits it.

    A coroutine object that is driven by ``send`` is not, nor is a generator that
    another one delegates to: those are lanes of their own.
    """
    caller = frame.f_back
    kind = call_of(frame.f_code).kind
    if caller is None or kind == "async generator":
        return False
    asking = call_of(caller.f_code)
    name = asking.operation_at(caller)
    if kind == "coroutine":
        return not name.startswith("CALL")
    return name in _DELEGATING and asking.kind in {"coroutine", "async generator"}


def resumable_of(frame: FrameType) -> Resumable | None:
    """Return the generator, coroutine object or async generator that a frame is of."""
    # From Python 3.14 on the frame knows it.
    known: Resumable | None = getattr(frame, "f_generator", None)
    return known or find_resumable(frame)


def find_resumable(frame: FrameType) -> Resumable | None:
    """Look for what a frame is of, where the frame cannot tell."""
    # Most often a variable of the caller holds it. If not, it is a young object.
    holders = frame.f_back.f_locals.values() if frame.f_back else ()
    return (
        _pick(frame, list(holders))
        or _pick(frame, gc.get_objects(generation=0))
        or _pick(frame, gc.get_objects())
    )


def _pick(frame: FrameType, candidates: list[Any]) -> Resumable | None:
    """Return the object out of a list whose frame a frame is."""
    for candidate in candidates:
        if isinstance(candidate, _RESUMABLE_TYPES) and frame_of(candidate) is frame:
            return candidate
    return None


def may_be_generators(values: Iterable[object]) -> bool:
    """Tell whether there is a generator among values."""
    return not _GENERATORS.isdisjoint(map(type, values))


def is_generator(value: object) -> TypeGuard[Resumable]:
    """Tell whether a value is a generator or an async generator."""
    return type(value) in _GENERATORS


def frame_of(resumable: Resumable) -> FrameType | None:
    """Return the frame of a generator and the like, or None if it has ended."""
    match resumable:
        case GeneratorType():
            return resumable.gi_frame
        case CoroutineType():
            return resumable.cr_frame
        case _:
            frame: FrameType | None = getattr(resumable, "ag_frame", None)
            return frame


def sent_value(resumable: Resumable) -> object:
    """Return what has just been sent into a generator that is being resumed.

    The interpreter does not report it. The garbage collector knows it: it is the last
    value on the stack of the generator's frame, and behind that comes only the
    exception that the generator handles.
    """
    # Up to Python 3.12 None may stand there, or nothing. Handling an exception here
    # makes it None; from 3.13 on that changes nothing.
    with contextlib.suppress(LookupError):
        raise LookupError
    referents = gc.get_referents(resumable)
    handled = sys.exception()
    follows = sys.version_info < (3, 13) or (
        handled is not None and referents[-1] is handled
    )
    return referents[-2 if follows else -1]


def wrapped_value(yielded: object) -> tuple[bool, object]:
    """Tell what an async generator hands out, and whether it yields or awaits.

    Returns:
        Whether it yields, and the value that it yields or that its await hands down.
    """
    if type(yielded).__name__ == "async_generator_wrapped_value":
        return True, gc.get_referents(yielded)[0]
    return False, yielded


def who_asks(frame: FrameType | None) -> str:
    """Return how a frame resumes what it is resuming.

    Returns:
        "next", "send", "throw" or another name that is called; "for", "yield from",
        "await"; or nothing where the source cannot tell.
    """
    if frame is None:
        return ""
    call = call_of(frame.f_code)
    name = call.operation_at(frame)
    if name.startswith("CALL"):
        return _called_name(source_at(frame))
    if name == "FOR_ITER":
        return "for"
    if name in _DELEGATING:
        return "yield from" if call.kind == "generator" else "await"
    return ""


@functools.cache
def _called_name(source: str) -> str:
    """Return the name of the function that an expression calls."""
    try:
        expression = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError):
        return ""
    match expression:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name
        case _:
            return ""


def source_at(frame: FrameType) -> str:
    """Return the source text of what a frame is doing, in one line."""
    known, instruction = call_of(frame.f_code).sources, frame.f_lasti
    if instruction not in known:
        known[instruction] = _source_at(frame.f_code, instruction)
    return known[instruction]


def _position(code: CodeType, instruction: int) -> tuple[int | None, ...]:
    """Return the lines and the columns of an instruction's source, if known."""
    positions = itertools.islice(code.co_positions(), instruction // 2, None)
    return next(positions, (None, None, None, None))


def _source_at(code: CodeType, instruction: int) -> str:
    first, last, start, end = _position(code, instruction)
    if first is None or last is None or start is None or end is None:
        return ""
    lines = [
        line.encode() for line in linecache.getlines(code.co_filename)[first - 1 : last]
    ]
    if not lines:
        return ""
    lines[-1] = lines[-1][:end]
    lines[0] = lines[0][start:]
    text = " ".join(b" ".join(lines).decode().split())
    return text.replace("( ", "(").replace(", )", ")")


def comprehension_at(frame: FrameType) -> int | None:
    """Return the first line of the comprehension that a frame is in.

    From Python 3.12 on a comprehension runs in the frame of its function, before that
    in one of its own. A recording should not show which.
    """
    known, instruction = call_of(frame.f_code).comprehensions, frame.f_lasti
    if instruction not in known:
        known[instruction] = _first_line_of_comprehension(frame.f_code, instruction)
    return known[instruction]


def _first_line_of_comprehension(code: CodeType, instruction: int) -> int | None:
    line, _, column, _ = _position(code, instruction)
    if line is None or column is None:
        return None
    for comprehension in _comprehensions("".join(linecache.getlines(code.co_filename))):
        start = comprehension.lineno, comprehension.col_offset
        end = comprehension.end_lineno or 0, comprehension.end_col_offset or 0
        if start <= (line, column) < end:
            return comprehension.lineno
    return None


def parse(source: str) -> ast.AST:
    """Return a file's syntax tree; an empty one if the file is no Python any more."""
    with contextlib.suppress(SyntaxError, ValueError):
        return ast.parse(source)
    return ast.Module([], [])


@functools.cache
def _comprehensions(source: str) -> list[ast.expr]:
    """Return the comprehensions of a file that may run in their function's frame."""
    return [
        node
        for node in ast.walk(parse(source))
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp)
    ]


def text_of_wait(frame: FrameType, *, own: bool) -> str:
    """Return what a suspended frame waits for, as the source says it.

    Of another's code only asyncio.sleep is known well enough to say it.
    """
    code = frame.f_code
    if code is asyncio.sleep.__code__:
        return f"sleep({frame.f_locals['delay']})"
    text = source_at(frame) if own else ""
    # Up to Python 3.12 the instruction stands for the whole block.
    is_block = text.startswith("async with ")
    header = linecache.getline(code.co_filename, frame.f_lineno).strip()
    return context_of(header) if is_block else text.removeprefix("await ")


@functools.cache
def context_of(header: str) -> str:
    """Return what an ``async with`` enters; all of a header that goes on below."""
    try:
        block = ast.parse(f"{header} pass").body[0]
    except SyntaxError:
        return header
    assert isinstance(block, ast.AsyncWith)
    return ast.unparse(block.items[0].context_expr)
