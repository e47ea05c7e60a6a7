"""A generator that the program leaves open is closed at its very end."""

import atexit
from collections.abc import Iterator


def count() -> Iterator[int]:
    """Count, and clean up."""
    try:
        yield 1
        yield 2
    finally:
        print("cleaned up")


atexit.register(print, "exit")
numbers = count()
print(next(numbers))
