"""What the program prints: it is noted, and printed all the same."""

import contextlib
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

__all__ = ["output_noted"]

# Streams that threads may still be printing to when the recording is over. Up to Python
# 3.13 the interpreter does not keep the stream that it prints to alive.
_kept: list["_Tee"] = []


class _Tee:
    """A text stream that also tells somebody what is written to it."""

    def __init__(
        self, stream: Any, note: Callable[[str], None], is_ours: Callable[[], bool]
    ) -> None:
        self._stream = stream
        self._note = note
        self._is_ours = is_ours

    def write(self, text: str) -> int:
        if self._is_ours():
            return len(text)
        try:
            written: int = self._stream.write(text)
        except BaseException as error:
            # The traceback is to be the program's: a bare raise adds nothing to it.
            error.__traceback__ = error.__traceback__ and error.__traceback__.tb_next
            raise
        self._note(text)
        return written

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextlib.contextmanager
def output_noted(
    note: Callable[[str], None], is_ours: Callable[[], bool]
) -> Iterator[None]:
    """Note what is printed while in the block.

    Args:
        note: Gets what is printed.
        is_ours: Tells whether it is not the program that prints, but a ``__repr__``
            that is called for the recording.
    """
    stream = sys.stdout
    tee: Any = _Tee(stream, note, is_ours)
    sys.stdout = tee
    try:
        yield
    finally:
        if sys.stdout is tee:
            sys.stdout = stream
        if threading.active_count() > 1:
            _kept.append(tee)
