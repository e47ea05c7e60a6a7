"""An asyncio event loop whose time jumps to the next timer instead of passing.

A program that sleeps for two seconds takes none, and its clock reads exactly 2.0.
Three rules say how time goes on this clock:

1. Computing takes no time.
2. When all that is left to do is to wait for a time, the clock jumps to that time.
3. While something outside the loop may wake it (an open socket or pipe, a signal
   handler, a thread that the program started), waiting takes as long as it really does.

Computing that takes more than two real seconds at a stretch, in the loop's thread or in
a thread that it called, is taken to be waiting for something outside.

`run` runs one coroutine on this clock. `installed` puts the clock under a whole
program, so that ``asyncio.run(main())`` and ``time.sleep(1)`` use it as they stand.

A loop that *polls* the world outside with ``time.sleep`` is not for this clock: each
round takes no real time, so the clock runs ahead. `subprocess.run` with a timeout is
such a loop.

Examples:
    >>> import asyncio
    >>> from yieldpoint import clock
    >>> async def main():
    ...     loop = asyncio.get_running_loop()
    ...     started = loop.time()
    ...     await asyncio.sleep(3600)
    ...     return loop.time() - started
    >>> clock.run(main())
    3600.0
"""

import asyncio
import concurrent.futures
import contextlib
import heapq
import itertools
import selectors
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

__all__ = ["VirtualTimeLoop", "for_loop", "installed", "run"]

_T = TypeVar("_T")

# Time is counted in whole nanoseconds, so that 0.1 s and 0.2 s make 0.3 s.
_SECOND = 1_000_000_000

# For how long the clock stands still while something computes.
_PATIENCE = 2 * _SECOND

# While we wait for real, how often we look whether there is still a reason to.
_SLICE = _SECOND // 50


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop whose time jumps.

    It is asyncio's own loop in everything else. Sockets, pipes, subprocesses and
    threads work; while one of them is awaited, time passes as it does outside. A thread
    that ran before the loop was made counts as no part of the program: the loop does
    not hold its clock for it.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.clock import VirtualTimeLoop
        >>> with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        ...     runner.run(asyncio.sleep(0.1))
        ...     runner.run(asyncio.sleep(0.2))
        ...     runner.get_loop().time()
        0.3
    """

    def __init__(self, start: float | None = None) -> None:
        """Make a loop whose clock reads its start."""
        self._now = _start if start is None else round(start * _SECOND)
        self._looked_at = time.monotonic_ns()
        self._stood_still_for = 0
        self._bystanders = set(threading.enumerate())
        self._workers: set[threading.Thread] = set()
        self._own_pool: concurrent.futures.Executor | None = None
        self._jobs: set[_Job] = set()
        self._patient_until = 0
        self._job_is_over = asyncio.Event()
        self._sleepers: list[_Sleeper] = []
        self._sleepers_lock = threading.Lock()
        self._watched = _Selector(self)
        super().__init__(self._watched)
        # A timer is due when it is less than this away. A microsecond is more than a
        # float's rounding error for the next centuries.
        self._clock_resolution = 1e-6

    def time(self) -> float:
        """Return the time on this clock.

        Returns:
            Seconds.

        Examples:
            >>> from yieldpoint.clock import VirtualTimeLoop
            >>> loop = VirtualTimeLoop(start=0)
            >>> loop.time()
            0.0
            >>> loop.close()
        """
        return self._now / _SECOND

    def run_forever(self) -> None:
        """Run until `asyncio.loop.stop` is called, as every event loop does.

        Between two runs the clock stands still.

        Raises:
            RuntimeError: The loop is closed, or a loop is running in this thread.

        Examples:
            >>> from yieldpoint.clock import VirtualTimeLoop
            >>> loop = VirtualTimeLoop()
            >>> timer = loop.call_later(60, loop.stop)
            >>> loop.run_forever()
            >>> loop.time()
            60.0
            >>> loop.close()
        """
        self._move_to(self._now)
        super().run_forever()

    def run_in_executor(
        self,
        executor: concurrent.futures.Executor | None,
        func: Callable[..., _T],
        *args: object,
    ) -> asyncio.Future[_T]:
        """Call a function in a thread or a process, and await its result.

        The clock knows about the call: it does not jump past it. In a thread, a
        ``time.sleep`` that `installed` has replaced waits on this clock.

        The example needs a thread.

        Args:
            executor: The pool to use, or None for the loop's own threads.
            func: The function to call.
            args: What to call it with.

        Returns:
            A future for what the function returns or raises.

        Raises:
            RuntimeError: The loop is closed, or its own threads are shut down.

        Examples:
            >>> import asyncio, time
            >>> from yieldpoint import clock
            >>> async def main():
            ...     loop = asyncio.get_running_loop()
            ...     await loop.run_in_executor(None, time.sleep, 60)
            ...     return loop.time()
            >>> clock.run(main())
            60.0
        """
        pool = executor or self._own_pool
        if pool is None:
            pool = concurrent.futures.ThreadPoolExecutor(thread_name_prefix="asyncio")
            self.set_default_executor(pool)
        job = _Job(self, pool)
        # To another process or interpreter a job cannot be sent.
        if (
            isinstance(pool, concurrent.futures.ThreadPoolExecutor)
            and type(pool).__name__ != "InterpreterPoolExecutor"
        ):
            future = super().run_in_executor(pool, job.call, func, *args)
        else:
            future = super().run_in_executor(pool, func, *args)
        self._jobs.add(job)
        self._be_patient()
        future.add_done_callback(job.future_is_done)
        return future

    def set_default_executor(self, executor: concurrent.futures.Executor) -> None:
        """Set the pool that makes the calls for which none is named.

        The example needs a thread.

        Args:
            executor: The pool.

        Raises:
            TypeError: It is no pool of threads.

        Examples:
            >>> from concurrent.futures import ThreadPoolExecutor
            >>> from yieldpoint.clock import VirtualTimeLoop
            >>> loop = VirtualTimeLoop()
            >>> loop.set_default_executor(ThreadPoolExecutor(max_workers=1))
            >>> loop.run_until_complete(loop.run_in_executor(None, len, "abc"))
            3
            >>> loop.close()
        """
        # asyncio says what is wrong with a pool that is not of threads.
        super().set_default_executor(executor)  # type: ignore[arg-type]
        self._own_pool = executor

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """Wait for the calls in the loop's threads, then end the threads.

        The example needs a thread.

        Args:
            timeout: After how many seconds to give up.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.clock import VirtualTimeLoop
            >>> with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            ...     runner.run(asyncio.to_thread(len, "abc"))
            ...     runner.run(runner.get_loop().shutdown_default_executor())
            3
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while any(job.pool is self._own_pool for job in self._jobs):
                    self._job_is_over.clear()
                    await self._job_is_over.wait()
        # Python 3.11's takes no timeout.
        arguments = [timeout] if sys.version_info >= (3, 12) else []
        await super().shutdown_default_executor(*arguments)

    def close(self) -> None:
        """Close the loop, and wake the threads that sleep on its clock.

        Raises:
            RuntimeError: The loop is running.

        Examples:
            >>> from yieldpoint.clock import VirtualTimeLoop
            >>> loop = VirtualTimeLoop()
            >>> loop.close()
            >>> loop.is_closed()
            True
        """
        super().close()
        while self._sleepers:
            self._wake_first_sleeper()

    # What the selector asks.

    def _let_computing_pass(self) -> None:
        """Count the real time since the last look, if computing has to count."""
        now = time.monotonic_ns()
        passed, self._looked_at = now - self._looked_at, now
        self._stood_still_for += passed
        if self._watches_files() or self._stood_still_for > _PATIENCE:
            self._now += passed

    def _move_to(self, now: int) -> None:
        """Set the clock, never back, and begin to count real time anew."""
        self._now = max(self._now, now)
        self._looked_at = time.monotonic_ns()
        self._stood_still_for = 0

    def _wait(
        self, timeout: float | None, select: Callable[[float | None], list[Any]]
    ) -> list[Any]:
        """Jump to the next time that somebody waits for, or wait for real."""
        outside = self._watches_files() or self._has_foreign_threads()
        threads_compute = self._threads_compute()
        if not outside:
            # A thread that ended before we could see it has left its message by now.
            patience = self._patient_until - time.monotonic_ns()
            if ready := select(max(0, patience) / _SECOND if threads_compute else 0):
                self._move_to(self._now)
                return ready

        targets = [] if timeout is None else [self._now + round(timeout * _SECOND)]
        with self._sleepers_lock:
            targets += [sleeper.until for sleeper in self._sleepers[:1]]
        target = min(targets, default=None)
        if target is None:
            ready = select(None)
            self._move_to(self._now)
            return ready

        if outside or threads_compute:
            started = time.monotonic_ns()
            ready = select(max(0, min(target - self._now, _SLICE)) / _SECOND)
            passed = time.monotonic_ns() - started
            self._move_to(min(target, self._now + passed))
            if ready or self._now < target:
                return ready

        self._move_to(target)
        self._wake_first_sleeper()
        return []

    def _watches_files(self) -> bool:
        """Tell whether a socket, a pipe or a signal may wake the loop."""
        own_wakeup_socket = 1
        signals = getattr(self, "_signal_handlers", {})
        return len(self._watched.get_map()) > own_wakeup_socket or bool(signals)

    def _has_foreign_threads(self) -> bool:
        """Tell whether a thread of the program may wake the loop."""
        known = {threading.current_thread(), *self._bystanders, *self._workers}
        return any(
            thread not in known and not thread.name.startswith("asyncio_")
            for thread in threading.enumerate()
        )

    def _threads_compute(self) -> bool:
        """Tell whether a thread is at work for the loop, or is about to be."""
        busy = Counter(job.pool for job in self._jobs if job.in_thread)
        return any(
            # A call that waits for a free thread of its pool waits for the others.
            not job.asleep if job.in_thread else busy[job.pool] < _size(job.pool)
            for job in self._jobs
        )

    def _be_patient(self) -> None:
        self._patient_until = time.monotonic_ns() + _PATIENCE

    def _forget(self, job: "_Job") -> None:
        self._jobs.discard(job)
        self._job_is_over.set()

    # time.sleep on this clock.

    def _sleep_in_loop(self, seconds: float) -> None:
        """Let time pass without letting anything else run, as time.sleep does."""
        self._now += round(seconds * _SECOND)

    def _sleep_in_job(self, job: "_Job", seconds: float) -> None:
        """Block the job's thread until the clock has come to the time."""
        sleeper = _Sleeper(self._now + round(seconds * _SECOND), job)
        with self._sleepers_lock:
            job.asleep = True
            heapq.heappush(self._sleepers, sleeper)
        # The loop may be waiting for this very thread: make it look again.
        self.call_soon_threadsafe(lambda: None)
        # Never longer than for real: the loop's thread may be blocked, and for us.
        if not sleeper.wakeup.wait(seconds):
            with self._sleepers_lock, contextlib.suppress(ValueError):
                self._sleepers.remove(sleeper)
                heapq.heapify(self._sleepers)
            job.asleep = False

    def _wake_first_sleeper(self) -> None:
        """Wake one sleeper that is due: the next one comes when it has computed."""
        with self._sleepers_lock:
            if self._sleepers and (
                self.is_closed() or self._sleepers[0].until <= self._now
            ):
                sleeper = heapq.heappop(self._sleepers)
                self._be_patient()
                sleeper.job.asleep = False
                sleeper.wakeup.set()


def _size(pool: concurrent.futures.Executor) -> int:
    """Return how many calls a pool makes at once."""
    return getattr(pool, "_max_workers", 1)


class _Selector(selectors.DefaultSelector):
    """The system's selector, which leaves waiting to the loop."""

    def __init__(self, loop: VirtualTimeLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[Any]:
        self._loop._let_computing_pass()
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        return self._loop._wait(timeout, super().select)


_this_thread = threading.local()


class _JumpingSelector(selectors.DefaultSelector):
    """The system's selector with a clock, for a loop that is not asyncio's.

    Such a loop calls no threads of its own: it waits for times, or for real.
    """

    def __init__(self) -> None:
        super().__init__()
        self._now = _start
        self._moved_at = time.monotonic_ns()
        self._bystanders = set(threading.enumerate())
        self._sleeps_before = getattr(_this_thread, "selector", None)
        _this_thread.selector = self

    def time(self) -> float:
        # Computing takes no time, but for one who waits for an hour by computing.
        passed = time.monotonic_ns() - self._moved_at
        if passed > _PATIENCE:
            self._move(passed)
        return self._now / _SECOND

    def sleep(self, seconds: float) -> None:
        self._move(round(seconds * _SECOND))

    def _move(self, passed: int) -> None:
        self._now += passed
        self._moved_at = time.monotonic_ns()

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        target = None if timeout is None else self._now + round(timeout * _SECOND)
        while not ready and (target is None or self._now < target):
            if target is not None and not self._may_be_woken():
                self._move(target - self._now)
                break
            slice_ = _SLICE if target is None else min(_SLICE, target - self._now)
            started = time.monotonic_ns()
            ready = super().select(slice_ / _SECOND)
            passed = time.monotonic_ns() - started
            self._move(passed if target is None else min(passed, target - self._now))
        return ready

    def _may_be_woken(self) -> bool:
        """Tell whether a socket or a thread of the program may wake the loop."""
        return any(key.data for key in self.get_map().values()) or any(
            thread not in self._bystanders for thread in threading.enumerate()
        )

    def close(self) -> None:
        super().close()
        _this_thread.selector = self._sleeps_before


def for_loop() -> tuple[selectors.BaseSelector, Callable[[], float]]:
    """Return what an event loop of one's own waits with, and asks for the time.

    `installed` puts a clock that jumps under such a loop too. A socket that the loop
    registers without data is taken for its own, by which threads wake it.

    Returns:
        A selector, and a function that returns the time in seconds.

    Examples:
        >>> from yieldpoint import clock
        >>> with clock.installed():
        ...     selector, now = clock.for_loop()
        ...     selector.select(timeout=60)
        ...     now()
        ...     selector.close()
        []
        60.0
    """
    if _installations:
        selector = _JumpingSelector()
        return selector, selector.time
    return selectors.DefaultSelector(), time.monotonic


class _Job:
    """A call in another thread or process that the loop waits for.

    It is over when its future is done and its thread has left it. The future of a
    cancelled call is done long before its thread is.
    """

    def __init__(
        self, loop: VirtualTimeLoop, pool: concurrent.futures.Executor
    ) -> None:
        self.loop = loop
        self.pool = pool
        self.asleep = False
        self.in_thread = False
        self._future_done = False

    def call(self, function: Callable[..., _T], *args: object) -> _T:
        """Call the function; this runs in the executor's thread."""
        self.in_thread = True
        self.loop._workers.add(threading.current_thread())
        _this_thread.job = self
        try:
            return function(*args)
        finally:
            del _this_thread.job
            # A closed loop has nobody left to tell.
            with contextlib.suppress(RuntimeError):
                self.loop.call_soon_threadsafe(self._thread_has_left)

    def future_is_done(self, _: asyncio.Future[Any]) -> None:
        self._future_done = True
        self._end()

    def _thread_has_left(self) -> None:
        self.in_thread = False
        self._end()

    def _end(self) -> None:
        if self._future_done and not self.in_thread:
            self.loop._forget(self)


@dataclass(order=True)
class _Sleeper:
    """A job whose thread sleeps on the loop's clock."""

    until: int
    number: int = field(default_factory=itertools.count().__next__, init=False)
    job: _Job = field(compare=False)
    wakeup: threading.Event = field(default_factory=threading.Event, compare=False)


def run(main: Coroutine[Any, Any, _T], *, debug: bool | None = None) -> _T:
    """Run a coroutine to its end, as `asyncio.run` does, on a clock that jumps.

    Args:
        main: The coroutine object to run.
        debug: Whether the loop runs in asyncio's debug mode. None leaves that to
            Python, as `asyncio.run` does.

    Returns:
        What the coroutine returns.

    Raises:
        RuntimeError: An event loop is already running in this thread.

    Examples:
        >>> import asyncio
        >>> from yieldpoint import clock
        >>> clock.run(asyncio.sleep(86400, "a day later"))
        'a day later'
    """
    with installed():
        return asyncio.run(main, debug=debug)


_patches: list[tuple[Any, str, Any]] = []
_installations = 0
_start = 0
_installing = threading.Lock()


@contextlib.contextmanager
def installed(start: float = 0.0) -> Iterator[None]:
    """Put the clock under everything that runs in a ``with`` block.

    Inside the block `asyncio.run`, `asyncio.Runner` and `asyncio.new_event_loop` make
    loops whose time jumps. `time.sleep` goes by such a loop's clock where there is one:
    in a coroutine, and in a function that the loop calls in a thread. Elsewhere it
    sleeps for real. Blocks may be nested.

    A program that names its loop's class, as in
    ``asyncio.Runner(loop_factory=asyncio.SelectorEventLoop)``, gets what it names.

    The clock counts whole nanoseconds. `loop.time` returns the nearest float, so with a
    start of whole seconds a difference of whole seconds is exact: ``3.0``. A difference
    of tenths is exact only from a start of 0, and else to be rounded, as in real time.

    Args:
        start: What the clock reads at the beginning, in seconds. A block inside another
            one goes on with the time of the outer one, and never back.

    Examples:
        >>> import asyncio, time
        >>> from yieldpoint import clock
        >>> async def blocks_for_a_day():
        ...     time.sleep(86400)
        ...     return asyncio.get_running_loop().time()
        >>> with clock.installed():
        ...     asyncio.run(blocks_for_a_day())
        86400.0
        >>> async def takes_three_seconds():
        ...     loop = asyncio.get_running_loop()
        ...     started = loop.time()
        ...     await asyncio.sleep(3)
        ...     return started, loop.time() - started
        >>> with clock.installed(start=1000):
        ...     asyncio.run(takes_three_seconds())
        (1000.0, 3.0)
    """
    global _installations, _start  # noqa: PLW0603 - they say what is done to global names
    with _installing:
        _start = max(_start, round(start * _SECOND))
        if _installations == 0:
            for module, name, replacement in (
                (asyncio, "new_event_loop", VirtualTimeLoop),
                (asyncio.events, "new_event_loop", VirtualTimeLoop),
                (time, "sleep", _sleep),
            ):
                _patches.append((module, name, getattr(module, name)))
                setattr(module, name, replacement)
        _installations += 1
    try:
        yield
    finally:
        with _installing:
            _installations -= 1
            if _installations == 0:
                _start = 0
                while _patches:
                    setattr(*_patches.pop())


_real_sleep = time.sleep


def _sleep(seconds: Any) -> None:  # noqa: ANN401 - time.sleep says what is wrong
    """Stand in for `time.sleep`."""
    if not isinstance(seconds, int | float) or not 0 <= seconds < threading.TIMEOUT_MAX:
        _real_sleep(seconds)
        return
    job: _Job | None = getattr(_this_thread, "job", None)
    running = asyncio._get_running_loop()
    loop = job.loop if job and not running else running
    selector: _JumpingSelector | None = getattr(_this_thread, "selector", None)
    if isinstance(loop, VirtualTimeLoop) and not loop.is_closed():
        if job is None or loop is running:
            loop._sleep_in_loop(seconds)
        else:
            loop._sleep_in_job(job, seconds)
    elif selector and not loop:
        selector.sleep(seconds)
    else:
        _real_sleep(seconds)
