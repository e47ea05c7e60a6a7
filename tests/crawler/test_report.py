"""The report."""

from collections.abc import Iterator

import pytest

from tests.crawler.sites import Site, crawl, page, refusal
from yieldpoint.crawler import report
from yieldpoint.crawler.fetch import Answer
from yieldpoint.crawler.frontier import Frontier

SCRIPT = "/<script>alert(1)</script>"


@pytest.fixture
def frontier() -> Iterator[Frontier]:
    """Crawl a site with something of everything."""
    site = Site(
        {
            "http://h/": page(
                "/gone", "/hop", "/big", "/busy", "http://other/", SCRIPT
            ),
            **{f"http://h/{n}": page("/gone") for n in range(15)},
            "http://h/hop": Answer("redirect", None, 302, location="/end"),
            "http://h/big": Answer("too-big", "the body is larger", 200),
            "http://h/busy": [refusal(429, wait=2.0), page("/hop")],
            "http://h/start": Answer("redirect", None, 302, location="/nothing"),
            **{f"http://h{n}/": page() for n in range(45)},
        }
    )
    starts = ["http://h/", "http://h/lost", "http://h/start", "http://h/\x1b[31m"]
    with Frontier() as made:
        more = [f"http://h/{n}" for n in range(15)] + [
            f"http://h{n}/" for n in range(45)
        ]
        crawl(site, *starts, *more, frontier=made)
        made.write_pause("http://not-among-the-first", 0.0, 1.0, "status 429")
        yield made


def test_each_broken_address_is_named_once_with_who_links_to_it(
    frontier: Frontier,
) -> None:
    """Each broken address is named once with who links to it."""
    text = "\n".join(report.to_text(frontier))
    assert text.count("http://h/gone\n  status 404") == 1
    assert "linked from http://h/  'to /gone'" in text
    assert "and from 6 more" in text
    assert "http://h/end\n  status 404\n  linked from http://h/  'to /hop'" in text
    assert "http://h/lost\n  status 404\n  named as a start of the crawl" in text
    assert "http://h/nothing\n  status 404\n  found from http://h/start" in text
    assert "too-big: the body is larger (1)" in text
    assert "skipped: outside the scope (1)" in text
    assert "\x1b" not in text


def test_the_page_is_safe_and_shows_the_hosts(frontier: Frontier) -> None:
    """The page is safe and shows the hosts."""
    html = report.to_html(frontier)
    assert "<script" not in html
    assert "\x1b" not in html
    assert "left alone for 2.0 s: status 429" in html
    assert 'class="fault"' in html
    assert "and 6 more" in html
    assert f"<p>and {46 - 40} more</p>" in html


def test_a_crawl_without_a_broken_address_says_so() -> None:
    """A crawl without a broken address says so."""
    with Frontier() as frontier:
        crawl(Site({"http://h/": page()}), "http://h/", frontier=frontier)
        assert list(report.to_text(frontier)) == [
            "1 address: 1 ok",
            "Nothing is broken.",
        ]
        assert "<p>Nothing is broken.</p>" in report.to_html(frontier)


def test_addresses_that_are_none_are_no_links() -> None:
    """Addresses that are none are no links."""
    with Frontier() as frontier:
        crawl(Site({"http://h/": page("http://[x")}), "http://h/", frontier=frontier)
        html = report.to_html(frontier)
    assert '<a href="http://h/">' in html
    assert "no host" in html
