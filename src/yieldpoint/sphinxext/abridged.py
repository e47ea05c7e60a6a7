"""A module as code and comments: what is left when its docstrings are cut short.

A docstring tells a user what to pass and what comes back. Who reads the code from end
to end needs its first line, and the next line of code near by.

Examples:
    >>> from pathlib import Path
    >>> from yieldpoint.sphinxext import abridged
    >>> source = Path(abridged.__file__).read_text(encoding="utf-8")
    >>> len(abridged.abridged(source)) < len(source)
    True
"""

import ast
import importlib.util
import pkgutil
from pathlib import Path

__all__ = ["abridged", "definitions", "reading_order", "source_file"]

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def abridged(source: str) -> str:
    """Return a module's source with each docstring cut to its first line.

    Args:
        source: The source of a whole module.

    Returns:
        The source that is left; everything but docstrings is as it was.

    Raises:
        SyntaxError: It is no Python.

    Examples:
        >>> from yieldpoint.sphinxext.abridged import abridged
        >>> abridged("number = 1  # a comment stays")
        'number = 1  # a comment stays'
    """
    lines = source.splitlines()
    holders = (ast.Module, *_Definition.__args__)
    docstrings = [
        node.body[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, holders) and ast.get_docstring(node) is not None
    ]
    # From the last to the first: so the numbers of the lines before stay as they are.
    for docstring in sorted(docstrings, key=lambda node: -node.lineno):
        first, end = docstring.lineno - 1, docstring.end_lineno or docstring.lineno
        if end > docstring.lineno:
            quotes = lines[end - 1].rstrip()[-3:]
            lines[first:end] = [lines[first].rstrip() + quotes]
    return "\n".join(lines)


def definitions(source: str) -> dict[str, int]:
    r"""Return the functions, classes and methods that a module defines.

    What is defined inside a function is a part of it.

    Args:
        source: The source of a whole module.

    Returns:
        For each name, as in ``Task.cancel``, the line on which it is defined, from 1.

    Raises:
        SyntaxError: It is no Python.

    Examples:
        >>> from yieldpoint.sphinxext.abridged import definitions
        >>> definitions("@final\nclass Event:\n    def set(self): ...")
        {'Event': 2, 'Event.set': 3}
    """
    found: dict[str, int] = {}

    def look_into(holder: ast.Module | ast.ClassDef, prefix: str) -> None:
        for node in holder.body:
            if isinstance(node, _Definition):
                found.setdefault(prefix + node.name, node.lineno)
            if isinstance(node, ast.ClassDef):
                look_into(node, f"{prefix}{node.name}.")

    look_into(ast.parse(source), "")
    return found


def reading_order(package: str) -> list[str]:
    """Return a package's modules in the order in which it imports them.

    A module that neither the package nor one of these imports is no part of it.

    Args:
        package: The full name of the package.

    Returns:
        The full names of the modules.

    Raises:
        ValueError: There is no such package, or it does not import a module itself
            that one of its modules needs.

    Examples:
        >>> from yieldpoint.sphinxext.abridged import reading_order
        >>> reading_order("yieldpoint.loop")[0]
        'yieldpoint.loop.handles'
    """
    folder = source_file(package).parent
    modules = {f"{package}.{each.name}" for each in pkgutil.iter_modules([str(folder)])}
    order = _imported(package, modules)
    for module in order:
        for needed in _imported(module, modules):
            if needed not in order:
                raise ValueError(f"{package} does not import {needed}: {module} does")
    return order


def _imported(module: str, modules: set[str]) -> list[str]:
    """Return which of some modules a module imports, in their order."""
    tree = ast.parse(source_file(module).read_text(encoding="utf-8"))
    named = [
        each
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module
        for each in (node.module, *(f"{node.module}.{it.name}" for it in node.names))
    ]
    return [each for each in dict.fromkeys(named) if each in modules]


def source_file(module: str) -> Path:
    """Return the file that a module's source stands in.

    Args:
        module: The module's full name. It is not imported.

    Returns:
        The file.

    Raises:
        ValueError: There is no such module, or it is not written in Python.

    Examples:
        >>> from yieldpoint.sphinxext.abridged import source_file
        >>> source_file("textwrap").name
        'textwrap.py'
    """
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        spec = None
    if spec is None or not spec.origin or not spec.origin.endswith(".py"):
        raise ValueError(f"no module is named {module!r}")
    return Path(spec.origin)
