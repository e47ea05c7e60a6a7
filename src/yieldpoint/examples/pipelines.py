"""Stages that run side by side, and results in their order or as they come."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable
from typing import TypeVar

from yieldpoint.examples.fetching import Server

__all__ = [
    "by_stages",
    "fetched",
    "in_order",
    "in_order_of_names",
    "merged",
    "one_at_a_time",
    "saved",
    "ticks",
    "with_progress",
]

Item = TypeVar("Item")
Result = TypeVar("Result")


async def fetched(names: Iterable[str]) -> AsyncIterator[str]:
    """Fetch pages, one after another: the first stage.

    Args:
        names: Which pages.

    Yields:
        The pages.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.pipelines import fetched
        >>> async def collect():
        ...     return [page async for page in fetched(["news", "mail"])]
        >>> asyncio.run(collect())
        ['page news', 'page mail']
    """
    server = Server()
    for name in names:
        yield await server.fetch(name)


async def saved(pages: AsyncIterator[str]) -> AsyncIterator[str]:
    """Save pages, a second for each: the second stage.

    Args:
        pages: The pages.

    Yields:
        What has been saved.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.pipelines import fetched, saved
        >>> async def collect():
        ...     return [note async for note in saved(fetched(["mail"]))]
        >>> asyncio.run(collect())
        ['saved page mail']
    """
    async for page in pages:
        await asyncio.sleep(1)
        yield f"saved {page}"


async def one_at_a_time(names: list[str]) -> list[str]:
    """Let the second stage ask the first one for each page.

    Args:
        names: Which pages.

    Returns:
        What has been saved.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.pipelines import one_at_a_time
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(one_at_a_time(["mail", "a", "b"]))
        ['saved page mail', 'saved page a', 'saved page b']
        >>> asyncio.run(seconds(one_at_a_time(["mail", "a", "b"])))
        6.0
    """
    return [note async for note in saved(fetched(names))]


async def by_stages(names: list[str]) -> list[str]:
    """Give each stage a task, and put a queue between them.

    Args:
        names: Which pages.

    Returns:
        What has been saved.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.pipelines import by_stages
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(by_stages(["mail", "a", "b"]))
        ['saved page mail', 'saved page a', 'saved page b']
        >>> asyncio.run(seconds(by_stages(["mail", "a", "b"])))
        4.0
    """
    queue: asyncio.Queue[str | None] = asyncio.Queue(maxsize=1)
    notes = []

    async def fetch() -> None:
        async for page in fetched(names):
            await queue.put(page)
        await queue.put(None)  # no more

    async def save() -> None:
        while (page := await queue.get()) is not None:
            await asyncio.sleep(1)
            notes.append(f"saved {page}")

    async with asyncio.TaskGroup() as group:
        group.create_task(fetch(), name="fetch")
        group.create_task(save(), name="save")
    return notes


async def in_order(
    function: Callable[[Item], Awaitable[Result]], items: Iterable[Item], at_once: int
) -> AsyncGenerator[Result, None]:
    """Call a coroutine function for each item, and yield the results in their order.

    Args:
        function: What to call.
        items: With what; the next one is taken when there is a place for it.
        at_once: How many results may be under way, or wait for one before them.

    Yields:
        The results, in the order of the items.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.pipelines import Server, in_order
        >>> async def collect():
        ...     fetch = Server().fetch
        ...     return [page async for page in in_order(fetch, ["a"], at_once=2)]
        >>> asyncio.run(collect())
        ['page a']
        >>> from contextlib import aclosing
        >>> async def take_the_first():
        ...     pages = in_order(Server().fetch, ["maps", "slow", "a"], at_once=2)
        ...     async with aclosing(pages):
        ...         return await anext(pages), len(asyncio.all_tasks())
        >>> asyncio.run(take_the_first())
        ('page maps', 2)
    """
    waiting: deque[asyncio.Future[Result]] = deque()
    try:
        for item in items:
            waiting.append(asyncio.ensure_future(function(item)))
            if len(waiting) == at_once:
                yield await waiting.popleft()
        while waiting:
            yield await waiting.popleft()
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def in_order_of_names(names: list[str]) -> list[str]:
    """Fetch pages, two at once, and print each when its turn has come.

    Args:
        names: Which pages.

    Returns:
        The page and the second at which its turn came, for each name.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.pipelines import in_order_of_names
        >>> asyncio.run(in_order_of_names(["maps", "news", "mail"]))
        ['page maps after 3 s', 'page news after 3 s', 'page mail after 4 s']
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    return [
        f"{page} after {loop.time() - began:.0f} s"
        async for page in in_order(Server().fetch, names, at_once=2)
    ]


async def ticks(name: str, seconds: float, number: int) -> AsyncIterator[str]:
    """Yield something every so many seconds.

    Args:
        name: What it is called.
        seconds: How long each takes to come.
        number: How many come.

    Yields:
        The name with a number.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.pipelines import ticks
        >>> async def collect():
        ...     return [tick async for tick in ticks("a", 1, 2)]
        >>> asyncio.run(collect())
        ['a 1', 'a 2']
    """
    for count in range(1, number + 1):
        await asyncio.sleep(seconds)
        yield f"{name} {count}"


async def merged(*sources: AsyncIterator[str]) -> list[str]:
    """Go through several asynchronous iterators at once.

    Args:
        sources: The iterators.

    Returns:
        What came out of all of them, in the order in which it came.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.pipelines import merged, ticks
        >>> asyncio.run(merged(ticks("a", 2, 2), ticks("b", 3, 1)))
        ['a 1', 'b 1', 'a 2']
    """
    queue: asyncio.Queue[str | None] = asyncio.Queue(maxsize=1)
    things = []

    async def drain(source: AsyncIterator[str]) -> None:
        async for thing in source:
            await queue.put(thing)

    async def drain_all() -> None:
        async with asyncio.TaskGroup() as group:
            for number, source in enumerate(sources, start=1):
                group.create_task(drain(source), name=f"source {number}")
        await queue.put(None)  # all have ended

    async with asyncio.TaskGroup() as group:
        group.create_task(drain_all(), name="all sources")
        while (thing := await queue.get()) is not None:
            things.append(thing)
    return things


async def with_progress(names: list[str]) -> None:
    """Fetch pages at once, and print after each how many are there.

    Args:
        names: Which pages.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.pipelines import with_progress
        >>> asyncio.run(with_progress(["maps", "news", "mail"]))
        1 of 3: page mail
        2 of 3: page news
        3 of 3: page maps
    """
    server = Server()
    requests = [server.fetch(name) for name in names]
    for number, next_page in enumerate(asyncio.as_completed(requests), start=1):
        print(f"{number} of {len(names)}: {await next_page}")
