"""Producers and workers with a queue between them, and how they end."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator

from yieldpoint.examples.fetching import Server

__all__ = [
    "back_pressure",
    "by_sentinel",
    "by_workers",
    "consume",
    "forget_task_done",
    "get_unless",
    "items",
    "names_for_ever",
    "produce",
    "take_from",
]


async def by_workers(
    server: Server, names: Iterable[str], workers: int
) -> dict[str, str]:
    """Fetch pages by a fixed number of workers.

    Args:
        server: Where from.
        names: Which pages.
        workers: How many workers.

    Returns:
        By name, the page or what went wrong.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.queues import Server, by_workers
        >>> from yieldpoint.examples.timing import seconds
        >>> server = Server()
        >>> names = ["maps", "mail", "gone", "news"]
        >>> results = asyncio.run(by_workers(server, names, workers=2))
        >>> for name in names:
        ...     print(name, results[name])
        maps page maps
        mail page mail
        gone no answer for gone
        news page news
        >>> server.most_open
        2
        >>> asyncio.run(seconds(by_workers(server, names, workers=2)))
        4.0
    """
    queue: asyncio.Queue[str] = asyncio.Queue()
    results: dict[str, str] = {}

    async def work() -> None:
        while True:
            name = await queue.get()
            try:
                results[name] = await server.fetch(name)
            except ConnectionError as error:
                results[name] = str(error)
            finally:
                queue.task_done()

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work()) for _ in range(workers)]
        for name in names:
            queue.put_nowait(name)
        await queue.join()
        for task in tasks:
            task.cancel()
    return results


async def produce(queue: asyncio.Queue[int]) -> None:
    """Put three numbers into a queue.

    Args:
        queue: The queue.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.queues import produce
        >>> asyncio.run(produce(asyncio.Queue()))
        put 1
        put 2
        put 3
    """
    for number in (1, 2, 3):
        await queue.put(number)
        print(f"put {number}")


async def consume(queue: asyncio.Queue[int]) -> None:
    """Take three numbers out of a queue, and work two seconds on each.

    Args:
        queue: The queue.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.queues import consume
        >>> async def numbers():
        ...     queue = asyncio.Queue()
        ...     for number in (5, 6, 7):
        ...         queue.put_nowait(number)
        ...     await consume(queue)
        >>> asyncio.run(numbers())
        done with 5
        done with 6
        done with 7
    """
    for _ in range(3):
        number = await queue.get()
        await asyncio.sleep(2)
        print(f"done with {number}")


async def back_pressure(maxsize: int) -> None:
    """Let a producer run beside a consumer who is slower.

    Args:
        maxsize: How many items the queue holds; 0 is any number.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.queues import back_pressure
        >>> asyncio.run(back_pressure(maxsize=1))
        put 1
        put 2
        done with 1
        put 3
        done with 2
        done with 3
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(back_pressure(maxsize=0)))
        put 1
        put 2
        put 3
        done with 1
        done with 2
        done with 3
        6.0
    """
    queue: asyncio.Queue[int] = asyncio.Queue(maxsize)
    async with asyncio.TaskGroup() as group:
        group.create_task(produce(queue), name="producer")
        group.create_task(consume(queue), name="consumer")


def names_for_ever() -> Iterator[str]:
    """Make up names of pages, one when it is asked for.

    Yields:
        A name.

    Examples:
        >>> from yieldpoint.examples.queues import names_for_ever
        >>> names = names_for_ever()
        >>> next(names), next(names)
        ('page 1', 'page 2')
    """
    number = 1
    while True:
        yield f"page {number}"
        number += 1


async def take_from(source: Iterator[str], seconds: float) -> tuple[int, int]:
    """Let two workers work on a source, which may be endless, until time is up.

    Args:
        source: Makes names of pages.
        seconds: How long.

    Returns:
        How many names were taken from the source, and how many pages were fetched.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.queues import names_for_ever, take_from
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(take_from(names_for_ever(), seconds=10.5))
        (24, 20)
        >>> asyncio.run(take_from(iter(["mail", "news"]), seconds=10.5))
        (2, 2)
        >>> asyncio.run(seconds(take_from(names_for_ever(), seconds=3)))
        3.0
    """
    queue: asyncio.Queue[str] = asyncio.Queue(maxsize=1)
    server = Server()
    taken = fetched = 0

    async def produce() -> None:
        nonlocal taken
        for name in source:
            taken += 1
            await queue.put(name)

    async def work() -> None:
        nonlocal fetched
        while True:
            await server.fetch(await queue.get())
            fetched += 1

    try:
        async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
            for coroutine in (produce(), work(), work()):
                group.create_task(coroutine)
    except TimeoutError:
        pass
    return taken, fetched


async def items(queue: asyncio.Queue[str | None]) -> AsyncGenerator[str, None]:
    """Go through a queue until None comes out of it.

    Args:
        queue: The queue.

    Yields:
        The items.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.queues import items
        >>> async def go_through():
        ...     queue = asyncio.Queue()
        ...     loop = asyncio.get_running_loop()
        ...     loop.call_later(1, queue.put_nowait, "news")
        ...     loop.call_later(2, queue.put_nowait, None)
        ...     return [item async for item in items(queue)]
        >>> asyncio.run(go_through())
        ['news']
    """
    while (item := await queue.get()) is not None:
        yield item


async def by_sentinel(names: Iterable[str], workers: int) -> list[str]:
    """Fetch pages by workers who go home when they take None out of the queue.

    Args:
        names: The pages.
        workers: How many workers.

    Returns:
        What the workers did.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.queues import by_sentinel
        >>> from yieldpoint.examples.timing import seconds
        >>> for line in asyncio.run(by_sentinel(["news", "mail"], workers=2)):
        ...     print(line)
        page mail
        a worker goes home
        page news
        a worker goes home
        >>> asyncio.run(seconds(by_sentinel(["news", "mail"], workers=1)))
        3.0
    """
    queue: asyncio.Queue[str | None] = asyncio.Queue(maxsize=2)
    server = Server()
    log = []

    async def work() -> None:
        while (name := await queue.get()) is not None:
            log.append(await server.fetch(name))
        log.append("a worker goes home")

    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(work())
        for name in names:
            await queue.put(name)
        for _ in range(workers):
            await queue.put(None)
    return log


async def get_unless(stop: asyncio.Event, queue: asyncio.Queue[str]) -> str | None:
    """Wait for an item, or for the end.

    Args:
        stop: What is set at the end.
        queue: Where the item comes from.

    Returns:
        The item, or None if the end came first.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.queues import get_unless
        >>> async def both():
        ...     stop, queue = asyncio.Event(), asyncio.Queue()
        ...     stop.set()
        ...     queue.put_nowait("item")
        ...     return await get_unless(stop, queue), await get_unless(stop, queue)
        >>> asyncio.run(both())
        ('item', None)
    """
    getting = asyncio.create_task(queue.get())
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([getting, stopping], return_when=asyncio.FIRST_COMPLETED)
        return getting.result() if getting.done() else None
    finally:
        getting.cancel()
        stopping.cancel()


async def forget_task_done(names: Iterable[str]) -> str:
    """Let a failure come between taking a name and calling ``task_done``.

    Args:
        names: The pages.

    Returns:
        Whether ``join`` returned within ten seconds, and what became of the worker.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.queues import forget_task_done
        >>> asyncio.run(forget_task_done(["mail", "gone", "news"]))
        "join waits; the worker: ConnectionError('no answer for gone')"
        >>> asyncio.run(forget_task_done(["mail"]))
        'all done'
    """
    queue: asyncio.Queue[str] = asyncio.Queue()
    server = Server()

    async def work() -> None:
        while True:
            await server.fetch(await queue.get())
            queue.task_done()

    for name in names:
        queue.put_nowait(name)
    worker = asyncio.create_task(work())
    try:
        async with asyncio.timeout(10):
            await queue.join()
    except TimeoutError:
        return f"join waits; the worker: {worker.exception()!r}"
    return "all done"
