"""One sum, computed in several ways that all keep the processor busy.

The article behind this site times `by_send_per_number` against `in_one_loop` and
`in_threads`. They do not do the same work: one of them makes a call per number.
"""

import asyncio
import threading
from collections.abc import Generator

__all__ = [
    "adder",
    "by_send_per_number",
    "in_one_loop",
    "in_tasks",
    "in_threads",
    "sum_of_squares",
]


def sum_of_squares(stop: int) -> int:
    """Add up the squares of the numbers below a limit, in a plain loop.

    Args:
        stop: The limit.

    Returns:
        The sum.

    Examples:
        >>> from yieldpoint.examples.cpu_bound import sum_of_squares
        >>> sum_of_squares(4)
        14
    """
    total = 0
    for number in range(stop):
        total += number**2
    return total


def in_one_loop(rounds: int, stop: int) -> int:
    """Compute the sum several times, one after another.

    Args:
        rounds: How often.
        stop: The limit of each sum.

    Returns:
        All sums together.

    Examples:
        >>> from yieldpoint.examples.cpu_bound import in_one_loop
        >>> in_one_loop(2, 1000)
        665667000
    """
    return sum(sum_of_squares(stop) for _ in range(rounds))


def in_threads(rounds: int, stop: int) -> int:
    """Compute each sum in a thread of its own.

    This example needs threads.

    Args:
        rounds: How many threads.
        stop: The limit of each sum.

    Returns:
        All sums together.

    Examples:
        >>> from yieldpoint.examples.cpu_bound import in_threads
        >>> in_threads(2, 1000)
        665667000
    """
    sums: list[int] = []
    threads = [
        threading.Thread(target=lambda: sums.append(sum_of_squares(stop)))
        for _ in range(rounds)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(sums)


async def in_tasks(rounds: int, stop: int) -> int:
    """Compute each sum in a task of its own, which is what the threads do.

    Args:
        rounds: How many tasks.
        stop: The limit of each sum.

    Returns:
        All sums together.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.cpu_bound import in_tasks
        >>> asyncio.run(in_tasks(2, 1000))
        665667000
    """

    async def one_sum() -> int:
        return sum_of_squares(stop)

    return sum(await asyncio.gather(*(one_sum() for _ in range(rounds))))


def adder() -> Generator[int, int | None, None]:
    """Add up the squares of what is sent, and yield the sum after each.

    Yields:
        The sum so far. It ends when something is sent that is no whole number.

    Examples:
        >>> from yieldpoint.examples.cpu_bound import adder
        >>> squares = adder()
        >>> next(squares), squares.send(2), squares.send(3)
        (0, 4, 13)
    """
    total = 0
    while True:
        number = yield total
        if not isinstance(number, int):
            return
        total += number**2


def by_send_per_number(rounds: int, stop: int) -> int:
    """Send every single number into a generator, as the article's benchmark does.

    Args:
        rounds: How often.
        stop: The limit of each sum.

    Returns:
        All sums together.

    Examples:
        >>> from yieldpoint.examples.cpu_bound import by_send_per_number
        >>> by_send_per_number(2, 1000)
        665667000
    """
    consumer = adder()
    total = next(consumer)
    for _ in range(rounds):
        for number in range(stop):
            total = consumer.send(number)
    consumer.close()
    return total
