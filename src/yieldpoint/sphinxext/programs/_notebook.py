r"""A page as a notebook: its text as Markdown, its programs as code.

A notebook has an event loop that runs already, in which `asyncio.run` is an error. So
each cell of code is a program, and its first line has another Python run it.

Examples:
    >>> from docutils import nodes
    >>> from yieldpoint.sphinxext.programs._notebook import notebook
    >>> page = nodes.section("", nodes.title("", "Sum"), nodes.paragraph("", "Add."))
    >>> [cell] = notebook(page, {}, "")["cells"]
    >>> cell["source"]
    '# Sum\n\nAdd.'
"""

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin

from docutils import nodes

from yieldpoint.words import marked, translated

__all__ = ["notebook"]

_TEXT = marked(
    "Each cell of code is a program of its own. `%%python` lets another Python run it: "
    "in this one an event loop is running already, where `asyncio.run` is an error."
)
# Some fail on purpose, or on an older Python: whoever runs all gets to the others.
_MAY_FAIL = {"tags": ["raises-exception"]}
_KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def notebook(
    page: nodes.Element, programs: Mapping[str, Any], address: str
) -> dict[str, Any]:
    """Return a page as a notebook.

    Args:
        page: The page, its links resolved.
        programs: Its programs, by the names that its nodes have for them.
        address: Where the page stands; empty if that is not known.

    Returns:
        The notebook, of the format 4.5.
    """
    cells: list[dict[str, Any]] = []
    texts: list[str] = []

    def end_text() -> None:
        if texts:
            cells.append(_cell(len(cells), "markdown", "\n\n".join(texts)))
            texts.clear()

    for block, level in _blocks(page, 1):
        if "program" in block:
            if not any(cell["cell_type"] == "code" for cell in cells):
                texts.append(f"*{translated(_TEXT)}*")
            end_text()
            program = programs[block["program"]]
            cell = _cell(len(cells), "code", f"%%python\n{program['text'].rstrip()}")
            printed = {"output_type": "stream", "name": "stdout"}
            outputs = [printed | {"text": program["output"]}] * bool(program["output"])
            run = {"execution_count": None, "outputs": outputs, "metadata": _MAY_FAIL}
            cells.append(cell | run)
        elif text := _markdown(block, level, address):
            texts.append(text)
    end_text()
    return {
        "cells": cells,
        "metadata": {"kernelspec": _KERNEL, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cell(number: int, kind: str, source: str) -> dict[str, Any]:
    return {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": source}


def _blocks(node: nodes.Element, level: int) -> Iterator[tuple[nodes.Element, int]]:
    """Yield the blocks of a page, with the level of the section that each is in."""
    for child in node.children:
        assert isinstance(child, nodes.Element)  # no words stand outside of all
        if isinstance(child, nodes.section):
            yield from _blocks(child, level + isinstance(node, nodes.section))
        elif isinstance(child, nodes.container) and "program" not in child:
            yield from _blocks(child, level)
        else:
            yield child, level


def _markdown(block: nodes.Element, level: int, address: str) -> str:
    """Return a block as Markdown; what has no words is left out."""
    if isinstance(block, nodes.literal_block):
        return f"```{block.get('language', '')}\n{block.astext().rstrip()}\n```"
    if isinstance(block, nodes.table):
        return _table(block, address)
    if isinstance(block, nodes.TextElement):
        text = _inline(block, address)
        if isinstance(block, nodes.title):
            return f"{'#' * level} {text}"
        return f"**{text}**" if isinstance(block, nodes.term) else text
    parts = [
        _markdown(child, level, address)
        for child in block.children
        if isinstance(child, nodes.Element)
    ]
    if not isinstance(block, nodes.bullet_list | nodes.enumerated_list):
        return "\n\n".join(filter(None, parts))
    signs = (
        ["-"] * len(parts)
        if isinstance(block, nodes.bullet_list)
        else [f"{number}." for number in range(1, len(parts) + 1)]
    )
    indented = [textwrap.indent(part, "   ").lstrip() for part in parts]
    return "\n".join(map(" ".join, zip(signs, indented, strict=True)))


def _table(table: nodes.table, address: str) -> str:
    rows = [
        [
            _markdown(entry, 1, address).replace("\n", " ").replace("|", "\\|")
            for entry in row.findall(nodes.entry)
        ]
        for row in table.findall(nodes.row)
    ]
    rows.insert(1, ["---"] * len(rows[0]))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


_MARKS = {"emphasis": "*", "strong": "**"}


def _inline(node: nodes.Node, address: str) -> str:
    """Return words with their marks and links."""
    if isinstance(node, nodes.Text):
        return str(node)
    if isinstance(node, nodes.literal):
        mark = "``" if "`" in node.astext() else "`"
        return f"{mark}{node.astext()}{mark}"
    if isinstance(node, nodes.raw | nodes.Invisible):
        return ""
    text = "".join(_inline(child, address) for child in node.children)
    if isinstance(node, nodes.reference):
        link = node.get("refuri") or f"#{node.get('refid', '')}"
        target = urljoin(address, link)
        return f"[{text}]({target})" if ":" in target else text
    mark = _MARKS.get(getattr(node, "tagname", ""), "")
    return f"{mark}{text}{mark}"
