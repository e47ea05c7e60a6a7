"""Two jobs that wait, one for a second and one for two, run in four ways.

Waiting stands for a job that is done elsewhere: a server that answers, a timer.
"""

import asyncio
import time

__all__ = ["blocking_in_tasks", "in_tasks", "in_threads", "many", "one_after_another"]


async def one_after_another() -> None:
    """Wait for the first job, then start and wait for the second.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.timing import seconds
        >>> from yieldpoint.examples.waiting import one_after_another
        >>> asyncio.run(seconds(one_after_another()))
        3.0
    """
    await asyncio.sleep(1)
    await asyncio.sleep(2)


async def in_tasks() -> None:
    """Wait for both jobs at once, in two tasks of one thread.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.timing import seconds
        >>> from yieldpoint.examples.waiting import in_tasks
        >>> asyncio.run(seconds(in_tasks()))
        2.0
    """
    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.sleep(1), name="A")
        group.create_task(asyncio.sleep(2), name="B")


async def in_threads() -> None:
    """Wait for both jobs at once, in two threads that each block.

    This example needs threads.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.timing import seconds
        >>> from yieldpoint.examples.waiting import in_threads
        >>> asyncio.run(seconds(in_threads()))
        2.0
    """
    await asyncio.gather(
        asyncio.to_thread(time.sleep, 1),
        asyncio.to_thread(time.sleep, 2),
    )


async def blocking_in_tasks() -> None:
    """Block in two tasks: neither can wait while the other does.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.timing import seconds
        >>> from yieldpoint.examples.waiting import blocking_in_tasks
        >>> asyncio.run(seconds(blocking_in_tasks()))
        3.0
    """

    async def block(delay: float) -> None:
        time.sleep(delay)

    async with asyncio.TaskGroup() as group:
        group.create_task(block(1), name="A")
        group.create_task(block(2), name="B")


async def many(number: int) -> None:
    """Wait for a second in each of many tasks at once.

    Args:
        number: How many tasks.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.timing import seconds
        >>> from yieldpoint.examples.waiting import many
        >>> asyncio.run(seconds(many(1_000)))
        1.0
    """
    async with asyncio.TaskGroup() as group:
        for _ in range(number):
            group.create_task(asyncio.sleep(1))
