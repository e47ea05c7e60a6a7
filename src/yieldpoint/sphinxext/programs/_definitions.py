"""What the modules of the examples define, piece by piece.

Examples:
    >>> from yieldpoint.sphinxext.programs._definitions import module
    >>> sleeping = module("yieldpoint.examples.sleeping")
    >>> sleeping.imports["asyncio"].text
    'import asyncio'
    >>> sleeping.pieces["sleep"].source.splitlines()[0]
    'async def sleep(delay: float) -> None:'
"""

import ast
import functools
import importlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass

from yieldpoint.sphinxext.definitions import without_docstrings
from yieldpoint.sphinxext.programs._names import bound, used

__all__ = ["Import", "Module", "Piece", "imports_in", "module"]


@dataclass(frozen=True)
class Import:
    """What a name is imported from.

    Attributes:
        module: The module.
        name: The name there; empty if the module itself is imported.
        alias: The name here if it is another one.

    Examples:
        >>> from yieldpoint.sphinxext.programs._definitions import Import
        >>> Import("asyncio", "sleep", "nap").text
        'from asyncio import sleep as nap'
    """

    module: str
    name: str = ""
    alias: str = ""

    @property
    def here(self) -> str:
        """The name that it binds.

        Examples:
            >>> from yieldpoint.sphinxext.programs._definitions import Import
            >>> Import("os.path").here
            'os'
        """
        return self.alias or self.name or self.module.partition(".")[0]

    @property
    def text(self) -> str:
        """The statement.

        Examples:
            >>> from yieldpoint.sphinxext.programs._definitions import Import
            >>> Import("os.path").text
            'import os.path'
        """
        text = f"import {self.name or self.module}"
        if self.name:
            text = f"from {self.module} {text}"
        return f"{text} as {self.alias}" if self.alias else text


def imports_in(statement: ast.stmt) -> Iterator[Import]:
    """Yield what a statement imports, if it is an import.

    Args:
        statement: The statement.

    Yields:
        An import for each name.

    Examples:
        >>> import ast
        >>> from yieldpoint.sphinxext.programs._definitions import imports_in
        >>> [statement] = ast.parse("from math import floor, ceil as up").body
        >>> [each.here for each in imports_in(statement)]
        ['floor', 'up']
    """
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            yield Import(alias.name, "", alias.asname or "")
    elif isinstance(statement, ast.ImportFrom):
        for alias in statement.names:
            yield Import(statement.module or "", alias.name, alias.asname or "")


@dataclass(frozen=True)
class Piece:
    """A statement of a module that is no import.

    Attributes:
        number: Its place in the module.
        source: Its text, without docstrings.
        bound: The names that it binds.
        used: The names that it uses.

    Examples:
        >>> from yieldpoint.sphinxext.programs._definitions import module
        >>> sorted(module("yieldpoint.examples.sleeping").pieces["block"].used)
        ['float', 'time']
    """

    number: int
    source: str
    bound: frozenset[str]
    used: frozenset[str]


@dataclass(frozen=True)
class Module:
    """A module, taken apart.

    Attributes:
        file: Its file.
        pieces: Its statements by the names that they bind.
        imports: What it imports by the names that this binds.

    Examples:
        >>> from yieldpoint.sphinxext.programs._definitions import module
        >>> sorted(module("yieldpoint.examples.sleeping").imports)
        ['Awaitable', 'Callable', 'asyncio', 'time']
    """

    file: str
    pieces: dict[str, Piece]
    imports: dict[str, Import]


@functools.cache
def module(name: str) -> Module:
    """Take a module apart.

    Args:
        name: The module's full name.

    Returns:
        Its pieces.

    Raises:
        ImportError: There is no such module.

    Examples:
        >>> from yieldpoint.sphinxext.programs._definitions import module
        >>> "sleep" in module("yieldpoint.examples.sleeping").pieces
        True
    """
    found = importlib.import_module(name)
    source = inspect.getsource(found)
    lines = source.split("\n")  # as Python counts them
    pieces, imports = {}, {}
    for number, statement in enumerate(ast.parse(source).body):
        new = {each.here: each for each in imports_in(statement)}
        imports.update(new)
        if new:
            continue
        decorators = getattr(statement, "decorator_list", ())
        first = min(each.lineno for each in (statement, *decorators))
        text = without_docstrings("\n".join(lines[first - 1 : statement.end_lineno]))
        piece = Piece(number, text, bound(text), used(text))
        pieces.update(dict.fromkeys(piece.bound, piece))
    return Module(str(inspect.getsourcefile(found)), pieces, imports)
