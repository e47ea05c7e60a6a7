"""What stands in the source of a function or a class, to be shown on a page.

Examples:
    >>> from yieldpoint.sphinxext.definitions import source_without_docstrings
    >>> from yieldpoint.examples.running_order import countdown
    >>> print(source_without_docstrings(countdown))
    def countdown(start: int) -> Iterator[int]:
        while start > 0:
            yield start
            start -= 1
"""

import ast
import functools
import inspect
import io
import tokenize
from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["definition_of", "source_without_docstrings", "without_docstrings"]

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_HAVE_SOURCE = (inspect.isfunction, inspect.ismethod, inspect.isclass)
# The tokens of strings: f-strings are taken apart since 3.12, t-strings since 3.14.
_STRINGS = frozenset(
    getattr(tokenize, name)
    for name in ("STRING", "FSTRING_MIDDLE", "TSTRING_MIDDLE")
    if hasattr(tokenize, name)
)


def source_without_docstrings(example: Callable[..., object]) -> str:
    """Return the source of a function or class, less the docstrings in it.

    Args:
        example: The function or class.

    Returns:
        The source, indented as at module level, without a newline at its end.

    Raises:
        OSError: The source cannot be found.
        TypeError: The object is neither a function nor a class, or its source is that
            of another one.

    Examples:
        >>> import textwrap
        >>> from yieldpoint.sphinxext.definitions import source_without_docstrings
        >>> source_without_docstrings(textwrap.dedent).splitlines()[0]
        'def dedent(text):'
    """
    definition = definition_of(example)
    if not any(is_it(definition) for is_it in _HAVE_SOURCE):
        raise TypeError("it is neither a function nor a class")
    source = _at_module_level(inspect.getsource(definition))
    if not isinstance(ast.parse(source).body[0], _DEFINITIONS):
        raise TypeError("it is neither a function nor a class")
    return without_docstrings(source)


def definition_of(example: object) -> Any:  # noqa: ANN401 - any object may be named
    """Return what a definition in the source has made, without what decorates it.

    Args:
        example: What a name means.

    Returns:
        The function or class, or the object itself if it is neither.

    Examples:
        >>> import functools
        >>> from yieldpoint.sphinxext.definitions import definition_of
        >>> definition_of(functools.cache(print)) is print
        True
    """
    if isinstance(example, property):
        example = example.fget
    elif isinstance(example, functools.cached_property):
        example = example.func
    return inspect.unwrap(example)  # type: ignore[arg-type]  # it only looks for an attribute


def _at_module_level(source: str) -> str:
    """Return a definition as it would stand at module level.

    `textwrap.dedent` would also take away what strings of several lines begin with.
    """
    indent = source[: len(source) - len(source.lstrip())]
    if not indent:
        return source
    inside = {
        number
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type in _STRINGS
        for number in range(token.start[0] + 1, token.end[0] + 1)
    }
    return "\n".join(
        line if number in inside else line.removeprefix(indent)
        for number, line in enumerate(source.split("\n"), start=1)
    )


def without_docstrings(source: str) -> str:
    r"""Return Python source, less the docstrings of the functions and classes in it.

    Args:
        source: The source.

    Returns:
        What is left, without a newline at its end.

    Examples:
        >>> from yieldpoint.sphinxext.definitions import without_docstrings
        >>> without_docstrings("def f():\n    'Do nothing.'\n")
        'def f():\n    ...'
    """
    lines = source.split("\n")
    # From the last to the first: so the numbers of the lines before stay as they are.
    for docstring, following in sorted(_docstrings(source), key=_line, reverse=True):
        first, last = docstring.lineno - 1, (docstring.end_lineno or 0) - 1
        before, _ = _cut(lines[first], docstring.col_offset)
        if following and following.lineno - 1 == last:  # behind a semicolon
            _, rest = _cut(lines[last], following.col_offset)
            kept = [before + rest]
        elif before.strip():  # behind the colon of the definition
            _, rest = _cut(lines[last], docstring.end_col_offset or 0)
            kept = [f"{before}...{rest}"]
        elif following is None:
            kept = [f"{before}..."]
        else:
            kept = []
            last += lines[last + 1] == ""
        lines[first : last + 1] = kept
    return "\n".join(lines).rstrip()


def _docstrings(source: str) -> Iterator[tuple[ast.stmt, ast.stmt | None]]:
    """Yield the docstrings, each with the statement that follows it."""
    for definition in ast.walk(ast.parse(source)):
        if isinstance(definition, _DEFINITIONS) and ast.get_docstring(definition):
            docstring, *others = definition.body
            yield docstring, others[0] if others else None


def _line(found: tuple[ast.stmt, ast.stmt | None]) -> int:
    return found[0].lineno


def _cut(line: str, column: int) -> tuple[str, str]:
    """Return what stands before a column and behind it; `ast` counts bytes."""
    written = line.encode()
    return written[:column].decode(), written[column:].decode()
