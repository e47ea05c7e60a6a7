r"""The lines of a session, and which of them a fence needs.

Examples:
    >>> from yieldpoint.sphinxext.programs._lines import lines_of, needed
    >>> lines = [
    ...     *lines_of(">>> numbers = iter([1, 2])\n>>> words = []\n", fence=0),
    ...     *lines_of(">>> next(numbers)\n1\n", fence=1),
    ...     *lines_of(">>> next(numbers)\n2\n", fence=2),
    ... ]
    >>> [line.source for line in needed(lines, fence=2)]
    ['numbers = iter([1, 2])', 'next(numbers)', 'next(numbers)']
"""

import ast
import doctest
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from yieldpoint.sphinxext.programs._definitions import Import, imports_in
from yieldpoint.sphinxext.programs._names import bound, parsed, used

__all__ = ["Line", "lines_of", "needed"]

_parser = doctest.DocTestParser()
_RAISED = re.compile(
    r"^Traceback \(most recent call last\):\n(?:[ .].*\n|\n)*(?P<name>[\w.]+)(?=:|$)",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Line:
    r"""What stands behind a prompt and its continuations.

    Attributes:
        source: The code, without prompts and without a newline at its end.
        want: What the page shows below it.
        fence: The number of its fence on the page.

    Examples:
        >>> from yieldpoint.sphinxext.programs._lines import Line
        >>> Line("import asyncio", "", 0).imports[0].module
        'asyncio'
        >>> Line("asyncio.async(main())", "", 0).statement
        >>> want = "Traceback (most recent call last):\n  ...\nKeyError: 1\n"
        >>> Line("{}[1]", want, 0).raised
        'KeyError'
    """

    source: str
    want: str
    fence: int

    @cached_property
    def statement(self) -> ast.stmt | None:
        """The statement; None if it is none, which the page shows then."""
        try:
            compile(self.source, "<line>", "exec", dont_inherit=True)
        except SyntaxError:
            return None
        return parsed(self.source).body[0]

    @cached_property
    def imports(self) -> list[Import]:
        """What it imports, if it is an import that works."""
        if self.statement is None or self.raised:
            return []
        return list(imports_in(self.statement))

    @cached_property
    def raised(self) -> str:
        """The name of the exception that ends it, as the page shows it; or nothing."""
        found = list(_RAISED.finditer(self.want))
        return found[-1]["name"] if found else ""

    @cached_property
    def bound(self) -> frozenset[str]:
        """The names that it binds."""
        return bound(self.source) if self.statement else frozenset()

    @cached_property
    def used(self) -> frozenset[str]:
        """The names that it uses."""
        return used(self.source) if self.statement else frozenset()

    @cached_property
    def defines(self) -> bool:
        """Whether it is a definition, which later lines cannot change."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        return bool(self.imports) or isinstance(self.statement, kinds)

    @cached_property
    def is_global(self) -> bool:
        """Whether it changes what all lines below it log."""
        return isinstance(self.statement, ast.Expr) and "logging" in self.used

    @cached_property
    def is_fixed(self) -> bool:
        """Whether no other line can change what it binds."""
        is_constant = isinstance(self.statement, ast.Assign) and isinstance(
            self.statement.value, ast.Constant | ast.JoinedStr
        )
        return self.defines or is_constant

    @cached_property
    def always_binds(self) -> bool:
        """Whether what its names were before does not matter below it."""
        kinds = (ast.Assign, ast.AnnAssign, ast.With)
        return self.defines or (isinstance(self.statement, kinds) and not self.raised)


def lines_of(text: str, fence: int) -> Iterator[Line]:
    """Yield the lines of a fence.

    Args:
        text: What stands in it.
        fence: Its number on the page.

    Yields:
        The lines in their order.
    """
    try:
        examples = _parser.get_examples(text)
    except ValueError:
        return  # it is no doctest: the proof says so
    for example in examples:
        yield Line(example.source.rstrip("\n"), example.want, fence)


def needed(lines: Sequence[Line], fence: int) -> list[Line]:
    """Return the lines of a fence, behind those above it that it needs.

    A line above is needed if it binds a name that is used below, or if it uses
    a variable that is used below, also by a function: it may change what the variable
    holds. So is one that changes what is logged.

    Args:
        lines: The lines of the page.
        fence: The number of the fence.

    Returns:
        The lines in their order.
    """
    above = [line for line in lines if line.fence <= fence]
    variables = {name for line in above if not line.is_fixed for name in line.bound}
    reached: dict[str, set[str]] = {}  # the variables that a definition uses
    for line in above:
        if line.defines:
            seen = set().union(*(reached.get(name, {name}) for name in line.used))
            reached |= dict.fromkeys(line.bound, seen & variables)
    chosen: list[Line] = []
    names: set[str] = set()
    for line in reversed(above):
        uses = set().union(*(reached.get(name, {name}) for name in line.used))
        may_change = not line.defines and names & variables & uses
        if line.fence == fence or names & line.bound or may_change or line.is_global:
            chosen.append(line)
            if line.always_binds:
                names -= line.bound
            names |= line.used
    return chosen[::-1]
