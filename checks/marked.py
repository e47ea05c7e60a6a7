"""Pages of which each text of a catalogue is marked: what is not, no one can translate.

It is called a pseudo-translation. What a reader sees and is not marked has escaped the
catalogues, unless it is the same in all languages, as code is.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from checks import catalogues
from checks.part import MOVED, PAGES, build

#: What is put around each text.
OPEN, CLOSE = "⟦", "⟧"

#: What is the same in all languages: code, names, numbers, what a program prints.
_CODE = "pre, code, samp, script, style, svg g, svg .name, .yp-strip, .verdict-example"
_SPHINX = ".headerlink, a.reference"
_NAMES = (
    ".brand, .sidebar-brand-text, .left-details a, "
    ".yp-lanes b, .yp-lanes span, .yp-steps td:nth-child(3), .yp-steps td:last-child"
)
_NAME = re.compile(r"[\w.]*[._(][\w.() ]*|[A-Z][A-Z_]+|[a-z]+(-[a-z]+)+")

#: Where a sentence ends: what is in one is marked as a whole.
_BLOCKS = {
    *("p", "li", "td", "th", "dt", "dd", "h1", "h2", "h3", "h4", "button", "summary"),
    *("figcaption", "em", "label", "text", "option"),
}


def marked_texts() -> dict[str, str]:
    """Return each text of the package, marked."""
    texts = [str(message.id) for message in catalogues.of_the_package() if message.id]
    # The name of the language is read by the browser.
    return {text: f"{OPEN}{text}{CLOSE}" for text in texts} | {"en": "eo"}


def _mark(catalogue: Catalog, path: Path) -> None:
    """Write a translation that only marks each text."""
    for message in catalogue:
        if message.id:
            message.string = f"{OPEN}{message.id}{CLOSE}"
    catalogues.write(catalogue, path)


def mark(templates: Path, folder: Path) -> Path:
    """Build the pages with each text marked, and return where they are."""
    for page in (*PAGES, *MOVED):
        with (templates / page).with_suffix(".pot").open("rb") as file:
            _mark(read_po(file), folder / "locale/eo/LC_MESSAGES" / f"{page}.po")
    _mark(catalogues.of_the_package(), folder / "eo.po")
    options = {
        "language": "eo",
        "locale_dirs": str(folder / "locale"),
        "text_dirs": str(folder),
    }
    return build(folder, *(f"-D{key}={value}" for key, value in options.items()))


def parsed(html: str, part: str) -> Tag:
    """Return a part of a page."""
    element = BeautifulSoup(html, "html.parser").find(part)
    assert isinstance(element, Tag)
    return element


def escaped(part: Tag, same: str = "p.never") -> Iterator[str]:
    """Yield what a reader sees, or hears, and is in no catalogue.

    Args:
        part: A part of a page.
        same: What else is the same in all languages, as a selector.
    """
    alike = {id(each) for each in part.select(f"{_CODE}, {_NAMES}, {same}")}
    for text in part.find_all(string=re.compile("[a-z]{3}")):
        assert isinstance(text, NavigableString)
        around = list(text.parents)
        if type(text) is not NavigableString or alike & {id(each) for each in around}:
            continue
        blocks = [each.get_text() for each in around if each.name in _BLOCKS]
        if not {OPEN, CLOSE} & set("".join([text, *blocks])) and not _NAME.fullmatch(
            text.strip()
        ):
            yield str(text).strip()
    for element in part.select(f":not({_SPHINX})"):
        if alike & {id(each) for each in [element, *element.parents]}:
            continue
        for name in ("aria-label", "alt", "title", "placeholder", "aria-valuetext"):
            said = str(element.get(name, OPEN))
            if OPEN not in said and re.search("[a-z]{3}", said):
                yield f"{name}={said}"
