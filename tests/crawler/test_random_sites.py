"""Random sites, hosts and settings: whatever they are, the limits hold to the end."""

import random

import pytest

from tests.crawler.sites import MISSING, Site, crawl, nobody, page, refusal
from yieldpoint.crawler import crawl as module
from yieldpoint.crawler.crawl import Settings
from yieldpoint.crawler.fetch import Answer
from yieldpoint.crawler.frontier import Frontier

RULES = Answer("ok", None, 200, b"User-agent: *\nCrawl-delay: 1\n", kind="text/plain")


def answers(chance: random.Random, addresses: list[str]) -> Answer | list[Answer]:
    """Return what one address answers, one time after the other."""
    links = chance.sample(addresses, min(len(addresses), chance.randint(0, 6)))
    fine = page(*links)
    every: list[Answer | list[Answer]] = [
        fine,
        [refusal(429, chance.choice([None, 0.0, 1.0, 30.0])), fine],
        [refusal(503, chance.choice([None, 2.0])), refusal(503), fine],
        MISSING,
        Answer("redirect", None, 302, location=chance.choice(addresses)),
        [nobody(), fine],
        nobody(),
        Answer("failed", "the server broke the connection", passing=True),
        Answer("too-big", "the body is too large", 200),
    ]
    return chance.choices(every, weights=[70, 5, 5, 5, 5, 3, 2, 2, 3])[0]


@pytest.mark.parametrize("seed", range(60))
def test_limits_hold_on_any_site(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits hold on any site, and every address comes to an outcome."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    monkeypatch.setattr(module, "_IDLE", chance.choice([0, 1000]))
    monkeypatch.setattr(module, "_AHEAD", chance.choice([1, 64]))
    monkeypatch.setattr(module, "_BATCH", chance.choice([1, 100]))
    hosts = [f"http://h{number}" for number in range(chance.randint(1, 6))]
    numbers = range(chance.randint(1, 60))
    addresses = [f"{host}/{number}" for host in hosts for number in numbers]
    site = Site({each: answers(chance, addresses) for each in addresses})
    rules: list[Answer | list[Answer]] = [MISSING, RULES, refusal(503)]
    rules.append([refusal(429, 1.0), MISSING])
    for host in hosts:
        site.answers[f"{host}/robots.txt"] = chance.choices(rules, [6, 2, 1, 1])[0]
    settings = Settings(
        concurrency=chance.choice([1, 3, 20]),
        per_host=chance.choice([1, 2, 8]),
        max_pages=chance.choice([None, None, 10]),
        max_pages_per_host=chance.choice([None, None, 4]),
    )
    starts = chance.sample(addresses, min(3, len(addresses)))
    with Frontier() as frontier:
        frontier.limits.max_depth = chance.choice([None, None, 3])
        lines = crawl(
            site, *starts, frontier=frontier, settings=settings, also=addresses
        )
        left = frontier.not_asked()
    asked = set(site.addresses)
    assert max(site.most.values()) <= min(settings.per_host, settings.concurrency)
    assert len(asked) <= (settings.max_pages or len(asked))
    for host in hosts:
        of_host = [address for address in asked if address.startswith(f"{host}/")]
        assert len(of_host) <= (settings.max_pages_per_host or len(of_host))
    assert not left or settings.max_pages or settings.max_pages_per_host
    for line in lines.values():
        assert line.error or line.outcome in {"ok", "redirect"}
