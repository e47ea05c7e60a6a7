"""What may act on a program from outside: files, signals and processes.

While one of them may, time passes as it does outside.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
import weakref
from typing import Any, Protocol

__all__ = ["Outside", "Watcher", "runs_on_real_time"]


class Watcher(Protocol):
    """What waits for files."""

    def watches(self) -> bool:
        """Tell whether there is a file to wait for."""


class Outside:
    """What the program has opened to the outside.

    Attributes:
        watchers: What loops wait with: each tells whether it watches a file.
    """

    def __init__(self) -> None:
        """Begin with what is there: that is no part of the program."""
        self.watchers: weakref.WeakSet[Watcher] = weakref.WeakSet()
        self._children: dict[int, weakref.ref[subprocess.Popen[Any]]] = {}
        self._handled: set[int] = set()
        self._others_timer = _alarm_is_set()
        self._others_children = _multiprocessing_children()

    def add_child(self, process: "subprocess.Popen[Any]") -> None:
        """Note a process that the program has started."""
        self._children[process.pid] = weakref.ref(process)

    def add_handler(self, number: int, handler: object) -> None:
        """Note what the program does at a signal.

        Ctrl-C does not count: it comes from a person, and `asyncio.run` handles it.
        """
        if callable(handler) and number != signal.SIGINT:
            self._handled.add(number)
        else:
            self._handled.discard(number)

    def may_act(self) -> bool:
        """Tell whether something may, or might until a moment ago."""
        return bool(
            self._handled
            or (self._children and self._have_children())
            or any(watcher.watches() for watcher in self.watchers)
            or runs_on_real_time()
            or (not self._others_timer and _alarm_is_set())
            or self._has_multiprocessing_children()
        )

    def _have_children(self) -> bool:
        """Forget the processes that have ended, after having counted them once more."""
        for pid, process in list(self._children.items()):
            if not _is_alive(pid, process()):
                del self._children[pid]
        return True

    def _has_multiprocessing_children(self) -> bool:
        children = _multiprocessing_children() - self._others_children
        if not children:
            return False
        of_pools = {
            pid
            for thread in threading.enumerate()
            for pid in getattr(thread, "processes", None) or ()
        }
        return any(child.pid not in of_pools and child.is_alive() for child in children)


def _is_alive(pid: int, process: "subprocess.Popen[Any] | None") -> bool:
    """Tell whether a child runs, and leave its end for the program to find."""
    if hasattr(os, "waitid"):
        with contextlib.suppress(ChildProcessError):
            flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
            return os.waitid(os.P_PID, pid, flags) is None
        return False
    return process is not None and process.poll() is None


def _alarm_is_set() -> bool:
    return hasattr(signal, "getitimer") and signal.getitimer(signal.ITIMER_REAL)[0] > 0


def _multiprocessing_children() -> set[Any]:
    module = sys.modules.get("multiprocessing.process")
    return set(module._children) if module else set()


def runs_on_real_time() -> bool:
    """Tell whether this thread runs an asyncio loop of another kind than ours."""
    loop = asyncio._get_running_loop()
    return loop is not None and not hasattr(loop, "timeline")
