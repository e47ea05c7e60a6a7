r"""A line of a session as statements of a program.

Examples:
    >>> from yieldpoint.sphinxext.programs.writing import printed, quiet
    >>> print(printed("next(words)", "'one'\n"))
    print(repr(next(words)))
    >>> print(quiet("next(words)", "StopIteration"))
    with contextlib.suppress(StopIteration):
        next(words)
"""

import ast

from yieldpoint.sphinxext.programs.echo import is_plain

__all__ = ["attempted", "has_effect", "indented", "printed", "quiet", "refused"]


def printed(source: str, want: str) -> str:
    r"""Return a line that prints its value as the interactive Python shows it.

    Args:
        source: An expression.
        want: What is shown.

    Returns:
        The line.

    Examples:
        >>> from yieldpoint.sphinxext.programs.writing import printed
        >>> printed("1 + 1", "2\n")
        'print(1 + 1)'
    """
    [statement] = ast.parse(source).body
    code = ast.get_source_segment(source, statement) or source
    comment = source.removeprefix(code)
    return (
        f"print({code}){comment}" if is_plain(want) else f"print(repr({code})){comment}"
    )


def attempted(source: str, error: str) -> str:
    """Return a line that is expected to fail: its error is shown.

    Args:
        source: The line.
        error: The name of the exception.

    Returns:
        The statement.

    Examples:
        >>> from yieldpoint.sphinxext.programs.writing import attempted
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
        >>> from yieldpoint.sphinxext.programs.writing import refused
        >>> print(refused("1 +"))
        try:
            compile("1 +", "<stdin>", "single")
        except SyntaxError:
            traceback.print_exc(limit=0)
    """
    quoted = f'"""\\\n{source}\n"""' if "\n" in source else f'"{source}"'
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
        >>> from yieldpoint.sphinxext.programs.writing import has_effect
        >>> has_effect("print(name)"), has_effect("print(next(names))")
        (False, True)
    """
    [statement] = ast.parse(source).body
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
        >>> from yieldpoint.sphinxext.programs.writing import indented
        >>> print(indented("text = '''a\nb'''\nprint(text)"))
            text = '''a
        b'''
            print(text)
    """
    inside = {
        number
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.JoinedStr)
        or (isinstance(node, ast.Constant) and isinstance(node.value, str | bytes))
        for number in range(node.lineno + 1, (node.end_lineno or 0) + 1)
    }
    return "\n".join(
        line if number in inside or not line else f"    {line}"
        for number, line in enumerate(source.splitlines(), start=1)
    )
