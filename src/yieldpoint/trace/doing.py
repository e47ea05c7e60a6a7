"""What each lane does after each event, in the words of a figure's legend.

An event says what happens to one lane. What that means for the others is said here: who
has called another does not run meanwhile, and who is woken is ready.

Examples:
    >>> from yieldpoint.examples.waiting import one_after_another
    >>> from yieldpoint.trace import record
    >>> from yieldpoint.trace.doing import moments
    >>> [moment.lanes[0] for moment in moments(record(one_after_another))][-4:]
    ['waits', 'is ready', 'runs', 'has ended']
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from yieldpoint.trace.model import Event, Recording, Timer
from yieldpoint.words import marked

__all__ = ["SWITCHES", "WORDS", "Moment", "moments"]

#: What a lane can do; nothing before it is there.
WORDS = (
    "",
    *(marked("not started"), marked("runs"), marked("has called"), marked("waits")),
    *(marked("is ready"), marked("has ended")),
)

#: The kinds of events at which control goes from one to another.
SWITCHES = frozenset(
    {
        *("started", "resumed", "yielded", "suspended"),
        *("returned", "raised", "cancelled", "closed"),
    }
)

_ENDS = frozenset({"returned", "raised", "cancelled", "closed"})


@dataclass(frozen=True)
class Moment:
    """What is so after an event.

    Attributes:
        lanes: What each lane does, in the words of the legend.
        ready: The tasks in the event loop's queue, first who is next, as indexes into
            the trace's lanes.
        timers: The timers of the event loop that are neither called nor cancelled,
            first the one that is due first.

    Examples:
        >>> from yieldpoint.trace.doing import Moment
        >>> Moment(("runs",), (), ()).lanes
        ('runs',)
    """

    lanes: tuple[str, ...]
    ready: tuple[int, ...]
    timers: tuple[Timer, ...]


@dataclass
class _Lanes:
    """What the lanes do, while one goes through the events."""

    kinds: list[str]
    words: list[str]
    queue: list[int] = field(default_factory=list)

    def take(self, event: Event) -> None:
        """Let an event change what the lanes do."""
        lane = event.lane
        if event.kind == "created":
            self.words[lane] = "not started"
            self._enqueue(lane)
        elif event.kind == "woken":
            self._enqueue(lane)
            if self.words[lane] == "waits":
                self.words[lane] = "is ready"
        elif event.kind in _ENDS:
            self._leave(event, "has ended")
        elif event.kind in {"yielded", "suspended"}:
            self._leave(event, "is ready" if lane in self.queue else "waits")
        else:
            self._run(lane)

    def _enqueue(self, lane: int) -> None:
        if self.kinds[lane] == "task" and lane not in self.queue:
            self.queue.append(lane)

    def _leave(self, event: Event, word: str) -> None:
        if word == "has ended" and event.lane in self.queue:
            self.queue.remove(event.lane)
        self.words[event.lane] = word
        if event.other is not None and self.words[event.other] == "has called":
            self.words[event.other] = "runs"

    def _run(self, lane: int) -> None:
        if lane in self.queue and self.words[lane] != "runs":
            self.queue.remove(lane)
        if self.kinds[lane] != "thread":
            for other, word in enumerate(self.words):
                if word == "runs" and other != lane and self.kinds[other] != "thread":
                    self.words[other] = "has called"
        self.words[lane] = "runs"


def moments(trace: Recording) -> Iterator[Moment]:
    """Yield what is so after each event of a recording.

    Args:
        trace: The recording.

    Yields:
        A moment an event.

    Examples:
        >>> from yieldpoint.examples.waiting import in_tasks
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.doing import moments
        >>> [timer.due for timer in list(moments(record(in_tasks)))[12].timers]
        [1.0, 2.0]
    """
    lanes = _Lanes([lane.kind for lane in trace.lanes], [""] * len(trace.lanes))
    waiting = sorted(trace.timers, key=lambda timer: timer.set)
    pending: list[Timer] = []
    for number, event in enumerate(trace.events, start=1):
        lanes.take(event)
        while waiting and waiting[0].set < number:
            pending.append(waiting.pop(0))
        pending = [
            timer for timer in pending if timer.gone is None or timer.gone >= number
        ]
        pending.sort(key=lambda timer: timer.due)
        yield Moment(tuple(lanes.words), tuple(lanes.queue), tuple(pending))
