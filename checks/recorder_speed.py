"""Measure what recording costs, in seconds of processor time.

``python -m checks.recorder_speed`` prints for programs of several kinds how long
100,000 events take, which should be less than 2.5 s; how much longer it takes to fill a
Counter than a dictionary, at most 5 times; and what a chain of generators costs.

Of a chain the cost has two parts: an event costs the same at every depth, and each
value costs a microsecond or two for each generator that it goes through. That is what
the interpreter does: without a recording, too, a chain that is twice as deep takes four
times as long.
"""

import asyncio
import collections
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from yieldpoint.trace import record


def lines() -> int:
    """Compute."""
    total = 0
    for number in range(30_000):
        total += number
    return total


def calls() -> int:
    """Call a function."""

    def increase(number: int) -> int:
        return number + 1

    total = 0
    for _ in range(10_000):
        total = increase(total)
    return total


def generators() -> int:
    """Take values from a generator."""

    def numbers() -> Iterator[int]:
        for number in range(10_000):  # noqa: UP028 - a line each
            yield number

    total = 0
    for number in numbers():
        total += number
    return total


def tasks() -> None:
    """Let tasks give way."""

    async def work() -> None:
        for _ in range(100):
            await asyncio.sleep(0)

    async def main() -> None:
        await asyncio.gather(*(work() for _ in range(100)))

    asyncio.run(main())


def timers() -> None:
    """Let tasks sleep."""

    async def work() -> None:
        for _ in range(100):
            await asyncio.sleep(1)

    async def main() -> None:
        await asyncio.gather(*(work() for _ in range(100)))

    asyncio.run(main())


def fill(kind: Callable[[], Any]) -> None:
    """Fill a container, an entry a step."""
    seen = kind()
    for number in range(8_000):
        seen[number] = number


def chain(depth: int) -> int:
    """Let values go through a chain of generators."""

    def down(level: int) -> Iterator[int]:
        if level:
            yield from down(level - 1)
        yield level

    return len(list(down(depth)))


def cost(program: Callable[..., Any], *args: object) -> tuple[float, int]:
    """Return how long a recording takes at best, and how many events it has."""
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        trace = record(program, *args, limit=10**7)
        best = min(best, time.process_time() - began)
    return best, len(trace.events)


def main() -> None:
    """Print what it costs."""
    print("Python", sys.version.split()[0])
    for program in (lines, calls, generators, tasks, timers):
        seconds, events = cost(program)
        print(f"{program.__name__:10} {seconds / events * 100_000:6.2f} s per 100,000")
    counter, _ = cost(fill, collections.Counter)
    dictionary, _ = cost(fill, dict)
    print(f"a Counter is {counter / dictionary:.2f} times a dictionary")
    for depth in (100, 200, 400):
        seconds, events = cost(chain, depth)
        print(f"a chain of {depth}: {events} events, {seconds:.3f} s")


if __name__ == "__main__":
    main()
