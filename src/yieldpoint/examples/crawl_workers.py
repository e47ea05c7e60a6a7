"""A crawl by a fixed number of workers: how it goes on, and when it is at its end."""

import asyncio

from yieldpoint.examples.crawling import PAGES, Site, links
from yieldpoint.examples.timeouts import StatusError

__all__ = ["by_workers", "two_workers", "until_empty", "visit"]

SECONDS = 5


async def visit(site: Site, address: str) -> tuple[str, list[str]]:
    """Fetch a page, and turn all that may happen into an outcome.

    Args:
        site: Where from.
        address: Which page.

    Returns:
        The outcome, and where the page's links lead.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.crawl_workers import PAGES, Site, visit
        >>> site = Site(PAGES)
        >>> asyncio.run(visit(site, "http://site/maps"))
        ('ok', ['http://site/news'])
        >>> asyncio.run(visit(site, "http://site/gone"))
        ('status 404', [])
        >>> asyncio.run(visit(site, "http://site/slow"))
        ('no answer after 5 s', [])
    """
    try:
        async with asyncio.timeout(SECONDS):
            return "ok", links(await site.fetch(address), address)
    except TimeoutError:
        return f"no answer after {SECONDS} s", []
    except StatusError as error:
        return f"status {error.status}", []


async def by_workers(site: Site, start: str, workers: int) -> dict[str, str]:
    """Fetch a page and all that its links lead to, by a fixed number of workers.

    Args:
        site: Where from.
        start: The address to begin with.
        workers: How many workers.

    Returns:
        An outcome for each address.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.crawl_workers import PAGES, Site, by_workers
        >>> from yieldpoint.examples.timing import seconds
        >>> site = Site(PAGES)
        >>> outcomes = asyncio.run(by_workers(site, "http://site/", workers=2))
        >>> for address, outcome in outcomes.items():
        ...     print(outcome, address)
        ok http://site/
        ok http://site/news
        ok http://site/maps
        ok http://site/mail
        >>> len(site.asked), site.most_open
        (4, 2)
        >>> asyncio.run(seconds(by_workers(site, "http://site/", workers=2)))
        3.0
        >>> asyncio.run(seconds(by_workers(site, "http://site/", workers=1)))
        4.0
        >>> broken = Site({"http://site/": '<a href="/slow"> <a href="/gone">'})
        >>> asyncio.run(by_workers(broken, "http://site/", workers=1))["http://site/gone"]
        'status 404'
    """
    queue: asyncio.Queue[str] = asyncio.Queue()
    outcomes = {start: "queued"}
    queue.put_nowait(start)

    async def work() -> None:
        while True:
            address = await queue.get()
            outcome, found = await visit(site, address)
            for link in found:
                if link not in outcomes:
                    outcomes[link] = "queued"
                    queue.put_nowait(link)
            outcomes[address] = outcome
            queue.task_done()

    async with asyncio.TaskGroup() as group:
        names = [f"worker {number}" for number in range(1, workers + 1)]
        tasks = [group.create_task(work(), name=name) for name in names]
        await queue.join()
        for task in tasks:
            task.cancel()
    return outcomes


async def two_workers() -> int:
    """Crawl four pages by two workers.

    Returns:
        How many requests were open at the same time, at most.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.crawl_workers import two_workers
        >>> asyncio.run(two_workers())
        2
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(two_workers()))
        3.0
    """
    site = Site(PAGES)
    await by_workers(site, "http://site/", workers=2)
    return site.most_open


async def until_empty(site: Site, start: str, workers: int) -> list[str]:
    """Let workers go home as soon as nothing is queued: a mistake.

    Args:
        site: Where from.
        start: The address to begin with.
        workers: How many workers.

    Returns:
        Which worker fetched which page.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.crawl_workers import PAGES, Site, until_empty
        >>> log = asyncio.run(until_empty(Site(PAGES), "http://site/", workers=2))
        >>> for line in log:
        ...     print(line)
        worker 1: http://site/
        worker 2: nothing to do
        worker 1: http://site/news
        worker 1: http://site/maps
        worker 1: http://site/mail
        worker 1: nothing to do
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(until_empty(Site(PAGES), "http://site/", workers=2)))
        4.0
    """
    queue: asyncio.Queue[str] = asyncio.Queue()
    found = {start}
    queue.put_nowait(start)
    log = []

    async def work(name: str) -> None:
        while not queue.empty():
            address = await queue.get()
            log.append(f"{name}: {address}")
            for link in links(await site.fetch(address), address):
                if link not in found:
                    found.add(link)
                    queue.put_nowait(link)
        log.append(f"{name}: nothing to do")

    async with asyncio.TaskGroup() as group:
        for number in range(1, workers + 1):
            group.create_task(work(f"worker {number}"))
    return log
