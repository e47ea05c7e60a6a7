r"""The names that a piece of Python binds and uses where it stands.

Examples:
    >>> from yieldpoint.sphinxext.programs._names import bound, used
    >>> source = "def double(number):\n    return factor * number"
    >>> set(bound(source)), set(used(source))
    ({'double'}, {'factor'})
"""

import ast
import functools
import symtable
from collections.abc import Iterator, Mapping

__all__ = ["bound", "parsed", "renamed", "used"]


@functools.cache
def parsed(source: str) -> ast.Module:
    """Return the syntax tree of a piece, which nobody changes.

    Args:
        source: One or more statements.

    Returns:
        The tree; each time the same.

    Examples:
        >>> from yieldpoint.sphinxext.programs._names import parsed
        >>> type(parsed("1 + 1").body[0]).__name__
        'Expr'
    """
    return ast.parse(source)


@functools.cache
def bound(source: str) -> frozenset[str]:
    r"""Return the names that a piece binds at module level.

    Args:
        source: One or more statements.

    Returns:
        The names of what it assigns, defines and imports.

    Examples:
        >>> from yieldpoint.sphinxext.programs._names import bound
        >>> sorted(bound("import os.path\nfor number in range(3):\n    pass"))
        ['number', 'os']
    """
    return frozenset(
        symbol.get_name()
        for symbol in _symbols(source).get_symbols()
        if symbol.is_assigned() or symbol.is_imported()
    )


@functools.cache
def used(source: str) -> frozenset[str]:
    r"""Return the names that a piece asks of its module, or of the builtins.

    Args:
        source: One or more statements.

    Returns:
        The names, also those that it binds itself before it uses them.

    Examples:
        >>> from yieldpoint.sphinxext.programs._names import used
        >>> sorted(used("total += 1\ndel number"))
        ['number', 'total']
    """
    changed = {
        name.id
        for node in parsed(source).body
        if isinstance(node, ast.AugAssign | ast.Delete)
        for name in ast.iter_child_nodes(node)
        if isinstance(name, ast.Name)
    }
    return frozenset(changed | {*_asked_for(_symbols(source))})


@functools.cache
def _symbols(source: str) -> symtable.SymbolTable:
    return symtable.symtable(source, "<piece>", "exec")


def _asked_for(table: symtable.SymbolTable) -> Iterator[str]:
    for symbol in table.get_symbols():
        if symbol.is_global() and symbol.is_referenced():
            yield symbol.get_name()
    for child in table.get_children():
        yield from _asked_for(child)


def renamed(source: str, names: Mapping[str, str]) -> str:
    """Return a piece with other names for what it uses and defines.

    Args:
        source: One or more statements.
        names: The new names by the old ones, which may have dots.

    Returns:
        The piece, with these names in place of the old ones, and nothing else changed.

    Examples:
        >>> from yieldpoint.sphinxext.programs._names import renamed
        >>> renamed("value = till.add(tray)", {"till.add": "add", "tray": "box"})
        'value = add(box)'
    """
    if not names:
        return source
    lines = [line.encode() for line in source.splitlines(keepends=True)]
    for line, column, old in sorted(_places(parsed(source), names), reverse=True):
        text = lines[line - 1]
        start = text.index(old.encode(), column)
        behind = start + len(old.encode())
        lines[line - 1] = text[:start] + names[old].encode() + text[behind:]
    return b"".join(lines).decode()


def _places(node: ast.AST, names: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """Yield where names stand: the line, from which byte on, and the name."""
    if isinstance(node, ast.Name | ast.Attribute):
        name = ast.unparse(node)
        if name in names:
            yield node.lineno, node.col_offset, name
            return
    if (
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and node.name in names
    ):
        keyword = "async def" if isinstance(node, ast.AsyncFunctionDef) else "class"
        yield node.lineno, node.col_offset + min(len(keyword), 4), node.name
    for child in ast.iter_child_nodes(node):
        yield from _places(child, names)
