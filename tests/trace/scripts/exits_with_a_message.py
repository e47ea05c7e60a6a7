"""An exit with a message: it goes to stderr, and the status is 1.

The exception is gone before the exit handlers run, and with it what it kept alive.
"""

import atexit
import sys
from collections.abc import Iterator


def count() -> Iterator[int]:
    """Count, and clean up."""
    try:
        yield 1
    finally:
        print("cleaned up")


def main() -> None:
    """Leave a generator open, and exit."""
    numbers = count()
    print(next(numbers))
    sys.exit("a message")


atexit.register(print, "exit")
main()
