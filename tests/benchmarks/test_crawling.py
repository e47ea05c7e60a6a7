"""Crawls that are measured: each crawler sees the whole site."""

import asyncio
import io
import runpy
import sys
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from yieldpoint.benchmarks import crawling, machine, website
from yieldpoint.benchmarks.crawlers import CRAWLERS

PAGES = 50


def scrapy() -> dict[str, ModuleType]:
    """Return a stand-in for Scrapy: as much of it as is used."""

    class Response:
        def __init__(self, url: str) -> None:
            self.url = url
            with urllib.request.urlopen(url) as answer:  # noqa: S310 - it is http
                self.text = answer.read().decode()

        def follow(self, link: str) -> str:
            return urllib.parse.urljoin(self.url, link)

        def css(self, _: str) -> Any:  # noqa: ANN401 - as Scrapy has it
            links = [part.partition("'")[0] for part in self.text.split("href='")[1:]]
            return SimpleNamespace(getall=lambda: links)

    class Process:
        def __init__(self, settings: dict[str, Any]) -> None:
            assert settings["CONCURRENT_REQUESTS"] == 5

        def crawl(self, spider: type) -> None:
            self.spider: Any = spider()

        def start(self) -> None:
            todo, seen = [*self.spider.start_urls], set[str]()
            while todo:
                for target in self.spider.parse(Response(todo.pop())):
                    if target not in seen:
                        seen.add(target)
                        todo.append(target)

    module, crawler = ModuleType("scrapy"), ModuleType("scrapy.crawler")
    module.__spec__ = ModuleSpec("scrapy", None)
    vars(module)["Spider"], vars(crawler)["CrawlerProcess"] = object, Process
    return {"scrapy": module, "scrapy.crawler": crawler}


@pytest.fixture(autouse=True)
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the stand-in where Scrapy would be."""
    for name, module in scrapy().items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(crawling, "PAGES", PAGES)


@pytest.fixture(scope="module")
def start() -> Iterator[str]:
    """Serve a small site."""
    with website.running(PAGES, 0) as address:
        yield address


@pytest.mark.parametrize("crawler", CRAWLERS)
def test_each_crawler_sees_each_page(start: str, crawler: str) -> None:
    """Each of them once."""
    assert CRAWLERS[crawler](start, 5) == PAGES


def test_no_page_is_out_of_reach() -> None:
    """However large the site is."""
    for pages in (1, 7, 1_000):
        seen, todo = {0}, [0]
        while todo:
            fresh = set(website.links(todo.pop(), pages)) - seen
            seen |= fresh
            todo += fresh
        assert seen == set(range(pages))


def test_what_is_measured_beside_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The processor's time; and memory, where the system tells."""
    crawl: Callable[..., Any] = vars(crawling)["_crawl"]
    monkeypatch.setattr(crawling, "_PLACES", 5)
    timing = crawl("Scrapy", 5, 0)
    assert timing.result == PAGES
    assert 0 < timing.also["cpu"] < 1
    assert timing.also["memory"] > 1_000_000

    def read_text(self: Path, **_: str) -> str:
        raise FileNotFoundError(self)

    monkeypatch.setattr(Path, "read_text", read_text)
    assert crawl("bare sockets", 5, 0).also.keys() == {"cpu"}


def test_the_limit_is_places_by_latency() -> None:
    """It is computed, and not measured."""
    with ExitStack() as stack:
        cases = {case.name: case for case in crawling.cases(stack)}
    assert cases["50 places, the limit"].time(1).seconds == PAGES * 0.1 / 50


def test_what_is_not_there_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reason."""
    monkeypatch.setattr(machine, "lacks_a_module", lambda name: f"no {name}")
    with ExitStack() as stack:
        lacking = {case.name: case.lacking for case in crawling.cases(stack)}
    assert lacking["at once, Scrapy"] == "no scrapy"
    assert lacking["at once, yieldpoint.crawler"] == "no aiohttp"
    assert lacking["50 places, the limit"] == ""


def test_the_site_answers_whole_requests(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also in parts; and it ends when its input does."""
    sent: list[bytes] = []
    transport: Any = type("Transport", (asyncio.Transport,), {})()
    transport.write = sent.append

    async def talk() -> None:
        connection = website.Serving({b"/a": b"an answer"}, 0)
        connection.connection_made(transport)
        for part in (b"GET /a HTTP/1.1\r\n", b"\r\n", b"GET /b HTTP/1.1\r\n\r\n"):
            connection.data_received(part)
            await asyncio.sleep(0.01)

    asyncio.run(talk())
    assert sent == [b"an answer", vars(website)["_MISSING"]]
    monkeypatch.setattr(sys, "argv", ["website", "2", "0"])
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    runpy.run_path(str(website.__file__), run_name="__main__")
    assert int(capsys.readouterr().out) > 0
