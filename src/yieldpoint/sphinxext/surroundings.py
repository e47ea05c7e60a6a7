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

import builtins
import contextlib
import logging
import os
import pkgutil
import signal
import sys
import threading
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from yieldpoint.clock import _timeline

__all__ = ["fresh_main", "going_on", "patient_clock", "put_back", "usual_signals"]

# Not SIGHUP: whoever wants the build to outlive the terminal has said so.
_MAY_BE_IGNORED = ("SIGALRM", "SIGCHLD", "SIGINT", "SIGTERM")

# What ends this process without a word, or makes another program of it. All other
# functions of `os` that do so call one of these.
_ENDS = ("_exit", "execv", "execve")


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


@contextlib.contextmanager
def going_on() -> Iterator[None]:
    """Let the build outlive a ``with`` block, and say what is wrong as before.

    Whoever ends the process in it gets an exception, and loggers that the block has
    silenced or changed are as they were.

    Examples:
        >>> import logging
        >>> from yieldpoint.sphinxext.surroundings import going_on
        >>> with going_on():
        ...     logging.disable()
        >>> logging.getLogger().isEnabledFor(logging.ERROR)
        True
    """
    with contextlib.ExitStack() as before:
        manager = logging.getLogger().manager
        # The last of all: it also makes loggers forget what they were not to log.
        before.callback(logging.disable, manager.disable)
        loggers = [logging.getLogger(), *manager.loggerDict.values()]
        for logger in loggers:
            if isinstance(logger, logging.Logger):
                before.callback(vars(logger).update, _state(logger))
        # Not every system has all of them.
        for name in [each for each in _ENDS if hasattr(os, each)]:
            for module in (os, sys.modules[os.name]):
                before.enter_context(mock.patch.object(module, name, _End(name)))
        yield


def _state(logger: logging.Logger) -> dict[str, Any]:
    """Return what a program may change of a logger."""
    return {
        "handlers": [*logger.handlers],
        "filters": [*logger.filters],
        "level": logger.level,
        "disabled": logger.disabled,
        "propagate": logger.propagate,
    }


class _End:
    """What ends a process as a function of `os` does, but not the one of the build."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._process, self._really_end = os.getpid(), getattr(os, name)

    def __call__(self, *arguments: object) -> None:
        if os.getpid() != self._process:
            self._really_end(*arguments)
        raise RuntimeError(f"os.{self._name} ends the build: nothing below is executed")

    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        """Be the other process's own, where it is sent there."""
        return pkgutil.resolve_name, (f"os:{self._name}",)


@contextlib.contextmanager
def put_back() -> Iterator[None]:
    """Let what all code of a process shares be behind a ``with`` block as before it.

    That is what is built in, where modules are looked for, the environment's variables,
    the folder, and what `going_on` sees to.

    Examples:
        >>> import builtins
        >>> from yieldpoint.sphinxext.surroundings import put_back
        >>> with put_back():
        ...     builtins.answer = 42
        >>> hasattr(builtins, "answer")
        False
    """
    with going_on(), contextlib.ExitStack() as before:
        before.enter_context(mock.patch.dict(os.environ))
        before.callback(os.chdir, Path.cwd())
        before.callback(sys.path.__setitem__, slice(None), [*sys.path])
        before.callback(_put_back_builtins, {**vars(builtins)})
        yield


def _put_back_builtins(before: dict[str, Any]) -> None:
    # Never are all of them away: this needs some, and other threads do.
    now = vars(builtins)
    now.update(before)
    for name in [*now]:
        if name not in before:
            del now[name]
