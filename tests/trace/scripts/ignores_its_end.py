"""A generator that will not be closed, which Python says when it ends."""

from collections.abc import Iterator


def stubborn() -> Iterator[int]:
    """Yield whatever happens."""
    while True:
        try:
            yield 1
        except GeneratorExit:
            print("not yet")


generator = stubborn()
next(generator)
