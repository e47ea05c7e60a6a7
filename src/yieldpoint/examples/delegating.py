"""``yield from``: a generator that lets another one speak for it."""

from collections.abc import Generator, Iterable, Iterator

__all__ = [
    "average",
    "by_loop",
    "by_yield_from",
    "flatten",
    "report",
    "send_through",
]


def by_loop() -> Iterator[str]:
    """Pass on another generator's values with a loop.

    Yields:
        The values of the inner iterable, then one of its own.

    Examples:
        >>> from yieldpoint.examples.delegating import by_loop
        >>> list(by_loop())
        ['a', 'b', 'end']
    """
    for letter in "ab":
        yield letter
    yield "end"


def by_yield_from() -> Iterator[str]:
    """Pass on another generator's values with ``yield from``.

    Yields:
        The values of the inner iterable, then one of its own.

    Examples:
        >>> from yieldpoint.examples.delegating import by_yield_from
        >>> list(by_yield_from())
        ['a', 'b', 'end']
    """
    yield from "ab"
    yield "end"


def average() -> Generator[float | None, float | None, str]:
    """Average what is sent, and take `None` as the word to stop.

    Yields:
        The average so far; None before the first number.

    Returns:
        What was averaged, in words.

    Examples:
        >>> from yieldpoint.examples.delegating import average
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


def report() -> Generator[float | None, float | None, None]:
    """Let `average` do the work twice, and print what each run returns.

    Yields:
        What the inner generator yields.

    Examples:
        >>> from yieldpoint.examples.delegating import report
        >>> generator = report()
        >>> next(generator)
        >>> generator.send(10), generator.send(20)
        (10.0, 15.0)
        >>> generator.send(None)
        first: 2 numbers
    """
    first = yield from average()
    print(f"first: {first}")
    second = yield from average()
    print(f"second: {second}")


def send_through() -> float | None:
    """Send to a generator that stands at a ``yield from``, until that is over.

    Returns:
        The average of the one number that is sent.

    Examples:
        >>> from yieldpoint.examples.delegating import send_through
        >>> send_through()
        1 numbers
        10.0
    """

    def outer() -> Generator[float | None, float | None, None]:
        words = yield from average()
        print(words)

    generator = outer()
    next(generator)
    answer = generator.send(10)
    next(generator, None)  # sends None, which ends average
    return answer


def flatten(things: Iterable[object]) -> Iterator[object]:
    """Go through lists within lists, as deep as they are.

    Args:
        things: The elements, of which some may be lists.

    Yields:
        The elements that are no lists.

    Examples:
        >>> from yieldpoint.examples.delegating import flatten
        >>> list(flatten([1, [2, [3, 4]], [], 5]))
        [1, 2, 3, 4, 5]
    """
    for thing in things:
        if isinstance(thing, list):
            yield from flatten(thing)
        else:
            yield thing
