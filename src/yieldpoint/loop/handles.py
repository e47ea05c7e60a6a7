"""A callback that the loop is to call once, and the note by which it can be called off.

A callback does not run when somebody asks for it: it becomes a handle, and the handle
waits in the loop's queue, among the loop's timers, or at a future. Whoever has asked
keeps the handle too, and can cancel it.

This module is the first to read: it needs no other.

Examples:
    >>> from yieldpoint import loop
    >>> async def main():
    ...     this = loop.get_running_loop()
    ...     this.call_later(1, print, "one")
    ...     two = this.call_later(2, print, "two")
    ...     two.cancel()
    ...     await loop.sleep(3)
    >>> loop.run(main())
    one
"""

import itertools
from collections.abc import Callable
from contextvars import Context, copy_context
from typing import Any

__all__ = ["Handle", "TimerHandle"]

Callback = Callable[..., object]

# The number of a timer: on a clock that jumps, many are due at one time.
_numbers = itertools.count()


class Handle:
    """A callback that the loop calls once, unless it is cancelled before.

    It is as `asyncio.Handle`. The loop and futures make handles, others only cancel
    them.

    Args:
        callback: What to call.
        args: What to call it with.
        context: The context variables that it sees; without them, they are those of
            this moment.

    Attributes:
        callback: What to call, or None if it is cancelled.
        args: What to call it with.
        context: The context variables that it sees.

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

    __slots__ = ("__weakref__", "args", "callback", "context")

    def __init__(
        self, callback: Callback, args: tuple[Any, ...], context: Context | None = None
    ) -> None:
        """Keep what to call, and the context to call it in."""
        if not callable(callback):
            raise TypeError(f"a callable object was expected, got {callback!r}")
        self.callback: Callback | None = callback
        self.args = args
        # Without a copy the callback would see what its creator sets *later*.
        self.context = copy_context() if context is None else context

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
        # The handle stays where it stands: to look for it there would take longer than
        # to pass it over. But what it was to call may go at once.
        self.callback, self.args = None, ()

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

    def get_context(self) -> Context:
        """Return the context variables that the callback sees.

        It is as `asyncio.Handle.get_context`.

        Returns:
            The context.

        Examples:
            >>> import contextvars
            >>> from yieldpoint import loop
            >>> variable = contextvars.ContextVar("variable")
            >>> async def main():
            ...     variable.set("then")
            ...     handle = loop.get_running_loop().call_soon(print)
            ...     handle.cancel()
            ...     variable.set("now")
            ...     return handle.get_context()[variable]
            >>> loop.run(main())
            'then'
        """
        return self.context


class TimerHandle(Handle):
    """A callback that the loop calls at a time.

    It is as `asyncio.TimerHandle`. ``call_later`` and ``call_at`` make them.

    Args:
        when: The time, on the loop's clock.
        callback: What to call.
        args: What to call it with.
        context: The context variables that it sees; without them, they are those of
            this moment.

    Raises:
        TypeError: The callback cannot be called.

    Examples:
        >>> from yieldpoint import loop
        >>> async def main():
        ...     this = loop.get_running_loop()
        ...     timer = this.call_later(60, print)
        ...     return round(timer.when() - this.time())
        >>> loop.run(main())
        60
    """

    __slots__ = ("_number", "_when")

    def __init__(
        self,
        when: float,
        callback: Callback,
        args: tuple[Any, ...],
        context: Context | None = None,
    ) -> None:
        """Keep the time as well."""
        super().__init__(callback, args, context)
        self._when = when
        self._number = next(_numbers)

    def __lt__(self, other: "TimerHandle") -> bool:
        """Say which one is to be called first: of two at one time, the older one."""
        return (self._when, self._number) < (other._when, other._number)

    def when(self) -> float:
        """Return the time at which it is called, as `asyncio.TimerHandle.when` does.

        Returns:
            The time on the loop's clock, in seconds.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     this = loop.get_running_loop()
            ...     at = this.time() + 60
            ...     return this.call_at(at, print).when() == at
            >>> loop.run(main())
            True
        """
        return self._when
