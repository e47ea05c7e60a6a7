"""Rows placed on a page, from the top to the bottom."""

import itertools
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from yieldpoint.trace.figure._canvas import BAR, CHARACTER, Canvas
from yieldpoint.trace.figure._labels import shows_function
from yieldpoint.trace.figure._order import alt_text
from yieldpoint.trace.figure._rows import Note, Pause, Row, rows
from yieldpoint.trace.model import Recording
from yieldpoint.trace.text import seconds

__all__ = ["Figure", "draw", "scale_of"]

# Sizes, in pixels.
_LINE = 17
_HEAD = 42
_PADDING = 10
_SHORTEST_PAUSE = 56
_LONGEST_PAUSE = 224

# What a lane does, by the style of its bar.
_LEGEND = {
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
    """Places rows on the page and collects what is drawn."""

    def __init__(
        self, trace: Recording, scale: float | None, *, findings: bool
    ) -> None:
        self.trace = trace
        self.says = trace.findings if findings else ()
        self.rows = list(rows(trace))
        self.canvas = Canvas()
        self.heights = [0] * len(trace.events)
        self.head = _HEAD if any(map(shows_function, trace.lanes)) else _HEAD - 15
        self.y = self.head
        self.left = _PADDING
        if trace.duration:
            longest = max(len(seconds(event.time)) for event in trace.events)
            self.left = round(longest * CHARACTER) + 18
        self.scale = scale or scale_of([trace])
        self.columns = self._columns()
        # For each lane: how it is shown now, and since which height.
        self.shown: dict[int, tuple[str, int]] = {}
        # For each lane: below which height its text ends.
        self.free: dict[int, int] = {}

    def _columns(self) -> list[int]:
        """Return where the lanes are, as far apart as their texts need."""
        widths = [
            max(len(lane.name), len(lane.function)) * CHARACTER + 14
            for lane in self.trace.lanes
        ]
        for row in self.rows:
            if isinstance(row, Pause):
                continue
            for item in row.items + ([row.entered] if row.entered else []):
                left, text = (
                    row.lane,
                    item.label if isinstance(item, Pause) else item.text,
                )
                if isinstance(item, Note) and item.to is not None:
                    left = min(row.lane, item.to)
                width = len(text) * CHARACTER + BAR + 16
                widths[left] = max(widths[left], width)
        columns, x = [], float(self.left)
        for width in widths:
            columns.append(round(x))
            x += max(width, 56)
        self.width = round(x)
        return columns

    def show(self, lane: int, style: str, y: int) -> None:
        """Draw a lane as it was shown so far, and go on in another style."""
        before, since = self.shown.get(lane, ("", y))
        if before == style:
            return
        if before and y > since:
            self.canvas.bar(before, self.columns[lane], since, BAR, y - since)
        self.shown[lane] = (style, y)

    def text_beside(self, lane: int, y: int, text: str, style: str) -> None:
        """Write to the right of a lane."""
        self.canvas.text(self.columns[lane] + BAR + 5, y, text, style)

    def arrow(self, start: int, end: int, y: int, style: str) -> None:
        """Draw an arrow from one lane to another."""
        self.canvas.arrow(self.columns[start], self.columns[end], y, style)

    def label_on_arrow(self, a: int, b: int, note: Note, y: int) -> None:
        if not note.text:
            return
        left, right = sorted((a, b))
        x = (self.columns[left] + BAR + self.columns[left + 1]) / 2
        if right > left + 1 and b == right:
            x = (self.columns[right - 1] + BAR + self.columns[right]) / 2
        self.canvas.text(x, y - 4, note.text, note.style, "middle")

    def draw(self) -> Figure:
        self._tick(self.trace.events[0].time if self.trace.events else 0)
        for row in self.rows:
            if isinstance(row, Pause):
                self._pause(row)
            else:
                self._row(row)
        for number in list(self.shown):
            self.show(number, "", self.y)
        self._fill_heights()
        for finding in self.trace.findings:
            x = self.columns[finding.lane] + BAR / 2
            y = self.heights[finding.step - 1] + 4
            self.canvas.text(x, y, "!", "mark", "middle")
        for x, lane in zip(self.columns, self.trace.lanes, strict=True):
            self.canvas.text(x, 14, lane.name, "name")
            if shows_function(lane):
                self.canvas.text(x, 29, lane.function, "faint")
        height = self._end(self.y + 26)
        svg = self.canvas.to_svg(alt_text(self.trace), self.width, height)
        return Figure(svg, self.heights)

    def _tick(self, time: float) -> None:
        if self.trace.duration:
            self.canvas.rule(self.y, self.width)
            self.canvas.text(self.left - 10, self.y + 12, seconds(time), "faint", "end")

    def _pause(self, pause: Pause) -> None:
        height = min((pause.ends - pause.begins) * self.scale, _LONGEST_PAUSE)
        self.y += round(height)
        self._tick(pause.ends)
        for step, event in enumerate(self.trace.events):
            woken = event.kind == "woken" and event.other is None
            if woken and event.time == pause.ends:
                self.heights[step] = self.y
                self.show(event.lane, "ready", self.y)

    def _row(self, row: Row) -> None:
        self.y = max(self.y, self.free.get(row.lane, 0))
        if row.entered and row.entered.to is not None:
            self.y += _LINE
            self.show(row.entered.to, "calls", self.y)
            self.arrow(row.entered.to, row.lane, self.y, row.entered.style)
            self.label_on_arrow(row.entered.to, row.lane, row.entered, self.y)
        if not row.is_closed_only:
            self._others_do_not_run(row.lane)
            self.show(row.lane, "runs", self.y)
        self.heights[row.first] = self.y + 4
        waits = row.left == "suspended" and self.trace.lanes[row.lane].kind == "task"
        for item in row.items[: -1 if waits else None]:
            if isinstance(item, Pause):
                self.text_beside(row.lane, self.y + 14, item.label, "leave")
                self._pause(item)
            else:
                self._note(row, item)
        self.y += 10 if len(row.items) < 2 else 3
        if waits and isinstance(row.items[-1], Note):
            # What it waits for stands beside the waiting, not beside the running.
            self.heights[row.items[-1].step] = self.y
            self.text_beside(row.lane, self.y + 12, row.items[-1].text, "leave")
            self.free[row.lane] = self.y + _LINE
        if row.left in {"yielded", "called"} or (row.left == "suspended" and waits):
            self.show(row.lane, row.then, self.y)
        elif row.left:
            self.show(row.lane, "", self.y)

    def _others_do_not_run(self, lane: int) -> None:
        """Show who has called the lane, if only through an event loop."""
        kinds = [lane.kind for lane in self.trace.lanes]
        for other, (style, _) in list(self.shown.items()):
            if style == "runs" and other != lane and kinds[other] != "thread":
                self.show(other, "calls", self.y)

    def _note(self, row: Row, note: Note) -> None:
        self.y += _LINE
        self.heights[note.step] = self.y - 2
        if note.to is None:
            self.text_beside(row.lane, self.y - 4, note.text, note.style)
            return
        self.arrow(row.lane, note.to, self.y, note.style)
        self.label_on_arrow(row.lane, note.to, note, self.y)
        if note.style == "create":
            self.show(note.to, "created", self.y)
        elif note.style == "wake":
            self.show(note.to, "ready", self.y)

    def _fill_heights(self) -> None:
        """Let no event be above the one before it; what draws nothing is where that is.

        What a lane does that has blocked the loop stands below the end of the pause, at
        which a timer has woken another.
        """
        height = self.head
        for step, known in enumerate(self.heights):
            height = self.heights[step] = max(known, height)

    def _end(self, y: int) -> int:
        """Explain the styles that the figure uses, and say what is not recorded.

        Returns:
            The height of all.
        """
        x = 0
        for style, word in _LEGEND.items():
            if self.canvas.has(style):
                self.canvas.bar(style, x, y - 9, 10, 10)
                self.canvas.text(x + 14, y, word, "faint")
                x += round(14 + len(word) * CHARACTER + 12)
        self.width = max(self.width, x)
        texts = [(f"! {finding.text}", "error") for finding in self.says]
        if self.trace.remark:
            texts += [(remark, "faint") for remark in self.trace.remark.split("; ")]
        for text, style in texts:
            for line in textwrap.wrap(text, max(30, int(self.width / CHARACTER) - 2)):
                y += _LINE
                self.canvas.text(0, y, line, style)
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


def draw(
    trace: Recording, scale: float | None = None, *, findings: bool = False
) -> Figure:
    """Draw a recording.

    Args:
        trace: The recording.
        scale: How many pixels a second is high; None takes what fits.
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
    return _Drawing(trace, scale, findings=findings).draw()
