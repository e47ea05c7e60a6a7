"""What runs while a coroutine sleeps, and while it blocks."""

import asyncio
import time
from collections.abc import Awaitable, Callable

__all__ = ["block", "block_in_thread", "sleep", "ticks_beside", "ticks_while"]


async def sleep(delay: float) -> None:
    """Sleep and let others run.

    Args:
        delay: For how long, in seconds.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.sleeping import sleep
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(sleep(1)))
        1.0
    """
    await asyncio.sleep(delay)


async def block(delay: float) -> None:
    """Sleep and let nobody else run in this thread.

    Args:
        delay: For how long, in seconds.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.sleeping import block
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(block(1)))
        1.0
    """
    time.sleep(delay)


async def block_in_thread(delay: float) -> None:
    """Let another thread block, and wait for it.

    This example needs a thread.

    Args:
        delay: For how long, in seconds.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.sleeping import block_in_thread
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(block_in_thread(1)))
        1.0
    """
    await asyncio.to_thread(time.sleep, delay)


async def ticks_while(awaitable: Awaitable[object]) -> int:
    """Count how often a task gets to run while something is awaited.

    Args:
        awaitable: What to await.

    Returns:
        The ticks of a task that ticks every 0.3 seconds.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.sleeping import sleep, ticks_while
        >>> asyncio.run(ticks_while(sleep(1)))
        3
    """
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.3)
            ticks += 1

    ticking = asyncio.create_task(tick(), name="ticker")
    await awaitable
    ticking.cancel()
    return ticks


async def ticks_beside(job: Callable[[float], Awaitable[object]]) -> int:
    """Count how often a task gets to run beside a job of 0.8 seconds.

    Args:
        job: `sleep`, `block` or `block_in_thread`.

    Returns:
        The ticks.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.sleeping import block, sleep, ticks_beside
        >>> asyncio.run(ticks_beside(sleep)), asyncio.run(ticks_beside(block))
        (2, 0)
    """
    return await ticks_while(job(0.8))
