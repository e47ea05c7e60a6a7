"""The same crawl by several programs: from one page on, each address once.

Only `yieldpoint.crawler` asks for ``robots.txt``, keeps all that it finds in a file,
and does what else a crawler should; Scrapy does some of it. The two others are what one
writes in an afternoon. All but Scrapy read pages with the same parser.

Examples:
    >>> from yieldpoint.benchmarks.crawlers import CRAWLERS
    >>> list(CRAWLERS)
    ['aiohttp', 'yieldpoint.crawler', 'bare sockets', 'Scrapy']
"""

import asyncio
import io
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import aiohttp
from turbohtml import parse

from yieldpoint.crawler import command

__all__ = ["CRAWLERS"]

_Get = Callable[[str], Awaitable[bytes]]


async def _in_an_afternoon(
    start: str, places: int, open_one: Callable[[AsyncExitStack], Awaitable[_Get]]
) -> int:
    """Crawl with some workers and a queue, and return the number of pages."""
    seen, queue = {start}, asyncio.Queue[str]()
    queue.put_nowait(start)

    async def work(get: _Get) -> None:
        while True:
            address = await queue.get()
            for link in parse(await get(address)).find_all("a"):
                target = urldefrag(urljoin(address, link.attr("href") or "")).url
                if target not in seen:
                    seen.add(target)
                    queue.put_nowait(target)
            queue.task_done()

    async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
        workers = [
            group.create_task(work(await open_one(stack))) for _ in range(places)
        ]
        await queue.join()
        for worker in workers:
            worker.cancel()
    return len(seen)


async def _by_aiohttp(start: str, places: int) -> int:
    connector = aiohttp.TCPConnector(limit=places)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def get(address: str) -> bytes:
            async with session.get(address) as response:
                return await response.read()

        async def open_one(_: AsyncExitStack) -> _Get:
            return get

        return await _in_an_afternoon(start, places, open_one)


async def _by_sockets(start: str, places: int) -> int:
    """Speak as much HTTP as this one server does, over a connection a worker."""

    async def open_one(stack: AsyncExitStack) -> _Get:
        host = urlsplit(start)
        reader, writer = await asyncio.open_connection(host.hostname, host.port)
        stack.callback(writer.close)

        async def get(address: str) -> bytes:
            path = urlsplit(address).path.encode()
            writer.write(b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n" % path)
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.partition(b"Content-Length: ")[2].partition(b"\r")[0]
            return await reader.readexactly(int(length))

        return get

    return await _in_an_afternoon(start, places, open_one)


def _by_yieldpoint(start: str, places: int) -> int:
    """Crawl as people do, by the command, with the frontier in a file."""
    with tempfile.TemporaryDirectory() as folder:
        state = str(Path(folder, "state"))
        options = [f"--concurrency={places}", f"--per-host={places}", "--state", state]
        with redirect_stdout(io.StringIO()) as report:
            command.main([start, *options])
    counts = report.getvalue().partition(": ")[2]  # "3,000 addresses: 3,000 ok"
    return int(counts.partition(" ok")[0].replace(",", ""))


def _by_scrapy(start: str, places: int) -> int:
    """Crawl as Scrapy does by itself, but for its log and its limit for a host."""
    scrapy: Any = import_module("scrapy")
    crawler: Any = import_module("scrapy.crawler")
    pages: set[str] = set()  # Scrapy asks twice for where it starts

    class Spider(scrapy.Spider):  # type: ignore[misc] # it may not be installed
        name, start_urls = "spider", (start,)

        def parse(self, response: Any) -> Any:  # noqa: ANN401 - as Scrapy has it
            pages.add(response.url)
            for link in response.css("a::attr(href)").getall():
                yield response.follow(link)

    process = crawler.CrawlerProcess(
        {
            "LOG_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
            "DOWNLOAD_DELAY": 0,
            "CONCURRENT_REQUESTS": places,
            "CONCURRENT_REQUESTS_PER_DOMAIN": places,
        }
    )
    process.crawl(Spider)
    process.start()
    return len(pages)


#: What crawls from an address, with so many places, and returns the number of pages.
CRAWLERS: dict[str, Callable[[str, int], int]] = {
    "aiohttp": lambda *of: asyncio.run(_by_aiohttp(*of)),
    "yieldpoint.crawler": _by_yieldpoint,
    "bare sockets": lambda *of: asyncio.run(_by_sockets(*of)),
    "Scrapy": _by_scrapy,
}
