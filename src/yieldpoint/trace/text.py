"""A recording as rows of text, and each event in a few words.

Examples:
    >>> from yieldpoint.examples.waiting import one_after_another
    >>> from yieldpoint.trace import record
    >>> from yieldpoint.trace.text import to_text
    >>> print(to_text(record(one_after_another)))
    0 s  Task-1                        created
    0 s  Task-1                        started
    0 s  Task-1  one_after_another:22  | await asyncio.sleep(1)
    0 s  Task-1                        waits for asyncio.sleep(1)
    1 s  Task-1                        woken by a timer
    1 s  Task-1                        resumed
    1 s  Task-1  one_after_another:23  | await asyncio.sleep(2)
    1 s  Task-1                        waits for asyncio.sleep(2)
    3 s  Task-1                        woken by a timer
    3 s  Task-1                        resumed
    3 s  Task-1                        returns None
"""

from collections.abc import Iterable

from yieldpoint.trace import report
from yieldpoint.trace.model import Event, Recording
from yieldpoint.words import marked, translated

__all__ = ["changes_of", "phrase", "seconds", "to_text"]

# What is said of an event: of itself, and if it was another lane's doing.
_SAID = {
    "created": (marked("created"), marked("created by {who}")),
    "started": (marked("started"), marked("started by {who}")),
    "resumed": (marked("resumed"), marked("resumed by {who}")),
    "woken": (marked("ready"), marked("woken by {who}")),
    "cancelled": (marked("cancelled"), marked("cancelled by {who}")),
    "closed": (marked("closed"), marked("closed by {who}")),
}


def phrase(trace: Recording, event: Event) -> str:
    """Say in a few words what happened to a lane.

    Args:
        trace: The recording.
        event: One of its events.

    Returns:
        Words that follow the lane's name; for a line, its source.

    Examples:
        >>> from yieldpoint.examples.taking_turns import switch_by_hand
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.text import phrase
        >>> trace = record(switch_by_hand)
        >>> [phrase(trace, event) for event in trace.events if event.lane == 1][:2]
        ['created by switch_by_hand', 'started by switch_by_hand: next']
    """
    value = event.value
    match event.kind:
        case "line":
            words = f"| {line_of(trace, event)}"
        case "started" | "resumed":
            words = _said(trace, event) + _how(event)
        case "yielded":
            words = translated("yields {value}", value=value)
        case "suspended" if event.how == "yield from":
            words = translated("yields from {value}", value=value)
        case "suspended":
            words = (
                translated("waits for {value}", value=value)
                if value
                else translated("waits")
            )
        case "woken" if event.other is None and event.how:
            words = translated("woken by a timer")
        case "returned":
            words = (
                translated("returns {value}", value=value)
                if value
                else translated("ends")
            )
        case "raised":
            words = translated("raises {value}", value=value)
        case "printed":
            words = translated("prints {value}", value=value.rstrip())
        case _:
            words = _said(trace, event)
    return words


def _said(trace: Recording, event: Event) -> str:
    """Say what happened, and by whom."""
    alone, by = _SAID.get(event.kind, (event.kind, f"{event.kind} by {{who}}"))
    if event.other is None:
        return translated(alone)
    return translated(by, who=trace.lanes[event.other].name)


def _how(event: Event) -> str:
    """Say by what a lane was entered."""
    if event.how == "throw":
        return translated(": {value} is thrown in", value=event.value)
    how = f"{event.how} {event.value}".strip()
    return f": {how}" if how else ""


def line_of(trace: Recording, event: Event) -> str:
    """Return the source of the line that an event stands at."""
    return trace.sources[event.file].lines.get(event.line, "").strip()


def changes_of(pairs: Iterable[tuple[str, str | None]]) -> str:
    """Return the variables that have changed, with their values.

    Args:
        pairs: Names and values; a value of None says that the variable is gone.

    Returns:
        Assignments, with commas between them.

    Examples:
        >>> from yieldpoint.trace.text import changes_of
        >>> changes_of([("a", "1"), ("b", None)])
        'a = 1, b is gone'
    """
    return ", ".join(
        translated("{name} is gone", name=name)
        if value is None
        else f"{name} = {value}"
        for name, value in pairs
    )


def seconds(time: float) -> str:
    """Return a time with its unit.

    Args:
        time: Seconds.

    Returns:
        The time, without zeros that say nothing.

    Examples:
        >>> from yieldpoint.trace.text import seconds
        >>> seconds(2.0), seconds(0.25)
        ('2 s', '0.25 s')
    """
    return f"{time:.6g} s"


def to_text(trace: Recording) -> str:
    """Return a recording as text, a row an event.

    What was found in it comes first, then an empty row and the events.
    A row shows the time, if any passes; the lane; and what happened. Or it shows the
    function and the number of a line, and behind a bar the line, which is about to run.
    What a function does that was called by another one stands further to the right.
    Behind a ``#`` stand the variables that have changed since the row before in the
    same function.

    Args:
        trace: The recording.

    Returns:
        The rows; behind them, in parentheses, what is not recorded.

    Examples:
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.text import to_text
        >>> def double(number):
        ...     return 2 * number
        >>> def main():
        ...     return double(4)
        >>> print(to_text(record(main)))
        main            started
        main  main:2    | return double(4)
        main  double:2    | return 2 * number  # number = 4
        main            returns 8
    """
    times = [seconds(event.time) if trace.duration else "" for event in trace.events]
    names = [trace.lanes[event.lane].name for event in trace.events]
    places = [_place(trace, event) for event in trace.events]
    columns = [column for column in (times, names, places) if any(column)]
    widths = [max(map(len, column)) for column in columns]
    rows = [*report.rows(trace), ""] if trace.findings else []
    for cells, event in zip(zip(*columns, strict=True), trace.events, strict=True):
        row = [f"{cell:{width}}" for cell, width in zip(cells, widths, strict=True)]
        row.append(_inset(event) + phrase(trace, event))
        if event.changes:
            row.append(f"# {changes_of(event.changes)}")
        rows.append("  ".join(row).rstrip())
    if trace.remark:
        rows.append(f"({trace.remark})")
    return "\n".join(rows)


def _place(trace: Recording, event: Event) -> str:
    """Return the function and the line that are run; of a script, the file."""
    if event.kind != "line":
        return ""
    name = event.function
    if name == "<module>":
        name = trace.sources[event.file].name
    return f"{name}:{event.line}"


def _inset(event: Event) -> str:
    """Return how far to the right stands what a function does."""
    return "  " * event.depth if event.kind in {"line", "printed"} else ""
