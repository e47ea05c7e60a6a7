"""A recording in the Trace Event Format, which Perfetto and chrome://tracing open.

A lane is a thread there. What it does is a slice: it runs, waits, or is ready. An arrow
leads from who wakes a lane, or resumes it, to where it goes on. Lines and output are
instants.

Examples:
    >>> import json
    >>> from yieldpoint.examples.waiting import in_tasks
    >>> from yieldpoint.trace import record
    >>> from yieldpoint.trace.perfetto import to_perfetto
    >>> events = json.loads(to_perfetto(record(in_tasks)))["traceEvents"]
    >>> [each["ts"] for each in events if each.get("name") == "ready"]
    [1000000.0, 2000000.0, 2000000.0]
"""

import json
from collections.abc import Iterator
from typing import Any

from yieldpoint.trace.model import Event, Recording
from yieldpoint.trace.text import changes_of, phrase

__all__ = ["to_perfetto"]

_Json = dict[str, Any]

_PROCESS = 1

# What a lane does from an event on, as the category of the slice.
_BEGINS = {
    "created": "ready",
    "woken": "ready",
    "started": "runs",
    "resumed": "runs",
    "yielded": "waits",
    "suspended": "waits",
}
_ENDS = frozenset({"returned", "raised", "cancelled", "closed"})


def to_perfetto(trace: Recording) -> str:
    """Return a recording in the Trace Event Format.

    Args:
        trace: The recording.

    Returns:
        JSON text. Times are in microseconds.

    Examples:
        >>> import json
        >>> from yieldpoint.examples.taking_turns import switch_by_hand
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.perfetto import to_perfetto
        >>> sorted(json.loads(to_perfetto(record(switch_by_hand))))
        ['displayTimeUnit', 'otherData', 'traceEvents']
    """
    document = {
        "traceEvents": [*_names(trace), *_Slices(trace).events],
        "displayTimeUnit": "ms",
        "otherData": {"target": trace.target, "remark": trace.remark},
    }
    return json.dumps(document, indent=0) + "\n"


def _names(trace: Recording) -> Iterator[_Json]:
    """Yield what the process and its threads are called, and their order."""
    yield _named("process_name", 0, {"name": trace.target})
    for number, lane in enumerate(trace.lanes, start=1):
        yield _named("thread_name", number, {"name": lane.name})
        yield _named("thread_sort_index", number, {"sort_index": number})


def _named(what: str, thread: int, args: _Json) -> _Json:
    return {"name": what, "ph": "M", "pid": _PROCESS, "tid": thread, "args": args}


class _Slices:
    """What each lane does, while one goes through the events.

    Attributes:
        events: All slices, arrows and instants, in the order in which they happen.
    """

    def __init__(self, trace: Recording) -> None:
        self._trace = trace
        self._written: list[list[_Json]] = []
        self._does = [""] * len(trace.lanes)  # the category of the slice that is open
        # The end of each lane's last run: an arrow may have to begin there.
        self._ran: dict[int, list[_Json]] = {}
        self._arrows: dict[int, int] = {}  # for lanes: the arrow that leads to them
        self._count = 0
        for event in trace.events:
            self._take(event)
        for lane in range(len(trace.lanes)):
            self._close(lane, trace.duration)
        self.events = [each for written in self._written for each in written]

    def _take(self, event: Event) -> None:
        category = _BEGINS.get(event.kind)
        if category is not None:
            if category != "waits":
                self._begin_arrow(event)
            # What is woken while it runs goes on once it has given way.
            if category != "ready" or self._does[event.lane] != "runs":
                self._close(event.lane, event.time)
                self._open(event, category)
        elif event.kind in _ENDS:
            self._close(event.lane, event.time)
            self._instant(event, "ends")
        else:
            if not self._does[event.lane]:
                self._open(event, "runs")
            self._instant(event, "line" if event.kind == "line" else "output")

    def _begin_arrow(self, event: Event) -> None:
        """Begin an arrow where the lane runs that wakes another one.

        What a task wakes by its end is woken when it has ended: then at its end.
        """
        other, to = event.other, event.lane
        if other is None or to in self._arrows:
            return
        number = self._count + 1
        arrow = {"name": "wakes", "cat": "wakes", "id": number}
        if self._does[other] == "runs":
            self._write(other, event.time, "s", **arrow)
        elif other in self._ran:
            ran = self._ran[other]
            ran.insert(0, {**ran[-1], "ph": "s", **arrow})
        else:
            return
        self._arrows[to] = self._count = number

    def _open(self, event: Event, category: str) -> None:
        self._does[event.lane] = category
        lane = self._trace.lanes[event.lane]
        what = phrase(self._trace, event)
        name = {
            "waits": what,
            "ready": "not started" if event.kind == "created" else "ready",
            "runs": lane.function or lane.name,
        }[category]
        at = event.lane, event.time
        self._write(*at, "B", name=name, cat=category, args={"what": what})
        if category == "runs" and event.lane in self._arrows:
            arrow = self._arrows.pop(event.lane)
            self._write(*at, "f", name="wakes", cat="wakes", id=arrow, bp="e")

    def _close(self, lane: int, time: float) -> None:
        if self._does[lane]:
            self._write(lane, time, "E")
            if self._does[lane] == "runs":
                self._ran[lane] = self._written[-1]
            self._does[lane] = ""

    def _instant(self, event: Event, category: str) -> None:
        name = phrase(self._trace, event).removeprefix("| ")
        args = {"function": event.function, "line": event.line}
        if event.changes:
            args["variables"] = changes_of(event.changes)
        at = event.lane, event.time
        self._write(*at, "i", name=name, cat=category, s="t", args=args)

    def _write(self, lane: int, time: float, phase: str, **more: Any) -> None:
        ts = round(time * 1e6, 3)
        at = {"ph": phase, "ts": ts, "pid": _PROCESS, "tid": lane + 1}
        self._written.append([{**at, **more}])
