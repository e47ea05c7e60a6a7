"""What the interpreter reports from Python 3.12 on, by `sys.monitoring`.

It tells a start from a resume and a throw, and a yield from a return and from an
exception; and it tells which exception that is. It leaves debuggers and coverage alone.
"""

import sys
import threading
from collections.abc import Callable
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any

from yieldpoint.trace._recorder.frames import call_of
from yieldpoint.trace._recorder.interest import Interest
from yieldpoint.trace._recorder.journal import Journal
from yieldpoint.trace._recorder.scheduling import this_thread
from yieldpoint.trace._recorder.signals import guarded
from yieldpoint.words import translated

if TYPE_CHECKING:
    from yieldpoint.trace._recorder.control import Recorder

__all__ = ["Monitoring"]

# There is none up to Python 3.11.
_monitoring: Any = getattr(sys, "monitoring", None)

# The first two are nobody's; the others belong to tools that are mostly not there.
_TOOLS = (3, 4, 2, 0, 5, 1)


# What each thread does first, when it is not known yet.
_BE_THREAD = threading.Thread._bootstrap_inner.__code__  # type: ignore[attr-defined]  # typeshed leaves it out

# What is running, the innermost last.
_running: list["Monitoring"] = []


class Monitoring:
    """Reports to a recorder what happens in the threads of a recording."""

    def __init__(self, recorder: "Recorder") -> None:
        """Make ready to report to a recorder."""
        self._recorder = recorder
        self._journal = recorder.journal
        self._interests: dict[int, Interest] = {}  # by the identity of the code
        self._followed: dict[int, CodeType] = {}  # kept: another may get its identity
        # Threads, by their identity: those known to be recorded here and now, those in
        # which another recording goes on, and those that are no part of the program.
        self._threads: set[int] = set()
        self._aside: set[int] = set()
        self._bystanders: set[int] = set()
        self._tool = -1
        self._outer: list[Monitoring] = []
        self._missed: list[str] = []

    def begin(self) -> None:
        """Report from now on, in place of another recording of this thread.

        Raises:
            RuntimeError: All tools that `sys.monitoring` has room for are in use.
        """
        events = _monitoring.events
        free = [tool for tool in _TOOLS if _monitoring.get_tool(tool) is None]
        if not free:
            raise RuntimeError("sys.monitoring has no room for one more tool")
        here = threading.get_ident()
        self._tool = free[0]
        self._threads.add(here)
        self._bystanders.update(sys._current_frames())
        self._outer = [each for each in _running if here in each._threads]
        for outer in self._outer:
            outer._threads.discard(here)
            outer._aside.add(here)
            outer._recorder.set_aside()
        _running.append(self)
        _monitoring.use_tool_id(self._tool, "yieldpoint.trace")
        conduits = self._recorder.conduits
        passing = {events.PY_RESUME: None, events.PY_YIELD: self._recorder.passing}
        for event, callback in self._callbacks().items():
            _monitoring.register_callback(
                self._tool,
                event,
                guarded(
                    *(callback, self._missed), conduits=conduits, passing=passing[event]
                )
                if event in passing
                else guarded(callback, self._missed),
            )
        _monitoring.set_events(
            self._tool,
            events.PY_START | events.PY_RESUME | events.PY_THROW | events.PY_UNWIND,
        )
        _monitoring.restart_events()

    def end(self) -> None:
        """Report nothing any more."""
        if self._tool < 0:
            return
        tool = self._tool
        self._tool = -1
        _monitoring.set_events(tool, 0)
        for interest in self._interests.values():
            _monitoring.set_local_events(tool, interest.code, 0)
        for event in self._callbacks():
            _monitoring.register_callback(tool, event, None)
        _monitoring.free_tool_id(tool)
        _running.remove(self)
        here = threading.get_ident()
        for outer in self._outer:
            outer._aside.discard(here)
            outer._threads.add(here)

    def _callbacks(self) -> dict[int, Callable[..., Any]]:
        events = _monitoring.events
        return {
            events.PY_START: self._entered,
            events.PY_RESUME: self._entered,
            events.PY_THROW: self._thrown,
            events.LINE: self._line,
            events.JUMP: self._jump,
            events.PY_YIELD: self._yields,
            events.PY_RETURN: self._returns,
            events.PY_UNWIND: self._unwinds,
        }

    def say_missed(self, journal: Journal) -> None:
        """Remark on what the interpreter could not report."""
        if self._missed:
            journal.remark(
                translated("calls nest so deeply that some steps are not recorded")
            )

    # Whose events count.

    def _is_here(self, frame: FrameType) -> bool:
        """Tell whether the running thread, in a frame, belongs to the recording."""
        here = threading.get_ident()
        if here in self._threads or here in self._aside:
            return here in self._threads
        # One that the program has started; it may have the identity of one that ended.
        thread = this_thread()
        if thread is None and frame.f_code is _BE_THREAD:
            thread = frame.f_locals["self"]
        if thread is None:
            is_ours = here not in self._bystanders or _begins_a_thread(frame)
        else:
            is_ours = self._recorder.knows(thread)
        if is_ours:
            self._threads.add(here)
        return is_ours

    def _is_left_here(self, frame: FrameType) -> bool:
        """Tell whether it counts that a frame is left.

        It does where another recording is made, if it was entered before that.
        """
        return self._is_here(frame) or (
            threading.get_ident() in self._aside and self._recorder.has_entered(frame)
        )

    def join(self, frame: FrameType) -> None:
        """Report what happens in a frame that has been entered before."""
        self._interest_in(frame.f_code)

    def follow(self, code: CodeType) -> None:
        """Report how the frames of a function of another file are left."""
        if id(code) not in self._followed:
            self._followed[id(code)] = code
            events = _monitoring.events
            _monitoring.set_local_events(
                self._tool, code, events.PY_YIELD | events.PY_RETURN
            )

    def thread_ends(self) -> None:
        """Forget the running thread: another may get its identity."""
        self._threads.discard(threading.get_ident())

    def _interest_in(self, code: CodeType) -> Interest:
        """Return what a recording wants to know of a function, and ask for that."""
        known = self._interests.get(id(code))
        if known is not None:
            return known
        interest = self._recorder.interest_in(code)
        if interest.kind == "own" and self._tool >= 0:
            events = _monitoring.events
            wanted = events.LINE | events.JUMP | events.PY_YIELD | events.PY_RETURN
            _monitoring.set_local_events(self._tool, code, wanted)
        self._interests[id(code)] = interest
        return interest

    # What the interpreter calls.

    def _entered(self, frame: FrameType, offset: int, nothing: None) -> Any:
        code = frame.f_code
        interest = self._interests.get(id(code)) or self._interest_in(code)
        if not interest.kind or self._journal.is_over:
            return _monitoring.DISABLE
        # Asked here first, and so in what follows: mostly it is one that is known.
        if threading.get_ident() in self._threads or self._is_here(frame):
            self._enters(frame, interest)
        return None

    def _enters(self, frame: FrameType, interest: Interest) -> None:
        # Of most that are watched it is of no interest when they are left.
        if interest.enter(frame) and interest.kind == "watched":
            self.follow(interest.code)

    def _thrown(self, frame: FrameType, offset: int, error: BaseException) -> None:
        interest = self._interest_in(frame.f_code)
        if interest.kind and self._is_here(frame) and not self._journal.is_over:
            self._enters(frame, interest)
            self._recorder.is_thrown(frame, error)

    def _line(self, frame: FrameType, line: int, nothing: None) -> Any:
        if self._journal.is_over:
            return _monitoring.DISABLE
        if threading.get_ident() in self._threads or self._is_here(frame):
            self._recorder.runs_line(frame)
        return None

    def _jump(self, frame: FrameType, offset: int, target: int) -> Any:
        """A loop that stands in one line comes to that line again."""
        code = frame.f_code
        is_loop = target < offset and _line_at(code, target) == _line_at(code, offset)
        if self._journal.is_over or not is_loop:
            return _monitoring.DISABLE
        if self._is_here(frame):
            self._recorder.goes_back(frame, offset)
        return None

    def _yields(self, frame: FrameType, offset: int, value: object) -> None:
        if threading.get_ident() in self._threads or self._is_left_here(frame):
            self._recorder.yields(frame, value)

    def _returns(self, frame: FrameType, offset: int, value: object) -> None:
        if threading.get_ident() in self._threads or self._is_left_here(frame):
            self._recorder.returns(frame, value)

    def _unwinds(self, frame: FrameType, offset: int, error: BaseException) -> None:
        if self._interest_in(frame.f_code).kind and self._is_left_here(frame):
            self._recorder.raises(frame, type(error), self._recorder.describe(error))


def _begins_a_thread(frame: FrameType) -> bool:
    """Tell whether a thread has just begun, though another one had its identity."""
    return frame.f_back is None and call_of(frame.f_code).starts(frame)


def _line_at(code: CodeType, offset: int) -> int | None:
    for start, end, line in code.co_lines():
        if start <= offset < end:
            return line
    return None
