"""A search that finds sections, not pages.

Sphinx's own search wants every word that is typed, and answers with pages. With
``yieldpoint.sphinxext.sections`` among the extensions, the search page has a list of
all sections instead: what each is called, what it says, and with which words the other
pages link to it. A script ranks them by the words that somebody types. A list of
questions, each with a link to its answer, thus teaches the search how people ask.

What is served for an address that has no page, ``404.html``, is a search for the words
of that address.

``search_ranks`` in ``conf.py`` makes the sections of some pages count for less or more:

.. code-block:: python

   search_ranks = {"reference/": 0.5}

Examples:
    >>> from yieldpoint.sphinxext.sections import rank_of
    >>> rank_of("reference/clock", {"reference/": 0.5})
    0.5
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypedDict
from urllib.parse import urljoin, urlsplit

from docutils import nodes
from docutils.utils import new_document
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.config import Config
from sphinx.util.typing import ExtensionMetadata

from yieldpoint.sphinxext.elsewhere import WebOnly, is_web
from yieldpoint.sphinxext.whole import write_whole

__all__ = ["rank_of"]

_HERE = Path(__file__).parent

# What is shown in a section and says nothing in words.
_SILENT = (nodes.raw, nodes.comment, nodes.title, nodes.section, addnodes.desc, WebOnly)


class _Page(TypedDict):
    """What is kept of a page from one build to the next."""

    title: str
    sections: list[tuple[str, str, str]]  # anchor, title, text
    links: list[tuple[str, str]]  # where they lead, and with which words
    places: dict[str, str]  # of all that has an anchor: the anchor of its section


def rank_of(page: str, ranks: Mapping[str, float]) -> float:
    """Return how much the sections of a page count.

    Args:
        page: The page's name.
        ranks: How much those count whose name begins in a certain way.

    Returns:
        What stands behind the longest beginning that fits; 1 if none does.

    Examples:
        >>> from yieldpoint.sphinxext.sections import rank_of
        >>> rank_of("asyncio/tasks", {"asyncio/": 2, "asyncio/tasks": 3, "in": 4})
        3
        >>> rank_of("index", {})
        1
    """
    fitting = [beginning for beginning in ranks if page.startswith(beginning)]
    return ranks[max(fitting, key=len)] if fitting else 1


def _words(parent: nodes.Element) -> Iterator[str]:
    """Yield the texts of a section, without those of the sections in it."""
    for child in parent.children:
        if isinstance(child, nodes.Text):
            yield str(child)
        elif not isinstance(child, _SILENT):
            assert isinstance(child, nodes.Element)
            yield from _words(child)
            if not isinstance(child, nodes.Inline):
                yield " "


def _sections(doctree: nodes.document) -> Iterator[tuple[str, str, str]]:
    """Yield the anchor, the title and the text of each section and documented name."""
    for section in doctree.findall(nodes.section):
        title = section.next_node(nodes.title)
        assert title is not None
        top = section.parent is doctree
        anchor = "" if top else section["ids"][0]
        yield anchor, title.astext(), " ".join("".join(_words(section)).split())
    for described in doctree.findall(addnodes.desc):
        signature = described.next_node(addnodes.desc_signature)
        if signature is None or not signature["ids"]:
            continue
        content = described.next_node(addnodes.desc_content)
        said = "".join(_words(content)) if content is not None else ""
        anchor = signature["ids"][0]
        # The name as users write it; what it takes is found as text.
        text = f"{signature.astext()} {said}"
        yield anchor, anchor, " ".join(text.split())


def _places(doctree: nodes.document) -> Iterator[tuple[str, str]]:
    """Yield each anchor of a page, and that of the section in which it is."""
    for element in doctree.findall(nodes.Element):
        anchors: list[str] = element.get("ids", [])
        for anchor in anchors:
            section: nodes.Element | None = element
            while section is not None and not isinstance(section, nodes.section):
                section = section.parent
            if section is not None and section.parent is not doctree:
                yield anchor, section["ids"][0]
            else:
                yield anchor, ""


def _explains_a_term(link: nodes.reference) -> bool:
    """Tell whether a link only leads from a word to the glossary: that asks nothing."""
    return any("std-term" in inner["classes"] for inner in link.findall(nodes.inline))


def _links(doctree: nodes.document, target: str) -> Iterator[tuple[str, str]]:
    """Yield where a page's links within the site lead, and with which words."""
    for link in doctree.findall(nodes.reference):
        address = link.get("refuri") or f"#{link.get('refid', '')}"
        if not link.get("internal") or address == "#" or _explains_a_term(link):
            continue
        item = link.parent
        while item is not None and not isinstance(item, nodes.list_item):
            item = item.parent
        # In a list of links, the whole item says what is to be found there.
        said = item.astext() if item is not None else link.astext()
        yield urljoin(target, address), " ".join(said.split())


def _take_page(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Note the sections and the links of a page that is about to be written."""
    if not is_web(app.builder):
        return
    target = app.builder.get_target_uri(page)
    _pages(app)[page] = _Page(
        title=app.env.titles[page].astext(),
        sections=list(_sections(doctree)),
        links=list(_links(doctree, target)),
        places=dict(_places(doctree)),
    )


def _kept(app: Sphinx) -> Path:
    """Return where the pages are kept from one build to the next."""
    return Path(app.doctreedir, f"sections-{app.builder.name}.json")


def _pages(app: Sphinx) -> dict[str, _Page]:
    """Return what is known of all pages: at first, what the last build knew."""
    pages: dict[str, _Page] | None = getattr(app, "_yieldpoint_sections", None)
    if pages is None:
        try:
            pages = json.loads(_kept(app).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            pages = {}
        vars(app)["_yieldpoint_sections"] = pages
    return pages


def _write(app: Sphinx, exception: Exception | None) -> None:
    """Write the list of all sections as a script: a page needs no server to load it."""
    if exception or not is_web(app.builder):
        return
    pages = {
        name: page for name, page in _pages(app).items() if name in app.env.all_docs
    }
    places = {
        f"{app.builder.get_target_uri(name)}#{anchor}": section
        for name, page in pages.items()
        for anchor, section in page["places"].items()
    }
    asked: dict[str, list[str]] = defaultdict(list)
    for name in sorted(pages):
        for address, said in pages[name]["links"]:
            target, _, anchor = address.partition("#")
            section = places.get(address, anchor)
            for meant in {address, f"{target}#{section}" if section else target}:
                if said not in asked[meant]:
                    asked[meant].append(said)
    listed: list[list[Any]] = []
    for name in sorted(pages):
        target = app.builder.get_target_uri(name)
        rank = rank_of(name, app.config.search_ranks)
        for anchor, title, text in pages[name]["sections"]:
            address = f"{target}#{anchor}" if anchor else target
            head = address, title, pages[name]["title"], rank
            listed.append([*head, asked[address], text])
    script = f"const SECTIONS = {json.dumps(listed, separators=(',', ':'))};\n"
    write_whole(Path(app.outdir, "_static", "sections.js"), script)
    write_whole(_kept(app), json.dumps(pages))


def _add_page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the page for addresses that have none."""
    if is_web(app.builder):
        path = urlsplit(app.config.html_baseurl).path.rstrip("/") + "/"
        yield "404", {"site_path": path}, "404.html"


def _count_no_words(app: Sphinx) -> None:
    """Let the index of Sphinx's own search have nothing but titles: no page loads it.

    To cut each word to its stem would take a thirtieth of a build.
    """
    if not is_web(app.builder):
        return
    assert isinstance(app.builder, StandaloneHTMLBuilder)
    add = app.builder.index_page

    def add_title(page: str, doctree: nodes.document, title: str) -> None:
        del doctree
        add(page, new_document(""), title)

    vars(app.builder)["index_page"] = add_title


def _add_files(app: Sphinx, config: Config) -> None:
    """Put the script and the search page in the place of Sphinx's own."""
    del app
    config.html_static_path += [str(_HERE / "search")]
    config.templates_path += [str(_HERE / "templates")]


def _drop_highlighting(
    app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Load no script that marks the words for which Sphinx's own search was asked."""
    del app, name, template, doctree
    scripts = context["script_files"]  # of this page; others add theirs to the list
    for script in [*scripts]:
        if str(getattr(script, "filename", "")).endswith("sphinx_highlight.js"):
            scripts.remove(script)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Take the pages as they are written, and write the list in the end."""
    app.add_config_value("search_ranks", {}, "html", types=frozenset({dict}))
    app.connect("config-inited", _add_files)
    app.connect("builder-inited", _count_no_words)
    app.connect("doctree-resolved", _take_page, priority=900)
    app.connect("html-collect-pages", _add_page)
    app.connect("html-page-context", _drop_highlighting)
    app.connect("build-finished", _write, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
