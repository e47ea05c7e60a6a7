"""What do very many waiting operations cost?

A case starts many operations. When all of them wait, at one gate, its memory is
measured; a tenth of a second later the gate opens, and all end. `@1000` in a name means
a thousand operations. For each case there is:

- the time from the first start to the last end, the tenth of a second included;
- `:start`, the time until all wait, for one operation;
- `:each`, the whole time less the tenth of a second, for one operation;
- `:memory`, what the process takes more in memory when all wait, in bytes for one
  operation.

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
WAIT = 0.1

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


def _timing(number: int, started: float, waiting: float, memory: int) -> Timing:
    """Put together what was measured, at the end."""
    seconds = time.perf_counter() - started
    also = {
        "start": (waiting - started) / number,
        "each": (seconds - WAIT) / number,
    }
    if memory > 0 and number >= _ENOUGH_FOR_MEMORY:
        also["memory"] = memory / number
    return Timing(seconds, number, also)


def _threads(number: int) -> Timing:
    gate = threading.Event()
    before = _resident()
    started = time.perf_counter()
    threads = []
    try:
        for _ in range(number):
            thread = threading.Thread(target=gate.wait)
            thread.start()
            threads.append(thread)
    except RuntimeError as error:
        gate.set()
        raise GaveOutError(f"after {len(threads):,} threads: {error}") from None
    waiting = time.perf_counter()
    memory = _resident() - before
    time.sleep(WAIT)
    gate.set()
    for thread in threads:
        thread.join()
    return _timing(number, started, waiting, memory)


async def _tasks(number: int) -> Timing:
    gate = asyncio.Event()
    before = _resident()
    started = time.perf_counter()
    tasks = [asyncio.create_task(gate.wait()) for _ in range(number)]
    await asyncio.sleep(0)  # they start
    waiting = time.perf_counter()
    memory = _resident() - before
    await asyncio.sleep(WAIT)
    gate.set()
    for task in tasks:
        await task
    return _timing(number, started, waiting, memory)


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
    processes=(8, 6),
    apart=True,
    leave_out=("@10000", "@100000", "@1000000"),
)

if __name__ == "__main__":
    sys.exit(main([BENCHMARK.name, *sys.argv[1:]]))
