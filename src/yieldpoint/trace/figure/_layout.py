"""Rows placed from the top to the bottom, whatever column each lane is in."""

from dataclasses import dataclass, field
from typing import NamedTuple

from yieldpoint.trace.figure._labels import shows_function
from yieldpoint.trace.figure._plan import Plan
from yieldpoint.trace.figure._rows import Note, Pause, Row, rows
from yieldpoint.trace.figure._shares import WHOLE, Bar, Shares, shares_of
from yieldpoint.trace.model import Recording

__all__ = ["LINE", "Arrow", "Layout", "Name", "Text", "Tick", "Wait", "lay_out"]

# Sizes, in pixels.
LINE = 17
_HEAD = 42
_LONGEST_PAUSE = 224


class Text(NamedTuple):
    """A text to the right of a lane, and the event that it stands for."""

    lane: int
    y: int
    text: str
    style: str
    step: int


class Arrow(NamedTuple):
    """An arrow from one lane to another, and what is written on it."""

    lane: int
    y: int
    text: str
    style: str
    step: int
    end: int


class Name(NamedTuple):
    """The name of a lane that begins below another one."""

    lane: int
    y: int


class Wait(NamedTuple):
    """Time that passes: from where on, how high, and whether it is cut short."""

    y: int
    height: int
    is_cut: bool


class Tick(NamedTuple):
    """A point in time."""

    y: int
    time: float


@dataclass
class Layout:
    """What is drawn, by lane and height.

    Attributes:
        bars: For each lane and fold, its bars, from the top to the bottom.
        marks: The texts beside them and the arrows between them, in order.
        names: The names that do not stand at the head.
        ticks: The times.
        waits: The pauses.
        heights: For each event, how far down it is.
        head: Where the first row begins.
        end: Where the last row ends.
    """

    bars: list[list[Bar]]
    marks: list[Text | Arrow] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    ticks: list[Tick] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    heights: list[int] = field(default_factory=list)
    head: int = _HEAD
    end: int = _HEAD


class _Placing:
    """Goes down through the rows."""

    def __init__(
        self, trace: Recording, plan: Plan, scale: float, *, apart: bool
    ) -> None:
        self.trace = trace
        self.plan = plan
        self.scale = scale
        self.apart = apart
        self.layout = Layout([[] for _ in plan.lanes], heights=[0] * len(trace.events))
        at_head = [plan.lanes[numbers[0]] for numbers in plan.columns]
        if not any(map(shows_function, at_head)):
            self.layout.head = _HEAD - 15
        self.y = self.layout.head
        # For each lane: how it is shown now, and since which height.
        self.style = [""] * len(trace.lanes)
        self.since = [0] * len(trace.lanes)
        self.running: set[int] = set()
        # For each lane: below which height its text ends.
        self.free: dict[int, int] = {}
        self.unnamed = set(plan.late)
        # Who is woken when a pause ends, before anything else happens: by the time.
        self.woken: dict[float, list[int]] = {}
        only_woken = True
        for step, event in enumerate(trace.events):
            if step and event.time > trace.events[step - 1].time:
                only_woken = True
            only_woken = only_woken and event.kind == "woken" and event.other is None
            if only_woken:
                self.woken.setdefault(event.time, []).append(step)
        self.shares: dict[int, Shares] = {}
        for number, fold in enumerate(plan.folds, start=len(trace.lanes)):
            self.shares[number] = shares_of(fold)

    def place(self) -> Layout:
        layout = self.layout
        self._tick(self.trace.events[0].time if self.trace.events else 0)
        for row in rows(self.trace):
            if isinstance(row, Pause):
                self._pause(row)
            else:
                self._row(row)
        for lane in range(len(self.style)):
            self._show(lane, "", self.y)
        for number, shares in self.shares.items():
            shares.end()
            layout.bars[number] = shares.bars
        self._fill_heights()
        layout.end = self.y
        return layout

    def _show(self, lane: int, style: str, y: int) -> None:
        """Draw a lane as it was shown so far, and go on in another style."""
        before, since = self.style[lane], self.since[lane]
        if before == style:
            return
        if before and y > since:
            self.layout.bars[lane].append((before, since, y, 0, WHOLE))
        self.style[lane], self.since[lane] = style, y
        if style == "runs":
            self.running.add(lane)
        else:
            self.running.discard(lane)
        shares = self.shares.get(self.plan.shown[lane])
        if shares is not None:
            shares.change(lane, before, style, y)

    def _begin(self, lane: int) -> None:
        """Make room for the name of a lane that begins below another one."""
        number = self.plan.shown[lane]
        if number in self.unnamed:
            self.unnamed.remove(number)
            self.layout.names.append(Name(number, self.y + 14))
            two_lines = shows_function(self.plan.lanes[number])
            self.y += LINE + (15 if two_lines else 0)

    def _text_beside(self, lane: int, y: int, note: Note) -> None:
        """Write to the right of a lane."""
        self.layout.marks.append(Text(lane, y, note.text, note.style, note.step))

    def _arrow(self, start: int, end: int, note: Note) -> None:
        """Draw an arrow from one lane to another."""
        arrow = Arrow(start, self.y, note.text, note.style, note.step, end)
        self.layout.marks.append(arrow)

    def _tick(self, time: float) -> None:
        """Write the time, unless one is written here already."""
        ticks = self.layout.ticks
        if self.trace.duration and (not ticks or self.y >= ticks[-1].y + LINE):
            ticks.append(Tick(self.y, time))

    def _height_of(self, pause: Pause) -> int:
        return round(min((pause.ends - pause.begins) * self.scale, _LONGEST_PAUSE))

    def _pause(self, pause: Pause) -> None:
        height = self._height_of(pause)
        is_cut = height < round((pause.ends - pause.begins) * self.scale)
        self.layout.waits.append(Wait(self.y, height, is_cut))
        self.y += height
        self._tick(pause.ends)
        for step in self.woken.get(pause.ends, ()):
            self.layout.heights[step] = self.y
            self._show(self.trace.events[step].lane, "ready", self.y)

    def _row(self, row: Row) -> None:
        lane = row.lane
        self.y = max(self.y, self.free.get(self._line_of(lane), 0))
        self._begin(lane)
        if row.entered and row.entered.to is not None:
            self.y += LINE
            self._show(row.entered.to, "calls", self.y)
            self._arrow(row.entered.to, lane, row.entered)
        if not row.is_closed_only:
            self._others_do_not_run(lane)
            self._show(lane, "runs", self.y)
        self.layout.heights[row.first] = self.y + 4
        waits = row.left == "suspended" and self.trace.lanes[lane].kind == "task"
        for item in row.items[: -1 if waits else None]:
            if isinstance(item, Pause) and self._height_of(item) < LINE:
                self._pause(item)
            elif isinstance(item, Pause):
                blocks = Note(item.label, "leave", None, item.step)
                self._text_beside(lane, self.y + 14, blocks)
                self._pause(item)
            else:
                self._note(row, item)
        self.y += 10 if len(row.items) < 2 else 3
        if waits and isinstance(row.items[-1], Note):
            # What it waits for stands beside the waiting, not beside the running.
            self.layout.heights[row.items[-1].step] = self.y
            self._text_beside(lane, self.y + 12, row.items[-1])
            self.free[self._line_of(lane)] = self.y + LINE
        elsewhere = self.trace.lanes[lane].kind in {"thread", "loop"}
        if row.left in {"yielded", "called"} or (
            row.left == "suspended" and not elsewhere
        ):
            self._show(lane, row.then, self.y)
        elif row.left:
            self._show(lane, "", self.y)

    def _line_of(self, lane: int) -> int:
        """Return whose texts must not be at the same height as the lane's."""
        return 0 if self.apart else self.plan.shown[lane]

    def _others_do_not_run(self, lane: int) -> None:
        """Show who has called the lane, if only through an event loop."""
        for other in self.running - {lane}:
            if self.trace.lanes[other].kind != "thread":
                self._show(other, "calls", self.y)

    def _note(self, row: Row, note: Note) -> None:
        if note.to is not None:
            self._begin(note.to)
        self.y += LINE
        self.layout.heights[note.step] = self.y - 2
        if note.to is None:
            self._text_beside(row.lane, self.y - 4, note)
            return
        self._arrow(row.lane, note.to, note)
        if note.style == "create":
            self._show(note.to, "created", self.y)
        elif note.style == "wake":
            self._show(note.to, "ready", self.y)

    def _fill_heights(self) -> None:
        """Let each event that draws nothing be where the one before it is."""
        heights, height = self.layout.heights, self.layout.head
        for step, known in enumerate(heights):
            height = max(known, height)
            heights[step] = height


def lay_out(
    trace: Recording, plan: Plan, scale: float, *, apart: bool = False
) -> Layout:
    """Place the rows of a recording.

    Args:
        trace: The recording.
        plan: What is drawn where.
        scale: How many pixels a second is high.
        apart: Whether no two texts may stand at the same height, so that they can be
            read however narrow the columns are.

    Returns:
        The layout.
    """
    return _Placing(trace, plan, scale, apart=apart).place()
