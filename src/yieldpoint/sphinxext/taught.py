"""The way back from the reference: on which pages an object is taught.

With ``yieldpoint.sphinxext.taught`` among the extensions, an entry of the reference
ends with links to the pages that name the object most often, in their text or in their
code. What names in code mean is known from ``yieldpoint.sphinxext.code_links``.

Examples:
    >>> from yieldpoint.sphinxext.taught import used
    >>> used("loop.run(main())", {"loop": "yieldpoint.loop"})
    ['yieldpoint.loop.run']
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

from docutils import nodes
from sphinx.addnodes import desc, pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode
from sphinx.util.typing import ExtensionMetadata

from yieldpoint.sphinxext.collecting import PageCollector
from yieldpoint.sphinxext.source import in_order

__all__ = ["MentionCollector", "used"]

# How many pages an entry names.
_MOST = 3

# The entries of a page, by their anchors, with the pages that teach what they are.
_Taught = dict[str, dict[str, list[str]]]


def used(code: str, names: Mapping[str, str]) -> list[str]:
    """Return what code uses of what it imports.

    Args:
        code: The code.
        names: The full names of what its names mean.

    Returns:
        Full names, each as often as it is used.

    Examples:
        >>> from yieldpoint.sphinxext.taught import used
        >>> used("a.b(c); x.a", {"a": "module.a"})
        ['module.a.b']
    """
    chains = re.findall(r"(?<![\w.])([^\W\d]\w*)((?:\.\w+)*)", code)
    return [names[head] + rest for head, rest in chains if head in names]


class MentionCollector(PageCollector):
    """Count what each page names, as pages are read.

    Examples:
        >>> from yieldpoint.sphinxext.collecting import PageCollector
        >>> from yieldpoint.sphinxext.taught import MentionCollector
        >>> issubclass(MentionCollector, PageCollector)
        True
    """

    key = "yieldpoint_mentions"

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        """Count the names on a page that teaches: one of the reference does not.

        :meta private:
        """
        if doctree.next_node(desc) is not None:
            return
        names: list[str] = []
        for node in doctree.findall(nodes.Element):
            if isinstance(node, pending_xref) and node["refdomain"] == "py":
                names.append(node["reftarget"])
            elif isinstance(node, nodes.FixedTextElement):
                names += used(node.astext(), node.get("meanings", {}))
        _mentions(app.env)[app.env.docname] = Counter(names)


def _mentions(env: BuildEnvironment) -> dict[str, Counter[str]]:
    """Return how often each page names each object."""
    mentions: dict[str, Counter[str]] = MentionCollector.kept(env)
    return mentions


def _taught(env: BuildEnvironment) -> _Taught:
    """Return which pages teach what, for each page of the reference."""
    objects = env.domains.python_domain.objects
    counted: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    order = dict.fromkeys([*in_order(env, env.config.root_doc, set())])
    mentions = _mentions(env)
    for page in dict.fromkeys([*order, *sorted(mentions)]):
        for name, count in mentions.get(page, {}).items():
            if entry := objects.get(name):
                counted[entry.docname, entry.node_id][page] += count
    taught: _Taught = {}
    for (docname, node_id), pages in counted.items():
        if docname not in mentions:
            most = [page for page, _count in pages.most_common(_MOST)]
            taught.setdefault(docname, {})[node_id] = most
    return taught


def _pages_to_write_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the pages of the reference of which other pages teach something now."""
    del app
    before: _Taught = env.__dict__.get("yieldpoint_taught", {})
    now = env.__dict__["yieldpoint_taught"] = _taught(env)
    pages = (before.keys() | now.keys()) & env.found_docs
    return [page for page in pages if before.get(page) != now.get(page)]


def _add_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Name the pages at the end of each entry."""
    taught: _Taught = app.env.__dict__["yieldpoint_taught"]
    for entry in doctree.findall(desc):
        signature, content = entry[0], entry[-1]
        assert isinstance(signature, nodes.Element)
        assert isinstance(content, nodes.Element)
        pages = [
            page
            for node_id in signature["ids"]
            for page in taught.get(docname, {}).get(node_id, ())
        ]
        if pages:
            line = nodes.paragraph("", "Taught on: ", classes=["taught"])
            for page in pages:
                title = nodes.Text(app.env.titles[page].astext())
                link = make_refnode(app.builder, docname, page, "", title)
                line += [link, nodes.Text(", ")]
            content += nodes.paragraph("", "", *line.children[:-1], classes=["taught"])


def setup(app: Sphinx) -> ExtensionMetadata:
    """Count as pages are read, and add the links as they are written."""
    app.add_env_collector(MentionCollector)
    # When each object is known under all of its names.
    app.connect("env-updated", _pages_to_write_again, priority=900)
    app.connect("doctree-resolved", _add_links)
    return {
        "version": "1",
        "env_version": 1,  # one more whenever something else is counted
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
