"""What a recording writes down: lanes, events, and the time of each."""

import asyncio
import threading
import time
import weakref
from types import FrameType

from yieldpoint.trace._lanes import Entering, LiveLane, Place, ThreadState
from yieldpoint.trace._values import Describer
from yieldpoint.trace.model import Event

__all__ = ["Changes", "Journal", "StepLimit"]

Changes = tuple[tuple[str, str | None], ...]


class StepLimit(KeyboardInterrupt):
    """Stops the recorded program, the way that Ctrl-C does."""


class Journal:
    """The lanes and the events of one recording.

    Attributes:
        lanes: The lanes, in the order in which they came up.
        events: The events.
        files: The files that events are in.
        dropped: Lanes whose generator is gone.
        stopped: Why the recording stopped before the program, or nothing.
        has_ended: Whether the recorded call has returned.
        describe: Turns a value into a text.
    """

    def __init__(self, limit: int, *, real_time: bool) -> None:
        """Begin, with room for a number of events."""
        self.lanes: list[LiveLane] = []
        self.events: list[Event] = []
        self.files: list[str] = []
        self.dropped: list[LiveLane] = []
        self.stopped = ""
        self.has_ended = False
        self.describe = Describer(self._name_of)
        self._limit = limit
        self._told: set[int] = set()
        self._lock = threading.RLock()
        self._lane_of: weakref.WeakKeyDictionary[object, LiveLane] = (
            weakref.WeakKeyDictionary()
        )
        self._threads: dict[int, ThreadState] = {}
        self._first_thread = threading.get_ident()
        self._output: dict[int, str] = {}
        self._real_start = time.monotonic() if real_time else None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._loop_starts: weakref.WeakKeyDictionary[
            asyncio.AbstractEventLoop, float
        ] = weakref.WeakKeyDictionary()
        self._now = 0.0

    # Threads.

    def thread(self) -> ThreadState:
        """Return what is known about the running thread."""
        return self._threads.setdefault(threading.get_ident(), ThreadState())

    @property
    def in_first_thread(self) -> bool:
        """Whether this is the thread that the recording began in."""
        return threading.get_ident() == self._first_thread

    # Lanes.

    def new_lane(self, name: str, kind: str, function: str, owner: object) -> LiveLane:
        """Add a lane for an object; that does not keep the object alive."""
        with self._lock:
            lane = LiveLane(len(self.lanes), name, kind, function)
            self.lanes.append(lane)
        if owner is not None:
            self._lane_of[owner] = lane
            lane.reference = weakref.ref(owner, lambda _: self.dropped.append(lane))
        return lane

    def lane_of(self, owner: object) -> LiveLane | None:
        """Return the lane of a generator, a task or a thread."""
        return self._lane_of.get(owner)

    def count(self, kind: str) -> int:
        """Return how many lanes of a kind there are."""
        return sum(lane.kind == kind for lane in self.lanes)

    def _name_of(self, owner: object) -> str | None:
        lane = self.lane_of(owner)
        return self.name_of(lane) if lane else None

    def name_of(self, lane: LiveLane) -> str:
        """Return a lane's name; a task may have been given another one meanwhile."""
        task = lane.reference()
        if isinstance(task, asyncio.Task):
            name = task.get_name()
            prefix, _, number = name.rpartition("-")
            # asyncio counts from the start of the process, and a recording anew.
            if not (prefix == "Task" and number.isdigit()):
                lane.name = name
        return lane.name

    # Events.

    def place(self, frame: FrameType) -> Place:
        """Return where a frame is."""
        filename = frame.f_code.co_filename
        if filename not in self.files:
            self.files.append(filename)
        name = frame.f_code.co_name
        return name, frame.f_lineno or 0, self.files.index(filename)

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
    ) -> None:
        """Write down an event of a lane."""
        if self._output:
            self.say_output()
        function, line, file = place or lane.place
        with self._lock:
            if self.stopped or self.has_ended:
                return
            if len(self.events) < self._limit:
                number = None if other is None else other.number
                self.events.append(
                    Event(
                        *(kind, lane.number, self._time(), function, line, file),
                        *(lane.state, value, how, number, changes),
                    )
                )
                return
            self.stopped = f"after {self._limit} steps"

    def keep_limit(self) -> None:
        """Stop the program, once in each thread, if its recording is full.

        Not while an event is written down: that may be deep inside asyncio, where an
        exception would tear the loop apart.
        """
        thread = threading.get_ident()
        if not self.stopped or thread in self._told:
            return
        self._told.add(thread)
        raise StepLimit(self.stopped) if self.in_first_thread else SystemExit

    def say_entered(self, thread: ThreadState) -> None:
        """Write down that a lane was entered, now that it is known how."""
        entering: Entering | None
        entering, thread.entering = thread.entering, None
        if entering is None:
            return
        how, value = entering.how, entering.value
        lane = entering.lane
        lane.woken = False
        lane.set_state("RUNNING")
        self.name_of(lane)
        kind = "started" if entering.first else "resumed"
        self.say(kind, lane, value=value, how=how, other=entering.by)

    # Output.

    def printed(self, text: str) -> None:
        """Take in what a thread of the recording prints, up to the end of a line."""
        identity = threading.get_ident()
        if identity not in self._threads:
            return
        self.say_entered(self._threads[identity])
        self._output[identity] = self._output.get(identity, "") + text
        if text.endswith("\n"):
            self.say_output()

    def say_output(self) -> None:
        """Write down what this thread has printed so far."""
        text = self._output.pop(threading.get_ident(), "")
        lane = self.thread().holder
        if text and lane is not None:
            self.say("printed", lane, value=text)

    # Time.

    def _time(self) -> float:
        """Return the seconds since the recording began, by its clock."""
        if self._real_start is not None:
            return round(time.monotonic() - self._real_start, 6)
        loop = asyncio._get_running_loop() or self._loop
        if loop is None:
            return 0.0
        if loop is not self._loop:
            # A second loop's clock starts anew; the recording's does not.
            self._loop = loop
            self._loop_starts.setdefault(loop, loop.time() - self._now)
        now = round(loop.time() - self._loop_starts[loop], 9)
        self._now = max(self._now, now)
        return now
