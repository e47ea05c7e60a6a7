"""A group of tasks that end together: all of them, or none goes on.

With a group, no task outlives the block that has started it, and no error gets lost.
Three things are difficult, and the comments speak of them: the block itself has to be
interrupted if a task fails, it must not look cancelled afterwards, and somebody else
may want it cancelled at the same time.

Examples:
    >>> from yieldpoint import loop
    >>> async def fetch(name, seconds):
    ...     await loop.sleep(seconds)
    ...     print("fetched", name)
    >>> async def main():
    ...     async with loop.TaskGroup() as group:
    ...         group.create_task(fetch("A", 2))
    ...         group.create_task(fetch("B", 1))
    ...     print("all of it")
    >>> loop.run(main())
    fetched B
    fetched A
    all of it
"""

from contextvars import copy_context
from typing import Any, Self

from yieldpoint.loop.futures import CancelledError, Future, T, set_unless_done
from yieldpoint.loop.tasks import Coro, Task, current_task

__all__ = ["TaskGroup"]


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

    _parent: Task[Any] | None = None
    _is_entered = _is_at_end = _is_aborting = False
    _has_cancelled_parent = _is_cancelled = False
    _ends_the_program: BaseException | None = None
    _cancelled_again: CancelledError | None = None
    _all_done: Future[None] | None = None

    def __init__(self) -> None:
        """Make a group without tasks."""
        self._tasks: dict[Task[Any], None] = {}  # a set would forget their order
        self._errors: list[BaseException] = []

    def __repr__(self) -> str:
        """Tell how it is."""
        state = "entered" if self._is_entered else "not entered"
        state = "cancelling" if self._is_aborting else state
        return f"<TaskGroup tasks={len(self._tasks)} {state}>"

    async def __aenter__(self) -> Self:
        """Take the task that runs for the parent of those to come."""
        if self._is_entered:
            raise RuntimeError(f"TaskGroup {self!r} has already been entered")
        self._parent = current_task()
        if self._parent is None:
            raise RuntimeError(f"TaskGroup {self!r} cannot determine the parent task")
        self._is_entered = True
        self._context = copy_context()  # one for all callbacks
        if self._is_cancelled:
            self._interrupt()
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
        parent = self._parent
        if parent is None or self._is_aborting or (self._is_at_end and not self._tasks):
            coro.close()
            raise RuntimeError(f"TaskGroup {self!r} {self._what_is_wrong()}")
        task: Task[T] = parent.get_loop().create_task(coro, **options)
        self._tasks[task] = None
        task.add_done_callback(self._one_is_done, context=self._context)
        return task

    def _what_is_wrong(self) -> str:
        if not self._is_entered:
            return "has not been entered"
        is_over = self._parent is None or (self._is_at_end and not self._tasks)
        return "is finished" if is_over else "is shutting down"

    def cancel(self) -> None:
        """Cancel the tasks and the block, which then ends without an exception.

        It is as ``asyncio.TaskGroup.cancel`` is from Python 3.15 on. Before the block,
        it cancels it as soon as it is entered; after it, it does nothing.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     async with loop.TaskGroup() as group:
            ...         loop.get_running_loop().call_later(1, group.cancel)
            ...         group.create_task(loop.sleep(60))
            ...     return "after the block"
            >>> loop.run(main())
            'after the block'
        """
        if not self._is_entered:
            self._is_cancelled = True
        elif not self._is_aborting and (self._tasks or not self._is_at_end):
            self._interrupt()

    def _one_is_done(self, task: Task[Any]) -> None:
        del self._tasks[task]
        if not self._tasks and self._all_done:
            set_unless_done(self._all_done)
        if (error := task._error) is None or task.cancelled():
            return
        task._nobody_knows = False
        self._errors.append(error)
        self._note_if_it_ends_the_program(error)
        if self._parent is None or self._parent.done():
            message = f"Task {task!r} has errored out but its parent task has ended"
            about = {"message": message, "exception": error, "task": task}
            task.get_loop().call_exception_handler(about)
        elif not self._is_aborting and not self._has_cancelled_parent:
            self._interrupt()

    def _note_if_it_ends_the_program(self, error: BaseException | None) -> None:
        if isinstance(error, SystemExit | KeyboardInterrupt):
            self._ends_the_program = self._ends_the_program or error

    def _interrupt(self) -> None:
        """End all of it: the tasks, and the block at the await where it stands."""
        self._abort()
        self._has_cancelled_parent = True
        if self._parent:
            self._parent.cancel()

    def _abort(self) -> None:
        self._is_aborting = True
        for task in self._tasks:
            task.cancel()

    async def __aexit__(
        self, _: object, error: BaseException | None, __: object
    ) -> bool:
        """Wait for the tasks, and raise what went wrong in any of them."""
        self._is_at_end = True
        try:
            return await self._end(error)
        finally:
            # An exception keeps the frames, and those this group: a circle.
            self._errors = []
            self._ends_the_program = self._cancelled_again = error = None
            self._parent = None

    async def _end(self, error: BaseException | None) -> bool:
        assert self._parent is not None
        self._note_if_it_ends_the_program(error)
        if error is not None and not self._is_aborting:
            self._abort()
        cancelled = error if isinstance(error, CancelledError) else None
        while self._tasks:
            cancelled = await self._wait_for_tasks(cancelled)
        if self._ends_the_program is not None:
            raise self._ends_the_program
        # The group has cancelled its parent to interrupt the block, and takes that back
        # now. If no request is left, nobody else wants it cancelled, and what came out
        # of the block was no cancellation, but the group's way to get out of it.
        if self._has_cancelled_parent:
            is_ours = self._parent.uncancel() == 0
            cancelled = None if is_ours else cancelled or self._cancelled_again
        if cancelled is not None and not self._errors:
            try:
                raise cancelled
            finally:
                del cancelled, error  # it keeps this frame: another circle
        if error is not None and not isinstance(error, CancelledError):
            self._errors.append(error)
        if self._errors:
            # The errors go first. But if somebody else wants the parent cancelled, it
            # has to be cancelled at its next await: its CancelledError may have been
            # spent on getting here. To take one request back and make it again leaves
            # their number as it was.
            if self._parent.cancelling():
                self._parent.uncancel()
                self._parent.cancel()
            if isinstance(error, GeneratorExit) and len(self._errors) == 1:
                raise error  # an asynchronous generator closes, and that is no failure
            message = "unhandled errors in a TaskGroup"
            raise BaseExceptionGroup(message, self._errors) from None
        return True  # what came out of the block has done its duty

    async def _wait_for_tasks(
        self, cancelled: CancelledError | None
    ) -> CancelledError | None:
        """Wait until all tasks are done, or this is cancelled; say by what."""
        self._all_done = Future()
        try:
            await self._all_done
        except CancelledError as from_outside:
            # It ends this waiting, but not the tasks: they have to be waited for again.
            if self._is_aborting:
                self._cancelled_again = from_outside
                return cancelled
            self._abort()
            return from_outside
        finally:
            self._all_done = None
        return cancelled
