"""A generator with one ``yield`` as a context manager, by hand and by `contextlib`."""

import contextlib
from collections.abc import Generator, Iterator
from types import TracebackType

__all__ = ["Lent", "borrow", "fail_inside", "ignore", "lend", "lend_a_tool"]


def lend_a_tool(name: str) -> Generator[str, None, None]:
    """Lend a tool, and take it back: a generator, and no context manager yet.

    Args:
        name: Which one.

    Yields:
        The tool, for whoever uses it.

    Examples:
        >>> from yieldpoint.examples.lending import lend_a_tool
        >>> list(lend_a_tool("saw"))
        saw is lent
        saw is back
        ['saw']
    """
    print(f"{name} is lent")
    try:
        yield name
    finally:
        print(f"{name} is back")


lend = contextlib.contextmanager(lend_a_tool)
"""`lend_a_tool` as a context manager; ``@contextmanager`` above it does the same."""


def borrow() -> None:
    """Borrow a tool, and use it.

    Examples:
        >>> from yieldpoint.examples.lending import borrow
        >>> borrow()
        saw is lent
        using the saw
        saw is back
    """
    with lend("saw") as tool:
        print(f"using the {tool}")


def fail_inside() -> None:
    """Borrow a tool, and fail: the exception is raised at the ``yield``.

    Examples:
        >>> from yieldpoint.examples.lending import fail_inside
        >>> fail_inside()
        Traceback (most recent call last):
          ...
        ValueError: ouch
    """
    with lend("saw"):
        raise ValueError("ouch")


class Lent:
    """What `contextlib.contextmanager` does with the generator, in short.

    Attributes:
        generator: The generator, with one ``yield``.

    Examples:
        >>> from yieldpoint.examples.lending import lend_a_tool, Lent
        >>> with Lent(lend_a_tool("saw")) as tool:
        ...     print(f"using the {tool}")
        saw is lent
        using the saw
        saw is back
        >>> with Lent(lend_a_tool("saw")):
        ...     raise ValueError("ouch")
        Traceback (most recent call last):
          ...
        ValueError: ouch
    """

    def __init__(self, generator: Generator[str, None, None]) -> None:
        """Take a generator that has not started.

        Args:
            generator: The generator.
        """
        self.generator = generator

    def __enter__(self) -> str:
        """Run the generator to its ``yield``."""
        return next(self.generator)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        frames: TracebackType | None,
    ) -> None:
        """Run it to its end, or raise at its ``yield`` what the block has raised."""
        if error is None:
            next(self.generator, None)
        else:
            self.generator.throw(error)


@contextlib.contextmanager
def ignore(kind: type[Exception]) -> Iterator[None]:
    """Catch exceptions of a kind in a block: it ends there, and nobody hears of it.

    Args:
        kind: Which exceptions.

    Yields:
        Nothing, once.

    Examples:
        >>> from yieldpoint.examples.lending import ignore
        >>> with ignore(ZeroDivisionError):
        ...     1 / 0
        ...     print("not reached")
        ignored: division by zero
        >>> with ignore(ZeroDivisionError):
        ...     print("no error")
        no error
    """
    try:
        yield
    except kind as error:
        print(f"ignored: {error}")
