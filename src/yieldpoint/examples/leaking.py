"""A `StopIteration` that leaks out of a generator becomes a `RuntimeError`."""

from collections.abc import Iterable, Iterator

__all__ = ["first_of_each", "first_or_nothing", "stop_at_an_empty_one"]


def first_of_each(rows: Iterable[Iterable[int]]) -> Iterator[int]:
    """Yield the first element of each row: ``next`` raises if a row is empty.

    Args:
        rows: The rows.

    Yields:
        The first elements.

    Examples:
        >>> from yieldpoint.examples.leaking import first_of_each
        >>> list(first_of_each([[1, 2], [3]]))
        [1, 3]
        >>> list(first_of_each([[1, 2], [], [3]]))
        Traceback (most recent call last):
          ...
        RuntimeError: generator raised StopIteration
    """
    for row in rows:
        yield next(iter(row))


def first_or_nothing(rows: Iterable[Iterable[int]]) -> Iterator[int | None]:
    """Yield the first element of each row, and None for a row without any.

    Args:
        rows: The rows.

    Yields:
        The first elements.

    Examples:
        >>> from yieldpoint.examples.leaking import first_or_nothing
        >>> list(first_or_nothing([[1, 2], [], [3]]))
        [1, None, 3]
    """
    for row in rows:
        yield next(iter(row), None)


def stop_at_an_empty_one(rows: Iterable[Iterable[int]]) -> Iterator[int]:
    """Yield the first element of each row, and end at the first row without any.

    Args:
        rows: The rows.

    Yields:
        The first elements.

    Examples:
        >>> from yieldpoint.examples.leaking import stop_at_an_empty_one
        >>> list(stop_at_an_empty_one([[1, 2], [], [3]]))
        [1]
        >>> list(stop_at_an_empty_one([[1, 2], [3]]))
        [1, 3]
    """
    for row in rows:
        try:
            first = next(iter(row))
        except StopIteration:
            return
        yield first
