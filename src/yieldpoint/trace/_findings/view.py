"""A recording as the findings read it, and which page explains what is found."""

import bisect
from collections import defaultdict

from yieldpoint.trace.model import Event, Finding, Recording

__all__ = ["PAGES", "View"]

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


class View:
    """A recording whose events can be looked up by their lane.

    Attributes:
        trace: The recording.
    """

    def __init__(self, trace: Recording) -> None:
        """Look at a recording."""
        self.trace = trace
        self._steps: dict[int, list[int]] = defaultdict(list)
        for step, event in enumerate(trace.events, start=1):
            self._steps[event.lane].append(step)

    def event(self, step: int) -> Event:
        """Return an event; they are counted from 1."""
        return self.trace.events[step - 1]

    def last(self, lane: int, until: int, *kinds: str) -> int:
        """Return the last step of a lane up to another step, or 0.

        Args:
            lane: The lane.
            until: The other step, which may be the one that is returned.
            kinds: Which kinds of event count; none means all.
        """
        steps = self._steps[lane]
        for index in range(bisect.bisect_right(steps, until) - 1, -1, -1):
            if not kinds or self.event(steps[index]).kind in kinds:
                return steps[index]
        return 0

    def name(self, lane: int) -> str:
        """Return a lane's name, with the function that it runs if that says more."""
        name, function = self.trace.lanes[lane].name, self.trace.lanes[lane].function
        return f"{name} ({function})" if function and function not in name else name

    def source(self, step: int) -> str:
        """Return the source of the line of a step, without the comment."""
        event = self.event(step)
        line = self.trace.sources[event.file].lines.get(event.line, "")
        return line.partition("  #")[0].strip()

    def finding(
        self, kind: str, text: str, lane: int, step: int, *, line: int = 0
    ) -> Finding:
        """Return a finding.

        Args:
            kind: The kind.
            text: What it is.
            lane: The lane.
            step: The step at which it is seen.
            line: The line, if it is not the one of that step.
        """
        event = self.event(step)
        if not (line or event.line):
            # It runs nothing of the program's own: it is known who has created it.
            event = self.event(self._steps[lane][0])
        line = line or event.line
        return Finding(kind, text, lane, line, event.file, step, PAGES[kind])
