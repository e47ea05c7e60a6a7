"""Threads, processes or tasks: what a program spends its time with decides."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from yieldpoint.examples.processes import count_primes

__all__ = [
    "compute_in_two_threads",
    "count_in_a_task",
    "fetch",
    "fetch_async",
    "in_tasks",
    "in_threads",
    "in_turn",
    "kind_of",
    "loops_in_threads",
    "processors_used",
    "seconds_of",
]


def fetch(name: str) -> str:
    """Fetch something with a library that blocks: the thread waits for a second.

    Args:
        name: What to fetch.

    Returns:
        What came.

    Examples:
        >>> from yieldpoint.examples.which_one import fetch, seconds_of
        >>> fetch("a")
        'page a'
        >>> seconds_of(lambda: fetch("a"))
        1.0
    """
    time.sleep(1)
    return f"page {name}"


async def fetch_async(name: str) -> str:
    """Fetch something with a library for asyncio: only the task waits.

    Args:
        name: What to fetch.

    Returns:
        What came.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.which_one import fetch_async
        >>> asyncio.run(fetch_async("a"))
        'page a'
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(fetch_async("a")))
        1.0
    """
    await asyncio.sleep(1)
    return f"page {name}"


def in_turn(names: str) -> list[str]:
    """Fetch several things, one after another.

    Args:
        names: What to fetch, a letter each.

    Returns:
        What came.

    Examples:
        >>> from yieldpoint.examples.which_one import in_turn, seconds_of
        >>> in_turn("abc")
        ['page a', 'page b', 'page c']
        >>> seconds_of(lambda: in_turn("abc"))
        3.0
    """
    return [fetch(name) for name in names]


def in_threads(names: str) -> list[str]:
    """Fetch several things at once, each in a thread that blocks.

    This example needs threads.

    Args:
        names: What to fetch, a letter each.

    Returns:
        What came.

    Examples:
        >>> from yieldpoint.examples.which_one import in_threads, seconds_of
        >>> in_threads("abc")
        ['page a', 'page b', 'page c']
        >>> seconds_of(lambda: in_threads("abc"))
        1.0
    """
    with ThreadPoolExecutor(max_workers=len(names)) as pool:
        return list(pool.map(fetch, names))


async def in_tasks(names: str) -> list[str]:
    """Fetch several things at once, each in a task of one thread.

    Args:
        names: What to fetch, a letter each.

    Returns:
        What came.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.which_one import in_tasks
        >>> asyncio.run(in_tasks("abc"))
        ['page a', 'page b', 'page c']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(in_tasks("abc")))
        1.0
    """
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(fetch_async(name), name=name) for name in names]
    return [task.result() for task in tasks]


def seconds_of(job: Callable[[], object]) -> float:
    """Call a function, and tell how long that takes by the clock on the wall.

    Args:
        job: What to call. Its result is dropped.

    Returns:
        The time in seconds, rounded to a tenth.

    Examples:
        >>> import time
        >>> from yieldpoint.examples.which_one import seconds_of
        >>> seconds_of(lambda: time.sleep(2))
        2.0
    """
    started = time.perf_counter()
    job()
    return round(time.perf_counter() - started, 1)


def kind_of(job: Callable[[], object]) -> str:
    """Call a function, and tell whether it waits or computes.

    On a busy machine all programs wait for the processor: measure on a quiet one.

    Args:
        job: What to call. Its result is dropped.

    Returns:
        "I/O-bound" if it waits for more than half of its time, else "CPU-bound".

    Examples:
        >>> from yieldpoint.examples.processes import count_primes
        >>> from yieldpoint.examples.which_one import fetch, kind_of
        >>> kind_of(lambda: fetch("a"))
        'I/O-bound'
        >>> kind_of(lambda: count_primes(20_000))
        'CPU-bound'
    """
    started, computed = time.perf_counter(), time.process_time()
    job()
    wall_time = time.perf_counter() - started
    processor_time = time.process_time() - computed
    return "I/O-bound" if processor_time < wall_time / 2 else "CPU-bound"


def compute_in_two_threads() -> None:
    """Keep two threads busy with Python code.

    This example needs threads.

    Examples:
        >>> from yieldpoint.examples.which_one import compute_in_two_threads
        >>> compute_in_two_threads()
    """
    threads = [threading.Thread(target=count_primes, args=[100_000]) for _ in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def processors_used(job: Callable[[], object]) -> float:
    """Call a function, and tell how many processors it has kept busy on average.

    Args:
        job: What to call. Its result is dropped.

    Returns:
        The processor time of all threads, for each second of real time.

    Examples:
        >>> from yieldpoint.examples.processes import count_primes
        >>> from yieldpoint.examples.which_one import processors_used
        >>> 0 < processors_used(lambda: count_primes(20_000)) < 1.5
        True
    """
    started, computed = datetime.now(UTC), time.process_time()
    job()
    wall_time = (datetime.now(UTC) - started).total_seconds()
    return (time.process_time() - computed) / wall_time


async def count_in_a_task() -> list[str]:
    """Compute in a task: the others wait until it is done.

    Returns:
        What happened, in its order.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.which_one import count_in_a_task
        >>> asyncio.run(count_in_a_task())
        ['counting', '2262 primes', 'another task', 'both are done']
    """
    log = []

    async def count() -> None:
        log.append("counting")
        log.append(f"{count_primes(20_000)} primes")

    async def another() -> None:
        log.append("another task")

    await asyncio.gather(count(), another())
    log.append("both are done")
    return log


def loops_in_threads(names: str) -> list[list[str]]:
    """Run an event loop in each of two threads.

    This example needs threads.

    Args:
        names: What each of them fetches, a letter each.

    Returns:
        What came, for each loop.

    Examples:
        >>> from yieldpoint.examples.which_one import loops_in_threads, seconds_of
        >>> loops_in_threads("ab")
        [['page a', 'page b'], ['page a', 'page b']]
        >>> seconds_of(lambda: loops_in_threads("ab"))
        1.0
    """

    def run_a_loop(_: int) -> list[str]:
        return asyncio.run(in_tasks(names))

    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(run_a_loop, range(2)))
