"""A recording as an SVG figure: lanes side by side, time running down.

A row is a stretch in which one lane holds control without a break. Computing takes a
row's height, however long it is; waiting takes height in proportion to its time.

Examples:
    >>> from yieldpoint.examples.waiting import in_tasks
    >>> from yieldpoint.trace import record
    >>> from yieldpoint.trace.figure import order_of_control
    >>> order_of_control(record(in_tasks))
    ['Task-1', 'Task-2', 'Task-3', '1 s', 'Task-2', '2 s', 'Task-3', 'Task-1']
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from importlib import resources

from yieldpoint.trace.model import Event, Lane, Trace
from yieldpoint.trace.text import seconds

__all__ = ["Figure", "alt_text", "draw", "order_of_control", "scale_of", "to_svg"]

# Sizes, in pixels. Text is monospaced, so that its width is known.
_CHARACTER = 6.65
_LINE = 17
_HEAD = 42
_BAR = 12
_RULER = 38
_PADDING = 10
_SMALLEST = 0.8  # of its size; below that its text is too small to read
_LONGEST_LABEL = 24
_SHORTEST_PAUSE = 56
_LONGEST_PAUSE = 224

_ENDS = {"returned", "raised", "cancelled", "closed"}
_LEAVES = _ENDS | {"yielded", "suspended"}
_ENTERS = {"started", "resumed"}
_HAND_OVER = {"generator", "coroutine", "async generator"}


@dataclass
class Note:
    """One line of a row: a text, an arrow, or both.

    Attributes:
        text: What is written.
        style: The class of what is drawn.
        to: The lane that the arrow leads to, or None.
        back: Whether the arrow comes from there.
        step: The event that it stands for.
    """

    text: str
    style: str
    to: int | None = None
    step: int = 0


@dataclass
class Pause:
    """Time that passes."""

    begins: float
    ends: float
    label: str = ""


@dataclass
class Row:
    """A stretch in which one lane holds control.

    Attributes:
        lane: The lane.
        entered: The arrow that leads into it, if another lane hands control over.
        items: What happens in it, from top to bottom.
        steps: The first and the last event.
    """

    lane: int
    entered: Note | None
    first: int
    last: int
    items: list[Note | Pause] = field(default_factory=list)
    left: str = ""
    then: str = "waits"


def short(text: str, longest: int = _LONGEST_LABEL) -> str:
    """Return a text that is not longer than a label may be."""
    text = "".join(c if c.isprintable() else "�" for c in " ".join(text.split()))
    if len(text) <= longest:
        return text
    called, parenthesis, _ = text.partition("(")
    if parenthesis and text.endswith(")") and len(called) + 3 <= longest:
        return f"{called}(…)"
    return text[: longest - 1] + "…"


def rows(trace: Trace) -> Iterator[Row | Pause]:
    """Yield the rows of a recording and the pauses between them."""
    row: Row | None = None
    now = trace.events[0].time if trace.events else 0.0
    for step, event in enumerate(trace.events):
        if event.time > now:
            pause = Pause(now, event.time)
            now = event.time
            if row is not None and _lets_a_loop_wait(trace, row, event):
                row.left, row.then = "called", "calls"
            if row is not None and not row.left:
                pause.label = _what_blocks(trace, row)
                row.items.append(pause)
            else:
                if row is not None:
                    yield row
                row = None
                yield pause
        lane = _shown_in(event, row)
        if lane is None:
            continue
        if row is None or row.lane != lane or event.kind in _ENTERS:
            if row is not None:
                yield row
            row = Row(lane, None, step, step)
        row.last = step
        _add(trace, row, step, event)
    if row is not None:
        yield row


def _shown_in(event: Event, row: Row | None) -> int | None:
    """Return the lane whose row shows an event, or None if no row does."""
    if event.kind not in {"created", "woken"} or event.lane == event.other:
        return event.lane
    if row is not None and row.lane == event.other:
        return row.lane
    if event.kind == "woken" and row is not None and row.lane == event.lane:
        row.then = "ready"  # it has only given way
    return None  # nobody in the figure did it: a timer, or the first task's start


def _lets_a_loop_wait(trace: Trace, row: Row, event: Event) -> bool:
    """Tell whether it is an event loop that waits, which a caller has called."""
    is_caller = trace.lanes[row.lane].kind == "caller"
    return is_caller and not row.left and event.lane != row.lane


def _what_blocks(trace: Trace, row: Row) -> str:
    """Return the line at which a lane stays while it holds control."""
    for event in reversed(trace.events[row.first : row.last + 1]):
        if event.kind == "line" and event.lane == row.lane:
            line = trace.sources[event.file].lines.get(event.line, "")
            return short(line.partition("#")[0])
    return ""


def _add(trace: Trace, row: Row, step: int, event: Event) -> None:
    """Add to a row what an event shows."""
    lane = trace.lanes[event.lane]
    match event.kind:
        case "created":
            row.items.append(Note("", "create", event.lane, step))
        case "woken":
            row.items.append(Note("", "wake", event.lane, step))
        case "printed":
            for line in event.value.splitlines():
                row.items.append(Note(f"» {short(line)}", "faint", None, step))
        case "started" | "resumed" if lane.kind in _HAND_OVER:
            style = "error" if event.how == "throw" else "call"
            row.entered = Note(_asked(event), style, event.other, step)
        case "started" | "resumed" if event.how == "throw":
            row.items.append(Note(_asked(event), "error", None, step))
        case "yielded" | "returned" | "raised" | "closed" | "suspended" | "cancelled":
            row.left = event.kind
            hands_over = lane.kind in _HAND_OVER and event.other is not None
            style = "error" if event.kind in {"raised", "cancelled"} else "leave"
            to = event.other if hands_over else None
            row.items.append(Note(_left(lane, event), style, to, step))


def _asked(event: Event) -> str:
    """Say how control is handed to a generator."""
    if event.how == "throw":
        value = event.value.removesuffix("()")
        return "close" if value == "GeneratorExit" else short(f"throw {value}")
    if event.value:
        return short(f"{event.how or 'send'} {event.value}")
    return event.how or "next"


def _left(lane: Lane, event: Event) -> str:
    """Say how a lane lets go of control."""
    word = {
        "yielded": "yield",
        "returned": "return",
        "raised": "raise",
        "suspended": "await",
    }.get(event.kind, event.kind)
    value = event.value.removesuffix("()") if event.kind == "raised" else event.value
    if event.kind in {"yielded", "returned"} and value == "None":
        value = ""
    if event.kind == "suspended":
        value = value.removeprefix("asyncio.")
        if lane.kind in {"thread", "loop"}:
            return "done"
    return short(f"{word} {value}".strip())


def _shows_function(lane: Lane) -> bool:
    """Tell whether a lane's function says more than its name."""
    return bool(lane.function) and lane.function not in lane.name


def order_of_control(trace: Trace) -> list[str]:
    """Return the lanes in the order in which they hold control, with the times.

    Args:
        trace: The recording.

    Returns:
        Names of lanes, and times where time has passed.

    Examples:
        >>> from yieldpoint.examples.waiting import one_after_another
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.figure import order_of_control
        >>> order_of_control(record(one_after_another))
        ['Task-1', '1 s', 'Task-1', '3 s', 'Task-1']
    """
    order = []
    for row in rows(trace):
        if isinstance(row, Pause):
            order.append(seconds(row.ends))
        else:
            order.append(trace.lanes[row.lane].name)
            order += [
                seconds(item.ends) for item in row.items if isinstance(item, Pause)
            ]
    return order


def alt_text(trace: Trace) -> str:
    """Return what the figure shows, for those who do not see it.

    Args:
        trace: The recording.

    Returns:
        Some sentences.

    Examples:
        >>> from yieldpoint.examples.waiting import one_after_another
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.figure import alt_text
        >>> alt_text(record(one_after_another)).partition(". ")[0]
        'A run of one_after_another, which takes 3 s'
    """
    order = order_of_control(trace)
    listed = ", ".join(order[:40]) + (", and so on" if len(order) > 40 else "")
    names = ", ".join(
        f"{lane.name} ({lane.function})" if _shows_function(lane) else lane.name
        for lane in trace.lanes
    )
    took = f", which takes {seconds(trace.duration)}" if trace.duration else ""
    return (
        f"A run of {trace.target}{took}. Lanes: {names}. Who runs, in order: {listed}."
    )


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

    def __init__(self, trace: Trace, scale: float | None) -> None:
        self.trace = trace
        self.rows = list(rows(trace))
        self.drawn: list[str] = []
        self.front: list[str] = []
        self.heights = [0] * len(trace.events)
        self.head = _HEAD if any(map(_shows_function, trace.lanes)) else _HEAD - 15
        self.y = self.head
        self.left = _PADDING
        if trace.duration:
            longest = max(len(seconds(event.time)) for event in trace.events)
            self.left = round(longest * _CHARACTER) + 18
        self.scale = scale or scale_of([trace])
        self.columns = self._columns()
        # For each lane: how it is shown now, and since which height.
        self.shown: dict[int, tuple[str, int]] = {}
        # For each lane: below which height its text ends.
        self.free: dict[int, int] = {}

    def _columns(self) -> list[int]:
        """Return where the lanes are, as far apart as their texts need."""
        widths = [
            max(len(lane.name), len(lane.function)) * _CHARACTER + 14
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
                width = len(text) * _CHARACTER + _BAR + 16
                widths[left] = max(widths[left], width)
        columns, x = [], float(self.left)
        for width in widths:
            columns.append(round(x))
            x += max(width, 56)
        self.width = round(x)
        return columns

    def middle(self, lane: int) -> int:
        return self.columns[lane] + _BAR // 2

    def show(self, lane: int, style: str, y: int) -> None:
        """Draw a lane as it was shown so far, and go on in another style."""
        before, since = self.shown.get(lane, ("", y))
        if before == style:
            return
        if before and y > since:
            self.rectangle(before, self.columns[lane], since, _BAR, y - since)
        self.shown[lane] = (style, y)

    def rectangle(self, style: str, x: int, y: int, width: int, height: int) -> None:
        self.drawn.append(
            f'<rect class="{style}" x="{x}" y="{y}" width="{width}" height="{height}"/>'
        )

    def text(self, x: float, y: float, text: str, style: str, anchor: str = "") -> None:
        end = f' text-anchor="{anchor}"' if anchor else ""
        words = escape(text, quote=False)
        self.front.append(
            f'<text class="{style}" x="{x:g}" y="{y:g}"{end}>{words}</text>'
        )

    def text_beside(self, lane: int, y: int, text: str, style: str) -> None:
        """Write to the right of a lane."""
        self.text(self.columns[lane] + _BAR + 5, y, text, style)

    def arrow(self, start: int, end: int, y: int, style: str) -> None:
        """Draw an arrow from one lane to another."""
        direction = 1 if end > start else -1
        x1 = self.middle(start) + direction * _BAR // 2
        x2 = self.middle(end) - direction * _BAR // 2
        tip = x2 - direction * 6
        self.front.append(
            f'<path class="arrow {style}" d="M{x1} {y}H{x2}"/>'
            f'<path class="tip {style}" d="M{x2} {y}L{tip} {y - 4}V{y + 4}Z"/>'
        )

    def label_on_arrow(self, a: int, b: int, note: Note, y: int) -> None:
        if not note.text:
            return
        left, right = sorted((a, b))
        x = (self.columns[left] + _BAR + self.columns[left + 1]) / 2
        if right > left + 1 and b == right:
            x = (self.columns[right - 1] + _BAR + self.columns[right]) / 2
        self.text(x, y - 4, note.text, note.style, "middle")

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
        for x, lane in zip(self.columns, self.trace.lanes, strict=True):
            self.text(x, 14, lane.name, "name")
            if _shows_function(lane):
                self.text(x, 29, lane.function, "faint")
        height = self.y + 14 + self._legend(self.y + 26)
        label = escape(alt_text(self.trace))
        svg = (
            f'<svg class="yp-figure" xmlns="http://www.w3.org/2000/svg" role="img" '
            f'aria-label="{label}" width="{self.width}" height="{height}" '
            f'viewBox="0 0 {self.width} {height}" '
            f'style="min-width: {round(self.width * _SMALLEST)}px">\n'
            + "\n".join(self.drawn + self.front)
            + "\n</svg>"
        )
        return Figure(svg, self.heights)

    def _tick(self, time: float) -> None:
        if self.trace.duration:
            self.drawn.insert(0, f'<path class="rule" d="M0 {self.y}H{self.width}"/>')
            self.text(self.left - 10, self.y + 12, seconds(time), "faint", "end")

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
        """Let each event that draws nothing be where the one before it is."""
        height = self.head
        for step, known in enumerate(self.heights):
            height = known or height
            self.heights[step] = height

    def _legend(self, y: int) -> int:
        """Explain the styles that the figure uses."""
        words = {
            "runs": "runs",
            "calls": "has called",
            "waits": "waits",
            "ready": "is ready",
            "created": "not started",
        }
        used = "".join(self.drawn)
        x = 0
        for style, word in words.items():
            if f'class="{style}"' in used:
                self.rectangle(style, x, y - 9, 10, 10)
                self.text(x + 14, y, word, "faint")
                x += round(14 + len(word) * _CHARACTER + 12)
        self.width = max(self.width, x)
        return 20


def scale_of(traces: Iterable[Trace]) -> float:
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


def draw(trace: Trace, scale: float | None = None) -> Figure:
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


def to_svg(trace: Trace) -> str:
    """Return a recording as an SVG file, for light and dark backgrounds.

    Args:
        trace: The recording.

    Returns:
        The file's text.

    Examples:
        >>> from yieldpoint.examples.waiting import in_tasks
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.figure import to_svg
        >>> to_svg(record(in_tasks)).partition(" ")[0]
        '<svg'
    """
    head, _, body = draw(trace).svg.partition("\n")
    sheet = resources.files("yieldpoint.trace") / "static" / "figure.css"
    style = f":root {{ color-scheme: light dark; }}\n{sheet.read_text('utf-8')}"
    return f"{head}\n<style>\n{style}</style>\n{body}\n"
