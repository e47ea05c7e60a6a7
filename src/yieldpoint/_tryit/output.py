"""What a program prints, on its way to the page."""

import io

from yieldpoint._tryit.host import Host

__all__ = ["OutputLimit", "Printed", "Stream"]

# How much the page shows of one run.
_CHARACTERS, _LINES = 200_000, 5_000


class OutputLimit(BaseException):
    """Ends a program that has printed more than the page can show."""


class Printed:
    """How much has been printed, to both streams."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.begin()

    def begin(self) -> None:
        """Begin again, with another run."""
        self.characters = self.lines = 0

    def add(self, text: str) -> None:
        """Count a text.

        Raises:
            OutputLimit: It is too much.
        """
        self.characters += len(text)
        self.lines += text.count("\n")
        if self.characters > _CHARACTERS or self.lines > _LINES:
            raise OutputLimit


class Stream(io.TextIOBase):
    """One of the two streams.

    Attributes:
        printed: How much there is of both.
    """

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self, host: Host, kind: str, printed: Printed) -> None:
        """Lead to the worker, which shows "out" and "err" differently."""
        self._host, self._kind = host, kind
        self.printed = printed

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, text: str, /) -> int:
        """Print a text.

        Raises:
            OutputLimit: The page is full.
        """
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.printed.add(text)
        self._host.write(self._kind, text)
        return len(text)
