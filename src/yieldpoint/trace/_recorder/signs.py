"""What no event tells, and a finding needs to know.

asyncio and the interpreter notice much themselves: a coroutine that was never awaited,
an exception that nobody has retrieved, a task that is dropped. Each passes through a
function of the standard library, and that function is watched.
"""

import asyncio
import asyncio.runners
import contextlib
import functools
import warnings
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping
from types import CoroutineType, FrameType
from typing import Any

from yieldpoint.trace._recorder import frames
from yieldpoint.trace._recorder.journal import Journal
from yieldpoint.trace._recorder.lanes import LiveLane
from yieldpoint.trace._recorder.locks import Locks, wait_of
from yieldpoint.trace._recorder.scheduling import WhenLeft

__all__ = ["Signs"]

_NEVER_AWAITED = warnings._warn_unawaited_coroutine.__code__  # type: ignore[attr-defined]  # what the interpreter calls
_CANCEL_ALL = asyncio.runners._cancel_all_tasks.__code__  # type: ignore[attr-defined]  # what asyncio.run calls at its end
_INTERRUPT = asyncio.Runner._on_sigint.__code__  # type: ignore[attr-defined]  # what Ctrl-C calls
_GENERATOR_IS_DROPPED = asyncio.BaseEventLoop._asyncgen_finalizer_hook.__code__  # type: ignore[attr-defined]  # what the interpreter calls
_GENERATORS_ARE_CLOSED = asyncio.BaseEventLoop.shutdown_asyncgens.__code__

# What asyncio says of a task or a future when it is collected, by the end of its words.
_COMPLAINTS = {
    "retrieved": "unretrieved",
    "shutdown": "unretrieved",
    "pending!": "dropped",
}


# What no task needs to retrieve: the event loop lets it go on to whoever has called it.
_END_THE_PROGRAM = (KeyboardInterrupt, SystemExit)


class Signs:
    """Watches for them.

    Attributes:
        watched: What to call when a function is entered, by the identity of its code.
    """

    def __init__(self, journal: Journal, locks: Locks) -> None:
        """Watch for a recording."""
        self._journal = journal
        self._locks = locks
        self.watched = {
            id(_NEVER_AWAITED): self._never_awaited,
            id(_CANCEL_ALL): self._cancels_all,
            id(_INTERRUPT): self._interrupts,
            id(_GENERATOR_IS_DROPPED): self._generator_is_dropped,
            id(_GENERATORS_ARE_CLOSED): self._generators_are_closed,
        }
        journal.when_over = lambda: self.stops("limit")

    # What is entered.

    def _never_awaited(self, frame: FrameType) -> WhenLeft | None:
        name = frame.f_locals["coro"].__name__
        self._journal.note("never awaited", self._journal.thread().holder, name)
        return None

    @contextlib.contextmanager
    def complaints_noted(self) -> Iterator[None]:
        """Hear what event loops say of exceptions and tasks that are lost.

        They say it when the collector is at work. From Python 3.12 on that may be in
        the recorder, of which the interpreter reports nothing.
        """
        complain = asyncio.BaseEventLoop.call_exception_handler

        @functools.wraps(complain)
        def call_exception_handler(
            loop: asyncio.BaseEventLoop, context: dict[str, Any]
        ) -> None:
            self._complains(loop, context)
            complain(loop, context)

        setattr(asyncio.BaseEventLoop, complain.__name__, call_exception_handler)
        try:
            yield
        finally:
            setattr(asyncio.BaseEventLoop, complain.__name__, complain)

    def _complains(self, loop: object, context: Mapping[str, Any]) -> None:
        kind = _COMPLAINTS.get(str(context.get("message")).rpartition(" ")[2], "")
        about = context.get("task") or context.get("future")
        lane = self._journal.lane_with(id(about), "task")
        # It may be something from before the recording that is collected just now.
        is_ours = asyncio._get_running_loop() is loop
        if isinstance(context.get("exception"), _END_THE_PROGRAM):
            return
        if kind and (lane or (is_ours and not isinstance(about, asyncio.Task))):
            text = self._journal.describe(context.get("exception"))
            self._journal.note(kind, lane, text)

    def _cancels_all(self, frame: FrameType) -> WhenLeft | None:
        """`asyncio.run` cancels the tasks that are left when its own has ended.

        If that has failed, what is left has to go, and nobody has forgotten it.
        """
        close = frame.f_back
        leave = close and close.f_back
        has_failed = leave is not None and leave.f_locals.get("exc_type") is not None
        tasks = asyncio.all_tasks(frame.f_locals["loop"])
        for lane in self._lanes_of(tasks):
            self._journal.note("cancelled" if has_failed else "left over", lane)
        return None

    def _lanes_of(self, tasks: Iterable[asyncio.Task[Any]]) -> list[LiveLane]:
        """Return the lanes of the program's own tasks, in their order."""
        lanes = [
            self._journal.lane_of(task)
            for task in tasks
            if isinstance(task.get_coro(), CoroutineType)
        ]
        return sorted(filter(None, lanes), key=lambda lane: lane.number)

    def _generator_is_dropped(self, frame: FrameType) -> WhenLeft | None:
        self._generators_are_open([frame.f_locals["agen"]])
        return None

    def _generators_are_closed(self, frame: FrameType) -> WhenLeft | None:
        """A loop that closes looks for the generators that are still held."""
        if frames.call_of(frame.f_code).starts(frame):
            loop: Any = frame.f_locals["self"]
            self._generators_are_open(list(loop._asyncgens))
        return None

    def _generators_are_open(self, generators: list[AsyncGenerator[Any]]) -> None:
        kind = "async generator"
        lanes = [
            self._journal.lane_with(id(frame), kind, by_frame=True)
            for frame in map(frames.frame_of, generators)
            if frame is not None
        ]
        for lane in sorted(filter(None, lanes), key=lambda lane: lane.number):
            if not (lane.is_new or lane.is_closed):
                self._journal.note("left open", lane)

    def _interrupts(self, frame: FrameType) -> WhenLeft | None:
        del frame
        self.stops("Ctrl-C")
        return None

    # How the recording ends.

    def stops(self, why: str) -> None:
        """Note who waits for whom at the moment."""
        for lane in list(self._journal.lanes):
            if not (lane.is_closed or lane.state == ""):
                what, others = wait_of(lane, self._journal, self._locks)
                self._journal.note("stands", lane, what, others)
        self._journal.note("stopped", None, why)

    def end_block(self, block: LiveLane | None) -> None:
        """Look at what a block has begun that the program goes on with.

        Args:
            block: The lane in which the block was.
        """
        number = -1 if block is None else block.number
        begun = {
            each.lane
            for each in self._journal.events
            if each.kind == "created" and each.other == number
        }
        for lane in self._journal.lanes:
            task: Any = lane.reference() if lane.kind == "task" else None
            if task is None or lane.number not in begun:
                continue
            if _is_unretrieved(task):
                self._journal.note("unretrieved in the block", lane)
            elif not (task.done() or task.cancelling()):
                self._journal.note("outlives the block", lane)
        self._locks.end()

    def end(self, *, is_interrupted: bool) -> None:
        """Look at what is left when the program has ended, perhaps by Ctrl-C."""
        if is_interrupted and not any(
            sign.kind == "stopped" for sign in self._journal.signs
        ):
            self.stops("Ctrl-C")
        for lane in self._journal.lanes:
            task: Any = lane.reference() if lane.kind == "task" else None
            if task is None:
                continue
            loop = task.get_loop()
            if not task.done() and not loop.is_running():
                self._journal.note("dropped", lane)
            elif _is_unretrieved(task):
                self._journal.note("unretrieved", lane)
        self._locks.end()


def _is_unretrieved(task: Any) -> bool:
    """Tell whether a task has failed and nobody has asked for its exception."""
    is_asked_for = not getattr(task, "_log_traceback", False)
    return not (is_asked_for or isinstance(task._exception, _END_THE_PROGRAM))
