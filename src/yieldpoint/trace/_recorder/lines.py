"""Which lines are shown: each once, though the interpreter may come to it again."""

from types import FrameType

from yieldpoint.trace._recorder import frames, syntax
from yieldpoint.trace._recorder.calls import Notes

__all__ = ["new_line"]


def new_line(frame: FrameType, call: frames.Call, notes: Notes) -> int:
    """Return the line that a frame comes to, or 0 if that is shown already."""
    line, before = frame.f_lineno or 0, notes.line
    inside = syntax.comprehension_at(call, frame.f_lasti)
    goes_round = (inside or notes.comprehends) and before in {inside, line}
    notes.comprehends = inside is not None
    is_known = (
        goes_round
        # An exception passes through on its way out of an await.
        or (before == line and call.begins_handler(frame))
        or (call.is_class_body and line == call.code.co_firstlineno)
        or syntax.is_decorated_again(call.code, line, before)
    )
    return 0 if is_known else inside or line
