"""Which page of the site explains a finding, and how one is made."""

from yieldpoint.trace.model import Event, Finding, Recording

__all__ = ["PAGES", "finding_at", "last_line", "line_text", "name_of"]

#: The page for each kind of finding, and the place on it.
PAGES = {
    "blocked": "asyncio/sleep#ticks-while",
    "never awaited": "asyncio/async-and-await#never-awaited",
    "unretrieved": "asyncio/tasks#never-retrieved",
    "dropped": "asyncio/event-loop#destroyed-but-pending",
    "left over": "asyncio/run#run-cancels-what-is-left",
    "left open": "practice/going-through-things#late-finally",
    "swallowed": "practice/cancelling#swallow",
    "lost update": "coroutines#lost-update",
    "deadlock": "inside/in-line#take-both",
    "stopped": "findings#stopped",
}


def finding_at(
    trace: Recording,
    kind: str,
    text: str,
    lane: int,
    step: int,
    *,
    line: int = 0,
) -> Finding:
    """Return a finding that is seen at a step.

    Args:
        trace: The recording.
        kind: The kind.
        text: What it is.
        lane: The lane.
        step: The event, counted from 1.
        line: The line, if it is not the one of that event.
    """
    event = trace.events[step - 1]
    if not (line or event.line):
        # It runs nothing of the program's own: it is known who has created it.
        event = next(each for each in trace.events if each.lane == lane)
    return Finding(kind, text, lane, line or event.line, event.file, step, PAGES[kind])


def last_line(trace: Recording, lane: int, step: int) -> int:
    """Return the step at which a lane came to its line; 0 if it came to none.

    Args:
        trace: The recording.
        lane: The lane.
        step: Up to which step to look.
    """
    for number in range(step, 0, -1):
        event = trace.events[number - 1]
        if event.lane == lane and event.kind == "line":
            return number
    return 0


def line_text(trace: Recording, event: Event) -> str:
    """Return the source of an event's line, without the comment."""
    if event.file >= len(trace.sources):
        return ""
    source = trace.sources[event.file].lines.get(event.line, "")
    return source.partition("  #")[0].strip()


def name_of(trace: Recording, lane: int) -> str:
    """Return a lane's name, with the function that it runs if that says more."""
    name, function = trace.lanes[lane].name, trace.lanes[lane].function
    return f"{name} ({function})" if function and function not in name else name
