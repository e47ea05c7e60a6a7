"""What of the examples some lines need: pieces of modules, and imports.

Examples:
    >>> from yieldpoint.sphinxext.programs._definitions import Import
    >>> from yieldpoint.sphinxext.programs._parts import Parts
    >>> scope = {"nap": Import("yieldpoint.examples.sleeping", "sleep", "nap")}
    >>> parts = Parts("yieldpoint.examples")
    >>> parts.take("nap(1)", scope)
    >>> parts.imports
    {Import(module='asyncio', name='', alias='')}
    >>> print(parts.definitions(taken=set())[0])
    async def sleep(delay: float) -> None:
        await asyncio.sleep(delay)
    >>> parts.renamed("nap(1)", scope)
    'sleep(1)'
"""

import ast
import functools
import importlib.util
from collections.abc import Collection, Iterator, Mapping

from yieldpoint.sphinxext.programs._definitions import Import, Piece, module
from yieldpoint.sphinxext.programs._names import parsed, renamed, used

__all__ = ["Parts"]

Scope = Mapping[str, Import]
_Thing = tuple[str, str]  # a module of the examples, and a name in it


class Parts:
    """What some lines need.

    Attributes:
        imports: What is imported from elsewhere.
    """

    def __init__(self, package: str) -> None:
        """Begin with nothing.

        Args:
            package: Where the examples are.
        """
        self.imports: set[Import] = set()
        self._package = package
        self._pieces: dict[tuple[str, int], Piece] = {}
        self._names: dict[_Thing, str] = {}  # in the program

    def take(self, source: str, scope: Scope) -> None:
        """Take what a piece of code needs.

        Args:
            source: The code.
            scope: What is imported where it stands, by the names that this binds.

        Raises:
            ValueError: The examples have no such thing.
        """
        for _, found in self._references(source, scope):
            if isinstance(found, Import):
                self.imports.add(found)
            else:
                self._define(*found)

    def sources(self) -> dict[str, str]:
        """Return the sources of what is defined, by the names in the program."""
        return {
            own: module(name).pieces[wanted].source
            for (name, wanted), own in self._names.items()
        }

    def modules(self) -> list[str]:
        """Return the modules of which something is taken, behind what they import."""
        order: dict[str, None] = {}

        def visit(name: str) -> None:
            if name not in order:
                for each in module(name).imports.values():
                    for imported in (each.module, f"{each.module}.{each.name}"):
                        if self._is_examples(imported):
                            visit(imported)
                order[name] = None

        for name, _ in self._pieces:
            visit(name)
        taken = {name for name, _ in self._pieces}
        return [name for name in order if name in taken]

    def definitions(self, taken: Collection[str]) -> list[str]:
        """Return the sources of the pieces, each behind those that it needs.

        Two pieces that have one name get two: the second has that of its module before
        its own. Two that are the same are one.

        Args:
            taken: Names that the program has for something else.

        Returns:
            The sources.
        """
        names = {*taken, *(each.here for each in self.imports)}
        in_order = [
            (name, piece)
            for name in self.modules()
            for (holder, _), piece in sorted(self._pieces.items())
            if holder == name
        ]
        sources: dict[str, None] = {}
        for name, piece in in_order:
            for each in sorted(piece.bound):
                is_free = each not in names or piece.source in sources
                own = each if is_free else f"{name.rpartition('.')[2]}_{each}"
                self._names[name, each] = own
                names.add(own)
            scope = module(name).imports
            own_names = {each: (name, each) for each in module(name).pieces}
            sources[self._renamed(piece.source, scope, own_names)] = None
        return list(sources)

    def renamed(self, source: str, scope: Scope) -> str:
        """Return a piece of code that calls things as the program calls them.

        Args:
            source: The code.
            scope: What is imported where it stands.

        Returns:
            The code with these names.
        """
        return self._renamed(source, scope, {})

    def _renamed(self, source: str, scope: Scope, own: Mapping[str, _Thing]) -> str:
        things = {
            **{name: thing for name, thing in own.items() if thing in self._names},
            **dict(self._references(source, scope)),
        }
        names = {
            written: self._names[self._source_of(thing)]
            for written, thing in things.items()
            if not isinstance(thing, Import)
        }
        return renamed(source, {old: new for old, new in names.items() if old != new})

    def _references(
        self, source: str, scope: Scope
    ) -> Iterator[tuple[str, Import | _Thing]]:
        """Yield how a piece of code writes what it imports, and what that is."""
        for name in sorted(used(source) & scope.keys()):
            found = scope[name]
            inside = f"{found.module}.{found.name}"
            if found.name and self._is_examples(inside):
                for attribute in _attributes(source, name):
                    yield f"{name}.{attribute}", (inside, attribute)
            elif self._is_examples(found.module):
                yield name, (found.module, found.name)
            else:
                yield name, found

    def _source_of(self, thing: _Thing) -> _Thing:
        """Return the thing, or what it is that its module imports under that name."""
        name, wanted = thing
        found = module(name).imports.get(wanted)
        if found is None:
            return thing
        return self._source_of((found.module, found.name))

    def _define(self, name: str, wanted: str) -> None:
        """Take a definition, and what it needs."""
        name, wanted = self._source_of((name, wanted))
        found = module(name)
        if wanted not in found.pieces:
            raise ValueError(f"{name} defines no {wanted!r}")
        piece = found.pieces[wanted]
        if (name, piece.number) not in self._pieces:
            self._pieces[name, piece.number] = piece
            for each in sorted(piece.used & found.pieces.keys()):
                self._define(name, each)
            self.take(piece.source, found.imports)

    def _is_examples(self, name: str) -> bool:
        return _is_module_in(name, self._package)


@functools.cache
def _is_module_in(name: str, package: str) -> bool:
    """Tell whether a name is that of a module in a package."""
    if not name.startswith(f"{package}."):
        return False
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:  # its beginning is a module, and no package
        return False


def _attributes(source: str, name: str) -> list[str]:
    """Return which attributes of a name a piece of code asks for."""
    return sorted(
        {
            node.attr
            for node in ast.walk(parsed(source))
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == name
        }
    )
