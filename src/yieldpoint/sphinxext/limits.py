"""A limit in real seconds for code that may never come to its end.

A loop that spins, a lock that nobody releases, a thread that is waited for in vain: the
system's alarm ends each of them with an exception, and the build goes on. What no
exception can end (a computation inside the interpreter that never looks up) ends the
whole process some seconds later, with the place on standard error.

Examples:
    >>> from yieldpoint.sphinxext.limits import TimeIsUp, at_most
    >>> try:
    ...     with at_most(0.01):
    ...         while True:
    ...             pass
    ... except TimeIsUp:
    ...     print("ended")
    ended
"""

import contextlib
import faulthandler
import os
import signal
import threading
import time
from collections.abc import Iterator
from types import FrameType

__all__ = ["GRACE", "TimeIsUp", "at_most"]

#: How many seconds after the limit the process ends if the exception has not helped.
GRACE = 10.0

# Where the process was forked. The forked one has no thread of faulthandler's, but may
# have its lock, taken: to set a limit there would wait for ever.
_forked = False


def _note_the_fork() -> None:
    global _forked  # noqa: PLW0603 - the system calls it, and with no arguments
    _forked = True


with contextlib.suppress(AttributeError):  # not every system has a fork
    os.register_at_fork(after_in_child=_note_the_fork)

# An exception may be caught by what it shall end, so that it comes again and again.
_AGAIN = 0.5


class TimeIsUp(KeyboardInterrupt):
    """What is raised in code that runs beyond its limit.

    It is a kind of `KeyboardInterrupt`, which event loops and thoughtful programs let
    through.

    Examples:
        >>> from yieldpoint.sphinxext.limits import TimeIsUp
        >>> issubclass(TimeIsUp, Exception)
        False
    """


@contextlib.contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Let a ``with`` block run so long and no longer.

    The exception is raised where the main thread stands. In another thread, and on
    a system without alarms, only the end of the process is left.

    Args:
        seconds: The limit, in real seconds.

    Raises:
        TimeIsUp: The block has run that long.

    Examples:
        >>> from yieldpoint.sphinxext.limits import at_most
        >>> with at_most(60):
        ...     print("soon done")
        soon done
    """
    with contextlib.ExitStack() as limits:
        if not _forked:
            limits.enter_context(_end_of_the_process(seconds + GRACE))
        in_main_thread = threading.current_thread() is threading.main_thread()
        if in_main_thread and hasattr(signal, "setitimer"):
            limits.enter_context(_alarm(seconds))
        yield


@contextlib.contextmanager
def _end_of_the_process(seconds: float) -> Iterator[None]:
    """End the whole process when time is up, with the place on standard error."""
    # A copy: the block may let standard error lead elsewhere.
    standard_error = os.dup(2)
    faulthandler.dump_traceback_later(seconds, exit=True, file=standard_error)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
        os.close(standard_error)


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Raise the exception in this thread when time is up, and again after that."""

    def raise_it(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise TimeIsUp(f"it has not come to its end within {seconds:g} s")

    handler_before = signal.signal(signal.SIGALRM, raise_it)
    left_before, again_before = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    started = time.monotonic()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler_before)
        if left_before:
            left = max(left_before - (time.monotonic() - started), 1e-3)
            signal.setitimer(signal.ITIMER_REAL, left, again_before)
