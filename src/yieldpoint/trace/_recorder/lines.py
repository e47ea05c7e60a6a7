"""Which lines are shown: the first of each statement, and each statement once.

The interpreter may come to a line again, or to further lines of the statement.
"""

from types import FrameType

from yieldpoint.trace._recorder import frames, syntax
from yieldpoint.trace._recorder.calls import Notes

__all__ = ["new_line"]


def new_line(frame: FrameType, call: frames.Call, notes: Notes) -> int:
    """Return the line that a frame comes to, or 0 if that is shown already."""
    line, before = frame.f_lineno or 0, notes.line
    inside = syntax.comprehension_at(call, frame.f_lasti)
    shown = syntax.statement_at(call.code, inside or line)
    goes_round = (inside or notes.comprehends) and before in {
        *(inside, line, shown, syntax.statement_at(call.code, line)),
    }
    notes.comprehends = inside is not None
    is_known = (
        goes_round
        # A statement of several lines goes on.
        or (
            before == shown
            and frame.f_lasti > notes.begins
            and syntax.is_long(call.code, shown)
        )
        # An exception passes through on its way out of an await.
        or (before == line and call.begins_handler(frame))
        or (call.is_class_body and line == call.code.co_firstlineno)
        or syntax.is_decorated_again(call.code, line, before)
    )
    if is_known:
        return 0
    notes.begins = frame.f_lasti
    return shown
