r"""Whether the interactive Python shows the value of a line.

A program shows only what it prints, so that has to be known, without running the line.
A value has a text below its line, and is what a known function returns; of an unknown
one the text has to look like a value. Whoever is wrong about it learns it when the
programs are run: what they print is not what the page shows.

Examples:
    >>> from yieldpoint.sphinxext.programs.echo import shows_value
    >>> shows_value("1 + 1", "2\n", {}), shows_value("print(2)", "2\n", {})
    (True, False)
"""

import ast
from collections.abc import Iterator, Mapping

__all__ = ["is_plain", "shows_value"]

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# What hands on what a coroutine returns.
_RUNNERS = ("run", "run_until_complete")


def shows_value(source: str, want: str, known: Mapping[str, str]) -> bool:
    """Tell whether a value is shown below a line.

    Args:
        source: The line, a statement.
        want: What is shown below it.
        known: The sources of what it may call, by their names there.

    Returns:
        Whether the last line that is shown is its value.
    """
    [statement] = ast.parse(source).body
    if not isinstance(statement, ast.Expr) or not want:
        return False
    returns = _returns_value(statement.value, known)
    return _looks_like_value(want) if returns is None else returns


def _returns_value(value: ast.expr, known: Mapping[str, str]) -> bool | None:
    """Tell whether an expression has a value; None if that is not known."""
    if not isinstance(value, ast.Call):
        return True
    name = ast.unparse(value.func)
    if name == "print":
        return False
    if name in known:
        return _gives_value(known[name])
    runs = name.rpartition(".")[2] in _RUNNERS
    return _returns_value(value.args[0], known) if runs and value.args else None


def _gives_value(source: str) -> bool | None:
    """Tell whether a call of what is defined gives a value."""
    [definition] = ast.parse(source).body
    if isinstance(definition, ast.ClassDef):
        return True
    if not isinstance(definition, _FUNCTIONS):
        return None
    body = list(_own_nodes(definition))
    if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in body):
        return True
    return any(isinstance(node, ast.Return) and node.value for node in body)


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what stands in a function, not what stands in functions in it."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, (*_FUNCTIONS, ast.ClassDef, ast.Lambda)):
            yield from _own_nodes(child)


def _looks_like_value(want: str) -> bool:
    """Tell whether the last line of a text looks like the representation of a value."""
    last = want.rstrip().rpartition("\n")[2]
    try:
        value = ast.parse(last, mode="eval").body
    except SyntaxError:
        return last.startswith("<") and last.endswith(">")
    if isinstance(value, ast.Constant):
        return value.value is not None
    return not isinstance(value, ast.Name | ast.Attribute)


def is_plain(want: str) -> bool:
    r"""Tell whether a value looks alike, printed or represented.

    Args:
        want: What is shown below a line.

    Returns:
        Whether its last line is a number, a truth value, or a collection.

    Examples:
        >>> from yieldpoint.sphinxext.programs.echo import is_plain
        >>> is_plain("printed\n[1, 'two']\n"), is_plain("'text'\n")
        (True, False)
    """
    try:
        value = ast.literal_eval(want.rstrip().rpartition("\n")[2])
    except (ValueError, SyntaxError):
        return False
    return not isinstance(value, str)
