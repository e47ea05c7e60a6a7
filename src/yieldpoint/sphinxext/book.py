"""The book: the pages of an EPUB, in their order, printed as one PDF by Chromium.

.. code-block:: console

   $ python -m yieldpoint.sphinxext.book docs/_build/epub yieldpoint.pdf

takes the folder that ``sphinx-build -b epub`` has written. What is looked up rather
than read, the reference, is left out: links to it lead to the published site, if its
address is known, and else nowhere. Chromium prints twice, because only then it is known
on which page of the PDF each page of the site begins, which the contents say.

Examples:
    >>> from yieldpoint.sphinxext.book import anchor
    >>> anchor("asyncio/tasks.xhtml", "cancel")
    'asyncio-tasks--cancel'
"""

import argparse
import os
import posixpath
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from xml.etree import ElementTree as ET

import pikepdf

__all__ = ["Page", "anchor", "contents_of", "join", "main", "pages_in", "print_book"]

_XHTML = "{http://www.w3.org/1999/xhtml}"
_TYPE = "{http://www.idpf.org/2007/ops}type"
_STYLE = Path(__file__).with_suffix(".css")
_LIMIT = 300  # seconds that a print may take


class Page(NamedTuple):
    """A page of the site, in the book.

    Examples:
        >>> from yieldpoint.sphinxext.book import Page
        >>> Page("index.xhtml", "The book", 0).title
        'The book'
    """

    #: Its file, beginning at the folder of the EPUB.
    name: str
    title: str
    #: How many parts it is in: the parts themselves are in none.
    depth: int


def anchor(name: str, identifier: str = "") -> str:
    """Return what a place on a page is called in the book, where no other has its name.

    Args:
        name: The page's file.
        identifier: What the place is called on the page; empty for the page itself.

    Returns:
        The anchor.

    Examples:
        >>> from yieldpoint.sphinxext.book import anchor
        >>> anchor("index.xhtml")
        'index'
    """
    page = posixpath.splitext(name)[0].replace("/", "-")
    return f"{page}--{identifier}" if identifier else page


def contents_of(folder: Path, without: str) -> list[Page]:
    """Return the pages of an EPUB, as its contents list them.

    Args:
        folder: The folder of the EPUB.
        without: What the names of the pages begin with that are left out.

    Returns:
        The pages.

    Examples:
        >>> import pathlib, tempfile
        >>> from yieldpoint.sphinxext.book import contents_of
        >>> html = (
        ...     '<html xmlns="http://www.w3.org/1999/xhtml" '
        ...     'xmlns:epub="http://www.idpf.org/2007/ops"><nav/>'
        ...     '<nav epub:type="toc"><ol>'
        ...     '<li><a href="a.xhtml">A</a></li><li><a href="b.xhtml">B</a></li>'
        ...     '</ol></nav></html>'
        ... )
        >>> with tempfile.TemporaryDirectory() as name:
        ...     _ = pathlib.Path(name, "nav.xhtml").write_text(html)
        ...     [page.title for page in contents_of(pathlib.Path(name), "reference/")]
        ['A', 'B']
    """
    navigation = ET.parse(folder / "nav.xhtml").getroot()  # noqa: S314 - our own

    def listed(items: ET.Element, depth: int) -> Iterator[Page]:
        for item in items:
            link, below = item.find(f"{_XHTML}a"), item.find(f"{_XHTML}ol")
            assert link is not None
            name = link.get("href", "")
            # A section may have pages, and what is left out others that are not.
            is_page = "#" not in name and not name.startswith(without)
            if is_page:
                yield Page(name, "".join(link.itertext()), depth)
            if below is not None:
                yield from listed(below, depth + is_page)

    for nav in navigation.iter(f"{_XHTML}nav"):
        if nav.get(_TYPE) == "toc":
            return list(listed(nav[-1], 0))
    raise ValueError(f"{folder} has no contents")


def _body(folder: Path, page: Page, pages: Mapping[str, Page], site: str) -> ET.Element:
    """Return what a page says, with the anchors and the links that it has in a book."""
    parsed = ET.parse(folder / page.name).getroot()  # noqa: S314 - our own file
    body = parsed.find(f".//{_XHTML}div[@role='main']")
    assert body is not None
    for element in body.iter():
        element.tag = element.tag.removeprefix(_XHTML)
        if identifier := element.get("id"):
            element.set("id", anchor(page.name, identifier))
        for attribute in ("href", "src"):
            if address := element.get(attribute):
                lead = _lead(urljoin(page.name, address), pages, site)
                element.set(attribute, lead)
                if not lead:
                    del element.attrib[attribute]
        if level := re.fullmatch(r"h([1-6])", element.tag):
            element.tag = f"h{min(int(level[1]) + page.depth, 6)}"
    body.set("id", anchor(page.name))
    body.set("class", "page part" if page.depth == 0 else "page")
    return body


def _lead(address: str, pages: Mapping[str, Page], site: str) -> str:
    """Return where a link leads in the book, or nothing if it leads nowhere."""
    target, fragment = urldefrag(address)
    if urlsplit(address).scheme or not target.endswith(".xhtml"):
        return address
    if target in pages:
        return f"#{anchor(target, unquote(fragment))}"
    if site:
        page = f"{posixpath.splitext(target)[0]}.html"
        return urljoin(f"{site}/", f"{page}#{fragment}" if fragment else page)
    return ""


def join(
    folder: Path, pages: Sequence[Page], numbers: Mapping[str, int], site: str
) -> str:
    """Return the pages of an EPUB as one, behind its contents.

    Args:
        folder: The folder of the EPUB.
        pages: Its pages, in their order; the first one has the book's title.
        numbers: The number of the PDF's page on which each anchor is, if it is known.
        site: Where links lead to pages that are not in the book; it may be empty.

    Returns:
        The HTML, for a file in that folder.

    Examples:
        >>> import pathlib
        >>> from yieldpoint.sphinxext.book import join
        >>> join(pathlib.Path(), [], {}, "").endswith("</html>")
        True
    """
    contents = "".join(
        f'<li class="depth-{page.depth}"><a href="#{anchor(page.name)}">'
        f"<span>{escape(page.title)}</span> "
        f"<span>{numbers.get(anchor(page.name), '')}</span></a></li>\n"
        for page in pages
    )
    by_name = {page.name: page for page in pages}
    title = escape(pages[0].title) if pages else ""
    bodies = "".join(
        ET.tostring(_body(folder, page, by_name, site), "unicode", method="html")
        for page in pages
    )
    styles = "".join(
        f'<link rel="stylesheet" href="_static/{name}">'
        for name in ("pygments.css", "basic.css")
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{title}</title>{styles}<style>{_STYLE.read_text('utf-8')}</style>"
        f'</head><body><p class="title">{title}</p><ol class="contents">{contents}</ol>'
        f"{bodies}</body></html>"
    )


def pages_in(pdf: pikepdf.Pdf) -> dict[str, int]:
    """Return on which page of a PDF each anchor is to which a link leads.

    Args:
        pdf: The PDF, as Chromium prints it.

    Returns:
        The numbers, counted from 1, by anchor.

    Examples:
        >>> import pikepdf
        >>> from yieldpoint.sphinxext.book import pages_in
        >>> pages_in(pikepdf.new())
        {}
    """
    numbers = {
        page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)
    }
    anchors = pdf.Root.get("/Dests", pikepdf.Dictionary()).as_dict()
    return {
        name.removeprefix("/"): numbers[place[0].objgen]
        for name, place in anchors.items()
    }


def print_book(
    folder: Path, pdf: Path, site: str = "", pages: Sequence[Page] | None = None
) -> None:
    """Print pages of an EPUB as one PDF.

    Args:
        folder: The folder of the EPUB.
        pdf: The file to write.
        site: Where the site is published, if it is.
        pages: Its pages, in their order; if they are not named, all but the reference.

    Raises:
        FileNotFoundError: There is no Chromium.
        subprocess.SubprocessError: Chromium fails, or does not end.

    Examples:
        >>> from yieldpoint.sphinxext.book import print_book
        >>> print_book.__name__
        'print_book'
    """
    browser = shutil.which(os.environ.get("YIELDPOINT_CHROMIUM", "chromium"))
    if browser is None:
        raise FileNotFoundError(
            "there is no Chromium: name yours in YIELDPOINT_CHROMIUM"
        )
    if pages is None:
        pages = contents_of(folder, "reference/")
    joined = folder / "book.html"
    joined.write_text(join(folder, pages, {}, site), encoding="utf-8")
    # At first only the places matter. What each part means takes half of the time.
    _print(browser, joined, pdf, "--disable-pdf-tagging")
    with pikepdf.open(pdf) as printed:
        numbers = pages_in(printed)
    joined.write_text(join(folder, pages, numbers, site), encoding="utf-8")
    _print(browser, joined, pdf, "--generate-pdf-document-outline")
    with pikepdf.open(pdf, allow_overwriting_input=True) as printed:
        # Chromium packs what is shown, but not the tree of what it means.
        printed.save(object_stream_mode=pikepdf.ObjectStreamMode.generate)
    joined.unlink()


def _print(browser: str, page: Path, pdf: Path, option: str) -> None:
    """Let Chromium print a page."""
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(  # noqa: S603 - the browser that was chosen
            [
                *(browser, "--headless", "--no-sandbox", "--disable-gpu"),
                *("--disable-dev-shm-usage", "--disable-background-networking"),
                *("--no-first-run", f"--user-data-dir={profile}"),
                *("--no-pdf-header-footer", option),
                *(f"--print-to-pdf={pdf.resolve()}", page.resolve().as_uri()),
            ],
            check=True,
            capture_output=True,
            timeout=_LIMIT,
        )


def main() -> None:
    """Print the book that the command line names.

    Examples:
        >>> from yieldpoint.sphinxext.book import main
        >>> main.__name__
        'main'
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="what `sphinx-build -b epub` wrote")
    parser.add_argument("pdf", type=Path, help="the file to write")
    options = parser.parse_args()
    print_book(options.folder, options.pdf, os.environ.get("YIELDPOINT_SITE_URL", ""))


if __name__ == "__main__":
    main()
