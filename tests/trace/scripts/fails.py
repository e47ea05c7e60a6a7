"""An exception that nothing catches, with its causes, and what it keeps alive."""

import atexit
from collections.abc import Iterator


class Resource:
    """Says when it is gone."""

    def __init__(self, name: str) -> None:
        """Take a name."""
        self.name = name

    def __del__(self) -> None:
        """Say so."""
        print(self.name, "is gone")


def resources() -> Iterator[Resource]:
    """Hand out one, and clean up."""
    kept = Resource("kept")
    try:
        yield kept
    finally:
        print("cleaned up")


def halve(number: int) -> float:
    """Divide by zero."""
    held = Resource("held")
    assert held.name
    return number / 0


atexit.register(print, "exit")
left_open = resources()
print("before", next(left_open).name)
try:
    halve(4)
except ZeroDivisionError as error:
    error.add_note("it was zero")
    raise LookupError("no half") from error
