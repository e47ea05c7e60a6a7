"""Inside the event loop: a value that comes later, and who wakes those that wait."""

from asyncio import CancelledError
from collections import deque
from collections.abc import Callable, Coroutine, Generator
from functools import partial
from typing import Any, Generic, TypeVar

__all__ = ["Future", "ask_and_answer", "run"]

T = TypeVar("T")


class Future(Generic[T]):
    """A value that comes later, and what to call when it is there.

    Attributes:
        is_done: Whether it is there.
        value: The value.
        error: What went wrong instead, if anything.
        callbacks: What to call when it is there.

    Examples:
        >>> from yieldpoint.examples.later_values import Future
        >>> future = Future()
        >>> future
        <Future pending>
        >>> future.callbacks.append(lambda: print("it is there"))
        >>> future.set_result(42)
        it is there
        >>> future.result()
        42
    """

    is_done = False
    value: T
    error: BaseException | None = None

    def __init__(self) -> None:
        """Make an empty one."""
        self.callbacks: list[Callable[[], object]] = []

    def set_result(self, value: T) -> None:
        """Fill it with a value, if it is still empty.

        Args:
            value: The value.

        Examples:
            >>> from yieldpoint.examples.later_values import Future
            >>> future = Future()
            >>> future.set_result(1)
            >>> future.set_result(2)
            >>> future.result()
            1
        """
        if not self.is_done:
            self.value = value
            self._finish()

    def set_exception(self, error: BaseException) -> None:
        """Fill it with an exception, if it is still empty.

        Args:
            error: What is raised where the value is asked for.

        Examples:
            >>> from yieldpoint.examples.later_values import Future
            >>> future = Future()
            >>> future.set_exception(ValueError("no value"))
            >>> future.result()
            Traceback (most recent call last):
              ...
            ValueError: no value
        """
        if not self.is_done:
            self.error = error
            self._finish()

    def _finish(self) -> None:
        self.is_done = True
        for callback in self.callbacks:
            callback()

    def cancel(self) -> bool:
        """Fill it with `asyncio.CancelledError`, if it is still empty.

        Returns:
            Whether it was.

        Examples:
            >>> from yieldpoint.examples.later_values import Future
            >>> future = Future()
            >>> future.cancel(), future.cancel()
            (True, False)
        """
        was_empty = not self.is_done
        self.set_exception(CancelledError())
        return was_empty

    def result(self) -> T:
        """Return what it was filled with; an exception is raised.

        Returns:
            The value.

        Examples:
            >>> from yieldpoint.examples.later_values import Future
            >>> future = Future()
            >>> future.set_result(42)
            >>> future.result()
            42
        """
        if self.error:
            raise self.error
        return self.value

    def __repr__(self) -> str:
        """Say whether it is done."""
        return f"<Future {'done' if self.is_done else 'pending'}>"

    def __await__(self) -> Generator["Future[T]", None, T]:
        """Hand this future to the loop, and go on when the loop says so.

        Yields:
            The future itself, unless it is done.

        Returns:
            What it was filled with.
        """
        if not self.is_done:
            yield self
        return self.result()


def run(*coroutines: Coroutine[Any, None, object]) -> None:
    """Run coroutines by turns; one that awaits a future has none until that is done.

    Args:
        coroutines: The coroutine objects. They await futures, and nothing else.

    Examples:
        >>> from yieldpoint.examples.later_values import Future, run
        >>> future = Future()
        >>> async def wait():
        ...     print(await future)
        >>> async def fill():
        ...     future.set_result(42)
        >>> run(wait(), fill())
        42
    """
    ready = deque(coroutines)
    while ready:
        coroutine = ready.popleft()
        try:
            future = coroutine.send(None)
        except StopIteration:
            continue
        future.callbacks.append(partial(ready.append, coroutine))


def ask_and_answer() -> list[str]:
    """Let a coroutine wait for a future that another one fills.

    Returns:
        What happened, in its order.

    Examples:
        >>> from yieldpoint.examples.later_values import ask_and_answer
        >>> for line in ask_and_answer():
        ...     print(line)
        asking
        42 is set
        the answer is 42
    """
    log = []
    future: Future[int] = Future()

    async def ask() -> None:
        log.append("asking")
        log.append(f"the answer is {await future}")

    async def reply() -> None:
        future.set_result(42)
        log.append("42 is set")

    run(ask(), reply())
    return log
