"""What stands in for the calls that block a thread until another one does something.

The clock has to know that such a thread waits, and until when. `threading.Condition`
is made of these locks, and `threading.Event`, `queue.Queue` and the futures of
`concurrent.futures` are made of conditions.
"""

import queue
import threading
import time
from _thread import allocate_lock
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from types import GenericAlias
from typing import Any

from yieldpoint.clock import _current
from yieldpoint.clock._timeline import Timeline, Waiter, nanoseconds
from yieldpoint.clock._traceback import unseen

__all__ = ["Lock", "SimpleQueue", "join", "start", "wait_until"]


def wait_until(timeline: Timeline, until: int) -> None:
    """Let this thread sleep until a time, in nanoseconds."""
    with _ringing(timeline, until) as (waiter, bell):
        timeline.wait(waiter, bell.wait)


class _Bell:
    """What a thread really waits for, until another one rings it."""

    def __init__(self) -> None:
        self._lock = allocate_lock()
        self._lock.acquire()

    def ring(self) -> None:
        self._lock.release()

    def wait(self, seconds: float | None) -> bool:
        return self._lock.acquire(timeout=-1 if seconds is None else seconds)


@contextmanager
def _ringing(
    timeline: Timeline, until: int | None, is_over: Callable[[], bool] = lambda: False
) -> Iterator[tuple[Waiter, _Bell]]:
    bell = _Bell()
    with timeline.waiting(until, bell.ring, is_over) as waiter:
        yield waiter, bell


class Lock:
    """A lock for which one thread waits at most, on its thread's time."""

    def __init__(self) -> None:
        """Make one that is free."""
        self._held = allocate_lock()
        self._waiter: Waiter | None = None

    @unseen
    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:  # noqa: FBT001, FBT002 - as of a lock
        """Take the lock; tell whether it worked in that time."""
        if self._held.acquire(blocking=False):
            return True
        timeline = _current.of_this_thread()
        forever = timeout == -1
        in_range = forever or 0 < timeout <= threading.TIMEOUT_MAX
        if timeline is None or not blocking or not in_range:
            is_taken = self._held.acquire(blocking, timeout)
            if timeline and not is_taken:
                timeline.note_poll()
            return is_taken
        until = None if forever else timeline.read() + nanoseconds(timeout)
        with _ringing(timeline, until, self._is_free) as (waiter, bell):
            self._waiter = waiter
            # It may have become free before anybody could see that we wait. Others see
            # that as well, and take this thread for one at work.
            if self._is_free():
                waiter.wake()
            timeline.wait(waiter, bell.wait)
            self._waiter = None
        return self._held.acquire(blocking=False)

    def release(self) -> None:
        """Let the lock go; whoever waits for it is at work from now on."""
        self._held.release()
        if waiter := self._waiter:
            waiter.wake()

    def _is_free(self) -> bool:
        return not self._held.locked()

    def __enter__(self) -> bool:
        """Take the lock."""
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        """Let the lock go."""
        self.release()


class SimpleQueue:
    """`queue.SimpleQueue`, made of these locks: a pool's idle threads wait at one.

    As with the real one, `put` may come in the middle of another `put` or `get` of its
    thread, from a finalizer or a signal's handler. So nothing is locked.
    """

    def __init__(self) -> None:
        """Make one with nothing in it."""
        self._items: deque[Any] = deque()
        self._waiting: deque[Lock] = deque()

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:  # noqa: ANN401, FBT001, FBT002 - as of a queue
        """Put something in; this never blocks."""
        del block, timeout
        self._items.append(item)
        with suppress(IndexError):
            self._waiting.popleft().release()

    def put_nowait(self, item: Any) -> None:  # noqa: ANN401 - anything
        """Put something in."""
        self.put(item)

    @unseen
    def get(self, block: bool = True, timeout: float | None = None) -> Any:  # noqa: ANN401, FBT001, FBT002 - as of a queue
        """Take out what came first, or wait for it."""
        if timeout is not None and timeout < 0:
            raise ValueError("'timeout' must be a non-negative number")
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            with suppress(IndexError):
                return self._items.popleft()
            left = -1.0 if deadline is None else deadline - time.monotonic()
            if not block or (deadline is not None and left <= 0):
                raise queue.Empty
            lock = Lock()
            lock.acquire()
            self._waiting.append(lock)
            # Something may have come before anybody could see that we wait.
            if self._items or not lock.acquire(timeout=left):
                with suppress(ValueError):
                    self._waiting.remove(lock)

    def get_nowait(self) -> Any:  # noqa: ANN401 - anything
        """Take out what came first, if there is something."""
        return self.get(block=False)

    def empty(self) -> bool:
        """Tell whether there is nothing in it."""
        return not self._items

    def qsize(self) -> int:
        """Return how much there is in it."""
        return len(self._items)

    def __class_getitem__(cls, item: object) -> GenericAlias:
        """Return the type of a queue of something."""
        return GenericAlias(cls, item)


_really_start = threading.Thread.start
_really_join = threading.Thread.join


@unseen
@wraps(_really_start)
def start(thread: threading.Thread) -> None:
    """Start a thread; it belongs to the program of the one that does."""
    _really_start(thread)
    if timeline := _current.of_this_thread():
        timeline.add_thread(thread)


@unseen
@wraps(_really_join)
def join(thread: threading.Thread, timeout: float | None = None) -> None:
    """Wait for the end of a thread, on this thread's time."""
    timeline = _current.of_this_thread()
    is_this = thread is threading.current_thread()
    if timeline is None or is_this or not thread.is_alive() or _is_over(timeout):
        _really_join(thread, timeout)
        return
    until = None if timeout is None else timeline.read() + nanoseconds(timeout)

    def wait_for_real(seconds: float | None) -> bool:
        _really_join(thread, seconds)
        return not thread.is_alive()

    with timeline.waiting(until, is_over=lambda: not thread.is_alive()) as waiter:
        timeline.wait(waiter, wait_for_real)


def _is_over(timeout: float | None) -> bool:
    return timeout is not None and not 0 < timeout <= threading.TIMEOUT_MAX
