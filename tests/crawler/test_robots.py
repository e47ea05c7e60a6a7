"""What a host asks of robots."""

import asyncio

import pytest

from tests.crawler.sites import MISSING, Site
from yieldpoint.crawler.fetch import Answer
from yieldpoint.crawler.robots import MAX_SIZE, ask, judge, page_tags, product, read


@pytest.mark.parametrize(
    ("text", "address", "allowed"),
    [
        ("User-agent: *\nDisallow:", "http://h/a", True),
        ("User-agent: *\nDisallow: /", "http://h/robots.txt", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "http://h/a", True),
        ("User-agent: *\nDisallow: /*?*x", "http://h/a?b&x", False),
        ("User-agent: *\nDisallow: /%C3%A9t%C3%A9", "http://h/%C3%A9t%C3%A9/x", False),
        ("User-agent: *\nDisallow: /été", "http://h/%C3%A9t%C3%A9", False),
        ("user-agent:*#all\ndisallow:/a # not this", "http://h/a", False),
        ("User-agent: SOMEBOT/2.0 (x)\nDisallow: /", "http://h/a", False),
        ("User-agent: some\nDisallow: /", "http://h/a", True),
        ("User-agent: somebotany\nDisallow: /", "http://h/a", True),
        ("User-agent: *bot\nDisallow: /", "http://h/a", True),
        ("User-agent:\nDisallow: /", "http://h/a", True),
        ("Disallow: /", "http://h/a", True),
        ("User-agent: x\nUser-agent: somebot\n\nDisallow: /", "http://h/a", False),
        ("<html>", "http://h/a", True),
    ],
)
def test_rules(text: str, address: str, allowed: bool) -> None:  # noqa: FBT001 - a table
    """Rules."""
    assert read(text.encode(), "somebot").allow(address) is allowed


def test_a_delay_is_honoured_up_to_a_minute() -> None:
    """A delay is honoured up to a minute."""

    def delay(seconds: str) -> float:
        return read(f"User-agent: *\nCrawl-delay: {seconds}".encode(), "x").delay

    assert [delay(each) for each in ("0.5", "7", "999", "-1", "soon", "inf")] == [
        *(0.5, 7.0, 60.0),
        *(0.0, 0.0, 0.0),
    ]


def test_half_a_rule_at_the_limit_of_size_is_not_read() -> None:
    """Half a rule at the limit of size is not read."""
    start = b"User-agent: *\nDisallow: /secret/"
    padding = b"#" * (MAX_SIZE - len(start) - 1) + b"\n"
    assert read(padding + start + b"x", "x").allow("http://h/secret/y")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer("ok", status=200), "ok"),
        (Answer("http-error", "status 404", 404), "ok"),
        (Answer("http-error", "status 401", 401), "ok"),
        (Answer("redirect", status=302), "ok"),
        (Answer("http-error", "status 429", 429), "ok"),
        (Answer("http-error", "status 500", 500), "blocked"),
        (Answer("failed", "no answer", timed_out=True), "blocked"),
        (Answer("failed", "damaged", 200), "blocked"),
        (Answer("failed", "closed"), "blocked"),
        (Answer("failed", "refused", unreachable=True), "failed"),
    ],
)
def test_what_an_answer_for_the_rules_means(answer: Answer, outcome: str) -> None:
    """What an answer for the rules means."""
    rules = judge(answer, "somebot")
    assert rules.allow("http://h/a") is (outcome == "ok")
    assert outcome in {"ok", rules.outcome}


def test_rules_are_followed_through_five_redirects_and_no_more() -> None:
    """Rules are followed through five redirects and no more."""

    def chain(length: int) -> Answer:
        answers = {
            f"http://h/{n or 'robots.txt'}": Answer(
                "redirect", status=301, location=f"/{n + 1}"
            )
            for n in range(length)
        }
        end = Answer("ok", status=200)
        site = Site({**answers, f"http://h/{length}": end}, seconds=0)
        return asyncio.run(ask(site, "http://h"))

    assert chain(5).outcome == "ok"
    assert chain(6).outcome == "redirect"


@pytest.mark.parametrize("location", [None, "http://[", "mailto:a@b"])
def test_a_redirect_of_the_rules_may_lead_nowhere(location: str | None) -> None:
    """A redirect of the rules may lead nowhere."""
    site = Site({"http://h/robots.txt": Answer("redirect", location=location)}, 0)
    assert asyncio.run(ask(site, "http://h")).outcome == "redirect"
    assert asyncio.run(ask(site, "http://g")) is MISSING


def test_the_name_of_a_robot() -> None:
    """The name of a robot."""
    assert product("Some-Bot/1.0") == "some-bot"
    assert product("1") == ""


def test_tags_of_pages() -> None:
    """Tags of pages."""
    assert page_tags("noindex", "x") == {"noindex"}
    assert page_tags("X: nofollow, noindex", "x") == {"nofollow", "noindex"}
    assert page_tags("y: none, x: nofollow", "x") == {"nofollow"}
    assert page_tags("unavailable_after: 1 Jan 2030, noindex", "x") == {"noindex"}
    assert page_tags("", "x") == set()
