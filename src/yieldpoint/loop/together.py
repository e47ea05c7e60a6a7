"""Several futures at once: all their results, the first that is done, or one to spare.

`gather` and `wait` do the same: a callback at each future counts those that are not
done yet. They differ in what they do if one fails: `gather` tells its caller, and lets
the others run on, and `wait` leaves it to its caller. `shield` waits for one future,
and keeps a cancellation away from it.

The page “What is built on top”, of the part “Inside the event loop”, shows how a
``gather`` is made from futures and callbacks.

Examples:
    >>> from yieldpoint import loop
    >>> async def main():
    ...     return await loop.gather(loop.sleep(2, "A"), loop.sleep(1, "B"))
    >>> loop.run(main())
    ['A', 'B']
"""

from asyncio import ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION
from collections.abc import Awaitable, Collection, Coroutine, Iterable
from contextvars import copy_context
from typing import Any

from yieldpoint.loop.futures import (
    CancelledError,
    Future,
    T,
    set_unless_done,
)
from yieldpoint.loop.scheduler import Scheduler, running, this_thread
from yieldpoint.loop.tasks import Task, ensure_future

__all__ = ["ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION"]
__all__ += ["gather", "shield", "wait"]


def gather(
    *coros_or_futures: Awaitable[Any], return_exceptions: bool = False
) -> Future[list[Any]]:
    """Return a future of the results of several awaitables.

    It is as `asyncio.gather`. If one of the awaitables fails, so does the future at
    once; the others run on. To cancel the future is to cancel all of them.

    Args:
        coros_or_futures: Futures, coroutine objects, and what else can be awaited.
        return_exceptions: Whether an exception is a result like any other.

    Returns:
        A future of the list of results, in the order of the awaitables.

    Raises:
        RuntimeError: No loop runs in this thread, and no future says which it is.
        TypeError: One of them cannot be awaited.
        ValueError: One of them is a future of another loop.

    Examples:
        >>> from yieldpoint import loop
        >>> async def divide(a, b):
        ...     return a / b
        >>> async def main():
        ...     pairs = divide(1, 2), divide(1, 0)
        ...     return await loop.gather(*pairs, return_exceptions=True)
        >>> loop.run(main())
        [0.5, ZeroDivisionError('division by zero')]
    """
    loop: Scheduler | None = this_thread.loop
    futures: dict[Awaitable[Any], Future[Any]] = {}
    for each in coros_or_futures:
        if each not in futures:
            future = futures[each] = ensure_future(each, loop=loop)
            loop = future._loop
            if future is not each and isinstance(future, Task):
                future._is_missed = False  # nobody else has it
    children = [futures[each] for each in coros_or_futures]
    gathering = _GatheringFuture(children, return_exceptions, loop)
    gathering.wait_for(futures.values())
    return gathering


class _GatheringFuture(Future[list[Any]]):
    """The future that `gather` returns."""

    _is_cancelled = False

    def __init__(
        self,
        children: list[Future[Any]],
        return_exceptions: bool,  # noqa: FBT001 - it is handed on, under its own name
        loop: Scheduler | None,
    ) -> None:
        super().__init__(loop=loop)
        self._children, self._return_exceptions = children, return_exceptions

    def wait_for(self, futures: Collection[Future[Any]]) -> None:
        """Take note of what becomes done, and of what is done already."""
        self._left = len(futures)
        done = []
        one_is_done, context = self._one_is_done, copy_context()  # one for all
        for future in futures:
            if future.done():
                done.append(future)
            else:
                future.add_done_callback(one_is_done, context=context)
        for future in done:
            self._one_is_done(future)
        if not futures:
            self.set_result([])

    def _one_is_done(self, child: Future[Any]) -> None:
        self._left -= 1
        error = child._error
        if self._state != "pending":
            child._nobody_knows = False  # nobody is to know: it is too late for that
        elif error is not None and not self._return_exceptions:
            child._nobody_knows = False
            self.set_exception(error)
        elif self._left == 0:
            self._all_are_done(child)

    def _all_are_done(self, last: Future[Any]) -> None:
        # Not before: if the gathering is dropped half-way, the failures that it was to
        # have among its results are still to be reported.
        for each in self._children:
            each._nobody_knows = False
        if self._is_cancelled:
            # asyncio looks at its last argument here, which may have had a result: then
            # the message of the cancellation is lost.
            cancelled = last._error if last.cancelled() else None
            self.set_exception(cancelled or CancelledError())
        else:
            self.set_result(
                [
                    each._result if each._error is None else _own_error(each)
                    for each in self._children
                ]
            )

    def cancel(self, msg: object = None) -> bool:
        """Cancel what is not done yet; when all of it has ended, this has too."""
        # It is not done at once: they may have something to tidy up.
        if self.done():
            return False
        cancelled = [child.cancel(msg) for child in self._children]
        self._is_cancelled |= any(cancelled)
        return any(cancelled)


def _own_error(future: Future[Any]) -> BaseException | None:
    """Return what stands for a failure among the results of a gathering."""
    if future.cancelled() and future._error is not None:
        # One of its own: whoever raises the first one adds to its traceback. As in
        # asyncio, it always has a message, if only an empty one.
        return CancelledError(*future._error.args or ("",))
    return future._error


async def wait(
    fs: Iterable[Future[T]],
    *,
    timeout: float | None = None,
    return_when: str = ALL_COMPLETED,
) -> tuple[set[Future[T]], set[Future[T]]]:
    """Wait for several futures, and say which are done. It cancels none.

    It is as `asyncio.wait`.

    Args:
        fs: Futures, among them tasks.
        timeout: For how many seconds to wait at most. No exception is raised then.
        return_when: FIRST_COMPLETED for the first that is done, FIRST_EXCEPTION for
            the first that fails, ALL_COMPLETED for all.

    Returns:
        The futures that are done, and those that are not.

    Raises:
        TypeError: It is one future, or there is what is none.
        ValueError: There is none, one is of another loop, or nobody knows how long to
            wait.

    Examples:
        >>> from yieldpoint import loop
        >>> async def main():
        ...     tasks = [loop.create_task(loop.sleep(n, n)) for n in (1, 2, 3)]
        ...     done, pending = await loop.wait(tasks, timeout=1.5)
        ...     print([task.result() for task in done], len(pending))
        ...     await loop.wait(pending, return_when=loop.FIRST_COMPLETED)
        ...     print([task.done() for task in tasks])
        >>> loop.run(main())
        [1] 2
        [True, True, False]
    """
    this, futures = running(), _checked(fs, return_when)
    enough: Future[None] = Future()
    timer = None
    if timeout is not None:
        timer = this.call_later(timeout, set_unless_done, enough)
    left = len(futures)

    def one_is_done(future: Future[T]) -> None:
        nonlocal left
        left -= 1
        # The exception is asked for only if that decides: else nobody knows of it.
        if (
            left == 0
            or return_when == FIRST_COMPLETED
            or (return_when == FIRST_EXCEPTION and _has_failed(future))
        ):
            if timer:
                timer.cancel()
            set_unless_done(enough)

    for future in futures:
        future.add_done_callback(one_is_done)
    try:
        await enough
    finally:
        if timer:
            timer.cancel()
        for future in futures:
            future.remove_done_callback(one_is_done)
    done = {future for future in futures if future.done()}
    return done, futures - done


def _has_failed(future: Future[Any]) -> bool:
    return not future.cancelled() and future.exception() is not None


def _checked(fs: Iterable[Future[T]], return_when: str) -> set[Future[T]]:
    """Return futures as a set, if that is what they are."""
    if isinstance(fs, Future | Coroutine):
        raise TypeError(f"expect a list of futures, not {type(fs).__name__}")
    futures = set(fs)
    if not futures:
        raise ValueError("Set of Tasks/Futures is empty.")
    if return_when not in {ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION}:
        raise ValueError(f"Invalid return_when value: {return_when}")
    for future in futures:
        if isinstance(future, Coroutine):
            raise TypeError("Passing coroutines is forbidden, use tasks explicitly.")
        if not isinstance(future, Future):
            raise TypeError(f"a future was expected, got {future!r}")
        ensure_future(future, loop=running())  # another loop would wake nobody here
    return futures


def shield(arg: Awaitable[T]) -> Future[T]:
    """Return a future that can be cancelled without what it waits for.

    It is as `asyncio.shield`.

    Args:
        arg: A future, a coroutine object, or what else can be awaited. Keep the task
            of a coroutine: if the waiting is cancelled, nobody else holds it.

    Returns:
        A future of the same result. What is done already is returned as it is.

    Raises:
        RuntimeError: No loop runs in this thread.
        TypeError: It cannot be awaited.

    Examples:
        >>> from yieldpoint import loop
        >>> async def main():
        ...     task = loop.create_task(loop.sleep(2, "saved"))
        ...     try:
        ...         await loop.wait_for(loop.shield(task), timeout=1)
        ...     except TimeoutError:
        ...         return await task
        >>> loop.run(main())
        'saved'
    """
    inner = ensure_future(arg)
    if inner.done():
        return inner
    outer: Future[T] = Future(loop=inner._loop)

    def hand_on(_: Future[T]) -> None:
        if outer.done():
            return
        if inner.cancelled():
            outer.cancel()
        elif (error := inner.exception()) is not None:
            outer.set_exception(error)
        else:
            outer.set_result(inner.result())

    def let_go(_: Future[T]) -> None:
        # Who waited has gone, and asks for no error. Another one may ask still.
        inner.remove_done_callback(hand_on)

    inner.add_done_callback(hand_on)
    outer.add_done_callback(let_go)
    return outer
