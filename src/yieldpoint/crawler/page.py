"""Reading a page: its links, their texts, and whether they may be followed.

turbohtml builds the tree that a browser would build, at a speed that a nested page
cannot change. Everything that is known of it is in this module.

A page decides what its links mean: by its encoding, its ``base``, its robots ``meta``.
So all of that is read before the first link.

Examples:
    >>> from yieldpoint.crawler.page import read
    >>> page = read(b"<a href='b'>To <b>B</b></a>", "http://example.com/a", "somebot")
    >>> page.links
    [Link(address='http://example.com/b', text='To B', follow=True, wrong=None)]
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from turbohtml import Document, Element, Text, parse

from yieldpoint.crawler.address import MAX_LENGTH, AddressError, resolve
from yieldpoint.crawler.robots import page_tags

__all__ = ["Link", "Page", "is_html", "read"]

# A page is no data base: what is behind these is not read.
MAX_LINKS = 50_000
MAX_ADDRESSES = 8_000_000  # characters, in all

_MAX_TEXT = 120
_MAX_NODES = 32

# Which attribute of which element is a link.
_LINKS = {
    "a": "href",
    "area": "href",
    "link": "href",
    "iframe": "src",
    "frame": "src",
    "img": "src",
    "script": "src",
    "source": "src",
    "audio": "src",
    "video": "src",
    "embed": "src",
    "object": "data",
}
_REFRESH = re.compile(
    r"\s*[0-9.]+\s*[;,]\s*(?:url\s*=\s*)?['\"]?(\S.*)", re.IGNORECASE | re.DOTALL
)
_NO_WORDS: set[str] = set()

# These say how to connect to a host, and lead to no page.
_NO_PAGES = {"preconnect", "dns-prefetch"}


class Link(NamedTuple):
    """A link of a page.

    Args:
        address: Where it leads, normalised; as it is written if that is wrong.
        text: What a reader sees of it.
        follow: Whether the page lets robots follow it.
        wrong: Why it cannot be followed by anybody, or None.

    Examples:
        >>> from yieldpoint.crawler.page import Link
        >>> Link("http://example.com/").follow
        True
    """

    address: str
    text: str = ""
    follow: bool = True
    wrong: str | None = None


@dataclass(slots=True)
class Page:
    """What has been read of a page.

    Attributes:
        links: Its links, each address once.
        index: Whether it lets robots list it.
        remark: What could not be read, or None.

    Examples:
        >>> from yieldpoint.crawler.page import Page
        >>> Page().index
        True
    """

    links: list[Link] = field(default_factory=list)
    index: bool = True
    remark: str | None = None


def is_html(kind: str, body: bytes = b"<") -> bool:
    """Tell whether a body is a page with links.

    Args:
        kind: The content type; without one, the body tells.
        body: The body.

    Returns:
        Whether it is HTML.

    Examples:
        >>> from yieldpoint.crawler.page import is_html
        >>> is_html("text/html"), is_html("", b" <!doctype html>")
        (True, True)
    """
    if kind:
        return kind in {"text/html", "application/xhtml+xml"}
    return body[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def read(
    body: bytes, address: str, token: str, charset: str | None = None, tags: str = ""
) -> Page:
    """Read a page.

    Args:
        body: Its bytes.
        address: Where it was found.
        token: The robot's product token, which robots ``meta`` elements may name.
        charset: What the content type says; a byte order mark outdoes it, and a
            ``meta`` element stands in for it.
        tags: What the header ``X-Robots-Tag`` says.

    Returns:
        The page.

    Examples:
        >>> from yieldpoint.crawler.page import read
        >>> read(b"<meta name=robots content=noindex>", "http://h/", "somebot").index
        False
    """
    try:
        document = parse(body, encoding=charset, positions=False)
    except LookupError:  # no such charset
        document = parse(body, positions=False)
    document.remove("template")  # what a script may copy from is not shown
    elements: list[Element] = document.find_all([*_LINKS, "base", "meta"])
    robots = page_tags(tags, token)
    base: str | None = None
    for element in elements:
        if element.tag == "meta":
            robots |= _robots(element, token)
        elif element.tag == "base" and base is None:
            base = element.attr("href") or None
    page = Page(index="noindex" not in robots)
    encoding = _codec(document)
    found: dict[str, Link] = {}
    budget = MAX_ADDRESSES
    start = _base(base, address, encoding)
    for element, text in _links(elements):
        link = _link(element, text, start, encoding, follow="nofollow" not in robots)
        if link is None:
            continue
        known = found.get(link.address)
        if known is None or (link.follow and not known.follow):
            found[link.address] = link
            budget -= len(link.address)
            if len(found) > MAX_LINKS or budget < 0:
                page.remark = f"only the first {len(found) - 1:,} links were read"
                del found[link.address]
                break
    page.links = list(found.values())
    return page


def _links(elements: list[Element]) -> Iterator[tuple[Element, str]]:
    """Yield the elements that lead somewhere, and where."""
    for element in elements:
        if element.tag == "meta":
            if (element.attr("http-equiv") or "").lower() == "refresh":
                found = _REFRESH.match((element.attr("content") or "")[:MAX_LENGTH])
                if found:
                    yield element, found[1].rstrip("'\"")
        elif (name := _LINKS.get(element.tag)) is not None:
            target = element.attr(name)
            if target is not None:
                yield element, target


def _link(
    element: Element, target: str, base: str, encoding: str, *, follow: bool
) -> Link | None:
    """Return the link of an element, or None if it leads to no page."""
    rel = element.attr("rel")
    words = set(rel[:_MAX_TEXT].lower().split()) if rel else _NO_WORDS
    if element.tag == "link" and words & _NO_PAGES:
        return None
    text = _text(element) if element.tag == "a" else f"<{element.tag}>"
    follow = follow and "nofollow" not in words
    try:
        address = resolve(target, base, encoding)
    except AddressError as error:
        return Link(target.strip()[:MAX_LENGTH], text, follow, str(error))
    return None if address is None else Link(address, text, follow)


def _text(element: Element) -> str:
    """Return what a reader sees of a link: its words, or what an image stands for."""
    children = element.children
    if len(children) == 1 and isinstance(children[0], Text):  # nearly always
        return " ".join(children[0].data[: 2 * _MAX_TEXT].split())[:_MAX_TEXT]
    words: list[str] = []
    for node in islice(element.descendants, _MAX_NODES):
        if isinstance(node, Text):
            words.append(node.data[:_MAX_TEXT])
        elif isinstance(node, Element) and node.tag == "img":
            words.append(node.attr("alt") or "<img>")
    return " ".join("".join(words).split())[:_MAX_TEXT]


def _robots(element: Element, token: str) -> set[str]:
    """Return what a ``meta`` element asks of robots."""
    if (element.attr("name") or "").lower() not in {"robots", token}:
        return set()
    return page_tags(element.attr("content") or "", token)


def _base(document_base: str | None, address: str, encoding: str) -> str:
    """Return what links are relative to: a bad ``base`` counts as none."""
    try:
        return (document_base and resolve(document_base, address, encoding)) or address
    except AddressError:
        return address


def _codec(document: Document) -> str:
    """Return the encoding of a page's queries, as Python names it.

    Those of UTF-16 pages are in UTF-8: a query is made of bytes, not of pairs.
    """
    name = document.encoding or "utf-8"
    try:
        "".encode(name)
    except LookupError:
        return "utf-8"
    return "utf-8" if name.lower().startswith("utf") else name
