"""What the interpreter reports on Python 3.11, by `sys.settrace`.

A trace function hears that a frame is entered and left. It does not hear whether the
frame yields, returns or is left by an exception, nor by which exception: of those that
are raised it hears, but not of the one that goes on when a ``finally`` is done, or by a
bare ``raise``. So a frame that handles an exception is followed from one instruction to
the next: what is being handled when it comes to such an instruction is what goes on.
"""

import opcode
import sys
import threading
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any

from yieldpoint.trace._recorder.frames import (
    call_of,
    is_exhausted_at,
    is_suspended,
)
from yieldpoint.trace._recorder.interest import Interest
from yieldpoint.trace._recorder.journal import Journal
from yieldpoint.trace._recorder.scheduling import this_thread
from yieldpoint.trace._recorder.signals import guarded
from yieldpoint.words import translated

if TYPE_CHECKING:
    from yieldpoint.trace._recorder.control import Recorder

__all__ = ["Settrace"]

_RETURNS = {
    opcode.opmap[name]
    for name in ("RETURN_VALUE", "RETURN_CONST")
    if name in opcode.opmap
}
_RAISE = opcode.opmap["RAISE_VARARGS"]
_RERAISE = opcode.opmap["RERAISE"]

# What a RERAISE says that only passes on what another instruction has raised.
_PASSES_ON = 1


@dataclass(eq=False)
class _Raised:
    """The exception that is on its way through a frame, or handled in it.

    Attributes:
        what: Its type, and its text. The exception itself would keep alive what its
            traceback holds.
        at: At which instruction it came up, if none has run since.
        goes_on: Whether the last instruction lets it go on. The frame is then left by
            it, though it may seem to stand where it has yielded.
    """

    what: tuple[type[BaseException], str]
    at: int
    goes_on: bool = False


class Settrace:
    """Reports to a recorder what happens in this thread and in those it starts."""

    def __init__(self, recorder: "Recorder") -> None:
        """Make ready to report to a recorder."""
        self._recorder = recorder
        self._journal = recorder.journal
        self._interests: dict[int, Interest] = {}  # by the identity of the code
        self._raised: dict[int, _Raised] = {}  # by the identity of the frame
        self._entered_at: dict[int, int] = {}  # for frames in which nothing has run
        self._missed: list[str] = []
        self._ignored: set[int] = set()  # functions of no interest
        conduits = recorder.conduits
        self._enter = guarded(
            *(self._entered, self._missed),
            conduits=conduits,
            ignored=self._ignored,
            tells_frame=True,
        )
        self._inside = guarded(
            *(self._happens, self._missed),
            conduits=conduits,
            passing=recorder.passing,
            tells_frame=True,
        )
        self._leave = guarded(self._leaves, self._missed, tells_frame=True)
        self._began_in = 0
        self._before: tuple[Any, Any] = (None, None)
        self._running = False
        self._joined: tuple[FrameType, Any] | None = None

    def begin(self) -> None:
        """Report from now on, in place of another trace function."""
        self._before = sys.gettrace(), threading.gettrace()
        self._running = True
        self._began_in = threading.get_ident()
        threading.settrace(self._enter)
        sys.settrace(self._enter)

    def end(self) -> None:
        """Report nothing any more, and put back what was set aside."""
        if not self._running:
            return
        self._running = False
        if self._joined:
            frame, before = self._joined
            frame.f_trace, self._joined = before, None
        sys.settrace(self._before[0])
        threading.settrace(self._before[1])

    def say_missed(self, journal: Journal) -> None:
        """Remark on what the interpreter could not report."""
        if self._running and sys.gettrace() != self._enter and not journal.is_over:
            journal.remark(
                translated(
                    "the recording ends early:"
                    " calls too deep, or another trace function"
                )
            )
        elif self._missed:
            journal.remark(
                translated("calls nest so deeply that some steps are not recorded")
            )

    def join(self, frame: FrameType) -> None:
        """Report what happens in a frame that has been entered before."""
        self._interest_in(frame.f_code)
        self._joined = frame, frame.f_trace
        frame.f_trace, frame.f_trace_lines = self._inside, True

    def follow(self, code: CodeType) -> None:
        """Report how the frames of a function are left: those are asked for anyway."""

    def thread_ends(self) -> None:
        """Forget the running thread, of which nothing is known."""

    def _is_ours(self) -> bool:
        """Tell whether the running thread was started in the recording."""
        thread = this_thread()
        return thread is not None and self._recorder.knows(thread)

    # What the interpreter calls.

    def _entered(self, frame: FrameType, event: str, arg: Any) -> Any:
        """A frame is entered, and perhaps it is of interest."""
        code = frame.f_code
        if (
            not self._running
            or self._journal.is_over
            or not (threading.get_ident() == self._began_in or self._is_ours())
        ):
            sys.settrace(None)
            return None
        interest = self._interests.get(id(code)) or self._interest_in(code)
        if not interest.kind:
            self._ignored.add(id(code))
            return None
        if not interest.enter(frame):
            return None
        frame.f_trace_lines = interest.kind == "own"
        if interest.is_in_the_end_only:
            return self._leave
        self._entered_at[id(frame)] = frame.f_lasti
        if call_of(code).starts(frame):
            self._raised.pop(id(frame), None)
        return self._inside

    def _interest_in(self, code: CodeType) -> Interest:
        """Find out what is to be reported about a function, and keep it."""
        interest = self._interests[id(code)] = self._recorder.interest_in(code)
        return interest

    def _leaves(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Something happens in a frame of which only the end is of interest."""
        if event == "return" and self._running:
            self._recorder.returns(frame, arg)
        return self._leave

    def _happens(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Something happens in a frame that is of interest."""
        if not self._running or (self._journal.is_over and event != "return"):
            return None
        if event == "line":
            self._runs_line(frame)
        elif event == "exception":
            self._sees(frame, arg[1])
        elif event == "opcode":
            self._runs_instruction(frame)
        else:
            self._is_left(frame, arg)
        return self._inside

    def _runs_line(self, frame: FrameType) -> None:
        self._entered_at.pop(id(frame), None)
        raised = self._raised.get(id(frame))
        if raised:
            raised.at, raised.goes_on = -1, False
            if sys.exception() is None:
                frame.f_trace_opcodes = False
        self._recorder.runs_line(frame)

    def _sees(self, frame: FrameType, error: BaseException) -> None:
        """An exception comes up in a frame, or is thrown into it."""
        if type(error) is StopIteration and is_exhausted_at(frame):
            return
        what = type(error), self._recorder.describe(error)
        self._raised[id(frame)] = _Raised(what, frame.f_lasti)
        frame.f_trace_opcodes = True
        if self._entered_at.get(id(frame)) == frame.f_lasti:
            self._recorder.is_thrown(frame, error)

    def _runs_instruction(self, frame: FrameType) -> None:
        """An instruction is about to run in a frame that has seen an exception."""
        code, at = frame.f_code.co_code, frame.f_lasti
        again = code[at] == _RERAISE
        raised = self._raised.get(id(frame))
        if raised:
            raised.at, raised.goes_on = -1, again
        handled = sys.exception()
        bare = code[at] == _RAISE and code[at + 1] == 0
        if handled is not None and (bare or (again and code[at + 1] != _PASSES_ON)):
            what = type(handled), self._recorder.describe(handled)
            self._raised[id(frame)] = _Raised(what, -1, goes_on=again)

    def _is_left(self, frame: FrameType, value: Any) -> None:
        raised = self._raised.get(id(frame))
        self._entered_at.pop(id(frame), None)
        is_up = raised is not None and (raised.goes_on or raised.at == frame.f_lasti)
        if is_suspended(frame) and not is_up:
            self._recorder.yields(frame, value)
            return
        self._raised.pop(id(frame), None)
        operation = call_of(frame.f_code).operations[frame.f_lasti // 2]
        if operation == _RAISE and not is_up and (handled := sys.exception()):
            # A bare raise of what a caller handles.
            raised = _Raised((type(handled), self._recorder.describe(handled)), -1)
        elif operation in _RETURNS and not is_up:
            raised = None
        if raised:
            kind = call_of(frame.f_code).kind
            self._recorder.raises(frame, *_as_seen_outside(raised.what, kind))
        else:
            self._recorder.returns(frame, value)


def _as_seen_outside(
    what: tuple[type[BaseException], str], kind: str
) -> tuple[type[BaseException], str]:
    """Return the exception that leaves a function of a kind.

    A generator must not end by an exception that says it has ended.
    """
    ends = {"generator": StopIteration, "coroutine": StopIteration}
    told = (StopIteration, StopAsyncIteration)
    if issubclass(what[0], told if kind == "async generator" else ends.get(kind, ())):
        return RuntimeError, f"RuntimeError('{kind} raised {what[0].__name__}')"
    return what
