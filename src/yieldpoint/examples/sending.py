"""Two generators that take values in: what a yield expression evaluates to."""

from collections.abc import Generator

__all__ = ["last_received", "running_total", "send_twice"]


def running_total(limit: int = 100) -> Generator[int, int, None]:
    """Add up what is sent, until the total has reached a limit.

    Args:
        limit: The total at which the generator ends.

    Yields:
        The total so far, at first 0.

    Examples:
        >>> from yieldpoint.examples.sending import running_total
        >>> total = running_total()
        >>> next(total), total.send(4), total.send(8)
        (0, 4, 12)
        >>> total.send(88)
        Traceback (most recent call last):
          ...
        StopIteration
    """
    total = 0
    while total < limit:
        received = yield total
        total += received


def last_received(limit: int = 100) -> Generator[int, int, None]:
    """Yield what was sent last, until that has reached a limit.

    Args:
        limit: The value at which the generator ends.

    Yields:
        The value that was sent last, at first 0.

    Examples:
        >>> from yieldpoint.examples.sending import last_received
        >>> last = last_received()
        >>> next(last), last.send(4), last.send(8)
        (0, 4, 8)
        >>> last.send(100)
        Traceback (most recent call last):
          ...
        StopIteration
    """
    value = 0
    while value < limit:
        value = yield value


def send_twice() -> tuple[int, int, int]:
    """Start `running_total`, and send it two numbers.

    Returns:
        What each of the three calls returns.

    Examples:
        >>> from yieldpoint.examples.sending import send_twice
        >>> send_twice()
        (0, 4, 12)
    """
    total = running_total()
    first = next(total)
    second = total.send(4)
    third = total.send(8)
    return first, second, third
