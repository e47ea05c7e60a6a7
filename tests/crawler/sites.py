"""A site that is a function, for crawls on the clock: no socket, and no time passes."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from yieldpoint import clock
from yieldpoint.crawler.address import Scope
from yieldpoint.crawler.crawl import Crawl, Settings
from yieldpoint.crawler.fetch import Answer
from yieldpoint.crawler.frontier import Frontier, Line

MISSING = Answer("http-error", "status 404", 404)


def page(*links: str, size: int = 0) -> Answer:
    """Return a page with links."""
    body = "".join(f"<a href={link}>to {link}</a>" for link in links) + " " * size
    return Answer("ok", None, 200, body.encode(), len(body), kind="text/html")


def refusal(status: int, wait: float | None = None) -> Answer:
    """Return the answer of a host that has had enough."""
    return Answer("http-error", f"status {status}", status, wait=wait, passing=True)


def nobody() -> Answer:
    """Return how it ends if nobody is there."""
    return Answer("failed", "connection refused", passing=True, unreachable=True)


@dataclass
class Site:
    """What answers, and what it was asked when.

    What an address maps to is an answer, several of them in turn, the last of which
    stays, or a function of the address.
    """

    answers: dict[str, Answer | list[Answer] | Callable[[str], Answer]]
    seconds: float = 0.1  # for each answer
    asked: list[tuple[float, str]] = field(default_factory=list)
    running: dict[str, int] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)

    async def __call__(
        self, address: str, *, method: str = "GET", read: bool = True, **_: int
    ) -> Answer:
        """Answer after a while."""
        host = "/".join(address.split("/")[:3])
        words = "" if method == "GET" else f"{method} "
        words += "" if read else "HEADERS "
        self.asked.append((asyncio.get_running_loop().time(), words + address))
        self.running[host] = self.running.get(host, 0) + 1
        self.most[host] = max(self.most.get(host, 0), self.running[host])
        await asyncio.sleep(self.seconds)
        self.running[host] -= 1
        answer = self.answers.get(address, MISSING)
        if isinstance(answer, list):
            return answer.pop(0) if len(answer) > 1 else answer[0]
        return answer if isinstance(answer, Answer) else answer(address)

    @property
    def addresses(self) -> list[str]:
        """What it was asked, without robots.txt."""
        return [each for _, each in self.asked if not each.endswith("/robots.txt")]

    def times(self, address: str) -> list[float]:
        """When it was asked for an address."""
        return [time for time, each in self.asked if each == address]


def crawl(  # noqa: PLR0913 - whatever a test wants to say
    site: Site,
    *seeds: str,
    frontier: Frontier | None = None,
    settings: Settings | None = None,
    external: bool = False,
    max_depth: int | None = None,
    also: Iterable[str] = (),
) -> dict[str, Line]:
    """Crawl a site on the clock, and return what has become of each address."""
    own = frontier or Frontier()
    own.limits.scope = Scope("host", [*own.seeds(), *seeds, *also])
    own.limits.external = external
    own.limits.max_depth = max_depth or own.limits.max_depth
    own.seed(seeds)
    clock.run(run(own, site, settings or Settings()))
    lines = {line.url: line for line in own.lines()}
    if frontier is None:
        own.__exit__()
    return lines


async def run(frontier: Frontier, site: Site, settings: Settings) -> None:
    """Crawl with a limit of time: an hour on the clock."""
    async with asyncio.timeout(3600):
        await Crawl(frontier, site, settings).run()
