"""A future: a place for a result that somebody will put there later."""

import asyncio

__all__ = [
    "answer_twice",
    "ask_too_early",
    "filled_by_a_task",
    "life_of_a_future",
    "promise",
]


async def promise(delay: float, value: int) -> int:
    """Make a future, have a timer fill it, and await it.

    Args:
        delay: When the timer fills it, in seconds.
        value: What the timer puts in.

    Returns:
        What the future held.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.futures import promise
        >>> asyncio.run(promise(2, 42))
        42
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[int] = loop.create_future()
    loop.call_later(delay, future.set_result, value)
    return await future


async def life_of_a_future() -> list[str]:
    """Show a future before and after it has its result.

    Returns:
        Its representation, twice.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.futures import life_of_a_future
        >>> asyncio.run(life_of_a_future())
        ['<Future pending>', '<Future finished result=42>']
    """
    future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    before = repr(future)
    future.set_result(42)
    return [before, repr(future)]


async def ask_too_early() -> None:
    """Ask a future for its result before it has one.

    Raises:
        asyncio.InvalidStateError: The future is pending.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.futures import ask_too_early
        >>> asyncio.run(ask_too_early())
        Traceback (most recent call last):
          ...
        asyncio.exceptions.InvalidStateError: Result is not set.
    """
    asyncio.get_running_loop().create_future().result()


async def answer_twice() -> None:
    """Give a future two results.

    Raises:
        asyncio.InvalidStateError: The future has a result already.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.futures import answer_twice
        >>> asyncio.run(answer_twice())
        Traceback (most recent call last):
          ...
        asyncio.exceptions.InvalidStateError: invalid state
    """
    future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    future.set_result(1)
    future.set_result(2)


async def filled_by_a_task() -> tuple[int, bool]:
    """Await a future that another task fills after a second.

    Returns:
        What the future held, and whether the other task was done when it was read.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.futures import filled_by_a_task
        >>> asyncio.run(filled_by_a_task())
        (42, True)
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(filled_by_a_task()))
        1.0
    """
    future: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def fill() -> None:
        await asyncio.sleep(1)
        future.set_result(42)

    filling = asyncio.create_task(fill(), name="filler")
    return await future, filling.done()
