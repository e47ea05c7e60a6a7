"""Several tasks at once: all their results, the first that is done, all or none.

All three do the same: a callback at each future counts those that are not done yet.
They differ in what they do about the others if one fails. `gather` lets them run on,
`wait` leaves it to its caller, and a `TaskGroup` cancels them.

The page of docs/inside on what is built on top shows how a ``gather`` is made from
futures and callbacks.

Examples:
    >>> from yieldpoint import loop
    >>> async def main():
    ...     return await loop.gather(loop.sleep(2, "A"), loop.sleep(1, "B"))
    >>> loop.run(main())
    ['A', 'B']
"""

from asyncio import ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION, CancelledError
from collections.abc import Awaitable, Iterable
from typing import Any, Self

from yieldpoint.loop.futures import Future, T, get_running_loop, set_unless_done
from yieldpoint.loop.tasks import Coro, Task, current_task, ensure_future

__all__ = ["ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION"]
__all__ += ["TaskGroup", "gather", "wait"]


class gather(Future[list[Any]]):  # noqa: N801 - asyncio has it as a function
    """The future of the results of several awaitables.

    It is as `asyncio.gather`, but a class, whose instances are futures. If one of the
    awaitables fails, so does this at once; the others run on.

    Args:
        awaitables: Futures, coroutine objects, and what else can be awaited.
        return_exceptions: Whether an exception is a result like any other.

    Raises:
        RuntimeError: No loop runs in this thread.

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

    _cancel_requested = False

    def __init__(
        self, *awaitables: Awaitable[Any], return_exceptions: bool = False
    ) -> None:
        """Make a task of each awaitable that is no future, and wait for all."""
        super().__init__()
        futures = {each: ensure_future(each) for each in dict.fromkeys(awaitables)}
        self._children = [futures[each] for each in awaitables]
        self._left, self._return_exceptions = len(futures), return_exceptions
        for child in futures.values():
            if not child.done():
                child.add_done_callback(self._one_is_done)
        for child in [child for child in futures.values() if child.done()]:
            self._one_is_done(child)
        if not futures:
            self.set_result([])

    def _one_is_done(self, child: Future[Any]) -> None:
        self._left -= 1
        error = _error_of(child)
        if self.done():
            return
        if error is not None and not self._return_exceptions:
            self.set_exception(error)
        elif self._left == 0 and self._cancel_requested:
            self.set_exception(CancelledError())
        elif self._left == 0:
            errors = [_error_of(each) for each in self._children]
            outcomes = zip(self._children, errors, strict=True)
            self.set_result([c.result() if e is None else e for c, e in outcomes])

    def cancel(self) -> bool:
        """Cancel what is not done yet; when all of it has ended, this has too.

        Returns:
            Whether there was something to cancel.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     task = loop.create_task(loop.sleep(2))
            ...     both = loop.gather(task, loop.sleep(1))
            ...     print(both.cancel(), task.cancelled())
            ...     try:
            ...         await both
            ...     except loop.CancelledError:
            ...         print(task.cancelled())
            >>> loop.run(main())
            True False
            True
        """
        # It is done when all are: they may have something to tidy up.
        cancelled = [child.cancel() for child in self._children if not self.done()]
        self._cancel_requested |= any(cancelled)
        return any(cancelled)


def _error_of(future: Future[Any]) -> BaseException | None:
    try:
        return future.exception()
    except CancelledError as error:
        return error


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
        TypeError: There are none, or one is no future.

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
    enough: Future[None] = Future()
    futures, timer = set(fs), None
    left = len(futures)
    if not all(isinstance(future, Future) for future in futures):
        raise TypeError(f"wait takes tasks and futures, not {futures!r}")
    if not futures or return_when not in {
        ALL_COMPLETED,
        FIRST_COMPLETED,
        FIRST_EXCEPTION,
    }:
        raise ValueError(f"cannot wait for {futures!r} until {return_when!r}")
    if timeout is not None:
        timer = get_running_loop().call_later(timeout, set_unless_done, enough)

    def one_is_done(future: Future[T]) -> None:
        nonlocal left
        left -= 1
        failed = return_when == FIRST_EXCEPTION and not future.cancelled()
        failed = failed and future.exception() is not None
        if left == 0 or failed or return_when == FIRST_COMPLETED:
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


class TaskGroup:
    """Tasks that end together: if one fails, the others are cancelled.

    It is as `asyncio.TaskGroup`. The block waits at its end for all its tasks. If one
    of them fails, or the block does, the others are cancelled, and the block raises an
    `ExceptionGroup` of what went wrong.

    Examples:
        >>> from yieldpoint import loop
        >>> async def fail():
        ...     raise ValueError("too large")
        >>> async def main():
        ...     async with loop.TaskGroup() as group:
        ...         group.create_task(loop.sleep(60))
        ...         group.create_task(fail())
        >>> try:
        ...     loop.run(main())
        ... except* ValueError as group:
        ...     print(group.exceptions)
        (ValueError('too large'),)
    """

    _all_done: Future[None] | None = None
    _is_aborting = _has_cancelled_parent = False
    _parent: Any = None

    async def __aenter__(self) -> Self:
        """Take the task that runs for the parent of those to come."""
        if self._parent:
            raise RuntimeError("TaskGroup has already been entered")
        self._parent = current_task()
        self._tasks: dict[Task[Any], None] = {}  # a set would forget their order
        self._errors: list[BaseException] = []
        return self

    def create_task(self, coro: Coro[T], **options: Any) -> Task[T]:
        """Start a task in the group, as `asyncio.TaskGroup.create_task` does.

        Args:
            coro: The coroutine object to drive.
            options: The ``name`` and the ``context`` of `yieldpoint.loop.tasks.Task`.

        Returns:
            The task.

        Raises:
            RuntimeError: The group's block is not entered, has ended, or is about to
                end because of an error.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     async with loop.TaskGroup() as group:
            ...         first = group.create_task(loop.sleep(2, "A"))
            ...         second = group.create_task(loop.sleep(1, "B"))
            ...     return first.result() + second.result()
            >>> loop.run(main())
            'AB'
        """
        if (
            not self._parent
            or self._is_aborting
            or (self._all_done and not self._tasks)
        ):
            coro.close()
            raise RuntimeError("TaskGroup has not been entered, or has been left")
        task = Task(coro, **options)
        self._tasks[task] = None
        task.add_done_callback(self._one_is_done)
        return task

    def _one_is_done(self, task: Task[Any]) -> None:
        del self._tasks[task]
        if self._all_done and not self._tasks:
            set_unless_done(self._all_done)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._errors.append(error)
            if not self._is_aborting:
                self._abort()
                # The body is cancelled as well, at the await where it stands.
                self._has_cancelled_parent = self._parent.cancel()

    def _abort(self) -> None:
        self._is_aborting = True
        for task in self._tasks:
            task.cancel()

    async def __aexit__(
        self, _: object, error: BaseException | None, __: object
    ) -> None:
        """Wait for the tasks, and raise what went wrong in any of them."""
        cancelled = error if isinstance(error, CancelledError) else None
        if error is not None and not self._is_aborting:
            self._abort()
        while self._tasks:
            self._all_done = Future()
            try:
                await self._all_done
            except CancelledError as from_outside:
                if not self._is_aborting:
                    cancelled = from_outside
                    self._abort()
        # If nobody else wants the parent cancelled, this is no cancellation any more:
        # it was only the group's way to interrupt its own block.
        if self._has_cancelled_parent and self._parent.uncancel() == 0:
            cancelled = None
        if cancelled and not self._errors:
            raise cancelled
        if error is not None and not isinstance(error, CancelledError):
            self._errors.append(error)
        if self._errors:
            if self._parent.cancelling():
                # These errors go first: at its next await, the task is cancelled.
                self._parent.uncancel()
                self._parent.cancel()
            raise BaseExceptionGroup("unhandled errors in a TaskGroup", self._errors)
