"""The crawl on the clock: limits, manners, retries, and that nothing is lost."""

import asyncio
from itertools import groupby, pairwise
from pathlib import Path

import pytest

from tests.crawler.sites import Site, crawl, nobody, page, refusal, run
from yieldpoint import clock
from yieldpoint.crawler import crawl as module
from yieldpoint.crawler.address import Scope
from yieldpoint.crawler.crawl import Crawl, Settings
from yieldpoint.crawler.fetch import Answer
from yieldpoint.crawler.frontier import Frontier, Line

RULES = "http://h/robots.txt"


def tree(size: int, *, host: str = "http://h") -> Site:
    """Return a site of so many pages, ten links a page."""

    def answer(number: int) -> Answer:
        below = range(10 * number + 1, min(10 * number + 11, size))
        return page(*(f"/{child}" for child in below))

    return Site({f"{host}/{number}": answer(number) for number in range(size)})


def rules(text: str) -> Answer:
    """Return the answer with a host's rules."""
    return Answer("ok", None, 200, text.encode(), kind="text/plain")


def test_each_page_is_asked_once() -> None:
    """Each page is asked once."""
    site = tree(500)
    lines = crawl(site, "http://h/0")
    assert sorted(site.addresses) == sorted(site.answers)
    assert {line.outcome for line in lines.values()} == {"ok"}
    assert len(site.times(RULES)) == 1


def test_fifty_places_at_100_ms_are_used_to_95_percent() -> None:
    """Fifty places at 100 ms are used to 95 %."""
    site = tree(5_000)
    crawl(site, "http://h/0", settings=Settings(per_host=50))
    first, last = site.asked[0][0], site.asked[-1][0] + site.seconds
    assert 5_000 / (last - first) > 0.95 * 50 / site.seconds
    assert site.most["http://h"] == 50


def test_what_ends_together_is_not_read_together() -> None:
    """What ends together is not read together: places would wait for the last page."""
    site = tree(200)
    events: list[str] = []

    async def serve(address: str, **_: object) -> Answer:
        events.append(f"ask {address}")
        await asyncio.sleep(1)
        answer = site.answers.get(address)
        return answer if isinstance(answer, Answer) else rules("")

    async def main(frontier: Frontier) -> None:
        settings = Settings(per_host=50)
        await Crawl(
            frontier, serve, settings, tell=lambda line: events.append(line.url)
        ).run()

    with Frontier() as frontier:
        frontier.limits.scope = Scope("host", ["http://h/0"])
        frontier.seed(["http://h/0"])
        clock.run(main(frontier))
    assert len(events) == 401
    # Fifty end together, again and again; others are asked before the last is read.
    is_told = [not event.startswith("ask") for event in events]
    parts = [len(list(part)) for told, part in groupby(is_told) if told]
    assert max(parts[:-1]) < 40  # behind the last one, nothing is left to be asked


@pytest.mark.parametrize(("per_host", "concurrency"), [(8, 50), (3, 2), (1, 1)])
def test_there_is_never_a_request_too_many(per_host: int, concurrency: int) -> None:
    """There is never a request too many."""
    site = tree(100)
    settings = Settings(per_host=per_host, concurrency=concurrency)
    crawl(site, "http://h/0", settings=settings)
    assert site.most["http://h"] == min(per_host, concurrency)


def test_a_limit_of_pages_is_no_page_more(tmp_path: Path) -> None:
    """A limit of pages is no page more."""
    with Frontier(tmp_path / "state") as frontier:
        settings = Settings(max_pages=30)
        site = tree(100)
        crawl(site, "http://h/0", frontier=frontier, settings=settings)
        assert len(site.addresses) == 30
        crawl(site, frontier=frontier, settings=settings)
        assert len(site.addresses) == 30
        crawl(site, frontier=frontier, settings=Settings(max_pages=45))
        assert len(site.addresses) == 45
        crawl(site, frontier=frontier)
        assert sorted(site.addresses) == sorted(site.answers)


def test_a_limit_of_pages_of_a_host_is_for_each_host() -> None:
    """A limit of pages of a host is for each host."""
    site = tree(100)
    site.answers |= tree(100, host="http://g").answers
    settings = Settings(max_pages_per_host=20)
    crawl(site, "http://h/0", "http://g/0", settings=settings)
    hosts = [address[:8] for address in site.addresses]
    assert (hosts.count("http://h"), hosts.count("http://g")) == (20, 20)


def test_a_limit_of_depth_counts_links() -> None:
    """A limit of depth counts links."""
    site = tree(500)
    lines = crawl(site, "http://h/0", max_depth=1)
    assert len(site.addresses) == 11
    skipped = {line.error for line in lines.values() if line.outcome == "skipped"}
    assert skipped == {"deeper than 1 links"}


def test_a_delay_is_kept_between_requests() -> None:
    """A delay is kept between requests."""
    site = tree(5)
    site.answers[RULES] = rules("User-agent: *\nCrawl-delay: 3")
    crawl(site, "http://h/0")
    times = [time for time, _ in site.asked]
    assert all(later - earlier >= 3 for earlier, later in pairwise(times[1:]))
    assert site.most["http://h"] == 1


def test_a_host_that_names_a_time_is_not_asked_before() -> None:
    """A host that names a time is not asked before."""
    site = tree(100)
    site.answers["http://h/5"] = [refusal(429, wait=30.0), page()]
    lines = crawl(site, "http://h/0")
    first, second = site.times("http://h/5")
    others = [time for time, _ in site.asked if first + 0.1 < time < first + 30.1]
    assert second - first >= 30.1
    assert not others
    assert {line.outcome for line in lines.values()} == {"ok"}


def test_a_host_that_allows_50_a_second_refuses_at_most_5_percent() -> None:
    """A host that allows 50 requests a second refuses at most 5 percent."""
    site = tree(1_000)
    allowed = dict.fromkeys(range(1_000), 50)
    refused: list[str] = []

    pages = dict(site.answers)

    def limited(address: str) -> Answer:
        second = int(asyncio.get_running_loop().time())
        allowed[second] -= 1
        if allowed[second] >= 0:
            answer = pages[address]
            assert isinstance(answer, Answer)
            return answer
        refused.append(address)
        return refusal(429)

    site.answers = dict.fromkeys(pages, limited)
    lines = crawl(site, "http://h/0")
    assert {line.outcome for line in lines.values()} == {"ok"}
    assert len(lines) == 1_000
    assert 0 < len(refused) < 0.05 * len(site.addresses)


def test_a_slow_host_takes_no_other_hosts_place() -> None:
    """A slow host takes no other host's place."""
    site = tree(100)

    class Slow(Site):
        async def __call__(self, address: str, **_: object) -> Answer:
            if address.startswith("http://slow"):
                await asyncio.sleep(60)
            return await super().__call__(address)

    slow = Slow(site.answers | tree(100, host="http://slow").answers)
    seeds = [f"http://slow/{n}" for n in range(20)]
    crawl(slow, *seeds, "http://h/0", settings=Settings(concurrency=20))
    quick = [time for time, address in slow.asked if address.startswith("http://h/")]
    assert max(quick) < 60


def test_faults_that_pass_are_tried_again_and_others_are_not() -> None:
    """Faults that pass are tried again and others are not."""
    broken = Answer("failed", "the server broke the connection", passing=True)
    silent = Answer("failed", "no answer", passing=True, timed_out=True)
    site = Site(
        {
            "http://h/0": page("/8"),
            "http://h/1": [broken, broken, page()],
            "http://h/2": broken,
            "http://h/3": silent,
            "http://h/4": Answer("http-error", "status 500", 500),
            "http://g/5": refusal(503),
            "http://g/6": refusal(429),
            "http://g/7": refusal(503, wait=1e9),
        }
    )
    lines = crawl(site, *site.answers)
    times = {int(url[-1]): len(site.times(url)) for url in lines}
    assert times == {0: 1, 1: 3, 2: 3, 3: 2, 4: 1, 5: 3, 6: 4, 7: 1, 8: 1}
    assert lines["http://h/1"].outcome == "ok"
    assert (
        lines["http://g/7"].error == "status 503, and asks to wait for 1,000,000,000 s"
    )
    first, second, third = site.times("http://h/2")
    assert 0.5 <= second - first - 0.1 <= 1
    assert 1 <= third - second - 0.1 <= 2


def test_who_is_due_while_all_places_are_taken_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who is due while all places are taken waits, and the dispatcher sleeps."""
    broken = Answer("failed", "the server broke the connection", passing=True)
    site = Site({"http://h/": [broken, page()], "http://g/": page()}, seconds=5)
    sleeps = []
    sleep_until = Crawl._sleep_until

    async def count(self: Crawl, when: float | None) -> None:
        sleeps.append(when)
        assert len(sleeps) < 100
        await sleep_until(self, when)

    monkeypatch.setattr(Crawl, "_sleep_until", count)
    settings = Settings(concurrency=1, obey=False)
    lines = crawl(site, "http://h/", "http://g/", settings=settings)
    assert [line.outcome for line in lines.values()] == ["ok", "ok"]


def test_a_host_where_nobody_is_is_asked_three_times() -> None:
    """A host where nobody is is asked three times."""
    site = Site({RULES: nobody()})
    lines = crawl(site, *(f"http://h/{n}" for n in range(100)))
    assert len(site.asked) == 3
    assert {line.error for line in lines.values()} == {"connection refused"}
    assert {line.outcome for line in lines.values()} == {"failed"}


def test_without_rules_a_host_where_nobody_is_is_given_up_as_well() -> None:
    """Without rules a host where nobody is is given up as well."""
    site = Site({f"http://h/{n}": nobody() for n in range(100)})
    settings = Settings(obey=False)
    lines = crawl(site, *site.answers, settings=settings)
    assert len(site.asked) < 60
    assert {line.error for line in lines.values()} == {"connection refused"}


def test_rules_are_asked_for_again_if_that_may_help() -> None:
    """Rules are asked for again if that may help."""
    site = tree(3)
    site.answers[RULES] = [refusal(503, wait=7.0), rules("")]
    lines = crawl(site, "http://h/0")
    first, second = site.times(RULES)
    assert second - first >= 7
    assert len(lines) == 3


def test_what_rules_forbid_is_not_asked() -> None:
    """What rules forbid is not asked."""
    site = tree(30)
    site.answers[RULES] = rules("User-agent: *\nDisallow: /2")
    lines = crawl(site, "http://h/0")
    assert not [address for address in site.addresses if "/2" in address]
    assert lines["http://h/2"].error == "robots.txt does not allow it"
    assert crawl(site, "http://h/0", settings=Settings(obey=False))["http://h/2"]


def test_rules_are_kept_for_a_crawl_that_goes_on() -> None:
    """Rules are kept for a crawl that goes on."""
    site = tree(30)
    site.answers[RULES] = rules("User-agent: *\nDisallow: /2")
    with Frontier() as frontier:
        crawl(site, "http://h/0", frontier=frontier, settings=Settings(max_pages=4))
        lines = crawl(site, frontier=frontier)
    assert len(site.times(RULES)) == 1
    assert lines["http://h/2"].outcome == "blocked"


def test_links_out_of_the_scope_are_tried_by_their_head() -> None:
    """Links out of the scope are tried by their head."""
    site = Site(
        {
            "http://h/": page("http://o/1", "http://o/2", "http://o/3", "http://p/"),
            "http://o/1": page("http://o/never"),
            "http://o/2": [Answer("http-error", "status 405", 405), page()],
            "http://o/3": Answer("redirect", None, 302, location="http://h/4"),
            "http://p/robots.txt": nobody(),
            "http://h/4": page(),
        }
    )
    lines = crawl(site, "http://h/", external=True)
    asked = [each for each in site.addresses if "://o" in each]
    assert asked == [
        *("HEAD http://o/1", "HEAD http://o/2", "HEAD http://o/3"),
        "HEADERS http://o/2",
    ]
    outcomes = {
        url.removeprefix("http://"): line.outcome for url, line in lines.items()
    }
    right = {"h/": "ok", "o/1": "ok", "o/2": "ok", "o/3": "redirect"}
    assert outcomes == right | {"p/": "failed", "h/4": "ok"}
    assert crawl(site, "http://h/")["http://o/1"].error == "outside the scope"


def test_redirects_are_addresses_of_their_own() -> None:
    """Redirects are addresses of their own."""

    def to(location: str | None) -> Answer:
        return Answer("redirect", None, 302, location=location)

    site = Site(
        {
            "http://h/1": to("2"),
            "http://h/2": page("3"),
            "http://h/4": to(None),
            "http://h/5": to("mailto:a@b"),
            "http://h/6": to("http://["),
        }
    )
    lines = crawl(site, *site.answers)
    assert lines["http://h/1"].outcome == "redirect"
    assert lines["http://h/3"].source == "http://h/2"
    assert {n: lines[f"http://h/{n}"].error for n in (4, 5, 6)} == {
        4: "status 302, but not where to",
        5: "redirects to what is no page: 'mailto:a@b'",
        6: "redirects to what is no address: no host and port: '['",
    }


def test_large_pages_are_read_in_a_thread_and_written_in_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Large pages are read in a thread and written in parts."""
    monkeypatch.setattr(module, "PART", 10)
    site = Site({"http://h/": page(*(f"/{n}" for n in range(95)), size=200_000)})
    assert len(crawl(site, "http://h/")) == 96


def test_many_results_are_written_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many results are written in batches."""
    monkeypatch.setattr(module, "_BATCH", 3)
    monkeypatch.setattr(module, "_AHEAD", 5)
    assert len(crawl(tree(200), "http://h/0")) == 200


def test_hosts_without_work_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hosts without work are forgotten."""
    monkeypatch.setattr(module, "_IDLE", 1)
    names = [f"http://h{n}/" for n in range(30)]
    site = Site({name: page(*names) for name in names})
    lines = crawl(site, names[0], also=names, settings=Settings(max_pages_per_host=1))
    assert {line.outcome for line in lines.values()} == {"ok"}
    assert sorted(site.addresses) == sorted(names)


def test_a_depth_that_falls_while_others_run_reaches_all() -> None:
    """A depth that falls while others run reaches all."""

    # The long way to /x is quick, the short way is slow.
    class Uneven(Site):
        async def __call__(self, address: str, **_: object) -> Answer:
            await asyncio.sleep(10 if address == "http://h/slow" else 0)
            return await super().__call__(address)

    answers = {
        "http://h/": page("/slow", "/1"),
        "http://h/1": page("/2"),
        "http://h/2": page("/x"),
        "http://h/slow": page("/x"),
        "http://h/x": page("/y"),
        "http://h/y": page(),
    }
    lines = crawl(Uneven(dict(answers)), "http://h/", max_depth=3)
    assert lines["http://h/y"].outcome == "ok"


def test_who_keeps_and_who_is_told() -> None:
    """Who keeps and who is told."""
    told: list[Line] = []
    kept: list[tuple[str, str, bytes]] = []
    site = Site({"http://h/": page("/gone")})
    with Frontier() as frontier:
        frontier.limits.scope = Scope("host", ["http://h/"])
        frontier.seed(["http://h/"])
        one = Crawl(
            frontier, site, Settings(), told.append, lambda *each: kept.append(each)
        )
        clock.run(one.run())
    assert [line.outcome for line in told] == ["ok", "http-error"]
    assert kept == [("http://h/", "text/html", b"<a href=/gone>to /gone</a>")]


def test_a_crawl_that_is_stopped_waits_for_what_it_has_asked() -> None:
    """A crawl that is stopped waits for what it has asked."""
    site = tree(100)

    async def main(frontier: Frontier) -> float:
        one = Crawl(frontier, site, Settings())
        running = asyncio.ensure_future(one.run())
        await asyncio.sleep(0.25)
        one.stop()
        await running
        return asyncio.get_running_loop().time()

    with Frontier() as frontier:
        frontier.limits.scope = Scope("host", ["http://h/"])
        frontier.seed(["http://h/0"])
        assert clock.run(main(frontier)) < 0.5
        assert len(site.addresses) == frontier.counts()["ok"]
        clock.run(run(frontier, site, Settings()))
    assert sorted(site.addresses) == sorted(site.answers)


def test_a_crawl_that_is_stopped_waits_five_seconds_and_no_longer() -> None:
    """A crawl that is stopped waits five seconds and no longer."""
    site = tree(100)
    site.seconds = 20

    async def main(frontier: Frontier) -> float:
        one = Crawl(frontier, site, Settings(obey=False))
        running = asyncio.ensure_future(one.run())
        await asyncio.sleep(1)
        one.stop()
        await running
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return asyncio.get_running_loop().time()

    with Frontier() as frontier:
        frontier.limits.scope = Scope("host", ["http://h/"])
        frontier.seed(["http://h/0"])
        assert clock.run(main(frontier)) == 6
        assert frontier.counts() == {"not asked": 1}
