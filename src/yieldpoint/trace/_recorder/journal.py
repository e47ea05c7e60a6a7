"""What a recording writes down: lanes, events, and the time of each."""

import asyncio
import collections
import itertools
import threading
import weakref
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import CodeType, FrameType
from typing import Any

from yieldpoint.clock import _current
from yieldpoint.trace._findings.sign import Sign
from yieldpoint.trace._recorder.lanes import (
    Entering,
    LiveLane,
    LiveTimer,
    Place,
    ThreadState,
)
from yieldpoint.trace._recorder.values import Describer
from yieldpoint.trace.model import Event
from yieldpoint.words import translated

__all__ = ["Changes", "Journal"]

# Below that two times are equal.
_ROUNDING = 1e-6

# After how many events somebody is told about it.
_TOLD = 200

Changes = tuple[tuple[str, str | None], ...]

# An event as it is written down: its fields, in their order. A named tuple would be
# looked through by each collection for as long as it lives; a plain one, of numbers and
# strings, is soon left out.
_Written = tuple[object, ...]


class Journal:
    """The lanes and the events of one recording.

    Attributes:
        lanes: The lanes, in the order in which they came up.
        files: The files that events are in, with the number of each.
        timers: The timers of event loops.
        is_over: Whether nothing is written down any more.
        remarks: What a reader of the recording must know.
        describe: Turns a value into a text.
        signs: What is noted for the findings.
        jumps: The events before which the clock has jumped.
        when_over: What to call when there is no room for another event.
    """

    def __init__(
        self,
        limit: int,
        tell: Callable[[int, str], None] = lambda _steps, _remark: None,
    ) -> None:
        """Begin.

        Args:
            limit: For how many events there is room.
            tell: Gets their number now and then; and why there will be no more.
        """
        self.lanes: list[LiveLane] = []
        self._counts: collections.Counter[str] = collections.Counter()
        self._written: list[_Written] = []
        self.files: dict[str, int] = {}
        self.timers: list[LiveTimer] = []
        self.is_over = False
        self.remarks: list[str] = []
        self.describe = Describer(self._name_of)
        self.signs: list[Sign] = []
        self.jumps: set[int] = set()
        self.when_over: Callable[[], None] = lambda: None
        self._limit = limit
        self._tell = tell
        self._lock = threading.RLock()
        # By the identity of the owner: its hash may be the program's.
        self._lane_of: dict[int, LiveLane] = {}
        self._threads: dict[int, ThreadState] = {}
        self._output: dict[int, tuple[LiveLane, str]] = {}
        self._unsaid: set[int] = set()
        self._began = _current.seconds()
        self._now, self._asked_at = 0.0, -1.0
        self._passed = _current.passed()

    def remark(self, text: str) -> None:
        """Note, once, what a reader of the recording must know."""
        if text not in self.remarks:
            self.remarks.append(text)

    # Threads.

    def thread(self) -> ThreadState:
        """Return what is known about the running thread."""
        identity = threading.get_ident()
        state = self._threads.get(identity)
        if state is None:
            state = self._threads[identity] = ThreadState()
        return state

    def knows_thread(self, identity: int) -> bool:
        """Tell whether something of a thread has been recorded, and it goes on."""
        return identity in self._threads

    @property
    def has_one_thread(self) -> bool:
        """Whether nothing happens but in the running thread."""
        return len(self._threads) == 1

    def forget_thread(self) -> None:
        """Forget the running thread: another may get its identity."""
        self._threads.pop(threading.get_ident(), None)

    # Lanes.

    def new_lane(self, name: str, kind: str, function: str, owner: object) -> LiveLane:
        """Add a lane for an object; that does not keep the object alive."""
        loop = asyncio._get_running_loop()
        if loop is not None and not isinstance(loop, asyncio.BaseEventLoop):
            self._remark_on(loop)
        with self._lock:
            lane = LiveLane(len(self.lanes), name, kind, function)
            self.lanes.append(lane)
            self._counts[kind] += 1
        if owner is not None:
            lane.owner = id(owner)
            # The callback is no Python function: another thread could take its turn in
            # one, while the owner is half gone.
            lane.reference = weakref.ref(owner, self.thread().dropped.append)
            self._lane_of[lane.owner] = lane
        return lane

    def lane_of(self, owner: object) -> LiveLane | None:
        """Return the lane of a generator, a task or a thread."""
        lane = self._lane_of.get(id(owner))
        return lane if lane is not None and lane.reference() is owner else None

    def lane_with(
        self, identity: int, kind: str, *, by_frame: bool = False
    ) -> LiveLane | None:
        """Return the latest lane of an object, or of a frame, with an identity.

        That is how to find the lane of an object that is being collected.
        """
        for lane in reversed(self.lanes):
            if lane.kind == kind and identity == (
                lane.frame if by_frame else lane.owner
            ):
                return lane
        return None

    def count(self, kind: str) -> int:
        """Return how many lanes of a kind there are."""
        return self._counts[kind]

    def _name_of(self, owner: object) -> str | None:
        lane = self.lane_of(owner)
        return self.name_of(lane) if lane else None

    def name_of(self, lane: LiveLane) -> str:
        """Return a lane's name; a task may have been given another one meanwhile."""
        task: Any = lane.reference()
        if issubclass(type(task), asyncio.Task):
            # Up to Python 3.13.0 a task that starts eagerly has none yet.
            name = asyncio.Task.get_name(task) or lane.name
            prefix, _, number = name.rpartition("-")
            # asyncio counts from the start of the process, and a recording anew.
            if not (prefix == "Task" and number.isdigit()) and name != "None":
                lane.name = name
        return lane.name

    # Events.

    @property
    def events(self) -> list[Event]:
        """The events, in their order."""
        return list(map(Event._make, self._written))

    @property
    def steps(self) -> int:
        """How many events there are."""
        return len(self._written)

    def place(self, frame: FrameType, call: int) -> Place:
        """Return where a frame is, which runs a call with that number."""
        code = frame.f_code
        return code.co_name, frame.f_lineno or 0, self.file(code), call

    def file(self, code: CodeType) -> int:
        """Return the number of the file that a function is in."""
        number = self.files.get(code.co_filename)
        if number is None:
            with self._lock:
                number = self.files.setdefault(code.co_filename, len(self.files))
        return number

    def say(
        self,
        kind: str,
        lane: LiveLane,
        *,
        value: str = "",
        how: str = "",
        other: LiveLane | None = None,
        changes: Changes = (),
        place: Place | None = None,
        arrives: tuple[int, ...] = (),
    ) -> int | None:
        """Write down an event of a lane, and return its number if there is room."""
        if self._output:
            self.say_output()
        function, line, file, call = place or lane.place
        number = None if other is None else other.number
        # The clock has a lock of its own. Who has it may be about to record something,
        # in a finalizer: so it is asked before anything is locked here.
        seconds = _current.seconds()
        with self._lock:
            if self.is_over:
                return None
            step = len(self._written)
            if step < self._limit:
                time = self._time(seconds)
                self._written.append(
                    (
                        kind,
                        lane.number,
                        time,
                        function,
                        line,
                        file,
                        lane.state,
                        value,
                        how,
                        number,
                        changes,
                        call,
                        arrives,
                        lane.depth,
                    )
                )
                if (step + 1) % _TOLD == 0:
                    self._tell(step + 1, "")
                return step
            self.when_over()
            self.is_over = True
        remark = translated(
            "the recording stops after {count} steps", count=self._limit
        )
        if self._limit == 1:
            remark = translated("the recording stops after 1 step")
        self.remark(remark)
        self._tell(self._limit, remark)
        return None

    def unsay(self, step: int) -> None:
        """Take back the event with a number: it turns out not to have happened."""
        self._unsaid.add(step)

    def end(self) -> None:
        """Write nothing down any more."""
        with self._lock:
            self.is_over = True
            if self._unsaid:
                self._leave_out_unsaid()

    def _leave_out_unsaid(self) -> None:
        said = [step not in self._unsaid for step in range(self.steps)]
        # For each event, how many are left up to it.
        left = list(itertools.accumulate(said))
        self.signs = [
            replace(sign, step=max(1, left[sign.step - 1])) for sign in self.signs
        ]
        self.jumps = {left[at] - said[at] for at in self.jumps if at < len(said)}
        self._written = list(itertools.compress(self._written, said))

    def note(
        self,
        kind: str,
        lane: LiveLane | None,
        text: str = "",
        others: Sequence[LiveLane] = (),
        *,
        step: int = 0,
        line: int = 0,
    ) -> None:
        """Note for the findings what is no event."""
        if not self.is_over:
            numbers = tuple(other.number for other in others)
            number = None if lane is None else lane.number
            at = step or max(1, self.steps)
            self.signs.append(Sign(kind, at, number, text, numbers, line))

    def unsay_line(self, function: str, line: int) -> None:
        """Take back the last event if it is that a line is about to run."""
        last = Event._make(self._written[-1])
        if (last.kind, last.function, last.line) == ("line", function, line):
            self.unsay(self.steps - 1)

    def say_entered(self, thread: ThreadState) -> None:
        """Write down that a lane was entered, now that it is known how."""
        entering: Entering | None
        entering, thread.entering = thread.entering, None
        if entering is None:
            return
        how, value = entering.how, entering.value
        lane = entering.lane
        lane.woken = False
        lane.delegates = False
        lane.set_state("RUNNING")
        self.name_of(lane)
        kind = "started" if entering.first else "resumed"
        by, arrives = entering.by, entering.arrives
        self.say(kind, lane, value=value, how=how, other=by, arrives=arrives)

    # Timers.

    def set_timer(self, lane: LiveLane | None, due: float) -> LiveTimer:
        """Note that an event loop has a timer more, which is due at that time."""
        timer = LiveTimer(lane, round(due - self._began, 9), self.steps)
        self.timers.append(timer)
        return timer

    def drop_timer(self, timer: LiveTimer) -> None:
        """Note that a timer has been called, or cancelled."""
        timer.gone = self.steps

    # Output.

    def note_output(self, text: str, lane: LiveLane) -> None:
        """Take in what is printed in a lane, up to the end of a line."""
        identity = threading.get_ident()
        _, before = self._output.get(identity, (lane, ""))
        self._output[identity] = lane, before + text
        if text.endswith("\n"):
            self.say_output()

    def say_output(self) -> None:
        """Write down what this thread has printed so far."""
        lane, text = self._output.pop(threading.get_ident(), (None, ""))
        if lane is None or not text:
            return
        visits = not lane.is_running
        if visits:
            kind = "started" if lane.is_new else "resumed"
            cause, is_timer = self.thread().cause
            lane.set_state("RUNNING")
            how = "timer" if is_timer else ""
            self.say(kind, lane, how=how, other=cause)
        self.say("printed", lane, value=text)
        if visits:
            lane.set_state("SUSPENDED")
            self.say("suspended", lane)

    # Time.

    def start(self) -> None:
        """Count the seconds from now on."""
        self._began = _current.seconds()

    def _time(self, seconds: float) -> float:
        """Return the seconds since the recording began, when its clock says so many."""
        if seconds == self._asked_at:
            return self._now  # as mostly on the clock that jumps
        self._asked_at = seconds
        now = round(seconds - self._began, 9)
        if now > self._now:
            before, self._passed = self._passed, _current.passed()
            if now - self._now > self._passed - before + _ROUNDING:
                self.jumps.add(self.steps)
            self._now = now
        return self._now

    def _remark_on(self, loop: asyncio.AbstractEventLoop) -> None:
        library = type(loop).__module__.partition(".")[0]
        self.remark(
            translated(
                "the event loop is {library}'s: who creates a task and who wakes it is"
                " not recorded",
                library=library,
            )
        )
