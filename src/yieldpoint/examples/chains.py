"""Generators that take from one another: one thing at a time goes through all."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

__all__ = [
    "batches",
    "errors",
    "first_error",
    "lines_of",
    "lines_of_closed",
    "read",
    "scaled",
]

LOG = ["start", "error: disk full", "save", "error: no network", "stop"]


def read(lines: Iterable[str]) -> Iterator[str]:
    """Pass lines on, and say of each that it was read.

    Args:
        lines: The lines.

    Yields:
        The same lines.

    Examples:
        >>> from yieldpoint.examples.chains import read
        >>> list(read(["start", "stop"]))
        read: start
        read: stop
        ['start', 'stop']
    """
    for line in lines:
        print("read:", line)
        yield line


def errors(lines: Iterable[str]) -> Iterator[str]:
    """Pass on what the lines say that begin with "error".

    Args:
        lines: The lines.

    Yields:
        What is behind the "error" of such a line.

    Examples:
        >>> from yieldpoint.examples.chains import LOG, errors
        >>> list(errors(LOG))
        ['disk full', 'no network']
    """
    for line in lines:
        kind, _, message = line.partition(": ")
        if kind == "error":
            yield message


def first_error() -> str:
    """Return the first error in the log, and read no line behind it.

    Returns:
        What the line says.

    Examples:
        >>> from yieldpoint.examples.chains import first_error
        >>> first_error()
        read: start
        read: error: disk full
        'disk full'
    """
    lines = read(LOG)
    messages = errors(lines)
    return next(messages)


def lines_of_closed(path: Path) -> Iterator[str]:
    """Make a generator of a file that is closed before it is read: a mistake.

    Args:
        path: Where the file is.

    Returns:
        A generator that fails when somebody asks for a line.

    Examples:
        >>> import os
        >>> from pathlib import Path
        >>> from yieldpoint.examples.chains import lines_of_closed
        >>> next(lines_of_closed(Path(os.__file__)))
        Traceback (most recent call last):
          ...
        ValueError: I/O operation on closed file.
    """
    with path.open(encoding="utf-8") as file:
        return (line.rstrip() for line in file)


def lines_of(path: Path) -> Iterator[str]:
    """Read a file line by line, and close it when its generator ends.

    Args:
        path: Where the file is.

    Yields:
        The lines, without what ends them.

    Examples:
        >>> import os
        >>> from pathlib import Path
        >>> from yieldpoint.examples.chains import lines_of
        >>> "import abc" in lines_of(Path(os.__file__))
        True
    """
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield line.rstrip()


def scaled(factor: int, numbers: Iterable[int]) -> Iterator[int]:
    """Multiply numbers, each when somebody asks for it.

    Args:
        factor: By what.
        numbers: The numbers.

    Returns:
        A generator of the products.

    Examples:
        >>> from yieldpoint.examples.chains import scaled
        >>> list(scaled(2, [1, 2]))
        [2, 4]
    """
    return (factor * number for number in numbers)


def batches(things: Iterable[str], size: int) -> Iterator[list[str]]:
    """Take elements together, so many at a time.

    Args:
        things: The elements.
        size: How many make a batch.

    Yields:
        The batches; the last one may have fewer elements.

    Examples:
        >>> from yieldpoint.examples.chains import batches
        >>> list(batches("abcde", size=2))
        [['a', 'b'], ['c', 'd'], ['e']]
        >>> list(batches("abcd", size=2))
        [['a', 'b'], ['c', 'd']]
    """
    iterator = iter(things)
    while batch := list(islice(iterator, size)):
        yield batch
