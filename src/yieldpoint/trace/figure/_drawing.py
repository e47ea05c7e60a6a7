"""A layout drawn: columns side by side, as far apart as their texts need."""

import bisect
import itertools
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from yieldpoint.trace.figure._canvas import BAR, CHARACTER, Canvas
from yieldpoint.trace.figure._labels import columns, short, shows_function
from yieldpoint.trace.figure._layout import LINE, Arrow, lay_out
from yieldpoint.trace.figure._order import alt_text
from yieldpoint.trace.figure._plan import plan
from yieldpoint.trace.figure._shares import WHOLE
from yieldpoint.trace.model import Recording
from yieldpoint.trace.text import seconds
from yieldpoint.words import marked, translated

__all__ = ["FOLD", "LEGEND", "Figure", "draw", "scale_of"]

# Sizes, in pixels.
FOLD = 96
_PADDING = 10
_NARROWEST = 56
_SHORTEST_PAUSE = 56
# How wide the texts below may be: at least, and at most, so that a page of 360 pixels,
# which makes a figure a fifth smaller, shows them without being scrolled.
_NARROW, _WIDE = 320, 410

# What a lane does, by the style of its bar.
LEGEND = {
    "runs": marked("runs"),
    "calls": marked("has called"),
    "waits": marked("waits"),
    "ready": marked("is ready"),
    "created": marked("not started"),
    "create": marked("creates"),
    "wake": marked("wakes"),
    "axis": marked("time, to scale"),
    "cut": marked("cut short"),
}
_ARROWS = {"create", "wake"}


@dataclass
class Figure:
    """A drawn recording.

    Attributes:
        svg: The SVG element.
        heights: For each event, how far down in the figure it is.
        width: How wide it is, in pixels.

    Examples:
        >>> from yieldpoint.trace.figure import Figure
        >>> Figure("<svg></svg>", []).heights
        []
    """

    svg: str
    heights: list[int]
    width: int = 0


def _gap(start: int, end: int) -> int:
    """Return left of which gap the label of an arrow stands: at the arrow's head."""
    return max(start, end) - 1 if end > start else end


class _Drawing:
    """Puts lanes into columns and collects what is drawn."""

    def __init__(
        self,
        trace: Recording,
        scale: float | None,
        width: int,
        longest: int | None,
        *,
        findings: bool,
    ) -> None:
        self.trace = trace
        self.longest = longest
        self.says = trace.findings if findings else ()
        self.plan = plan(trace)
        self.layout = lay_out(trace, self.plan, scale or scale_of([trace]))
        self.canvas = Canvas()
        self.left = _PADDING
        if trace.duration:
            longest = max(len(seconds(event.time)) for event in trace.events)
            self.left = round(longest * CHARACTER) + 18
        self.width = width
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
            shown = plan.shown[mark.lane]
            column, bar = plan.column_of[shown], self._bar(shown)
            if isinstance(mark, Arrow) and self._column_of(mark.end) != column:
                column = _gap(column, self._column_of(mark.end))
                bar = max(map(self._bar, plan.columns[column]))
            width = len(self._said(mark.lane, mark.text)) * CHARACTER + bar + 16
            widths[column] = max(widths[column], width)
        columns, x = [], float(self.left)
        for width in widths:
            columns.append(round(x))
            x += max(width, _NARROWEST)
        self.width = max(self.width, round(x))
        return columns

    def _said(self, lane: int, text: str) -> str:
        """Return what is written of a lane."""
        said = self.plan.saying(lane, text)
        return said if self.longest is None else short(said, self.longest)

    def _column_of(self, lane: int) -> int:
        return self.plan.column_of[self.plan.shown[lane]]

    def _right_of(self, lane: int) -> int:
        """Return where the bar of a lane ends."""
        return self.columns[self._column_of(lane)] + self._bar(self.plan.shown[lane])

    def draw(self) -> Figure:
        layout = self.layout
        self._time()
        for number, column in self.plan.column_of.items():
            self._bars(number, column)
        for mark in layout.marks:
            self.canvas.step = mark.step
            if isinstance(mark, Arrow):
                self._arrow(mark)
            else:
                self._text_beside(mark.lane, mark.y, mark.text, mark.style)
        self.canvas.step = None
        for finding in self.trace.findings:
            x = self.columns[self._column_of(finding.lane)] + BAR / 2
            y = layout.heights[finding.step - 1] + 4
            self.canvas.text(x, y, "!", "mark", "middle")
        self._names()
        height = self._end(layout.end + 26)
        svg = self.canvas.to_svg(alt_text(self.trace), self.width, height, layout.end)
        return Figure(svg, layout.heights, self.width)

    def _time(self) -> None:
        """Draw the axis of time, beside the pauses, and write the times."""
        times = [event.time for event in self.trace.events]
        for tick in self.layout.ticks:
            self.canvas.rule(tick.y, self.width)
            self.canvas.step = bisect.bisect_left(times, tick.time)
            text = seconds(tick.time)
            self.canvas.text(self.left - 12, tick.y + 12, text, "faint", "end")
        self.canvas.step = None
        for y, height, is_cut in self.layout.waits:
            self.canvas.bar("axis", self.left - 7, y, 3, height)
            if is_cut:
                self.canvas.cut(self.left - 6, y + height // 2)

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
        self.canvas.text(x, y, self._said(lane, text), style)

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
            gap = _gap(start, end)
            if gap != min(start, end):
                x1 = self.columns[gap] + BAR
            text = self._said(arrow.lane, arrow.text)
            x = (x1 + self.columns[gap + 1]) / 2
            self.canvas.text(x, arrow.y - 4, text, arrow.style, "middle")

    def _end(self, y: int) -> int:
        """Explain the styles that the figure uses, and say what is not recorded.

        Returns:
            The height of all.
        """
        x, lines = 0, min(max(self.width, _NARROW), _WIDE)
        for style, meaning in LEGEND.items():
            if not self.canvas.has(style):
                continue
            word = translated(meaning)
            wide = round(18 + columns(word) * CHARACTER)
            if x + wide > lines:
                x, y = 0, y + LINE
            if style in _ARROWS:
                self.canvas.line(style, x, y - 4, 14)
            elif style == "cut":
                self.canvas.cut(x + 5, y - 5)
            else:
                self.canvas.bar(style, x, y - 9, 3 if style == "axis" else 10, 10)
            self.canvas.text(x + 18, y, word, "faint")
            x += wide + 12
            self.width = max(self.width, x - 12)
        texts = [(f"! {finding.text}", "error") for finding in self.says]
        if self.trace.remark:
            texts += [(remark, "faint") for remark in self.trace.remark.split("; ")]
        for text, style in texts:
            for line in textwrap.wrap(text, int(lines / CHARACTER) - 2):
                y += LINE
                self.canvas.text(0, y, line, style)
                self.width = max(self.width, round(columns(line) * CHARACTER) + 14)
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


def draw(
    trace: Recording,
    scale: float | None = None,
    width: int = 0,
    longest: int | None = None,
    *,
    findings: bool = False,
) -> Figure:
    """Draw a recording.

    Args:
        trace: The recording.
        scale: How many pixels a second is high; None takes what fits.
        width: How wide the figure is at least, in pixels. Figures of the same width
            keep the same scale when a page makes them smaller.
        longest: How many characters a label may have; None takes what is usual.
        findings: Whether to say what was found, and not only to mark where.

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
    return _Drawing(trace, scale, width, longest, findings=findings).draw()
