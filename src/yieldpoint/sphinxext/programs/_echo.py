r"""Which values the interactive Python shows when it executes a line.

A program shows only what it prints, so that has to be known, without running the line.
A value has a text below its line, and is what a known function returns; of an unknown
one the text has to look like a value. Whoever is wrong about it learns it when the
programs are run: what they print is not what the page shows.

Examples:
    >>> import ast
    >>> from yieldpoint.sphinxext.programs._echo import shown_values
    >>> [ast.unparse(each) for each in shown_values("1 + 1", "2\n", {})]
    ['1 + 1']
    >>> shown_values("print(2)", "2\n", {})
    []
"""

import ast
import re
from collections.abc import Iterator, Mapping

from yieldpoint.sphinxext.programs._names import parsed

__all__ = ["is_plain", "shown_values"]

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES = (*_FUNCTIONS, ast.ClassDef, ast.Lambda)
# What hands on what a coroutine returns.
_RUNNERS = ("run", "run_until_complete")
# What representations look like, beside constants.
_DISPLAYED = (ast.Call, ast.Dict, ast.List, ast.Set, ast.Tuple, ast.UnaryOp)
_OBJECT = re.compile(r"<[^<>]*(<[^<>]*>[^<>]*)*>")


def shown_values(source: str, want: str, known: Mapping[str, str]) -> list[ast.expr]:
    """Return the expressions of a line whose values are shown.

    Args:
        source: The line, a statement; in a block, values are shown as well.
        want: What is shown below it.
        known: The sources of what it may call, by their names there.

    Returns:
        The expressions, in the order of the line.
    """
    if not want:
        return []
    [statement] = parsed(source).body
    nodes = _nodes_of(parsed(source))
    values = [node.value for node in nodes if isinstance(node, ast.Expr)]
    looks = _looks_like_value(want)
    if not isinstance(statement, ast.Expr) and not looks:
        return []
    shown = {each: _returns_value(each, known) for each in values}
    # Of what is not known, the last one may be what is shown.
    return [
        each
        for each, returns in shown.items()
        if returns or (returns is None and each is values[-1] and looks)
    ]


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
    [definition] = parsed(source).body
    if isinstance(definition, ast.ClassDef):
        return True
    if not isinstance(definition, _FUNCTIONS):
        return None
    body = list(_nodes_of(definition))
    if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in body):
        return True
    return any(isinstance(node, ast.Return) and node.value for node in body)


def _nodes_of(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what stands in a piece of code, not what stands in functions in it."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, _SCOPES):
            yield from _nodes_of(child)


def _looks_like_value(want: str) -> bool:
    """Tell whether the last line of a text looks like the representation of a value."""
    last = want.rstrip().rpartition("\n")[2]
    try:
        value = ast.parse(_OBJECT.sub("0", last), mode="eval").body
    except SyntaxError:
        return False
    if isinstance(value, ast.Constant):
        return value.value is not None
    return isinstance(value, _DISPLAYED)


def is_plain(want: str) -> bool:
    r"""Tell whether a value looks alike, printed or represented.

    Args:
        want: What is shown below a line.

    Returns:
        Whether its last line is a number, a truth value, or a collection.

    Examples:
        >>> from yieldpoint.sphinxext.programs._echo import is_plain
        >>> is_plain("printed\n[1, 'two']\n"), is_plain("'text'\n")
        (True, False)
    """
    try:
        value = ast.literal_eval(want.rstrip().rpartition("\n")[2])
    except (ValueError, SyntaxError):
        return False
    return not isinstance(value, str)
