"""``yield from``: a generator that lets another one speak for it."""

from collections.abc import Generator, Iterator

from yieldpoint.examples.sending import average


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
