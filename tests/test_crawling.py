"""The programs of the crawler's pages, under more circumstances than the pages show."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest

from yieldpoint import clock
from yieldpoint.examples import busy_host, crawl_pressure, crawl_workers, crawling
from yieldpoint.examples.busy_host import BusyHost
from yieldpoint.examples.crawling import Site
from yieldpoint.examples.http_pages import Pages, answer
from yieldpoint.trace import record


def random_site(seed: int) -> Site:
    """Return a site of fifty pages, some of which nothing links to."""
    chance = random.Random(seed)  # noqa: S311 - a site, and no secret
    numbers = range(50)
    return Site(
        {
            f"http://site/{number}": "".join(
                f'<a href="{target}">' for target in chance.sample(numbers, k=3)
            )
            for number in numbers
        }
    )


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("workers", [1, 2, 7])
def test_each_page_that_is_linked_is_asked_once(seed: int, workers: int) -> None:
    """By workers as by tasks, and by no more of them than there are."""
    expected = clock.run(crawling.crawl(random_site(seed), "http://site/0"))
    site = random_site(seed)
    outcomes = clock.run(crawl_workers.by_workers(site, "http://site/0", workers))
    assert sorted(site.asked) == sorted(outcomes) == sorted(expected)
    assert set(outcomes.values()) == {"ok"}
    assert site.most_open <= workers


@pytest.mark.parametrize(
    "program",
    [
        lambda site: crawling.crawl(site, "http://site/0"),
        lambda site: crawl_workers.by_workers(site, "http://site/0", 2),
        lambda site: crawl_pressure.in_a_circle(site, "http://site/0", 0),
    ],
)
@pytest.mark.parametrize("seconds", [0, 0.5, 1.5, 5.5])
def test_a_cancelled_crawl_leaves_nothing_open(
    program: Callable[[Site], Awaitable[object]], seconds: float
) -> None:
    """No request, and no task that would go on."""

    async def main() -> None:
        site = random_site(0)
        task = asyncio.ensure_future(program(site))
        await asyncio.sleep(seconds)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        await asyncio.sleep(0)  # those that nobody waits for hear of it
        await asyncio.sleep(0)
        assert site.open == 0
        assert asyncio.all_tasks() == {asyncio.current_task()}

    clock.run(main())


@pytest.mark.parametrize("places", [1, 2, 5])
@pytest.mark.parametrize("addresses", [0, 1, 20])
def test_no_more_waits_than_there_are_places(places: int, addresses: int) -> None:
    """Wherever it waits."""
    assert clock.run(crawl_pressure.with_places(places, addresses)) < places or (
        places == 1
    )


@pytest.mark.parametrize("workers", [1, 2, 4, 9])
def test_a_host_that_is_left_alone_refuses_less(workers: int) -> None:
    """All pages are fetched in either way."""
    for_itself = clock.run(busy_host.each_for_itself(BusyHost(), 20, workers))
    for_all = clock.run(busy_host.for_the_host(BusyHost(), 20, workers, rate=1))
    assert for_all <= for_itself
    assert (for_all < for_itself) == (workers > 1)


def test_a_server_goes_though_its_clients_stay() -> None:
    """One that is silent, one that has gone, and one that waits for nothing."""

    async def main() -> int:
        async with asyncio.timeout(60), Pages({"/": b""}) as pages:
            where = pages.address.removeprefix("http://").split(":")
            silent = await asyncio.open_connection(*where)
            silent[1].write(b"GET / HTTP/1.1\r\n\r\n")
            gone = await asyncio.open_connection(*where)
            gone[1].write(b"GET /gone HTTP/1.1\r\n\r\n")
            assert await gone[0].readexactly(12) == b"HTTP/1.1 404"
            gone[1].close()
            await gone[1].wait_closed()
            while pages.asked != ["/", "/gone"]:  # the order in which it accepts
                await asyncio.sleep(0.01)
        assert await silent[0].read() == b""
        silent[1].close()
        await silent[1].wait_closed()
        return pages.connections

    assert asyncio.run(main()) == 2


def test_an_answer_may_lie() -> None:
    """About its length, for instance."""
    assert b"Content-Length: 9\r\n" in answer("no", Content_Length=9)
    assert answer("é").endswith(b"Content-Length: 2\r\n\r\n\xc3\xa9")


def test_the_recordings_show_what_the_pages_say() -> None:
    """Two workers, a writer, and a host that is left alone for three seconds."""
    lanes = [lane.name for lane in record(crawl_workers.two_workers).lanes]
    assert lanes == ["Task-1", "worker 1", "worker 2"]
    lanes = [lane.name for lane in record(crawl_pressure.three_addresses).lanes]
    assert lanes == ["Task-1", "worker", "writer"]
    trace = record(busy_host.two_workers)
    assert {event.time for event in trace.events} == {0, 0.5, 3.5, 4, 4.5}
