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
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import NamedTuple

from docutils import nodes
from sphinx.addnodes import desc_signature, pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector
from sphinx.roles import XRefRole
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

from yieldpoint.sphinxext.abridged import abridged, definitions, source_file
from yieldpoint.sphinxext.source import in_order
from yieldpoint.words import translated

__all__ = ["PartCollector", "Reading", "ReadingDirective", "part_of"]


def part_of(name: str) -> str:
    """Return where an object is defined, whatever name it goes by.

    Args:
        name: A full name.

    Returns:
        The module, a colon, and the name in the module.

    Raises:
        AttributeError: There is no such object, or it is no class and no function.
        ImportError: There is no such module.
        ValueError: It is no name.

    Examples:
        >>> from yieldpoint.sphinxext.reading import part_of
        >>> part_of("fractions.Fraction.numerator")
        'fractions:Fraction.numerator'
    """
    found = pkgutil.resolve_name(name)
    # A property keeps the function that knows its name.
    found = getattr(found, "fget", None) or found
    return f"{found.__module__}:{found.__qualname__}"


class Reading(nodes.literal_block):
    """A module of the edition. In all builders but HTML it is a block of code.

    Its attribute ``definitions`` has the line of each name, and ``links`` the address
    and the title of the section that a name leads back to.

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
        block["page"] = self.env.docname  # not every builder keeps pages apart
        self.set_source_info(block)
        return [block]


class _Mention(NamedTuple):
    """A section of a page that shows a part of the edition, or names it."""

    docname: str
    section: str
    heading: str
    is_named_only: bool


@dataclass
class _Edition:
    """What the edition holds, and which pages lead to it."""

    #: The page on which each part stands.
    parts: dict[str, str] = field(default_factory=dict)
    #: What each page shows and names: the name, and where.
    mentions: dict[str, list[tuple[str, _Mention]]] = field(default_factory=dict)
    #: The links back of each page of the edition, as they were last written.
    written: dict[str, dict[str, _Mention]] = field(default_factory=dict)

    def find(self, name: str) -> str | None:
        """Return the one part that a name stands for, with its module or without."""
        if ":" in name:
            return name if name in self.parts else None
        found = [part for part in self.parts if part.partition(":")[2] == name]
        return found[0] if len(found) == 1 else None

    def links_back(self, order: list[str]) -> dict[str, dict[str, _Mention]]:
        """Return, for each page of the edition, where the names on it lead to."""
        links: dict[str, dict[str, _Mention]] = {
            page: {} for page in self.parts.values()
        }
        mentions = [each for page in order for each in self.mentions.get(page, ())]
        # What is shown comes before what is named; else the order stays as it is.
        for name, mention in sorted(mentions, key=lambda each: each[1].is_named_only):
            part = self.find(name)
            if part and mention.docname not in links:  # the edition explains nothing
                back = links[self.parts[part]]
                back.setdefault(part.partition(":")[2], mention)
        return links


class PartCollector(EnvironmentCollector):
    """Collect what the edition holds, and which pages lead to it, as pages are read.

    Examples:
        >>> from sphinx.environment.collectors import EnvironmentCollector
        >>> from yieldpoint.sphinxext.reading import PartCollector
        >>> issubclass(PartCollector, EnvironmentCollector)
        True
    """

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        """Note what a page holds, shows and names.

        :meta private:
        """
        docname = app.env.docname
        edition = _edition(app.env)
        mentions = edition.mentions[docname] = []
        for node in doctree.findall(nodes.Element):
            if isinstance(node, Reading):
                module = node["yieldpoint_example"]
                for name in node["definitions"]:
                    edition.parts[f"{module}:{name}"] = docname
            elif isinstance(node, pending_xref) and node["reftype"] == "read":
                mention = _Mention(docname, *_section(node), is_named_only=True)
                mentions.append((node["reftarget"], mention))
            elif "yieldpoint_example" in node:
                mention = _Mention(docname, *_section(node), is_named_only=False)
                mentions.append((part_of(node["yieldpoint_example"]), mention))

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget a page that is gone or will be read again.

        :meta private:
        """
        del app
        edition = _edition(env)
        edition.mentions.pop(docname, None)
        for part in [part for part, page in edition.parts.items() if page == docname]:
            del edition.parts[part]

    def merge_other(
        self,
        app: Sphinx,
        env: BuildEnvironment,
        docnames: AbstractSet[str],
        other: BuildEnvironment,
    ) -> None:
        """Take over what a parallel reader has collected.

        :meta private:
        """
        del app
        edition, its = _edition(env), _edition(other)
        for docname in docnames:
            edition.mentions[docname] = its.mentions[docname]
        edition.parts |= {
            part: page for part, page in its.parts.items() if page in docnames
        }


def _edition(env: BuildEnvironment) -> _Edition:
    """Return what the environment keeps from one build to the next."""
    edition: _Edition = env.__dict__.setdefault("yieldpoint_reading", _Edition())
    return edition


def _section(node: nodes.Element) -> tuple[str, str]:
    """Return the id and the heading of the section that a node stands in."""
    while node.parent is not None:
        node = node.parent
        if isinstance(node, nodes.section):
            return node["ids"][0], node[0].astext()
    return "", ""


def _pages_to_write_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the pages of the edition whose links back are new or have changed."""
    del app
    edition = _edition(env)
    contents = in_order(env, env.config.root_doc, set())
    order = list(dict.fromkeys([*contents, *sorted(env.found_docs)]))
    before, edition.written = edition.written, edition.links_back(order)
    return [
        page for page in edition.written if edition.written[page] != before.get(page)
    ]


def _resolve_role(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.TextElement
) -> nodes.reference | None:
    """Lead a ``{read}`` to the line that defines what it names."""
    if node["reftype"] != "read":
        return None
    part = _edition(env).find(node["reftarget"])
    return _link(app, node["refdoc"], part, content) if part else None


def _link(app: Sphinx, docname: str, part: str, content: nodes.Node) -> nodes.reference:
    """Return a link from a page to a part of the edition."""
    page, name = _edition(app.env).parts[part], part.partition(":")[2]
    return make_refnode(app.builder, docname, page, name, content)


def _add_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Link what a page shows with the edition, and the edition with the pages."""
    parts = _edition(app.env).parts
    for node in list(doctree.findall(nodes.Element)):
        if isinstance(node, Reading):
            _link_back(app, docname, node)
        elif (part := _shown_or_documented(node)) in parts:
            is_shown = "yieldpoint_example" in node
            text = nodes.Text(
                translated("in its module") if is_shown else translated("[source]")
            )
            link = _link(app, docname, part, text)
            if is_shown:
                caption = next(node.parent.findall(nodes.caption))
                caption.extend([nodes.Text(" · "), link])
            else:
                link["classes"].append("to-source")
                node.append(link)


def _shown_or_documented(node: nodes.Element) -> str:
    """Return the part of the edition, if it is one, that a page shows or documents."""
    if "yieldpoint_example" in node:
        return part_of(node["yieldpoint_example"])
    try:
        if isinstance(node, desc_signature):
            return part_of(f"{node['module']}.{node['fullname']}")
    except (AttributeError, ImportError, KeyError, ValueError):
        pass  # it is a module's variable, or no Python at all
    return ""


def _link_back(app: Sphinx, docname: str, block: Reading) -> None:
    """Say where the names that a module defines lead to."""
    for name, mention in _edition(app.env).written[block["page"]].items():
        to = (mention.docname, mention.section)
        link = make_refnode(app.builder, docname, *to, nodes.Text(""))
        page = app.env.titles[mention.docname].astext()
        title = ": ".join(filter(None, dict.fromkeys([page, mention.heading])))
        # Where all pages are in one file, the section is in this one.
        address = link.get("refuri") or f"#{mention.section}"
        block["links"][name] = address, title


def _visit_html(translator: HTML5Translator, node: Reading) -> None:
    """Write highlighted code, with an anchor and a link at each name it defines."""
    highlighted = translator.highlighter.highlight_block(node.rawsource, "python")
    lines = highlighted.split("\n")
    for part, number in node["definitions"].items():
        name = part.rpartition(".")[2]
        before, _, behind = lines[number - 1].partition(f'">{name}</span>')
        before, _, style = before.rpartition('<span class="')
        tag, link = "span", ""
        if part in node["links"]:
            address, title = map(html.escape, node["links"][part])
            tag, link = "a", f' href="{address}" title="{title}"'
        anchor = f'<{tag} class="{style}" id="{part}"{link}>{name}</{tag}>'
        lines[number - 1] = before + anchor + behind
    code = "\n".join(lines)
    block = f'<div class="highlight-python notranslate reading">{code}</div>\n'
    translator.body.append(block)
    raise nodes.SkipNode


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the directive, the role and the links."""
    app.add_directive("reading", ReadingDirective)
    app.add_role("read", XRefRole(warn_dangling=True, innernodeclass=nodes.literal))
    app.add_node(Reading, html=(_visit_html, None))
    app.add_env_collector(PartCollector)
    app.connect("env-updated", _pages_to_write_again)
    app.connect("missing-reference", _resolve_role)
    app.connect("doctree-resolved", _add_links)
    return {
        "version": "1",
        "env_version": 1,  # one more whenever the edition keeps something else
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
