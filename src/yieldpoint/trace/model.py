"""What a recording consists of: lanes, events, and the source that ran.

Examples:
    >>> from yieldpoint.trace import Event
    >>> Event("line", lane=0, time=0.5, line=3).time
    0.5
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple, Self

__all__ = ["Event", "Finding", "Lane", "Recording", "Source", "Timer"]

_FORMAT = "yieldpoint.trace/1"


@dataclass(frozen=True)
class Lane:
    """What can hold control: the caller, a generator, a task, a thread.

    Attributes:
        name: Its name; no other lane of the recording has it.
        kind: "caller", "loop", "generator", "coroutine", "async generator", "task" or
            "thread".
        function: The name of the function that it runs.

    Examples:
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.examples.taking_turns import switch_by_hand
        >>> [lane.name for lane in record(switch_by_hand).lanes]
        ['switch_by_hand', 'steps_by_generator-1', 'steps_by_generator-2']
    """

    name: str
    kind: str
    function: str


class Event(NamedTuple):
    """One thing that happened.

    A named tuple, since a long run has a hundred thousand of them: none is made faster.

    Attributes:
        kind: "created", "started", "resumed", "line", "yielded", "suspended", "woken",
            "returned", "raised", "cancelled", "closed" or "printed".
        lane: To which lane it happened, as an index into the trace's lanes.
        time: When, in seconds since the recording began.
        function: The function whose line is being run.
        line: The line's number in its file, 0 if none is known.
        file: The file, as an index into the trace's sources.
        state: The lane's state after the event. A generator's, a coroutine's and an
            async generator's is named as `inspect` names it; a task's is that of its
            coroutine; of the others it is RUNNING, SUSPENDED or CLOSED.
        value: What was sent, thrown, yielded, returned, raised or printed, or what is
            waited for, as a text.
        how: How it was resumed: "next", "send", "throw", "for" and the like.
        other: The lane on the other side: who created, resumed or woke this one, and
            who gets what it yields.
        changes: The function's local variables that have changed since its event
            before, each with its value as a text, or None if it is gone.
        call: Which call of a function runs the line, 0 if that is not known. The
            variables of a recursion are told apart by it.
        arrives: Where in the source the value arrives that is sent or yielded: the
            file, as an index into the trace's sources, then line and column of the
            expression's beginning and end, as ``ast`` counts them. Empty where no
            expression becomes that value.
        depth: In how many calls of recorded functions the lane is there, besides the
            function that it runs.

    Examples:
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.examples.taking_turns import switch_by_hand
        >>> trace = record(switch_by_hand)
        >>> [event.value for event in trace.events if event.kind == "yielded"]
        ["'A1'", "'B1'", "'A2'", "'B2'"]
    """

    kind: str
    lane: int
    time: float
    function: str = ""
    line: int = 0
    file: int = 0
    state: str = ""
    value: str = ""
    how: str = ""
    other: int | None = None
    changes: tuple[tuple[str, str | None], ...] = ()
    call: int = 0
    arrives: tuple[int, ...] = ()
    depth: int = 0


@dataclass(frozen=True)
class Timer:
    """A callback that an event loop calls at a time.

    Attributes:
        lane: Who has set it, as an index into the trace's lanes, or None.
        due: When it is due, in seconds since the recording began.
        set: How many events came before it was set.
        gone: How many events came before it was called or cancelled, or None if
            neither happened.

    Examples:
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.examples.waiting import one_after_another
        >>> [timer.due for timer in record(one_after_another).timers]
        [1.0, 3.0]
    """

    lane: int | None
    due: float
    set: int
    gone: int | None = None


@dataclass(frozen=True)
class Source:
    """The source of what was recorded in one file.

    Attributes:
        name: The file's name.
        lines: The lines that belong to the functions that ran, by their number.

    Examples:
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.examples.taking_turns import switch_by_hand
        >>> record(switch_by_hand).sources[0].name
        'taking_turns.py'
    """

    name: str
    lines: dict[int, str]


@dataclass(frozen=True)
class Finding:
    """Something that a person would have had to find in the recording.

    Attributes:
        kind: "blocked", "never awaited", "unretrieved", "dropped", "left over", "left
            open", "swallowed", "lost update", "deadlock" or "stopped".
        text: What it is, in a sentence.
        lane: The lane, as an index into the trace's lanes.
        line: The line's number in its file, 0 if none is known.
        file: The file, as an index into the trace's sources.
        step: The event, counted from 1.
        page: The page of this site that explains it, with the place on it.

    Examples:
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.examples.shared_state import Counter, count
        >>> trace = record(count, Counter.add_across_await, tasks=2)
        >>> [(finding.kind, finding.line) for finding in trace.findings]
        [('lost update', 41)]
    """

    kind: str
    text: str
    lane: int
    line: int
    file: int
    step: int
    page: str


@dataclass(frozen=True)
class Recording:
    """A recorded run, as data.

    Attributes:
        target: The name of what was run.
        lanes: What held control.
        events: What happened, in order.
        sources: The source of the functions that ran, a file each.
        outcome: How the run ended: "returned" or "raised".
        value: What it returned or raised, as a text.
        remark: What else must be known: what is not recorded, and why.
        findings: What a person would have had to find in it.
        timers: The timers of asyncio's event loops, in the order in which they were
            set.
        result: What it returned, if it did. It is not part of the JSON text.
        exception: What it raised, if it did. It is not part of the JSON text.

    Examples:
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.examples.taking_turns import switch_by_hand
        >>> trace = record(switch_by_hand)
        >>> trace.result
        ['A1', 'B1', 'A2', 'B2']
        >>> trace.outcome
        'returned'
    """

    target: str
    lanes: tuple[Lane, ...]
    events: tuple[Event, ...]
    sources: tuple[Source, ...]
    outcome: str
    value: str
    remark: str = ""
    findings: tuple[Finding, ...] = ()
    timers: tuple[Timer, ...] = ()
    result: Any = field(default=None, compare=False, repr=False)
    exception: BaseException | None = field(default=None, compare=False, repr=False)

    @property
    def duration(self) -> float:
        """How long the run took, in seconds by its clock.

        Examples:
            >>> from yieldpoint.trace import record
            >>> from yieldpoint.examples.waiting import in_tasks
            >>> record(in_tasks).duration
            2.0
        """
        return self.events[-1].time if self.events else 0.0

    def to_json(self) -> str:
        """Return the recording as JSON text, from which `from_json` makes it again.

        Examples:
            >>> from yieldpoint.trace import Trace, record
            >>> from yieldpoint.examples.waiting import in_tasks
            >>> trace = record(in_tasks)
            >>> Trace.from_json(trace.to_json()) == trace
            True
        """
        document = {
            "format": _FORMAT,
            "target": self.target,
            "outcome": self.outcome,
            "value": self.value,
            "remark": self.remark,
            "findings": [asdict(finding) for finding in self.findings],
            "lanes": [asdict(lane) for lane in self.lanes],
            "sources": [asdict(source) for source in self.sources],
            "timers": [asdict(timer) for timer in self.timers],
            "events": [_without_defaults(event) for event in self.events],
        }
        return json.dumps(document, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Make a recording from what `to_json` returned.

        Args:
            text: The JSON text.

        Returns:
            An equal recording, without the live result and exception.

        Raises:
            ValueError: It is no recording, or one of another format.

        Examples:
            >>> from yieldpoint.trace import Trace
            >>> Trace.from_json("{}")
            Traceback (most recent call last):
              ...
            ValueError: this is no recording in the format yieldpoint.trace/1
        """
        try:
            document = json.loads(text)
            assert document["format"] == _FORMAT
            return cls(
                target=document["target"],
                lanes=tuple(Lane(**lane) for lane in document["lanes"]),
                events=tuple(_events(document["events"])),
                sources=tuple(
                    Source(
                        source["name"],
                        {int(number): line for number, line in source["lines"].items()},
                    )
                    for source in document["sources"]
                ),
                outcome=document["outcome"],
                value=document["value"],
                remark=document["remark"],
                findings=tuple(
                    Finding(**finding) for finding in document.get("findings", ())
                ),
                timers=tuple(Timer(**each) for each in document.get("timers", ())),
            )
        except (AssertionError, AttributeError, KeyError, TypeError, ValueError):
            message = f"this is no recording in the format {_FORMAT}"
            raise ValueError(message) from None


def _without_defaults(event: Event) -> dict[str, Any]:
    """Return the attributes of an event that say something."""
    defaults = Event._field_defaults
    return {
        name: value
        for name, value in event._asdict().items()
        if name not in defaults or value != defaults[name]
    }


def _events(documents: list[dict[str, Any]]) -> Iterator[Event]:
    for document in documents:
        changes = tuple((name, value) for name, value in document.pop("changes", ()))
        arrives = tuple(document.pop("arrives", ()))
        yield Event(**document, changes=changes, arrives=arrives)
