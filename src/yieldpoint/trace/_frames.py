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
        instructions: Its byte code.
        starts_at: Where in it the body begins.
        may_close: Whether it may close a generator.
        comprehensions: For instructions, the first line of their comprehension.
        sources: For instructions, what they stand for.
    """

    code: CodeType
    kind: str
    instructions: bytes
    starts_at: int
    may_close: bool
    comprehensions: dict[int, int | None] = field(default_factory=dict)
    sources: dict[int, str] = field(default_factory=dict)

    def starts(self, frame: FrameType) -> bool:
        """Tell whether the body has not begun yet when the frame is entered."""
        return frame.f_lasti <= self.starts_at


# By identity: the hash of a code object takes longer than all else in a step.
_calls: dict[int, Call] = {}


def call_of(code: CodeType) -> Call:
    """Return what is known about the calls of a function."""
    call = _calls.get(id(code))
    if call is None:
        instructions = code.co_code
        operations = instructions[::2]
        created_at = max(0, operations.find(_RETURN_GENERATOR))
        call = _calls[id(code)] = Call(
            code,
            _KINDS.get(code.co_flags & _RESUMABLE_FLAGS, "function"),
            instructions,
            operations.find(_RESUME, created_at) * 2,
            not {"close", "aclose"}.isdisjoint(code.co_names),
        )
    return call


def operation_at(frame: FrameType) -> str:
    """Return the name of the instruction that a frame stands at."""
    instructions, instruction = call_of(frame.f_code).instructions, frame.f_lasti
    while instructions[instruction] == _CACHE:
        instruction -= 2  # in Python 3.12 a frame may stand behind its instruction
    return opcode.opname[instructions[instruction]]


def is_suspended(frame: FrameType, raised_at: int | None) -> bool:
    """Tell whether a frame that is being left has yielded, and will go on.

    Args:
        frame: The frame.
        raised_at: Where an exception was last seen in it that no line has handled.
    """
    call = call_of(frame.f_code)
    return (
        call.kind != "function"
        and call.instructions[frame.f_lasti] == _SUSPENDED_AT
        and raised_at != frame.f_lasti
    )


def is_returning(frame: FrameType) -> bool:
    """Tell whether a frame is being left by a return, and not by an exception."""
    return call_of(frame.f_code).instructions[frame.f_lasti] in _RETURNS


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
    name = operation_at(caller)
    if kind == "coroutine":
        return not name.startswith("CALL")
    return name in _DELEGATING and asking.kind in {"coroutine", "async generator"}


def resumable_of(frame: FrameType) -> Resumable | None:
    """Return the generator, coroutine object or async generator that a frame is of.

    Returns:
        The object, or None for the frame of a plain call, and if it cannot be found.
    """
    if sys.version_info >= (3, 14):
        return frame.f_generator
    if call_of(frame.f_code).kind == "function":
        return None
    # Most often a variable of the caller holds it. If not, it is a young object.
    caller = frame.f_back
    if caller is not None:
        found = _pick(frame, list(caller.f_locals.values()))
        if found is not None:
            return found
    return _pick(frame, gc.get_objects(generation=0)) or _pick(frame, gc.get_objects())


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
    value on the stack of the generator's frame.
    """
    # Up to Python 3.12 the exception that the generator handles comes after the stack.
    # Handling one here makes sure that there is a place for it, if only with None.
    with contextlib.suppress(LookupError):
        raise LookupError
    referents = gc.get_referents(resumable)
    return referents[-1 if sys.version_info >= (3, 13) else -2]


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
    name = operation_at(frame)
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
    except SyntaxError:
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


def _source_at(code: CodeType, instruction: int) -> str:
    first, last, start, end = list(code.co_positions())[instruction // 2]
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
    line, _, column, _ = list(code.co_positions())[instruction // 2]
    if line is None or column is None:
        return None
    for comprehension in _comprehensions("".join(linecache.getlines(code.co_filename))):
        start = comprehension.lineno, comprehension.col_offset
        end = comprehension.end_lineno or 0, comprehension.end_col_offset or 0
        if start <= (line, column) < end:
            return comprehension.lineno
    return None


@functools.cache
def _comprehensions(source: str) -> list[ast.expr]:
    """Return the comprehensions of a file that may run in their function's frame."""
    return [
        node
        for node in ast.walk(ast.parse(source))
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
    if text.startswith("async with "):
        # Up to Python 3.12 the instruction stands for the whole block.
        header = linecache.getline(code.co_filename, frame.f_lineno).strip()
        return _context_of(header) or header
    return text.removeprefix("await ")


@functools.cache
def _context_of(header: str) -> str:
    """Return what an ``async with`` enters, if its header is on one line."""
    try:
        block = ast.parse(f"{header} pass").body[0]
    except SyntaxError:
        return ""
    expression = (
        block.items[0].context_expr if isinstance(block, ast.AsyncWith) else None
    )
    return ast.get_source_segment(header, expression) or "" if expression else ""
