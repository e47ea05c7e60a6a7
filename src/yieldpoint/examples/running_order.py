"""In which order the lines of a generator run, and when they do not run at all."""

from collections.abc import Generator, Iterator
from typing import Self

__all__ = [
    "Countdown",
    "count_aloud",
    "countdown",
    "first_and_rest",
    "greet_then_stop",
    "next_twice",
]


def count_aloud(limit: int) -> Iterator[int]:
    """Count from zero, and print what runs before and after each yield.

    Args:
        limit: The last number.

    Yields:
        The numbers from 0 to the limit.

    Examples:
        >>> from yieldpoint.examples.running_order import count_aloud
        >>> numbers = count_aloud(10)
        >>> next(numbers)
        before the yield
        0
        >>> next(numbers)
        after the yield
        before the yield
        1
    """
    number = 0
    while number <= limit:
        print("before the yield")
        yield number
        print("after the yield")
        number += 1


def countdown(start: int) -> Iterator[int]:
    """Count down to one.

    Args:
        start: The first number.

    Yields:
        The numbers from the first down to one.

    Examples:
        >>> from yieldpoint.examples.running_order import countdown
        >>> list(countdown(3))
        [3, 2, 1]
    """
    while start > 0:
        yield start
        start -= 1


def greet_then_stop() -> Generator[str, None, str]:
    """Yield once, then return: the returned value ends up in `StopIteration`.

    Yields:
        A greeting.

    Returns:
        A farewell.

    Examples:
        >>> from yieldpoint.examples.running_order import greet_then_stop
        >>> list(greet_then_stop())
        ['hello']
    """
    yield "hello"
    return "goodbye"


def first_and_rest() -> tuple[int, list[int]]:
    """Take one number out of `countdown`, and let `list` take the others.

    Returns:
        The first number, and the rest.

    Examples:
        >>> from yieldpoint.examples.running_order import first_and_rest
        >>> first_and_rest()
        (3, [2, 1])
    """
    numbers = countdown(3)
    first = next(numbers)
    rest = list(numbers)
    return first, rest


def next_twice() -> tuple[int, int]:
    """Call `count_aloud`, which runs nothing, and take two numbers out of it.

    Returns:
        Both numbers.

    Examples:
        >>> from yieldpoint.examples.running_order import next_twice
        >>> next_twice()
        before the yield
        after the yield
        before the yield
        (0, 1)
    """
    numbers = count_aloud(10)
    first = next(numbers)
    second = next(numbers)
    return first, second


class Countdown:
    """Counts down to one, as `countdown` does: an iterator that is no generator.

    Attributes:
        left: How many numbers are still to come.

    Examples:
        >>> from yieldpoint.examples.running_order import Countdown
        >>> numbers = Countdown(3)
        >>> next(numbers), list(numbers), list(numbers)
        (3, [2, 1], [])
    """

    def __init__(self, start: int) -> None:
        """Keep the place.

        Args:
            start: The first number.
        """
        self.left = start

    def __iter__(self) -> Self:
        """Return itself: an iterator can be gone through once."""
        return self

    def __next__(self) -> int:
        """Return the next number.

        Raises:
            StopIteration: There is no more.
        """
        if self.left == 0:
            raise StopIteration
        self.left -= 1
        return self.left + 1
