"""At most so many at once, and at most so many a second."""

import asyncio
import math
from collections import defaultdict
from collections.abc import Iterable

from yieldpoint.examples.fetching import Server

__all__ = [
    "Rate",
    "at_most",
    "fetch_many",
    "few_tasks",
    "limit_outside",
    "no_limit",
    "per_host",
    "start_times",
    "two_at_once",
]


async def at_most(number: int, server: Server, names: Iterable[str]) -> list[str]:
    """Fetch pages, so many at once and no more.

    Args:
        number: How many requests may be open at the same time.
        server: Where from.
        names: Which pages.

    Returns:
        The pages, in the order of the names.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.limits import Server, at_most
        >>> from yieldpoint.examples.timing import seconds
        >>> server = Server()
        >>> asyncio.run(at_most(2, server, ["news", "maps", "mail"]))
        ['page news', 'page maps', 'page mail']
        >>> server.most_open
        2
        >>> asyncio.run(seconds(at_most(2, server, ["maps", "news", "mail"])))
        3.0
        >>> asyncio.run(seconds(at_most(1, server, ["maps", "news", "mail"])))
        6.0
    """
    places = asyncio.Semaphore(number)

    async def fetch(name: str) -> str:
        async with places:
            return await server.fetch(name)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(fetch(name), name=name) for name in names]
    return [task.result() for task in tasks]


async def two_at_once() -> list[str]:
    """Fetch three pages, at most two at once.

    Returns:
        The pages.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.limits import two_at_once
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(two_at_once())
        ['page news', 'page mail', 'page maps']
        >>> asyncio.run(seconds(two_at_once()))
        4.0
    """
    return await at_most(2, Server(), ["news", "mail", "maps"])


async def no_limit(server: Server, names: Iterable[str]) -> None:
    """Make a semaphore for each page, and so limit nothing.

    Args:
        server: Where from.
        names: Which pages.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.limits import Server, no_limit
        >>> server = Server()
        >>> asyncio.run(no_limit(server, ["news", "maps", "mail"]))
        >>> server.most_open
        3
    """

    async def fetch(name: str) -> str:
        async with asyncio.Semaphore(2):
            return await server.fetch(name)

    async with asyncio.TaskGroup() as group:
        for name in names:
            group.create_task(fetch(name))


async def few_tasks(number: int, server: Server, names: Iterable[str]) -> int:
    """Fetch pages, and make each task only when there is a place for it.

    Args:
        number: How many tasks may be there at the same time.
        server: Where from.
        names: Which pages.

    Returns:
        How many tasks there were at most, beside this one.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.limits import Server, few_tasks
        >>> server = Server()
        >>> asyncio.run(few_tasks(10, server, map(str, range(100))))
        10
        >>> server.visits.total(), server.most_open
        (100, 10)
        >>> asyncio.run(few_tasks(10, server, ["mail", "news"]))
        2
        >>> asyncio.run(few_tasks(10, server, []))
        0
    """
    places = asyncio.Semaphore(number)
    counts = []
    async with asyncio.TaskGroup() as group:
        for name in names:
            await places.acquire()
            task = group.create_task(server.fetch(name), name=name)
            task.add_done_callback(lambda _: places.release())
            counts.append(len(asyncio.all_tasks()) - 1)
    return max(counts, default=0)


async def per_host(server: Server, names: Iterable[str]) -> list[str]:
    """Fetch pages, at most one at once from each host.

    Args:
        server: Where from; it stands for all hosts.
        names: The pages, each with its host before a slash.

    Returns:
        The pages, in the order in which they came.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.limits import Server, per_host
        >>> asyncio.run(per_host(Server(), ["a/1", "a/2", "a/3", "b/1"]))
        ['page a/1', 'page b/1', 'page a/2', 'page a/3']
    """
    places: defaultdict[str, asyncio.Semaphore]
    places = defaultdict(lambda: asyncio.Semaphore(1))
    pages = []

    async def fetch(name: str) -> None:
        host, _, _ = name.partition("/")
        async with places[host]:
            pages.append(await server.fetch(name))

    async with asyncio.TaskGroup() as group:
        for name in names:
            group.create_task(fetch(name), name=name)
    return pages


class Rate:
    """A pace: so many turns a second, evenly.

    Args:
        per_second: How many.

    Attributes:
        interval: The seconds from one turn to the next.
        next_turn: When the next turn is free, by the loop's clock.

    Examples:
        >>> from yieldpoint.examples.limits import Rate
        >>> Rate(per_second=4).interval
        0.25
    """

    def __init__(self, per_second: float) -> None:
        """Begin with a turn that is free at once."""
        self.interval = 1 / per_second
        self.next_turn = -math.inf

    async def turn(self) -> None:
        """Take the next turn that is free, and wait for it.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.examples.limits import Rate
            >>> from yieldpoint.examples.timing import seconds
            >>> async def three_turns():
            ...     rate = Rate(per_second=2)
            ...     await asyncio.gather(rate.turn(), rate.turn(), rate.turn())
            >>> asyncio.run(seconds(three_turns()))
            1.0
        """
        now = asyncio.get_running_loop().time()
        my_turn = max(now, self.next_turn)
        self.next_turn = my_turn + self.interval
        await asyncio.sleep(my_turn - now)


async def start_times(
    takes: float, at_once: int, per_second: float = math.inf
) -> list[float]:
    """Make six requests under both kinds of limit, and see when each starts.

    Args:
        takes: How many seconds a request takes.
        at_once: How many may be open at the same time.
        per_second: How many may start a second.

    Returns:
        When each started, in seconds after the first.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.limits import start_times
        >>> asyncio.run(start_times(takes=1, at_once=2))
        [0.0, 0.0, 1.0, 1.0, 2.0, 2.0]
        >>> asyncio.run(start_times(takes=1, at_once=6, per_second=2))
        [0.0, 0.5, 1.0, 1.5, 2.0, 2.5]
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    places = asyncio.Semaphore(at_once)
    rate = Rate(per_second)
    starts = []

    async def request() -> None:
        async with places:
            await rate.turn()
            starts.append(round(loop.time() - began, 1))
            await asyncio.sleep(takes)

    async with asyncio.TaskGroup() as group:
        for _ in range(6):
            group.create_task(request())
    return starts


async def limit_outside(server: Server, names: Iterable[str]) -> list[object]:
    """Fetch pages one at a time, and count the waiting for it as well: a mistake.

    Args:
        server: Where from.
        names: Which pages.

    Returns:
        The pages, or what went wrong.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.limits import Server, limit_outside
        >>> asyncio.run(limit_outside(Server(), ["mail", "mail", "mail"]))
        ['page mail', 'page mail', TimeoutError()]
    """
    places = asyncio.Semaphore(1)

    async def fetch(name: str) -> str:
        async with asyncio.timeout(2.5), places:
            return await server.fetch(name)

    return await asyncio.gather(*map(fetch, names), return_exceptions=True)


async def fetch_many(
    server: Server,
    names: Iterable[str],
    at_once: int = 2,
    limit: float = 5,
    pauses: Iterable[float] = (1, 2),
) -> dict[str, str | Exception]:
    """Fetch pages: at most so many at once, each with a time limit and retries.

    Args:
        server: Where from.
        names: Which pages.
        at_once: How many requests may be open at the same time.
        limit: How many seconds each may take.
        pauses: How many seconds to wait before each further try.

    Returns:
        By name, the page, or the last failure in its place.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.limits import Server, fetch_many
        >>> from yieldpoint.examples.timing import seconds
        >>> server = Server()
        >>> names = ["slow", "gone", "flaky", "news"]
        >>> pages = asyncio.run(fetch_many(server, names))
        >>> for name in names:
        ...     print(name, "->", repr(pages[name]))
        slow -> TimeoutError()
        gone -> ConnectionError('no answer for gone')
        flaky -> 'page flaky'
        news -> 'page news'
        >>> server.visits.total(), server.most_open
        (9, 2)
        >>> asyncio.run(seconds(fetch_many(Server(), names)))
        18.0
        >>> asyncio.run(fetch_many(server, ["gone", "flaky"], pauses=iter([1])))
        {'gone': ConnectionError('no answer for gone'), 'flaky': 'page flaky'}
        >>> server.visits["gone"]
        5
    """
    pauses = tuple(pauses)
    places = asyncio.Semaphore(at_once)

    async def fetch(name: str) -> str | Exception:
        for pause in (*pauses, 0):
            try:
                async with places, asyncio.timeout(limit):
                    return await server.fetch(name)
            except (TimeoutError, ConnectionError) as error:
                failure = error
            await asyncio.sleep(pause)
        return failure

    async with asyncio.TaskGroup() as group:
        tasks = {name: group.create_task(fetch(name), name=name) for name in names}
    return {name: task.result() for name, task in tasks.items()}
