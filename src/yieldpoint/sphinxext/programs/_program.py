r"""A fence as a program that stands alone.

Examples:
    >>> from yieldpoint.sphinxext.programs._lines import lines_of
    >>> from yieldpoint.sphinxext.programs._program import program_of
    >>> text = ">>> from yieldpoint.examples.sleeping import sleep\n>>> sleep\n<f>\n"
    >>> lines = list(lines_of(text, 0))
    >>> print(program_of(lines, 0, "yieldpoint.examples", "Sleep.").text, end="")
    # Sleep.
    <BLANKLINE>
    import asyncio
    <BLANKLINE>
    <BLANKLINE>
    async def sleep(delay: float) -> None:
        await asyncio.sleep(delay)
    <BLANKLINE>
    <BLANKLINE>
    print(repr(sleep))
"""

import ast
import inspect
import pkgutil
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from yieldpoint.sphinxext.programs._definitions import Import, module
from yieldpoint.sphinxext.programs._echo import shown_values
from yieldpoint.sphinxext.programs._layout import import_block, laid_out
from yieldpoint.sphinxext.programs._lines import Line, needed
from yieldpoint.sphinxext.programs._names import used
from yieldpoint.sphinxext.programs._parts import Parts
from yieldpoint.sphinxext.programs._writing import (
    attempted,
    has_effect,
    indented,
    printed,
    quiet,
    refused,
)

__all__ = ["Program", "program_of", "program_of_call"]


# What starts Python again and imports the program there.
_STARTS_AGAIN = re.compile(r"multiprocessing|ProcessPoolExecutor")
_BLANK = re.compile(r"^<BLANKLINE>$", re.MULTILINE)
_STDIN = re.compile(r'<stdin>(?:(?P<frame>", line )|:)\d+')


@dataclass(frozen=True)
class Program:
    """A program that stands alone.

    Attributes:
        text: Its source.
        output: What it prints; three dots stand for anything.
        modules: The modules of the examples that something was taken from.
    """

    text: str
    output: str
    modules: tuple[str, ...]


def program_of(lines: Sequence[Line], fence: int, package: str, head: str) -> Program:
    """Return a fence as a program.

    Args:
        lines: The lines of the page.
        fence: The number of the fence.
        package: Where the examples are.
        head: What the program says about itself.

    Returns:
        The program.

    Raises:
        ValueError: A name leads nowhere.
    """
    scope = {
        each.here: each
        for line in lines
        if line.fence <= fence
        for each in line.imports
    }
    chosen = [line for line in needed(lines, fence) if not line.imports]
    imported = {
        scope[name].module for line in chosen for name in line.used & scope.keys()
    }
    # What is recorded has the lines that the page says.
    is_recorded = any(f"{each}.".startswith("yieldpoint.trace.") for each in imported)
    parts = Parts("" if is_recorded else package)
    for line in chosen:
        if line.statement:
            parts.take(line.source, scope)
    definitions = parts.definitions({name for line in chosen for name in line.bound})
    known = parts.sources() | {
        name: each.source for each in chosen if each.defines for name in each.bound
    }
    above, here, output = [], [], []
    for line in chosen:
        if line.statement is None:
            source, values = line.source, []
        else:
            source = parts.renamed(line.source, scope)
            values = shown_values(source, line.want, known)
        if line.fence == fence:
            here.append(_loud(source, line, values, package))
            output.append(line.want)
        elif line.statement and has_effect(source):
            above.append(_quiet(source, line, package))
            output.append(_printed_by(line, values))
    imports = {*parts.imports, *_also_imported(chosen, fence, package)}
    if any(_STARTS_AGAIN.search(each) for each in (*definitions, *above, *here)):
        above, here = [], [_guarded([*above, *here])]
    sections = [[f"# {head}"], import_block(imports), definitions, above, here]
    text = laid_out(filter(None, sections))
    modules = tuple(parts.modules())
    want = _output("".join(output), package, modules)
    for line in chosen if is_recorded else ():
        for name in line.bound if line.defines else ():
            want = re.sub(rf"\b{name}:\d+\b", f"{name}:...", want)
    return Program(text, want, modules)


def program_of_call(
    name: str, call: str, want: str, package: str, head: str
) -> Program:
    """Return a call of an example as a program.

    Args:
        name: The example's full name.
        call: The call, or its function only.
        want: What it prints, and its value if it has one.
        package: Where the examples are.
        head: What the program says about itself.

    Returns:
        The program.

    Raises:
        ValueError: The example is a method.

    Examples:
        >>> from yieldpoint.sphinxext.programs._program import program_of_call
        >>> name = "yieldpoint.examples.sleeping.sleep"
        >>> package = "yieldpoint.examples"
        >>> made = program_of_call(name, "sleeping.sleep(1)", "", package, "")
        >>> made.text.splitlines()[-1]
        'asyncio.run(sleep(1))'
    """
    holder, _, function = name.rpartition(".")
    _, opening, arguments = call.partition("(")
    statement = f"{function}{opening or '()'}{arguments}"
    try:
        here = module(holder)
    except ImportError:
        raise ValueError(f"{holder} is no module") from None
    lines = [
        Line(f"from {holder} import {each}", "", 0)
        for each in used(statement) & (here.pieces.keys() | here.imports.keys())
    ]
    example = pkgutil.resolve_name(name)
    if inspect.iscoroutinefunction(example):
        lines.append(Line("import asyncio", "", 0))
        statement = f"asyncio.run({statement})"
    elif inspect.isgeneratorfunction(example):
        statement = f"list({statement})"
    lines.append(Line(statement, want, 0))
    return program_of(lines, 0, package, head)


def _also_imported(lines: Iterable[Line], fence: int, package: str) -> Iterator[Import]:
    """Yield what is imported because exceptions are expected."""
    for line in lines:
        if line.raised:
            yield Import("traceback" if line.fence == fence else "contextlib")
            if holder := _error(line.raised, package).rpartition(".")[0]:
                yield Import(holder)


def _guarded(statements: Sequence[str]) -> str:
    """Return statements that are not executed where another process imports them."""
    body = laid_out([statements]).rstrip()
    return f'if __name__ == "__main__":\n{indented(body)}'


def _loud(source: str, line: Line, values: list[ast.expr], package: str) -> str:
    """Return a line that shows what the page shows below it."""
    if not line.statement:
        return refused(source)
    if line.raised:
        return attempted(source, _error(line.raised, package))
    return printed(source, values, line.want)


def _quiet(source: str, line: Line, package: str) -> str:
    """Return a line that shows only what it prints itself."""
    return quiet(source, _error(line.raised, package)) if line.raised else source


def _printed_by(line: Line, values: list[ast.expr]) -> str:
    """Return what a line prints itself."""
    if line.raised:
        return line.want.partition("Traceback (most recent call last):\n")[0]
    if values:
        return "".join(line.want.splitlines(keepends=True)[: -len(values)])
    return line.want


def _error(name: str, package: str) -> str:
    """Return how a program calls an exception of which the page shows the name."""
    if name.startswith(f"{package}."):
        return name.rpartition(".")[2]
    return re.sub(r"^asyncio\.\w+\.", "asyncio.", name)


def _output(want: str, package: str, modules: Iterable[str]) -> str:
    """Return what a program prints that has for its own what is in a package there."""
    want = _BLANK.sub("", want)
    want = _STDIN.sub(lambda found: f"...{found['frame'] or ''}", want)
    want = re.sub(
        rf"^{re.escape(package)}\.\w+\.(?=\w+(:|$))", "", want, flags=re.MULTILINE
    )
    for name in modules:  # the name of its file
        want = re.sub(rf"(\.\.\.)?\b{name.rpartition('.')[2]}\.py\b", "...", want)
    return re.sub(rf"{re.escape(package)}\.\w+\.", "__main__.", want)
