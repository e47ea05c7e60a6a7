"""A crawler in twenty lines, and the site that it crawls: a function on the clock."""

import asyncio
import re
from collections.abc import Mapping
from urllib.parse import urljoin

from yieldpoint.examples.timeouts import StatusError

__all__ = ["Site", "crawl", "links"]

PAGES = {
    "http://site/": '<a href="/news"> <a href="/maps">',
    "http://site/news": '<a href="/"> <a href="/mail">',
    "http://site/maps": '<a href="news">',
    "http://site/mail": "no links",
}


class Site:
    """A site that is a function on the clock: no socket, no other machine.

    A page takes a second, and one whose address ends with "/slow" takes twenty. The
    page "calendar?month=3" has a link to month 4, and so on for ever.

    Args:
        pages: The other pages, by their addresses.

    Attributes:
        asked: The addresses that have been asked for, in order.
        open: How many requests are open.
        most_open: How many were open at the same time, at most.

    Examples:
        >>> from yieldpoint.examples.crawling import Site
        >>> Site({}).asked
        []
    """

    def __init__(self, pages: Mapping[str, str]) -> None:
        """Make one that nobody has visited."""
        self.pages = pages
        self.asked: list[str] = []
        self.open = 0
        self.most_open = 0

    async def fetch(self, address: str) -> str:
        """Answer a request for a page, after a while.

        Args:
            address: The page's address.

        Returns:
            The page.

        Raises:
            StatusError: There is no such page.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.examples.crawling import PAGES, Site
            >>> from yieldpoint.examples.timing import seconds
            >>> site = Site(PAGES)
            >>> asyncio.run(site.fetch("http://site/maps"))
            '<a href="news">'
            >>> asyncio.run(site.fetch("http://site/mail"))
            'no links'
            >>> asyncio.run(site.fetch("http://site/calendar?month=3"))
            '<a href="http://site/calendar?month=4">'
            >>> asyncio.run(site.fetch("http://site/gone"))
            Traceback (most recent call last):
              ...
            yieldpoint.examples.timeouts.StatusError: 404
            >>> len(site.asked), site.open, site.most_open
            (4, 0, 1)
            >>> slow = Site({"http://site/slow": "at last"})
            >>> asyncio.run(seconds(slow.fetch("http://site/slow")))
            20.0
            >>> asyncio.run(seconds(site.fetch("http://site/mail")))
            1.0
        """
        self.asked.append(address)
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            await asyncio.sleep(20 if address.endswith("/slow") else 1)
        finally:
            self.open -= 1
        page, _, month = address.partition("?month=")
        if month:
            return f'<a href="{page}?month={int(month) + 1}">'
        if address not in self.pages:
            raise StatusError(404)
        return self.pages[address]


def links(html: str, address: str) -> list[str]:
    """Return where a page's links lead.

    Args:
        html: The page.
        address: Its address.

    Returns:
        The addresses, in the order of the page.

    Examples:
        >>> from yieldpoint.examples.crawling import links
        >>> links('<a href="b"> <a href="/c">', "http://site/x/a")
        ['http://site/x/b', 'http://site/c']
    """
    return [urljoin(address, target) for target in re.findall('href="(.*?)"', html)]


async def crawl(site: Site, start: str) -> list[str]:
    """Fetch a page and all that its links lead to, a task each.

    Args:
        site: Where from.
        start: The address to begin with.

    Returns:
        The addresses, in the order in which they were found.

    Raises:
        ExceptionGroup: At least one page could not be fetched.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.crawling import PAGES, Site, crawl
        >>> from yieldpoint.examples.timing import seconds
        >>> for address in asyncio.run(crawl(Site(PAGES), "http://site/")):
        ...     print(address)
        http://site/
        http://site/news
        http://site/maps
        http://site/mail
        >>> asyncio.run(seconds(crawl(Site(PAGES), "http://site/")))
        3.0
    """
    found = [start]

    async def visit(address: str) -> None:
        for link in links(await site.fetch(address), address):
            if link not in found:
                found.append(link)
                group.create_task(visit(link), name=link)

    async with asyncio.TaskGroup() as group:
        group.create_task(visit(start), name=start)
    return found
