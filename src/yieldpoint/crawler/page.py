"""Reading a page: its links, their texts, and whether they may be followed.

turbohtml builds the tree that a browser would build, at a speed that a nested page
cannot change. Everything that is known of it is in this module.

A page decides what its links mean: by its encoding, its ``base``, its robots ``meta``.
So all of that is read before the first link.

Examples:
    >>> from yieldpoint.crawler.fetch import Answer
    >>> from yieldpoint.crawler.page import read
    >>> answer = Answer("ok", body=b"<a href='b'>To <b>B</b></a>")
    >>> read(answer, "http://example.com/a", "somebot").links
    [Link(address='http://example.com/b', text='To B', follow=True, wrong=None)]
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from turbohtml import Document, Element, Text, parse

from yieldpoint.crawler.address import MAX_LENGTH, AddressError, resolve
from yieldpoint.crawler.fetch import Answer
from yieldpoint.crawler.robots import page_tags

__all__ = ["Link", "Page", "is_html", "read"]

# A page is no data base: what is behind these is not read.
MAX_LINKS = 50_000
MAX_ADDRESSES = 8_000_000  # characters, in all

_MAX_TEXT = 120
_MAX_NODES = 32

# Which attribute of which element is a link, or a list of links.
_LINKS = (
    *(("a", "href"), ("area", "href"), ("link", "href")),
    *(("iframe", "src"), ("frame", "src"), ("img", "src"), ("script", "src")),
    *(("source", "src"), ("track", "src"), ("audio", "src"), ("video", "src")),
    *(("video", "poster"), ("embed", "src"), ("object", "data"), ("input", "src")),
)
_LISTS = (("img", "srcset"), ("source", "srcset"), ("link", "imagesrcset"))
_REFRESH = re.compile(
    r"\s*[0-9.]+(?>\s*[;,]|\s)\s*(?:url\s*=\s*)?['\"]?(\S.*)",
    re.IGNORECASE | re.DOTALL,
)
# In XHTML these may be closed at once; read as HTML, they would hide all that follows.
_XHTML = "application/xhtml+xml"
_EMPTY = re.compile(rb"<(script|style|title|textarea|iframe)(\s[^<>]*)?/>")

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
        return kind in {"text/html", _XHTML}
    return body[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def read(answer: Answer, address: str, token: str) -> Page:
    """Read a page.

    Args:
        answer: Its bytes, and what its head says of them. A byte order mark outdoes
            the charset there, and a ``meta`` element stands in for it.
        address: Where it was found.
        token: The robot's product token, which robots ``meta`` elements may name.

    Returns:
        The page.

    Examples:
        >>> from yieldpoint.crawler.fetch import Answer
        >>> from yieldpoint.crawler.page import read
        >>> answer = Answer("ok", body=b"<meta name=robots content=noindex>")
        >>> read(answer, "http://h/", "somebot").index
        False
    """
    body = answer.body
    if answer.kind == _XHTML:
        body = _EMPTY.sub(rb"<\1\2></\1>", body)
    try:
        document = parse(body, encoding=answer.charset, positions=False)
    except LookupError:  # no such charset
        document = parse(body, positions=False)
    if document.find("template"):  # what a script may copy from is not shown
        document.remove("template")
    metas = document.find_all("meta")
    robots = page_tags(answer.tags, token).union(
        *(_robots(meta, token) for meta in metas)
    )
    page = Page(index="noindex" not in robots)
    encoding = _codec(document)
    base = _base(document, address, encoding)
    found: dict[str, Link] = {}
    budget = MAX_ADDRESSES
    for target, text, rel in _links(document, answer.refresh):
        link = _link(target, text, rel, base, encoding)
        if link is None:
            continue
        if "nofollow" in robots:
            link = link._replace(follow=False)
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


def _links(document: Document, refresh: str) -> Iterator[tuple[str, str, str]]:
    """Yield where a page leads, kind by kind, with a text and a relation."""
    for tag, attribute in _LINKS:
        for element in document.find_all(tag):
            target = element.attr(attribute)
            if target is not None:
                text = _text(element) if tag == "a" else f"<{tag}>"
                yield target, text, element.attr("rel") or ""
    for tag, attribute in _LISTS:
        for element in document.find_all(tag):
            for target in _listed(element, attribute):
                yield target, f"<{tag}>", ""
    for element in document.find_all("meta"):
        if (element.attr("http-equiv") or "").lower() == "refresh":
            yield from _refreshed(element.attr("content") or "", "<meta>")
    yield from _refreshed(refresh, "Refresh")


def _listed(element: Element, attribute: str) -> list[str]:
    """Return the pictures of a list, unless it is one that nobody would write."""
    if not 0 < len(element.attr(attribute) or "") <= MAX_LENGTH:
        return []
    return [link.url for link in element.links() if link.attribute == attribute]


def _refreshed(content: str, text: str) -> Iterator[tuple[str, str, str]]:
    """Yield where a page leads after a while."""
    if found := _REFRESH.match(content[:MAX_LENGTH]):
        yield found[1].rstrip("'\""), text, ""


def _link(target: str, text: str, rel: str, base: str, encoding: str) -> Link | None:
    """Return a link, or None if it leads to no page."""
    words = rel[:_MAX_TEXT].lower().split() if rel else ()
    if text == "<link>" and not _NO_PAGES.isdisjoint(words):
        return None
    follow = "nofollow" not in words
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


def _base(document: Document, address: str, encoding: str) -> str:
    """Return what links are relative to: a bad ``base`` counts as none."""
    bases = (element.attr("href") for element in document.find_all("base"))
    first = next((href for href in bases if href is not None), "")
    try:
        return (first and resolve(first, address, encoding)) or address
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
