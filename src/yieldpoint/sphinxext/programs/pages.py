"""The programs of a page: a file for each page, and a mark on what can be opened.

Examples:
    >>> from yieldpoint.sphinxext.programs.pages import file_name
    >>> file_name("ticks-while"), file_name("queue")
    ('ticks_while.py', 'queue_.py')
"""

import json
import re
import sys
from pathlib import Path
from typing import TypedDict

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.logging import getLogger
from sphinx.writers.html5 import HTML5Translator

from yieldpoint.sphinxext.elsewhere import is_web
from yieldpoint.sphinxext.execution import doctests_in, session_of
from yieldpoint.sphinxext.programs.definitions import module
from yieldpoint.sphinxext.programs.lines import lines_of
from yieldpoint.sphinxext.programs.needs import needs_of
from yieldpoint.sphinxext.programs.program import program_of

__all__ = ["Entry", "file_name", "programs_of"]

_LOGGER = getLogger(__name__)
_FOLDER = "_programs"  # of the site
_KEPT = "yieldpoint_programs"  # the attribute of a page that has them


class Entry(TypedDict):
    """What is kept of a program."""

    name: str  # of its file
    text: str
    output: str
    needs: list[str]  # of the system, beyond what a browser has
    versions: list[str] | None  # the Pythons that it is for, if not all
    watch: str | None  # what is recorded, if not all


def file_name(label: str) -> str:
    """Return the name of a program's file, which hides no module of Python's.

    Args:
        label: What the program is called on the page.

    Returns:
        The name.
    """
    stem = re.sub(r"\W+", "_", label)
    return f"{stem}_.py" if stem in sys.stdlib_module_names else f"{stem}.py"


def programs_of(doctree: nodes.document) -> dict[str, Entry]:
    """Return the programs of a page that has been read.

    Args:
        doctree: The page.

    Returns:
        The programs by their names on the page.
    """
    programs: dict[str, Entry] = vars(doctree).get(_KEPT, {})
    return programs


def _add_programs(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the programs of a page with it, and mark what can be opened as one."""
    package = app.config.example_package
    docname = app.env.docname
    title = next(iter(doctree.findall(nodes.title)), nodes.title()).astext()
    blocks = [block for block in doctests_in(doctree) if session_of(block) == "default"]
    lines = [
        list(lines_of(block.get("test", block.astext()), number))
        for number, block in enumerate(blocks)
    ]
    programs: dict[str, Entry] = vars(doctree).setdefault(_KEPT, {})
    for number, block in enumerate(blocks):
        label = _label(block) or f"{docname.rpartition('/')[2]}-{number + 1}"
        pythons = block.get("pythons")
        visible = [
            line
            for other, own in zip(blocks[: number + 1], lines, strict=False)
            if _is_seen_with(other, pythons)
            for line in own
        ]
        try:
            program = program_of(visible, number, package, f"From “{title}”.")
        except ValueError as error:
            _LOGGER.warning("this cannot stand alone: %s", error, location=block)
            continue
        for name in program.modules:
            app.env.note_dependency(module(name).file)
        programs[label] = Entry(
            name=file_name(label),
            text=program.text,
            output=program.output,
            needs=needs_of(program.text),
            versions=pythons,
            watch=None,
        )
        block["program"] = label


def _label(block: nodes.Element) -> str:
    """Return the label of a fence, or nothing."""
    names = block["names"] or (block.parent and block.parent["names"]) or [""]
    is_own = block["names"] or isinstance(block.parent, nodes.container)
    return str(names[0]) if is_own else ""


def _is_seen_with(block: nodes.Element, pythons: list[str] | None) -> bool:
    """Tell whether all Pythons that a fence is for execute another one, too."""
    own = block.get("pythons")
    return own is None or (pythons is not None and {*own} >= {*pythons})


class _Marked(nodes.General, nodes.Element):
    """What says in a browser which program it can be opened as."""


def _visit_marked(self: HTML5Translator, node: _Marked) -> None:
    self.body.append(f'<div data-program="{node["program"]}">')


def _depart_marked(self: HTML5Translator, node: _Marked) -> None:
    del node
    self.body.append("</div>\n")


def _write(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Write the programs of a page, and mark what can be opened as one."""
    programs = programs_of(doctree)
    if not programs or not is_web(app.builder):
        return
    for node in [each for each in doctests_in(doctree) if "program" in each]:
        outer = node.parent if isinstance(node.parent, nodes.container) else node
        holder, mark = outer.parent, _Marked(program=node["program"])
        holder.replace(outer, mark)
        mark += outer
    path = Path(app.outdir, _FOLDER, f"{docname}.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"programs": programs}), encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Make the programs when a page is read, and write them with it."""
    app.add_node(_Marked, html=(_visit_marked, _depart_marked))
    app.connect("doctree-read", _add_programs)
    app.connect("doctree-resolved", _write)
