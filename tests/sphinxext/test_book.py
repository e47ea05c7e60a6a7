"""Pages of an EPUB, made one for print."""

import re
import runpy
import sys
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from tests.once import on_one_python
from tests.sphinxext.conftest import Build
from yieldpoint.sphinxext import book
from yieldpoint.sphinxext.book import Page, contents_of, join, pages_in, print_book

pytestmark = on_one_python

SETTINGS = [
    *("-D", "epub_tocscope=includehidden", "-D", "suppress_warnings=epub"),
    *("-D", "version=1", "-D", "copyright=us", "-D", "project=Shop"),
    *("-D", "extensions=myst_parser", "-D", "myst_heading_anchors=2"),
]
PAGES = {
    "index.md": "# Shop & more\n\n## Inner\n\n```{toctree}\n:hidden:\n"
    "part/index\nreference/index\n```\n",
    "part/index.md": "# Part\n\n```{toctree}\n:hidden:\nlast\n```\n",
    "part/last.md": "# Last\n\n## Again\n\n[Here](#again), [part](index.md), "
    "[inner](../index.md#inner), [name](../reference/index.md#name), "
    "[top](../reference/index.md), [far](https://far.test/).\n",
    "reference/index.md": "# Reference\n\n## Name\n",
}
LISTED = [
    Page("index.xhtml", "Shop & more", 0),
    Page("part/index.xhtml", "Part", 0),
    Page("part/last.xhtml", "Last", 1),
]


@pytest.fixture
def epub(build: Callable[..., Build]) -> Path:
    """Return the folder of an EPUB."""
    built = build(PAGES, *SETTINGS, builder="epub")
    assert (built.status, built.messages) == (0, "")
    return built.output


def test_the_contents(epub: Path) -> None:
    """They are the pages in their order, without sections and what is left out."""
    assert contents_of(epub, "reference/") == LISTED


def test_an_epub_without_contents(tmp_path: Path) -> None:
    """It is told."""
    (tmp_path / "nav.xhtml").write_text("<html/>", encoding="utf-8")
    with pytest.raises(ValueError, match="has no contents"):
        contents_of(tmp_path, "reference/")


@pytest.mark.parametrize("site", ["", "https://shop.test/en"])
def test_links_lead_within_the_book(epub: Path, site: str) -> None:
    """Or to the site, if its address is known, or nowhere."""
    joined = join(epub, LISTED, {}, site)
    for label, address in {
        "Here": "#part-last--again",
        "part": "#part-index",
        "inner": "#index--inner",
        "far": "https://far.test/",
        "name": site and f"{site}/reference/index.html#name",
        "top": site and f"{site}/reference/index.html",
    }.items():
        (link,) = re.findall(f"<a ([^>]*)>(?:<span[^>]*>)?{label}<", joined)
        assert (f'href="{address}"' in link) == bool(address)
        assert ("href" in link) == bool(address)
    for identifier in ("index", "part-index", "part-last", "part-last--again"):
        assert joined.count(f'id="{identifier}"') == 1


def test_headings_say_what_is_in_what(epub: Path) -> None:
    """Pages of a part are below it, in the outline of the PDF too."""
    joined = join(epub, LISTED, {"part-last": 17}, "")
    assert joined.count("<h1>") == 2
    assert "<h2>Last" in joined
    assert "<h3>Again" in joined
    assert "<title>Shop &amp; more</title>" in joined
    assert "<span>Last</span> <span>17</span>" in joined


def test_where_pages_begin() -> None:
    """As links in the PDF say it."""
    pdf = pikepdf.new()
    for _ in range(3):
        pdf.add_blank_page()
    place = pikepdf.Array([pdf.pages[2].obj, pikepdf.Name.Fit])
    pdf.Root.Dests = pikepdf.Dictionary({"/last": place})
    assert pages_in(pdf) == {"last": 3}


def test_a_machine_without_a_browser(
    epub: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said what is missing, before anything is written."""
    monkeypatch.setenv("YIELDPOINT_CHROMIUM", "no-such-browser")
    with pytest.raises(FileNotFoundError, match="name yours in YIELDPOINT_CHROMIUM"):
        print_book(epub, epub / "book.pdf")
    assert not list(epub.glob("book.*"))


@pytest.fixture
def browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a program print that keeps what it has seen."""
    browser = tmp_path / "browser"
    browser.write_text(
        f"#!{sys.executable}\n"
        "import pathlib, sys, urllib.parse, pikepdf\n"
        "options = dict(each.partition('=')[::2] for each in sys.argv)\n"
        "page = pathlib.Path(urllib.parse.urlsplit(sys.argv[-1]).path).read_text()\n"
        "pdf = pikepdf.new()\n"
        "pdf.add_blank_page()\n"
        "place = pikepdf.Array([pdf.pages[0].obj, pikepdf.Name.Fit])\n"
        "pdf.Root.Dests = pikepdf.Dictionary({'/part-last': place})\n"
        "pdf.Root.Seen = pikepdf.String(page)\n"
        "pdf.save(options['--print-to-pdf'])\n",
        encoding="utf-8",
    )
    browser.chmod(0o755)
    monkeypatch.setenv("YIELDPOINT_CHROMIUM", str(browser))


@pytest.mark.usefixtures("browser")
def test_pages_that_are_named(epub: Path, tmp_path: Path) -> None:
    """Only these are printed and listed."""
    *_, last = LISTED
    print_book(epub, tmp_path / "book.pdf", pages=[last])
    with pikepdf.open(tmp_path / "book.pdf") as pdf:
        seen = str(pdf.Root.Seen)
    assert "<span>Last</span> <span>1</span>" in seen
    assert "<span>Part</span>" not in seen


@pytest.mark.usefixtures("browser")
def test_the_command(
    epub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It prints twice, and takes nothing that it did not make."""
    file = tmp_path / "book.pdf"
    monkeypatch.setattr(sys, "argv", ["book", str(epub), str(file)])
    runpy.run_path(book.__file__, run_name="__main__")
    with pikepdf.open(file) as pdf:
        assert "<span>Last</span> <span>1</span>" in str(pdf.Root.Seen)
    assert not (epub / "book.html").exists()
