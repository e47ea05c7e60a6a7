"""What asyncio and threads do between two stretches of the program's own code.

A task is created, and woken, when its next step is put into the event loop's queue. The
loop calls what is in the queue, one handle a turn. For each handle it is noted which
lane had control when it was put there: so it is known who woke whom, also where a
future, a lock or a group of tasks stands in between.
"""

import asyncio
import concurrent.futures.thread
import threading
import weakref
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from yieldpoint.trace import _frames
from yieldpoint.trace._journal import Journal
from yieldpoint.trace._lanes import Hold, LiveLane, LoopTurn, ThreadState

__all__ = ["Scheduling", "coroutine_of", "current_task"]

# What a trace function returns for a frame: the function to call for its next events.
Tracer = Callable[[FrameType, str, Any], Any] | None

_pool_worker = concurrent.futures.thread._worker


class Scheduling:
    """Watches the few functions of the standard library that say it all.

    Attributes:
        watched: What to call when one of them is entered, by the identity of its code.
    """

    def __init__(self, journal: Journal) -> None:
        """Watch for a recording."""
        self._journal = journal
        self._handles: dict[int, tuple[weakref.ref[Any], LoopTurn]] = {}
        loop = asyncio.BaseEventLoop
        watched: dict[CodeType, Callable[[FrameType], Tracer]] = {
            loop.call_soon.__code__: self._call_soon,
            loop.call_soon_threadsafe.__code__: self._call_soon,
            asyncio.Handle.__init__.__code__: self._handle_is_made,
            asyncio.Handle._run.__code__: self._handle_runs,
            threading.Thread.start.__code__: self._thread_is_started,
            threading.Thread.run.__code__: self._thread_runs,
            concurrent.futures.thread._WorkItem.run.__code__: self._job_runs,
        }
        self.watched = {id(code): call for code, call in watched.items()}

    # The event loop.

    def _call_soon(self, frame: FrameType) -> Tracer:
        """A callback is put into the loop's queue: it may be a task's next step."""
        thread = self._journal.thread()
        cause = thread.cause
        callback = frame.f_locals.get("callback")
        task: Any = getattr(callback, "__self__", None)
        if issubclass(type(task), asyncio.Task) and (
            getattr(callback, "__name__", "") != "cancel"
        ):
            self._journal.say_entered(thread)
            lane = self._journal.lane_of(task)
            if lane is None:
                self._task_is_created(task, cause.cause)
            else:
                lane.woken = True
                how = "timer" if cause.timer else ""
                by = cause.cause if cause.cause is not lane else None
                self._journal.say("woken", lane, how=how, other=by)
        return None

    def _handle_is_made(self, frame: FrameType) -> Tracer:
        """Note what the handle goes back to.

        Another thread's loop may run it before call_soon_threadsafe is back: so it is
        noted when it is made, and not when it is returned.
        """
        maker = frame.f_back
        while maker and maker.f_code.co_name == "__init__":
            maker = maker.f_back  # that of a class derived from Handle
        made_by = maker.f_code.co_name if maker else ""
        if made_by in {"_call_soon", "call_soon_threadsafe"}:
            cause = self._journal.thread().cause
        elif made_by == "call_at":
            cause = LoopTurn(None, timer=True)
        else:
            return None  # for a socket or a signal
        handle = frame.f_locals["self"]
        self._handles[id(handle)] = (weakref.ref(handle), cause)
        return None

    def _handle_runs(self, frame: FrameType) -> Tracer:
        """The loop calls a callback: until that is back, the loop has its turn."""
        handle = frame.f_locals["self"]
        reference, turn = self._handles.pop(id(handle), (None, LoopTurn(None)))
        if reference is None or reference() is not handle:
            turn = LoopTurn(None)  # a socket's, or of another one with its identity
        thread = self._journal.thread()
        thread.stack.append(turn)
        return _when_it_returns(frame, lambda _: self._turn_ends(thread, turn))

    def _turn_ends(self, thread: ThreadState, turn: LoopTurn) -> None:
        """Take from the stack what a callback has left there."""
        self._journal.say_entered(thread)
        depth = thread.stack.index(turn)
        left = [each for each in thread.stack[depth:] if isinstance(each, Hold)]
        del thread.stack[depth:]
        for hold in left:
            hold.lane.set_state("SUSPENDED")
            self._journal.say("suspended", hold.lane)

    # Tasks.

    def _task_is_created(
        self, task: asyncio.Task[Any], creator: LiveLane | None
    ) -> None:
        coroutine = coroutine_of(task)
        if getattr(coroutine, "__name__", "") in {
            *("shutdown_asyncgens", "shutdown_default_executor"),
        }:
            return  # the loop's own, at its end
        lane = self.new_task_lane(task)
        lane.set_state("CREATED")
        place = creator.place if creator else lane.place
        self._journal.say("created", lane, other=creator, place=place)

    def new_task_lane(self, task: asyncio.Task[Any]) -> LiveLane:
        """Add a lane for a task."""
        name = f"Task-{self._journal.count('task') + 1}"
        function = getattr(coroutine_of(task), "__name__", "")
        return self._journal.new_lane(name, "task", function, task)

    # Threads.

    def thread_lane(self, thread: threading.Thread, function: str) -> LiveLane:
        """Return the lane of a thread."""
        lane = self._journal.lane_of(thread)
        if lane is None:
            name, _, number = thread.name.partition("-")
            if name == "Thread" and number[:1].isdigit():
                # threading counts from the start of the process, too.
                name = f"Thread-{self._journal.count('thread') + 1}"
            else:
                name = thread.name
            lane = self._journal.new_lane(name, "thread", function, thread)
        return lane

    def _thread_is_started(self, frame: FrameType) -> Tracer:
        started = frame.f_locals["self"]
        target = getattr(started, "_target", None)
        name = getattr(target, "__name__", "")
        if name != "_do_shutdown":  # that is how the loop ends its own threads
            thread = self._journal.thread()
            self._journal.say_entered(thread)
            creator = thread.cause.cause
            lane = self.thread_lane(started, "" if target is _pool_worker else name)
            lane.set_state("CREATED")
            place = creator.place if creator else lane.place
            self._journal.say("created", lane, other=creator, place=place)
        return None

    def _thread_runs(self, frame: FrameType) -> Tracer:
        if getattr(frame.f_locals["self"], "_target", None) is _pool_worker:
            return None  # each of its jobs counts, and not the waiting between them
        return self._runs_in_thread(frame, "returned", "CLOSED")

    def _job_runs(self, frame: FrameType) -> Tracer:
        return self._runs_in_thread(frame, "suspended", "SUSPENDED")

    def _runs_in_thread(self, frame: FrameType, kind: str, state: str) -> Tracer:
        """A thread begins to work: until it is done, it holds its own control."""
        lane = self._journal.lane_of(threading.current_thread())
        if lane is None:
            return None
        first = lane.is_new
        lane.set_state("RUNNING")
        self._journal.say("started" if first else "resumed", lane)
        thread = self._journal.thread()
        hold = Hold(lane)
        thread.stack.append(hold)

        def on_return(_: object) -> None:
            del thread.stack[thread.stack.index(hold) :]
            lane.set_state(state)
            self._journal.say(kind, lane)

        return _when_it_returns(frame, on_return)


def _when_it_returns(frame: FrameType, call: Callable[[Any], None]) -> Tracer:
    """Return a trace function for a frame that calls a function at its return."""
    frame.f_trace_lines = False

    def trace(frame: FrameType, event: str, value: Any) -> Any:
        del frame
        if event == "return":
            call(value)
        return trace

    return trace


def current_task() -> asyncio.Task[Any] | None:
    """Return the task that is running in this thread."""
    loop = asyncio._get_running_loop()
    return None if loop is None else asyncio.current_task(loop)


def coroutine_of(task: Any) -> _frames.Resumable | None:
    """Return the coroutine object that a task runs, or None without a task."""
    coroutine: _frames.Resumable | None = None if task is None else task.get_coro()
    return coroutine
