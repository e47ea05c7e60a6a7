r"""What a reader would see on the screen: all that a session writes, wherever it goes.

Standard output and standard error of this process and of those that it starts, what
loggers log, the warnings, and the exceptions that nobody catches: it comes in the order
in which it is written, as in a terminal.

Examples:
    >>> import os
    >>> from yieldpoint.sphinxext.screen import watched
    >>> with watched() as screen:
    ...     print("printed")
    ...     number = os.write(2, b"written\n")
    ...     text = screen.new_text()
    >>> print(text, end="")
    printed
    written
"""

import contextlib
import io
import logging
import os
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from typing import Any

from yieldpoint.sphinxext.surroundings import put_back

__all__ = ["Screen", "watched"]

# For how long a thread may still run when its session is over, in real seconds.
_LAST_STEPS = 2.0


class Screen:
    r"""What a session has written so far.

    Examples:
        >>> from yieldpoint.sphinxext.screen import watched
        >>> with watched() as screen:
        ...     print("once")
        ...     texts = screen.new_text(), screen.new_text()
        >>> texts
        ('once\n', '')
    """

    def __init__(self, file: int) -> None:
        """Watch a file that is written to.

        Args:
            file: Its number.
        """
        self._file = file
        self._read = 0
        self._warnings = self._what_warns()
        self._threads = set(threading.enumerate())

    def new_text(self) -> str:
        """Return what has been written since the last call.

        Examples:
            >>> from yieldpoint.sphinxext.screen import watched
            >>> with watched() as screen:
            ...     text = screen.new_text()
            >>> text
            ''
        """
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(AttributeError, OSError, ValueError):
                stream.flush()
        size = os.fstat(self._file).st_size - self._read
        written = os.pread(self._file, size, self._read) if size else b""
        self._read += len(written)
        return written.decode(errors="backslashreplace")

    def hides_warnings(self) -> bool:
        """Tell whether the session chooses warnings to show, and end that.

        Examples:
            >>> import warnings
            >>> from yieldpoint.sphinxext.screen import watched
            >>> with watched() as screen:
            ...     before = screen.hides_warnings()
            ...     warnings.simplefilter("ignore")
            ...     behind = screen.hides_warnings()
            >>> before, behind
            (False, True)
        """
        if self._what_warns() == self._warnings:
            return False
        warnings.filters[:], warnings.showwarning, warnings.warn = self._warnings  # type: ignore[index]  # typeshed calls it a sequence
        return True

    @staticmethod
    def _what_warns() -> tuple[Any, ...]:
        return [*warnings.filters], warnings.showwarning, warnings.warn

    def threads_left(self) -> list[threading.Thread]:
        """Wait a little for the session's threads, and return those that go on.

        Examples:
            >>> from yieldpoint.sphinxext.screen import watched
            >>> with watched() as screen:
            ...     left = screen.threads_left()
            >>> left
            []
        """
        threads = [each for each in threading.enumerate() if each not in self._threads]
        for thread in threads:
            thread.join(_LAST_STEPS)
        return [thread for thread in threads if thread.is_alive()]


@contextlib.contextmanager
def watched() -> Iterator[Screen]:
    r"""Let everything that is written in a ``with`` block be seen, and only there.

    The interpreter is as a reader's is that has just been started: nobody has added
    a handler for logs, hooks for exceptions, or filters for warnings, but that each
    warning is shown each time.

    Examples:
        >>> from yieldpoint.sphinxext.screen import watched
        >>> with watched() as screen:
        ...     print("Hello")
        ...     text = screen.new_text()
        >>> text
        'Hello\n'
    """
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    with put_back(), contextlib.ExitStack() as stack:
        file = stack.enter_context(tempfile.TemporaryFile())
        output = stack.enter_context(_leading(1, file.fileno()))
        error = stack.enter_context(_leading(2, file.fileno()))
        for owner, name, value in _fresh(output, error):
            stack.callback(setattr, owner, name, getattr(owner, name))
            setattr(owner, name, value)
        # Without colours and of the usual width, as in a pipe: also for its children.
        for name in ("FORCE_COLOR", "NO_COLOR", "PYTHON_COLORS", "COLUMNS", "LINES"):
            os.environ.pop(name, None)
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("always")
        warnings.showwarning = _show  # type: ignore[assignment] # it takes all of it
        yield Screen(file.fileno())


def _show(*warning: Any) -> None:  # noqa: ANN401 - what formatwarning takes
    """Show a warning as Python does when nobody has told it otherwise."""
    sys.stderr.write(warnings.formatwarning(*warning[:4]))


def _fresh(
    output: io.TextIOBase, error: io.TextIOBase
) -> Iterator[tuple[object, str, object]]:
    """Yield what an interpreter has at its start: whose, the name, the value."""
    for name, stream in (("stdout", output), ("stderr", error)):
        yield sys, name, stream
        yield sys, f"__{name}__", stream
    for name in ("displayhook", "excepthook", "unraisablehook"):
        yield sys, name, getattr(sys, f"__{name}__")
    yield threading, "excepthook", threading.__excepthook__
    root, asyncio = logging.getLogger(), logging.getLogger("asyncio")
    for logger, level in ((root, logging.WARNING), (asyncio, logging.NOTSET)):
        yield logger, "handlers", []
        yield logger, "filters", []
        yield logger, "level", level
        yield logger, "disabled", False
        yield logger, "propagate", True
    yield root.manager, "disable", logging.NOTSET


@contextlib.contextmanager
def _leading(number: int, file: int) -> Iterator[io.TextIOWrapper]:
    """Let what is written to a file go to another one, at once."""
    before = os.dup(number)
    os.dup2(file, number)
    raw = io.FileIO(number, "w", closefd=False)
    try:
        yield io.TextIOWrapper(
            raw,
            encoding="utf-8",
            errors="backslashreplace",
            newline="",
            write_through=True,
        )
    finally:
        os.dup2(before, number)
        os.close(before)
