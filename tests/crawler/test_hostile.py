"""A crawl over servers that do everything wrong: each address has the right outcome."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.crawler import hostile
from yieldpoint.crawler import hosts, retry
from yieldpoint.crawler.address import Scope
from yieldpoint.crawler.command import _seed
from yieldpoint.crawler.crawl import Crawl, Settings
from yieldpoint.crawler.fetch import Fetcher
from yieldpoint.crawler.frontier import Frontier, Line
from yieldpoint.crawler.page import is_html


@dataclass
class Crawled:
    """What has come of the crawls."""

    expected: dict[str, hostile.Expected]
    lines: dict[str, Line]
    asked: list[str]


async def _crawl(addresses: list[str], seconds: float) -> list[Line]:
    """Crawl some addresses with a limit of time for each."""
    fetcher = Fetcher(
        "yieldpoint/0",
        seconds,
        hostile.MAX_BODY,
        keep=is_html,
        lookup=hostile.look_up,
        context=hostile.trusting(),
    )
    settings = Settings("yieldpoint/0", concurrency=100, per_host=100)
    with Frontier() as frontier:
        seeds = [_seed(address) for address in addresses]
        right = [link.address for link in seeds if not link.wrong]
        frontier.limits.scope = Scope("host", right)
        frontier.seed(seeds)
        async with fetcher as fetch:
            await Crawl(frontier, fetch, settings).run()
        return list(frontier.lines())


async def _crawl_all(expected: dict[str, hostile.Expected]) -> list[Line]:
    """Crawl the slow ones after the others, which would take their time."""
    quick = [address for address, what in expected.items() if not what[2]]
    slow = [address for address, what in expected.items() if what[2]]
    async with asyncio.timeout(120):
        found = await _crawl(quick, hostile.TIMEOUT)
        return found + await _crawl(slow, hostile.SLOW)


@pytest.fixture(scope="module")
def crawled() -> Iterator[Crawled]:
    """Crawl all servers."""
    with pytest.MonkeyPatch.context() as patch, hostile.running() as (base, expected):
        patch.setattr(hosts, "FIRST_PAUSE", 0.1)
        patch.setattr(retry, "BACK_OFF", 0.1)
        lines = asyncio.run(_crawl_all(expected))
        yield Crawled(expected, {line.url: line for line in lines}, hostile.asked(base))


def test_every_behaviour_has_the_right_outcome(crawled: Crawled) -> None:
    """Every behaviour has the right outcome."""
    assert len(crawled.expected) > 200
    wrong = [
        f"{address}: {outcome}, {reason}, but {crawled.lines.get(address)}"
        for address, (outcome, reason, _) in crawled.expected.items()
        if not (line := crawled.lines.get(address))
        or line.outcome != outcome
        or reason not in (line.error or "")
    ]
    assert not wrong, "\n".join(wrong)


def test_whatever_is_not_well_has_a_reason_in_one_line(crawled: Crawled) -> None:
    """Whatever is not well has a reason in one line."""
    for line in crawled.lines.values():
        if line.outcome not in {"ok", "redirect"}:
            assert line.error
            assert line.error.isprintable()


def test_links_are_found_whatever_the_page_does(crawled: Crawled) -> None:
    """Links are found whatever the page does."""
    leads = {path for each in hostile.SERVER for path in each.leads}
    assert leads <= set(crawled.asked)


def test_what_must_not_be_followed_is_not(crawled: Crawled) -> None:
    """What must not be followed is not."""
    assert not [path for path in crawled.asked if path.startswith("/never")]
