"""What a thread does that is not known to wait: compute, hang, or wait for work.

Linux tells whether a thread sleeps, and how often it has gone to sleep. Where the
system does not tell, a thread is taken to compute.
"""

import concurrent.futures.thread
import contextlib
import gc
import os
import queue
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

__all__ = [
    "LISTED",
    "Watch",
    "alive",
    "has_ended",
    "of_pools",
    "time_without_processor",
]

# A thread that has slept through so many nanoseconds wants neither a processor nor the
# interpreter: who waits for that wakes up once in a switch interval, to ask for it.
_LONG_ENOUGH = 20_000_000

# The running threads, by their identity, as `threading` lists them. One that it has not
# started is not there until somebody asks for it: then `threading` makes an object up.
LISTED: dict[int, threading.Thread] = vars(threading)["_active"]

# Where Linux lists the threads of this process.
_TASKS = Path("/proc/self/task")


@dataclass(frozen=True)
class _Sleep:
    """A sleep that the system has put a thread in."""

    since: int
    switches: tuple[bytes, ...]


class Watch:
    """Tells threads that hang in a call from threads that compute."""

    def __init__(self) -> None:
        """Begin with no thread."""
        self._sleeps: dict[threading.Thread, _Sleep] = {}
        self._real = 0

    def hanging(
        self, at_work: Iterable[threading.Thread], real: int
    ) -> "_Sleep | None":
        """Return the latest of the sleeps, if all threads hang in a call.

        Those that wait for work do not count, and there has to be another one.

        Args:
            at_work: The threads that are not known to wait.
            real: The real time, in nanoseconds.
        """
        before, self._sleeps, self._real = self._sleeps, {}, real
        for thread in at_work:
            if switches := _switches_of_sleeping(thread):
                sleep = before.get(thread)
                if sleep is None or sleep.switches != switches:
                    sleep = _Sleep(real, switches)
                self._sleeps[thread] = sleep
        others = [thread for thread in at_work if not self._waits_for_work(thread)]
        if others and all(self._sleeps_long(thread) for thread in others):
            return max((self._sleeps[each] for each in others), key=lambda s: s.since)
        return None

    def idle(self, at_work: Iterable[threading.Thread]) -> bool:
        """Tell whether all these threads wait for work, after a call of `hanging`."""
        return all(self._waits_for_work(thread) for thread in at_work)

    def _sleeps_long(self, thread: threading.Thread) -> bool:
        sleep = self._sleeps.get(thread)
        long_enough = max(_LONG_ENOUGH, 4_000_000_000 * sys.getswitchinterval())
        return sleep is not None and self._real - sleep.since >= long_enough

    def _waits_for_work(self, thread: threading.Thread) -> bool:
        """Tell whether it is an idle thread of a pool, of threads or of processes."""
        if not self._sleeps_long(thread):
            return False
        tasks = concurrent.futures.thread._threads_queues.get(thread)
        if isinstance(tasks, _QueueInC):
            # It sleeps in a call from the function that works off the pool's queue.
            frame = _frames().get(thread.ident or 0)
            return tasks.empty() and bool(frame and frame.f_code is _WORKER)
        return getattr(thread, "pending_work_items", None) == {}


def _frames() -> dict[int, FrameType]:
    """Return what each thread is running.

    On Python 3.11 all may hang if the collector runs meanwhile: python/cpython#106883.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        return sys._current_frames()
    finally:
        if collects:
            gc.enable()


def alive() -> set[threading.Thread]:
    """Return what `threading.enumerate` does, without the lock that it takes.

    Whoever has that lock may be about to ask for the time, in a finalizer. A thread
    that begins moves from the first list to the second.
    """
    threads: Any = threading  # typeshed leaves the first list out
    # Copied at once: meanwhile no other thread has its turn.
    lists = [*threads._limbo.values()], [*LISTED.values()]
    return {thread for each in lists for thread in each}


def has_ended(thread: threading.Thread) -> bool:
    """Tell whether a thread is listed that is not there any more.

    A thread that threading has not started is listed when it first asks who it is. Up
    to Python 3.12 it stays so for ever, but Linux knows it no longer.
    """
    number = _after_fork.get(thread, thread.native_id)
    return (
        isinstance(thread, threading._DummyThread)
        and _TASKS.exists()
        and not (_TASKS / str(number)).exists()
    )


def of_pools() -> set[threading.Thread]:
    """Return the threads of all pools, whenever they were started."""
    return set(concurrent.futures.thread._threads_queues)


# The queue of a pool that was made before the clock was there.
_QueueInC = queue.SimpleQueue
_WORKER = concurrent.futures.thread._worker.__code__


# Up to Python 3.13 the thread that has forked a process keeps in it the number that it
# has in the parent.
_after_fork: dict[threading.Thread, int] = {}


def _note_its_number() -> None:
    _after_fork[threading.current_thread()] = threading.get_native_id()


with contextlib.suppress(AttributeError):  # Windows forks nothing
    os.register_at_fork(after_in_child=_note_its_number)


def _switches_of_sleeping(thread: threading.Thread) -> tuple[bytes, ...]:
    """Return how often the thread has lost the processor, or nothing if it has one.

    Whoever is seen asleep twice, with the same numbers, has slept in between.
    """
    number = _after_fork.get(thread, thread.native_id)
    try:
        status = (_TASKS / f"{number}/status").read_bytes()
    except OSError:
        return ()
    if b"State:\tS" not in status:
        return ()
    return tuple(line for line in status.splitlines() if b"ctxt_switches" in line)


def time_without_processor() -> int:
    """Return for how many nanoseconds threads have been ready, and none has run them.

    On a machine that is busy with something else that is most of the time.
    """
    total = 0
    for file in _TASKS.glob("*/schedstat"):
        with contextlib.suppress(OSError):  # the thread has ended
            total += int(file.read_bytes().split()[1])
    return total
