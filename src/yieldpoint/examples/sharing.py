"""One generator and two threads: why that fails, and what helps.

These examples need threads.
"""

import threading
from collections.abc import Iterable, Iterator

__all__ = ["OneAtATime", "next_in_two_threads", "take_all"]


def next_in_two_threads() -> None:
    """Call ``next`` while another thread is inside the generator.

    Examples:
        >>> from yieldpoint.examples.sharing import next_in_two_threads
        >>> next_in_two_threads()
        Traceback (most recent call last):
          ...
        ValueError: generator already executing
    """
    inside, go_on = threading.Event(), threading.Event()

    def slow() -> Iterator[int]:
        inside.set()
        go_on.wait()
        yield 1

    generator = slow()
    thread = threading.Thread(target=next, args=[generator])
    thread.start()
    inside.wait()
    try:
        next(generator)
    finally:
        go_on.set()
        thread.join()


class OneAtATime:
    """An iterator that any number of threads may ask: a lock lets in one of them.

    Attributes:
        iterator: What is asked.
        lock: Who holds it asks.

    Examples:
        >>> from yieldpoint.examples.sharing import OneAtATime
        >>> list(OneAtATime(number**2 for number in range(4)))
        [0, 1, 4, 9]
    """

    def __init__(self, iterable: Iterable[int]) -> None:
        """Wrap an iterable.

        Args:
            iterable: What to go through.
        """
        self.iterator = iter(iterable)
        self.lock = threading.Lock()

    def __iter__(self) -> "OneAtATime":
        """Return the iterator itself."""
        return self

    def __next__(self) -> int:
        """Ask for the next element, when no other thread does."""
        with self.lock:
            return next(self.iterator)


def take_all(numbers: Iterable[int]) -> list[int]:
    """Let two threads take numbers until there are no more.

    Args:
        numbers: An iterator that may be shared.

    Returns:
        What they took together, sorted: who takes which one may vary.

    Examples:
        >>> from yieldpoint.examples.sharing import OneAtATime, take_all
        >>> take_all(OneAtATime(number**2 for number in range(6)))
        [0, 1, 4, 9, 16, 25]
    """
    taken: list[int] = []
    threads = [threading.Thread(target=taken.extend, args=[numbers]) for _ in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(taken)
