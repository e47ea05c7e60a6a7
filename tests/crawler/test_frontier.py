"""Nothing lost: what is known of every address."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from yieldpoint.crawler import frontier as module
from yieldpoint.crawler.address import Scope
from yieldpoint.crawler.frontier import Frontier, FrontierError, Result
from yieldpoint.crawler.hosts import Job
from yieldpoint.crawler.page import Link


@pytest.fixture
def frontier() -> Iterator[Frontier]:
    """Return a frontier with one host in its scope."""
    with Frontier() as made:
        made.limits.scope = Scope("host", ["http://h/"])
        yield made


def job(frontier: Frontier, url: str) -> Job:
    """Return what is queued under an address."""
    (found,) = [each for each in frontier.queued(1, 0, 1000) if each.url == url]
    return found


def link(frontier: Frontier, source: str, *targets: str, follow: bool = True) -> None:
    """Write that a page has been read, and what it links to."""
    links = [Link(target, f"to {target}", follow) for target in targets]
    frontier.write([Result(job(frontier, source), "ok", 200, ms=1, links=links)])


def depths(frontier: Frontier) -> dict[str, int]:
    """Return how deep each address is."""
    every = [*frontier.lines(), *frontier.lines(queued=True)]
    return {line.url.removeprefix("http://h/"): line.depth for line in every}


def test_an_address_is_queued_once(frontier: Frontier) -> None:
    """An address is queued once."""
    frontier.seed(["http://h/", "http://h/", "http://h/a"])
    assert [each.url for each in frontier.queued(1, 0, 10)] == [
        "http://h/",
        "http://h/a",
    ]
    assert frontier.hosts_with_work() == [1]
    assert frontier.not_asked() == 2
    assert frontier.host(1) == ("http://h", None)


def test_what_is_forgotten_in_memory_is_found_in_the_file(
    frontier: Frontier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is forgotten in memory is found in the file."""
    monkeypatch.setattr(module, "_KNOWN", 2)
    frontier.limits.external = True
    seeds = [f"http://h{n % 4}/{n}" for n in range(20)]
    frontier.seed(seeds)
    frontier.seed(seeds)
    assert frontier.not_asked() == 20
    assert len(frontier.hosts_with_work()) == 4


def test_a_shorter_way_lowers_all_that_follows(frontier: Frontier) -> None:
    """A shorter way lowers all that follows."""
    frontier.limits.max_depth = 3
    frontier.seed(["http://h/"])
    link(frontier, "http://h/", "http://h/1", "http://h/x")
    link(frontier, "http://h/1", "http://h/2")
    link(frontier, "http://h/2", "http://h/3")
    link(frontier, "http://h/3", "http://h/4", "http://h/")
    assert depths(frontier)["4"] == 4
    assert frontier.counts() == {"ok": 4, "skipped": 1, "not asked": 1}
    link(frontier, "http://h/x", "http://h/3")
    assert depths(frontier) == {"": 0, "1": 1, "x": 1, "2": 2, "3": 2, "4": 3}
    assert depths(frontier)["4"] == 3


def test_a_shorter_way_stops_at_the_limit_of_depth(frontier: Frontier) -> None:
    """A shorter way stops at the limit of depth."""
    frontier.limits.max_depth = 2
    frontier.seed(["http://h/", "http://h/s"])
    link(frontier, "http://h/", "http://h/1")
    link(frontier, "http://h/1", "http://h/2", "http://o/")
    link(frontier, "http://h/2", "http://h/3")
    frontier.seed(["http://h/2"])
    link(frontier, "http://h/3", "http://h/4")
    link(frontier, "http://h/4", "http://h/5")
    assert depths(frontier)["5"] == 3
    link(frontier, "http://h/s", "http://h/4")
    assert depths(frontier)["5"] == 2
    assert frontier.counts() == {"ok": 6, "skipped": 1, "not asked": 1}


def test_what_was_skipped_is_queued_under_other_limits(frontier: Frontier) -> None:
    """What was skipped is queued under other limits, if these allow it."""
    frontier.limits.max_depth = 1
    frontier.seed(["http://h/", "http://o/"])
    link(frontier, "http://h/", "http://h/1", "http://o/1", "http://h/" + "a/" * 40)
    link(frontier, "http://h/1", "http://h/2")
    frontier.limits.max_depth = 2
    frontier.reconsider()
    assert frontier.counts() == {"ok": 2, "skipped": 3, "not asked": 1}
    frontier.limits.external = True
    frontier.reconsider()
    assert frontier.counts() == {"ok": 2, "skipped": 1, "not asked": 3}
    assert depths(frontier)["2"] == 2
    assert [job.outside for job in frontier.queued(2, 0, 9)] == [True, True]
    frontier.limits.external = False
    assert not frontier.queued(2, 0, 9)


def test_what_was_queued_is_skipped_under_other_limits(frontier: Frontier) -> None:
    """What is no longer in the scope is not asked, or only tried; and back again."""
    frontier.limits.scope = Scope("domain", ["http://h/"])
    frontier.seed(["http://h/", "http://sub.h/1", "http://h/2"])
    frontier.limits.scope = Scope("host", ["http://h/"])
    frontier.limits.external = True
    frontier.reconsider()
    assert [job.outside for job in frontier.queued(2, 0, 9)] == [True]
    frontier.limits.external = False
    frontier.reconsider()
    assert frontier.counts() == {"skipped": 1, "not asked": 2}
    assert [line.error for line in frontier.lines()] == ["outside the scope"]
    link(frontier, "http://h/", "http://sub.h/1")
    assert frontier.counts() == {"ok": 1, "skipped": 1, "not asked": 1}
    frontier.limits.scope = Scope("domain", ["http://h/"])
    frontier.reconsider()
    assert [job.outside for job in frontier.queued(2, 0, 9)] == [False]


def test_a_shorter_way_goes_through_redirects(frontier: Frontier) -> None:
    """A shorter way goes through redirects."""
    frontier.seed(["http://h/"])
    link(frontier, "http://h/", "http://h/1", "http://h/x")
    link(frontier, "http://h/1", "http://h/2")
    link(frontier, "http://h/2", "http://h/3")
    hop = job(frontier, "http://h/3")
    frontier.write([Result(hop, "redirect", 302, target=Link("http://h/4"))])
    assert depths(frontier)["4"] == 3
    link(frontier, "http://h/x", "http://h/3")
    assert depths(frontier)["4"] == 2


def test_a_link_that_may_be_followed_outdoes_one_that_may_not(
    frontier: Frontier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link that may be followed outdoes one that may not."""
    monkeypatch.setattr(module, "_KNOWN", 1)
    frontier.seed(["http://h/", "http://h/s"])
    link(frontier, "http://h/", "http://h/1", follow=False)
    assert frontier.counts() == {"ok": 1, "skipped": 1, "not asked": 1}
    assert frontier.reasons() == [
        ("skipped", "only links marked nofollow lead there", 1)
    ]
    written = frontier.write(
        [Result(job(frontier, "http://h/s"), "ok", links=[Link("http://h/1")])]
    )
    assert list(written.work) == [1]
    assert depths(frontier)["1"] == 1


def test_what_is_out_of_the_scope_stays_there(frontier: Frontier) -> None:
    """What is out of the scope stays there."""
    frontier.seed(["http://h/"])
    link(frontier, "http://h/", "http://o/", "http://h/1")
    link(frontier, "http://h/1", "http://o/")
    assert frontier.counts() == {"ok": 2, "skipped": 1}


def test_wrong_links_and_traps_have_an_outcome(frontier: Frontier) -> None:
    """Wrong links and traps have an outcome."""
    frontier.seed([Link("http://", wrong="no host"), "http://h/" + "a/" * 50])
    frontier.seed(["http://h/" + "a" * 10_000])
    assert [(line.outcome, line.error) for line in frontier.lines()] == [
        ("failed", "no host"),
        ("skipped", "its path has more than 32 levels"),
        ("skipped", "the address is longer than 8,192 characters"),
    ]
    assert list(frontier.seeds()) == []


def redirect(frontier: Frontier, source: str, target: str) -> None:
    """Write that an address redirects."""
    result = Result(job(frontier, source), "redirect", 302, target=Link(target))
    frontier.write([result])


def test_redirects_in_a_circle_have_failed_all_together(frontier: Frontier) -> None:
    """Redirects in a circle have failed all together."""
    frontier.seed(["http://h/0"])
    for n in range(3):
        redirect(frontier, f"http://h/{n}", f"http://h/{n + 1}")
    redirect(frontier, "http://h/3", "http://h/1")
    outcomes = {line.url[-1]: line.outcome for line in frontier.lines()}
    assert outcomes == {"0": "redirect", "1": "failed", "2": "failed", "3": "failed"}
    frontier.seed(["http://h/5"])
    redirect(frontier, "http://h/5", "http://h/0")  # leads into the circle
    assert frontier.counts() == {"failed": 3, "redirect": 2}


def test_too_many_redirects_have_failed_all_together(frontier: Frontier) -> None:
    """Too many redirects have failed all together."""
    frontier.seed(["http://h/0"])
    for n in range(module.MAX_HOPS + 1):
        redirect(frontier, f"http://h/{n}", f"http://h/{n + 1}")
    assert frontier.counts() == {"failed": module.MAX_HOPS + 1}
    assert {line.error for line in frontier.lines()} == {
        f"more than {module.MAX_HOPS} redirects in a row"
    }


def test_what_is_broken_names_the_pages_that_lead_there(frontier: Frontier) -> None:
    """What is broken names the pages that lead there."""
    frontier.seed(["http://h/", "http://h/x"])
    link(frontier, "http://h/", "http://h/hop", "http://h/gone")
    link(frontier, "http://h/x", "http://h/gone")
    redirect(frontier, "http://h/hop", "http://h/gone")
    frontier.write([Result(job(frontier, "http://h/gone"), "http-error", 404)])
    assert [(line.url, page, text) for line, page, text in frontier.broken()] == [
        ("http://h/gone", "http://h/", "to http://h/gone"),
        ("http://h/gone", "http://h/", "to http://h/hop"),
        ("http://h/gone", "http://h/x", "to http://h/gone"),
    ]


def test_a_state_goes_on_where_it_was(tmp_path: Path) -> None:
    """A state goes on where it was."""
    path = tmp_path / "state"
    with Frontier(path) as frontier:
        frontier.limits.scope = Scope("host", ["http://h/"])
        frontier.seed(["http://h/"])
        frontier.write_rules(1, b"# rules")
        frontier.write_pause("http://h", 1.0, 2.0, "429")
        link(frontier, "http://h/", "http://h/1", "http://h/2")
    with Frontier(path) as frontier:
        assert [each.url for each in frontier.queued(1, 0, 9)] == [
            "http://h/1",
            "http://h/2",
        ]
        assert list(frontier.seeds()) == ["http://h/"]
        assert frontier.host(1) == ("http://h", b"# rules")
        assert frontier.asked() == ({1: 1}, 0.0)
        assert list(frontier.pauses()) == [("http://h", 1.0, 2.0, "429")]


def test_a_transaction_that_fails_changes_nothing(tmp_path: Path) -> None:
    """A transaction that fails changes nothing."""
    path = tmp_path / "state"
    with Frontier(path) as frontier:
        frontier.limits.scope = Scope("host", ["http://h/"])
        frontier.seed(["http://h/"])
        good = Result(job(frontier, "http://h/"), "ok", links=[Link("http://h/1")])
        bad = Result(Job(2, "x"), "ok", error=object())  # type: ignore[arg-type] # SQLite cannot write it
        with pytest.raises(sqlite3.Error):
            frontier.write([good, bad])
    with Frontier(path) as frontier:
        assert frontier.counts() == {"not asked": 1}


def test_two_crawls_cannot_use_one_state(tmp_path: Path) -> None:
    """Two crawls cannot use one state."""
    path = tmp_path / "state"
    with Frontier(path), pytest.raises(FrontierError, match="another crawl is using"):
        Frontier(path)


def test_another_file_is_no_state(tmp_path: Path) -> None:
    """Another file is no state."""
    path = tmp_path / "state"
    path.write_text("this is something else, and long enough to be looked at" * 20)
    with pytest.raises(FrontierError, match="not a database"):
        Frontier(path)
    assert path.read_text().startswith("this is something else")


@pytest.mark.parametrize("statement", ["CREATE TABLE t (a)", "PRAGMA user_version = 9"])
def test_another_database_is_no_state(tmp_path: Path, statement: str) -> None:
    """Another database is no state."""
    path = tmp_path / "state"
    database = sqlite3.connect(path)
    database.execute(statement)
    database.close()
    with pytest.raises(FrontierError, match="not the state of a crawl"):
        Frontier(path)
