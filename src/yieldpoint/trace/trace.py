"""A recording that can show itself: what `yieldpoint.trace.record` returns.

Examples:
    >>> from yieldpoint.examples.taking_turns import switch_by_hand
    >>> from yieldpoint.trace import Trace, record
    >>> isinstance(record(switch_by_hand), Trace)
    True
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from yieldpoint.trace import figure, notebook, pages, perfetto, text
from yieldpoint.trace.model import Recording
from yieldpoint.trace.only import only

__all__ = ["Trace"]


@dataclass(frozen=True)
class Trace(Recording):
    """A recorded run: it turns into text, a figure, a page to step through, and JSON.

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

    def __str__(self) -> str:
        """Return the recording as a text."""
        return self.to_text()

    def to_text(self) -> str:
        """Return the recording as text, a row an event, for terminals and doctests.

        Returns:
            The rows. They are the same in every run in which the program does the same.

        Examples:
            >>> from yieldpoint.examples.waiting import one_after_another
            >>> from yieldpoint.trace import record
            >>> print(record(one_after_another).to_text().splitlines()[-1])
            3 s  Task-1                        returns None
        """
        return text.to_text(self)

    def to_svg(self) -> str:
        """Return the recording as an SVG figure: lanes side by side, time running down.

        Returns:
            The text of an SVG file.

        Examples:
            >>> from yieldpoint.examples.waiting import one_after_another
            >>> from yieldpoint.trace import record
            >>> record(one_after_another).to_svg()[:4]
            '<svg'
        """
        return figure.to_svg(self)

    def to_html(self) -> str:
        """Return the recording as a page to step through, which loads nothing else.

        A large recording gets a page that draws what is in view, with an overview, a
        search and filters.

        Returns:
            The text of an HTML file.

        Examples:
            >>> from yieldpoint.examples.waiting import one_after_another
            >>> from yieldpoint.trace import record
            >>> record(one_after_another).to_html()[:15]
            '<!DOCTYPE html>'
        """
        return pages.to_page(self)

    def to_perfetto(self) -> str:
        """Return the recording as Perfetto and chrome://tracing open it.

        A lane is a thread there, and an arrow leads from who wakes a lane to where it
        goes on.

        Returns:
            JSON text in the Trace Event Format, with times in microseconds.

        Examples:
            >>> import json
            >>> from yieldpoint.examples.waiting import in_tasks
            >>> from yieldpoint.trace import record
            >>> document = json.loads(record(in_tasks).to_perfetto())
            >>> {each["ts"] for each in document["traceEvents"] if each["ph"] == "f"}
            {0.0, 2000000.0}
        """
        return perfetto.to_perfetto(self)

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the page to step through, in a frame."""
        return notebook.to_frame(self)

    def only(
        self,
        *,
        tasks: Iterable[str] = (),
        functions: Iterable[str] = (),
        kinds: Iterable[str] = (),
        since: float = -math.inf,
        until: float = math.inf,
    ) -> Self:
        """Return the part of the recording that fulfils all conditions.

        What a step that is left out says about variables is said by the next step of
        the same function, so that their values stay true.

        Args:
            tasks: Names of lanes, tasks or others, in which ``*``, ``?`` and ``[...]``
                stand for what they stand for in names of files. None means all.
            functions: Names of functions, in the same way.
            kinds: "switches" for the steps at which control passes, "lines", "output",
                or the kind of an event. None means all.
            since: The first second of the part.
            until: Its last second.

        Returns:
            A recording of the same run. Its remark says how many steps it has.

        Raises:
            ValueError: Nothing has one of the names, there is no such kind, or the
                part would end before it begins.

        Examples:
            >>> from yieldpoint.examples.crowds import many_workers
            >>> from yieldpoint.trace import record
            >>> trace = record(many_workers, 5)
            >>> part = trace.only(tasks=["worker 4"], kinds=["switches"])
            >>> [(event.time, event.kind) for event in part.events][:4]
            [(0.0, 'started'), (0.0, 'suspended'), (1.0, 'resumed'), (1.0, 'suspended')]
        """
        return only(
            self,
            tasks=tasks,
            functions=functions,
            kinds=kinds,
            since=since,
            until=until,
        )
