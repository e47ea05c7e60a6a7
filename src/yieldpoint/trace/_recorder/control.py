"""Who holds control: what the interpreter reports becomes events of lanes.

Who holds control is a stack, one a thread: a task that calls ``next`` on a generator
stands below the generator. A lane is put on it when it is entered, and taken off when
it yields, suspends or ends.
"""

import asyncio
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any, Protocol

from yieldpoint.trace._recorder import frames, syntax
from yieldpoint.trace._recorder.generators import Generators
from yieldpoint.trace._recorder.journal import Changes, Journal
from yieldpoint.trace._recorder.lanes import Entering, Hold, LiveLane, ThreadState
from yieldpoint.trace._recorder.scheduling import (
    Scheduling,
    WhenLeft,
    coroutine_of,
    current_task,
)
from yieldpoint.trace._recorder.variables import Variables

__all__ = ["Recorder"]

# The kinds of lanes that consist of a chain of coroutines.
_AWAITING = {"task", "coroutine", "async generator"}

# Code that runs in a frame of its own on some Pythons only: up to 3.11 a
# comprehension, from 3.14 on annotations that somebody asks for.
_NO_FUNCTIONS = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "__annotate__"})

# What an async generator is asked by, if not by an ``async for``.
_ASKS_ASYNC = frozenset({"asend", "athrow", "aclose", "anext", "__anext__"})

# An exception's type, and its text: it would itself keep what its traceback holds.
_Raised = tuple[type[BaseException], str]


class _Interpreter(Protocol):
    """Where a recorder hears from."""

    def follow(self, code: CodeType) -> None: ...

    def thread_ends(self) -> None: ...


@dataclass(eq=False)
class _FrameNotes:
    """What is known about a frame that has been entered.

    Attributes:
        hold: The lane that is left when the frame is, or None for a plain call.
        variables: Its variables at the last look.
        line: The line of its last event.
        at: The instruction at which a line was reported last.
        comprehends: Whether that line was one of a comprehension.
        closing: Whether an exception came from outside, to close the generator.
    """

    hold: Hold | None = None
    variables: Variables = field(default_factory=Variables)
    line: int = 0
    at: int = -1
    comprehends: bool = False
    closing: bool = False


class Recorder:
    """Records what happens in the code of some files.

    Attributes:
        codes: The functions of these files that have been called.
        interpreter: What reports to the recorder.
    """

    interpreter: _Interpreter

    def __init__(self, journal: Journal, is_own: Callable[[CodeType], bool]) -> None:
        """Record into a journal the code that is the program's own."""
        self.codes: list[CodeType] = []
        self.describe = journal.describe
        self._journal = journal
        self._scheduling = Scheduling(journal, self._thread_ends)
        self._watched = self._scheduling.watched
        self._when_left: dict[int, WhenLeft] = {}  # by the identity of the frame
        self._own: dict[int, tuple[CodeType, bool]] = {}
        self._asks_own = is_own
        self._frames: dict[int, _FrameNotes] = {}  # by the identity of the frame
        self._generators = Generators(journal, self._is_own)

    def _thread_ends(self) -> None:
        self.interpreter.thread_ends()
        self._journal.forget_thread()

    def _is_own(self, code: CodeType) -> bool:
        known = self._own.get(id(code))
        if known is None:
            known = self._own[id(code)] = code, self._asks_own(code)
        return known[1]

    # What the interpreter reports.

    def interest_in(self, code: CodeType) -> str:
        """Return what is to be reported about a function.

        Returns:
            "own" for all, "watched" for being entered and left, "coroutine" and
            "closes" for being entered, and nothing for nothing.
        """
        if id(code) in self._watched:
            return "watched"
        if self._is_own(code) and code.co_name not in _NO_FUNCTIONS:
            self.codes.append(code)
            return "own"
        call = frames.call_of(code)
        if call.kind == "coroutine":
            return "coroutine"
        return "closes" if call.may_close else ""

    def knows(self, thread: threading.Thread) -> bool:
        """Tell whether a thread was started in the recording."""
        return self._journal.lane_of(thread) is not None

    def enters(self, frame: FrameType, interest: str) -> bool:
        """A frame is entered.

        Returns:
            Whether it is to be reported how the frame is left.
        """
        if self._journal.is_over:
            return False
        if interest == "own":
            if not self._enters_through(frame):
                self._enter(frame)
            return True
        if interest == "watched":
            when_left = self._watched[id(frame.f_code)](frame)
            if when_left:
                self._when_left[id(frame)] = when_left
            return when_left is not None
        if frames.call_of(frame.f_code).may_close:
            self._generators.may_have_closed = True
        if interest == "coroutine" and self._is_root(frame):
            self.interpreter.follow(frame.f_code)
            self._enter(frame)
            return True
        return False

    def is_thrown(self, frame: FrameType, interest: str, error: BaseException) -> None:
        """What has entered a frame is an exception."""
        thread = self._journal.thread()
        entering = thread.entering
        if entering is None or entering.frame != id(frame) or not interest:
            return  # it comes from what the frame has called or awaited
        notes = self._notes(frame)
        notes.closing = isinstance(error, GeneratorExit)
        entering.how, entering.value = "throw", self.describe(error)
        # If nothing in the generator runs now, it is closed and not resumed.
        if not notes.closing:
            self._journal.say_entered(thread)

    def goes_back(self, frame: FrameType, offset: int) -> None:
        """A loop that stands in one line begins that line again, with a jump."""
        notes = self._notes(frame)
        # The jump itself may have been reported as a line.
        if notes.at != offset:
            self.runs_line(frame)
        notes.at = -1

    def runs_line(self, frame: FrameType) -> None:
        """A line is about to run."""
        if self._journal.is_over:
            return
        thread = self._journal.thread()
        notes = self._notes(frame)
        notes.at = frame.f_lasti
        if notes.hold is not None and notes.hold not in thread.stack:
            self._enter(frame)  # it goes on, and that was not reported
        self._journal.say_entered(thread)
        thread.passing = False
        thread.goes_on = 0
        thread.stopped_at = None
        if not notes.closing:
            self._generators.say_closed()
        call = frames.call_of(frame.f_code)
        self._generators.may_have_closed = call.may_close
        lane = thread.holder
        line = self._new_line(frame, call, notes)
        if lane is None or not line:
            return
        notes.line = line
        changes = self._changes(frame, notes)
        function, _, file = self._journal.place(frame)
        lane.place = (function, line, file)
        lane.set_state("RUNNING")
        self._journal.say("line", lane, changes=changes)

    def _new_line(self, frame: FrameType, call: frames.Call, notes: _FrameNotes) -> int:
        """Return the line that a frame comes to, or 0 if that is shown already."""
        line, before = frame.f_lineno or 0, notes.line
        inside = syntax.comprehension_at(call, frame.f_lasti)
        goes_round = (inside or notes.comprehends) and before in {inside, line}
        notes.comprehends = inside is not None
        is_known = (
            goes_round
            # An exception passes through on its way out of an await.
            or (before == line and call.begins_handler(frame))
            or (call.is_class_body and line == call.code.co_firstlineno)
            or syntax.is_decorated_again(call.code, line, before)
        )
        return 0 if is_known else inside or line

    def yields(self, frame: FrameType, value: object) -> None:
        """A frame hands out a value, or waits, and will go on."""
        if self._journal.is_over:
            return
        thread = self._journal.thread()
        if thread.passing and self._passes_on(thread, frame):
            return
        notes, changes = self._leave(thread, frame, value)
        hold = notes.hold
        if hold is None or not self._is_on_top(thread, hold):
            return
        hold.depth -= 1
        own = self._is_own(frame.f_code)
        if thread.stopped_at is None:
            place = self._journal.place(frame) if own else hold.lane.place
            thread.stopped_at = place
            thread.waits_for = syntax.text_of_wait(frame, own=own)
        if hold.depth <= 0:
            thread.stack.pop()
            self._suspend(thread, hold, frame, value, changes)

    def returns(self, frame: FrameType, value: object) -> None:
        """A frame returns."""
        when_left = self._when_left.pop(id(frame), None)
        if when_left:
            when_left()
        elif not self._journal.is_over:
            self._end_frame(frame, value, None)

    def raises(self, frame: FrameType, kind: type[BaseException], text: str) -> None:
        """A frame is left by an exception."""
        when_left = self._when_left.pop(id(frame), None)
        if when_left:
            when_left()
        elif not self._journal.is_over and id(frame) in self._frames:
            self._end_frame(frame, None, (kind, text))

    def prints(self, text: str) -> None:
        """A thread has printed something."""
        if self._journal.knows_thread and not self._journal.is_over:
            self._journal.say_entered(self._journal.thread())
            self._generators.say_closed()
            self._journal.note_output(text)

    def collects(self, phase: str, _: object) -> None:
        """The garbage collector begins, or is done."""
        self._generators.are_collected = phase == "start"

    @property
    def is_over(self) -> bool:
        """Whether nothing is recorded any more."""
        return self._journal.is_over

    # Entering a frame.

    def _enters_through(self, frame: FrameType) -> bool:
        """Let what drives a generator reach the one that it delegates to.

        Where many delegate to one another, this is what happens most often: each of
        them has just been entered, and nothing has run in it.

        Returns:
            Whether the frame is entered in this way.
        """
        thread = self._journal.thread()
        through, asks, notes = (
            thread.entering,
            frame.f_back,
            self._frames.get(id(frame)),
        )
        if through is None or asks is None or through.frame != id(asks) or not notes:
            return False
        hold, outer = notes.hold, thread.top
        if (
            hold is None
            or not isinstance(outer, Hold)
            or hold.lane.frame != id(frame)
            or hold.lane.kind != "generator"
            or outer.lane.kind != "generator"
            or frames.call_of(frame.f_code).starts(frame)
            or not frames.delegates(asks)
        ):
            return False
        outer.lane.set_state("RUNNING")
        hold.depth, hold.receiver = 1, outer.receiver
        thread.stack.append(hold)
        thread.passing = notes.closing = False
        through.lane, through.frame = hold.lane, id(frame)
        return True

    def _notes(self, frame: FrameType) -> _FrameNotes:
        notes = self._frames.get(id(frame))
        if notes is None:
            notes = self._frames[id(frame)] = _FrameNotes()
        return notes

    def _enter(self, frame: FrameType) -> None:
        """Find the lane that a frame belongs to, and whether the lane is entered."""
        thread = self._journal.thread()
        call = frames.call_of(frame.f_code)
        starts = call.starts(frame)
        thread.passing = False
        thread.stopped_at = None
        if starts:
            self._frames[id(frame)] = _FrameNotes()
        notes = self._notes(frame)
        if call.kind == "function":
            self._journal.say_entered(thread)
            self._generators.say_closed()
            self._enter_task(thread, frame, starts=starts)
            self._enter_function(thread, frame, notes)
            return
        lane = self._generators.of_frame(frame, starts=starts)
        self._generators.say_closed(but=lane)
        if self._may_be_awaited(frame, call) and self._enter_awaited(
            thread, frame, notes, starts=starts
        ):
            return
        notes.closing = False
        self._enter_resumable(thread, frame, notes, call, lane, starts=starts)

    def _enter_resumable(
        self,
        thread: ThreadState,
        frame: FrameType,
        notes: _FrameNotes,
        call: frames.Call,
        lane: LiveLane | None,
        *,
        starts: bool,
    ) -> None:
        """Enter a frame that is a lane of its own."""
        self._journal.say_entered(thread)
        self._enter_task(thread, frame, starts=starts)
        outer, asks = thread.top, frame.f_back
        how, by = self._how_asked(asks, call), thread.holder
        if call.kind == "coroutine":
            how = self._how_asked(_driver(frame), call)
            if self._is_run_by_a_loop(frame):
                how, by = "", None
        if lane is None:
            lane = self._generators.create(frame, call, by)
        if starts and call.kind == "async generator":
            lane.finalized = sys.get_asyncgen_hooks().finalizer is not None
        if thread.goes_on == id(frame):
            lane.set_state("RUNNING")
        else:
            sent = self._sent(lane, frame, how, starts=starts) if by else ""
            first = lane.is_new and starts
            thread.entering = Entering(lane, id(frame), first, how, sent, by)
        thread.goes_on = 0
        hold = Hold(lane, depth=1, receiver=thread.holder)
        if (
            call.kind == "generator"
            and isinstance(outer, Hold)
            and asks is not None
            and outer.lane.frame == id(asks)
            and frames.delegates(asks)
        ):
            hold.receiver = outer.receiver
        thread.stack.append(hold)
        notes.hold = hold

    def _how_asked(self, asks: FrameType | None, call: frames.Call) -> str:
        """Return how a frame resumes what it is resuming.

        Returns:
            "next", "send", "throw" or another name that is called; "for", "yield
            from", "await"; or nothing where the source cannot tell.
        """
        if asks is None:
            return ""
        asking = frames.call_of(asks.f_code)
        operation = asking.operation_at(asks)
        if operation.startswith("CALL"):
            return syntax.called_at(asks)
        if operation == "FOR_ITER":
            return "for"
        if not frames.delegates(asks):
            return ""
        if asking.kind == "generator":
            return "yield from"
        name = syntax.called_at(asks) if call.kind == "async generator" else ""
        return name if name in _ASKS_ASYNC else "await"

    def _sent(self, lane: LiveLane, frame: FrameType, how: str, *, starts: bool) -> str:
        """Return what is sent into a generator, as a text; nothing for None."""
        resumable: Any = lane.reference()
        if not starts and resumable is None:
            resumable = frames.resumable_of(frame)
        if starts or resumable is None:
            return ""
        value = frames.sent_value(resumable)
        if value is None and how not in {"send", "asend"}:
            return ""
        return self.describe(value)

    # A chain of awaits is one lane.

    def _may_be_awaited(self, frame: FrameType, call: frames.Call) -> bool:
        """Tell whether a frame may be a part of the lane that awaits it."""
        if call.kind != "generator":
            return call.kind == "coroutine"
        asks = frame.f_back
        return (
            asks is not None
            and frames.delegates(asks)
            and frames.call_of(asks.f_code).kind != "generator"
        )

    def _enter_awaited(
        self, thread: ThreadState, frame: FrameType, notes: _FrameNotes, *, starts: bool
    ) -> bool:
        """Enter a frame that is a part of the lane that awaits it, if one does."""
        lane = None if notes.hold is None else notes.hold.lane
        lane = lane or self._awaiting(frame)
        self._journal.say_entered(thread)
        if lane is None:
            entered = self._enter_task(thread, frame, starts=starts)
            if not entered and not self._is_of_task(frame):
                return False
        elif thread.hold_of(lane) is None:
            if lane.frame == id(frame):
                return False
            if lane.kind == "task":
                self._enter_task(thread, frame, starts=starts)
            else:
                # An exception goes past the outer frames, straight into this one.
                thread.entering = Entering(lane, id(frame), by=thread.holder)
                thread.stack.append(Hold(lane, receiver=thread.holder))
        top = thread.top
        if isinstance(top, Hold) and top.lane.kind in _AWAITING:
            top.depth += 1
            notes.hold = top
        return True

    def _awaiting(self, frame: FrameType) -> LiveLane | None:
        """Return the lane that awaits a frame, or None if none is known to."""
        outer = frame.f_back
        while outer is not None and frames.delegates(outer):
            notes = self._frames.get(id(outer))
            if notes is not None and notes.hold is not None:
                return notes.hold.lane
            outer = outer.f_back
        return None

    def _is_of_task(self, frame: FrameType) -> bool:
        """Tell whether a frame is awaited by what the running task runs."""
        coroutine = coroutine_of(current_task())
        if coroutine is None:
            return False
        outer = frame.f_back
        while outer is not None and frames.delegates(outer):
            frame, outer = outer, outer.f_back
        return frames.frame_of(coroutine) in {None, frame}

    def _is_root(self, frame: FrameType) -> bool:
        """Tell whether a coroutine is the one that a task with a lane runs."""
        task = current_task()
        coroutine = coroutine_of(task)
        return (
            coroutine is not None
            and frames.frame_of(coroutine) is frame
            and self._journal.lane_of(task) is not None
        )

    def _enter_task(
        self, thread: ThreadState, frame: FrameType, *, starts: bool
    ) -> bool:
        """Let the running task hold control, if it was not known to do so."""
        task = current_task()
        if task is None:
            return False
        lane = self._journal.lane_of(task)
        if lane is not None and thread.hold_of(lane) is not None:
            return False
        self._leave_idle_tasks(thread)
        if lane is None:
            lane = self._scheduling.new_task_lane(task)
            if starts and self._is_of_task(frame):
                # It starts eagerly, before anybody has put it into a queue; or its loop
                # does not report that, and then the one who waits for the loop has not.
                holder = thread.holder
                is_loops = holder is None or holder.kind == "caller"
                self._scheduling.say_created(lane, None if is_loops else holder)
        first = lane.is_new and (starts or lane.state != "")
        if first and self._is_own(frame.f_code):
            lane.place = self._journal.place(frame)
        thread.entering = Entering(lane, id(frame), first)
        thread.stack.append(Hold(lane, receiver=None))
        return True

    def _leave_idle_tasks(self, thread: ThreadState) -> None:
        """Take off the stack what a loop has left that does not report its turns."""
        while (
            isinstance(thread.top, Hold)
            and thread.top.lane.kind == "task"
            and not getattr(coroutine_of(thread.top.lane.reference()), "cr_running", 0)
        ):
            lane = thread.top.lane
            thread.stack.pop()
            self._scheduling.say_stopped(lane)

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
            entering = Entering(lane, first=lane.is_new)
        else:
            lane = self._loop_lane()
            how = "timer" if top.timer else ""
            entering = Entering(lane, first=lane.is_new, how=how, by=top.cause)
            lane.place = self._journal.place(frame)
        thread.entering = entering
        hold = Hold(lane, depth=1)
        thread.stack.append(hold)
        notes.hold = hold

    def _loop_lane(self) -> LiveLane:
        """Return the lane of callbacks, which belong to no task."""
        for lane in self._journal.lanes:
            if lane.kind == "loop":
                return lane
        return self._journal.new_lane("event loop", "loop", "", None)

    # Leaving a frame.

    def _leave(
        self, thread: ThreadState, frame: FrameType, value: object
    ) -> tuple[_FrameNotes, Changes]:
        """Write down what has to be known before a frame is left."""
        notes = self._notes(frame)
        if notes.hold is not None and notes.hold not in thread.stack:
            self._enter(frame)  # it went on, and that was not reported
        self._journal.say_output()
        if not (notes.closing and thread.entering):
            self._journal.say_entered(thread)
        own = self._is_own(frame.f_code)
        changes = self._changes(frame, notes) if own else ()
        self._generators.find(value)
        return notes, changes

    def _changes(self, frame: FrameType, notes: _FrameNotes) -> Changes:
        return notes.variables.compare(
            frames.variables_of(frame), self.describe, self._generators.find
        )

    def _is_on_top(self, thread: ThreadState, hold: Hold) -> bool:
        """Tell whether a lane holds control, once idle tasks above it are left."""
        if thread.top is not hold and hold in thread.stack:
            self._leave_idle_tasks(thread)
        return thread.top is hold

    def _passes_on(self, thread: ThreadState, frame: FrameType) -> bool:
        """Let a value pass that a generator has yielded to whoever drives this one.

        That it stands at its ``yield from`` is said once: of each value it does not
        hear.
        """
        hold = thread.top
        if not isinstance(hold, Hold) or hold.lane.frame != id(frame):
            return False
        thread.stack.pop()
        lane = hold.lane
        lane.set_state("SUSPENDED")
        if not lane.delegates:
            lane.delegates = True
            lane.place = self._journal.place(frame)
            text = syntax.text_of_wait(frame, own=True)
            self._journal.say("suspended", lane, value=text, how="yield from")
        return True

    def _suspend(
        self,
        thread: ThreadState,
        hold: Hold,
        frame: FrameType,
        value: Any,
        changes: Changes,
    ) -> None:
        """Say that a lane yields, or waits."""
        lane = hold.lane
        lane.set_state("SUSPENDED")
        lane.place = thread.stopped_at or lane.place
        thread.goes_back_to(lane)
        yields = lane.kind in {"generator", "coroutine"}
        if frames.call_of(frame.f_code).kind == "async generator":
            yields = frames.is_yielded_value(value)
            value = frames.unwrapped(value) if yields else value
        elif lane.kind == "coroutine" and self._is_run_by_a_loop(frame):
            yields = False
        if yields:
            thread.passing = lane.kind == "generator" and self._is_delegated(frame)
            text, other = self.describe(value), hold.receiver
            kind = "yielded"
        else:
            kind, text, other = "suspended", thread.waits_for, None
            if issubclass(type(value), asyncio.Task):
                other = self._journal.lane_of(value)
        self._journal.say(kind, lane, value=text, other=other, changes=changes)

    def _is_delegated(self, frame: FrameType) -> bool:
        asks = frame.f_back
        return asks is not None and frames.delegates(asks)

    def _is_run_by_a_loop(self, frame: FrameType) -> bool:
        """Tell whether a coroutine waits, and does not yield to somebody of our own.

        Its driver is then another library's loop, of which nothing is known.
        """
        driver = _driver(frame)
        if driver is None or self._is_own(driver.f_code):
            return False
        if current_task() is None:
            self._journal.use_real_time()
            library = str(driver.f_globals.get("__name__", "")).partition(".")[0]
            self._journal.remark(
                f"{library} runs the coroutines: who creates and who wakes one is not "
                "recorded, and its time is real"
            )
        return True

    def _end_frame(
        self, frame: FrameType, value: object, failed: _Raised | None
    ) -> None:
        """A frame is left for good."""
        thread = self._journal.thread()
        thread.passing = False
        notes, changes = self._leave(thread, frame, value)
        self._frames.pop(id(frame), None)
        hold = notes.hold
        if hold is None or not self._is_on_top(thread, hold):
            return
        hold.depth -= 1
        lane = hold.lane
        if not self._ends(lane, frame):
            return
        thread.stack.pop()
        thread.entering = None
        asks = frame.f_back
        other = thread.holder
        if asks is not None and lane.kind == "generator" and frames.delegates(asks):
            outer = self._generators.of_frame(asks, starts=False)
            if outer is not None and outer is not other:
                # An exception went past it, straight into the one that it awaits.
                thread.goes_on, other = id(asks), outer
            if outer is not None:
                outer.delegates = False
        if self._is_own(frame.f_code):
            lane.place = self._journal.place(frame)
        if notes.closing and failed and issubclass(failed[0], GeneratorExit):
            self._generators.close(lane, other, changes)
        else:
            self._end(thread, lane, value, failed, changes, other)

    def _ends(self, lane: LiveLane, frame: FrameType) -> bool:
        """Tell whether a lane ends with a frame."""
        if lane.kind == "task":
            coroutine = coroutine_of(lane.reference())
            return coroutine is None or frames.frame_of(coroutine) in {None, frame}
        return lane.frame in {0, id(frame)}

    def _end(
        self,
        thread: ThreadState,
        lane: LiveLane,
        value: Any,
        failed: _Raised | None,
        changes: Changes,
        other: LiveLane | None,
    ) -> None:
        """Say that a lane has ended, and how."""
        self._generators.forget(lane)
        thread.goes_back_to(lane)
        if lane.kind == "loop":
            lane.set_state("SUSPENDED")
            self._journal.say("suspended", lane, changes=changes)
            return
        lane.set_state("CLOSED")
        if lane.kind == "task" and self._is_cancelled(lane, failed):
            kind, text = "cancelled", ""
        elif failed is None:
            kind, text = "returned", self.describe(value)
        else:
            kind, text = "raised", failed[1]
        self._journal.say(kind, lane, value=text, other=other, changes=changes)

    def _is_cancelled(self, lane: LiveLane, failed: _Raised | None) -> bool:
        """Tell whether a task that ends is cancelled."""
        if failed is not None:
            return issubclass(failed[0], asyncio.CancelledError)
        # It may return between the call of cancel and its effect.
        return bool(getattr(lane.reference(), "_must_cancel", False))

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
        self._generators.may_have_closed = True
        self._journal.say_entered(self._journal.thread())
        self._journal.say_output()
        self._generators.say_closed()
        caller = self._journal.lanes[0] if self._journal.lanes else None
        if caller and caller.kind == "caller" and not caller.is_closed:
            caller.set_state("CLOSED")
            self._journal.say(kind, caller, value=value)
        self._journal.is_over = True


def _driver(frame: FrameType) -> FrameType | None:
    """Return the frame that resumes a chain of awaits, from the outside."""
    driver = frame.f_back
    while driver is not None and frames.delegates(driver):
        driver = driver.f_back
    return driver
