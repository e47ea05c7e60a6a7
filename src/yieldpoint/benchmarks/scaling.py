"""What do very many waiting operations cost?

A case starts many operations, each of which waits for something of its own. When all
of them wait, memory is measured; half a second later they are let go, one after
another, and end. ``@1000`` in a name means a thousand operations. For each case there
is:

- the time from the first start to the last end, the half second included;
- ``:start``, the time until all wait, for one operation;
- ``:each``, the whole time less the half second, for one operation;
- ``:cpu``, the processor time that the process has used, for one operation;
- ``:memory``, what the process takes more in memory when all wait, in bytes for one
  operation.

All of it runs on one processor, so that it does not matter where the system places the
threads. A new thread still has to wait until the system lets it run, a new task has
not. So the times of threads depend on what else the machine does, even in pairs;
processor time does so less, and the pages compare starting and ending by it.

Each case runs in a process of its own, since memory that was taken once stays taken.

Examples:
    This example needs threads.

    >>> from contextlib import ExitStack
    >>> from yieldpoint.benchmarks.scaling import cases
    >>> with ExitStack() as stack:
    ...     [case.time(1).result for case in cases(stack)[:4]]
    [1, 1, 10, 10]
"""

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from yieldpoint.benchmarks import machine
from yieldpoint.benchmarks.command import main
from yieldpoint.benchmarks.measuring import Benchmark, Case, GaveOutError, Timing

__all__ = ["BENCHMARK", "NUMBERS", "WAIT", "cases"]

#: For how long all of them wait, in seconds.
WAIT = 0.5

#: How many operations at once.
NUMBERS = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)

# For less, a page of memory more or less makes too much of a difference.
_ENOUGH_FOR_MEMORY = 1_000

# A task with its coroutine, generously.
_BYTES_PER_TASK = 4_000


def _resident() -> int:
    """Return how much memory this process takes, in bytes; 0 if that is not known."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


class _Stopwatch:
    """What has passed since the first start."""

    def __init__(self) -> None:
        self._memory = _resident()
        self._cpu = time.process_time()
        self._started = time.perf_counter()

    def all_wait(self) -> None:
        self._waiting = time.perf_counter()
        self._memory = _resident() - self._memory

    def all_have_ended(self, number: int) -> Timing:
        seconds = time.perf_counter() - self._started
        also = {
            "start": (self._waiting - self._started) / number,
            "each": (seconds - WAIT) / number,
            "cpu": (time.process_time() - self._cpu) / number,
        }
        if self._memory > 0 and number >= _ENOUGH_FOR_MEMORY:
            also["memory"] = self._memory / number
        return Timing(seconds, number, also)


def _threads(number: int) -> Timing:
    stopwatch = _Stopwatch()
    locks, threads = [], []
    try:
        for _ in range(number):
            lock = threading.Lock()
            lock.acquire()
            thread = threading.Thread(target=lock.acquire)
            locks.append(lock)
            thread.start()
            threads.append(thread)
    except RuntimeError as error:
        for lock in locks:
            lock.release()
        raise GaveOutError(f"after {len(threads):,} threads: {error}") from None
    stopwatch.all_wait()
    time.sleep(WAIT)
    for lock in locks:
        lock.release()
    for thread in threads:
        thread.join()
    return stopwatch.all_have_ended(number)


async def _tasks(number: int) -> Timing:
    async def wait_for(future: asyncio.Future[None]) -> None:
        await future

    stopwatch = _Stopwatch()
    loop = asyncio.get_running_loop()
    futures, tasks = [], []
    for _ in range(number):
        future = loop.create_future()
        futures.append(future)
        tasks.append(asyncio.create_task(wait_for(future)))
    await asyncio.sleep(0)  # they start
    stopwatch.all_wait()
    await asyncio.sleep(WAIT)
    for future in futures:
        future.set_result(None)
    for task in tasks:
        await task
    return stopwatch.all_have_ended(number)


def cases(stack: ExitStack) -> list[Case]:
    """Return threads and tasks, for each number of operations.

    Args:
        stack: Not used: nothing has to be ended.

    Returns:
        The cases.

    Examples:
        >>> from contextlib import ExitStack
        >>> from yieldpoint.benchmarks.scaling import cases
        >>> with ExitStack() as stack:
        ...     [case.name for case in cases(stack)][:4]
        ['threads@1', 'tasks@1', 'threads@10', 'tasks@10']
    """
    del stack

    def case(
        name: str, operations: Callable[[int], Timing], number: int, lacking: str
    ) -> Case:
        return Case(
            f"{name}@{number}", lambda _: operations(number), number, 1, lacking
        )

    def in_tasks(number: int) -> Timing:
        return asyncio.run(_tasks(number))

    return [
        each
        for number in NUMBERS
        for each in (
            case("threads", _threads, number, machine.lacks_threads(number)),
            case(
                "tasks",
                in_tasks,
                number,
                machine.lacks_memory(number * _BYTES_PER_TASK),
            ),
        )
    ]


BENCHMARK = Benchmark(
    name="scaling",
    question="What do very many waiting operations cost?",
    cases=cases,
    processes=(6, 6),
    apart=True,
    one_processor=True,
    leave_out=("@1", "@100", "@10000", "@100000", "@1000000"),
)

if __name__ == "__main__":
    sys.exit(main([BENCHMARK.name, *sys.argv[1:]]))
