"""Who holds control: what the interpreter reports becomes events of lanes.

Who holds control is a stack, one a thread: a task that calls ``next`` on a generator
stands below the generator. A lane is put on it when it is entered, and taken off when
it yields, suspends or ends.
"""

import asyncio
import functools
import inspect
import threading
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, Protocol

from yieldpoint.trace._recorder import frames
from yieldpoint.trace._recorder.calls import Calls
from yieldpoint.trace._recorder.entering import Entrance
from yieldpoint.trace._recorder.foreign import ForeignLoops
from yieldpoint.trace._recorder.generators import Generators
from yieldpoint.trace._recorder.interest import Interest, none_in
from yieldpoint.trace._recorder.journal import Journal
from yieldpoint.trace._recorder.lanes import Hold
from yieldpoint.trace._recorder.leaving import Exit
from yieldpoint.trace._recorder.lines import new_line
from yieldpoint.trace._recorder.locks import Locks
from yieldpoint.trace._recorder.scheduling import (
    Scheduling,
    Watch,
    WhenLeft,
    current_task,
)
from yieldpoint.trace._recorder.signs import Signs
from yieldpoint.trace._recorder.updates import Updates

__all__ = ["Recorder"]

# Code that runs in a frame of its own on some Pythons only: up to 3.11 a
# comprehension, from 3.14 on annotations that somebody asks for.
_NO_FUNCTIONS = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "__annotate__"})


class _Interpreter(Protocol):
    """Where a recorder hears from."""

    def follow(self, code: CodeType) -> None: ...

    def thread_ends(self) -> None: ...

    def join(self, frame: FrameType) -> None: ...


class Recorder:
    """Records what happens in the code of some files.

    Attributes:
        codes: The functions of these files that have been called.
        describe: Turns a value into a text.
        journal: What it writes into.
        interpreter: What reports to the recorder.
        signs: What is noted for the findings.
    """

    interpreter: _Interpreter

    def __init__(self, journal: Journal, is_own: Callable[[CodeType], bool]) -> None:
        """Record into a journal the code that is the program's own."""
        self.codes: list[CodeType] = []
        self.describe = journal.describe
        self.journal = journal
        self._calls = Calls(is_own)
        self._generators = Generators(journal, self._calls.is_own)
        self._scheduling = Scheduling(journal, self._thread_ends, self._calls.is_own)
        locks = Locks(journal)
        self.signs = Signs(journal, locks)
        # The same dictionary: more is added to it while the program runs.
        self._watched = self._scheduling.watched
        self._watched.update(self.signs.watched)
        self._watched.update(locks.watched)
        self._updates = Updates(journal)
        self._around = 0  # the generator in which the recording has begun, if one has
        self._when_left: dict[int, WhenLeft] = {}  # by the identity of the frame
        loops = ForeignLoops(journal, self._calls)
        self._entrance = Entrance(
            journal, self._calls, self._generators, self._scheduling, loops
        )
        self._exit = Exit(journal, self._calls, self._generators, self._entrance, loops)

    def _thread_ends(self) -> None:
        self.interpreter.thread_ends()
        self._calls.note_passing(passes=False)
        self.journal.forget_thread()

    # What the interpreter need not report.

    @property
    def conduits(self) -> set[int]:
        """The frames of generators through which values go, by their identity.

        Where many generators delegate to one another, the interpreter takes each value
        through all of them: this is what it reports most often, and nothing is to be
        done. Who drives the outermost is told by that one.
        """
        return self._calls.conduits

    @property
    def passing(self) -> set[int]:
        """The threads, by their identity, in which a value goes through them."""
        return self._calls.passing

    # What the interpreter reports.

    def interest_in(self, code: CodeType) -> Interest:
        """Return what is to be reported about a function."""
        watch = self._watched.get(id(code))
        is_coroutine = bool(code.co_flags & inspect.CO_COROUTINE)
        if watch is not None:
            enter = self._enters_watched_coroutine if is_coroutine else self._watches
            return Interest(code, "watched", functools.partial(enter, watch))
        if self._calls.is_own(code) and code.co_name not in _NO_FUNCTIONS:
            self.codes.append(code)
            return Interest(code, "own", self._enters_own)
        if is_coroutine:
            return Interest(code, "coroutine", self._enters_coroutine)
        if frames.call_of(code).may_close:
            return Interest(code, "closes", self._enters_what_may_close)
        return none_in(code)

    def set_aside(self) -> None:
        """Another recording is made in this thread until that one is done."""
        self._entrance.misses_some = True

    def has_entered(self, frame: FrameType) -> bool:
        """Tell whether it was reported that a frame is entered, and is of interest."""
        return id(frame) in self._when_left or self._calls.known(frame) is not None

    def knows(self, thread: threading.Thread) -> bool:
        """Tell whether a thread was started in the recording."""
        return self.journal.lane_of(thread) is not None

    # What is entered, and whether it is to be reported how it is left.

    def _watches(self, watch: Watch, frame: FrameType) -> bool:
        when_left = watch(frame)
        if when_left is None:
            return False
        self._when_left[id(frame)] = when_left
        return True

    def _enters_watched_coroutine(self, watch: Watch, frame: FrameType) -> bool:
        is_left = self._watches(watch, frame)
        if frames.call_of(frame.f_code).starts(frame):
            self._calls.end(frame)  # that of another with its identity
        return self._enters_root(frame) or is_left

    def _enters_coroutine(self, frame: FrameType) -> bool:
        if frames.call_of(frame.f_code).may_close:
            self.journal.thread().may_have_closed = True
        return self._enters_root(frame)

    def _enters_what_may_close(self, frame: FrameType) -> bool:
        del frame
        self.journal.thread().may_have_closed = True
        return False

    def _enters_root(self, frame: FrameType) -> bool:
        """Another's coroutine is of interest if it is what a task runs."""
        if not self._entrance.is_root(frame):
            return False
        self.interpreter.follow(frame.f_code)
        self._entrance.enter(frame)
        return True

    def _enters_own(self, frame: FrameType) -> bool:
        notes = self._calls.known(frame) if self._updates.has_later else None
        if notes:
            self._updates.goes_on(frame, notes)
        if id(frame) == self._around:
            self.journal.say_entered(self.journal.thread())
        elif not self._entrance.passes_through(frame):
            self._entrance.enter(frame)
        return True

    def is_thrown(self, frame: FrameType, error: BaseException) -> None:
        """What has entered a frame that is of interest is an exception."""
        thread = self.journal.thread()
        entering = thread.entering
        if entering is None or entering.frame != id(frame):
            return  # it comes from what the frame has called or awaited
        self._calls.conduits.discard(id(frame))
        notes = self._calls.notes(frame)
        notes.closing = entering.lane.closing = isinstance(error, GeneratorExit)
        entering.how, entering.value = "throw", self.describe(error)
        entering.lane.cancelled += isinstance(error, asyncio.CancelledError)
        # If nothing in the generator runs now, it is closed and not resumed.
        if not notes.closing:
            self.journal.say_entered(thread)

    def goes_back(self, frame: FrameType, offset: int) -> None:
        """A loop that stands in one line begins that line again, with a jump."""
        notes = self._calls.notes(frame)
        # The jump itself may have been reported as a line.
        if notes.at != offset:
            self.runs_line(frame)
        notes.at = -1

    def runs_line(self, frame: FrameType) -> None:
        """A line is about to run."""
        thread = self.journal.thread()
        notes = self._calls.notes(frame)
        notes.at = frame.f_lasti
        self._entrance.enter_unreported(frame, thread, notes)
        self.journal.say_entered(thread)
        self._calls.note_passing(passes=False)
        thread.goes_on = 0
        thread.stopped_at = None
        if not notes.closing:
            self._generators.say_closed()
        call = frames.call_of(frame.f_code)
        thread.may_have_closed = call.may_close
        lane = thread.holder
        line = new_line(frame, call, notes)
        if lane is None or not line:
            return
        notes.line = line
        changes = notes.changes(frame, self.describe, self._generators.find)
        code = frame.f_code
        lane.place = code.co_name, line, self.journal.file(code), notes.number
        lane.depth = notes.depth
        lane.set_state("RUNNING")
        self.journal.say("line", lane, changes=changes)
        if notes.sites is None:
            notes.sites = self._updates.sites_of(frame.f_code)
        if notes.sites:
            self._updates.comes_to(frame, line, lane, notes)

    def yields(self, frame: FrameType, value: object) -> None:
        """A frame hands out a value, or waits, and will go on."""
        is_watched = id(frame) in self._when_left and not self._calls.known(frame)
        if not (self.journal.is_over or is_watched):
            self._exit.yields(frame, value)

    def returns(self, frame: FrameType, value: object) -> None:
        """A frame returns."""
        when_left = self._when_left.pop(id(frame), None)
        if when_left:
            when_left()
        notes = self._calls.known(frame)
        if notes is None and when_left:
            return  # it is only watched
        if notes and self._updates.has_later:
            self._updates.leaves(notes)
        if not self.journal.is_over:
            self._exit.ends(frame, value, None)

    def raises(self, frame: FrameType, kind: type[BaseException], text: str) -> None:
        """A frame is left by an exception."""
        when_left = self._when_left.pop(id(frame), None)
        if when_left:
            when_left()
        if not self.journal.is_over and self._calls.known(frame):
            self._exit.ends(frame, None, (kind, text))

    def prints(self, text: str) -> None:
        """A thread has printed something."""
        if (
            self.journal.knows_thread(threading.get_ident())
            and not self.journal.is_over
        ):
            thread = self.journal.thread()
            self.journal.say_entered(thread)
            self._generators.say_closed()
            # A function that is not written in Python has no frame.
            lane = thread.holder or self._entrance.lane_of_callback(thread, "")
            self.journal.note_output(text, lane)

    def prints_itself(self) -> bool:
        """Tell whether what this thread prints is printed for the recording.

        That does the ``__repr__`` of a value that is being described.
        """
        return self.describe.is_busy

    # The caller.

    def call(self, name: str, function: Callable[[], Any]) -> Any:
        """Call a function in a lane of its own, the caller's."""
        lane = self.journal.new_lane(name, "caller", name, None)
        thread = self.journal.thread()
        self._entrance.leave_out(current_task())
        thread.stack.append(Hold(lane))
        lane.set_state("RUNNING")
        self.journal.say("started", lane)
        return function()

    def join(self, name: str, frame: FrameType | None) -> None:
        """Take up a call that is going on.

        Args:
            name: The lane in which it goes on, if no task makes it.
            frame: Where it is, if that is in code that is recorded.
        """
        thread = self.journal.thread()
        self._scheduling.know_tasks()
        if frame is not None:
            self._take_up(frame)
        self.journal.start()
        if not self._entrance.join_task(thread, frame):
            lane = self.journal.new_lane(name, "caller", name, None)
            thread.stack.append(Hold(lane, depth=1))
            lane.set_state("RUNNING")
            self.journal.say("started", lane)

    def _take_up(self, frame: FrameType) -> None:
        if frames.call_of(frame.f_code).kind in {"generator", "async generator"}:
            self._around = id(frame)
        if frame.f_locals is frame.f_globals:
            # Of all that a module has, only what changes is of interest.
            self._calls.notes(frame).changes(frame, self.describe, lambda _: None)
        self.interpreter.join(frame)

    def leave(self, kind: str, value: str) -> None:
        """Say that a call which is going on is recorded no more, and why."""
        self._say_rest()
        lane = self.journal.thread().holder
        if kind == "returned":
            self.signs.end_block(lane)
        if lane is not None:
            self.journal.say(kind, lane, value=value)
        self.journal.end()

    def _say_rest(self) -> None:
        thread = self.journal.thread()
        thread.may_have_closed = True
        self.journal.say_entered(thread)
        self.journal.say_output()
        self._generators.say_closed()

    def finish(self, kind: str, value: str) -> None:
        """Say how the call ended, if no frame of it has said so."""
        self._say_rest()
        caller = self.journal.lanes[0] if self.journal.lanes else None
        if caller and caller.kind == "caller" and not caller.is_closed:
            caller.set_state("CLOSED")
            self.journal.say(kind, caller, value=value)
        self.journal.end()
