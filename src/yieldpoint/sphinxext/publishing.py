"""What search engines, and those who share a page, are told of it.

With ``yieldpoint.sphinxext.publishing`` among the extensions each page has a
description, made of its first sentences, and tells those who share it its name. Where
``html_baseurl`` is set, the site is published: each page says in which parts it is, and
there are a ``sitemap.xml`` and a ``robots.txt``.

``books`` in ``conf.py`` says what is beside a published site, all pages in one file:

.. code-block:: python

   books = {"All pages as EPUB": "shop.epub"}

Where ``repository_url`` is set, a page has a link by which an error on it is reported.

A page that is now elsewhere leads there from its old address:

.. code-block:: python

   moved_pages = {"speed/claims": "reference/claims"}

Examples:
    >>> from yieldpoint.sphinxext.publishing import shortened
    >>> shortened("A first sentence. A second one, which is longer.", 30)
    'A first sentence.'
"""

import json
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError
from sphinx.util.osutil import relative_uri
from sphinx.util.typing import ExtensionMetadata

from yieldpoint.sphinxext.elsewhere import is_web
from yieldpoint.words import translated

__all__ = [
    "add_link",
    "add_tags",
    "address_of",
    "described",
    "is_published",
    "shortened",
]

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


def described(doctree: nodes.document) -> str:
    """Return what a page says first, or what it says of itself.

    Args:
        doctree: The page.

    Returns:
        So many sentences as those show who show a description; of an empty page, none.

    Examples:
        >>> from docutils import nodes
        >>> from docutils.utils import new_document
        >>> from yieldpoint.sphinxext.publishing import described
        >>> page = new_document("page.md")
        >>> page += nodes.section("", nodes.paragraph("", "One. Two."))
        >>> described(page)
        'One. Two.'
    """
    own = _own_description(doctree)
    if own:
        return shortened(own, _LONGEST)
    for section in doctree.findall(nodes.section):
        texts = [
            child.astext()
            for child in section.children
            if isinstance(child, nodes.paragraph)
        ]
        if texts:
            return shortened(" ".join(" ".join(texts).split()), _LONGEST)
    return ""


def _own_description(doctree: nodes.document) -> str:
    for meta in doctree.findall(nodes.meta):
        if meta.get("name") == "description":
            return str(meta["content"])
    return ""


def is_published(app: Sphinx) -> bool:
    """Tell whether a build makes a site whose address is known.

    Args:
        app: The Sphinx application.

    Returns:
        Whether its pages can be found, shared and downloaded.

    Examples:
        >>> from types import SimpleNamespace as Some
        >>> from yieldpoint.sphinxext.publishing import is_published
        >>> web = Some(name="html", format="html")
        >>> is_published(Some(builder=web, config=Some(html_baseurl="")))
        False
    """
    return is_web(app.builder) and bool(app.config.html_baseurl)


def address_of(app: Sphinx, path: str) -> str:
    """Return where a file of a published site will stand.

    Args:
        app: The Sphinx application.
        path: The file, from the top of the site.

    Returns:
        The whole address.

    Examples:
        >>> from types import SimpleNamespace as Some
        >>> from yieldpoint.sphinxext.publishing import address_of
        >>> site = Some(config=Some(html_baseurl="https://shop.test/en"))
        >>> address_of(site, "robots.txt")
        'https://shop.test/en/robots.txt'
    """
    return str(urljoin(app.config.html_baseurl.rstrip("/") + "/", path))


def add_tags(context: dict[str, Any], *tags: tuple[str, str, str]) -> None:
    """Add tags to the head of a page.

    Args:
        context: What the page's template gets.
        tags: For each one how it is named, ``name`` or ``property``, its name, and
            its value.

    Examples:
        >>> from yieldpoint.sphinxext.publishing import add_tags
        >>> context = {}
        >>> add_tags(context, ("name", "description", "Its own."))
        >>> print(context["metatags"])
        <BLANKLINE>
        <meta name="description" content="Its own.">
    """
    added = "".join(
        f'\n<meta {kind}="{name}" content="{escape(value)}">'
        for kind, name, value in tags
    )
    context["metatags"] = context.get("metatags", "") + added


def add_link(context: dict[str, Any], label: str, address: str) -> None:
    """Add a link to the end of a page.

    Args:
        context: What the page's template gets.
        label: What the link says.
        address: Where it leads.

    Examples:
        >>> from yieldpoint.sphinxext.publishing import add_link
        >>> context = {}
        >>> add_link(context, "Report an error", "https://shop.test/issues")
        >>> context["page_links"]
        [('Report an error', 'https://shop.test/issues')]
    """
    context.setdefault("page_links", []).append((label, address))


def _describe(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Say in the head of a page what it is."""
    del templatename
    if doctree is None or not is_web(app.builder):
        return
    description = described(doctree)
    if description:
        if not _own_description(doctree):
            add_tags(context, ("name", "description", description))
        add_tags(context, ("property", "og:description", description))
    add_tags(
        context,
        ("property", "og:title", app.env.titles[pagename].astext()),
        ("property", "og:type", "article"),
        ("property", "og:site_name", app.config.project),
    )
    if is_published(app):
        address = address_of(app, app.builder.get_target_uri(pagename))
        add_tags(context, ("property", "og:url", address))
        context["metatags"] += _breadcrumbs(app, pagename)
        here = app.builder.get_target_uri(pagename)
        for label, book in app.config.books.items():
            add_link(context, translated(label), relative_uri(here, book))
    if app.config.repository_url:
        about = urlencode({"title": f"{pagename}: "})
        address = f"{app.config.repository_url}/issues/new?{about}"
        add_link(context, translated("Report an error on this page"), address)


def _breadcrumbs(app: Sphinx, page: str) -> str:
    """Return in which parts of the site a page is, as search engines read it."""
    path = [page]
    while parent := app.builder.relations.get(path[0], [None])[0]:  # type: ignore[attr-defined] # builders of HTML have it
        path.insert(0, parent)
    listed = [
        {
            "@type": "ListItem",
            "position": position,
            "name": app.env.titles[each].astext(),
            "item": address_of(app, app.builder.get_target_uri(each)),
        }
        for position, each in enumerate(path, start=1)
    ]
    crumbs = {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": listed,
    }
    # What stands in a title must not end the script.
    text = json.dumps(crumbs, separators=(",", ":")).replace("<", "\\u003c")
    return f'\n<script type="application/ld+json">{text}</script>'


def _lead_to_moved(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield a page for each old address."""
    if not is_web(app.builder):
        return
    for old, new in app.config.moved_pages.items():
        if new not in app.env.all_docs or old in app.env.all_docs:
            raise ConfigError(
                f"moved_pages: {new!r} must be a page, and {old!r} must be none"
            )
        yield (
            old,
            {"moved_to": new, "title": app.env.titles[new].astext()},
            "moved.html",
        )


def _list_pages(app: Sphinx, exception: Exception | None) -> None:
    """Write which pages there are, for search engines."""
    if exception or not is_published(app):
        return
    pages = sorted(app.env.all_docs)
    listed = "".join(
        f"<url><loc>{escape(address_of(app, page))}</loc></url>\n"
        for page in map(app.builder.get_target_uri, pages)
    )
    Path(app.outdir, "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{listed}</urlset>\n",
        encoding="utf-8",
    )
    sitemap = address_of(app, "sitemap.xml")
    Path(app.outdir, "robots.txt").write_text(
        f"User-agent: *\nAllow: /\nSitemap: {sitemap}\n", encoding="utf-8"
    )


def _add_templates(app: Sphinx, config: Config) -> None:
    del app
    config.templates_path += [str(Path(__file__).parent / "templates")]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Describe each page as it is written, and list them in the end."""
    app.add_config_value("books", {}, "html", types=frozenset({dict}))
    app.add_config_value("repository_url", "", "html", types=frozenset({str}))
    app.add_config_value("moved_pages", {}, "html", types=frozenset({dict}))
    app.connect("config-inited", _add_templates)
    app.connect("html-collect-pages", _lead_to_moved)
    app.connect("html-page-context", _describe)
    app.connect("build-finished", _list_pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
