"""What others are told of the pages."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.once import on_one_python
from tests.sphinxext.conftest import Build

pytestmark = on_one_python

SETTINGS = [
    *("-D", "html_theme=furo", "-D", "version=1", "-D", "suppress_warnings=epub"),
    *("-D", "project=Shop", "-D", "copyright=us"),
    *("-D", "extensions=myst_parser,yieldpoint.sphinxext.publishing"),
]
PAGES = {
    "index.md": "# Start & more\n\nIt *begins* <here>.\nAnd on.\n\n"
    "```{toctree}\nlong\nown\nempty\n```\n",
    "long.md": f"# Long\n\n## Inner\n\nA first sentence. {'word ' * 50}end.\n",
    "own.md": "---\nmyst:\n  html_meta:\n    keywords: some\n"
    "    description: Its own.\n---\n\n"
    "# Own\n\nSomething else.\n",
    "empty.md": "# Empty\n",
}


@pytest.mark.parametrize(
    ("page", "description"),
    [
        ("index", "It begins &lt;here&gt;. And on."),
        ("long", "A first sentence."),
        ("own", "Its own."),
    ],
)
def test_each_page_has_one_description(
    build: Callable[..., Build], page: str, description: str
) -> None:
    """Its first sentences, or what it says itself."""
    built = build(PAGES, *SETTINGS)
    assert (built.status, built.messages) == (0, "")
    html = built.html(page)
    assert html.count('name="description"') == 1
    assert f'content="{description}"' in html
    assert f'<meta property="og:description" content="{description}">' in html
    assert '<meta property="og:site_name" content="Shop">' in html
    assert "og:url" not in html
    assert "description" not in built.html("empty")
    assert 'content="Start &amp; more"' in built.html("index")
    assert not list(built.output.glob("*map.xml"))


@pytest.mark.parametrize("address", ["https://shop.test/en", "https://shop.test/en/"])
def test_pages_are_listed_where_the_address_is_known(
    build: Callable[..., Build], address: str
) -> None:
    """For search engines, and for those who share a page."""
    built = build(PAGES, *SETTINGS, "-D", f"html_baseurl={address}")
    assert (built.status, built.messages) == (0, "")
    sitemap = (built.output / "sitemap.xml").read_text(encoding="utf-8")
    assert [line for line in sitemap.splitlines() if line.startswith("<url>")] == [
        f"<url><loc>https://shop.test/en/{name}.html</loc></url>"
        for name in ("empty", "index", "long", "own")
    ]
    robots = (built.output / "robots.txt").read_text(encoding="utf-8")
    assert "Sitemap: https://shop.test/en/sitemap.xml" in robots
    assert 'property="og:url" content="https://shop.test/en/own.html"' in built.html(
        "own"
    )


def test_pages_tell_in_which_parts_they_are(build: Callable[..., Build]) -> None:
    """As search engines read it; a title cannot end the script."""
    pages = PAGES | {"long.md": "# A </script>\n\nText.\n"}
    built = build(pages, *SETTINGS, "-D", "html_baseurl=https://shop.test")
    script = re.findall('ld.json">(.*?)</script>', built.html("long"))
    assert [
        (each["position"], each["name"], each["item"])
        for each in json.loads(script[0])["itemListElement"]
    ] == [
        (1, "Start & more", "https://shop.test/index.html"),
        (2, "A </script>", "https://shop.test/long.html"),
    ]
    assert "ld+json" not in build(PAGES, *SETTINGS).html("long")


def test_a_page_that_moved(build: Callable[..., Build]) -> None:
    """Its old address leads to the new one, with the place on the page."""
    moved = ("-D", "moved_pages.old/long=long")
    built = build(PAGES, *SETTINGS, *moved)
    assert (built.status, built.messages) == (0, "")
    html = built.html("old/long")
    assert '<meta http-equiv="refresh" content="0; url=../long.html">' in html
    assert 'location.replace("../long.html" + location.hash)' in html
    assert '<a href="../long.html">' in html


@pytest.mark.parametrize("moved", ["old=older", "own=long"])
def test_a_page_that_cannot_have_moved(build: Callable[..., Build], moved: str) -> None:
    """It is still there, or the new one is not."""
    built = build(PAGES, *SETTINGS, "-D", f"moved_pages.{moved}")
    assert built.status != 0
    assert "moved_pages: '" in built.messages


def test_a_published_page_offers_the_books(
    build: Callable[..., Build], tmp_path: Path
) -> None:
    """Wherever the page is."""
    (tmp_path / "docs").mkdir()
    more = "books = {'All as EPUB': 'all.epub'}\n"
    (tmp_path / "docs/more_conf.txt").write_text(more, encoding="utf-8")
    html = build(PAGES, *SETTINGS, "-D", "html_baseurl=https://a.test").html("long")
    assert '<a href="all.epub">All as EPUB</a>' in html


def test_books_are_left_alone(build: Callable[..., Build]) -> None:
    """Nobody crawls them."""
    more = ("-D", "html_baseurl=https://a.test", "-D", "moved_pages.old=long")
    built = build(PAGES, *SETTINGS, *more, builder="epub")
    assert (built.status, built.messages) == (0, "")
    assert not list(built.output.glob("robots.txt"))
