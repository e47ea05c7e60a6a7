"""A part of a recording, as a smaller recording: some lanes, some steps, some time.

Examples:
    >>> from yieldpoint.examples.crowds import many_workers
    >>> from yieldpoint.trace import record
    >>> from yieldpoint.trace.only import only
    >>> part = only(record(many_workers, 5), tasks=["worker 4"], kinds=["switches"])
    >>> [(event.time, event.kind) for event in part.events][:4]
    [(0.0, 'started'), (0.0, 'suspended'), (1.0, 'resumed'), (1.0, 'suspended')]
"""

import itertools
import math
from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TypeVar

from yieldpoint.trace.model import Event, Recording
from yieldpoint.words import marked, translated

__all__ = ["KINDS", "only"]

_Recording = TypeVar("_Recording", bound=Recording)

_SWITCHES = (
    *(marked("started"), marked("resumed"), marked("yielded"), marked("suspended")),
    *(marked("returned"), marked("raised"), marked("cancelled"), marked("closed")),
)

#: What the kinds of steps are called together, and which each name stands for.
KINDS: dict[str, tuple[str, ...]] = {
    marked("switches"): _SWITCHES,
    marked("lines"): ("line",),
    marked("output"): ("printed",),
    **{kind: (kind,) for kind in (marked("created"), *_SWITCHES, marked("woken"))},
}


def only(
    trace: _Recording,
    *,
    tasks: Iterable[str] = (),
    functions: Iterable[str] = (),
    kinds: Iterable[str] = (),
    since: float = -math.inf,
    until: float = math.inf,
) -> _Recording:
    """Return the part of a recording that fulfils all conditions.

    What a step that is left out says about variables is said by the next step of the
    same function, so that their values stay true.

    Args:
        trace: The recording.
        tasks: Names of lanes, tasks or others, in which ``*``, ``?`` and ``[...]``
            stand for what they stand for in names of files. None means all.
        functions: Names of functions, in the same way.
        kinds: Names from `KINDS`: "switches" is every step at which control passes,
            "lines", "output", or a kind of event. None means all.
        since: The first second of the part.
        until: Its last second.

    Returns:
        A recording of the same run. Its remark says how many steps it has.

    Raises:
        ValueError: Nothing has one of the names, there is no such kind, or the part
            would end before it begins.

    Examples:
        >>> from yieldpoint.examples.crowds import many_workers
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.only import only
        >>> trace = record(many_workers, 4)
        >>> [lane.name for lane in only(trace, since=2).lanes]
        ['Task-1', 'worker 4']
        >>> only(trace, tasks=["boss*"])
        Traceback (most recent call last):
          ...
        ValueError: no lane is named 'boss*'; there are: Task-1, worker 1, ..., worker 4
    """
    if not since <= until:
        raise ValueError(f"no part begins at {since:g} s and ends at {until:g} s")
    names = [lane.name for lane in trace.lanes]
    places = [_function_of(trace, event) for event in trace.events]
    wanted_names = _matching(tasks, names, "lane")
    wanted_functions = _matching(functions, filter(None, places), "function")
    wanted_kinds = _kinds(kinds)
    kept = [
        since <= event.time <= until
        and names[event.lane] in wanted_names
        and place in wanted_functions
        and event.kind in wanted_kinds
        for event, place in zip(trace.events, places, strict=True)
    ]
    if all(kept):
        return trace
    part = translated(
        "these are {part} of {count} steps", part=sum(kept), count=len(kept)
    )
    remark = f"{trace.remark}; {part}" if trace.remark else part
    # Behind how many steps of the part each step of the whole is.
    steps = [0, *itertools.accumulate(kept)]
    part_of_it = replace(
        trace,
        events=tuple(_kept(trace.events, kept)),
        remark=remark,
        findings=tuple(
            replace(finding, step=steps[finding.step])
            for finding in trace.findings
            if kept[finding.step - 1]
        ),
        timers=tuple(
            replace(timer, set=steps[timer.set], gone=gone)
            for timer in trace.timers
            for gone in [None if timer.gone is None else steps[timer.gone]]
            if gone != steps[timer.set]  # which no step of the part would show
        ),
    )
    return _without_the_unused(part_of_it)


class _Everything(Container[str]):
    """What is in a selection that leaves nothing out."""

    def __contains__(self, name: object) -> bool:
        return True


def _matching(
    patterns: Iterable[str], names: Iterable[str], what: str
) -> Container[str]:
    """Return the names that match one of the patterns; no pattern matches all."""
    patterns, known = list(patterns), dict.fromkeys(names)
    matching = {
        pattern: {name for name in known if fnmatchcase(name, pattern)}
        for pattern in patterns
    }
    for pattern, found in matching.items():
        if not found:
            listed = ", ".join([*known][:10]) + (", ..." if len(known) > 10 else "")
            raise ValueError(f"no {what} is named {pattern!r}; there are: {listed}")
    return set().union(*matching.values()) if patterns else _Everything()


def _kinds(names: Iterable[str]) -> Container[str]:
    names = list(names)
    for name in names:
        if name not in KINDS:
            raise ValueError(
                f"no kind is named {name!r}; there are: {', '.join(KINDS)}"
            )
    return {kind for name in names for kind in KINDS[name]} if names else _Everything()


def _function_of(trace: Recording, event: Event) -> str:
    """Return the function that an event happens in."""
    return event.function or trace.lanes[event.lane].function


def _kept(events: Iterable[Event], kept: Iterable[bool]) -> Iterator[Event]:
    """Yield the events to keep, with the changes that would otherwise be lost."""
    lost: dict[tuple[int, str, int], dict[str, str | None]] = {}
    for event, is_kept in zip(events, kept, strict=True):
        place = (event.lane, event.function, event.call)
        if not is_kept:
            if event.changes:
                lost.setdefault(place, {}).update(event.changes)
        elif place in lost:
            changes = {**lost.pop(place), **dict(event.changes)}
            yield event._replace(changes=tuple(changes.items()))
        else:
            yield event


def _without_the_unused(trace: _Recording) -> _Recording:
    """Return a recording without the lanes and sources that no event names."""
    used = {event.lane for event in trace.events}
    used |= {event.other for event in trace.events if event.other is not None}
    used |= {finding.lane for finding in trace.findings}
    files = {event.file for event in trace.events if event.line}
    files |= {event.arrives[0] for event in trace.events if event.arrives}
    lane_of = {lane: new for new, lane in enumerate(sorted(used))}
    file_of = {file: new for new, file in enumerate(sorted(files))}
    return replace(
        trace,
        lanes=tuple(trace.lanes[lane] for lane in lane_of),
        sources=tuple(trace.sources[file] for file in file_of),
        events=tuple(
            event._replace(
                lane=lane_of[event.lane],
                other=None if event.other is None else lane_of[event.other],
                file=file_of.get(event.file, 0),
                arrives=event.arrives
                and (file_of[event.arrives[0]], *event.arrives[1:]),
            )
            for event in trace.events
        ),
        findings=tuple(
            replace(
                finding,
                lane=lane_of[finding.lane],
                file=file_of.get(finding.file, 0),
            )
            for finding in trace.findings
        ),
        timers=tuple(
            replace(timer, lane=None if timer.lane is None else lane_of[timer.lane])
            for timer in trace.timers
            if timer.lane is None or timer.lane in lane_of
        ),
    )
