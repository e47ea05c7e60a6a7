"""How long something takes, by the clock of the event loop."""

import asyncio
from collections.abc import Awaitable

__all__ = ["seconds"]


async def seconds(awaitable: Awaitable[object]) -> float:
    """Await something and tell how long that took.

    Args:
        awaitable: What to await. Its result is dropped.

    Returns:
        The time by the running loop's clock, in seconds, rounded to a tenth.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(asyncio.sleep(2)))
        2.0
        >>> asyncio.run(seconds(asyncio.sleep(0.26)))
        0.3
    """
    loop = asyncio.get_running_loop()
    started = loop.time()
    await awaitable
    return round(loop.time() - started, 1)
