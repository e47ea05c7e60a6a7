"""Signals mean to an example what they mean to a program that is started by hand.

A shell without job control, ``nohup`` and some agents of continuous integration let
what they start ignore signals, which the processes started from there do as well: an
example that presses Ctrl-C, or ends a process, would show something else there.

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
import threading
from collections.abc import Iterator

__all__ = ["usual_signals"]

# Not SIGHUP: whoever wants the build to outlive the terminal has said so.
_MAY_BE_IGNORED = ("SIGALRM", "SIGCHLD", "SIGINT", "SIGTERM")


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
