"""What the worker does for Python."""

from typing import Protocol

__all__ = ["Host"]


class Host(Protocol):
    """What only the worker can do."""

    def write(self, stream: str, text: str) -> None:
        """Show a text that the program has printed, to "out" or "err"."""

    def wait(self, seconds: float) -> None:
        """Block for so long at most; what was printed is shown before."""

    def is_stopped(self) -> bool:
        """Tell whether the reader has asked to stop; once."""
