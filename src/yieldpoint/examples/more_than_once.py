"""A generator is gone through once: what to do when once is not enough."""

import itertools
import tracemalloc
from collections.abc import Callable, Iterable, Iterator

__all__ = [
    "Squares",
    "pairs",
    "peak_of",
    "peek",
    "smallest_and_largest",
    "squares",
    "sum_by_generator",
    "sum_by_list",
    "two_passes",
]


def squares(stop: int) -> Iterator[int]:
    """Yield the squares of the numbers below a limit.

    Args:
        stop: The limit.

    Yields:
        The squares.

    Examples:
        >>> from yieldpoint.examples.more_than_once import squares
        >>> list(squares(4))
        [0, 1, 4, 9]
    """
    for number in range(stop):
        yield number**2


class Squares:
    """The same squares, as often as they are asked for.

    Attributes:
        stop: The limit.

    Examples:
        >>> from yieldpoint.examples.more_than_once import Squares
        >>> numbers = Squares(4)
        >>> list(numbers), list(numbers)
        ([0, 1, 4, 9], [0, 1, 4, 9])
    """

    def __init__(self, stop: int) -> None:
        """Note the limit.

        Args:
            stop: The limit.
        """
        self.stop = stop

    def __iter__(self) -> Iterator[int]:
        """Yield the squares: each loop calls this, and gets a new generator."""
        for number in range(self.stop):
            yield number**2


def two_passes() -> tuple[list[int], list[int]]:
    """Go through one generator twice.

    Returns:
        What comes each time.

    Examples:
        >>> from yieldpoint.examples.more_than_once import two_passes
        >>> two_passes()
        ([0, 1], [])
    """
    numbers = squares(2)
    first = list(numbers)
    second = list(numbers)
    return first, second


def smallest_and_largest(numbers: Iterable[int]) -> tuple[int, int]:
    """Go through some numbers twice.

    Args:
        numbers: The numbers, such as a list.

    Returns:
        The smallest and the largest one.

    Examples:
        >>> from yieldpoint.examples.more_than_once import smallest_and_largest
        >>> smallest_and_largest([4, 1, 9])
        (1, 9)
    """
    return min(numbers), max(numbers)


def pairs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Go through some numbers in a loop within a loop.

    Args:
        numbers: The numbers.

    Returns:
        Each number beside each other one, and beside itself.

    Examples:
        >>> from yieldpoint.examples.more_than_once import pairs, Squares, squares
        >>> pairs(Squares(2))
        [(0, 0), (0, 1), (1, 0), (1, 1)]
        >>> pairs(squares(2))
        [(0, 1)]
    """
    return [(left, right) for left in numbers for right in numbers]


def peek(numbers: Iterable[int]) -> tuple[int | None, Iterator[int]]:
    """Look at the first number, and put it back.

    Args:
        numbers: The numbers. Use what is returned in their place.

    Returns:
        The first one, or None if there is none; and an iterator over all of them.

    Examples:
        >>> from yieldpoint.examples.more_than_once import peek, squares
        >>> first, numbers = peek(squares(3))
        >>> first, list(numbers)
        (0, [0, 1, 4])
        >>> first, numbers = peek(squares(0))
        >>> first is None, list(numbers)
        (True, [])
    """
    iterator = iter(numbers)
    for first in iterator:
        return first, itertools.chain([first], iterator)
    return None, iterator


def sum_by_list(stop: int) -> int:
    """Make a list of all squares, and add them up.

    Args:
        stop: The limit.

    Returns:
        The sum.

    Examples:
        >>> from yieldpoint.examples.more_than_once import sum_by_list
        >>> sum_by_list(4)
        14
    """
    return sum([number**2 for number in range(stop)])


def sum_by_generator(stop: int) -> int:
    """Add up the squares as they come.

    Args:
        stop: The limit.

    Returns:
        The sum.

    Examples:
        >>> from yieldpoint.examples.more_than_once import sum_by_generator
        >>> sum_by_generator(4)
        14
    """
    return sum(number**2 for number in range(stop))


def peak_of(job: Callable[[int], object], stop: int) -> int:
    """Call a function, and tell how much memory it needs at once.

    Args:
        job: What to call.
        stop: With what.

    Returns:
        The greatest number of bytes that Python has held meanwhile.

    Examples:
        >>> from yieldpoint.examples.more_than_once import peak_of, sum_by_list
        >>> peak_of(sum_by_list, 20_000) > 20_000
        True
    """
    tracemalloc.start()
    job(stop)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak
