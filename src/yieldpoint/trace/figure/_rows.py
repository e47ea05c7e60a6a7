"""A recording as rows: stretches in which one lane holds control, and pauses.

This is the data that a figure is drawn from.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from yieldpoint.trace.figure._labels import asked, left, short
from yieldpoint.trace.model import Event, Recording

__all__ = ["Note", "Pause", "Row", "rows"]

_ENTERS = {"started", "resumed"}
_HAND_OVER = {"generator", "coroutine", "async generator"}


@dataclass
class Note:
    """One line of a row: a text, an arrow, or both.

    Attributes:
        text: What is written.
        style: The class of what is drawn.
        to: The lane that the arrow leads to, or None.
        step: The event that it stands for.
    """

    text: str
    style: str
    to: int | None = None
    step: int = 0


@dataclass
class Pause:
    """Time that passes.

    Attributes:
        begins: When it begins, in seconds.
        ends: When it ends.
        label: What takes the time, if a lane that holds control does.
        step: The event that begins what takes the time.
    """

    begins: float
    ends: float
    label: str = ""
    step: int = 0


@dataclass
class Row:
    """A stretch in which one lane holds control.

    Attributes:
        lane: The lane.
        entered: The arrow that leads into it, if another lane hands control over.
        items: What happens in it, from top to bottom.
        first: Its first event.
        last: Its last event.
        left: How it ends, if it does not go on after a pause.
        then: What the lane does from then on.
    """

    lane: int
    entered: Note | None
    first: int
    last: int
    items: list[Note | Pause] = field(default_factory=list)
    left: str = ""
    then: str = "waits"

    @property
    def is_closed_only(self) -> bool:
        """Whether the lane is closed in it without running."""
        return self.left == "closed" and self.first == self.last


def rows(trace: Recording) -> Iterator[Row | Pause]:
    """Yield the rows of a recording and the pauses between them."""
    row: Row | None = None
    now = trace.events[0].time if trace.events else 0.0
    for step, event in enumerate(trace.events):
        if event.time > now:
            pause = Pause(now, event.time, step=step - 1)
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
        lane = _shown_in(trace, event, row)
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


def _shown_in(trace: Recording, event: Event, row: Row | None) -> int | None:
    """Return the lane whose row shows an event, or None if no row does."""
    if event.how == "yield from" and event.kind == "suspended":
        return None  # the arrows go past it
    if event.kind not in {"created", "woken"} or event.lane == event.other:
        return event.lane
    if row is not None and event.other is not None:
        if row.lane == event.other:
            return row.lane
        if row.left and trace.events[row.last].other == event.other:
            return event.other  # it goes on when the row's lane has ended or yielded
    if event.kind == "woken" and row is not None and row.lane == event.lane:
        row.then = "ready"  # it has only given way
    return None  # nobody in the figure did it: a timer, or the first task's start


def _lets_a_loop_wait(trace: Recording, row: Row, event: Event) -> bool:
    """Tell whether it is an event loop that waits, which a caller has called."""
    is_caller = trace.lanes[row.lane].kind == "caller"
    return is_caller and not row.left and event.lane != row.lane


def _what_blocks(trace: Recording, row: Row) -> str:
    """Return the line at which a lane stays while it holds control."""
    for event in reversed(trace.events[row.first : row.last + 1]):
        if event.kind == "line" and event.lane == row.lane:
            line = trace.sources[event.file].lines.get(event.line, "")
            return short(line.partition("#")[0])
    return ""


def _is_cancelled_next(trace: Recording, step: int) -> bool:
    """Tell whether a lane that is woken is woken to be cancelled."""
    lane = trace.events[step].lane
    for later in range(step + 1, len(trace.events)):
        event = trace.events[later]
        if event.lane == lane and event.kind != "woken":
            return event.how == "throw" and event.value.startswith("CancelledError")
    return False


def _add(trace: Recording, row: Row, step: int, event: Event) -> None:
    """Add to a row what an event shows."""
    lane = trace.lanes[event.lane]
    match event.kind:
        case "created":
            row.items.append(Note("", "create", event.lane, step))
        case "woken":
            word = "cancel" if _is_cancelled_next(trace, step) else ""
            row.items.append(Note(word, "wake", event.lane, step))
        case "printed":
            for line in event.value.splitlines():
                row.items.append(Note(f"» {short(line)}", "faint", None, step))
        case "started" | "resumed" if lane.kind in _HAND_OVER:
            style = "error" if event.how == "throw" else "call"
            row.entered = Note(asked(event), style, event.other, step)
        case "started" | "resumed" if event.how == "throw":
            row.items.append(Note(asked(event), "error", None, step))
        case "yielded" | "returned" | "raised" | "closed" | "suspended" | "cancelled":
            row.left = event.kind
            hands_over = lane.kind in _HAND_OVER and event.other is not None
            style = "error" if event.kind in {"raised", "cancelled"} else "leave"
            to = event.other if hands_over else None
            row.items.append(Note(left(lane, event), style, to, step))
