"""The line that a terminal shows while a long run is recorded.

It stands on the screen only between two things that the program prints, and only where
the program has ended its line.
"""

import os
import sys
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self, TextIO

__all__ = ["Progress"]

_SILENT = 2.0  # seconds that a run may take without a word
_EVERY = 0.5  # seconds


def _now() -> float:
    """Return a time in seconds, which no clock of the program stands for."""
    return os.times().elapsed


class Progress:
    """Says how far a recording has come, and when its limit is reached.

    Attributes:
        told: What was said about the limit.
    """

    def __init__(self, stream: TextIO) -> None:
        """Write to a stream; the line is shown only if that is a terminal."""
        self.told = ""
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._began = _now()
        self._next = self._began + _SILENT
        self._length = 0
        self._is_at_margin = True
        self._replaced: list[tuple[str, Any, _Hiding]] = []
        self._threads = set(threading.enumerate())

    def __call__(self, steps: int, remark: str) -> None:
        """Take in how many steps are recorded, and why there will be no more."""
        if remark:
            self.hide()
            self.told = remark
            self._stream.write(f"yieldpoint trace: {remark}; the program goes on\n")
            self._stream.flush()
        elif self._is_terminal and self._is_at_margin and _now() >= self._next:
            self._next = _now() + _EVERY
            self._show(f"{steps:,} steps recorded in {_now() - self._began:.0f} s")

    def __enter__(self) -> Self:
        """Stand before what the program prints to."""
        if self._is_terminal:
            for name in ("stdout", "stderr"):
                stream = getattr(sys, name)
                hiding = _Hiding(stream, self)
                self._replaced.append((name, stream, hiding))
                setattr(sys, name, hiding)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take the line away, and step back."""
        self.hide()
        self._is_terminal = False
        # A thread that the program has left may be printing to what stands there.
        if self._threads.issuperset(threading.enumerate()):
            for name, stream, hiding in self._replaced:
                if getattr(sys, name) is hiding:
                    setattr(sys, name, stream)

    def _show(self, text: str) -> None:
        self._stream.write(f"\r{text:{self._length}}")
        self._stream.flush()
        self._length = len(text)

    def hide(self) -> None:
        """Take the line away."""
        if self._length:
            self._stream.write(f"\r{'':{self._length}}\r")
            self._stream.flush()
            self._length = 0

    def is_printed(self, text: str) -> None:
        """Take in what the program prints."""
        if text:
            self._is_at_margin = text.endswith("\n")


class _Hiding:
    """A text stream before which the line is taken away."""

    def __init__(self, stream: Any, progress: Progress) -> None:
        self._stream = stream
        self._progress = progress

    def write(self, text: str) -> int:
        self._progress.hide()
        self._progress.is_printed(text)
        written: int = self._stream.write(text)
        return written

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
