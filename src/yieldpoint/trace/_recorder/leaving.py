"""Leaving a frame: whether its lane yields, waits or ends by that, and how."""

import asyncio
from types import FrameType
from typing import Any

from yieldpoint.trace._recorder import frames, syntax
from yieldpoint.trace._recorder.asking import driver_of, how_asked
from yieldpoint.trace._recorder.calls import Calls, Notes
from yieldpoint.trace._recorder.entering import Entrance
from yieldpoint.trace._recorder.foreign import ForeignLoops
from yieldpoint.trace._recorder.generators import Generators
from yieldpoint.trace._recorder.journal import Changes, Journal
from yieldpoint.trace._recorder.lanes import Hold, LiveLane, ThreadState
from yieldpoint.trace._recorder.scheduling import coroutine_of

__all__ = ["Exit", "Raised"]

# The calls whose result is what the generator yields next.
_BECOMES = frozenset({"next", "__next__", "send", "throw"})

# An exception's type, and its text: it would itself keep what its traceback holds.
Raised = tuple[type[BaseException], str]


class Exit:
    """Says what becomes of the lanes of frames that are left."""

    def __init__(
        self,
        journal: Journal,
        calls: Calls,
        generators: Generators,
        entrance: Entrance,
        loops: ForeignLoops,
    ) -> None:
        """Share what the recorder knows."""
        self._journal = journal
        self._calls = calls
        self._generators = generators
        self._entrance = entrance
        self._loops = loops

    def yields(self, frame: FrameType, value: object) -> None:
        """A frame hands out a value, or waits, and will go on."""
        thread = self._journal.thread()
        if self._calls.is_passing() and self._passes_on(thread, frame):
            return
        own = self._calls.is_own(frame.f_code)
        notes, changes = self._leave(thread, frame, value, own=own)
        hold = notes.hold
        if hold is None or not self._is_on_top(thread, hold):
            return
        hold.depth -= 1
        if thread.stopped_at is None:
            place = hold.lane.place
            if own:
                place = self._journal.place(frame, notes.number)
            thread.stopped_at = place
            thread.waits_for = syntax.text_of_wait(frame, own=own)
        if hold.depth <= 0:
            thread.stack.pop()
            self._suspend(thread, hold, frame, value, changes)

    def ends(self, frame: FrameType, value: object, failed: Raised | None) -> None:
        """A frame is left for good."""
        thread = self._journal.thread()
        self._calls.note_passing(passes=False)
        own = self._calls.is_own(frame.f_code)
        notes, changes = self._leave(thread, frame, value, own=own)
        self._calls.end(frame)
        if notes.depth and thread.holder:
            thread.holder.depth = notes.depth - 1
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
            outer = self._entrance.surface(asks)
            if outer is not None:
                outer.delegates = False
                # If an exception went past it, it is about to be entered.
                thread.goes_on, other = id(asks), outer
        if own:
            lane.place = self._journal.place(frame, notes.number)
        if lane.closing and failed and issubclass(failed[0], GeneratorExit):
            self._generators.close(lane, other, changes)
        elif lane.kind == "loop" or (lane.kind == "thread" and asks is not None):
            # The main thread calls one function after the other at its end, and one of
            # a pool one before its first job.
            thread.goes_back_to(lane)
            lane.set_state("SUSPENDED")
            self._journal.say("suspended", lane, changes=changes)
        else:
            self._end(thread, lane, value, failed, changes, other)

    def _leave(
        self, thread: ThreadState, frame: FrameType, value: object, *, own: bool
    ) -> tuple[Notes, Changes]:
        """Write down what has to be known before a frame is left."""
        notes = self._calls.notes(frame)
        self._entrance.enter_unreported(frame, thread, notes)
        thread.goes_on = 0
        self._journal.say_output()
        if not (notes.closing and thread.entering):
            self._journal.say_entered(thread)
        if not notes.closing:
            self._generators.say_closed()
        changes = (
            notes.changes(frame, self._journal.describe, self._generators.find)
            if own
            else ()
        )
        # What ``__await__`` returns is awaited at once, and so a part of a chain.
        if frame.f_code.co_name != "__await__":
            self._generators.find(value)
        return notes, changes

    def _is_on_top(self, thread: ThreadState, hold: Hold) -> bool:
        """Tell whether a lane holds control, once idle tasks above it are left."""
        if thread.top is not hold and hold in thread.stack:
            self._entrance.leave_idle_tasks(thread)
        return thread.top is hold

    def _passes_on(self, thread: ThreadState, frame: FrameType) -> bool:
        """Let a value pass that a generator has yielded to whoever drives this one.

        That it stands at its ``yield from`` is said once: of each value it does not
        hear.
        """
        hold = thread.top
        if (
            not isinstance(hold, Hold)
            or hold.lane.frame != id(frame)
            or hold.lane.kind != "generator"
        ):
            return False
        thread.stack.pop()
        lane = hold.lane
        lane.set_state("SUSPENDED")
        if not lane.delegates:
            lane.delegates = True
            lane.place = self._journal.place(frame, self._calls.notes(frame).number)
            text = syntax.text_of_wait(frame, own=True)
            self._journal.say("suspended", lane, value=text, how="yield from")
            self._calls.conduits.add(id(frame))
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
        if lane.kind == "task":
            # Nobody waits through it: one that was started eagerly has been called.
            thread.stopped_at = None
        yields = lane.kind in {"generator", "coroutine"}
        if frames.call_of(frame.f_code).kind == "async generator":
            yields = frames.is_yielded_value(value)
            value = frames.unwrapped(value) if yields else value
        elif lane.kind == "coroutine" and self._loops.runs(frame):
            yields = False
        if yields:
            goes_on = lane.kind == "generator" and self._is_delegated(frame)
            self._calls.note_passing(passes=goes_on)
            text, other = self._journal.describe(value), hold.receiver
            kind = "yielded"
        else:
            kind, text, other = "suspended", thread.waits_for, None
            if issubclass(type(value), asyncio.Task):
                other = self._journal.lane_of(value)
        arrives = self._arrives(frame) if kind == "yielded" and other else ()
        self._journal.say(
            kind, lane, value=text, other=other, changes=changes, arrives=arrives
        )
        if lane.cancelled:
            self._note_cancelling(lane)

    def _arrives(self, frame: FrameType) -> tuple[int, ...]:
        """Return where the value arrives that a frame hands out, if a call becomes it.

        A loop that asks for values has no expression that becomes one.
        """
        asks = driver_of(frame)
        if asks is None or not self._calls.is_own(asks.f_code):
            return ()
        if how_asked(asks, frames.call_of(frame.f_code)) not in _BECOMES:
            return ()
        position = syntax.position_of(asks)
        return position and (self._journal.file(asks.f_code), *position)

    def _is_delegated(self, frame: FrameType) -> bool:
        asks = frame.f_back
        return asks is not None and frames.delegates(asks)

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
        failed: Raised | None,
        changes: Changes,
        other: LiveLane | None,
    ) -> None:
        """Say that a lane has ended, and how."""
        self._generators.forget(lane)
        thread.goes_back_to(lane)
        lane.set_state("CLOSED")
        if lane.kind == "task" and self._is_cancelled(lane, failed):
            kind, text = "cancelled", ""
        elif failed is None:
            kind, text = "returned", self._journal.describe(value)
        else:
            kind, text = "raised", failed[1]
        self._journal.say(kind, lane, value=text, other=other, changes=changes)
        if lane.cancelled:
            self._note_cancelling(lane)

    def _note_cancelling(self, lane: LiveLane) -> None:
        """Note that a task goes on, or has ended, after somebody has cancelled it."""
        task: Any = lane.reference()
        if lane.kind == "task" and task is not None and task.cancelling():
            self._journal.note("cancelling", lane)

    def _is_cancelled(self, lane: LiveLane, failed: Raised | None) -> bool:
        """Tell whether a task that ends is cancelled."""
        if failed is not None:
            return issubclass(failed[0], asyncio.CancelledError)
        # It may return between the call of cancel and its effect.
        return bool(getattr(lane.reference(), "_must_cancel", False))
