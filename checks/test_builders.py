"""The site is more than HTML: what other builders make of it, strictly."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pikepdf
import pytest

from checks.conftest import ADDRESS, QUICK, ROOT, Site, build
from checks.part import PAGES
from yieldpoint.sphinxext.book import (
    Page,
    anchor,
    contents_of,
    pages_in,
    print_book,
)

#: Builders that read the doctrees of the site, and what they must have written.
WRITES = {
    "text": "asyncio/tasks.txt",
    "latex": "yieldpoint.tex",
    "epub": "Yieldpoint.epub",
}

# Where time is short, only these: the others write in the same ways.
if not QUICK:
    WRITES |= {
        "dirhtml": "asyncio/tasks/index.html",
        "singlehtml": "index.html",
        "man": "yieldpoint.1",
        "texinfo": "yieldpoint.texi",
    }


@pytest.fixture(scope="module")
def folder(site: Site) -> Path:
    """Return the folder of the site and its doctrees, where others may write as well.

    A copy of the doctrees would be read all anew: the environment knows where they are.
    """
    return site.folder.parent


@pytest.mark.parametrize("builder", WRITES)
def test_a_builder(folder: Path, builder: str) -> None:
    """It has nothing to report, and writes what it is for."""
    only = [str(ROOT / f"docs/{page}.md") for page in PAGES] if QUICK else []
    # The others write one document.
    built = build(folder, builder, only=only if builder == "text" else [])
    assert built.output == ""
    assert (folder / builder / WRITES[builder]).stat().st_size > 1_000


def test_the_catalogues_of_translators(templates: Site) -> None:
    """Each page has one."""
    assert templates.output == ""
    catalogue = (templates.folder / "asyncio/tasks.pot").read_text(encoding="utf-8")
    assert catalogue.count("msgid") > 30


@pytest.fixture(scope="module")
def epub(folder: Path) -> Path:
    """Return the folder of the site as EPUB."""
    if not (folder / "epub").is_dir():
        build(folder, "epub")
    return folder / "epub"


def test_the_epub_is_valid(epub: Path) -> None:
    """There is neither an error nor a warning. To know it takes a Java runtime."""
    assert shutil.which("java"), "install Java: apt-get install default-jre-headless"
    epub = epub / WRITES["epub"]
    command = [sys.executable, "-m", "epubcheck", str(epub)]
    # In so short a run the second compiler and the collector's threads do not pay off.
    java = {"JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}
    done = subprocess.run(
        command,
        env={**os.environ, **java},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_epub_lists_its_pages(epub: Path) -> None:
    """All of them, though the pages hide their lists."""
    listed = {page.name for page in contents_of(epub, without="no page")}
    written = {page.relative_to(epub).as_posix() for page in epub.rglob("*.xhtml")}
    beside = {"genindex.xhtml", "index.xhtml", "nav.xhtml", "py-modindex.xhtml"}
    assert written - listed <= beside


@pytest.fixture(scope="module")
def printed(epub: Path) -> list[Page]:
    """Return the pages that are printed: all of the site but the reference.

    Where time is short, the parts, each sixth of their pages, and each that has a
    character which no page before it has.
    """
    pages = contents_of(epub, without="reference/")
    assert len(pages) > 80
    chosen: list[Page] = []
    seen: set[str] = set()
    for number, page in enumerate(pages):
        characters = set((epub / page.name).read_text(encoding="utf-8"))
        if not QUICK or page.depth == 0 or number % 6 == 0 or characters - seen:
            chosen.append(page)
            seen |= characters
    return chosen


@pytest.fixture(scope="module")
def book(epub: Path, printed: list[Page]) -> Iterator[pikepdf.Pdf]:
    """Yield the book, printed by Chromium: `apt-get install chromium`."""
    file = epub.parent / "yieldpoint.pdf"
    print_book(epub, file, ADDRESS, printed)
    assert file.stat().st_size < 15_000_000
    with pikepdf.open(file) as book:
        yield book


def test_the_contents_of_the_book(printed: list[Page], book: pikepdf.Pdf) -> None:
    """They lead to each page that is printed, by link and by outline."""
    places = pages_in(book)
    begins = [places[anchor(page.name)] for page in printed]
    assert begins == sorted(set(begins))
    with book.open_outline() as outline:
        titles = [item.title for item in outline.root]
    assert titles == [page.title for page in printed if page.depth == 0]


def test_links_in_the_book(book: pikepdf.Pdf) -> None:
    """They lead to a place in it, or to a known host."""
    places, hosts = pages_in(book), set()
    for page in book.pages:
        for link in page.get("/Annots", ()):
            if "/A" in link and "/URI" in link.A:
                hosts.add(urlsplit(str(link.A.URI)).hostname)
            else:
                assert str(link.Dest).removeprefix("/") in places
    assert hosts == {"docs.python.org", urlsplit(ADDRESS).hostname}


def test_no_character_of_the_book_is_missing(
    printed: list[Page], book: pikepdf.Pdf
) -> None:
    """A font that has none draws the box that has the number 0."""
    shown = [
        glyph
        for page in book.pages
        for text in re.findall(rb"(?<!<)<([0-9A-F]+)>", page.Contents.read_bytes())
        for glyph in re.findall(rb".{4}", text)
    ]
    assert len(shown) > 3_000 * len(printed)
    assert b"0000" not in shown
