"""Entering a frame: which lane it belongs to, and whether the lane is entered by it.

A generator is a lane of its own. Coroutines that await one another are one: the lane of
the task that runs the outermost, or of whoever drives that. A plain call is a part of
the lane that makes it.
"""

import asyncio
import sys
import threading
from types import FrameType
from typing import Any

from yieldpoint.trace._recorder import frames, syntax
from yieldpoint.trace._recorder.asking import driver_of, how_asked
from yieldpoint.trace._recorder.calls import Calls, Notes
from yieldpoint.trace._recorder.foreign import ForeignLoops
from yieldpoint.trace._recorder.generators import Generators
from yieldpoint.trace._recorder.journal import Journal
from yieldpoint.trace._recorder.lanes import (
    Entering,
    Hold,
    LiveLane,
    Place,
    ThreadState,
)
from yieldpoint.trace._recorder.scheduling import (
    Scheduling,
    coroutine_of,
    current_task,
    is_between_steps,
    says_its_end,
    this_thread,
)

__all__ = ["Entrance"]

# The kinds of lanes that consist of a chain of coroutines.
_AWAITING = {"task", "coroutine", "async generator"}


class Entrance:
    """Finds the lanes of frames that are entered.

    Attributes:
        misses_some: Whether a frame may go on without having been reported to do so: on
            Python 3.11, and when another recording has been made meanwhile.
    """

    def __init__(
        self,
        journal: Journal,
        calls: Calls,
        generators: Generators,
        scheduling: Scheduling,
        loops: ForeignLoops,
    ) -> None:
        """Share what the recorder knows."""
        self._journal = journal
        self._calls = calls
        self._generators = generators
        self._scheduling = scheduling
        self._loops = loops
        self._outside: asyncio.Task[Any] | None = None
        self.misses_some = sys.version_info < (3, 12)

    def leave_out(self, task: asyncio.Task[Any] | None) -> None:
        """Let a task that makes a recording be no part of it."""
        self._outside = task

    def passes_through(self, frame: FrameType) -> bool:
        """Let what drives a generator reach the one that it delegates to.

        Where many delegate to one another, this is what happens most often: each of
        them has just been entered, and nothing has run in it.

        Returns:
            Whether the frame is entered in this way.
        """
        thread = self._journal.thread()
        through, asks = thread.entering, frame.f_back
        notes, outer = self._calls.known(frame), thread.top
        if through is None or asks is None or notes is None or notes.hold is None:
            return False
        hold = notes.hold
        if (
            (through.frame != id(asks) and id(asks) not in self._calls.conduits)
            or not isinstance(outer, Hold)
            or outer.lane is not through.lane
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
        notes.closing = False
        self._calls.note_passing(passes=False)
        through.lane, through.frame = hold.lane, id(frame)
        through.arrives = through.arrives and self._arrives(frame)
        return True

    def surface(self, frame: FrameType) -> LiveLane | None:
        """Let a generator hold control whose delegate has ended: it goes on itself.

        If values went through it, it was not entered when it was resumed.

        Returns:
            Its lane, if it has one.
        """
        self._calls.conduits.discard(id(frame))
        lane = self._generators.of_frame(frame, starts=False)
        thread = self._journal.thread()
        top = thread.top
        if lane is None or not isinstance(top, Hold) or top.lane is lane:
            return lane
        is_through = top.lane.frame in self._calls.conduits
        receiver = top.receiver if is_through else top.lane
        hold = self._calls.notes(frame).hold = Hold(lane, 1, receiver)
        thread.stack.append(hold)
        lane.set_state("RUNNING")
        if thread.entering is not None and thread.entering.lane is top.lane:
            thread.entering.lane, thread.entering.frame = lane, id(frame)
            thread.entering.arrives = ()
        return lane

    def enter(self, frame: FrameType) -> None:
        """Find the lane that a frame belongs to, and whether the lane is entered."""
        thread = self._journal.thread()
        call = frames.call_of(frame.f_code)
        starts = call.starts(frame)
        self._calls.note_passing(passes=False)
        thread.stopped_at = None
        if starts:
            self._calls.begin(frame)
        notes = self._calls.notes(frame)
        if call.kind == "function":
            self._journal.say_entered(thread)
            self._generators.say_closed()
            self._enter_task(thread, frame, starts=starts)
            self._enter_function(thread, frame, notes)
            if starts and notes.hold is None:
                notes.depth = self._calls.depth_inside(frame.f_back)
            return
        lane = self._generators.of_frame(frame, starts=starts)
        self._generators.say_closed(but=lane)
        if self._may_be_awaited(frame, call, notes) and self._enter_awaited(
            thread, frame, notes, starts=starts
        ):
            return
        notes.closing = False
        self._enter_resumable(thread, frame, notes, call, lane, starts=starts)

    def enter_unreported(
        self, frame: FrameType, thread: ThreadState, notes: Notes
    ) -> None:
        """Enter a frame that goes on without having been reported to do so.

        That is a generator through which values went, if the one that it delegates to
        has been exhausted by somebody else.
        """
        if id(frame) in self._calls.conduits:
            self.surface(frame)
            return
        if self.misses_some:
            self.enter_again(frame, thread, notes)

    def enter_again(self, frame: FrameType, thread: ThreadState, notes: Notes) -> None:
        """Enter a frame again that goes on, if that was not reported.

        On Python 3.11 it is not if an exception reaches the frame that was thrown into
        what it awaits.
        """
        if notes.hold is not None and notes.hold not in thread.stack:
            self.enter(frame)

    def _enter_resumable(
        self,
        thread: ThreadState,
        frame: FrameType,
        notes: Notes,
        call: frames.Call,
        lane: LiveLane | None,
        *,
        starts: bool,
    ) -> None:
        """Enter a frame that is a lane of its own."""
        if thread.goes_on == id(frame):
            thread.goes_on = 0
            return  # an exception has gone past it, and it holds control already
        self._journal.say_entered(thread)
        self._enter_task(thread, frame, starts=starts)
        outer, asks = thread.top, frame.f_back
        how, by = how_asked(asks, call), thread.holder
        if call.kind == "coroutine":
            how = how_asked(driver_of(frame), call)
            if self._loops.runs(frame):
                how, by = "", None
        if lane is None:
            lane = self._generators.create(frame, call, by)
        if starts and call.kind == "async generator":
            lane.finalized = sys.get_asyncgen_hooks().finalizer is not None
        sent = self._sent(lane, frame, how, starts=starts) if by else ""
        first = lane.is_new and starts
        arrives = () if starts or by is None else self._arrives(frame)
        thread.entering = Entering(*(lane, id(frame), first, how, sent, by, arrives))
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
        lane.thread = threading.get_ident()

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
        return self._journal.describe(value)

    def _place(self, frame: FrameType) -> Place:
        return self._journal.place(frame, self._calls.notes(frame).number)

    def _arrives(self, frame: FrameType) -> tuple[int, ...]:
        """Return where in the source of a frame what is sent into it arrives."""
        position = syntax.position_of(frame)
        return position and (self._journal.file(frame.f_code), *position)

    def _may_be_awaited(
        self, frame: FrameType, call: frames.Call, notes: Notes
    ) -> bool:
        """Tell whether a frame may be a part of the lane that awaits it."""
        if call.kind != "generator":
            return call.kind == "coroutine"
        if notes.hold is not None and notes.hold.lane.kind in _AWAITING:
            return True  # also if an exception goes past those that await it
        asks = frame.f_back
        return (
            asks is not None
            and frames.delegates(asks)
            and frames.call_of(asks.f_code).kind != "generator"
        )

    def _enter_awaited(
        self, thread: ThreadState, frame: FrameType, notes: Notes, *, starts: bool
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
        asks = frame.f_back
        if starts and asks is not None and frames.delegates(asks):
            notes.depth = self._calls.depth_inside(asks)
        return True

    def _awaiting(self, frame: FrameType) -> LiveLane | None:
        """Return the lane that awaits a frame, or None if none is known to."""
        outer = frame.f_back
        while outer is not None and frames.delegates(outer):
            notes = self._calls.known(outer)
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

    def is_root(self, frame: FrameType) -> bool:
        """Tell whether a coroutine is the one that a task with a lane runs."""
        if frame.f_back is not None and frames.delegates(frame.f_back):
            return False
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
        if task is None or task is self._outside:
            return False
        lane = self._journal.lane_of(task)
        if lane is not None and thread.hold_of(lane) is not None:
            return False
        if is_between_steps(task):
            return False  # it is the loop's turn
        self.leave_idle_tasks(thread)
        if lane is None:
            lane = self._scheduling.new_task_lane(task)
            known = self._scheduling.knows(task)
            if starts and not known and self._is_of_task(frame):
                # It starts eagerly, before anybody has put it into a queue; or its loop
                # does not report that, and then the one who waits for the loop has not.
                holder = thread.holder
                is_loops = holder is None or holder.kind == "caller"
                self._scheduling.say_created(lane, None if is_loops else holder)
        first = lane.is_new and (starts or lane.state != "")
        if first and self._calls.is_own(frame.f_code):
            lane.place = self._place(frame)
        thread.entering = Entering(lane, id(frame), first)
        thread.stack.append(Hold(lane, receiver=None))
        return True

    def leave_idle_tasks(self, thread: ThreadState) -> None:
        """Take off the stack what a loop has left that does not report its turns."""
        while (
            isinstance(thread.top, Hold)
            and thread.top.lane.kind == "task"
            and not getattr(coroutine_of(thread.top.lane.reference()), "cr_running", 0)
        ):
            lane = thread.top.lane
            thread.stack.pop()
            self._scheduling.say_stopped(lane)

    def join_task(self, thread: ThreadState, frame: FrameType | None) -> bool:
        """Let the running task hold control from now on.

        Returns:
            Whether there is one.
        """
        joined = current_task()
        if joined is None or is_between_steps(joined):
            return False
        if frame is not None and frames.call_of(frame.f_code).kind == "coroutine":
            self.enter(frame)
        else:
            task = sys._getframe() if frame is None else frame
            self._enter_task(thread, task, starts=False)
        assert thread.entering is not None
        thread.entering.first = True
        self._journal.say_entered(thread)
        return True

    def _enter_function(
        self, thread: ThreadState, frame: FrameType, notes: Notes
    ) -> None:
        """A plain call begins a lane only if no lane makes it."""
        top = thread.top
        if isinstance(top, Hold):
            if top.lane.kind == "caller" and top.depth == 0:
                top.depth = 1
                notes.hold = top
            return
        lane = self.lane_of_callback(thread, frame.f_code.co_name)
        if top is None:
            entering = Entering(lane, first=lane.is_new)
        else:
            how = "timer" if top.timer else ""
            entering = Entering(lane, first=lane.is_new, how=how, by=top.cause)
            lane.place = self._place(frame)
        thread.entering = entering
        hold = Hold(lane, depth=1)
        thread.stack.append(hold)
        if lane.kind == "loop" or not says_its_end(this_thread()):
            notes.hold = hold

    def lane_of_callback(self, thread: ThreadState, function: str) -> LiveLane:
        """Return the lane of what nothing of the program's own calls.

        That is the thread's, or the event loop's in its turn.
        """
        if thread.top is None:
            current = this_thread()
            if current is None:
                return self._scheduling.nameless_lane(function)
            return self._scheduling.thread_lane(current, function)
        for lane in self._journal.lanes:
            if lane.kind == "loop":
                return lane
        return self._journal.new_lane("event loop", "loop", "", None)
