"""A value that comes later, the callbacks that wait for it, and who wakes whom.

A future keeps those who wait for it: callbacks, and tasks whose coroutine awaits it.
When it gets its value, it puts them all into the loop's queue, and that is all that
waking is. It calls none of them itself, so that who sets a value is not interrupted.

The page “A value that comes later”, of the part “Inside the event loop”, builds one.

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

import reprlib
from asyncio import CancelledError, InvalidStateError
from collections.abc import Generator
from contextvars import Context
from types import TracebackType
from typing import Any, Generic, TypeVar

from yieldpoint.loop.handles import Callback, Handle
from yieldpoint.loop.scheduler import Scheduler, running

__all__ = ["CancelledError", "Future", "InvalidStateError", "isfuture"]

T = TypeVar("T")


class Future(Generic[T]):
    """A value that comes later.

    It is as `asyncio.Future`.

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
    _traceback: TracebackType | None = None
    _nobody_knows = False  # of the error
    _is_on_its_way = False  # from an `await` to the task that will wait for it

    def __init__(self, *, loop: Scheduler | None = None) -> None:
        """Make a future that is not done."""
        self._loop: Scheduler = running() if loop is None else loop
        # What becomes ready when this is done: callbacks, and tasks that await it.
        self._waiting: list[Any] = []

    @reprlib.recursive_repr()  # its result may be what holds it
    def __repr__(self) -> str:
        """Tell how it is, and with what it ended."""
        return f"<{type(self).__name__} {self._state}{self._ended_with()}>"

    def _ended_with(self) -> str:
        if self._state != "finished":
            return ""
        failed = self._error is not None
        how = f"exception={self._error!r}" if failed else f"result={self._result!r}"
        return f" {how}"

    def get_loop(self) -> Any:
        """Return the loop that it belongs to, as `asyncio.Future.get_loop` does.

        Returns:
            A `yieldpoint.loop.eventloop.EventLoop`.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     return loop.Future().get_loop() is loop.get_running_loop()
            >>> loop.run(main())
            True
        """
        return self._loop

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
        if not self.done():
            raise InvalidStateError("Result is not set.")
        self._nobody_knows = False
        if self._error is None:
            value: T = self._result
            return value
        try:
            raise self._to_raise(self._error)
        finally:
            # The exception keeps this frame. If that kept the future, which keeps the
            # exception, all that the coroutines on the way have would stay with them.
            del self

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
            raise InvalidStateError("Exception is not set.")
        self._nobody_knows = False
        if self._error is None or not self.cancelled():
            return self._error
        try:
            raise self._to_raise(self._error)
        finally:
            del self  # as in `result`

    def _to_raise(self, error: BaseException) -> BaseException:
        """Return the error, with no more traceback than it had when it came here."""
        error = error.with_traceback(self._traceback)
        if self.cancelled():
            # It is given away, and one that says the same is kept for who asks next.
            # Else who has a future and awaits it would be kept by it: such a circle.
            self._error, self._traceback = CancelledError(*error.args), None
        return error

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

        It is as `asyncio.Future.set_exception`. If nobody asks for the exception, it
        is reported when the future goes away.

        Args:
            exception: The exception, or a class of which one is made. In the place of
                a `StopIteration`, which would end who awaits it as if it returned, it
                is a `RuntimeError`.

        Raises:
            asyncio.InvalidStateError: It is done already.
            TypeError: It is no exception.

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
        if self._state != "pending":
            raise InvalidStateError(f"{self!r} is already done")
        error = exception() if isinstance(exception, type) else exception
        if not isinstance(error, BaseException):
            raise TypeError(f"an exception was expected, got {error!r}")
        if isinstance(error, StopIteration):
            stop, words = error, "StopIteration interacts badly with generators"
            error = RuntimeError(f"{words} and cannot be raised into a Future")
            error.__cause__ = error.__context__ = stop
        self._finish("finished", None, error)
        self._nobody_knows = True

    def cancel(self, msg: object = None) -> bool:
        """Say that no value will come.

        `asyncio.CancelledError` is raised in all who wait. It is as
        `asyncio.Future.cancel`.

        Args:
            msg: What the `asyncio.CancelledError` is to say.

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
        self._nobody_knows = False  # who cancels it does not want to know any more
        if pending := not self.done():
            self._finish("cancelled", None, cancelled_error(msg))
        return pending

    def _finish(self, state: str, result: Any, error: BaseException | None) -> None:
        if self._state != "pending":
            raise InvalidStateError(f"{self!r} is already done")
        self._state, self._result, self._error = state, result, error
        if error is not None:
            self._traceback = error.__traceback__
        self._wake_all()

    def _wake_all(self) -> None:
        if self._waiting:
            loop = self._loop
            if loop._is_closed:  # to look is faster than to call, for each future
                loop.check_open()
            # Nobody is called from here: that is for the loop's next turn.
            loop.ready.extend(self._waiting)
            self._waiting.clear()

    def add_done_callback(
        self, callback: Callback, *, context: Context | None = None
    ) -> None:
        """Have something called when it is done.

        It is as `asyncio.Future.add_done_callback`. If it is done already, the callback
        is called in the next turn.

        Args:
            callback: What to call; the future is its argument.
            context: The context variables that it sees; without them, they are those
                of this moment.

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
        if self._state == "pending":
            self._waiting.append(Handle(callback, (self,), context))
        else:
            self._loop.call_soon(callback, self, context=context)

    def remove_done_callback(self, fn: Callback) -> int:
        """Have something not called when it is done.

        It is as `asyncio.Future.remove_done_callback`.

        Args:
            fn: What would be called. It may be there often, or not at all.

        Returns:
            How often it was there.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     task = loop.create_task(loop.sleep(1))
            ...     task.add_done_callback(print)
            ...     print(task.remove_done_callback(print))
            ...     await loop.sleep(2)
            >>> loop.run(main())
            1
        """
        before = len(self._waiting)
        self._waiting = [
            each
            for each in self._waiting
            if not (isinstance(each, Handle) and each.callback == fn)
        ]
        return before - len(self._waiting)

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
            RuntimeError: No task has taken it.

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
        try:
            while not self.done():
                if self._is_on_its_way:
                    raise RuntimeError("await wasn't used with future")
                # The task refuses a future that comes by another `yield` than this one.
                self._is_on_its_way = True
                yield self  # to the loop, which sends None when this is done
            return self.result()
        finally:
            del self  # as in `result`

    __iter__ = __await__  # for a generator, which waits by `yield from`

    def __del__(self) -> None:
        """Report an exception that nobody has asked for, now that nobody can."""
        if self._nobody_knows:
            message = f"{type(self).__name__} exception was never retrieved"
            about = {"message": message, "exception": self._error, "future": self}
            self._loop.call_exception_handler(about)


def isfuture(obj: object) -> bool:
    """Tell whether something is a future of this kind of loop.

    It is as `asyncio.isfuture`. A task is one, and a future of asyncio is none.

    Args:
        obj: What it may be.

    Returns:
        Whether it is a future.

    Examples:
        >>> from yieldpoint import loop
        >>> async def main():
        ...     sleeper = loop.sleep(1)
        ...     print(loop.isfuture(sleeper), loop.isfuture(loop.create_task(sleeper)))
        >>> loop.run(main())
        False True
    """
    return isinstance(obj, Future)


def cancelled_error(msg: object) -> CancelledError:
    """Make the exception of a cancellation.

    Args:
        msg: What it is to say. None is nothing.

    Returns:
        The exception.
    """
    return CancelledError() if msg is None else CancelledError(msg)


def set_unless_done(future: Future[T], result: Any = None) -> None:
    """Set a result, if it is not too late for it.

    Args:
        future: The future.
        result: Its value.
    """
    if not future.done():
        future.set_result(result)
