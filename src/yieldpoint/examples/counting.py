"""What a task costs, counted: how often the loop is asked to call something."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import TypeVarTuple

__all__ = [
    "CountingLoop",
    "await_each",
    "calls_of_the_loop",
    "nothing",
    "task_for_each",
]


Arguments = TypeVarTuple("Arguments")


class CountingLoop(asyncio.SelectorEventLoop):
    """A loop that counts what it is asked to call soon.

    Attributes:
        calls: How often it has been asked.

    Examples:
        >>> from yieldpoint.examples.counting import CountingLoop
        >>> loop = CountingLoop()
        >>> _ = loop.call_soon(print), loop.call_soon(print)
        >>> loop.calls
        2
        >>> loop.close()
    """

    calls = 0

    def call_soon(
        self,
        callback: Callable[[*Arguments], object],
        *args: *Arguments,
        context: Context | None = None,
    ) -> asyncio.Handle:
        """Count, and do what every loop does.

        Args:
            callback: What to call.
            *args: Its arguments.
            context: The context to call it in.

        Returns:
            What can cancel the call.

        Examples:
            >>> from yieldpoint.examples.counting import CountingLoop
            >>> loop = CountingLoop()
            >>> loop.call_soon(print).cancelled()
            False
            >>> loop.close()
        """
        self.calls += 1
        return super().call_soon(callback, *args, context=context)


async def nothing() -> None:
    """Return at once.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.counting import nothing
        >>> asyncio.run(nothing())
    """


async def await_each(number: int) -> None:
    """Await a coroutine that does nothing, again and again.

    Args:
        number: How often.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.counting import await_each
        >>> asyncio.run(await_each(2))
    """
    for _ in range(number):
        await nothing()


async def task_for_each(number: int) -> None:
    """Make a task that does nothing, and await it, again and again.

    Args:
        number: How often.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.counting import task_for_each
        >>> asyncio.run(task_for_each(2))
    """
    for _ in range(number):
        await asyncio.create_task(nothing())


def calls_of_the_loop(work: Callable[[int], Awaitable[None]], number: int) -> int:
    """Count what a coroutine function asks its loop for.

    Args:
        work: The function.
        number: Its argument.

    Returns:
        How often the loop was asked to call something.

    Examples:
        >>> from yieldpoint.examples.counting import *
        >>> calls_of_the_loop(await_each, 5), calls_of_the_loop(task_for_each, 5)
        (0, 10)
    """
    loop = CountingLoop()

    async def main() -> int:
        before = loop.calls
        await work(number)
        return loop.calls - before

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(main())
