"""A value that comes later, the callbacks that wait for it, and who wakes whom.

A future keeps those who wait for it: callbacks, and tasks whose coroutine awaits it.
When it gets its value, it puts them all into the loop's queue, and that is all that
waking is. It calls none of them itself, so that who sets a value is not interrupted.

The page of docs/inside on a value that comes later builds one. This module is the first
to read: it needs no other.

Examples:
    >>> from yieldpoint import loop
    >>> async def main():
    ...     future = loop.Future()
    ...     future.add_done_callback(lambda future: print("called back"))
    ...     future.set_result(42)
    ...     print("set")
    ...     await loop.sleep(0)
    ...     return await future
    >>> loop.run(main())
    set
    called back
    42
"""

import contextlib
import os
import threading
from asyncio import CancelledError, InvalidStateError
from collections.abc import Callable, Generator
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from yieldpoint.loop.eventloop import EventLoop

__all__ = ["CancelledError", "Future", "Handle", "InvalidStateError"]
__all__ += ["get_running_loop"]

Callback = Callable[..., object]
T = TypeVar("T")
this_thread = threading.local()  # its `loop` is the one that runs in the thread
with contextlib.suppress(AttributeError):  # not every system has a fork
    os.register_at_fork(after_in_child=this_thread.__dict__.clear)


def get_running_loop() -> "EventLoop":
    """Return the loop that runs in this thread, as `asyncio.get_running_loop` does.

    Returns:
        A `yieldpoint.loop.eventloop.EventLoop`.

    Raises:
        RuntimeError: None does.

    Examples:
        >>> from yieldpoint import loop
        >>> async def main():
        ...     return type(loop.get_running_loop()).__name__
        >>> loop.run(main())
        'EventLoop'
        >>> loop.get_running_loop()
        Traceback (most recent call last):
          ...
        RuntimeError: no running event loop
    """
    loop: EventLoop | None = getattr(this_thread, "loop", None)
    if loop is None:
        raise RuntimeError("no running event loop")
    return loop


class Handle:
    """A callback that the loop calls once, unless it is cancelled before.

    It is as `asyncio.Handle`; ``call_later`` returns one too, which does not know its
    time. Loops and futures make handles, others only cancel them.

    Args:
        loop: The loop that is told if the callback raises.
        callback: What to call. It sees the context variables as they are now.
        args: What to call it with.

    Raises:
        TypeError: The callback cannot be called.

    Examples:
        >>> from yieldpoint import loop
        >>> async def main():
        ...     handle = loop.get_running_loop().call_soon(print, "never")
        ...     handle.cancel()
        ...     await loop.sleep(1)
        ...     return handle.cancelled()
        >>> loop.run(main())
        True
    """

    def __init__(self, loop: "EventLoop", callback: Callback, *args: Any) -> None:
        """Keep what to call, and the context to call it in."""
        if not callable(callback):
            raise TypeError(f"a callable was expected, got {callback!r}")
        self.loop, self.args, self._context = loop, args, copy_context()
        self.callback: Callback | None = callback

    def __lt__(self, other: "Handle") -> bool:
        """Say that no handle is before another one."""
        # The loop's heap compares (time, handle). If the times are equal it asks here,
        # and asking must not fail.
        return False

    def cancel(self) -> None:
        """See that the callback is not called, as `asyncio.Handle.cancel` does.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     alarm = loop.get_running_loop().call_later(1, print, "alarm")
            ...     alarm.cancel()
            ...     await loop.sleep(2)
            >>> loop.run(main())
        """
        self.callback, self.args = None, ()  # a timer stays in the heap, without them

    def cancelled(self) -> bool:
        """Tell whether it is cancelled, as `asyncio.Handle.cancelled` does.

        Returns:
            Whether ``cancel`` was called.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     alarm = loop.get_running_loop().call_later(60, print, "alarm")
            ...     print(alarm.cancelled())
            ...     alarm.cancel()
            ...     print(alarm.cancelled())
            >>> loop.run(main())
            False
            True
        """
        return self.callback is None

    def run(self) -> None:
        """Call the callback, unless it is cancelled; the loop does that.

        An exception that comes out of the callback is reported to the loop.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     handle = loop.get_running_loop().call_later(60, print, "ring")
            ...     handle.run()
            ...     handle.cancel()
            ...     handle.run()
            >>> loop.run(main())
            ring
        """
        try:
            if self.callback is not None:
                self._context.run(self.callback, *self.args)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            self.loop.report(f"Exception in callback {self.callback!r}", error)


class Future(Generic[T]):
    """A value that comes later.

    It is as `asyncio.Future`, but callbacks take no ``context``, to cancel takes no
    message, and it has no ``get_loop``.

    Args:
        loop: The loop that it belongs to; without one, it is the running one.

    Raises:
        RuntimeError: No loop is given, and none runs in this thread.

    Examples:
        >>> from yieldpoint import loop
        >>> async def main():
        ...     future = loop.Future()
        ...     loop.get_running_loop().call_later(1, future.set_result, 42)
        ...     return await future
        >>> loop.run(main())
        42
    """

    _state = "pending"
    _result: Any = None
    _error: BaseException | None = None
    _nobody_knows = False  # of the error

    def __init__(self, *, loop: "EventLoop | None" = None) -> None:
        """Make a future that is not done."""
        self._loop = loop or get_running_loop()
        # What becomes ready when this is done: callbacks, and tasks that await it.
        self._waiting: list[Any] = []

    def __repr__(self) -> str:
        """Tell how it is, and with what it ended."""
        failed = self._error is not None
        how = f"exception={self._error!r}" if failed else f"result={self._result!r}"
        end = f" {how}" if self._state == "finished" else ""
        return f"<{type(self).__name__} {self._state}{end}>"

    def done(self) -> bool:
        """Tell whether it has a value, as `asyncio.Future.done` does.

        Returns:
            Whether it has a result or an exception, or is cancelled.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     future = loop.Future()
            ...     print(future.done())
            ...     future.set_result(42)
            ...     print(future.done())
            >>> loop.run(main())
            False
            True
        """
        return self._state != "pending"

    def cancelled(self) -> bool:
        """Tell whether it is cancelled, as `asyncio.Future.cancelled` does.

        Returns:
            Whether it is cancelled.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     future = loop.Future()
            ...     future.cancel()
            ...     return future.cancelled()
            >>> loop.run(main())
            True
        """
        return self._state == "cancelled"

    def result(self) -> T:
        """Return the value, or raise what there is in its place.

        It is as `asyncio.Future.result`.

        Returns:
            The value that was set.

        Raises:
            BaseException: The exception that was set.
            asyncio.CancelledError: It is cancelled.
            asyncio.InvalidStateError: It is not done.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     return loop.Future().result()
            >>> loop.run(main())
            Traceback (most recent call last):
              ...
            asyncio.exceptions.InvalidStateError: Result is not set.
        """
        if (error := self.exception()) is not None:
            raise error.with_traceback(self._traceback)
        value: T = self._result
        return value

    def exception(self) -> BaseException | None:
        """Return the exception that was set, as `asyncio.Future.exception` does.

        Returns:
            The exception, or None if a result was set.

        Raises:
            asyncio.CancelledError: It is cancelled.
            asyncio.InvalidStateError: It is not done.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     future = loop.Future()
            ...     future.set_exception(ValueError("too large"))
            ...     return future.exception()
            >>> loop.run(main())
            ValueError('too large')
        """
        if not self.done():
            raise InvalidStateError("Result is not set.")
        self._nobody_knows = False
        if self._error is not None and self.cancelled():
            raise self._error.with_traceback(self._traceback)
        return self._error

    def set_result(self, result: T) -> None:
        """Set the value, and have all go on who wait for it.

        It is as `asyncio.Future.set_result`.

        Args:
            result: The value.

        Raises:
            asyncio.InvalidStateError: It is done already.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     future = loop.Future()
            ...     future.set_result(42)
            ...     future.set_result(43)
            >>> loop.run(main())
            Traceback (most recent call last):
              ...
            asyncio.exceptions.InvalidStateError: <Future finished ...> is already done
        """
        self._finish("finished", result, None)

    def set_exception(self, exception: BaseException | type[BaseException]) -> None:
        """Set an exception, which is raised in all who wait.

        It is as `asyncio.Future.set_exception`, but takes a `StopIteration` too.
        If nobody asks for the exception, it is reported when the future goes away.

        Args:
            exception: The exception, or a class of which one is made.

        Raises:
            asyncio.InvalidStateError: It is done already.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     future = loop.Future()
            ...     future.set_exception(ValueError("too large"))
            ...     await future
            >>> loop.run(main())
            Traceback (most recent call last):
              ...
            ValueError: too large
        """
        error = exception() if isinstance(exception, type) else exception
        if not isinstance(error, BaseException):
            raise TypeError(f"an exception was expected, got {error!r}")
        self._finish("finished", None, error)
        self._nobody_knows = True

    def cancel(self) -> bool:
        """Say that no value will come.

        `asyncio.CancelledError` is raised in all who wait.

        It is as `asyncio.Future.cancel`, but takes no message.

        Returns:
            True, or False if it is done already.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     future = loop.Future()
            ...     print(future.cancel(), future.cancel())
            ...     try:
            ...         await future
            ...     except loop.CancelledError:
            ...         print("no value will come")
            >>> loop.run(main())
            True False
            no value will come
        """
        if pending := not self.done():
            self._finish("cancelled", None, CancelledError())
        return pending

    def _finish(self, state: str, result: Any, error: BaseException | None) -> None:
        if self.done():
            raise InvalidStateError(f"{self!r} is already done")
        self._state, self._result, self._error = state, result, error
        self._traceback = error.__traceback__ if error else None
        # Nobody is called from here: that is for the loop's next turn.
        self._loop.ready.extend(self._waiting)
        self._waiting = []

    def add_done_callback(self, callback: Callback) -> None:
        """Have something called when it is done.

        It is as `asyncio.Future.add_done_callback`, but without a ``context``. If it
        is done already, the callback is called in the next turn.

        Args:
            callback: What to call; the future is its argument.

        Raises:
            TypeError: The callback cannot be called.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     task = loop.create_task(loop.sleep(1, "slept"))
            ...     task.add_done_callback(lambda task: print(task.result()))
            ...     await loop.sleep(2)
            >>> loop.run(main())
            slept
        """
        handle = Handle(self._loop, callback, self)
        (self._loop.ready if self.done() else self._waiting).append(handle)

    def remove_done_callback(self, callback: Callback) -> None:
        """Have something not called when it is done.

        It is as `asyncio.Future.remove_done_callback`, but does not say how many it
        has removed.

        Args:
            callback: What would be called. It may be there often, or not at all.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     task = loop.create_task(loop.sleep(1))
            ...     task.add_done_callback(print)
            ...     task.remove_done_callback(print)
            ...     await loop.sleep(2)
            >>> loop.run(main())
        """
        self._waiting = [each for each in self._waiting if each.callback != callback]

    def __await__(self) -> Generator[Any, None, T]:
        """Let a coroutine wait for the value.

        This is where each ``await`` ends, however deep. The future goes up to the loop,
        through all coroutines that await one another, and the loop goes on with other
        tasks until it is done.

        Yields:
            The future itself, if it is not done.

        Returns:
            The value that was set.

        Raises:
            BaseException: The exception that was set.
            asyncio.CancelledError: It is cancelled.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     future = loop.Future()
            ...     steps = future.__await__()
            ...     print(next(steps) is future)
            ...     future.set_result(42)
            ...     try:
            ...         next(steps)
            ...     except StopIteration as end:
            ...         return end.value
            >>> loop.run(main())
            True
            42
        """
        if not self.done():
            yield self  # to the loop, which sends None when this is done
        return self.result()

    def __del__(self) -> None:
        """Report an exception that nobody has asked for, now that nobody can."""
        if self._nobody_knows:
            message = f"{type(self).__name__} exception was never retrieved"
            self._loop.report(message, self._error, future=self)


def set_unless_done(future: Future[T], result: Any = None) -> None:
    """Set a result, if it is not too late for it.

    Args:
        future: The future.
        result: Its value.
    """
    if not future.done():
        future.set_result(result)
