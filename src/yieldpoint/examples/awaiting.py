"""What ``await`` does: it suspends the coroutine, if there is something to wait for."""

import asyncio
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Generator

__all__ = [
    "GiveWay",
    "block",
    "forget_await",
    "greet",
    "greet_in_turn",
    "greet_side_by_side",
    "nothing",
    "say_hello",
    "ticker",
    "who_goes_first",
]


async def say_hello() -> str:
    """Print a greeting, wait for a second, and return.

    Returns:
        A last word.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.awaiting import say_hello
        >>> asyncio.run(say_hello())
        hello
        'done'
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(say_hello()))
        hello
        1.0
    """
    print("hello")
    await asyncio.sleep(1)
    return "done"


async def forget_await() -> list[str]:
    """Call a coroutine function, and forget the ``await``.

    Returns:
        What Python says of that.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.awaiting import forget_await
        >>> asyncio.run(forget_await())
        ["coroutine 'say_hello' was never awaited"]
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(forget_await()))
        0.0
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        say_hello()  # type: ignore[unused-coroutine]  # that is the mistake
    return [str(warning.message) for warning in caught]


async def greet(number: int) -> None:
    """Print a line, wait for a second, print another line.

    Args:
        number: What tells this greeting from others.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.awaiting import greet
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(greet(1)))
        hello 1 starts
        hello 1 ends
        1.0
    """
    print(f"hello {number} starts")
    await asyncio.sleep(1)
    print(f"hello {number} ends")


async def greet_side_by_side() -> None:
    """Run two greetings as tasks: both start before one ends.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.awaiting import greet_side_by_side
        >>> asyncio.run(greet_side_by_side())
        hello 1 starts
        hello 2 starts
        hello 1 ends
        hello 2 ends
    """
    async with asyncio.TaskGroup() as group:
        group.create_task(greet(1), name="greeting 1")
        group.create_task(greet(2), name="greeting 2")


async def greet_in_turn() -> None:
    """Await two greetings: the second starts when the first has ended.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.awaiting import greet_in_turn
        >>> asyncio.run(greet_in_turn())
        hello 1 starts
        hello 1 ends
        hello 2 starts
        hello 2 ends
    """
    await greet(1)
    await greet(2)


async def nothing() -> None:
    """Do nothing, and so never suspend.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.awaiting import nothing
        >>> asyncio.run(nothing())
    """


async def block() -> None:
    """Call `time.sleep`, which keeps the thread; this never suspends either.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.awaiting import block
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(block()))
        1.0
    """
    time.sleep(1)


async def ticker() -> AsyncIterator[int]:
    """Yield inside ``async def``: this makes an asynchronous generator function.

    Yields:
        A number, once.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.awaiting import ticker
        >>> async def numbers():
        ...     return [number async for number in ticker()]
        >>> asyncio.run(numbers())
        [1]
    """
    yield 1


class GiveWay:
    """An awaitable of our own: it suspends the task once.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.awaiting import GiveWay, who_goes_first
        >>> asyncio.run(who_goes_first(GiveWay()))
        ['bystander', 'main']
    """

    def __await__(self) -> Generator[None, None, None]:
        """Yield once, up to the event loop."""
        yield


async def who_goes_first(awaitable: Awaitable[object]) -> list[str]:
    """Await something while another task stands ready to run.

    Args:
        awaitable: What to await.

    Returns:
        The two in the order in which they ran. The bystander comes first if the await
        suspended.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.awaiting import who_goes_first
        >>> asyncio.run(who_goes_first(asyncio.sleep(1)))
        ['bystander', 'main']
    """
    log: list[str] = []

    async def bystander() -> None:
        log.append("bystander")

    ready_to_run = asyncio.create_task(bystander())
    await awaitable
    log.append("main")
    await ready_to_run
    return log
