"""Two generators that take values in: what a yield expression evaluates to."""

from collections.abc import Generator


def running_total(limit: int) -> Generator[int, int, None]:
    """Add up what is sent, until the total has reached a limit.

    Args:
        limit: The total at which the generator ends.

    Yields:
        The total so far, at first 0.

    Examples:
        >>> from yieldpoint.examples.sending import running_total
        >>> total = running_total(100)
        >>> next(total), total.send(4), total.send(8)
        (0, 4, 12)
    """
    total = 0
    while total < limit:
        received = yield total
        total += received


def last_received(limit: int) -> Generator[int, int, None]:
    """Yield what was sent last, until that has reached a limit.

    Args:
        limit: The value at which the generator ends.

    Yields:
        The value that was sent last, at first 0.

    Examples:
        >>> from yieldpoint.examples.sending import last_received
        >>> last = last_received(100)
        >>> next(last), last.send(4), last.send(8)
        (0, 4, 8)
    """
    value = 0
    while value < limit:
        value = yield value


def average() -> Generator[float | None, float | None, str]:
    """Average what is sent, and take `None` as the word to stop.

    Yields:
        The average so far; None before the first number.

    Returns:
        What was averaged, in words.

    Examples:
        >>> from yieldpoint.examples.sending import average
        >>> numbers = average()
        >>> next(numbers)
        >>> numbers.send(10), numbers.send(20)
        (10.0, 15.0)
        >>> numbers.send(None)
        Traceback (most recent call last):
          ...
        StopIteration: 2 numbers
    """
    total, count = 0.0, 0
    number = yield None
    while number is not None:
        total, count = total + number, count + 1
        number = yield total / count
    return f"{count} numbers"
