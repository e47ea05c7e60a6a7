"""Programs with many lanes, for the tests of figures and pages."""

import asyncio
from collections.abc import Generator, Iterator

__all__ = ["batches", "deep", "in_turn", "many_of_each", "tree", "workers"]


def part(count: int) -> Iterator[int]:
    """Yield some numbers."""
    yield from range(count)


def in_turn(generators: int = 6) -> int:
    """Take from one generator after another, six in all."""
    return sum(sum(part(count % 6)) for count in range(generators))


async def job(number: int) -> int:
    """Wait for a while."""
    await asyncio.sleep(number / 10)
    return number


async def two_jobs() -> None:
    """Run two tasks, for one second and for two."""
    async with asyncio.TaskGroup() as group:
        for number in (10, 20):
            group.create_task(job(number))


async def batches() -> None:
    """Run three tasks, and when they have ended three more."""
    for _ in range(3):
        async with asyncio.TaskGroup() as group:
            for number in (1, 2, 3):
                group.create_task(job(number))


async def worker(number: int, places: asyncio.Semaphore) -> int:
    """Wait for a place, and work."""
    async with places:
        await asyncio.sleep(1 + number % 3)
    await asyncio.sleep(0)
    return number


async def workers(count: int = 20) -> int:
    """Run many workers, four at a time."""
    places = asyncio.Semaphore(4)
    return sum(await asyncio.gather(*[worker(n, places) for n in range(count)]))


async def many_of_each() -> None:
    """Run nine workers and four other tasks."""
    async with asyncio.TaskGroup() as group:
        for number in range(4):
            group.create_task(job(number))
        await workers(9)


def countdown(number: int) -> Generator[int, None, None]:
    """Yield what comes before a number, and the number."""
    if number > 1:
        yield from countdown(number - 1)
    yield number


def deep(depth: int = 9) -> int:
    """Add up what a deep recursion yields; close another one early."""
    early = countdown(depth)
    next(early)
    early.close()
    return sum(countdown(depth))


def leaves(depth: int) -> Iterator[int]:
    """Yield the leaves of a tree."""
    if not depth:
        yield 1
        return
    for leaf in leaves(depth - 1):
        yield leaf
    for leaf in leaves(depth - 1):
        yield leaf


def tree(depth: int = 3) -> int:
    """Count the leaves of a tree."""
    return sum(leaves(depth))
