"""Ask a running program what blocks it, and what its tasks wait for."""

import asyncio
import time
from typing import Any

__all__ = ["chain_of", "fetch", "lateness", "print_tasks", "stuck", "worker"]


async def lateness() -> list[str]:
    """Note whenever a task that sleeps for a second is resumed too late.

    Returns:
        When it was, in seconds, and how late.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.finding import lateness
        >>> asyncio.run(lateness())
        ['at 3.5 s: 0.5 s late']
    """
    loop = asyncio.get_running_loop()
    started = loop.time()
    log = []

    async def watch() -> None:
        for _ in range(3):
            expected = loop.time() + 1
            await asyncio.sleep(1)
            if (late := loop.time() - expected) > 0.1:
                now = loop.time() - started
                log.append(f"at {now:.1f} s: {late:.1f} s late")

    async def work() -> None:
        await asyncio.sleep(2.5)
        time.sleep(1)  # this stops the whole loop

    async with asyncio.TaskGroup() as group:
        group.create_task(watch(), name="watch")
        group.create_task(work(), name="work")
    return log


async def fetch(answer: asyncio.Future[str]) -> str:
    """Wait for an answer.

    Args:
        answer: Where it will be.

    Returns:
        The answer.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.finding import fetch
        >>> async def main():
        ...     answer = asyncio.get_running_loop().create_future()
        ...     answer.set_result("welcome")
        ...     return await fetch(answer)
        >>> asyncio.run(main())
        'welcome'
    """
    return await answer


async def worker(answer: asyncio.Future[str]) -> int:
    """Count the letters of an answer.

    Args:
        answer: Where it will be.

    Returns:
        How many there are.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.finding import worker
        >>> async def main():
        ...     answer = asyncio.get_running_loop().create_future()
        ...     answer.set_result("welcome")
        ...     return await worker(answer)
        >>> asyncio.run(main())
        7
    """
    return len(await fetch(answer))


async def stuck() -> asyncio.Task[int]:
    """Start a worker whose answer never comes.

    Returns:
        Its task, which waits.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.finding import stuck
        >>> async def main():
        ...     return (await stuck()).get_name()
        >>> asyncio.run(main())
        'worker'
    """
    answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(worker(answer), name="worker")
    await asyncio.sleep(0)
    return task


def chain_of(task: asyncio.Task[Any]) -> list[str]:
    """Follow a task from its coroutine to what the innermost one waits for.

    Args:
        task: A task that is suspended.

    Returns:
        The names of the coroutines, outermost first, each with the line where it is
        suspended; and at the end the type of what it waits for.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.finding import chain_of, stuck
        >>> async def main():
        ...     return chain_of(await stuck())
        >>> asyncio.run(main())
        ['worker, line ...', 'fetch, line ...', 'FutureIter']
    """
    chain = []
    awaited: Any = task.get_coro()
    while hasattr(awaited, "cr_frame"):
        chain.append(f"{awaited.__name__}, line {awaited.cr_frame.f_lineno}")
        awaited = awaited.cr_await
    return [*chain, type(awaited).__name__]


def print_tasks() -> None:
    """Print what each task of this loop waits for, but for the one that calls this.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.finding import print_tasks, stuck
        >>> async def main():
        ...     task = await stuck()
        ...     print_tasks()
        >>> asyncio.run(main())
        worker: worker, line ...; fetch, line ...; FutureIter
    """
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in sorted(others, key=asyncio.Task.get_name):
        print(f"{task.get_name()}: {'; '.join(chain_of(task))}")
