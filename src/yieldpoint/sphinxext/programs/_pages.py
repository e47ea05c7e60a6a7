"""The programs of a page: a file for each page, and a mark on what can be opened.

Examples:
    >>> from yieldpoint.sphinxext.programs._pages import file_name
    >>> file_name("ticks-while"), file_name("queue")
    ('ticks_while.py', 'queue_.py')
"""

import json
import re
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypedDict
from urllib.parse import urljoin

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.logging import getLogger
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator

from yieldpoint.sphinxext.elsewhere import is_web
from yieldpoint.sphinxext.execution import doctests_in, session_of
from yieldpoint.sphinxext.programs._definitions import module
from yieldpoint.sphinxext.programs._lines import lines_of
from yieldpoint.sphinxext.programs._needs import needs_of
from yieldpoint.sphinxext.programs._notebook import notebook
from yieldpoint.sphinxext.programs._program import (
    Program,
    program_of,
    program_of_call,
)
from yieldpoint.sphinxext.publishing import add_link
from yieldpoint.words import translated

__all__ = ["Entry", "file_name", "programs_of"]

# The name of a program, what it is of, and what makes it.
_Made = tuple[str, nodes.Element, Callable[[], Program]]
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
    seconds: int | None  # how long it takes, if that is long


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
    programs: dict[str, Entry] = {}
    long = app.config.program_seconds.get(app.env.docname, {})
    for label, node, make in [*_fences(app, doctree), *_recordings(app, doctree)]:
        try:
            program = make()
        except ValueError as error:
            _LOGGER.warning("this cannot stand alone: %s", error, location=node)
            continue
        for name in program.modules:
            app.env.note_dependency(module(name).file)
        own = label if label not in programs else f"{label}-recorded"
        said = ""
        if own in long:
            said = translated(" It takes {seconds} s.", seconds=long[own])
        programs[own] = Entry(
            name=file_name(own),
            text=program.text.replace("\n", f"{said}\n", 1),
            output=program.output,
            needs=needs_of(program.text),
            versions=node.get("pythons"),
            watch=None,
            seconds=long.get(own),
        )
        node["program"] = own
    vars(doctree)[_KEPT] = programs


def _fences(app: Sphinx, doctree: nodes.document) -> Iterator[_Made]:
    """Yield the fences: their labels, and what makes a program of each."""
    blocks = [block for block in doctests_in(doctree) if session_of(block) == "default"]
    lines = [
        list(lines_of(block.get("test", block.astext()), number))
        for number, block in enumerate(blocks)
    ]
    page = app.env.docname.rpartition("/")[2]
    for number, block in enumerate(blocks):
        seen = [
            line
            for other, own in zip(blocks[: number + 1], lines, strict=False)
            if _is_seen_with(other, block.get("pythons"))
            for line in own
        ]
        make = partial(
            program_of, seen, number, app.config.example_package, _head(doctree)
        )
        yield _label(block) or f"{page}-{number + 1}", block, make


def _recordings(app: Sphinx, doctree: nodes.document) -> Iterator[_Made]:
    """Yield the recordings: their names, and what makes a program of each."""
    for part in doctree.findall(nodes.container):
        if "recorded" in part:
            label, name, call, want = part["recorded"]
            package, head = app.config.example_package, _head(doctree)
            make = partial(program_of_call, name, call, want, package, head)
            yield label, part, make


def _head(doctree: nodes.document) -> str:
    """Return what the programs of a page say about themselves."""
    title = next(iter(doctree.findall(nodes.title)), nodes.title()).astext()
    return translated("From “{title}”.", title=title)


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
    address = app.config.html_baseurl
    if address:
        address = urljoin(
            f"{address.rstrip('/')}/", app.builder.get_target_uri(docname)
        )
    for ending, content in (
        ("json", {"programs": programs}),
        ("ipynb", notebook(doctree, programs, address)),
    ):
        path = Path(app.outdir, _FOLDER, f"{docname}.{ending}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    for node in [each for each in doctree.findall(nodes.Element) if "program" in each]:
        is_captioned = "literal-block-wrapper" in node.parent.get("classes", ())
        outer = node.parent if is_captioned else node
        holder, mark = outer.parent, _Marked(program=node["program"])
        holder.replace(outer, mark)
        mark += outer


def _offer(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Let the end of a page offer its notebook."""
    del templatename
    if doctree is not None and is_web(app.builder) and programs_of(doctree):
        link = context["pathto"](f"{_FOLDER}/{pagename}.ipynb", 1)
        add_link(context, translated("This page as a notebook"), link)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Make the programs when a page is read, and write them with it."""
    dictionary = frozenset({dict})
    app.add_config_value("program_seconds", {}, "env", types=dictionary)
    app.add_node(_Marked, html=(_visit_marked, _depart_marked))
    app.connect("doctree-read", _add_programs)
    app.connect("doctree-resolved", _write)
    app.connect("html-page-context", _offer)
    return {
        "version": "1",
        "env_version": 1,  # one more whenever something else is kept with a page
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
