"""Waiting for a time: sleep until it, or give up what has not come by then.

Nothing here knows how the loop waits. To sleep is to await a future that a timer will
finish, and a timeout is a timer that cancels a task. Of the part “Inside the event
loop” the page “Time” shows the timers in the loop, and “What is built on top” these.

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

import math
import types
from collections.abc import Awaitable, Generator
from typing import Any, Self

from yieldpoint.loop.futures import CancelledError, Future, T, set_unless_done
from yieldpoint.loop.handles import Handle
from yieldpoint.loop.scheduler import running
from yieldpoint.loop.tasks import Task, current_task, ensure_future
from yieldpoint.loop.together import wait

__all__ = ["Timeout", "TimeoutError", "sleep", "timeout", "timeout_at", "wait_for"]

TimeoutError = TimeoutError  # noqa: A001, PLW0127 - asyncio has its name too


@types.coroutine
def _until_next_turn() -> Generator[None, None, None]:
    yield


async def sleep(delay: float, result: Any = None) -> Any:
    """Let other tasks run for some time, as `asyncio.sleep` does.

    Args:
        delay: For how many seconds. With 0 or less, each of the others that are ready
            runs once. Infinitely many is until the task is cancelled.
        result: What to return.

    Returns:
        The result that it was given.

    Raises:
        ValueError: The delay is no number.

    Examples:
        >>> from yieldpoint import loop
        >>> loop.run(loop.sleep(1, "slept"))
        'slept'
    """
    if delay <= 0:
        await _until_next_turn()
        return result
    if math.isnan(delay):
        raise ValueError("Invalid delay: NaN (not a number)")
    future: Future[Any] = Future()
    timer = running().call_later(delay, set_unless_done, future, result)
    try:
        return await future
    finally:
        timer.cancel()


class Timeout:
    """A block of code that is cancelled when its time is over.

    It is as `asyncio.Timeout`. `timeout` and `timeout_at` make it. After the block,
    `TimeoutError` is raised. If others have cancelled the task as well,
    `asyncio.CancelledError` goes on in its place.

    Args:
        when: The time on the loop's clock at which the block is cancelled. None is
            never; what has passed is at the block's first ``await`` that waits. What is
            no number is refused when the block begins, by a `ValueError`.

    Examples:
        >>> from yieldpoint import loop
        >>> async def main():
        ...     try:
        ...         async with loop.Timeout(loop.get_running_loop().time() + 1):
        ...             await loop.sleep(2)
        ...     except TimeoutError:
        ...         return "it took too long"
        >>> loop.run(main())
        'it took too long'
    """

    _state = "created"  # then active, and expiring and expired, or else finished
    _timer: Handle | None = None

    def __init__(self, when: float | None) -> None:
        """Keep the time; the timer is set when the block is entered."""
        self._when = when

    def __repr__(self) -> str:
        """Tell how it is."""
        when = self._when if self._when is None else round(self._when, 3)
        is_set = f" when={when}" if self._state == "active" else ""
        return f"<Timeout [{self._state}]{is_set}>"

    def when(self) -> float | None:
        """Return when its time is over, as `asyncio.Timeout.when` does.

        Returns:
            The time on the loop's clock, in seconds, or None for never.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     async with loop.timeout(None) as limit:
            ...         print(limit.when())
            >>> loop.run(main())
            None
        """
        return self._when

    def reschedule(self, when: float | None) -> None:
        """Have its time be over at another moment.

        It is as `asyncio.Timeout.reschedule`.

        Args:
            when: The time on the loop's clock, in seconds, or None for never.

        Raises:
            RuntimeError: Its block is not entered, has ended, or is being cancelled.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     async with loop.timeout(1) as limit:
            ...         limit.reschedule(limit.when() + 2)
            ...         return await loop.sleep(2, "in time")
            >>> loop.run(main())
            'in time'
        """
        if self._state == "created":
            raise RuntimeError("Timeout has not been entered")
        if self._state != "active":
            raise RuntimeError(f"Cannot change state of {self._state} Timeout")
        if self._timer:
            self._timer.cancel()
        self._when, self._timer, loop = when, None, running()
        if when is not None and when <= loop.time():
            self._timer = loop.call_soon(self._expire)
        elif when is not None:
            self._timer = loop.call_at(when, self._expire)

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
        return self._state in {"expiring", "expired"}

    async def __aenter__(self) -> Self:
        """Start the timer, for the task that runs."""
        if self._state != "created":
            raise RuntimeError("Timeout has already been entered")
        task = current_task()
        if task is None:  # there would be nobody to cancel
            raise RuntimeError("Timeout should be used inside a task")
        self._state = "active"
        self._task: Task[Any] = task
        self._requests = task.cancelling()
        self.reschedule(self._when)
        return self

    def _expire(self) -> None:
        self._state, self._timer = "expiring", None
        self._task.cancel()

    async def __aexit__(
        self, _: object, error: BaseException | None, __: object
    ) -> None:
        """Stop the timer, and turn its cancellation into `TimeoutError`."""
        if self._timer:
            self._timer.cancel()
        if self._state == "active":
            self._state = "finished"
            return
        self._state = "expired"
        # If somebody else has cancelled the task as well, that comes first.
        if self._task.uncancel() > self._requests or error is None:
            return
        if isinstance(error, CancelledError):
            raise TimeoutError from error
        # Another exception came while the block was being cancelled, and because of it,
        # perhaps. It goes on, but its history shall tell of the timeout.
        _put_timeout_into_history(error)
        if isinstance(error, ExceptionGroup):
            for each in error.exceptions:
                _put_timeout_into_history(each)


def _put_timeout_into_history(error: BaseException) -> None:
    while (before := error.__context__) is not None:
        if isinstance(before, CancelledError):
            error.__context__ = timed_out = TimeoutError()
            timed_out.__context__ = timed_out.__cause__ = before
            return
        error = before


def timeout(delay: float | None) -> Timeout:
    """Return a block of code that is cancelled when it takes too long.

    It is as `asyncio.timeout`.

    Args:
        delay: After how many seconds the block is cancelled, counted from now. None is
            never; 0 or less is at the block's first ``await`` that waits.

    Returns:
        The block, for ``async with``.

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
    now = running().time()
    return Timeout(None if delay is None else now + delay)


def timeout_at(when: float | None) -> Timeout:
    """Return a block of code that is cancelled at a time, as `asyncio.timeout_at` does.

    Args:
        when: The time on the loop's clock, in seconds. None is never.

    Returns:
        The block, for ``async with``.

    Examples:
        >>> from yieldpoint import loop
        >>> async def main():
        ...     at = loop.get_running_loop().time() + 3
        ...     async with loop.timeout_at(at):
        ...         await loop.sleep(1)
        ...     async with loop.timeout_at(at):
        ...         await loop.sleep(1)
        ...         return "both in time"
        >>> loop.run(main())
        'both in time'
    """
    return Timeout(when)


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
        ValueError: The timeout is no number.

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
    if timeout is not None and timeout <= 0:
        future = ensure_future(fut, loop=running())
        if future.done():
            return future.result()
        future.cancel()
        await wait([future])  # it has the last word, and may have something to tidy up
        try:
            return future.result()
        except CancelledError as error:
            raise TimeoutError from error
    async with _timeout(timeout):
        return await fut


_timeout = timeout  # wait_for has a parameter of that name
