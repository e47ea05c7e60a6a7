r"""A line of a session as statements of a program.

Examples:
    >>> from yieldpoint.sphinxext.programs._writing import quiet
    >>> print(quiet("next(words)", "StopIteration"))
    with contextlib.suppress(StopIteration):
        next(words)
"""

import ast
from collections.abc import Sequence

from yieldpoint.sphinxext.programs._echo import is_plain
from yieldpoint.sphinxext.programs._names import parsed

__all__ = ["attempted", "has_effect", "indented", "printed", "quiet", "refused"]


def printed(source: str, values: Sequence[ast.expr], want: str) -> str:
    r"""Return a line that prints what the interactive Python shows of values.

    Args:
        source: The line.
        values: Expressions in it, in their order.
        want: What is shown.

    Returns:
        The line.
    """
    opening, closing = ("print(", ")") if is_plain(want) else ("print(repr(", "))")
    lines = [line.encode() for line in source.splitlines(keepends=True)]

    def insert(line: int, column: int, text: str) -> None:
        old = lines[line - 1]
        lines[line - 1] = old[:column] + text.encode() + old[column:]

    for value in reversed(values):
        is_bare = (
            isinstance(value, ast.Tuple)
            and lines[value.lineno - 1][value.col_offset : value.col_offset + 1] != b"("
        )
        insert(
            value.end_lineno or 0, value.end_col_offset or 0, ")" * is_bare + closing
        )
        insert(value.lineno, value.col_offset, opening + "(" * is_bare)
    return b"".join(lines).decode()


def attempted(source: str, error: str) -> str:
    """Return a line that is expected to fail: its error is shown.

    Args:
        source: The line.
        error: The name of the exception.

    Returns:
        The statement.

    Examples:
        >>> from yieldpoint.sphinxext.programs._writing import attempted
        >>> print(attempted("1 / 0", "ZeroDivisionError"))
        try:
            1 / 0
        except ZeroDivisionError:
            traceback.print_exc()
    """
    return f"try:\n{indented(source)}\nexcept {error}:\n    traceback.print_exc()"


def refused(source: str) -> str:
    """Return a line that Python does not understand: what it says of it is shown.

    Args:
        source: The line.

    Returns:
        The statement.

    Examples:
        >>> from yieldpoint.sphinxext.programs._writing import refused
        >>> print(refused("1 +"))
        try:
            compile("1 +", "<stdin>", "single")
        except SyntaxError:
            traceback.print_exc(limit=0)
    """
    quoted = f'"""\\\n{source}\n"""' if "\n" in source else f'"{source}"'
    if '"""' in source or "\\" in source or ('"' in source and "\n" not in source):
        quoted = repr(source)
    return (
        f'try:\n    compile({quoted}, "<stdin>", "single")\n'
        "except SyntaxError:\n    traceback.print_exc(limit=0)"
    )


def quiet(source: str, error: str) -> str:
    """Return a line that is expected to fail, and does so without a word.

    Args:
        source: The line.
        error: The name of the exception.

    Returns:
        The statement.
    """
    return f"with contextlib.suppress({error}):\n{indented(source)}"


def has_effect(source: str) -> bool:
    """Tell whether a line may do more than show something.

    Args:
        source: The line.

    Returns:
        False if it only looks at values.

    Examples:
        >>> from yieldpoint.sphinxext.programs._writing import has_effect
        >>> has_effect("print(name)"), has_effect("print(next(names))")
        (False, True)
    """
    [statement] = parsed(source).body
    if not isinstance(statement, ast.Expr):
        return True
    return any(
        isinstance(node, ast.Call) and ast.unparse(node.func) not in _LOOK
        for node in ast.walk(statement)
    )


# Functions that only look at their arguments.
_LOOK = {"print", "len", "type", "repr", "str", "isinstance", "getgeneratorstate"} | {
    f"inspect.get{kind}state" for kind in ("generator", "coroutine", "asyncgen")
}


def indented(source: str) -> str:
    r"""Return code that stands in a block, with its long strings as they are.

    Args:
        source: The code.

    Returns:
        The code, indented.

    Examples:
        >>> from yieldpoint.sphinxext.programs._writing import indented
        >>> print(indented("text = '''a\nb'''\nprint(text)"))
            text = '''a
        b'''
            print(text)
    """
    inside = {
        number
        for node in ast.walk(parsed(source))
        if isinstance(node, ast.JoinedStr)
        or (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes))
        for number in range(node.lineno + 1, (node.end_lineno or 0) + 1)
    }
    return "\n".join(
        line if number in inside or not line else f"    {line}"
        for number, line in enumerate(source.splitlines(), start=1)
    )
