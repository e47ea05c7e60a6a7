"""Many tasks that are alike, and a generator that drives another one of its kind."""

import asyncio
from collections.abc import Iterator

__all__ = ["countdown", "many_workers", "take_off"]


async def many_workers(count: int) -> list[int]:
    """Run workers, of which three at a time may work for a second.

    Args:
        count: How many workers there are.

    Returns:
        Their numbers, in the order in which they were done.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.crowds import many_workers
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(many_workers(5))
        [1, 2, 3, 4, 5]
        >>> asyncio.run(seconds(many_workers(12)))
        4.0
    """
    places = asyncio.Semaphore(3)
    done = []

    async def work(number: int) -> None:
        async with places:
            await asyncio.sleep(1)
        done.append(number)

    async with asyncio.TaskGroup() as group:
        for number in range(1, count + 1):
            group.create_task(work(number), name=f"worker {number}")
    return done


def countdown(number: int) -> Iterator[int]:
    """Yield a number, and then what a countdown from the next lower one yields.

    Args:
        number: Where to begin.

    Yields:
        Numbers, down to 1.

    Examples:
        >>> from yieldpoint.examples.crowds import countdown
        >>> list(countdown(3))
        [3, 2, 1]
    """
    if number > 0:
        yield number
        yield from countdown(number - 1)


def take_off(number: int) -> None:
    """Print a countdown.

    Args:
        number: Where to begin.

    Examples:
        >>> from yieldpoint.examples.crowds import take_off
        >>> take_off(2)
        2
        1
    """
    for left in countdown(number):
        print(left)
