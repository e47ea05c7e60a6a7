"""What may act on a program from outside: files, signals and processes.

While one of them may, time passes as it does outside.
"""

import contextlib
import os
import signal
import subprocess
import sys
import weakref
from asyncio import _get_running_loop as _running_loop
from typing import Any, Protocol

from yieldpoint.clock._threads import alive

__all__ = ["Outside", "Watcher", "runs_on_real_time"]


class Watcher(Protocol):
    """What waits for files."""

    def watches(self) -> bool:
        """Tell whether there is a file to wait for."""


class Outside:
    """What the program has opened to the outside."""

    def __init__(self) -> None:
        """Begin with what is there: that is no part of the program."""
        self._watchers: list[weakref.ref[Watcher]] = []
        self._children: dict[int, weakref.ref[subprocess.Popen[Any]]] = {}
        self._handled: set[int] = set()
        self._has_alarm = False
        self._workers: dict[Any, int] = {}
        self._asks_workers = False

    def add_watcher(self, watcher: Watcher) -> None:
        """Ask it from now on, for as long as it is there."""
        self._watchers.append(weakref.ref(watcher, self._watchers.remove))

    def add_child(self, process: "subprocess.Popen[Any]") -> None:
        """Note a process that the program has started."""
        self._children[process.pid] = weakref.ref(process)

    def add_worker(self, process: Any) -> None:  # noqa: ANN401 - see below
        """Note a process of multiprocessing that the program has started."""
        self._workers[process] = process.pid

    def add_handler(self, number: int, handler: object) -> None:
        """Note what the program does at a signal.

        Ctrl-C does not count: it comes from a person, and `asyncio.run` handles it.
        """
        if callable(handler) and number != signal.SIGINT:
            self._handled.add(number)
        else:
            self._handled.discard(number)

    def add_alarm(self) -> None:
        """Note that the program has set the timer that sends a signal."""
        self._has_alarm = True

    def may_act(self) -> bool:
        """Tell whether something may, or might until a moment ago."""
        # This is asked whenever somebody asks for the time. So what is asked of a loop
        # is written out here.
        for reference in tuple(self._watchers):
            watcher = reference()
            if watcher and watcher.watches():
                return True
        loop = _running_loop()
        return bool(
            self._handled
            or (self._children and self._have_children())
            or (self._has_alarm and self._alarm_is_set())
            or (loop is not None and not hasattr(loop, "timeline"))
            or (self._workers and (self._asks_workers or self._have_workers()))
        )

    def _have_children(self) -> bool:
        """Forget the processes that have ended, after having counted them once more."""
        for pid, process in list(self._children.items()):
            if not _is_alive(pid, process()):
                del self._children[pid]
        return True

    def _alarm_is_set(self) -> bool:
        """Forget it when it has rung, after having counted it once more."""
        self._has_alarm = signal.getitimer(signal.ITIMER_REAL)[0] > 0
        return True

    def _have_workers(self) -> bool:
        """Do the same with the processes of multiprocessing.

        Those of a pool do not count: its thread says whether they have work. Some ask
        for the time to find out whether they run; then they may.
        """
        of_pools = {
            pid
            for thread in alive()
            for pid in getattr(thread, "processes", None) or ()
        }
        workers = {w for w, pid in self._workers.items() if pid not in of_pools}
        self._asks_workers = True
        try:
            for worker in workers:
                if not _is_running(worker):
                    # Another thread may have found out, too.
                    self._workers.pop(worker, None)
        finally:
            self._asks_workers = False
        return bool(workers)


def _is_alive(pid: int, process: "subprocess.Popen[Any] | None") -> bool:
    """Tell whether a child runs, and leave its end for the program to find."""
    if hasattr(os, "waitid"):
        with contextlib.suppress(ChildProcessError):
            flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
            return os.waitid(os.P_PID, pid, flags) is None
        return False
    return process is not None and process.poll() is None


def _is_running(process: Any) -> bool:  # noqa: ANN401 - of a module that may be absent
    """Tell whether a worker runs, and leave its end for the program to find."""
    with contextlib.suppress(ValueError):  # it is closed
        sentinel = process.sentinel
        if process._popen.method != "forkserver":
            return bool(process.is_alive())
        # The fork server writes the exit status there, which can be read only once.
        return not sys.modules["multiprocessing.connection"].wait([sentinel], 0)
    return False


def runs_on_real_time() -> bool:
    """Tell whether this thread runs an asyncio loop of another kind than ours."""
    loop = _running_loop()
    return loop is not None and not hasattr(loop, "timeline")
