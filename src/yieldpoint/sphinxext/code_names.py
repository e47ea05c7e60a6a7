"""What names in code mean: which object of which module.

Only what code imports is known for sure, and what its own module defines. A name that
the code also gives to something else, a variable or a parameter, is left alone.

Examples:
    >>> from yieldpoint.sphinxext.code_names import imported
    >>> imported("import asyncio")
    {'asyncio': 'asyncio'}
"""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from yieldpoint.sphinxext.abridged import source_file

__all__ = ["imported", "in_module", "in_session", "meanings"]

_PROMPT = re.compile(r"^ *(?:>>>|\.\.\.)(?: |$)(.*)$", re.MULTILINE)


def imported(source: str) -> dict[str, str]:
    """Return what the names mean that a source imports.

    Args:
        source: Python source; of a broken one nothing is known.

    Returns:
        The full name of each object, by the name that it has in the source.

    Examples:
        >>> from yieldpoint.sphinxext.code_names import imported
        >>> imported("import a.b; from c import d as e")
        {'a': 'a', 'e': 'c.d'}
        >>> imported("from json import loads; loads = 1")
        {}
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return {}
    bound = set(_bound(tree))
    return {name: full for name, full in _imports(tree) if name not in bound}


def _imports(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for each in node.names:
                head = each.name.partition(".")[0]
                yield (each.asname, each.name) if each.asname else (head, head)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for each in node.names:
                yield each.asname or each.name, f"{node.module}.{each.name}"


def _bound(tree: ast.AST) -> Iterator[str]:
    """Yield the names that a source gives to something of its own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name


def in_session(text: str) -> str:
    """Return the source in a session, without prompts and outputs.

    Args:
        text: The session.

    Returns:
        Its lines of input.

    Examples:
        >>> from yieldpoint.sphinxext.code_names import in_session
        >>> in_session(">" + ">> 1 + 1")
        '1 + 1'
    """
    return "\n".join(_PROMPT.findall(text))


@cache
def in_module(module: str) -> dict[str, str]:
    """Return what names mean in a module: what it imports, and what it defines.

    Args:
        module: The module's name.

    Returns:
        The full name of each object, by its name.

    Raises:
        ValueError: There is no source of such a module.

    Examples:
        >>> from yieldpoint.sphinxext.code_names import in_module
        >>> in_module("yieldpoint.examples.waiting")["in_tasks"]
        'yieldpoint.examples.waiting.in_tasks'
    """
    source = Path(source_file(module)).read_text(encoding="utf-8")
    defined = {
        node.name: f"{module}.{node.name}"
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    return imported(source) | defined


def meanings(sources: Iterable[str]) -> dict[str, str]:
    """Return what names mean on a page, as far as its sources agree.

    Args:
        sources: The sources on the page.

    Returns:
        The full name of each object, by its name.

    Examples:
        >>> from yieldpoint.sphinxext.code_names import meanings
        >>> meanings(["import json", "from a import b", "from c import b"])
        {'json': 'json'}
    """
    found: dict[str, set[str]] = {}
    for source in sources:
        for name, full in imported(source).items():
            found.setdefault(name, set()).add(full)
    return {name: min(full) for name, full in found.items() if len(full) == 1}
