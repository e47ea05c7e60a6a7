"""Names in code lead to where they are documented: here, or in Python's documentation.

With ``yieldpoint.sphinxext.code_links`` among the extensions, what a session or an
``{example}`` imports is a link wherever it stands in code, if this site documents it or
one of those that ``intersphinx_mapping`` names. Builtins are none: they stand
everywhere. Nor is what stands in an entry of the reference.

Examples:
    >>> from yieldpoint.sphinxext.code_links import linked
    >>> code = '<span class="n">time</span><span class="o">.</span>'
    >>> code += '<span class="n">sleep</span>'
    >>> address = {"time.sleep": "time.html#time.sleep"}.get
    >>> print(linked(code, {"time": "time"}, address))
    <a href="time.html#time.sleep"><span class="n">time</span>...sleep</span></a>
"""

import re
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from html import escape

from docutils import nodes
from sphinx.addnodes import desc
from sphinx.application import Sphinx
from sphinx.ext.intersphinx import InventoryAdapter
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

from yieldpoint.sphinxext.code_names import (
    imported,
    in_module,
    in_session,
    meanings,
)
from yieldpoint.sphinxext.elsewhere import is_web
from yieldpoint.sphinxext.reading import Reading, part_of

__all__ = ["linked"]

# Names with dots between them, as Pygments marks them.
_NAME = r'<span class="nn?">[\w.]+</span>'
_DOT = r'<span class="o">\.</span>'
# A name with an equals sign right behind it is a parameter.
_CHAIN = re.compile(
    rf'({_DOT})?({_NAME}(?:{_DOT}{_NAME})*+)(?!<span class="o">=</span>)'
)
_PIECE = re.compile(rf"{_DOT}|{_NAME}")
_TAG = re.compile(r"<[^>]*>")

_SESSIONS = {"pycon", "pycon3"}


def linked(
    code: str, names: Mapping[str, str], address: Callable[[str], str | None]
) -> str:
    """Return code in which names are links.

    Args:
        code: Highlighted code.
        names: The full names of what its names mean.
        address: Returns where an object is documented, if it is.

    Returns:
        The code. Each object is linked once, where it comes up first; of a chain, such
        as ``a.b.c``, as much as is documented is the link.

    Examples:
        >>> from yieldpoint.sphinxext.code_links import linked
        >>> linked('<span class="n">x</span>', {}, {}.get)
        '<span class="n">x</span>'
    """
    seen = set()

    def link(found: re.Match[str]) -> str:
        before, chain = found.groups()
        pieces = _PIECE.findall(chain)
        first, *rest = [_TAG.sub("", piece) for piece in pieces[::2]]
        if 'class="nn"' in pieces[0]:  # a module, as it is imported
            full = [first]
        elif first in names and not before:
            full = [names[first], *rest]
        else:  # a variable, or an attribute of one
            return found[0]
        for count in range(len(full), 0, -1):
            target = address(".".join(full[:count]))
            if target in seen:
                return found[0]
            if target:
                seen.add(target)
                inside = "".join(pieces[: 2 * count - 1])
                behind = "".join(pieces[2 * count - 1 :])
                return f'<a href="{escape(target)}">{inside}</a>{behind}'
        return found[0]

    return _CHAIN.sub(link, code)


def _note_names(app: Sphinx, doctree: nodes.document) -> None:
    """Note with each block of Python on a page what its names mean."""
    del app
    sessions = {}
    for block in doctree.findall(nodes.FixedTextElement):
        if isinstance(block, Reading) or _is_in_entry(block):
            continue  # it has links of its own, or is where they would lead
        if "yieldpoint_example" in block:
            module, _, _name = part_of(block["yieldpoint_example"]).partition(":")
            _note(block, in_module(module))
        elif block.get("language") in _SESSIONS or isinstance(
            block, nodes.doctest_block
        ):
            sessions[block] = in_session(block.astext())
    on_page = meanings(sessions.values())
    for block, source in sessions.items():
        _note(block, on_page | imported(source))


def _is_in_entry(node: nodes.Node) -> bool:
    """Tell whether a node is a part of an entry of the reference."""
    while node.parent is not None:
        node = node.parent
        if isinstance(node, desc):
            return True
    return False


def _note(block: nodes.Element, names: Mapping[str, str]) -> None:
    words = set(re.findall(r"\w+", block.astext()))
    block["meanings"] = {name: names[name] for name in names.keys() & words}


class _Links:
    """What makes the links of one build."""

    def __init__(self, app: Sphinx) -> None:
        self.app = app

    @cached_property
    def foreign(self) -> dict[str, str]:
        """Where the objects of other projects are documented, by name."""
        return {
            name: item.uri
            for kind, items in InventoryAdapter(self.app.env).main_inventory.items()
            if kind.startswith("py:")
            for name, item in items.items()
        }

    def address(self, docname: str, name: str) -> str | None:
        """Return where an object is documented, as seen from a page."""
        entry = self.app.env.domains.python_domain.objects.get(name)
        if entry is None:
            return self.foreign.get(name)
        page = self.app.builder.get_relative_uri(docname, entry.docname)
        return f"{page}#{entry.node_id}" if entry.node_id else page

    def visit(self, translator: HTML5Translator, node: nodes.literal_block) -> None:
        """Write a block of code, with its links."""
        try:
            HTML5Translator.visit_literal_block(translator, node)
        except nodes.SkipNode:  # that says that it has written all of it
            if names := node.get("meanings"):
                address = partial(self.address, translator.docnames[0])
                translator.body[-1] = linked(translator.body[-1], names, address)
            raise


def _begin(app: Sphinx) -> None:
    """Stand between Sphinx and code, if this build is for browsers."""
    if is_web(app.builder):
        app.add_node(nodes.literal_block, override=True, html=(_Links(app).visit, None))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Note the names as pages are read, and write the links with the pages."""
    app.connect("builder-inited", _begin)
    app.connect("doctree-read", _note_names)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
