"""Which lines read what tasks share before an ``await``, and write it after that.

What tasks share is an attribute, an element of a container, or a variable that is
declared ``global`` or ``nonlocal``. Only a value that is read and then flows into what
is written counts, through local variables or in one expression: to look, to wait, and
then to write something else may be what is meant.
"""

import ast
import functools
import linecache
from collections.abc import Iterable
from dataclasses import dataclass
from types import CodeType

from yieldpoint.trace._recorder.syntax import parse

__all__ = ["Shared", "Site", "Sites", "sites_in", "sites_of"]

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Shared:
    """What is shared, as the source names it.

    Attributes:
        text: Its source.
        kind: "attribute", "item" or "variable".
        path: The names that lead to what has it; for a variable, nothing.
        name: The attribute's or the variable's name, or the source of a key.
        key: The key, if it is a constant.
    """

    text: str
    kind: str
    path: tuple[str, ...]
    name: str
    key: object = None


@dataclass(frozen=True)
class Site:
    """What a line does to something shared.

    Attributes:
        kind: "reads" or "writes".
        shared: To what.
        line: The line.
        later: Whether it writes when it has awaited something.
        read_in: The line in which was read what it writes, if that was before an await;
            else 0.
    """

    kind: str
    shared: Shared
    line: int
    later: bool = False
    read_in: int = 0


Sites = dict[int, list[Site]]


def sites_of(code: CodeType) -> Sites:
    """Return what the lines of a function do; nothing if its file has no such lines."""
    source = "".join(linecache.getlines(code.co_filename))
    return sites_in(source).get((code.co_name, code.co_firstlineno), {})


@functools.cache
def sites_in(source: str) -> dict[tuple[str, int], Sites]:
    """Return the sites of a file's functions, by name and first line."""
    readers = {}
    for node in ast.walk(parse(source)):
        if isinstance(node, _FUNCTIONS):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            readers[node.name, first] = _Reader(node)
    names = {
        (site.shared.kind, site.shared.kind == "item" or site.shared.name)
        for reader in readers.values()
        for site in reader.all()
        if site.read_in
    }
    found = {}
    for function, reader in readers.items():
        sites = {
            line: [
                site
                for site in each
                if (site.shared.kind, site.shared.kind == "item" or site.shared.name)
                in names
            ]
            for line, each in reader.sites.items()
        }
        found[function] = {line: each for line, each in sites.items() if each}
    return found


@dataclass
class _Read:
    """Where a value was read that flows on.

    Attributes:
        line: In which line.
        awaits: How many awaits stand before it.
    """

    line: int
    awaits: int


_Flow = dict[Shared, _Read]


class _Reader:
    """Reads a function from its first line to its last.

    Attributes:
        sites: What its lines do.
    """

    def __init__(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.sites: Sites = {}
        self._declared = {
            name
            for node in ast.walk(function)
            if isinstance(node, ast.Global | ast.Nonlocal)
            for name in node.names
        }
        self._awaits = 0
        self._flows: dict[str, _Flow] = {}  # what local variables have got
        self._tested: dict[Shared, int] = {}
        self._block(function.body)

    def all(self) -> Iterable[Site]:
        return [site for sites in self.sites.values() for site in sites]

    def _add(self, site: Site) -> None:
        self.sites.setdefault(site.line, []).append(site)

    # Statements.

    def _block(self, statements: Iterable[ast.AST]) -> None:
        for statement in statements:
            self._statement(statement)

    def _statement(self, node: ast.AST) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return
            case ast.Assign(targets=targets, value=value):
                self._assign(targets, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign([target], value)
            case ast.AugAssign(target=target, value=value):
                self._add_to(target, value)
            case ast.stmt() | ast.ExceptHandler() | ast.match_case():
                self._compound(node)
            case _:
                self._flow(node)

    def _compound(self, node: ast.AST) -> None:
        """Read the expressions and the statements that a statement consists of."""
        match node:
            case ast.If(test=test) | ast.While(test=test):
                for shared in self._flow(test):
                    self._tested[shared] = self._awaits
                self._block([*node.body, *node.orelse])
            case ast.For() | ast.AsyncFor():
                self._assign([node.target], node.iter)
                self._around(node.body, isinstance(node, ast.AsyncFor))
                self._block(node.orelse)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    self._flow(item)
                self._around(node.body, isinstance(node, ast.AsyncWith))
            case _:
                self._block(ast.iter_child_nodes(node))

    def _around(self, body: Iterable[ast.AST], awaits: int) -> None:
        """Read what stands in a block that may await before it and behind it."""
        self._awaits += awaits
        self._block(body)
        self._awaits += awaits

    def _assign(self, targets: list[ast.expr], value: ast.expr) -> None:
        before = self._awaits
        flow = self._flow(value)
        for target in targets:
            shared = self._shared(target)
            if shared is not None:
                self._writes(target.lineno, shared, flow, later=self._awaits > before)
                continue
            for node in ast.walk(target):
                if isinstance(node, ast.Name):
                    self._flows[node.id] = flow

    def _add_to(self, target: ast.expr, value: ast.expr) -> None:
        before = self._awaits
        flow = self._flow(value)
        shared = self._shared(target)
        if shared is not None:
            own = {shared: _Read(target.lineno, before)}
            self._writes(target.lineno, shared, own, later=self._awaits > before)
        elif isinstance(target, ast.Name):
            self._flows[target.id] = self._flows.get(target.id, {}) | flow

    def _writes(self, line: int, shared: Shared, flow: _Flow, *, later: bool) -> None:
        read = flow.get(shared)
        is_stale = read is not None and read.awaits < self._awaits
        if self._tested.get(shared) == self._awaits:
            is_stale = False  # it has been looked at once more
        if read is None or not is_stale:
            self._add(Site("writes", shared, line, later))
            return
        self._add(Site("reads", shared, read.line))
        self._add(Site("writes", shared, line, later, read.line))

    # Expressions.

    def _flow(self, node: ast.AST) -> _Flow:
        """Return what an expression's value may come from; count its awaits."""
        if isinstance(node, ast.Lambda):
            return {}
        shared = self._shared(node) or self._gotten(node)
        if shared is not None:
            return {shared: _Read(getattr(node, "lineno", 0), self._awaits)}
        if isinstance(node, ast.Name):
            return self._flows.get(node.id, {})
        flow: _Flow = {}
        for child in ast.iter_child_nodes(node):
            flow = {**self._flow(child), **flow}
        if isinstance(node, ast.NamedExpr):
            self._flows[node.target.id] = flow
        self._awaits += isinstance(node, ast.Await)
        return flow

    def _shared(self, node: ast.AST) -> Shared | None:
        """Return what a node names, if that is shared."""
        match node:
            case ast.Name(id=name) if name in self._declared:
                return Shared(name, "variable", (), name)
            case ast.Attribute(value=owner, attr=name) if path := _path(owner):
                return Shared(ast.unparse(node), "attribute", path, name)
            case ast.Subscript(value=owner, slice=key) if path := _path(owner):
                return _item(path, key)
            case _:
                return None

    def _gotten(self, node: ast.AST) -> Shared | None:
        """Return what a call of ``get`` reads."""
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr="get"), args=[key, *_]):
                path = _path(owner)
                return _item(path, key) if path else None
            case _:
                return None


def _path(node: ast.AST) -> tuple[str, ...]:
    """Return the names that lead to an object, or nothing."""
    match node:
        case ast.Name(id=name):
            return (name,)
        case ast.Attribute(value=owner, attr=name) if path := _path(owner):
            return (*path, name)
        case _:
            return ()


def _item(path: tuple[str, ...], key: ast.expr) -> Shared | None:
    text = f"{'.'.join(path)}[{ast.unparse(key)}]"
    match key:
        case ast.Constant(value=value):
            return Shared(text, "item", path, "", value)
        case ast.Name(id=name):
            return Shared(text, "item", path, name)
        case _:
            return None
