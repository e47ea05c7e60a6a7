"""The trace function: it turns what the interpreter reports into events of lanes.

Who holds control is a stack, one a thread: a task that calls ``next`` on a generator
stands below the generator. A lane is put on it when it is entered and taken off when it
yields, suspends or ends. While the event loop runs callbacks, it stands on the stack
too, with the lane that the callback goes back to: so it is known who woke whom.
"""

import asyncio
import concurrent.futures.thread
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

from yieldpoint.trace import _frames
from yieldpoint.trace._frames import Resumable
from yieldpoint.trace._values import Describer, is_shown
from yieldpoint.trace.model import Event

__all__ = ["Recorder", "StepLimit"]

_STATE_PREFIX = {
    "generator": "GEN_",
    "coroutine": "CORO_",
    "task": "CORO_",
    "async generator": "AGEN_",
}

# How many elements of a list are looked at for generators that were just created.
_ELEMENTS = 100

# Up to Python 3.11 a comprehension has a frame of its own.
_COMPREHENSIONS = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>"})


class StepLimit(KeyboardInterrupt):
    """Stops the recorded program, the way that Ctrl-C does."""


@dataclass
class LiveLane:
    """A lane while it is being recorded."""

    number: int
    name: str
    kind: str
    function: str
    state: str = ""
    place: tuple[str, int, int] = ("", 0, 0)
    woken: bool = False
    reference: Callable[[], object] = lambda: None

    def set_state(self, state: str) -> None:
        """Set the state, with the prefix that `inspect` has for the kind of lane."""
        self.state = _STATE_PREFIX.get(self.kind, "") + state

    @property
    def is_closed(self) -> bool:
        """Whether the lane has ended."""
        return self.state.endswith("CLOSED")


@dataclass
class _Loop:
    """The event loop on the stack: it is running a callback."""

    cause: "LiveLane | None"
    timer: bool = False


@dataclass
class _Entry:
    """A lane on the stack, and how many frames of its await chain are open."""

    lane: LiveLane
    depth: int = 0


@dataclass
class _Resumption:
    """A lane has been entered; whether by a value or an exception will show."""

    lane: LiveLane
    frame: int
    instruction: int
    first: bool
    how: str
    value: str
    by: LiveLane | None


@dataclass
class _FrameInfo:
    """What was last seen in a frame."""

    entry: _Entry | None = None
    values: dict[str, tuple[object, str]] = field(default_factory=dict)
    raised_at: int | None = None
    raised_line: int = 0
    line: int = 0
    comprehends: bool = False
    raised: BaseException | None = None
    closing: bool = False


@dataclass
class _Thread:
    """What runs in one thread."""

    stack: list[_Entry | _Loop] = field(default_factory=list)
    resumption: _Resumption | None = None
    stopped_at: tuple[str, int, int] | None = None
    waits_for: str = ""


class Recorder:
    """Collects the events of one recording."""

    def __init__(
        self, is_own: Callable[[str], bool], limit: int, *, real_time: bool
    ) -> None:
        """Prepare to record the code of some files, up to a number of events."""
        self.events: list[Event] = []
        self.lanes: list[LiveLane] = []
        self.codes: list[CodeType] = []
        self.files: list[str] = []
        self.stopped = ""
        self.describe = Describer(self._name_of)
        self._is_own = is_own
        self._limit = limit
        self._started = time.monotonic() if real_time else None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._loop_started = 0.0
        self._now = 0.0
        self._lane_of: weakref.WeakKeyDictionary[object, LiveLane] = (
            weakref.WeakKeyDictionary()
        )
        self._frames: dict[int, _FrameInfo] = {}
        self._lane_of_frame: dict[int, LiveLane] = {}
        self._handles: dict[int, tuple[weakref.ref[Any], _Loop]] = {}
        self._threads: dict[int, _Thread] = {}
        self._main = threading.get_ident()
        self._own: dict[CodeType, bool] = {}
        self._lock = threading.RLock()
        self._unfinished_output = ""
        loop = asyncio.BaseEventLoop
        self._watched: dict[CodeType, Callable[[FrameType], Any]] = {
            loop.call_soon.__code__: self._call_soon_is_called,
            loop.call_soon_threadsafe.__code__: self._call_soon_is_called,
            loop.call_at.__code__: self._call_at_is_called,
            asyncio.Handle._run.__code__: self._handle_runs,
            threading.Thread.start.__code__: self._thread_is_started,
            threading.Thread.run.__code__: self._thread_runs,
            concurrent.futures.thread._WorkItem.run.__code__: self._job_runs,
        }

    # What the interpreter calls.

    def trace(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Take in that a frame is entered; this is the trace function."""
        del event, arg
        code = frame.f_code
        if code in self._watched:
            with self._lock:
                return self._watched[code](frame)
        own = self._own.get(code)
        if own is None:
            own = self._own[code] = self._is_recorded(code)
        if own or (_frames.call_of(code).kind == "coroutine" and self._is_root(frame)):
            with self._lock:
                self._enter(frame)
            return self._trace_own if own else self._trace_root
        return None

    def _trace_own(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Take in what happens in a frame of the recorded files."""
        with self._lock:
            if event == "line":
                self._line(frame)
            elif event == "exception":
                self._exception(frame, arg[1])
            else:
                self._leave(frame, arg)
        return self._trace_own

    def _trace_root(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Take in what happens in a task's coroutine that is from another file."""
        with self._lock:
            if event == "exception":
                self._exception(frame, arg[1])
            elif event == "return":
                self._leave(frame, arg)
            elif id(frame) in self._frames:
                self._frames[id(frame)].raised_at = None
        return self._trace_root

    def _is_recorded(self, code: CodeType) -> bool:
        own = self._is_own(code.co_filename) and code.co_name not in _COMPREHENSIONS
        if own:
            self.codes.append(code)
        return own

    # Entering a frame.

    def _enter(self, frame: FrameType) -> None:
        thread = self._thread()
        call = _frames.call_of(frame.f_code)
        starts = call.starts(frame)
        self._flush(thread)
        self._close_what_has_ended(dying=self._lane_of_frame.get(id(frame)))
        thread.stopped_at = None
        task_lane = self._enter_task(thread, frame, starts=starts)
        info = self._frames.get(id(frame))
        if info is None or starts:
            info = self._frames[id(frame)] = _FrameInfo()
        info.raised_at = None
        if call.kind == "function":
            self._enter_function(thread, frame, info)
        elif task_lane or self._is_awaited(frame, call):
            entry = thread.stack[-1] if thread.stack else None
            if isinstance(entry, _Entry):
                entry.depth += 1
                info.entry = entry
        else:
            lane = self._lane_of_resumable(thread, frame, call, starts=starts)
            self._push(
                thread, lane, info, self._resumption(thread, lane, frame, starts=starts)
            )
            info.closing = False

    def _enter_function(
        self, thread: _Thread, frame: FrameType, info: _FrameInfo
    ) -> None:
        """Take in a plain call: only the event loop's own calls are a lane's start."""
        top = thread.stack[-1] if thread.stack else None
        if isinstance(top, _Entry):
            if top.lane.kind == "caller" and top.depth == 0:
                info.entry = top
                top.depth = 1
            return
        lane = self._loop_lane() if top else self._thread_lane(frame)
        first = lane.state == ""
        by = top.cause if top else None
        how = "timer" if top and top.timer else ""
        self._push(
            thread, lane, info, _Resumption(lane, id(frame), -1, first, how, "", by)
        )

    def _enter_task(
        self, thread: _Thread, frame: FrameType, *, starts: bool
    ) -> LiveLane | None:
        """Put the running task on the stack, if its frames were not seen before."""
        task = _current_task()
        if task is None:
            return None
        if any(
            isinstance(entry, _Entry) and entry.lane.reference() is task
            for entry in thread.stack
        ):
            return None
        lane = self._lane_of.get(task) or self._new_task_lane(task)
        how = ""
        first = lane.state in {"", "CORO_CREATED"} and starts
        self._push(
            thread,
            lane,
            None,
            _Resumption(lane, id(frame), frame.f_lasti, first, how, "", None),
        )
        return lane

    def _is_awaited(self, frame: FrameType, call: _frames.Call) -> bool:
        """Tell whether a coroutine's frame is a part of the lane that awaits it."""
        caller = frame.f_back
        if caller is None or call.kind == "async generator":
            return False
        kind = _frames.call_of(caller.f_code).kind
        return not _frames.is_asked_by_call(caller) and (
            call.kind == "coroutine" or kind in {"coroutine", "async generator"}
        )

    def _resumption(
        self, thread: _Thread, lane: LiveLane, frame: FrameType, *, starts: bool
    ) -> _Resumption:
        """Return how a generator is being resumed, as far as that is known yet."""
        how = _frames.who_asks(frame.f_back)
        value = ""
        resumable = lane.reference()
        if not starts and resumable is not None:
            sent = _frames.sent_value(resumable)  # type: ignore[arg-type]
            if sent is not None or how == "send":
                value = self.describe(sent)
        return _Resumption(
            lane, id(frame), frame.f_lasti, starts, how, value, self._holder(thread)
        )

    def _push(
        self,
        thread: _Thread,
        lane: LiveLane,
        info: _FrameInfo | None,
        resumption: _Resumption,
    ) -> None:
        entry = _Entry(lane)
        thread.stack.append(entry)
        if info:
            info.entry = entry
            entry.depth = 1
        thread.resumption = resumption

    def _flush(self, thread: _Thread, thrown: BaseException | None = None) -> None:
        """Say that a lane was entered, now that it is known how."""
        resumption, thread.resumption = thread.resumption, None
        if resumption is None:
            return
        lane = resumption.lane
        lane.woken = False
        how, value = resumption.how, resumption.value
        if thrown is not None:
            value = self.describe(thrown)
            how = how if how in {"throw", "athrow", "close", "aclose"} else "throw"
        kind = "started" if resumption.first else "resumed"
        lane.set_state("RUNNING")
        self._emit(kind, lane, lane.place, value, how, resumption.by)

    # In a frame.

    def _line(self, frame: FrameType) -> None:
        thread = self._thread()
        self._flush(thread)
        self._close_what_has_ended()
        info = self._frames.setdefault(id(frame), _FrameInfo())
        # What an exception passes through on its way out of an await is no new line.
        passes = info.raised_at is not None and info.raised_line == frame.f_lineno
        info.raised_at = None
        thread.stopped_at = None
        lane = self._holder(thread)
        inside = _frames.comprehension_at(frame.f_code, frame.f_lasti)
        goes_round = (inside or info.comprehends) and info.line in {
            *(inside, frame.f_lineno),
        }
        info.comprehends = inside is not None
        if lane is None or passes or goes_round:
            return
        info.line = inside or frame.f_lineno
        changes = self._changes(thread, frame, info)
        function, _, file = self._place(frame)
        lane.place = (function, info.line, file)
        self._emit("line", lane, lane.place, changes=changes)

    def _exception(self, frame: FrameType, exception: BaseException) -> None:
        thread = self._thread()
        info = self._frames.setdefault(id(frame), _FrameInfo())
        info.raised_at = frame.f_lasti
        info.raised_line = frame.f_lineno
        info.raised = exception
        resumption = thread.resumption
        if (
            resumption
            and resumption.frame == id(frame)
            and resumption.instruction == frame.f_lasti
        ):
            # If nothing in the generator handles it, closing it is all that happens.
            info.closing = isinstance(exception, GeneratorExit)
            if not info.closing:
                self._flush(thread, exception)
            else:
                resumption.value = self.describe(exception)
                resumption.how = resumption.how or "close"

    # Leaving a frame.

    def _leave(self, frame: FrameType, value: Any) -> None:
        thread = self._thread()
        info = self._frames.get(id(frame))
        if info is None:
            return
        entry = info.entry
        suspended = _frames.is_suspended(frame, info.raised_at)
        failed = None if _frames.is_returning(frame) else info.raised
        if not (info.closing and thread.resumption):
            self._flush(thread)
        changes = self._changes(thread, frame, info, value)
        if not suspended:
            del self._frames[id(frame)]
        if entry is None or not thread.stack or entry is not thread.stack[-1]:
            return
        own = self._own.get(frame.f_code, False)
        lane = entry.lane
        if suspended and thread.stopped_at is None:
            thread.stopped_at = self._place(frame) if own else lane.place
            thread.waits_for = _frames.text_of_wait(frame, own=own)
        entry.depth -= 1
        if own and not suspended:
            lane.place = self._place(frame)
        if suspended:
            if entry.depth == 0:
                thread.stack.pop()
                self._suspend(thread, lane, frame, value, changes)
        elif self._ends(lane, frame):
            thread.stack.pop()
            self._end(thread, lane, value, failed, changes, closing=info.closing)

    def _suspend(
        self,
        thread: _Thread,
        lane: LiveLane,
        frame: FrameType,
        value: Any,
        changes: tuple[tuple[str, str | None], ...],
    ) -> None:
        """Say that a lane has yielded, or waits."""
        lane.set_state("SUSPENDED")
        self._set_cause(thread, lane)
        below = self._holder(thread)
        place = thread.stopped_at or lane.place
        lane.place = place
        kind = _frames.call_of(frame.f_code).kind
        yields = kind == "generator" and lane.kind == "generator"
        if kind == "async generator" and lane.kind == "async generator":
            yields, value = _frames.wrapped_value(value)
        if yields or lane.kind == "coroutine":
            self._emit("yielded", lane, place, self.describe(value), "", below, changes)
        elif lane.kind in {"loop", "thread", "caller"}:
            self._emit("suspended", lane, place, changes=changes)
        else:
            waited_for = self._lane_of.get(value) if _is_task(value) else None
            self._emit(
                "suspended", lane, place, thread.waits_for, "", waited_for, changes
            )

    def _ends(self, lane: LiveLane, frame: FrameType) -> bool:
        """Tell whether a lane ends with a frame."""
        if lane.kind == "task":
            coroutine = _coroutine_of(lane.reference())
            return coroutine is None or _frames.frame_of(coroutine) in {None, frame}
        return self._lane_of_frame.get(id(frame)) is lane or lane.kind in {
            *("caller", "loop", "thread"),
        }

    def _end(
        self,
        thread: _Thread,
        lane: LiveLane,
        value: Any,
        failed: BaseException | None,
        changes: tuple[tuple[str, str | None], ...],
        *,
        closing: bool,
    ) -> None:
        """Say that a lane has ended, and how."""
        self._lane_of_frame = {
            key: each for key, each in self._lane_of_frame.items() if each is not lane
        }
        thread.resumption = None
        below = self._holder(thread)
        self._set_cause(thread, lane)
        if lane.kind == "loop":
            lane.set_state("SUSPENDED")
            self._emit("suspended", lane, lane.place, changes=changes)
            return
        lane.set_state("CLOSED")
        if closing and isinstance(failed, GeneratorExit):
            self._close(lane, below, changes)
        elif isinstance(failed, asyncio.CancelledError) and lane.kind == "task":
            self._emit("cancelled", lane, lane.place, "", "", None, changes)
        elif failed is not None:
            text = self.describe(failed)
            self._emit("raised", lane, lane.place, text, "", below, changes)
        else:
            text = self.describe(value)
            self._emit("returned", lane, lane.place, text, "", below, changes)

    def _close_what_has_ended(self, dying: LiveLane | None = None) -> None:
        """Find the generators that were closed without running another line."""
        for key, lane in list(self._lane_of_frame.items()):
            if lane is dying or lane.state.endswith("RUNNING"):
                continue
            resumable = lane.reference()
            if resumable is None or _frames.frame_of(resumable) is None:  # type: ignore[arg-type]
                del self._lane_of_frame[key]
                self._frames.pop(key, None)
                self._close(lane, self._holder(self._thread()))

    def _close(
        self,
        lane: LiveLane,
        by: LiveLane | None,
        changes: tuple[tuple[str, str | None], ...] = (),
    ) -> None:
        """Say that a generator was closed, unless that was after the end."""
        lane.set_state("CLOSED")
        if not self._caller_has_ended():
            self._emit("closed", lane, lane.place, "", "", by, changes)

    def _caller_has_ended(self) -> bool:
        return self.lanes[0].kind == "caller" and self.lanes[0].is_closed

    # Lanes.

    def _holder(self, thread: _Thread) -> LiveLane | None:
        """Return the lane that holds control in a thread."""
        top = thread.stack[-1] if thread.stack else None
        return top.lane if isinstance(top, _Entry) else None

    def _cause(self, thread: _Thread) -> tuple[LiveLane | None, bool]:
        """Return the lane that is the cause of what happens now, or that a timer is."""
        top = thread.stack[-1] if thread.stack else None
        if isinstance(top, _Loop):
            return top.cause, top.timer
        return (top.lane if top else None), False

    def _set_cause(self, thread: _Thread, lane: LiveLane) -> None:
        """What the loop does next in this callback goes back to a lane."""
        top = thread.stack[-1] if thread.stack else None
        if isinstance(top, _Loop):
            top.cause, top.timer = lane, False

    def new_lane(self, name: str, kind: str, function: str, owner: object) -> LiveLane:
        """Add a lane for an object; the object is not kept alive."""
        lane = LiveLane(len(self.lanes), name, kind, function)
        if owner is not None:
            lane.reference = weakref.ref(owner)
            self._lane_of[owner] = lane
        self.lanes.append(lane)
        return lane

    def _lane_of_resumable(
        self, thread: _Thread, frame: FrameType, call: _frames.Call, *, starts: bool
    ) -> LiveLane:
        """Return the lane of a generator whose frame is entered."""
        lane = self._lane_of_frame.get(id(frame))
        if lane is not None and not (starts and lane.reference() is None):
            return lane
        return self._create(thread, _frames.resumable_of(frame), frame, call.kind)

    def _create(
        self, thread: _Thread, resumable: Resumable | None, frame: FrameType, kind: str
    ) -> LiveLane:
        """Add a lane for a generator, and say that it was created."""
        name = frame.f_code.co_name.strip("<>")
        lane = self.new_lane(name, kind, name, resumable)
        self._lane_of_frame[id(frame)] = lane
        lane.set_state("CREATED")
        lane.place = self._place(frame)
        by = self._holder(thread)
        self._emit("created", lane, by.place if by else lane.place, other=by)
        return lane

    def _new_task_lane(self, task: asyncio.Task[Any]) -> LiveLane:
        coroutine = _coroutine_of(task)
        function = getattr(coroutine, "__name__", "")
        frame = _frames.frame_of(coroutine) if coroutine is not None else None
        name = task.get_name()
        number = sum(lane.kind == "task" for lane in self.lanes) + 1
        if name.startswith("Task-") and name[5:].isdigit():
            name = f"Task-{number}"
        lane = self.new_lane(name, "task", function, task)
        if frame is not None and self._is_recorded_frame(frame):
            lane.place = self._place(frame)
        return lane

    def _is_recorded_frame(self, frame: FrameType) -> bool:
        return self._is_own(frame.f_code.co_filename)

    def _loop_lane(self) -> LiveLane:
        for lane in self.lanes:
            if lane.kind == "loop":
                return lane
        return self.new_lane("event loop", "loop", "", None)

    def _thread_lane(self, frame: FrameType) -> LiveLane:
        """Return the lane of this thread for code that nothing seen has called."""
        current = threading.current_thread()
        lane = self._lane_of.get(current)
        if lane is None:
            kind = "caller" if threading.get_ident() == self._main else "thread"
            name = "caller" if kind == "caller" else self._thread_name(current)
            lane = self.new_lane(name, kind, frame.f_code.co_name, current)
        return lane

    def _thread_name(self, thread: threading.Thread) -> str:
        """Return a thread's name, counted from the start of the recording."""
        number = sum(lane.kind == "thread" for lane in self.lanes) + 1
        name, _, rest = thread.name.partition("-")
        if name == "Thread" and rest[:1].isdigit():
            return f"Thread-{number}"
        return thread.name

    def _name_of(self, value: object) -> str | None:
        lane = self._lane_of.get(value)
        return lane.name if lane else None

    # The event loop and threads.

    def _is_root(self, frame: FrameType) -> bool:
        """Tell whether a coroutine is the one that the current task runs."""
        task = _current_task()
        return (
            task is not None
            and task in self._lane_of
            and _frames.frame_of(_coroutine_of(task)) is frame  # type: ignore[arg-type]
        )

    def _call_soon_is_called(self, frame: FrameType) -> Any:
        """A callback is about to be put into the loop's queue: maybe a task's step."""
        thread = self._thread()
        callback = frame.f_locals.get("callback")
        task: Any = getattr(callback, "__self__", None)
        cause, timer = self._cause(thread)
        if _is_task(task) and getattr(callback, "__name__", "") != "cancel":
            self._flush(thread)
            lane = self._lane_of.get(task)
            if lane is None:
                self._task_is_created(task, cause)
            elif lane.state == "CORO_SUSPENDED" and not lane.woken:
                lane.woken = True
                by = cause if cause is not lane else None
                how = "timer" if timer else ""
                self._emit("woken", lane, lane.place, "", how, by)
        return self._watch_return(frame, _Loop(cause, timer))

    def _task_is_created(self, task: asyncio.Task[Any], cause: LiveLane | None) -> None:
        coroutine = _coroutine_of(task)
        frame = _frames.frame_of(coroutine) if coroutine is not None else None
        if frame is None or "shutdown_" in frame.f_code.co_name:
            return  # the loop's own, at its end
        lane = self._new_task_lane(task)
        lane.set_state("CREATED")
        place = cause.place if cause else lane.place
        self._emit("created", lane, place, other=cause)

    def _call_at_is_called(self, frame: FrameType) -> Any:
        return self._watch_return(frame, _Loop(None, timer=True))

    def _watch_return(self, frame: FrameType, loop: _Loop) -> Any:
        """Remember what the handle goes back to that a function will return."""
        frame.f_trace_lines = False

        def on_return(frame: FrameType, event: str, handle: Any) -> Any:
            del frame
            if event == "return" and handle is not None:
                self._handles[id(handle)] = (weakref.ref(handle), loop)
            return on_return

        return on_return

    def _handle_runs(self, frame: FrameType) -> Any:
        """The loop calls a callback: until it is back, the loop is on the stack."""
        frame.f_trace_lines = False
        handle = frame.f_locals["self"]
        reference, loop = self._handles.pop(id(handle), (None, _Loop(None)))
        if reference is not None and reference() is not handle:
            loop = _Loop(None)
        loop = _Loop(loop.cause, loop.timer)
        thread = self._thread()
        thread.stack.append(loop)

        def on_return(frame: FrameType, event: str, arg: Any) -> Any:
            del frame, arg
            if event == "return":
                self._unwind(thread, loop)
            return on_return

        return on_return

    def _unwind(self, thread: _Thread, to: _Loop) -> None:
        """Take from the stack what a callback has left on it."""
        self._flush(thread)
        while thread.stack:
            entry = thread.stack.pop()
            if entry is to:
                return
            if isinstance(entry, _Entry):
                entry.lane.set_state("SUSPENDED")
                self._emit("suspended", entry.lane, entry.lane.place)

    def _thread_is_started(self, frame: FrameType) -> Any:
        started = frame.f_locals["self"]
        target = getattr(started, "_target", None)
        if getattr(target, "__name__", "") == "_do_shutdown":
            return  # the loop ends its own threads
        thread = self._thread()
        self._flush(thread)
        cause, _ = self._cause(thread)
        name = self._thread_name(started)
        function = "" if target is _pool_worker else getattr(target, "__name__", "")
        lane = self.new_lane(name, "thread", function, started)
        lane.set_state("CREATED")
        self._emit("created", lane, cause.place if cause else lane.place, other=cause)

    def _thread_runs(self, frame: FrameType) -> Any:
        if getattr(frame.f_locals["self"], "_target", None) is _pool_worker:
            return None  # its jobs are what counts
        return self._runs_in_thread(frame, ends=True)

    def _job_runs(self, frame: FrameType) -> Any:
        return self._runs_in_thread(frame, ends=False)

    def _runs_in_thread(self, frame: FrameType, *, ends: bool) -> Any:
        """A thread begins to work: until it is done, it holds its own control."""
        frame.f_trace_lines = False
        lane = self._lane_of.get(threading.current_thread())
        if lane is None:
            return None
        thread = self._thread()
        entry = _Entry(lane)
        thread.stack.append(entry)
        first = lane.state.endswith("CREATED")
        lane.set_state("RUNNING")
        self._emit("started" if first else "resumed", lane, lane.place)

        def on_return(frame: FrameType, event: str, arg: Any) -> Any:
            del frame, arg
            if event == "return":
                with self._lock:
                    if entry in thread.stack:
                        thread.stack.remove(entry)
                    lane.set_state("CLOSED" if ends else "SUSPENDED")
                    self._emit("returned" if ends else "suspended", lane, lane.place)
            return on_return

        return on_return

    # Events.

    def _thread(self) -> _Thread:
        identity = threading.get_ident()
        thread = self._threads.get(identity)
        if thread is None:
            thread = self._threads[identity] = _Thread()
        return thread

    def _place(self, frame: FrameType) -> tuple[str, int, int]:
        """Return a frame's function, line and file."""
        filename = frame.f_code.co_filename
        if filename not in self.files:
            self.files.append(filename)
        name = frame.f_code.co_name
        return name, frame.f_lineno or 0, self.files.index(filename)

    def _changes(
        self, thread: _Thread, frame: FrameType, info: _FrameInfo, *more: object
    ) -> tuple[tuple[str, str | None], ...]:
        """Compare a frame's variables with those at its event before."""
        if not self._own.get(frame.f_code):
            return ()
        changes: list[tuple[str, str | None]] = []
        values = info.values
        variables = frame.f_locals
        for name, value in variables.items():
            before = values.get(name)
            if before is not None and before[0] is value and _is_atom(value):
                continue
            if not is_shown(name, value):
                continue
            self._find_created(thread, value)
            text = self.describe(value)
            if before is None or before[1] != text:
                changes.append((name, text))
            # Keep only what nobody can miss: other objects must be free to go.
            values[name] = (value if _is_atom(value) else None, text)
        for name in [name for name in values if name not in variables]:
            del values[name]
            changes.append((name, None))
        for value in more:
            self._find_created(thread, value)
        return tuple(changes)

    def _find_created(self, thread: _Thread, value: object) -> None:
        """Say which generators are new in a variable."""
        candidates: Iterable[object] = (value,)
        if isinstance(value, list | tuple):
            candidates = value[:_ELEMENTS]
        elif isinstance(value, dict):
            candidates = list(value.values())[:_ELEMENTS]
        for candidate in candidates:
            if not _frames.is_generator(candidate) or candidate in self._lane_of:
                continue
            frame = _frames.frame_of(candidate)
            if frame is not None and self._is_recorded_frame(frame):
                call = _frames.call_of(frame.f_code)
                if call.starts(frame):
                    self._create(thread, candidate, frame, call.kind)

    def printed(self, text: str) -> None:
        """Take in what a thread of the recording has printed."""
        thread = self._threads.get(threading.get_ident())
        if thread is None:
            return
        self._flush(thread)
        self._unfinished_output += text
        if text.endswith("\n"):
            self.flush_output()

    def flush_output(self) -> None:
        """Say what has been printed so far."""
        text, self._unfinished_output = self._unfinished_output, ""
        lane = self._holder(self._thread()) or (self.lanes[0] if self.lanes else None)
        if text and lane is not None:
            self._emit("printed", lane, lane.place, text)

    def _time(self) -> float:
        if self._started is not None:
            return time.monotonic() - self._started
        loop = asyncio._get_running_loop() or self._loop
        if loop is None:
            return 0.0
        if loop is not self._loop:
            self._loop, self._loop_started = loop, loop.time() - self._now
        self._now = round(loop.time() - self._loop_started, 9)
        return self._now

    def _emit(
        self,
        kind: str,
        lane: LiveLane,
        place: tuple[str, int, int],
        value: str = "",
        how: str = "",
        other: LiveLane | None = None,
        changes: tuple[tuple[str, str | None], ...] = (),
    ) -> None:
        if self._unfinished_output and kind != "printed":
            self.flush_output()
        if len(self.events) >= self._limit:
            self.stopped = f"after {self._limit} steps"
            if threading.get_ident() == self._main:
                raise StepLimit
            return
        self.events.append(
            Event(
                kind,
                lane.number,
                self._time(),
                place[0],
                place[1],
                place[2],
                lane.state,
                value,
                how,
                None if other is None else other.number,
                changes,
            )
        )

    def run_as_caller(self, name: str, function: Callable[[], Any]) -> Any:
        """Call a function in a lane of its own, the caller's."""
        lane = self.new_lane(name, "caller", name, None)
        thread = self._thread()
        thread.stack.append(_Entry(lane))
        lane.set_state("RUNNING")
        self._emit("started", lane, lane.place)
        return function()

    def caller_ends(self, kind: str, value: str) -> None:
        """Say how the call ended that `run_as_caller` made."""
        lane = self.lanes[0]
        self._flush(self._thread())
        if not lane.is_closed:
            lane.set_state("CLOSED")
            self._emit(kind, lane, lane.place, value)
        self._close_what_has_ended()


_pool_worker = concurrent.futures.thread._worker


def _is_atom(value: object) -> bool:
    """Tell whether keeping a value alive makes no difference to anybody."""
    return value is None or type(value) in (int, float, bool, str)


def _is_task(value: object) -> bool:
    return isinstance(value, asyncio.Task)


def _current_task() -> asyncio.Task[Any] | None:
    loop = asyncio._get_running_loop()
    return None if loop is None else asyncio.current_task(loop)


def _coroutine_of(task: Any) -> Resumable | None:
    """Return the coroutine object that a task runs."""
    coroutine: Resumable | None = task.get_coro() if task is not None else None
    return coroutine
