"""A task: a coroutine that the loop drives, and the future of what it returns.

The loop lets a task's coroutine go on by ``task.resume``, which is the coroutine's
``send`` as a rule, and ``throw`` if the task is cancelled. What comes back decides what
is next: a future that the coroutine awaits, which will make the task ready again when
it is done; or None, for the next turn; or the coroutine's end, which is the task's.

A task is a future itself, so that another task can await it. The page of docs/inside
on tasks builds one in three stages.

Examples:
    >>> from yieldpoint import loop
    >>> async def answer():
    ...     await loop.sleep(1)
    ...     return 42
    >>> async def main():
    ...     task = loop.create_task(answer())
    ...     print(task.done())
    ...     print(await task, task.done())
    >>> loop.run(main())
    False
    42 True
"""

import inspect
from asyncio import CancelledError
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import Context, copy_context
from typing import Any

from yieldpoint.loop.futures import Future, T, get_running_loop

__all__ = ["Task", "create_task", "current_task", "ensure_future"]

Coro = Coroutine[Any, Any, T]


class Task(Future[T]):
    """A coroutine that the loop drives, and the future of what it returns.

    It is as `asyncio.Task`, but it cannot start eagerly, and it has no ``get_coro``,
    ``get_context``, ``set_name``, ``get_stack`` and ``print_stack``.

    Args:
        coro: The coroutine object to drive. It makes its first step in the next turn.
        name: The task's name; without one it is "Task-" and a number.
        context: The context variables that it sees; without them, a copy of those of
            its creator.

    Raises:
        RuntimeError: No loop runs in this thread.
        TypeError: It is no coroutine object.

    Examples:
        >>> from yieldpoint import loop
        >>> async def answer():
        ...     return 42
        >>> async def main():
        ...     task = loop.Task(answer(), name="asker")
        ...     print(task.get_name(), await task)
        >>> loop.run(main())
        asker 42
    """

    callback = None  # it is none, when it stands among those who wait for a future
    may_disappear = True  # before it is done, and nobody is told
    _awaits: Future[Any] | None = None
    # CancelledError cannot be raised in a coroutine at once: it may be the very one
    # that runs, and asks for its own end. So it is kept for the next step.
    _raise_next: BaseException | None = None
    _cancel_requests = 0  # not yet taken back, as timeout and TaskGroup do

    def __init__(
        self, coro: Coro[T], *, name: str = "", context: Context | None = None
    ) -> None:
        """Make a task, and have it begin in the next turn."""
        super().__init__()
        if not isinstance(coro, Coroutine):
            hint = ": call it" if inspect.iscoroutinefunction(coro) else ""
            raise TypeError(f"a coroutine object was expected, got {coro!r}{hint}")
        self._coro, number = coro, next(self._loop.numbers)
        self._name, self.context = name or f"Task-{number}", copy_context()
        if context is not None:
            self.context = context
        # What the loop calls to let the coroutine go on.
        self.resume: Callable[[None], Any] = coro.send
        self.may_disappear = False
        self._loop.tasks[number] = self
        self._loop.ready.append(self)

    def __repr__(self) -> str:
        """Tell how it is, and what it runs."""
        return f"<Task {self._state} name={self._name!r} coro={self._coro!r}>"

    def get_name(self) -> str:
        """Return the task's name, as `asyncio.Task.get_name` does.

        Returns:
            The name that it was given, or one with a number.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     task = loop.create_task(loop.sleep(1), name="sleeper")
            ...     return task.get_name()
            >>> loop.run(main())
            'sleeper'
        """
        return self._name

    def set_result(self, result: T) -> None:
        """Refuse: what the coroutine returns is the result.

        Raises:
            RuntimeError: Always, as in asyncio.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     loop.current_task().set_result(5)
            >>> loop.run(main())
            Traceback (most recent call last):
              ...
            RuntimeError: Task does not support set_result operation
        """
        raise RuntimeError("Task does not support set_result operation")

    def set_exception(self, exception: BaseException | type[BaseException]) -> None:
        """Refuse: what comes out of the coroutine is the exception.

        Raises:
            RuntimeError: Always, as in asyncio.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     loop.current_task().set_exception(ValueError)
            >>> loop.run(main())
            Traceback (most recent call last):
              ...
            RuntimeError: Task does not support set_exception operation
        """
        raise RuntimeError("Task does not support set_exception operation")

    # What the loop calls when the coroutine has given control back.

    def wait_for(self, awaited: Any) -> None:
        """Have the task made ready when what its coroutine awaits is done.

        The loop calls it with what the coroutine has yielded. What is no future, or
        not one of this loop, is answered with an error, raised at the ``await``.

        Args:
            awaited: What the coroutine has yielded.

        Examples:
            >>> from yieldpoint import loop
            >>> class Odd:
            ...     def __await__(self):
            ...         yield "odd"
            >>> async def main():
            ...     await Odd()
            >>> loop.run(main())
            Traceback (most recent call last):
              ...
            RuntimeError: <Task ...> awaits ... 'odd'...
        """
        if wrong := _what_is_wrong(self, awaited):
            self._raise(RuntimeError(f"{self!r} {wrong}"))
            self._loop.ready.append(self)
        else:
            (self._loop.ready if awaited.done() else awaited._waiting).append(self)
            self._awaits = awaited
            # It has cancelled itself before this await: now there is what to cancel.
            if self._raise_next and awaited.cancel():
                self._raise(None)

    def end(self, how: BaseException) -> None:
        """Be done, as the coroutine is: it has returned, or an exception came out.

        The loop calls it. `asyncio.CancelledError` makes it a cancelled task.

        Args:
            how: What came out of the coroutine: `StopIteration` if it has returned.

        Raises:
            BaseException: `KeyboardInterrupt` or `SystemExit` came out.

        Examples:
            >>> from yieldpoint import loop
            >>> async def divide(a, b):
            ...     return a / b
            >>> async def main():
            ...     returned = loop.create_task(divide(1, 2))
            ...     raised = loop.create_task(divide(1, 0))
            ...     await loop.wait([returned, raised])
            ...     print(returned.result(), repr(raised.exception()))
            >>> loop.run(main())
            0.5 ZeroDivisionError('division by zero')
        """
        self._awaits = None
        if isinstance(how, StopIteration):
            if self._raise_next is None:
                self._finish("finished", how.value, None)
                return
            how = self._raise_next  # cancelled after its last await
        # Without the loop's frame: that one knows the task.
        how = how.with_traceback(how.__traceback__ and how.__traceback__.tb_next)
        if isinstance(how, CancelledError):
            self._finish("cancelled", None, how)
        else:
            self._finish("finished", None, how)
            self._nobody_knows = not isinstance(how, KeyboardInterrupt | SystemExit)
            if not self._nobody_knows:
                raise how  # out of the loop: the program is to end

    # Cancellation: an exception that is raised in the coroutine.

    def cancel(self) -> bool:
        """Ask for the task's end: `asyncio.CancelledError` is raised where it awaits.

        It is as `asyncio.Task.cancel`, but takes no message. The task has its end when
        the exception has come out of its coroutine, which may tidy up before.

        Returns:
            True, or False if the task is done already.

        Examples:
            >>> from yieldpoint import loop
            >>> async def sleeper():
            ...     try:
            ...         await loop.sleep(60)
            ...     finally:
            ...         print("tidied up")
            >>> async def main():
            ...     task = loop.create_task(sleeper())
            ...     await loop.sleep(1)
            ...     print(task.cancel(), task.cancelled())
            ...     await loop.wait([task])
            ...     print(task.cancelled())
            >>> loop.run(main())
            True False
            tidied up
            True
        """
        if pending := not self.done():
            self._cancel_requests += 1
            # What it awaits is cancelled, and that raises CancelledError at the await.
            # If that is a task, it hands the request on in its turn: the innermost is
            # cancelled first, and all on the way up can tidy up or take it back.
            if not (self._awaits and self._awaits.cancel()):
                self._raise(CancelledError())
        return pending

    def cancelling(self) -> int:
        """Return how often it was asked to end, as `asyncio.Task.cancelling` does.

        Returns:
            The number of requests that are not taken back.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     task = loop.create_task(loop.sleep(1))
            ...     task.cancel()
            ...     return task.cancelling()
            >>> loop.run(main())
            1
        """
        return self._cancel_requests

    def uncancel(self) -> int:
        """Take one request to end back, as `asyncio.Task.uncancel` does from 3.13 on.

        Who has asked for the task's end, and has caught `asyncio.CancelledError`, calls
        it. If no request is left and the exception is not raised yet, it will not be.

        Returns:
            The number of requests that are left.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     task = loop.current_task()
            ...     task.cancel()
            ...     print(task.uncancel())
            ...     return await loop.sleep(1, "not cancelled")
            >>> loop.run(main())
            0
            'not cancelled'
        """
        self._cancel_requests = max(0, self._cancel_requests - 1)
        if not self._cancel_requests:
            self._raise(None)
        return self._cancel_requests

    def _raise(self, error: BaseException | None) -> None:
        """Let it go on with an exception, or after all without."""
        self._raise_next = error
        self.resume = self._throw if error else self._coro.send

    def _throw(self, _: None) -> Any:
        error: Any = self._raise_next
        self._raise(None)
        try:
            return self._coro.throw(error)
        finally:
            del self, error  # or the traceback would keep them

    def __del__(self) -> None:
        """Report that it goes before its coroutine has come to its end."""
        if not (self.may_disappear or self.done()):
            self._loop.report("Task was destroyed but it is pending!", task=self)
        super().__del__()


def _what_is_wrong(task: Task[Any], awaited: Any) -> str:
    if not isinstance(awaited, Future):
        return f"awaits something that yields {awaited!r}: no future of this loop"
    if awaited._loop is not task._loop:
        return f"awaits {awaited!r}, which is attached to a different loop"
    return "cannot await on itself" if awaited is task else ""


def create_task(coro: Coro[T], **options: Any) -> Task[T]:
    """Start a task, as `asyncio.create_task` does.

    Keep the task: the loop itself holds it only while it is ready to go on.

    Args:
        coro: The coroutine object to drive.
        options: The ``name`` and the ``context`` of `yieldpoint.loop.tasks.Task`.

    Returns:
        The task. It makes its first step in the next turn.

    Raises:
        RuntimeError: No loop runs in this thread.
        TypeError: It is no coroutine object.

    Examples:
        >>> from yieldpoint import loop
        >>> async def say(word):
        ...     print(word)
        >>> async def main():
        ...     task = loop.create_task(say("task"))
        ...     print("main")
        ...     await task
        >>> loop.run(main())
        main
        task
    """
    return Task(coro, **options)


def current_task() -> Task[Any] | None:
    """Return the task that runs, as `asyncio.current_task` does.

    Returns:
        The task, or None in a callback.

    Raises:
        RuntimeError: No loop runs in this thread.

    Examples:
        >>> from yieldpoint import loop
        >>> async def who_am_i():
        ...     return loop.current_task().get_name()
        >>> async def main():
        ...     return await loop.create_task(who_am_i(), name="worker")
        >>> loop.run(main())
        'worker'
    """
    task: Task[Any] | None = get_running_loop().current_task
    return task


def ensure_future(awaitable: Awaitable[T]) -> Future[T]:
    """Return a future as it is, and make a task of another awaitable.

    It is as `asyncio.ensure_future`, but takes no ``loop``.

    Args:
        awaitable: A future, a coroutine object, or what else can be awaited.

    Returns:
        The future, or a task that awaits the awaitable.

    Raises:
        RuntimeError: No loop runs in this thread.

    Examples:
        >>> from yieldpoint import loop
        >>> async def answer():
        ...     return 42
        >>> async def main():
        ...     task = loop.ensure_future(answer())
        ...     print(loop.ensure_future(task) is task)
        ...     print(await task)
        >>> loop.run(main())
        True
        42
    """
    if isinstance(awaitable, Future):
        return awaitable
    is_object = hasattr(awaitable, "__await__") and not isinstance(awaitable, Coroutine)
    coro: Any = _await(awaitable) if is_object else awaitable
    return Task(coro)


async def _await(awaitable: Awaitable[T]) -> T:
    return await awaitable
