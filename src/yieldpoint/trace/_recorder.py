"""The trace function: it turns what the interpreter reports into events of lanes.

Who holds control is a stack, one a thread: a task that calls ``next`` on a generator
stands below the generator. A lane is put on it when it is entered, and taken off when
it yields, suspends or ends.
"""

import asyncio
import collections
import contextlib
import itertools
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

from yieldpoint.trace import _frames
from yieldpoint.trace._frames import Call, Resumable
from yieldpoint.trace._journal import Changes, Journal
from yieldpoint.trace._lanes import Entering, Hold, LiveLane, ThreadState
from yieldpoint.trace._scheduling import Scheduling, coroutine_of, current_task
from yieldpoint.trace._variables import Variables

__all__ = ["Recorder"]

# How many elements of a list are looked at for generators that were just created.
_ELEMENTS = 100

# The kinds of lanes that consist of a chain of coroutines.
_AWAITING = {"task", "coroutine", "async generator"}

# How many generators are looked at after every line.
_FEW = 10

# Up to Python 3.11 a comprehension has a frame of its own.
_COMPREHENSIONS = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>"})


@dataclass(eq=False)
class _FrameNotes:
    """What is known about a frame that has been entered.

    Attributes:
        hold: The lane that is left when the frame is, or None for a plain call.
        variables: Its variables at the last look.
        line: The line of its last event.
        comprehends: Whether that line was one of a comprehension.
        raised: The type of the exception that was seen last in it, and its text. The
            exception itself would keep alive what its traceback holds.
        raised_at: At which instruction, if no line has run since.
        raised_line: At which line.
        closing: Whether that exception came from outside, to close the generator.
    """

    hold: Hold | None = None
    variables: Variables = field(default_factory=Variables)
    line: int = 0
    comprehends: bool = False
    raised: tuple[type[BaseException], str] | None = None
    raised_at: int | None = None
    raised_line: int = 0
    closing: bool = False


class Recorder:
    """Records what happens in the code of some files.

    Attributes:
        codes: The functions of these files that have been called.
    """

    def __init__(self, journal: Journal, is_own: Callable[[CodeType], bool]) -> None:
        """Record into a journal the code that is the program's own."""
        self.codes: list[CodeType] = []
        self._journal = journal
        self._scheduling = Scheduling(journal)
        self._watched = self._scheduling.watched
        self._is_own = is_own
        self._own: dict[int, bool] = {}  # by the identity of the code
        self._frames: dict[int, _FrameNotes] = {}
        self._generators: dict[int, LiveLane] = {}  # by the identity of the frame
        self._open: set[LiveLane] = set()  # those that have not ended
        self._may_have_closed = False

    # What the interpreter calls.

    def trace(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Take in that a frame is entered."""
        del event, arg
        if self._journal.has_ended:
            return None
        code = frame.f_code
        try:
            watch = self._watched.get(id(code))
            if watch is not None:
                return watch(frame)
            call = _frames.call_of(code)
            own = self._own.get(id(code))
            if own is None:
                own = self._own[id(code)] = self._is_recorded(code)
            if call.may_close:
                self._may_have_closed = True
            if own or (call.kind == "coroutine" and self._is_root(frame)):
                self._enter(frame)
                return self._trace_own if own else self._trace_root
        except RecursionError:
            return None  # the program is about to see one itself
        return None

    def _trace_own(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Take in what happens in a frame of the recorded files."""
        if self._journal.has_ended:
            return None
        with contextlib.suppress(RecursionError):
            if event == "line":
                self._journal.keep_limit()
                self._line(frame)
            elif event == "exception":
                self._exception(frame, arg[1])
            else:
                self._leave(frame, arg)
        return self._trace_own

    def _trace_root(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Take in what happens in a task's coroutine that is from another file."""
        if event == "exception":
            self._exception(frame, arg[1])
        elif event == "return":
            self._leave(frame, arg)
        else:
            self._journal.keep_limit()
            self._notes(frame).raised_at = None
        return self._trace_root

    def _is_recorded(self, code: CodeType) -> bool:
        own = self._is_own(code) and code.co_name not in _COMPREHENSIONS
        if own:
            self.codes.append(code)
        return own

    def _is_root(self, frame: FrameType) -> bool:
        """Tell whether a coroutine is the one that a task with a lane runs."""
        task = current_task()
        coroutine = coroutine_of(task)
        return (
            coroutine is not None
            and _frames.frame_of(coroutine) is frame
            and self._journal.lane_of(task) is not None
        )

    def _notes(self, frame: FrameType) -> _FrameNotes:
        return self._frames.setdefault(id(frame), _FrameNotes())

    # Entering a frame.

    def _enter(self, frame: FrameType) -> None:
        """Find the lane that a frame belongs to, and whether the lane is entered."""
        thread = self._journal.thread()
        call = _frames.call_of(frame.f_code)
        starts = call.starts(frame)
        self._journal.say_entered(thread)
        thread.stopped_at = None
        if starts:
            self._say_closed()
            self._frames[id(frame)] = _FrameNotes()
        notes = self._notes(frame)
        notes.raised_at = None
        enters_task = self._enter_task(thread, frame, starts=starts)
        if call.kind == "function":
            self._enter_function(thread, frame, notes)
        elif enters_task or self._is_root(frame) or _frames.is_awaited(frame):
            self._chain(thread, notes)
        else:
            notes.closing = False
            lane = self._generators.get(id(frame))
            if lane is None or (starts and not lane.is_new):
                lane = self._create(frame, call, self._owner(frame, call))
            how = _frames.who_asks(frame.f_back)
            self._hold(
                thread,
                notes,
                Entering(
                    *(lane, id(frame), frame.f_lasti, starts, how),
                    *(self._sent(lane, frame, how, starts=starts), thread.holder),
                ),
            )

    def _chain(self, thread: ThreadState, notes: _FrameNotes) -> None:
        """Count a frame to the chain of awaits of the lane that holds control."""
        top = thread.top
        if isinstance(top, Hold) and top.lane.kind in _AWAITING:
            top.depth += 1
            notes.hold = top

    def _reenter(
        self, thread: ThreadState, frame: FrameType, notes: _FrameNotes
    ) -> None:
        """Take in that a frame goes on that was not reported to be entered.

        Up to Python 3.11 that happens when an exception is thrown into what the frame
        awaits, and is caught there.
        """
        hold = notes.hold
        if hold is None or hold in thread.stack:
            return
        if hold.lane.kind == "task":
            self._enter_task(thread, frame, starts=False)
            self._chain(thread, notes)
        else:
            self._hold(thread, notes, Entering(hold.lane, by=thread.holder))

    def _enter_task(
        self, thread: ThreadState, frame: FrameType, *, starts: bool
    ) -> bool:
        """Let the running task hold control, if it was not known to do so."""
        task = current_task()
        if task is None or any(
            isinstance(each, Hold) and each.lane.reference() is task
            for each in thread.stack
        ):
            return False
        lane = self._journal.lane_of(task) or self._scheduling.new_task_lane(task)
        first = lane.is_new and starts
        if self._own.get(id(frame.f_code)):
            lane.place = self._journal.place(frame) if first else lane.place
        self._hold(thread, None, Entering(lane, id(frame), frame.f_lasti, first))
        return True

    def _enter_function(
        self, thread: ThreadState, frame: FrameType, notes: _FrameNotes
    ) -> None:
        """A plain call begins a lane only if no lane makes it."""
        top = thread.top
        if isinstance(top, Hold):
            if top.lane.kind == "caller" and top.depth == 0:
                top.depth = 1
                notes.hold = top
            return
        if top is None:
            current = threading.current_thread()
            lane = self._scheduling.thread_lane(current, frame.f_code.co_name)
            self._hold(thread, notes, Entering(lane, first=lane.is_new))
            return
        lane = self._loop_lane()
        how = "timer" if top.timer else ""
        entering = Entering(lane, first=lane.is_new, how=how, by=top.cause)
        lane.place = self._journal.place(frame)
        self._hold(thread, notes, entering)

    def _loop_lane(self) -> LiveLane:
        """Return the lane of callbacks, which belong to no task."""
        for lane in self._journal.lanes:
            if lane.kind == "loop":
                return lane
        return self._journal.new_lane("event loop", "loop", "", None)

    def _hold(
        self, thread: ThreadState, notes: _FrameNotes | None, entering: Entering
    ) -> None:
        hold = Hold(entering.lane)
        thread.stack.append(hold)
        thread.entering = entering
        if notes:
            notes.hold = hold
            hold.depth = 1

    def _sent(self, lane: LiveLane, frame: FrameType, how: str, *, starts: bool) -> str:
        """Return what is sent into a generator, as a text; nothing for None."""
        resumable: Any = lane.reference()
        if not starts and resumable is None:
            resumable = _frames.resumable_of(frame)
        if starts or resumable is None:
            return ""
        value = _frames.sent_value(resumable)
        return "" if value is None and how != "send" else self._journal.describe(value)

    # In a frame.

    def _line(self, frame: FrameType) -> None:
        """A line is about to run."""
        thread = self._journal.thread()
        # Up to Python 3.12 that is also when the frame lets go of what was dropped.
        variables = frame.f_locals
        notes = self._notes(frame)
        self._reenter(thread, frame, notes)
        self._journal.say_entered(thread)
        if not notes.closing:
            self._say_closed()
        self._may_have_closed = _frames.call_of(frame.f_code).may_close
        # What an exception passes through on its way out of an await is no new line.
        passes = notes.raised_at is not None and notes.raised_line == frame.f_lineno
        notes.raised_at = None
        thread.stopped_at = None
        inside = _frames.comprehension_at(frame)
        goes_round = (inside or notes.comprehends) and notes.line in {
            *(inside, frame.f_lineno),
        }
        notes.comprehends = inside is not None
        lane = thread.holder
        if lane is None or passes or goes_round:
            return
        notes.line = inside or frame.f_lineno
        changes = self._changes(variables, notes)
        function, _, file = self._journal.place(frame)
        lane.place = (function, notes.line, file)
        self._journal.say("line", lane, changes=changes)

    def _exception(self, frame: FrameType, exception: BaseException) -> None:
        """An exception is raised in a frame, or thrown into it."""
        thread = self._journal.thread()
        notes = self._notes(frame)
        notes.raised = type(exception), self._journal.describe(exception)
        notes.raised_at = frame.f_lasti
        notes.raised_line = frame.f_lineno
        entering = thread.entering
        if (
            entering is not None
            and entering.frame == id(frame)
            and entering.instruction == frame.f_lasti
        ):
            notes.closing = isinstance(exception, GeneratorExit)
            entering.how, entering.value = "throw", notes.raised[1]
            # If nothing in the generator runs now, it is closed and not resumed.
            if not notes.closing:
                self._journal.say_entered(thread)

    def _changes(self, variables: Mapping[str, Any], notes: _FrameNotes) -> Changes:
        return notes.variables.compare(
            variables, self._journal.describe, self._find_created
        )

    def _find_created(self, value: object) -> None:
        """Say which generators a variable holds that were not known."""
        candidates: Iterable[object] = (value,)
        if type(value) in {list, tuple, collections.deque}:
            candidates = itertools.islice(value, _ELEMENTS)  # type: ignore[call-overload]  # as its type says
        elif type(value) is dict:
            candidates = itertools.islice(value.values(), _ELEMENTS)
        candidates = list(candidates)
        if not _frames.may_be_generators(candidates):
            return
        for candidate in candidates:
            if not _frames.is_generator(candidate):
                continue
            frame = _frames.frame_of(candidate)
            if (
                frame is not None
                and self._journal.lane_of(candidate) is None
                and self._is_own(frame.f_code)
            ):
                call = _frames.call_of(frame.f_code)
                if call.starts(frame):
                    self._create(frame, call, candidate)

    def _owner(self, frame: FrameType, call: Call) -> Resumable | None:
        """Return the generator of a frame that is new to the recording.

        If its body is not just being started, the generator may be about to die, and
        must not be referred to.
        """
        starts_now = frame.f_lasti == call.starts_at
        return _frames.resumable_of(frame) if starts_now else None

    def _create(
        self, frame: FrameType, call: Call, owner: Resumable | None
    ) -> LiveLane:
        """Add a lane for a generator, and say that it was created."""
        name = frame.f_code.co_name.strip("<>")
        lane = self._journal.new_lane(name, call.kind, name, owner)
        lane.frame = id(frame)
        lane.place = self._journal.place(frame)
        lane.set_state("CREATED")
        self._generators[id(frame)] = lane
        if owner is not None:
            self._open.add(lane)
        creator = self._journal.thread().holder
        place = creator.place if creator else lane.place
        self._journal.say("created", lane, other=creator, place=place)
        return lane

    # Leaving a frame.

    def _leave(self, frame: FrameType, value: Any) -> None:
        """A frame yields, returns, or is left by an exception."""
        thread = self._journal.thread()
        notes = self._notes(frame)
        self._reenter(thread, frame, notes)
        self._journal.say_output()
        if not (notes.closing and thread.entering):
            self._journal.say_entered(thread)
        own = self._own.get(id(frame.f_code), False)
        changes = self._changes(frame.f_locals, notes) if own else ()
        self._find_created(value)
        suspended = _frames.is_suspended(frame, notes.raised_at)
        failed = None if _frames.is_returning(frame) else notes.raised
        if not suspended:
            del self._frames[id(frame)]
        hold = notes.hold
        if hold is None or hold is not thread.top:
            return
        hold.depth -= 1
        if suspended:
            self._note_where_it_stops(thread, hold.lane, frame, own=own)
            if hold.depth == 0:
                thread.stack.pop()
                self._suspend(thread, hold.lane, frame, value, changes)
        elif self._ends(hold.lane, frame):
            thread.stack.pop()
            thread.entering = None
            if own:
                hold.lane.place = self._journal.place(frame)
            if notes.closing and failed and issubclass(failed[0], GeneratorExit):
                self._close(hold.lane, thread.holder, changes)
            else:
                self._end(thread, hold.lane, value, failed, changes)

    def _note_where_it_stops(
        self, thread: ThreadState, lane: LiveLane, frame: FrameType, *, own: bool
    ) -> None:
        """Note what the innermost of the frames stands at that are being suspended."""
        if thread.stopped_at is None:
            thread.stopped_at = self._journal.place(frame) if own else lane.place
            thread.waits_for = _frames.text_of_wait(frame, own=own)

    def _ends(self, lane: LiveLane, frame: FrameType) -> bool:
        """Tell whether a lane ends with a frame."""
        if lane.kind == "task":
            coroutine = coroutine_of(lane.reference())
            return coroutine is None or _frames.frame_of(coroutine) in {None, frame}
        return lane.frame in {0, id(frame)}

    def _suspend(
        self,
        thread: ThreadState,
        lane: LiveLane,
        frame: FrameType,
        value: Any,
        changes: Changes,
    ) -> None:
        """Say that a lane yields, or waits."""
        lane.set_state("SUSPENDED")
        lane.place = thread.stopped_at or lane.place
        thread.goes_back_to(lane)
        yields = lane.kind in {"generator", "coroutine"}
        if _frames.call_of(frame.f_code).kind == "async generator":
            yields, value = _frames.wrapped_value(value)
        if yields:
            text, other = self._journal.describe(value), thread.holder
            self._journal.say("yielded", lane, value=text, other=other, changes=changes)
        else:
            text, other = thread.waits_for, None
            if issubclass(type(value), asyncio.Task):
                other = self._journal.lane_of(value)
            self._journal.say(
                "suspended", lane, value=text, other=other, changes=changes
            )

    def _end(
        self,
        thread: ThreadState,
        lane: LiveLane,
        value: Any,
        failed: tuple[type[BaseException], str] | None,
        changes: Changes,
    ) -> None:
        """Say that a lane has ended, and how."""
        self._open.discard(lane)
        thread.goes_back_to(lane)
        other = thread.holder
        if lane.kind == "loop":
            lane.set_state("SUSPENDED")
            self._journal.say("suspended", lane, changes=changes)
            return
        lane.set_state("CLOSED")
        if failed is None:
            kind, text = "returned", self._journal.describe(value)
        elif issubclass(failed[0], asyncio.CancelledError) and lane.kind == "task":
            kind, text = "cancelled", ""
        else:
            kind, text = "raised", failed[1]
        self._journal.say(kind, lane, value=text, other=other, changes=changes)
        self._journal.has_ended = lane.kind == "caller"

    def _say_closed(self) -> None:
        """Find the generators that were closed without running another line.

        Nothing reports that. A few generators are all looked at. Of many, only those
        that the program has dropped, and all after code that may have closed some.
        """
        if not self._open:
            return
        dropped = self._journal.dropped
        if self._may_have_closed or len(self._open) <= _FEW:
            candidates = self._open
        else:
            candidates = self._open.intersection(dropped)
        by = self._journal.thread().holder
        for lane in sorted(candidates, key=lambda lane: lane.number):
            resumable: Any = lane.reference()
            if not lane.state.endswith("RUNNING") and (
                resumable is None or _frames.frame_of(resumable) is None
            ):
                self._close(lane, by)
        dropped.clear()

    def _close(
        self, lane: LiveLane, by: LiveLane | None, changes: Changes = ()
    ) -> None:
        """Say that a generator is closed."""
        self._open.discard(lane)
        lane.set_state("CLOSED")
        self._journal.say("closed", lane, other=by, changes=changes)

    # The caller.

    def call(self, name: str, function: Callable[[], Any]) -> Any:
        """Call a function in a lane of its own, the caller's."""
        lane = self._journal.new_lane(name, "caller", name, None)
        thread = self._journal.thread()
        thread.stack.append(Hold(lane))
        lane.set_state("RUNNING")
        self._journal.say("started", lane)
        return function()

    def finish(self, kind: str, value: str) -> None:
        """Say how the call ended, if no frame of it has said so."""
        self._may_have_closed = True
        self._journal.say_entered(self._journal.thread())
        self._journal.say_output()
        if self._journal.has_ended:
            return
        self._say_closed()
        caller = self._journal.lanes[0] if self._journal.lanes else None
        if caller and caller.kind == "caller" and not caller.is_closed:
            caller.set_state("CLOSED")
            self._journal.say(kind, caller, value=value)
