"""A layout drawn: columns side by side, as far apart as their texts need."""

import itertools
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from yieldpoint.trace.figure._canvas import BAR, CHARACTER, Canvas
from yieldpoint.trace.figure._labels import shows_function
from yieldpoint.trace.figure._layout import LINE, Arrow, lay_out
from yieldpoint.trace.figure._order import alt_text
from yieldpoint.trace.figure._plan import plan
from yieldpoint.trace.figure._shares import WHOLE
from yieldpoint.trace.model import Recording
from yieldpoint.trace.text import seconds

__all__ = ["FOLD", "LEGEND", "Figure", "draw", "scale_of"]

# Sizes, in pixels.
FOLD = 96
_PADDING = 10
_NARROWEST = 56
_SHORTEST_PAUSE = 56

# What a lane does, by the style of its bar.
LEGEND = {
    "runs": "runs",
    "calls": "has called",
    "waits": "waits",
    "ready": "is ready",
    "created": "not started",
}


@dataclass
class Figure:
    """A drawn recording.

    Attributes:
        svg: The SVG element.
        heights: For each event, how far down in the figure it is.

    Examples:
        >>> from yieldpoint.trace.figure import Figure
        >>> Figure("<svg></svg>", []).heights
        []
    """

    svg: str
    heights: list[int]


class _Drawing:
    """Puts lanes into columns and collects what is drawn."""

    def __init__(self, trace: Recording, scale: float | None) -> None:
        self.trace = trace
        self.plan = plan(trace)
        self.layout = lay_out(trace, self.plan, scale or scale_of([trace]))
        self.canvas = Canvas()
        self.left = _PADDING
        if trace.duration:
            longest = max(len(seconds(event.time)) for event in trace.events)
            self.left = round(longest * CHARACTER) + 18
        self.columns = self._columns()

    def _bar(self, number: int) -> int:
        """Return how wide the bar of a lane or a fold is."""
        return BAR if number < len(self.trace.lanes) else FOLD

    def _columns(self) -> list[int]:
        """Return where the columns are, as far apart as their texts need."""
        plan = self.plan
        widths = [
            max(
                max(len(lane.name), len(lane.function)) * CHARACTER + 14
                for lane in (plan.lanes[number] for number in numbers)
            )
            for numbers in plan.columns
        ]
        for mark in self.layout.marks:
            lane, left = mark.lane, mark.lane
            if isinstance(mark, Arrow):
                left = min(lane, mark.end, key=self._column_of)
            width = len(plan.saying(lane, mark.text)) * CHARACTER
            width += self._bar(plan.shown[left]) + 16
            column = self._column_of(left)
            widths[column] = max(widths[column], width)
        columns, x = [], float(self.left)
        for width in widths:
            columns.append(round(x))
            x += max(width, _NARROWEST)
        self.width = round(x)
        return columns

    def _column_of(self, lane: int) -> int:
        return self.plan.column_of[self.plan.shown[lane]]

    def _right_of(self, lane: int) -> int:
        """Return where the bar of a lane ends."""
        return self.columns[self._column_of(lane)] + self._bar(self.plan.shown[lane])

    def draw(self) -> Figure:
        layout = self.layout
        for tick in layout.ticks:
            self.canvas.rule(tick.y, self.width)
            text = seconds(tick.time)
            self.canvas.text(self.left - 10, tick.y + 12, text, "faint", "end")
        for number, column in self.plan.column_of.items():
            self._bars(number, column)
        for mark in layout.marks:
            if isinstance(mark, Arrow):
                self._arrow(mark)
            else:
                self._text_beside(mark.lane, mark.y, mark.text, mark.style)
        self._names()
        height = self._end(layout.end + 26)
        svg = self.canvas.to_svg(alt_text(self.trace), self.width, height)
        return Figure(svg, layout.heights)

    def _bars(self, number: int, column: int) -> None:
        x, width = self.columns[column], self._bar(number)
        of = "" if number < len(self.trace.lanes) else " part"
        for style, top, bottom, left, right in self.layout.bars[number]:
            start, end = round(width * left / WHOLE), round(width * right / WHOLE)
            self.canvas.bar(
                style, x + start, top, max(end - start, 1), bottom - top, of
            )

    def _text_beside(self, lane: int, y: int, text: str, style: str) -> None:
        x = self._right_of(lane) + 5
        self.canvas.text(x, y, self.plan.saying(lane, text), style)

    def _names(self) -> None:
        """Write the names, in the order of the lanes: by that the stepper finds them.

        A lane in a fold has an empty name, at the fold's place.
        """
        below = {name.lane: name.y for name in self.layout.names}
        folds = range(len(self.trace.lanes), len(self.plan.lanes))
        for number, shown in enumerate([*self.plan.shown, *folds]):
            lane = self.plan.lanes[number]
            x, y = self.columns[self.plan.column_of[shown]], below.get(shown, 14)
            self.canvas.text(x, y, lane.name if shown == number else "", "name")
            if shown == number and shows_function(lane):
                self.canvas.text(x, y + 15, lane.function, "faint")

    def _arrow(self, arrow: Arrow) -> None:
        start, end = self._column_of(arrow.lane), self._column_of(arrow.end)
        if start == end:
            # In a fold: who does it, and what.
            if arrow.text:
                self._text_beside(arrow.lane, arrow.y - 4, arrow.text, arrow.style)
            return
        left = min(arrow.lane, arrow.end, key=self._column_of)
        x1, x2 = self._right_of(left), self.columns[max(start, end)]
        if start > end:
            self.canvas.arrow(x2, x1, arrow.y, arrow.style)
        else:
            self.canvas.arrow(x1, x2, arrow.y, arrow.style)
        if arrow.text:
            if start + 1 < end:
                x1 = self.columns[end - 1] + BAR
            elif end + 1 < start:
                x2 = self.columns[end + 1]
            text = self.plan.saying(arrow.lane, arrow.text)
            self.canvas.text((x1 + x2) / 2, arrow.y - 4, text, arrow.style, "middle")

    def _end(self, y: int) -> int:
        """Explain the styles that the figure uses, and say what is not recorded.

        Returns:
            The height of all.
        """
        x = 0
        for style, word in LEGEND.items():
            if self.canvas.has(style):
                self.canvas.bar(style, x, y - 9, 10, 10)
                self.canvas.text(x + 14, y, word, "faint")
                x += round(14 + len(word) * CHARACTER + 12)
        self.width = max(self.width, x)
        for remark in self.trace.remark.split("; ") if self.trace.remark else ():
            for line in textwrap.wrap(remark, max(30, int(self.width / CHARACTER) - 2)):
                y += LINE
                self.canvas.text(0, y, line, "faint")
                self.width = max(self.width, round(len(line) * CHARACTER) + 14)
        return y + 8


def scale_of(traces: Iterable[Recording]) -> float:
    """Return a scale that fits several recordings, so that they can be compared.

    Args:
        traces: The recordings.

    Returns:
        Pixels a second, so that the shortest pause among them is high enough to see.

    Examples:
        >>> from yieldpoint.examples.waiting import in_tasks, one_after_another
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.figure import scale_of
        >>> scale_of([record(in_tasks), record(one_after_another)])
        56.0
    """
    times = [[event.time for event in trace.events] for trace in traces]
    pauses = [
        later - earlier
        for each in times
        for earlier, later in itertools.pairwise(each)
        if later > earlier
    ]
    return _SHORTEST_PAUSE / min(pauses, default=1.0)


def draw(trace: Recording, scale: float | None = None) -> Figure:
    """Draw a recording.

    Args:
        trace: The recording.
        scale: How many pixels a second is high; None takes what fits.

    Returns:
        The figure.

    Examples:
        >>> from yieldpoint.examples.waiting import in_tasks
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.figure import draw
        >>> trace = record(in_tasks)
        >>> len(draw(trace).heights) == len(trace.events)
        True
    """
    return _Drawing(trace, scale).draw()
