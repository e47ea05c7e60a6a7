"""Results in the order in which they come.

Each future puts itself into a queue when it is done, and whoever iterates takes the
next one out: that is all.

Examples:
    >>> from yieldpoint import loop
    >>> async def main():
    ...     sleepers = loop.sleep(2, "B"), loop.sleep(1, "A")
    ...     async for task in loop.as_completed(sleepers):
    ...         print(await task)
    >>> loop.run(main())
    A
    B
"""

import inspect
from collections.abc import Awaitable, Coroutine, Iterable
from typing import Any, Generic, Self

from yieldpoint.loop.futures import Future, T
from yieldpoint.loop.queues import Queue
from yieldpoint.loop.scheduler import running
from yieldpoint.loop.tasks import ensure_future

__all__ = ["as_completed"]


def as_completed(
    fs: Iterable[Awaitable[T]], *, timeout: float | None = None
) -> "AsCompleted[T]":
    """Iterate over futures in the order in which they become done.

    It is as `asyncio.as_completed` is from Python 3.13 on: ``async for`` gives the
    futures and tasks themselves. A plain ``for`` gives coroutine objects, and each
    returns, or raises, what the next one does that becomes done.

    Args:
        fs: Futures, coroutine objects, and what else can be awaited.
        timeout: After how many seconds to give up.

    Returns:
        The iterator.

    Raises:
        TypeError: It is one awaitable, and not several; or one cannot be awaited.
        TimeoutError: From the iterator: the time is over.

    Examples:
        >>> from yieldpoint import loop
        >>> async def main():
        ...     sleepers = [loop.sleep(2, "B"), loop.sleep(1, "A")]
        ...     return [await result for result in loop.as_completed(sleepers)]
        >>> loop.run(main())
        ['A', 'B']
    """
    if inspect.isawaitable(fs):
        kind = type(fs).__name__
        raise TypeError(f"expects an iterable of awaitables, not {kind}")
    return AsCompleted(fs, timeout)


class AsCompleted(Generic[T]):
    """The iterator that `as_completed` returns."""

    def __init__(self, fs: Iterable[Awaitable[T]], timeout: float | None) -> None:
        # One whose time is over is not there any more: it is None.
        self._done: Queue[Future[T] | None] = Queue()
        loop = running()
        self._pending = {ensure_future(each, loop=loop) for each in set(fs)}
        self._left = len(self._pending)
        for future in self._pending:
            future.add_done_callback(self._one_is_done)
        self._timer = None
        if self._pending and timeout is not None:
            self._timer = loop.call_later(timeout, self._give_up)

    def _one_is_done(self, future: Future[T]) -> None:
        if future in self._pending:
            self._pending.discard(future)
            self._done.put_nowait(future)
            if self._timer and not self._pending:
                self._timer.cancel()

    def _give_up(self) -> None:
        for future in self._pending:
            future.remove_done_callback(self._one_is_done)
            self._done.put_nowait(None)
        self._pending.clear()

    async def _next_one(self) -> Future[T]:
        try:
            future = await self._done.get()
        except BaseException:
            self._left += 1  # nobody has got it
            raise
        if future is None:
            raise TimeoutError
        return future

    async def _next_result(self) -> T:
        return (await self._next_one()).result()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Future[T]:
        if not self._left:
            raise StopAsyncIteration
        self._left -= 1
        return await self._next_one()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Coroutine[Any, Any, T]:
        if not self._left:
            raise StopIteration
        self._left -= 1
        return self._next_result()
