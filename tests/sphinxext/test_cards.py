"""The pictures of the pages, where they are shared."""

import os
import shutil
from collections.abc import Callable

import pytest

from tests.once import on_one_python
from tests.sphinxext.conftest import Build
from yieldpoint.sphinxext.cards import card

pytestmark = on_one_python

PAGES = {
    "index.md": "# A < B\n\nSome words.\n\n```{toctree}\nwatched/run\n```\n",
    "watched/run.md": "# A run\n\n```{recording} waiting.in_tasks\n```\n",
}
SETTINGS = [
    "-D",
    (
        "extensions=myst_parser,yieldpoint.sphinxext,yieldpoint.sphinxext.cards,"
        "yieldpoint.sphinxext.publishing"
    ),
]
PUBLISHED = ("-D", "html_baseurl=https://shop.test/en/")


def test_a_published_page_has_a_card(build: Callable[..., Build]) -> None:
    """A picture of its own, of which its head tells."""
    built = build(PAGES, *SETTINGS, *PUBLISHED)
    assert (built.status, built.messages) == (0, "")
    for page in ("index", "watched/run"):
        name = f"_images/cards/{page.replace('/', '-')}.png"
        tag = f'property="og:image" content="https://shop.test/en/{name}"'
        assert tag in built.html(page)
        assert (built.output / name).read_bytes().startswith(b"\x89PNG")


def test_a_card_is_drawn_once(build: Callable[..., Build]) -> None:
    """An edit of what it does not show leaves it as it is."""
    built = build(PAGES, *SETTINGS, *PUBLISHED)
    cards = sorted((built.output.parent / "doctrees/cards").iterdir())
    assert len(cards) == 2
    for drawn in cards:
        os.utime(drawn, (1, 1))
    edited = PAGES | {"watched/run.md": PAGES["watched/run.md"] + "\nWords.\n"}
    build(edited, *SETTINGS, *PUBLISHED)
    again = sorted((built.output.parent / "doctrees/cards").iterdir())
    assert again == cards
    assert [drawn.stat().st_mtime for drawn in again] == [1, 1]


def test_a_card_is_drawn_alike_each_time(build: Callable[..., Build]) -> None:
    """Byte by byte, so that it may be kept."""
    doctrees = build(PAGES, *SETTINGS, *PUBLISHED).output.parent / "doctrees"
    drawn = {each.name: each.read_bytes() for each in doctrees.glob("cards/*")}
    shutil.rmtree(doctrees)
    build(PAGES, *SETTINGS, *PUBLISHED)
    assert {each.name: each.read_bytes() for each in doctrees.glob("cards/*")} == drawn
    assert len(drawn) == 2


def test_a_site_without_an_address_has_none(build: Callable[..., Build]) -> None:
    """Nobody can share its pages."""
    built = build(PAGES, *SETTINGS)
    assert "og:image" not in built.html("index")
    assert not (built.output / "_images/cards").exists()


@pytest.mark.parametrize(
    ("figure", "shown", "hidden"),
    [("", ["A &lt; B", "Words &amp; more."], []), ("<svg", [], ["Words"])],
)
def test_what_a_card_shows(figure: str, shown: list[str], hidden: list[str]) -> None:
    """Its title, and a figure or else what the page says first."""
    if figure:
        figure = '<svg class="a" width="1000" height="9"><g/></svg>'
    drawn = card("A < B", "Shop", "Words & more.", figure)
    assert [text for text in shown if text not in drawn] == []
    assert [text for text in hidden if text in drawn] == []
    assert "A &lt; B" in drawn
    # A wide figure is cut off, not made so small that nobody can read it.
    assert ('viewBox="0 0 560 560"' in drawn) == bool(figure)
