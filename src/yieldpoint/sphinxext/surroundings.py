"""An example finds what a program finds that is started by hand, on a quiet machine.

A shell without job control, ``nohup`` and some agents of continuous integration let
what they start ignore signals, which the processes started from there do as well: an
example that presses Ctrl-C, or ends a process, would show something else there.

A machine that stands still for seconds, because its disk or its host keeps it waiting,
looks to the clock like a long computation, which takes time in the end.

Examples:
    >>> import signal
    >>> from yieldpoint.sphinxext.surroundings import usual_signals
    >>> before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    >>> try:
    ...     with usual_signals():
    ...         signal.raise_signal(signal.SIGINT)
    ... except KeyboardInterrupt:
    ...     print("interrupted")
    interrupted
    >>> signal.signal(signal.SIGINT, before) == signal.SIG_IGN
    True
"""

import contextlib
import signal
import sys
import threading
import types
from collections.abc import Iterator
from typing import Any

from yieldpoint.clock import _timeline

__all__ = ["fresh_main", "patient_clock", "usual_signals"]

# Not SIGHUP: whoever wants the build to outlive the terminal has said so.
_MAY_BE_IGNORED = ("SIGALRM", "SIGCHLD", "SIGINT", "SIGTERM")


@contextlib.contextmanager
def fresh_main() -> Iterator[dict[str, Any]]:
    """Let the module ``__main__`` be that of a session in a ``with`` block.

    It has no file, as that of an interactive Python: a process that is started imports
    the file of the other one, and with it what has started this one.

    Yields:
        Its variables.

    Examples:
        >>> import sys
        >>> from yieldpoint.sphinxext.surroundings import fresh_main
        >>> with fresh_main() as variables:
        ...     variables["answer"] = 42
        ...     sys.modules["__main__"].answer
        42
    """
    before, main = sys.modules["__main__"], types.ModuleType("__main__")
    sys.modules["__main__"] = main
    try:
        yield vars(main)
    finally:
        sys.modules["__main__"] = before


@contextlib.contextmanager
def usual_signals() -> Iterator[None]:
    """Ignore and block no signal in a ``with`` block of the main thread.

    In another thread nothing changes, since only the main thread has signals.

    Examples:
        >>> from yieldpoint.sphinxext.surroundings import usual_signals
        >>> with usual_signals():
        ...     print("as by hand")
        as by hand
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    with contextlib.ExitStack() as before:
        if hasattr(signal, "pthread_sigmask"):  # not everywhere can they be blocked
            blocked = signal.pthread_sigmask(signal.SIG_SETMASK, [])
            before.callback(signal.pthread_sigmask, signal.SIG_SETMASK, blocked)
        for name in _MAY_BE_IGNORED:
            number = getattr(signal, name, None)
            if number and signal.getsignal(number) is signal.SIG_IGN:
                usual = (
                    signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL
                )
                signal.signal(number, usual)
                before.callback(signal.signal, number, signal.SIG_IGN)
        yield


@contextlib.contextmanager
def patient_clock(limit: float) -> Iterator[None]:
    """Let the clock stand still in a ``with`` block, however slow the machine is.

    What asks for the time again and again, until some has passed, comes to its end all
    the same, in the second half of the block's time.

    Args:
        limit: After how many real seconds the block is ended.

    Examples:
        >>> from yieldpoint.sphinxext.surroundings import patient_clock
        >>> with patient_clock(60):
        ...     print("at no time")
        at no time
    """
    before = _timeline.PATIENCE
    _timeline.PATIENCE = round(limit / 2 * _timeline.SECOND)
    try:
        yield
    finally:
        _timeline.PATIENCE = before
