"""What search engines, and those who share a page, are told of it.

With ``yieldpoint.sphinxext.publishing`` among the extensions each page has a
description, made of its first sentences, and tells those who share it its name. Where
``html_baseurl`` is set, there are also a ``sitemap.xml`` and a ``robots.txt``.

Examples:
    >>> from yieldpoint.sphinxext.publishing import shortened
    >>> shortened("A first sentence. A second one, which is longer.", 30)
    'A first sentence.'
"""

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from yieldpoint.sphinxext.elsewhere import is_web

__all__ = ["shortened"]

# So much of a description is shown by those who show one.
_LONGEST = 200


def shortened(text: str, length: int) -> str:
    """Return the first sentences of a text, as many as fit.

    Args:
        text: The text.
        length: How many characters there may be.

    Returns:
        Whole sentences; of a first one that is too long, the first words.

    Examples:
        >>> from yieldpoint.sphinxext.publishing import shortened
        >>> shortened("One. Two. Three.", 10)
        'One. Two.'
        >>> shortened("A sentence that does not fit.", 20)
        'A sentence that …'
        >>> shortened("Short", 20)
        'Short'
    """
    if len(text) <= length:
        return text
    ends = [end.end(1) for end in re.finditer(r"([.!?:])\s", text)]
    fitting = [end for end in ends if end <= length]
    if fitting:
        return text[: fitting[-1]]
    return f"{text[: length - 1].rpartition(' ')[0]} …"


def _said(doctree: nodes.document) -> str:
    """Return what a page says first, or what it says of itself."""
    for meta in doctree.findall(nodes.meta):
        if meta.get("name") == "description":
            return str(meta["content"])
    for section in doctree.findall(nodes.section):
        texts = [
            child.astext()
            for child in section.children
            if isinstance(child, nodes.paragraph)
        ]
        if texts:
            return " ".join(" ".join(texts).split())
    return ""


def _tags(
    app: Sphinx, page: str, title: str, doctree: nodes.document
) -> Iterator[tuple[str, str, str]]:
    """Yield what a page's head says: how each thing is named, its name, its value."""
    description = shortened(_said(doctree), _LONGEST)
    if description:
        if not any(
            meta.get("name") == "description" for meta in doctree.findall(nodes.meta)
        ):
            yield "name", "description", description
        yield "property", "og:description", description
    yield "property", "og:title", title
    yield "property", "og:type", "article"
    yield "property", "og:site_name", app.config.project
    if app.config.html_baseurl:
        yield "property", "og:url", _address(app, page)


def _address(app: Sphinx, page: str) -> str:
    """Return where a page will stand."""
    base = app.config.html_baseurl.rstrip("/") + "/"
    return str(urljoin(base, app.builder.get_target_uri(page)))


def _describe(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Add the tags to the head of a page."""
    del templatename
    if doctree is None or not is_web(app.builder):
        return
    title = app.env.titles[pagename].astext()
    tags = "".join(
        f'\n<meta {kind}="{name}" content="{escape(value)}">'
        for kind, name, value in _tags(app, pagename, title, doctree)
    )
    context["metatags"] = context.get("metatags", "") + tags


def _list_pages(app: Sphinx, exception: Exception | None) -> None:
    """Write which pages there are, for search engines."""
    if exception or not is_web(app.builder) or not app.config.html_baseurl:
        return
    pages = sorted(app.env.all_docs)
    listed = "".join(
        f"<url><loc>{escape(_address(app, page))}</loc></url>\n" for page in pages
    )
    Path(app.outdir, "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{listed}</urlset>\n",
        encoding="utf-8",
    )
    sitemap = urljoin(app.config.html_baseurl.rstrip("/") + "/", "sitemap.xml")
    Path(app.outdir, "robots.txt").write_text(
        f"User-agent: *\nAllow: /\nSitemap: {sitemap}\n", encoding="utf-8"
    )


def setup(app: Sphinx) -> ExtensionMetadata:
    """Describe each page as it is written, and list them in the end."""
    app.connect("html-page-context", _describe)
    app.connect("build-finished", _list_pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
