"""Each page as Markdown, and ``llms.txt``, which lists them for programs that read.

With ``yieldpoint.sphinxext.markdown`` among the extensions, ``sphinx-build -b
markdown`` writes each page with its code and its outputs, and each recording as text;
`sphinx-markdown-builder` does most of it. Where the site is published, each of its
pages says where its Markdown is: it has to be written into the same folder.

Examples:
    >>> from yieldpoint.sphinxext.markdown import entry
    >>> entry("Tasks", "asyncio/tasks.md", "A task drives a coroutine.")
    '- [Tasks](asyncio/tasks.md): A task drives a coroutine.'
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.osutil import relative_uri
from sphinx.util.typing import ExtensionMetadata
from sphinx_markdown_builder.translator import (  # type: ignore[import-untyped]  # it has no types
    MarkdownTranslator,
)

from yieldpoint.sphinxext.publishing import (
    add_link,
    address_of,
    described,
    is_published,
)
from yieldpoint.sphinxext.recording import Recorded
from yieldpoint.sphinxext.source import in_order
from yieldpoint.words import translated

__all__ = ["entry"]

_BUILDER = "markdown"
_GENERATED = ("genindex", "py-modindex", "search")


def entry(title: str, address: str, description: str) -> str:
    """Return the line of a page in ``llms.txt``.

    Args:
        title: The page's title.
        address: Where its Markdown is.
        description: What it says first; it may be empty.

    Returns:
        An item of a list.

    Examples:
        >>> from yieldpoint.sphinxext.markdown import entry
        >>> entry("Tasks", "tasks.md", "")
        '- [Tasks](tasks.md)'
    """
    link = f"- [{title}]({address})"
    return f"{link}: {description}" if description else link


class InMarkdown(SphinxPostTransform):
    """Puts text in the place of what is not there in Markdown.

    Examples:
        >>> from yieldpoint.sphinxext.markdown import InMarkdown
        >>> InMarkdown.builders
        ('markdown',)
    """

    builders = (_BUILDER,)
    default_priority = 40  # before others turn it into a table

    def run(self, **_: object) -> None:
        """Replace recordings, and links to what only a site has: the index.

        :meta private:
        """
        for run in list(self.document.findall(Recorded)):
            text = run["text"]
            run.replace_self(nodes.literal_block(text, text, language="text"))
        missing = {f"{page}{self.config.markdown_file_suffix}" for page in _GENERATED}
        for link in list(self.document.findall(nodes.reference)):
            if link.get("refuri", "").rpartition("/")[2] in missing:
                link.replace_self(link.children)


def _visit_caption(self: MarkdownTranslator, node: nodes.caption) -> None:
    self.visit_paragraph(node)


def _depart_caption(self: MarkdownTranslator, node: nodes.caption) -> None:
    self.depart_paragraph(node)


def _visit_words(self: MarkdownTranslator, node: nodes.Element) -> None:
    """Take the words as they are."""


def _skip(self: MarkdownTranslator, node: nodes.Element) -> None:
    del self, node
    raise nodes.SkipNode


def _listed(app: Sphinx) -> Iterator[str]:
    """Yield the lines of ``llms.txt``: a heading a part, an item a page."""
    env, root = app.env, app.config.root_doc

    def line(page: str) -> str:
        address = app.builder.get_target_uri(page)
        if app.config.html_baseurl:
            address = address_of(app, address)
        said = described(env.get_doctree(page))
        return entry(env.titles[page].astext(), address, said)

    yield f"# {app.config.project}"
    yield f"\n> {described(env.get_doctree(root))}"
    seen = {root}
    for part in env.toctree_includes.get(root, ()):
        yield f"\n## {env.titles[part].astext()}\n"
        yield from map(line, in_order(env, part, seen))


def _list_pages(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.name != _BUILDER:
        return
    lines = "\n".join(_listed(app))
    Path(app.outdir, "llms.txt").write_text(f"{lines}\n", encoding="utf-8")


def _link(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Say on a page where its Markdown is."""
    del templatename
    if doctree is None or not is_published(app):
        return
    assert isinstance(app.builder, StandaloneHTMLBuilder)
    here = app.builder.get_target_uri(pagename)
    address = relative_uri(here, f"{pagename}{app.config.markdown_file_suffix}")
    tag = f'\n<link rel="alternate" type="text/markdown" href="{address}">'
    context["metatags"] = context.get("metatags", "") + tag
    add_link(context, translated("This page as Markdown"), address)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the builder, what it leaves open, and the links to what it writes."""
    app.setup_extension("sphinx_markdown_builder")
    # What the translator has no form for.
    added: dict[type[nodes.Element], Any] = {
        nodes.abbreviation: (_visit_words, _visit_words),
        nodes.caption: (_visit_caption, _depart_caption),
        nodes.meta: (_skip, None),
    }
    for node, visit_and_depart in added.items():
        app.add_node(node, override=True, markdown=visit_and_depart)
    app.add_post_transform(InMarkdown)
    app.connect("html-page-context", _link)
    app.connect("build-finished", _list_pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
