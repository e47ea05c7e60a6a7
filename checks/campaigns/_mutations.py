"""What a slip of the keyboard makes of the examples and the pages: single changes.

Each is a place in a file and what stands there instead. In the examples' code, and in
the code of the pages' sessions, they are found by Python's own parser; in the rest of
a page by its marks.
"""

import ast
import doctest
import platform
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.specifiers import SpecifierSet

# From where to where a text is to be replaced, by what, and what kind of slip that is.
Change = tuple[str, int, int, str]

_OPERATORS: dict[type, tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "/"),
    ast.Mod: ("%", "*"),
    ast.Pow: ("**", "*"),
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", "<"),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),  # codespell:ignore notin - the name is Python's
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.And: ("and", "or"),
    ast.Or: ("or", "and"),
}

_EXCEPTIONS = {
    "ValueError": "TypeError",
    "TypeError": "ValueError",
    "KeyError": "IndexError",
    "RuntimeError": "LookupError",
    "StopIteration": "ValueError",
    "CancelledError": "TimeoutError",
    "TimeoutError": "CancelledError",
    "GeneratorExit": "ValueError",
    "Exception": "ArithmeticError",
    "BaseException": "ArithmeticError",
}


@dataclass(frozen=True)
class Mutant:
    """A file with one change.

    Attributes:
        path: The file, from the root of the project.
        kind: What kind of slip it is.
        start: Where the changed text begins.
        end: Where it ends.
        text: What stands there instead.
    """

    path: Path
    kind: str
    start: int
    end: int
    text: str

    def applied(self, source: str) -> str:
        """Return the text of the file with the change."""
        return source[: self.start] + self.text + source[self.end :]


def mutants_of(path: Path, source: str) -> Iterator[Mutant]:
    """Yield all that may happen to a page or to a module of examples."""
    changes = _in_module(source) if path.suffix == ".py" else _in_page(source)
    for kind, start, end, text in changes:
        if source[start:end] != text:
            yield Mutant(path, kind, start, end, text)


# Python code.


class _Code(ast.NodeVisitor):
    """The changes that code allows, each on one line of it."""

    def __init__(self, code: str) -> None:
        self.changes: list[Change] = []
        self._lines = code.splitlines(keepends=True)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))
        self._code = code

    def _at(self, line: int, column: int) -> int:
        text = self._lines[line - 1].encode()[:column].decode()
        return self._starts[line - 1] + len(text)

    def _span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        end_line, end_column = node.end_lineno or 0, node.end_col_offset or 0
        return self._at(node.lineno, node.col_offset), self._at(end_line, end_column)

    def _replace(self, kind: str, node: ast.expr | ast.stmt, text: str) -> None:
        self.changes.append((kind, *self._span(node), text))

    def _operator(self, operator: ast.AST, left: ast.expr, right: ast.expr) -> None:
        start, end = self._span(left)[1], self._span(right)[0]
        if type(operator) in _OPERATORS:
            old, new = _OPERATORS[type(operator)]
            place = self._code.find(old, start, end)
            if place >= 0:
                self.changes.append(("operator", place, place + len(old), new))

    def visit_BinOp(self, node: ast.BinOp) -> None:
        self._operator(node.op, node.left, node.right)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        self._operator(node.op, *node.values[:2])
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        self._operator(node.ops[0], node.left, node.comparators[0])
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not | ast.USub):
            start, _ = self._span(node)
            self.changes.append(("operator", start, self._span(node.operand)[0], ""))
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if ast.unparse(node.target) == "__all__":
            return
        self._operator(node.op, node.target, node.value)
        self._statement(node)
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        value, end = node.value, self._span(node)[1]
        if isinstance(value, bool):
            self._replace("constant", node, str(not value))
        elif isinstance(value, int | float):
            self._replace("constant", node, repr(value + 1))
        elif isinstance(value, str) and value.isprintable() and value.strip():
            quote = self._code[end - 1]
            place = end - 1 if quote in "\"'" else end
            self.changes.append(("string", place, place, "x"))

    def visit_Await(self, node: ast.Await) -> None:
        start, _ = self._span(node)
        self.changes.append(("await", start, self._span(node.value)[0], ""))
        self.generic_visit(node)

    def visit_Yield(self, node: ast.Yield) -> None:
        if node.value:
            self._replace("yield", node.value, "None")
        self.generic_visit(node)

    def visit_YieldFrom(self, node: ast.YieldFrom) -> None:
        start, _ = self._span(node)
        self.changes.append(("yield", start, self._span(node.value)[0], "yield "))
        self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> None:
        if node.value:
            self._replace("return", node.value, "None")
        self._statement(node)
        self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        self._exception(node.exc.func if isinstance(node.exc, ast.Call) else node.exc)
        self._statement(node)
        self.generic_visit(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self._exception(node.type)
        self.generic_visit(node)

    def _exception(self, node: ast.expr | None) -> None:
        if isinstance(node, ast.Name) and node.id in _EXCEPTIONS:
            self._replace("exception", node, _EXCEPTIONS[node.id])

    def _condition(self, node: ast.If | ast.While) -> None:
        start, end = self._span(node.test)
        text = self._code[start:end]
        self.changes.append(("condition", start, end, f"not ({text})"))
        self.generic_visit(node)

    visit_If = visit_While = _condition  # noqa: N815 - ast's names

    def visit_Call(self, node: ast.Call) -> None:
        if len(node.args) == 2 and not any(
            isinstance(each, ast.Starred) for each in node.args
        ):
            first, second = map(self._span, node.args)
            a, b = self._code[slice(*first)], self._code[slice(*second)]
            between = self._code[first[1] : second[0]]
            self.changes.append(("arguments", first[0], second[1], b + between + a))
        self.generic_visit(node)

    def _statement(self, node: ast.stmt) -> None:
        self._replace("statement", node, "pass")

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Constant):
            return  # a docstring
        self._statement(node)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        if ast.unparse(node.targets[0]) == "__all__" or "TypeVar" in ast.dump(node):
            return
        self._statement(node)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self.visit(node.value)

    def visit_arguments(self, node: ast.arguments) -> None:
        for default in [*node.defaults, *node.kw_defaults]:
            if default:
                self.visit(default)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for decorator in node.decorator_list:
            start, end = self._span(decorator)
            self.changes.append(("decorator", start - 1, end, "#"))
        self._definition(node)

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.visit(node.args)
        for statement in node.body:  # not what says of which type it is
            self.visit(statement)

    visit_AsyncFunctionDef = _definition  # noqa: N815 - ast's name

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if not isinstance(node.value, ast.Name) or not node.value.id.istitle():
            self.generic_visit(node)


def _in_code(code: str) -> list[Change]:
    """Return the changes that code allows."""
    visitor = _Code(code)
    visitor.visit(ast.parse(code))
    return visitor.changes


def _in_module(source: str) -> Iterator[Change]:
    """Yield the changes of a module's code, and of what its docstrings say."""
    yield from _in_code(source)
    for match in re.finditer(r'"""(.*?)"""', source, re.DOTALL):
        for example, place in _examples(match[1], match.start(1)):
            yield from _in_output(example, place)


# Sessions: a text with prompts.


class _Placed:
    """Where the source and the output of an example stand in a file."""

    def __init__(
        self, text: str, start: int, line: int, example: doctest.Example
    ) -> None:
        lines = text.splitlines(keepends=True)
        source_lines = example.source.count("\n")
        first = start + sum(map(len, lines[:line]))
        self.start = first
        self.starts: list[int] = []
        for each in lines[line : line + source_lines]:
            self.starts.append(first + example.indent + 4)
            first += len(each)
        self.output = first
        shown = lines[line + source_lines :][: example.want.count("\n")]
        self.end = first + sum(map(len, shown))

    def __call__(self, source: str, place: int) -> int:
        """Return where a place of the example's source is in the file."""
        before = source[:place]
        line = before.count("\n")
        return self.starts[line] + place - (before.rfind("\n") + 1)


def _examples(text: str, start: int) -> Iterator[tuple[doctest.Example, _Placed]]:
    try:
        examples = doctest.DocTestParser().get_examples(text)
    except ValueError:
        return
    for example in examples:
        yield example, _Placed(text, start, example.lineno, example)


def _in_output(example: doctest.Example, place: _Placed) -> Iterator[Change]:
    """Yield what may happen to an output: a change, and that it is lost."""
    if not example.want:
        return
    yield "output deleted", place.output, place.end, ""
    start = place.output
    for line in example.want.splitlines(keepends=True):
        match = re.search(r"\d(?=\D*$)|[a-z](?=[^a-z]*$)", line)
        if match and line.strip() != "..." and "<BLANKLINE>" not in line:
            character = match[0]
            other = chr(ord(character) + (1 if character not in "9z" else -1))
            column = start + example.indent + match.start()
            yield "output", column, column + 1, other
        start += example.indent + len(line)


def _in_session(text: str, start: int) -> Iterator[Change]:
    """Yield what may happen to the examples of a fence."""
    for example, place in _examples(text, start):
        yield from _in_output(example, place)
        if not example.want:
            yield "example deleted", place.start, place.end, ""
        try:
            changes = _in_code(example.source)
        except SyntaxError:
            continue  # that is what the example shows
        for kind, first, last, new in changes:
            if "\n" not in example.source[first:last]:
                if kind == "statement" and example.source.count("\n") == 1:
                    continue  # that is a deleted example, or one without its output
                source = example.source
                yield (
                    f"{kind} on a page",
                    place(source, first),
                    place(source, last),
                    new,
                )


# Pages.


def _insert(
    kind: str, pattern: str, group: int = 1
) -> Callable[[str], Iterator[Change]]:
    """Return what finds names by a pattern, and lets each have a letter too many."""
    compiled = re.compile(pattern, re.MULTILINE)

    def find(source: str) -> Iterator[Change]:
        for match in compiled.finditer(source):
            yield kind, match.end(group), match.end(group), "x"

    return find


def _swap(
    kind: str, pattern: str, other: dict[str, str]
) -> Callable[[str], Iterator[Change]]:
    """Return what finds words by a pattern, and puts another one in their place."""
    compiled = re.compile(pattern, re.MULTILINE)

    def find(source: str) -> Iterator[Change]:
        for match in compiled.finditer(source):
            if match[1] in other:
                yield kind, match.start(1), match.end(1), other[match[1]]

    return find


def _is_for_this_python(specifier: str) -> bool:
    """Tell whether a fence is executed here: if not, other Pythons' gates judge it."""
    here = ".".join(platform.python_version_tuple()[:2])
    return SpecifierSet(specifier).contains(here)


def _specifiers(source: str) -> Iterator[Change]:
    """Yield what lets a fence be for the other Pythons, if it is then for this one."""
    others = {">=": "<", "<": ">=", ">": "<=", "<=": ">"}
    for match in re.finditer(r"^```\{on-python\} ([<>]=?)(.*)$", source, re.MULTILINE):
        other = others[match[1]]
        if _is_for_this_python(other + match[2]):
            yield "specifier", match.start(1), match.end(1), other


def _toctree(source: str) -> Iterator[Change]:
    for match in re.finditer(
        r"^```\{toctree\}\n(.*?)^```", source, re.MULTILINE | re.DOTALL
    ):
        for entry in re.finditer(r"^[a-z][\w/-]*\n", match[1], re.MULTILINE):
            start = match.start(1) + entry.start()
            end = match.start(1) + entry.end()
            yield "toctree entry", end - 1, end - 1, "x"
            yield "toctree entry", start, end, ""


def _verdicts(source: str) -> Iterator[Change]:
    for match in re.finditer(
        r"^```\{verdict\}.*?^(```)$", source, re.MULTILINE | re.DOTALL
    ):
        yield "verdict closing", match.start(1), match.end(1), "``"
        yield "verdict closing", match.start(1), match.end(1), "```x"
        yield "verdict closing", match.start(1), match.end(1) + 1, ""


_PAGE = (
    _swap("role", r"\{(holds|fails)\}", {"holds": "fails", "fails": "holds"}),
    _insert("claim name", r"\{(?:holds|fails)\}`(?:[^`<]*<)?([\w-]+)"),
    _insert("cross reference", r"\]\(([\w./-]+)\.md"),
    _insert("cross reference", r"\]\([\w./-]*#([\w.-]+)\)"),
    _insert("cross reference", r"\{py:\w+\}`[~.]?([\w.]+)`"),
    _insert("cross reference", r"\{term\}`(?:[^`<]*<)?([^`<>]+)>?`"),
    _insert("label", r"^\(([\w-]+)\)=$"),
    _insert("verdict name", r"^```\{verdict\} (C\d+|Block \d+) "),
    _swap(
        "verdict",
        r"^```\{verdict\} [\w ]+? (\w+)$",
        {
            "true": "false",
            "false": "true",
            "imprecise": "outdated",
            "outdated": "imprecise",
            "runs": "fails",
            "fails": "runs",
            "differs": "fails",
            "listing": "runs",
        },
    ),
    _insert("verdict example", r"^:example: ([\w-]+)$"),
    _insert("name of an example", r"^```\{example\} ([\w.]+)$"),
    _insert("name of a recording", r"^```\{recording\} ([\w.]+)"),
    _swap("language", r"^```(pycon)$", {"pycon": "text"}),
    _swap("language", r"^```(pycon)$", {"pycon": "python"}),
    _specifiers,
    _toctree,
    _verdicts,
)


def _in_page(source: str) -> Iterator[Change]:
    """Yield the changes of a page: of its sessions, and of its marks."""
    fences = r"^ *```(?:pycon|\{on-python\} ([^\n]*))\n(.*?)^ *```$"
    for match in re.finditer(fences, source, re.MULTILINE | re.DOTALL):
        if _is_for_this_python(match[1] or ""):
            yield from _in_session(match[2], match.start(2))
    # What somebody may write is no part of the page.
    shown = re.compile(r"^````markdown$.*?^````$", re.MULTILINE | re.DOTALL)
    source = shown.sub(lambda text: " " * len(text[0]), source)
    for find in _PAGE:
        yield from find(source)
