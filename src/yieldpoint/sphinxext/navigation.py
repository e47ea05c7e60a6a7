"""Furo's list of all pages, made once for the site.

While a page is written, Furo asks Sphinx for the contents of the whole site and turns
them into its sidebar. Sphinx resolves and renders them anew for each page, and Furo
parses what comes of it: that is half of what an empty page costs, and the more, the
more pages there are. But the lists of two pages differ in nothing but where their links
start from, and in what is marked as current.

This extension lets Furo make the list of the first page that is written, and makes the
others from it. Furo and Sphinx offer no way to be asked once, so it stands between
them: Furo's own request gets an empty answer, and the template the list from here. A
test compares the two, page by page. If Furo makes its list once, or caches it, this can
go; with any other theme it does nothing.

Examples:
    >>> from yieldpoint.sphinxext.navigation import Navigation
    >>> html = '<ul><li class="l1"><a class="internal" href="#">A</a></li></ul>'
    >>> Navigation(html, "a.html").seen_from("b/c.html")
    '<ul><li class="l1"><a class="internal" href="../a.html">A</a></li></ul>'
"""

import re
from collections import defaultdict
from typing import Any
from urllib.parse import urljoin, urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.osutil import relative_uri
from sphinx.util.typing import ExtensionMetadata

__all__ = ["Navigation"]

_TAG = re.compile(r"(<[^>]*>)")
_HREF = re.compile(r'href="([^"]*)"')
_CURRENT = re.compile(r"\b(current-page|current)\b ?| checked=\"\"")


class Navigation:
    """The list of all pages, in Furo's HTML.

    Args:
        html: The list as Furo makes it for one page.
        uri: That page's address within the site.

    Examples:
        >>> from yieldpoint.sphinxext.navigation import Navigation
        >>> Navigation("", "a.html").seen_from("b.html")
        ''
    """

    def __init__(self, html: str, uri: str) -> None:
        """Take the list apart."""
        #: The list in pieces: tags, and the text between them.
        self.pieces = _TAG.split(html)
        #: The pieces that are links within the site, with where they lead.
        self.links: dict[int, str] = {}
        #: What is to be marked where a page is current, as pieces: its links with the
        #: lists and items around them.
        self.paths: dict[str, set[int]] = defaultdict(set)
        #: The box that opens the list in an item, by the item's piece.
        boxes: dict[int, int] = {}
        around: list[int] = []
        for number, piece in enumerate(self.pieces):
            if piece.startswith(("<ul", "<li")):
                around.append(number)
            elif piece in {"</ul>", "</li>"}:
                around.pop()
            elif piece.startswith("<input"):
                boxes[around[-1]] = number
            elif piece.startswith("<a ") and (href := _HREF.search(piece)):
                if not urlsplit(href[1]).scheme:
                    target = urljoin(f"/{uri}", href[1].rstrip("#"))[1:]
                    self.links[number] = target
                    self.paths[target] |= {number, *around}
            else:
                continue
            self.pieces[number] = _not_current(piece)
        for path in self.paths.values():
            path |= {boxes[number] for number in path if number in boxes}

    def seen_from(self, uri: str) -> str:
        """Return the list for a page.

        Args:
            uri: The page's address within the site.

        Returns:
            The same HTML as Furo's.

        Examples:
            >>> from yieldpoint.sphinxext.navigation import Navigation
            >>> html = '<li class="l1"><a class="internal" href="#">A</a></li>'
            >>> print(Navigation(html, "a.html").seen_from("a.html"))
            <li class="l1 current current-page"><a class="current internal" href="#">...
        """
        pieces = self.pieces.copy()
        for number, target in self.links.items():
            here = "#" if target == uri else relative_uri(uri, target)
            pieces[number] = _HREF.sub(f'href="{here}"', pieces[number])
        path = self.paths.get(uri, ())
        for number in path:
            pieces[number] = _current(pieces[number])
        items = [number for number in path if pieces[number].startswith("<li")]
        if items:
            last = max(items)
            pieces[last] = pieces[last].replace('">', ' current-page">')
        return "".join(pieces)


def _not_current(tag: str) -> str:
    """Return a tag without what marks it as current."""
    tag = _CURRENT.sub("", tag)
    return tag.replace(' class=""', "").replace(' ">', '">')


def _current(tag: str) -> str:
    """Return a tag marked as current, in the order that Sphinx and Furo have."""
    if tag.startswith("<ul"):
        return '<ul class="current">'
    if tag.startswith("<li"):
        return re.sub(r'class="(\S+?)(?=[ "])', r'class="\1 current', tag)
    if tag.startswith("<input"):
        return tag.replace(" class=", ' checked="" class=')
    return tag.replace('class="', 'class="current ')


class _Sidebar:
    """What stands between Furo and Sphinx during one build."""

    def __init__(self) -> None:
        self.navigation: Navigation | None = None

    def before_furo(
        self,
        app: Sphinx,
        pagename: str,
        templatename: str,
        context: dict[str, Any],
        doctree: nodes.document | None,
    ) -> None:
        """Answer Furo's request with nothing, if the list is there already."""
        del app, pagename, templatename, doctree
        if self.navigation is not None:
            context["toctree"] = lambda **_options: ""

    def after_furo(
        self,
        app: Sphinx,
        pagename: str,
        templatename: str,
        context: dict[str, Any],
        doctree: nodes.document | None,
    ) -> None:
        """Take over the first list, and hand out the others."""
        del templatename, doctree
        uri = app.builder.get_target_uri(pagename)
        if self.navigation is None:
            self.navigation = Navigation(context["furo_navigation_tree"], uri)
        else:
            context["furo_navigation_tree"] = self.navigation.seen_from(uri)


def _begin(app: Sphinx) -> None:
    """Stand between Furo and Sphinx, if this is a build with Furo."""
    if app.config.html_theme == "furo" and app.builder.name in {"html", "dirhtml"}:
        sidebar = _Sidebar()
        app.connect("html-page-context", sidebar.before_furo, priority=400)
        app.connect("html-page-context", sidebar.after_furo, priority=600)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Look at the builder when there is one."""
    app.connect("builder-inited", _begin)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
