"""The site's examples with yieldpoint.loop in the place of asyncio.

An example is a statement behind a prompt, in a docstring or on a page. It *needs* the
names of asyncio that it uses itself, or that a function uses which it calls, and the
methods of the loop likewise. Types in annotations do not count: nothing runs them.
"""

import ast
import doctest
import functools
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType

import pytest

from yieldpoint import clock, loop
from yieldpoint.sphinxext.execution import matching_pythons

__all__ = ["Session", "SwappedModules", "modules", "pages", "sessions_of"]

ROOT = Path(__file__).parents[2]
EXAMPLES = "yieldpoint.examples"
SWAPPED = "swapped_examples"
FENCE = re.compile(
    r"^(?:\((?P<label>[\w-]+)\)=\n)?"
    r"^```(?:pycon|\{on-python\} (?P<pythons>[^\n]*))\n(?P<session>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)

#: What asyncio says, and what yieldpoint.loop says: only the words differ.
IN_OTHER_WORDS = {
    "InvalidStateError: invalid state": (
        "InvalidStateError: <Future finished result=1> is already done"
    ),
    "RuntimeError: Task got bad yield: 42": (
        "RuntimeError: Task got bad yield: 42, which is no future of this loop"
    ),
    "RuntimeError: asyncio.run() cannot be called from a running event loop": (
        "RuntimeError: run() cannot be called from a running event loop"
    ),
    "TypeError: An asyncio.Future, a coroutine or an awaitable is required": (
        "TypeError: a future, a coroutine or an awaitable is required, not ..."
    ),
    "TypeError: a coroutine was expected, got <function power at 0x...>": (
        "TypeError: a coroutine was expected, got <function power at 0x...>: call it"
    ),
    # As the line before, before Python 3.14.
    "ValueError: a coroutine was expected, got <function power at 0x...>": (
        "TypeError: a future, a coroutine or an awaitable is required, not ..."
    ),
}

#: What only some Pythons' asyncio does, or says in these words: the loop does not.
OUT_OF_DATE = {
    "create-task-takes-generators",
    "set-event-loop-policy",
    "yield-instead-of-yield-from",
}

#: Pages that show both loops, or the parts of one; and pages about what asyncio has
#: around its loop, word for word, such as threads, processes, signals and its log.
#: There is nothing to swap. So it is with these modules.
NOT_SWAPPED = (
    *("docs/inside", "docs/practice", "docs/errors", "docs/crawler"),
    *("docs/findings", "docs/watch", "docs/asyncio/several-failures"),
)
AROUND = {
    *(
        "counting",
        "crawling",
        "datagrams",
        "encrypted",
        "owning_tasks",
        "finding",
        "going_through",
        "guis",
        "http_pages",
    ),
    *("processes", "reports", "saving", "shutting_down", "signals", "streams"),
    *("subprocesses", "testing", "threads", "unnoticed", "web", "which_one"),
}
#: Modules that need asyncio's own loop as soon as they are imported.
OF_ASYNCIO = {"counting"}
GIVES_LOOP = {"get_running_loop", "get_event_loop", "new_event_loop"}
Needs = frozenset[str]


async def _methods() -> Needs:
    return frozenset(f"loop.{name}" for name in dir(loop.get_running_loop()))


#: What yieldpoint.loop offers.
OFFERED = loop.run(_methods()) | frozenset(vars(loop)) - {
    name for name, value in vars(loop).items() if isinstance(value, ModuleType)
}


class WithoutAnnotations(ast.NodeTransformer):
    """Removes what is for readers and type checkers only."""

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        # What stands in the class itself, a decorator may want to read.
        for statement in node.body:
            if not isinstance(statement, ast.AnnAssign):
                self.visit(statement)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None:
            return None
        assignment = ast.Assign([node.target], node.value)
        return self.generic_visit(ast.copy_location(assignment, node))


class Swap(WithoutAnnotations):
    """Rewrites the imports of asyncio, and of examples."""

    def visit_Import(self, node: ast.Import) -> list[ast.stmt]:
        names = [name for name in node.names if name.name != "asyncio"]
        imports: list[ast.stmt] = [ast.Import(names)] if names else []
        if names != node.names:
            ours = [ast.alias("loop", "asyncio")]
            imports.append(ast.ImportFrom("yieldpoint", ours, 0))
        # A statement behind a prompt stays one statement.
        return (
            imports if len(imports) == 1 else [ast.If(ast.Constant(True), imports, [])]
        )

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        around = any(name.name in OF_ASYNCIO for name in node.names)
        if node.module and node.module.startswith(EXAMPLES) and not around:
            node.module = node.module.replace(EXAMPLES, SWAPPED)
        return node


def swapped(source: str) -> str:
    """Return the source with yieldpoint.loop under asyncio's name."""
    tree = Swap().visit(ast.parse(source))
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def path_of(module: str) -> Path:
    return ROOT / "src/yieldpoint/examples" / f"{module}.py"


class SwappedModules(Loader):
    """Copies of the modules of examples, which a session may import."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        """Let copies be imported until the patch is undone."""
        package = ModuleType(SWAPPED)
        patch.setitem(sys.modules, SWAPPED, package)
        patch.setattr(sys, "meta_path", [self, *sys.meta_path])
        package.__path__ = []
        self.loaded: list[str] = []
        self.patch = patch

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """Tell the interpreter that a copy can be imported."""
        if name.startswith(f"{SWAPPED}."):
            # Registered before, so that it is forgotten after the test.
            self.patch.setitem(sys.modules, name, ModuleType(name))
            del sys.modules[name]
            return ModuleSpec(name, self)
        return None

    def create_module(self, _: object) -> None:
        """Leave that to the interpreter."""

    def exec_module(self, module: ModuleType) -> None:
        """Execute a copy."""
        name = module.__name__.rpartition(".")[2]
        self.loaded.append(name)
        vars(module)["__name__"] = f"{EXAMPLES}.{name}"  # a repr may show it
        exec(_code_of(name), vars(module))  # noqa: S102 - it is the site's own


@functools.cache
def _code_of(module: str) -> CodeType:
    """Compile a copy, once for all sessions: to swap takes longer than to run."""
    source = swapped(path_of(module).read_text(encoding="utf-8"))
    # Under a name of its own: its lines are not those of the file.
    return compile(source, f"<{SWAPPED}.{module}>", "exec")


class Scope:
    """What the names of a module or of a session need."""

    def __init__(self) -> None:
        self.needs: dict[str, Needs] = {}
        self.modules: dict[str, Scope] = {}
        self.loops: set[str] = set()

    def of(self, statement: ast.AST) -> Needs:
        """Return what a statement needs."""
        loops = self.loops | _names_of_loops(statement)
        needs: set[str] = set()
        for node in ast.walk(statement):
            if isinstance(node, ast.Name):
                needs |= self.needs.get(node.id, frozenset())
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                name = node.value.id
                if name == "asyncio":
                    needs.add(node.attr)
                elif name in self.modules:
                    needs |= self.modules[name].needs.get(node.attr, frozenset())
                elif name in loops:
                    needs.add(f"loop.{node.attr}")
            elif isinstance(node, ast.Attribute) and _gives_loop(node.value):
                needs.add(f"loop.{node.attr}")
        return frozenset(needs)

    def execute(self, statement: ast.stmt) -> Needs:
        """Remember what the names need that a statement binds."""
        needs = self.of(statement)
        if isinstance(statement, ast.ImportFrom):
            module = statement.module or ""
            for alias in statement.names:
                name = alias.asname or alias.name
                if module == EXAMPLES:
                    self.modules[name] = scope_of(alias.name)
                elif module.startswith(EXAMPLES):
                    imported = scope_of(module.rpartition(".")[2])
                    self.needs[name] = imported.needs.get(alias.name, frozenset())
                elif module.startswith("asyncio."):
                    self.needs[name] = frozenset({module.partition(".")[2]})
                elif module.split(".")[0] == "yieldpoint" and name != "loop":
                    # What else there is, such as the recorder, is for asyncio.
                    self.needs[name] = frozenset({f"{module}.{alias.name}"})
        elif isinstance(
            statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        ):
            self.needs[statement.name] = needs
        else:
            self.loops |= _names_of_loops(statement)
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    self.needs[node.id] = needs
        return needs


def _gives_loop(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "asyncio"
        and node.func.attr in GIVES_LOOP
    )


def _names_of_loops(statement: ast.AST) -> set[str]:
    return {
        target.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Assign) and _gives_loop(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


_scopes: dict[str, Scope] = {}


def scope_of(module: str) -> Scope:
    """Return what the functions and classes of a module of examples need."""
    if module not in _scopes:
        scope = _scopes[module] = Scope()
        tree = WithoutAnnotations().visit(
            ast.parse(path_of(module).read_text(encoding="utf-8"))
        )
        before = None
        while before != scope.needs:  # a function may call one that stands below
            before = dict(scope.needs)
            for statement in tree.body:
                scope.execute(statement)
    return _scopes[module]


@dataclass
class Session:
    """The examples of a docstring or of a page, and what is left out of them."""

    name: str
    kept: list[doctest.Example] = field(default_factory=list)
    #: For each example that is left out, by place: the names that are not offered.
    left_out: dict[str, list[str]] = field(default_factory=dict)
    #: Whether any of the examples uses asyncio.
    uses_asyncio: bool = False

    def add(self, scope: Scope, place: str, examples: list[doctest.Example]) -> None:
        """Add examples to the session, or to what is left out."""
        for example in examples:
            try:
                [statement] = ast.parse(example.source).body
            except SyntaxError:
                continue  # it shows what Python says, whatever the loop
            statement = WithoutAnnotations().visit(statement)
            needs = scope.execute(statement)
            self.uses_asyncio |= any("yieldpoint" not in name for name in needs)
            missing = needs - OFFERED
            if missing:
                names = {*self.left_out.get(place, []), *missing}
                self.left_out[place] = sorted(names)
            else:
                want, message = example.want, example.exc_msg
                for words, others in IN_OTHER_WORDS.items():
                    want = want.replace(words, others)
                    message = message and message.replace(words, others)
                self.kept.append(doctest.Example(example.source, want, message))

    def run(self) -> str:
        """Run what is not left out, and return what doctest has to say against it."""
        swapped_examples = [
            doctest.Example(swapped(each.source), each.want, each.exc_msg)
            for each in self.kept
        ]
        test = doctest.DocTest(swapped_examples, {}, self.name, None, None, None)
        report: list[str] = []
        options = doctest.ELLIPSIS | doctest.DONT_ACCEPT_TRUE_FOR_1
        with pytest.MonkeyPatch.context() as patch:
            SwappedModules(patch)
            with clock.installed():
                runner = doctest.DocTestRunner(verbose=False, optionflags=options)
                runner.run(test, out=report.append)
        return "".join(report)


_Documented = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def modules() -> list[Path]:
    """Return the modules whose docstrings are swapped."""
    paths = sorted(path_of("x").parent.glob("*.py"))
    return [path for path in paths if path.stem not in AROUND]


def pages() -> list[Path]:
    """Return the pages that are swapped."""
    left_out = tuple(str(ROOT / name) for name in ("docs/_build/", *NOT_SWAPPED))
    paths = sorted((ROOT / "docs").glob("**/*.md"))
    return [path for path in paths if not str(path).startswith(left_out)]


@functools.cache
def sessions_of(path: Path) -> list[Session]:
    """Return the sessions of a page, or of a module's functions and methods."""
    found = _of_docstrings(path) if path.suffix == ".py" else [_of_page(path)]
    return [session for session in found if session.uses_asyncio]


def _of_docstrings(path: Path) -> Iterator[Session]:
    parser = doctest.DocTestParser()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node, name in _documented(tree, path.stem):
        session = Session(name)
        examples = parser.get_examples(ast.get_docstring(node) or "")
        session.add(Scope(), name, examples)
        yield session


def _documented(tree: _Documented, name: str) -> Iterator[tuple[_Documented, str]]:
    yield tree, name
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from _documented(node, f"{name}.{node.name}")


def _of_page(path: Path) -> Session:
    parser = doctest.DocTestParser()
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    session, scope = Session(path.relative_to(ROOT).as_posix()), Scope()
    text = path.read_text(encoding="utf-8")
    for number, fence in enumerate(FENCE.finditer(text), 1):
        if fence["pythons"] and python not in matching_pythons(fence["pythons"]):
            continue
        place = fence["label"] or f"{number}"
        if place in OUT_OF_DATE:
            continue
        session.add(scope, place, parser.get_examples(fence["session"]))
    return session
