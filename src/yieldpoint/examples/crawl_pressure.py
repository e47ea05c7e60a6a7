"""Back-pressure in a crawl: a circle that stands still, and places that bound it."""

import asyncio
from collections import deque

from yieldpoint.examples.crawling import Site, links

__all__ = ["in_a_circle", "three_addresses", "with_places"]


# Each page links to two more; the last sixteen link back to the first.
TREE = {
    f"http://site/{page}": f'<a href="{2 * page}"> <a href="{2 * page + 1}">'
    if page < 16
    else '<a href="1">'
    for page in range(1, 32)
}


async def in_a_circle(site: Site, start: str, maxsize: int) -> str:
    """Let workers put what they find into the queue that they take from: a mistake.

    Args:
        site: Where from.
        start: The address to begin with.
        maxsize: How many addresses the queue holds.

    Returns:
        Whether it came to its end within a minute, and how many pages were asked for.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.crawl_pressure import TREE, Site, in_a_circle
        >>> asyncio.run(in_a_circle(Site(TREE), "http://site/1", maxsize=4))
        'stands still after 6 pages'
        >>> asyncio.run(in_a_circle(Site(TREE), "http://site/1", maxsize=0))
        'done after 31 pages'
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(in_a_circle(Site(TREE), "http://site/1", maxsize=4)))
        60.0
    """
    queue: asyncio.Queue[str] = asyncio.Queue(maxsize)
    found = {start}

    async def work() -> None:
        while True:
            address = await queue.get()
            for link in links(await site.fetch(address), address):
                if link not in found:
                    found.add(link)
                    await queue.put(link)
            queue.task_done()

    queue.put_nowait(start)
    workers = [asyncio.create_task(work()) for _ in range(2)]
    try:
        async with asyncio.timeout(60):
            await queue.join()
        return f"done after {len(site.asked)} pages"
    except TimeoutError:
        return f"stands still after {len(site.asked)} pages"
    finally:
        for worker in workers:
            worker.cancel()


async def with_places(places: int, addresses: int) -> int:
    """Fetch faster than the outcomes are written down, within a number of places.

    Args:
        places: How many addresses may be on their way at once.
        addresses: How many there are.

    Returns:
        How many pages waited for the writer at the same time, at most.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.crawl_pressure import with_places
        >>> asyncio.run(with_places(places=3, addresses=100))
        2
        >>> asyncio.run(with_places(places=100, addresses=100))
        66
        >>> asyncio.run(with_places(places=1, addresses=3))
        0
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(with_places(places=3, addresses=100)))
        301.0
    """
    frontier = deque(range(addresses))
    free = asyncio.Semaphore(places)
    jobs: asyncio.Queue[int] = asyncio.Queue()
    results: asyncio.Queue[int] = asyncio.Queue()
    waiting = []

    async def work() -> None:
        while True:
            address = await jobs.get()
            await asyncio.sleep(1)  # the fetch
            await results.put(address)

    async def write() -> None:
        for _ in range(addresses):
            waiting.append(results.qsize())
            await results.get()
            await asyncio.sleep(3)  # a slow disk
            free.release()

    async with asyncio.TaskGroup() as group:
        worker = group.create_task(work(), name="worker")
        writer = group.create_task(write(), name="writer")
        while frontier:
            await free.acquire()
            await jobs.put(frontier.popleft())
        await writer
        worker.cancel()
    return max(waiting, default=0)


async def three_addresses() -> int:
    """Fetch three addresses, of which two may be on their way at once.

    Returns:
        How many pages waited for the writer at the same time, at most.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.crawl_pressure import three_addresses
        >>> asyncio.run(three_addresses())
        1
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(three_addresses()))
        10.0
    """
    return await with_places(places=2, addresses=3)
