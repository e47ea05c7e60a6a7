"""Waiting for a time: sleep until it, or give up what has not come by then.

Nothing here knows how the loop waits. To sleep is to await a future that a timer will
finish, and a timeout is a timer that cancels a task. The page of docs/inside on time
shows the timers in the loop; the one on what is built on top shows these here.

Examples:
    >>> from yieldpoint import loop
    >>> async def main():
    ...     try:
    ...         async with loop.timeout(1):
    ...             await loop.sleep(2)
    ...     except TimeoutError:
    ...         return "it took too long"
    >>> loop.run(main())
    'it took too long'
"""

import types
from asyncio import CancelledError
from collections.abc import Awaitable, Generator
from typing import Any, Self

from yieldpoint.loop.futures import Future, Handle, T, get_running_loop, set_unless_done
from yieldpoint.loop.tasks import ensure_future
from yieldpoint.loop.together import wait

__all__ = ["sleep", "timeout", "wait_for"]


@types.coroutine
def _until_next_turn() -> Generator[None, None, None]:
    yield


async def sleep(delay: float, result: Any = None) -> Any:
    """Let other tasks run for some time, as `asyncio.sleep` does.

    Args:
        delay: For how many seconds. With 0 or less, each of the others that are ready
            runs once.
        result: What to return.

    Returns:
        The result that it was given.

    Examples:
        >>> from yieldpoint import loop
        >>> loop.run(loop.sleep(1, "slept"))
        'slept'
    """
    if delay <= 0:
        await _until_next_turn()
        return result
    future: Future[Any] = Future()
    timer = get_running_loop().call_later(delay, set_unless_done, future, result)
    try:
        return await future
    finally:
        timer.cancel()


class timeout:  # noqa: N801 - asyncio has it as a function
    """A block of code that is cancelled when its time is over.

    It is as `asyncio.timeout`, but a class, and its time cannot be changed: there is no
    ``when`` and no ``reschedule``. After the block, `TimeoutError` is raised. If others
    have cancelled the task as well, `asyncio.CancelledError` goes on in its place.

    Args:
        delay: After how many seconds the block is cancelled. None is never; 0 or less
            is at the block's first ``await`` that waits.

    Raises:
        RuntimeError: No loop runs in this thread.

    Examples:
        >>> from yieldpoint import loop
        >>> async def main():
        ...     async with loop.timeout(2):
        ...         await loop.sleep(1)
        ...         return "in time"
        >>> loop.run(main())
        'in time'
    """

    _task: Any = None
    _timer: Handle | None = None
    _expired = False

    def __init__(self, delay: float | None) -> None:
        """Keep the delay; time begins to run when the block is entered."""
        self._delay, self._loop = delay, get_running_loop()

    def expired(self) -> bool:
        """Tell whether the block was cancelled, as `asyncio.Timeout.expired` does.

        Returns:
            Whether its time was over before its end.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     try:
            ...         async with loop.timeout(1) as limit:
            ...             await loop.sleep(2)
            ...     except TimeoutError:
            ...         return limit.expired()
            >>> loop.run(main())
            True
        """
        return self._expired

    async def __aenter__(self) -> Self:
        """Start the timer, for the task that runs."""
        if self._task:
            raise RuntimeError("Timeout has already been entered")
        self._task = self._loop.current_task
        if not self._task:
            raise RuntimeError("a timeout needs a task that it can cancel")
        self._requests = self._task.cancelling()
        if self._delay is not None and self._delay > 0:
            self._timer = self._loop.call_later(self._delay, self._expire)
        elif self._delay is not None:
            self._timer = self._loop.call_soon(self._expire)
        return self

    def _expire(self) -> None:
        self._expired = self._task.cancel()

    async def __aexit__(self, _: object, error: object, __: object) -> None:
        """Stop the timer, and turn its cancellation into `TimeoutError`."""
        if self._timer:
            self._timer.cancel()
        # If somebody else has cancelled the task as well, that comes first.
        ours = self._expired and self._task.uncancel() <= self._requests
        if ours and isinstance(error, CancelledError):
            raise TimeoutError from error


async def wait_for(fut: Awaitable[T], timeout: float | None) -> T:
    """Wait for something, and cancel it if it takes too long.

    It is as `asyncio.wait_for` is from Python 3.12 on: a coroutine runs in the task
    that waits, not in one of its own.

    Args:
        fut: What to wait for.
        timeout: After how many seconds to cancel it. None is never; with 0 or less, it
            must be done already.

    Returns:
        What was waited for.

    Raises:
        TimeoutError: It took too long, and was cancelled.

    Examples:
        >>> from yieldpoint import loop
        >>> async def sleep(seconds, at_most):
        ...     return await loop.wait_for(loop.sleep(seconds, "in time"), at_most)
        >>> loop.run(sleep(1, at_most=2))
        'in time'
        >>> try:
        ...     loop.run(sleep(2, at_most=1))
        ... except TimeoutError:
        ...     print("too late")
        too late
    """
    if timeout is None or timeout > 0:
        async with _Timeout(timeout):
            return await fut
    future = ensure_future(fut)
    in_time = future.done() or not future.cancel()
    if not in_time:
        await wait([future])
    try:
        return future.result()
    except CancelledError as error:
        if in_time:
            raise
        raise TimeoutError from error


_Timeout = timeout  # wait_for has a parameter of that name
