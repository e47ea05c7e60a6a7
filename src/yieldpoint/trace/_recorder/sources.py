"""The source of what ran, less what a reader of a recording does not need."""

import ast
import functools
import linecache
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import CodeType

from yieldpoint.trace._recorder.syntax import parse
from yieldpoint.trace.model import Source

__all__ = ["sources_of"]

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Module)


def sources_of(files: Iterable[str], codes: Iterable[CodeType]) -> Iterator[Source]:
    """Yield a source a file: the lines of the functions that ran, no docstrings."""
    codes = list(codes)
    for filename in files:
        source = linecache.getlines(filename)
        numbers: set[int] = set()
        for code in codes:
            if code.co_filename == filename:
                numbers.update(_lines_of(code))
        lines = {
            number: source[number - 1].rstrip()
            for number in sorted(numbers - _docstring_lines("".join(source)))
            if number <= len(source)
        }
        yield Source(Path(filename).name, lines)


def _lines_of(code: CodeType) -> range:
    """Return the lines of a function, those of the functions in it included."""
    numbers = [line for _, _, line in code.co_lines() if line]
    inner = [each for each in code.co_consts if isinstance(each, CodeType)]
    last = max(
        [code.co_firstlineno, *numbers, *(_lines_of(each)[-1] for each in inner)]
    )
    return range(max(1, code.co_firstlineno), last + 1)


@functools.cache
def _docstring_lines(source: str) -> frozenset[int]:
    """Return the lines of a file's docstrings, and of the blanks behind them."""
    lines = source.splitlines()
    numbers: set[int] = set()
    for node in ast.walk(parse(source)):
        if isinstance(node, _DEFINITIONS) and ast.get_docstring(node, clean=False):
            docstring = node.body[0]
            last = docstring.end_lineno or docstring.lineno
            numbers.update(range(docstring.lineno, last + 1))
            if last < len(lines) and not lines[last].strip():
                numbers.add(last + 1)
    return frozenset(numbers)
