"""What a recorder wants to hear of a function."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType, FrameType

from yieldpoint.trace._recorder.frames import RESUMABLE_FLAGS

__all__ = ["Interest", "none_in"]

# What a function's flags say that is no generator or the like, and no module.
_PLAIN = inspect.CO_OPTIMIZED | RESUMABLE_FLAGS


@dataclass(frozen=True, slots=True)
class Interest:
    """What a recorder wants to hear of a function.

    Attributes:
        code: The function's code, kept so that no other gets its identity.
        kind: "own" for all that happens in it; "watched" for its being entered and
            left; "coroutine" and "closes" for its being entered; nothing for nothing.
        enter: What to call when a frame of it is entered. It tells whether it is to be
            reported how that frame is left.
    """

    code: CodeType
    kind: str
    enter: Callable[[FrameType], bool]

    @property
    def is_in_the_end_only(self) -> bool:
        """Whether nothing is of interest between its being entered and left.

        A generator or the like is left more than once, and a module runs lines.
        """
        return (
            self.kind == "watched"
            and self.code.co_flags & _PLAIN == inspect.CO_OPTIMIZED
        )


def none_in(code: CodeType) -> Interest:
    """Return that nothing is to be reported."""
    return Interest(code, "", lambda _: False)
