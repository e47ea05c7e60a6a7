"""The reading edition: modules as code and comments, linked with the pages about them.

.. code-block:: markdown

   ```{reading} yieldpoint.loop.tasks
   ```

shows the module with each docstring cut to its first line. The links go both ways:

- ``{read}`` with a name, as in ``{read}`Task.cancel```, leads to the line that defines
  it. So does the caption of an ``{example}`` that shows a part of the module.
- The name in that line leads back: to the first section, in the order of the pages,
  that shows the part by ``{example}`` or else names it by ``{read}``.
- An entry of the API reference leads there by a link at its end.

Examples:
    >>> from yieldpoint.sphinxext.reading import part_of
    >>> part_of("yieldpoint.loop.Task.cancel")
    'yieldpoint.loop.tasks:Task.cancel'
"""

import html
import pkgutil
import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.addnodes import desc_signature, pending_xref
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.roles import XRefRole
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode
from sphinx.writers.html5 import HTML5Translator

from yieldpoint.sphinxext.abridged import abridged, definitions, source_file

__all__ = ["Edition", "Reading", "ReadingDirective", "part_of"]


def part_of(name: str) -> str:
    """Return where an object is defined, whatever name it goes by.

    Args:
        name: A full name.

    Returns:
        The module, a colon, and the name in the module.

    Raises:
        AttributeError: There is no such object.
        ImportError: There is no such module.
        ValueError: It is no name.

    Examples:
        >>> from yieldpoint.sphinxext.reading import part_of
        >>> part_of("yieldpoint.loop.run")
        'yieldpoint.loop.eventloop:run'
    """
    found = pkgutil.resolve_name(name)
    # A property keeps the function that knows its name.
    found = getattr(found, "fget", None) or found
    return f"{found.__module__}:{found.__qualname__}"


class Reading(nodes.literal_block):
    """A module of the edition. In all builders but HTML it is a block of code.

    Attributes ``definitions`` (name to line) and ``links`` (name to address and text)
    are what the HTML is made with.

    Examples:
        >>> from yieldpoint.sphinxext.reading import Reading
        >>> Reading("number = 1", "number = 1").astext()
        'number = 1'
    """


class ReadingDirective(SphinxDirective):
    """Show the module that the argument names, as code and comments.

    A name that leads nowhere fails the build.

    Examples:
        >>> from yieldpoint.sphinxext.reading import ReadingDirective
        >>> ReadingDirective.required_arguments
        1
    """

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the module as one block.

        :meta private:
        """
        module = self.arguments[0]
        try:
            path = source_file(module)
        except ValueError as error:
            raise self.error(str(error)) from None
        self.env.note_dependency(str(path))
        source = abridged(path.read_text(encoding="utf-8"))
        lines = definitions(source)
        # The ids are the names, so that a link survives an edit of the module.
        block = Reading(source, source, language="python", ids=list(lines))
        block["yieldpoint_example"] = module
        block["definitions"], block["links"] = lines, {}
        self.set_source_info(block)
        edition = self.env.domains["reading"]
        for name in lines:
            edition.data["parts"][f"{module}:{name}"] = self.env.docname
        return [block]


class _Mention(NamedTuple):
    """A section of a page that shows a part of the edition, or names it."""

    is_named_only: bool  # what is shown comes first
    docname: str
    section: str
    heading: str


class Edition(Domain):
    """What the edition holds, and which pages lead to it.

    Examples:
        >>> from yieldpoint.sphinxext.reading import Edition
        >>> Edition.name
        'reading'
    """

    name = "reading"
    label = "Reading edition"
    initial_data = {"parts": {}, "mentions": {}}  # noqa: RUF012 - Domain copies it
    data_version = 1

    def clear_doc(self, docname: str) -> None:
        """Forget a page that is gone or will be read again.

        :meta private:
        """
        parts, mentions = self.data["parts"], self.data["mentions"]
        for part in [part for part, page in parts.items() if page == docname]:
            del parts[part]
        mentions.pop(docname, None)

    def merge_domaindata(
        self, docnames: AbstractSet[str], otherdata: dict[str, Any]
    ) -> None:
        """Take over what a parallel reader has found.

        :meta private:
        """
        for part, docname in otherdata["parts"].items():
            if docname in docnames:
                self.data["parts"][part] = docname
        for docname, mentions in otherdata["mentions"].items():
            if docname in docnames:
                self.data["mentions"][docname] = mentions

    def process_doc(
        self, env: BuildEnvironment, docname: str, document: nodes.document
    ) -> None:
        """Note what a page shows and names.

        :meta private:
        """
        del env
        self.data["mentions"][docname] = [
            (name, _Mention(isinstance(node, pending_xref), docname, *_section(node)))
            for node, name in _shown_or_named(document)
        ]

    def find(self, name: str) -> str | None:
        """Return the one part that a name stands for.

        :meta private:
        """
        parts = self.data["parts"]
        if ":" in name:
            return name if name in parts else None
        found = [part for part in parts if part.partition(":")[2] == name]
        return found[0] if len(found) == 1 else None

    def links_back(self, docname: str) -> dict[str, _Mention]:
        """Return the section that each name on a page of the edition leads to.

        :meta private:
        """
        names = {
            part: part.partition(":")[2]
            for part, page in self.data["parts"].items()
            if page == docname
        }
        order = {page: number for number, page in enumerate(self._pages_in_order())}
        found = [
            (mention.is_named_only, order.get(mention.docname, len(order)), part, mention)
            for mentions in self.data["mentions"].values()
            for name, mention in mentions
            if (part := self.find(name)) in names
        ]
        found.sort(key=lambda each: each[:2])  # sorts stably: the first on its page
        return {names[part]: mention for *_, part, mention in reversed(found)}

    def _pages_in_order(self) -> Iterator[str]:
        """Yield the pages in the order of the tables of contents."""
        seen = set()

        def walk(docname: str) -> Iterator[str]:
            if docname not in seen:
                seen.add(docname)
                yield docname
                for child in self.env.toctree_includes.get(docname, ()):
                    yield from walk(child)

        return walk(self.env.config.root_doc)

    def resolve_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> nodes.reference | None:
        """Lead a ``{read}`` to the line that defines what it names.

        :meta private:
        """
        del env, typ, node
        part = self.find(target)
        return part and self.link(builder, fromdocname, part, contnode)

    def resolve_any_xref(self, *_: object) -> list[tuple[str, nodes.Element]]:
        """Take no reference but ``{read}``: others lead to the API reference.

        :meta private:
        """
        return []

    def link(
        self, builder: Builder, docname: str, part: str, content: nodes.Node
    ) -> nodes.reference:
        """Return a link from a page to a part.

        :meta private:
        """
        page, anchor = self.data["parts"][part], part.partition(":")[2]
        return make_refnode(builder, docname, page, anchor, content)


class _ReadRole(XRefRole):
    """``{read}``: a link to a line of the edition, which has to be there."""

    def __init__(self) -> None:
        super().__init__(warn_dangling=True, innernodeclass=nodes.literal)

    def create_xref_node(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        self.refdomain, self.reftype = "reading", "read"
        return super().create_xref_node()


def _shown_or_named(document: nodes.Element) -> Iterator[tuple[nodes.Element, str]]:
    """Yield the nodes of a page that show a part by its name, or name it."""
    for node in document.findall(nodes.Element):
        if isinstance(node, pending_xref) and node["refdomain"] == "reading":
            yield node, node["reftarget"]
        elif "yieldpoint_example" in node and not isinstance(node, Reading):
            yield node, part_of(node["yieldpoint_example"])


def _section(node: nodes.Element) -> tuple[str, str]:
    """Return the id and the heading of the section that a node stands in."""
    while node.parent is not None:
        node = node.parent
        if isinstance(node, nodes.section):
            return node["ids"][0], node[0].astext()
    return "", ""


def _pages_to_write_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the pages of the edition whose links have changed since the last build."""
    del app
    edition = env.domains["reading"]
    pages = dict.fromkeys(edition.data["parts"].values())
    links = {page: edition.links_back(page) for page in pages}
    before = env.__dict__.get("yieldpoint_reading", {})
    env.__dict__["yieldpoint_reading"] = links
    return [page for page in pages if links[page] != before.get(page)]


def _add_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Link what a page shows with the edition, and the edition with the pages."""
    edition, builder = app.env.domains["reading"], app.builder
    parts = edition.data["parts"]
    for node in list(doctree.findall(_may_be_linked)):
        if isinstance(node, Reading):
            for name, mention in edition.links_back(docname).items():
                to = (mention.docname, mention.section)
                link = make_refnode(builder, docname, *to, nodes.Text(""))
                page = app.env.titles[mention.docname].astext()
                text = dict.fromkeys([page, mention.heading])
                node["links"][name] = link["refuri"], ": ".join(text)
        elif isinstance(node, desc_signature):
            if (part := _documented_part(node)) in parts:
                link = edition.link(builder, docname, part, nodes.Text("[source]"))
                link["classes"] = ["to-source"]
                node += link
        elif (part := part_of(node["yieldpoint_example"])) in parts:
            caption = next(node.parent.findall(nodes.caption))
            text = nodes.Text("in its module")
            caption += [nodes.Text(" · "), edition.link(builder, docname, part, text)]


def _may_be_linked(node: nodes.Node) -> bool:
    return isinstance(node, desc_signature) or (
        isinstance(node, nodes.literal_block) and "yieldpoint_example" in node
    )


def _documented_part(signature: desc_signature) -> str:
    try:
        return part_of(f"{signature['module']}.{signature['fullname']}")
    except (AttributeError, ImportError, KeyError, ValueError):
        return ""  # a module's variable, or no Python at all


def _visit_html(translator: HTML5Translator, node: Reading) -> None:
    """Write the code, highlighted, with an anchor and a link at each name it defines."""
    highlighted = translator.highlighter.highlight_block(node.rawsource, "python")
    lines = highlighted.split("\n")
    for part, number in node["definitions"].items():
        name = part.rpartition(".")[2]
        address, text = map(html.escape, node["links"].get(part, ("", "")))
        link = f'href="{address}" title="{text}"'
        tag, attributes = ("a", f"{link} ") if address else ("span", "")
        lines[number - 1] = re.sub(
            rf'<span class="(\w+)">{name}</span>',
            rf'<{tag} {attributes}id="{part}" class="\1">{name}</{tag}>',
            lines[number - 1],
            count=1,
        )
    start = translator.starttag(
        node, "div", suffix="", CLASS="highlight-python notranslate reading", ids=[]
    )
    translator.body.append(start + "\n".join(lines) + "</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Add the directive, the role and the links."""
    app.add_domain(Edition)
    app.add_directive("reading", ReadingDirective)
    app.add_role("read", _ReadRole())
    app.add_node(Reading, html=(_visit_html, None))
    app.connect("env-updated", _pages_to_write_again)
    app.connect("doctree-resolved", _add_links)
