"""Which lines are shown: the first of each statement, and each statement once.

The interpreter may come to a line again, or to further lines of the statement.
"""

import functools
from dataclasses import dataclass
from types import FrameType

from yieldpoint.trace._recorder import frames, syntax
from yieldpoint.trace._recorder.calls import Notes

__all__ = ["new_line"]


@dataclass(frozen=True)
class _Spot:
    """What the source says of an instruction with which a line begins.

    Attributes:
        line: The line.
        inside: The first line of the comprehension that it belongs to, or None.
        statement: The first line of the statement that it belongs to.
        shown: The line that is shown for it.
        goes_on: Whether the statement that is shown has another line.
        is_handler: Whether an exception may have led to it.
        is_header: Whether it is the header of the class whose body this is.
        decorated: The definition that the line decorates or begins, or None.
    """

    line: int
    inside: int | None
    statement: int
    shown: int
    goes_on: bool
    is_handler: bool
    is_header: bool
    decorated: int | None

    @functools.cached_property
    def is_plain(self) -> bool:
        """Whether the line is shown each time that it is come to, as most are."""
        return not (
            self.inside
            or self.goes_on
            or self.is_handler
            or self.is_header
            or self.decorated
        )


# By the identity of the code, which `frames.call_of` keeps, and the instruction.
_spots: dict[tuple[int, int], _Spot] = {}


def _spot_of(frame: FrameType, call: frames.Call) -> _Spot:
    """Return what the source says of the instruction that a frame is at."""
    place = id(call.code), frame.f_lasti
    spot = _spots.get(place)
    if spot is None:
        line = frame.f_lineno or 0
        inside = syntax.comprehension_at(call.code, frame.f_lasti)
        shown = syntax.statement_at(call.code, inside or line)
        spot = _spots[place] = _Spot(
            line,
            inside,
            syntax.statement_at(call.code, line),
            shown,
            syntax.is_long(call.code, shown),
            call.begins_handler(frame),
            call.is_class_body and line == call.code.co_firstlineno,
            syntax.decorated_at(call.code, line),
        )
    return spot


def new_line(frame: FrameType, call: frames.Call, notes: Notes) -> int:
    """Return the line that a frame comes to, or 0 if that is shown already."""
    spot, before = _spot_of(frame, call), notes.line
    if spot.is_plain and not notes.comprehends:
        notes.begins = frame.f_lasti
        return spot.shown
    goes_round = (spot.inside or notes.comprehends) and before in {
        *(spot.inside, spot.line, spot.shown, spot.statement),
    }
    notes.comprehends = spot.inside is not None
    is_known = (
        goes_round
        # A statement of several lines goes on.
        or (before == spot.shown and spot.goes_on and frame.f_lasti > notes.begins)
        # An exception passes through on its way out of an await.
        or (before == spot.line and spot.is_handler)
        or spot.is_header
        # The interpreter comes to a decorator twice: first to find it, and behind the
        # ``def`` or ``class`` line to call it; then to that line again, to store it.
        or spot.line <= before == spot.decorated
    )
    if is_known:
        return 0
    notes.begins = frame.f_lasti
    return spot.shown
