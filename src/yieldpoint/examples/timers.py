"""Round robin with a sense of time: a queue, a heap of timers, and `select`."""

import heapq
import itertools
import time
import types
from collections import deque
from collections.abc import Coroutine, Generator
from dataclasses import dataclass, field
from typing import Any

from yieldpoint import clock

__all__ = [
    "Timer",
    "compute",
    "drop_cancelled",
    "run",
    "sleep",
    "sleeper",
    "two_sleepers",
]


@types.coroutine
def sleep(seconds: float) -> Generator[float, None, None]:
    """Ask the loop to go on with this coroutine so many seconds later.

    Args:
        seconds: How long to wait; with 0, until the next turn.

    Yields:
        The seconds, to the loop.

    Examples:
        >>> from yieldpoint.examples.timers import run, sleep
        >>> run(sleep(2))
        2.0
    """
    yield seconds


def run(*coroutines: Coroutine[float, None, Any]) -> float:
    """Run coroutines side by side until all have come to their end.

    Windows wants a socket to wait for in a `select`, so there this example fails.

    Args:
        coroutines: The coroutine objects. They await `sleep`, and nothing else.

    Returns:
        How long that took, in seconds, to the tenth.

    Examples:
        >>> from yieldpoint.examples.timers import run, sleep
        >>> run(sleep(2), sleep(1))
        2.0
    """
    selector, now = clock.for_loop()
    started = now()
    ready = deque(coroutines)
    timers: list[tuple[float, int, Coroutine[float, None, Any]]] = []
    numbers = itertools.count()
    while ready or timers:
        if not ready:
            next_time = timers[0][0]
            selector.select(next_time - now())
        while timers and timers[0][0] <= now():
            _, _, coroutine = heapq.heappop(timers)
            ready.append(coroutine)
        for _ in range(len(ready)):
            coroutine = ready.popleft()
            try:
                seconds = coroutine.send(None)
            except StopIteration:
                continue
            if seconds > 0:
                timer = (now() + seconds, next(numbers), coroutine)
                heapq.heappush(timers, timer)
            else:
                ready.append(coroutine)
    selector.close()
    return round(now() - started, 1)


async def sleeper(name: str, log: list[str], *seconds: float) -> None:
    """Sleep several times, and note each waking.

    Args:
        name: Who sleeps.
        log: Where the notes go.
        seconds: How long each nap is.

    Examples:
        >>> from yieldpoint.examples.timers import sleeper, run
        >>> log = []
        >>> run(sleeper("A", log, 2, 1))
        3.0
        >>> log
        ['A wakes', 'A wakes']
    """
    for each in seconds:
        await sleep(each)
        log.append(f"{name} wakes")


def two_sleepers() -> list[str]:
    """Let two coroutines sleep at the same time.

    Returns:
        Who woke up, in that order, and how long all took.

    Examples:
        >>> from yieldpoint.examples.timers import two_sleepers
        >>> two_sleepers()
        ['B wakes', 'A wakes', '3.0 s in all']
    """
    log: list[str] = []
    total = run(sleeper("A", log, 3), sleeper("B", log, 1))
    return [*log, f"{total} s in all"]


async def compute(name: str, log: list[str], *seconds: float) -> None:
    """Keep the thread busy several times, and give way after each.

    Args:
        name: Who computes.
        log: Where the notes go.
        seconds: How long each computation takes. `time.sleep` stands for it.

    Examples:
        >>> from yieldpoint.examples.timers import compute, run
        >>> log = []
        >>> run(compute("B", log, 3))
        3.0
        >>> log
        ['B computed']
    """
    for each in seconds:
        time.sleep(each)
        log.append(f"{name} computed")
        await sleep(0)


@dataclass(order=True)
class Timer:
    """A timer that can be cancelled.

    Attributes:
        when: The time for which it is set. Timers are ordered by it.
        cancelled: Whether it shall do nothing when it comes to the top.

    Examples:
        >>> from yieldpoint.examples.timers import Timer
        >>> Timer(1) < Timer(2), Timer(1) == Timer(1, cancelled=True)
        (True, True)
    """

    when: float
    cancelled: bool = field(default=False, compare=False)


def drop_cancelled(heap: list[Timer]) -> list[float]:
    """Take cancelled timers off the top of a heap, and only off the top.

    Args:
        heap: The timers.

    Returns:
        The times of the timers that are still in it.

    Examples:
        >>> from yieldpoint.examples.timers import Timer, drop_cancelled
        >>> drop_cancelled([Timer(1, cancelled=True), Timer(2)])
        [2]
    """
    while heap and heap[0].cancelled:
        heapq.heappop(heap)
    return sorted(timer.when for timer in heap)
