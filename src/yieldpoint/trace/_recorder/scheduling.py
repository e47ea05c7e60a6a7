"""What asyncio and threads do between two stretches of the program's own code.

A task is created, and woken, when its next step is put into the event loop's queue. The
loop calls what is in the queue, one handle a turn. For each handle it is noted which
lane had control when it was put there: so it is known who woke whom, also where a
future, a lock or a group of tasks stands in between.
"""

import asyncio
import concurrent.futures.thread
import inspect
import sys
import threading
import weakref
from collections.abc import Callable
from types import (
    BuiltinFunctionType,
    CodeType,
    CoroutineType,
    FrameType,
    FunctionType,
    GetSetDescriptorType,
    MethodType,
)
from typing import Any

from yieldpoint.clock._threads import LISTED
from yieldpoint.trace._recorder import frames
from yieldpoint.trace._recorder.journal import Journal
from yieldpoint.trace._recorder.lanes import (
    Cause,
    Entering,
    Hold,
    LiveLane,
    LiveTimer,
    LoopTurn,
    ThreadState,
)

__all__ = [
    "Scheduling",
    "Watch",
    "WhenLeft",
    "coroutine_of",
    "current_task",
    "is_between_steps",
    "says_its_end",
    "this_thread",
]

# What to call when a frame that has been entered is left.
WhenLeft = Callable[[], None]

# What to call when a frame is entered.
Watch = Callable[[FrameType], WhenLeft | None]

# What can be asked for its name, and does nothing but tell it.
_WITH_NAMES = (BuiltinFunctionType, FunctionType, MethodType, type)

# That nothing is known of what has led to a callback.
_UNKNOWN: Cause = (None, False)

# How a task's next step is called: by methods where tasks are written in Python; where
# they are in C, by an object of a type of its own, and, after a wait, by a function.
_PYTHONS_TASK: Any = asyncio.tasks._PyTask  # type: ignore[attr-defined]  # no public name
_STEPS = frozenset({id(_PYTHONS_TASK._Task__step), id(_PYTHONS_TASK._Task__wakeup)})
_WAKES = "task_wakeup"

# Returns the attributes that a type has itself, and asks nobody.
_attributes_of = type.__dict__["__dict__"].__get__

_pool_worker = concurrent.futures.thread._worker

# The functions that are watched, as they are before the clock has replaced some.
_CALL_SOON = asyncio.BaseEventLoop.call_soon.__code__
_CALL_SOON_THREADSAFE = asyncio.BaseEventLoop.call_soon_threadsafe.__code__
_MAKE_HANDLE = asyncio.Handle.__init__.__code__
_RUN_HANDLE = asyncio.Handle._run.__code__
_CANCEL_TIMER = asyncio.TimerHandle.cancel.__code__
_START_THREAD = inspect.unwrap(
    threading.Thread.start
).__code__  # not the one of a block
_RUN_THREAD = threading.Thread.run.__code__
_BE_THREAD = threading.Thread._bootstrap_inner.__code__  # type: ignore[attr-defined]  # what each thread does
_THREAD_FAILS = threading._make_invoke_excepthook().__code__  # type: ignore[attr-defined]  # what is called if it does
_THREAD_ENDS = threading.Thread._delete.__code__  # type: ignore[attr-defined]  # what each thread does last
_RUN_JOB = concurrent.futures.thread._WorkItem.run.__code__


class Scheduling:
    """Watches the few functions of the standard library that say it all.

    Attributes:
        watched: What to call when one of them is entered, by the identity of its code.
    """

    def __init__(
        self,
        journal: Journal,
        thread_ends: Callable[[], None],
        is_own: Callable[[CodeType], bool],
    ) -> None:
        """Watch for a recording.

        Args:
            journal: What is written to.
            thread_ends: What to call in a thread that ends.
            is_own: Tells which code is the program's own.
        """
        self._journal = journal
        self._is_own = is_own
        self._kept: list[CodeType] = []  # so that no other code gets its identity
        self._thread_ends = thread_ends
        self._handles: dict[int, tuple[weakref.ref[Any], Cause]] = {}
        self._timers: dict[int, tuple[weakref.ref[Any], LiveTimer]] = {}
        self._failures: dict[int, str] = {}  # what has ended a thread, by its identity
        self._known: dict[int, weakref.ref[asyncio.Task[Any]]] = {}
        self.watched: dict[int, Watch] = {
            id(_CALL_SOON): self._call_soon,
            id(_CALL_SOON_THREADSAFE): self._call_soon,
            id(_MAKE_HANDLE): self._handle_is_made,
            id(_RUN_HANDLE): self._handle_runs,
            id(_CANCEL_TIMER): self._timer_is_gone,
            id(_START_THREAD): self._thread_is_started,
            id(_RUN_THREAD): self._thread_runs,
            id(_BE_THREAD): lambda _: thread_ends,
            id(_THREAD_FAILS): self._thread_fails,
            id(_THREAD_ENDS): self._thread_has_run,
            id(_RUN_JOB): self._job_runs,
        }

    # The event loop.

    def _call_soon(self, frame: FrameType) -> WhenLeft | None:
        """A callback is put into the loop's queue: it may be a task's next step."""
        thread = self._journal.thread()
        cause, is_timer = thread.cause
        task = _task_of(frame.f_locals.get("callback"))
        if task is not None:
            self._journal.say_entered(thread)
            lane = self._journal.lane_of(task)
            if lane is None and not self.knows(task) and not _has_begun(task):
                self._task_is_created(task, cause)
            elif lane is not None:
                lane.woken = True
                how = "timer" if is_timer else ""
                by = cause if cause is not lane else None
                self._journal.say("woken", lane, how=how, other=by)
        return None

    def _handle_is_made(self, frame: FrameType) -> WhenLeft | None:
        """Note what the handle goes back to.

        Another thread's loop may run it before call_soon_threadsafe is back: so it is
        noted when it is made, and not when it is returned.
        """
        handle, maker = frame.f_locals["self"], frame.f_back
        while maker and maker.f_code.co_name == "__init__":
            maker = maker.f_back  # that of a class derived from Handle
        made_by = maker.f_code.co_name if maker else ""
        if made_by not in {"_call_soon", "call_soon_threadsafe", "call_at"}:
            return None  # for a socket or a signal
        reference, cause = weakref.ref(handle), self._journal.thread().cause
        if made_by == "call_at":
            assert maker is not None
            timer = self._journal.set_timer(cause[0], maker.f_locals["when"])
            self._timers[id(handle)] = reference, timer
            cause = None, True
        self._handles[id(handle)] = reference, cause
        return None

    def _timer_is_gone(self, frame: FrameType) -> None:
        """A timer is cancelled."""
        self._drop_timer(frame.f_locals["self"])

    def _drop_timer(self, handle: asyncio.Handle) -> None:
        """Note that a handle is no timer any more, if it was one."""
        reference, timer = self._timers.pop(id(handle), (None, None))
        if reference is not None and timer is not None and reference() is handle:
            self._journal.drop_timer(timer)

    def _handle_runs(self, frame: FrameType) -> WhenLeft | None:
        """The loop calls a callback: until that is back, the loop has its turn."""
        handle = frame.f_locals["self"]
        self._drop_timer(handle)
        reference, cause = self._handles.pop(id(handle), (None, _UNKNOWN))
        if reference is None or reference() is not handle:
            cause = _UNKNOWN  # a socket's, or of another one with its identity
        turn = LoopTurn(*cause)
        thread = self._journal.thread()
        thread.stack.append(turn)
        task = _task_of(handle._callback)
        lane = None if task is None else self._journal.lane_of(task)
        if lane is not None and type(coroutine_of(task)) is not CoroutineType:
            # No frame will tell that the task is entered: it closes a generator, say.
            thread.stack.append(Hold(lane))
            thread.entering = Entering(lane, first=lane.is_new)
        return lambda: self._turn_ends(thread, turn)

    def _turn_ends(self, thread: ThreadState, turn: LoopTurn) -> None:
        """Take from the stack what a callback has left there."""
        self._journal.say_entered(thread)
        if thread.stack[-1] is turn:
            thread.stack.pop()  # as mostly
            return
        depth = thread.stack.index(turn)
        left = [each for each in thread.stack[depth:] if isinstance(each, Hold)]
        del thread.stack[depth:]
        for hold in reversed(left):
            self.say_stopped(hold.lane)

    def say_stopped(self, lane: LiveLane) -> None:
        """Say that a lane is not running any more, of which no frame has said so."""
        task: Any = lane.reference()
        if lane.kind != "task" or task is None or not task.done():
            lane.set_state("SUSPENDED")
            self._journal.say("suspended", lane)
            return
        lane.set_state("CLOSED")
        # To ask for them as others do would count as having retrieved them.
        if task.cancelled():
            self._journal.say("cancelled", lane)
        elif task._exception is not None:
            text = self._journal.describe(task._exception)
            self._journal.say("raised", lane, value=text)
        else:
            text = self._journal.describe(task._result)
            self._journal.say("returned", lane, value=text)

    # Tasks.

    def know_tasks(self) -> None:
        """Take in which tasks are there: what wakes them does not create them."""
        loop = asyncio._get_running_loop()
        if loop is not None:
            tasks = asyncio.all_tasks(loop)
            self._known.update({id(task): weakref.ref(task) for task in tasks})

    def knows(self, task: asyncio.Task[Any]) -> bool:
        """Tell whether a task was there before the recording."""
        known = self._known.get(id(task))
        return known is not None and known() is task

    def _task_is_created(
        self, task: asyncio.Task[Any], creator: LiveLane | None
    ) -> None:
        coroutine = coroutine_of(task)
        if getattr(coroutine, "__name__", "") in {
            *("shutdown_asyncgens", "shutdown_default_executor"),
        }:
            return  # the loop's own, at its end
        self.say_created(self.new_task_lane(task), creator)

    def say_created(self, lane: LiveLane, creator: LiveLane | None) -> None:
        """Say that a task or a thread has been created."""
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

    def nameless_lane(self, function: str) -> LiveLane:
        """Return the lane of the running thread, which `threading` has not started."""
        thread = self._journal.thread()
        if thread.nameless is None or thread.nameless.is_closed:
            name = f"Dummy-{self._journal.count('thread') + 1}"
            thread.nameless = self._journal.new_lane(name, "thread", function, None)
        return thread.nameless

    def _thread_is_started(self, frame: FrameType) -> WhenLeft | None:
        started = frame.f_locals["self"]
        target: Any = getattr(started, "_target", None)
        # Any other object might do something when it is asked.
        has_name = issubclass(type(target), _WITH_NAMES)
        name = target.__name__ if has_name else ""
        if name != "_do_shutdown":  # that is how the loop ends its own threads
            thread = self._journal.thread()
            self._journal.say_entered(thread)
            lane = self.thread_lane(started, "" if target is _pool_worker else name)
            self.say_created(lane, thread.cause[0])
            # A class derived from Thread may have its own, as a Timer has.
            run = getattr(type(started).run, "__code__", _RUN_THREAD)
            if id(run) not in self.watched and not self._is_own(run):
                self._kept.append(run)
                self.watched[id(run)] = self._thread_runs
        return None

    def _thread_runs(self, frame: FrameType) -> WhenLeft | None:
        """A thread begins. It holds its own control until it has ended."""
        if getattr(frame.f_locals["self"], "_target", None) is not _pool_worker:
            self._begin_in_thread()
        return None  # of a pool each job counts, and not the waiting between them

    def _thread_fails(self, frame: FrameType) -> WhenLeft | None:
        """What a thread runs has raised an exception, which a hook is to show."""
        thread = frame.f_locals["thread"]
        self._failures[id(thread)] = self._journal.describe(sys.exception())
        return None

    def _thread_has_run(self, frame: FrameType) -> WhenLeft | None:
        thread = frame.f_locals["self"]
        failure = self._failures.pop(id(thread), None)
        lane = self._journal.lane_of(thread)
        if lane is not None and self._journal.thread().hold_of(lane):
            kind = "returned" if failure is None else "raised"
            self._end_in_thread(lane, kind, "CLOSED", failure or "")
        return None

    def _job_runs(self, frame: FrameType) -> WhenLeft | None:
        del frame
        lane = self._begin_in_thread()
        if lane is None:
            return None
        return lambda: self._end_in_thread(lane, "suspended", "SUSPENDED")

    def _begin_in_thread(self) -> LiveLane | None:
        """Let a thread hold control, and return its lane, unless it does already."""
        lane = self._journal.lane_of(this_thread())
        thread = self._journal.thread()
        if lane is None or thread.hold_of(lane):
            return None
        first = lane.is_new
        lane.set_state("RUNNING")
        self._journal.say("started" if first else "resumed", lane)
        thread.stack.append(Hold(lane))
        return lane

    def _end_in_thread(
        self, lane: LiveLane, kind: str, state: str, value: str = ""
    ) -> None:
        """Say that a thread's function has ended, or a job of a pool's."""
        thread = self._journal.thread()
        self._journal.say_entered(thread)
        self._journal.say_output()
        hold = thread.hold_of(lane)
        assert hold is not None
        del thread.stack[thread.stack.index(hold) :]
        lane.set_state(state)
        self._journal.say(kind, lane, value=value)


def _task_of(callback: Any) -> asyncio.Task[Any] | None:
    """Return the task whose next step a callback is, or None.

    It may be any other method of a task; or any object of the program's, which might do
    something when it is asked.
    """
    kind = type(callback)
    if kind is MethodType:
        is_step = id(callback.__func__) in _STEPS
    else:
        # What is written in C tells of whom it is a method.
        told = _attributes_of(kind).get("__self__")
        is_step = type(told) is GetSetDescriptorType and (
            kind is not BuiltinFunctionType or callback.__name__ == _WAKES
        )
    task: Any = callback.__self__ if is_step else None
    return task if issubclass(type(task), asyncio.Task) else None


def current_task() -> asyncio.Task[Any] | None:
    """Return the task that is running in this thread."""
    loop = asyncio._get_running_loop()
    return None if loop is None else asyncio.current_task(loop)


def is_between_steps(task: asyncio.Task[Any]) -> bool:
    """Tell whether what the current task runs does not run at the moment.

    The task itself does: it tells a future that it waits for it, or those who wait for
    it that it is done. They may do that in code of the program's own.
    """
    coroutine = coroutine_of(task)
    return coroutine is None or (
        type(coroutine) is CoroutineType and not coroutine.cr_running
    )


def this_thread() -> threading.Thread | None:
    """Return the running thread, or None for one that `threading` has not started.

    `threading.current_thread` would make one up for that, which the program would see.
    The program may have made it up itself; then it may be that of an earlier thread.
    """
    thread = LISTED.get(threading.get_ident())
    return None if issubclass(type(thread), threading._DummyThread) else thread


def says_its_end(thread: threading.Thread | None) -> bool:
    """Tell whether it is reported when a thread has done what it is for."""
    return not (
        thread is None
        or thread is threading.main_thread()
        or getattr(thread, "_target", None) is _pool_worker
    )


def _has_begun(task: asyncio.Task[Any]) -> bool:
    """Tell whether a task was started before anything was known of it."""
    coroutine = coroutine_of(task)
    return bool(
        getattr(coroutine, "cr_suspended", False)
        or getattr(coroutine, "cr_running", False)
    )


def coroutine_of(task: Any) -> frames.Resumable | None:
    """Return the coroutine object that a task runs, or None without a task."""
    coroutine: frames.Resumable | None = None if task is None else task.get_coro()
    return coroutine
