"""What a frame tells: whether its call starts or goes on, and who asked it to.

The interpreter reports that a frame is entered and left. What was sent into it, and by
which call, can be found out from the frame, from the instruction that it stands at, and
from the generator behind it. The instructions differ between versions of CPython; this
module is the one that knows them.
"""

import contextlib
import functools
import gc
import inspect
import opcode
import sys
from collections.abc import AsyncGenerator, Coroutine, Generator, Iterable
from dataclasses import dataclass, field
from types import AsyncGeneratorType, CodeType, CoroutineType, FrameType, GeneratorType
from typing import Any, TypeGuard

__all__ = [
    "RESUMABLE_FLAGS",
    "Call",
    "Resumable",
    "call_of",
    "delegates",
    "find_async_generator",
    "frame_of",
    "is_exhausted_at",
    "is_generator",
    "is_suspended",
    "is_yielded_value",
    "may_be_generators",
    "resumable_of",
    "sent_value",
    "unwrapped",
    "variables_of",
]

Resumable = Generator[Any, Any, Any] | Coroutine[Any, Any, Any] | AsyncGenerator[Any]

# Types by their identity: the hash of a class may be the program's.
_RESUMABLE_TYPES = frozenset(
    map(id, (GeneratorType, CoroutineType, AsyncGeneratorType))
)
_GENERATORS = frozenset(map(id, (GeneratorType, AsyncGeneratorType)))

_KINDS = {
    inspect.CO_GENERATOR: "generator",
    inspect.CO_COROUTINE: "coroutine",
    inspect.CO_ASYNC_GENERATOR: "async generator",
}
#: What a code object says of what it makes, if that is not a plain call.
RESUMABLE_FLAGS = functools.reduce(int.__or__, _KINDS)

_CACHE = opcode.opmap["CACHE"]
_RESUME = opcode.opmap["RESUME"]
_RETURN_GENERATOR = opcode.opmap["RETURN_GENERATOR"]
_YIELD_VALUE = opcode.opmap["YIELD_VALUE"]

# Where a frame stands while what it awaits runs, or what it yields from.
_DELEGATING = {
    opcode.opmap[name]
    for name in ("SEND", "YIELD_VALUE", "RESUME", "JUMP_BACKWARD_NO_INTERRUPT")
}

# Where a frame stands when it has yielded: at the yield, or already at the instruction
# that it goes on with.
_SUSPENDED_AT = _RESUME if sys.version_info[:2] == (3, 13) else _YIELD_VALUE

# What asks for the next value, and goes on when there is none.
_ASKS_NEXT = frozenset({opcode.opmap["FOR_ITER"], opcode.opmap["SEND"]})

# Where an exception handler begins.
_HANDLERS = {
    opcode.opmap[name]
    for name in ("PUSH_EXC_INFO", "CLEANUP_THROW", "END_ASYNC_FOR", "END_SEND")
    if name in opcode.opmap
}


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
        is_class_body: Whether it is what stands in a class statement.
        sources: For instructions, what they stand for.
        positions: For instructions, where that begins and ends.
    """

    code: CodeType
    kind: str
    operations: list[int]
    starts_at: int
    may_close: bool
    is_class_body: bool
    sources: dict[int, str] = field(default_factory=dict)
    positions: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def starts(self, frame: FrameType) -> bool:
        """Tell whether the body has not begun yet when the frame is entered."""
        return frame.f_lasti <= self.starts_at

    def operation_at(self, frame: FrameType) -> str:
        """Return the name of the instruction that a frame stands at."""
        return opcode.opname[self.operations[frame.f_lasti // 2]]

    def begins_handler(self, frame: FrameType) -> bool:
        """Tell whether an exception has just brought a frame where it stands."""
        return self.operations[frame.f_lasti // 2] in _HANDLERS


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
        starts_at = (
            operations.index(_RESUME, created_at) if _RESUME in operations else 0
        )
        call = _calls[id(code)] = Call(
            code,
            _KINDS.get(code.co_flags & RESUMABLE_FLAGS, "function"),
            operations,
            starts_at * 2,
            not {"close", "aclose"}.isdisjoint(code.co_names),
            "__qualname__" in code.co_names
            and not code.co_flags & (inspect.CO_OPTIMIZED | inspect.CO_NEWLOCALS),
        )
    return call


def is_exhausted_at(frame: FrameType) -> bool:
    """Tell whether a frame learns by a StopIteration that what it asks has ended."""
    return call_of(frame.f_code).operations[frame.f_lasti // 2] in _ASKS_NEXT


def is_suspended(frame: FrameType) -> bool:
    """Tell whether a frame stands where it has yielded, and not where it returns."""
    call = call_of(frame.f_code)
    at = call.operations[frame.f_lasti // 2]
    return call.kind != "function" and at == _SUSPENDED_AT


def delegates(frame: FrameType) -> bool:
    """Tell whether a frame hands on what it is sent: by ``yield from`` or an await."""
    call = call_of(frame.f_code)
    return (
        call.kind != "function" and call.operations[frame.f_lasti // 2] in _DELEGATING
    )


def resumable_of(frame: FrameType) -> Resumable | None:
    """Return the generator, coroutine object or async generator that a frame is of."""
    # From Python 3.14 on the frame knows it.
    known: Resumable | None = getattr(frame, "f_generator", None)
    return known or find_resumable(frame)


def find_resumable(frame: FrameType) -> Resumable | None:
    """Look for what a frame is of, where the frame cannot tell."""
    # Most often a variable of the caller holds it. If not, it is a young object.
    holders = variables_of(frame.f_back).values() if frame.f_back else ()
    return (
        _pick(frame, list(holders))
        or _pick(frame, gc.get_objects(generation=0))
        or _pick(frame, gc.get_objects())
    )


def _pick(frame: FrameType, candidates: list[Any]) -> Resumable | None:
    """Return the object out of a list whose frame a frame is."""
    for candidate in candidates:
        if id(type(candidate)) in _RESUMABLE_TYPES and frame_of(candidate) is frame:
            found: Resumable = candidate
            return found
    return None


def find_async_generator(frame: int) -> AsyncGenerator[Any] | None:
    """Return the async generator whose frame has an identity, if there is one."""
    for candidate in gc.get_objects():
        if type(candidate) is AsyncGeneratorType and id(candidate.ag_frame) == frame:
            found: AsyncGenerator[Any] = candidate
            return found
    return None


def may_be_generators(values: Iterable[object]) -> bool:
    """Tell whether there is a generator among values."""
    return not _GENERATORS.isdisjoint(map(id, map(type, values)))


def is_generator(value: object) -> TypeGuard[Resumable]:
    """Tell whether a value is a generator or an async generator."""
    return id(type(value)) in _GENERATORS


def frame_of(resumable: object) -> FrameType | None:
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


def is_yielded_value(value: object) -> bool:
    """Tell whether an async generator yields a value, or its await hands one down."""
    return type(value).__name__ == "async_generator_wrapped_value"


def unwrapped(value: object) -> object:
    """Return the value that an async generator yields."""
    return gc.get_referents(value)[0]


if sys.version_info < (3, 13):
    import ctypes

    # By its identity, and with a number that is there: so a call takes half the time.
    _write_back = ctypes.PYFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int)(
        ("PyFrame_LocalsToFast", ctypes.pythonapi)
    )
    _CLEARING_NOTHING = ctypes.c_int(0)

    # Who refers to the dictionary below if the program does not: the frame, the
    # variable, and the call that counts.
    _UNSHARED = 3

    def variables_of(frame: FrameType) -> dict[str, Any]:
        """Return a function's local variables, by name, and release its frame.

        Up to Python 3.12 a frame keeps the dictionary in which it shows them to whoever
        asks. Whatever is in it stays alive until somebody asks again, though the
        program has dropped it. So the dictionary is emptied, unless the program itself
        has got hold of it, with ``locals()``. A trace function's changes of it are
        written back when it returns; that is done before, so that emptying it is no
        change.
        """
        shown = frame.f_locals
        found = dict(shown)
        if frame.f_code.co_flags & inspect.CO_OPTIMIZED:
            if sys.version_info < (3, 12):
                _write_back(id(frame), _CLEARING_NOTHING)
            if sys.getrefcount(shown) == _UNSHARED:
                shown.clear()
        return found

else:

    def variables_of(frame: FrameType) -> dict[str, Any]:
        """Return a function's local variables, by name."""
        return dict(frame.f_locals)
