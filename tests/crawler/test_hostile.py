"""A crawl over servers that do everything wrong: each address has the right outcome."""

import asyncio

import pytest

from tests.crawler import hostile
from yieldpoint.crawler import hosts, retry
from yieldpoint.crawler.address import Scope
from yieldpoint.crawler.command import _seed
from yieldpoint.crawler.crawl import Crawl, Settings
from yieldpoint.crawler.fetch import Fetcher
from yieldpoint.crawler.frontier import Frontier, Line
from yieldpoint.crawler.page import is_html


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


def test_every_behaviour_has_the_right_outcome(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every behaviour has the right outcome, a reason in one line, and its links.

    It is one test, because each process that runs one of several would crawl all.
    """
    monkeypatch.setattr(hosts, "FIRST_PAUSE", 0.1)
    monkeypatch.setattr(retry, "BACK_OFF", 0.1)
    with hostile.running() as (base, expected):
        lines = asyncio.run(_crawl_all(expected))
        asked = hostile.asked(base)
    assert len(expected) > 400
    found = {line.url: line for line in lines}
    wrong = [
        f"{address}: {outcome}, {reason}, but {found.get(address)}"
        for address, (outcome, reason, _) in expected.items()
        if not (line := found.get(address))
        or line.outcome != outcome
        or reason not in (line.error or "")
    ]
    assert not wrong, "\n".join(wrong)
    for line in lines:
        if line.outcome not in {"ok", "redirect"}:
            assert line.error
            assert line.error.isprintable()
    # Links are found whatever the page does, and some must not be followed.
    leads = {path for each in hostile.SERVER for path in each.leads}
    assert leads <= set(asked)
    assert not [path for path in asked if path.startswith("/never")]
