r"""A fence as a program that stands alone.

Examples:
    >>> from yieldpoint.sphinxext.programs.lines import lines_of
    >>> from yieldpoint.sphinxext.programs.program import program_of
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

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from yieldpoint.sphinxext.programs.definitions import Import
from yieldpoint.sphinxext.programs.echo import shows_value
from yieldpoint.sphinxext.programs.layout import import_block, laid_out
from yieldpoint.sphinxext.programs.lines import Line, needed
from yieldpoint.sphinxext.programs.parts import Parts
from yieldpoint.sphinxext.programs.writing import (
    attempted,
    has_effect,
    indented,
    printed,
    quiet,
    refused,
)

__all__ = ["Program", "program_of"]


# What starts Python again and imports the program there.
_STARTS_AGAIN = re.compile(r"multiprocessing|ProcessPoolExecutor")
_BLANK = re.compile(r"^<BLANKLINE>$", re.MULTILINE)
_STDIN = re.compile(r'<stdin>(", line |:)\d+')


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
    parts = Parts(package)
    known = {
        name: each.source for each in chosen if each.defines for name in each.bound
    }
    for line in chosen:
        if line.statement:
            parts.take(line.source, scope)
            known |= parts.sources(line.source, scope)
    bound = {name for line in chosen for name in line.bound}
    definitions = parts.definitions(bound)
    above, here, output = [], [], []
    for line in chosen:
        source = parts.renamed(line.source, scope) if line.statement else line.source
        echoes = bool(line.statement) and shows_value(line.source, line.want, known)
        if line.fence == fence:
            here.append(_loud(source, line, echoes=echoes, package=package))
            output.append(line.want)
        elif has_effect(source):
            above.append(_quiet(source, line, package))
            output.append(_printed_by(line, echoes=echoes))
    imports = {*parts.imports, *_also_imported(chosen, fence, package)}
    if any(_STARTS_AGAIN.search(each) for each in (*definitions, *above, *here)):
        above, here = [], [_guarded([*above, *here])]
    sections = [[f"# {head}"], import_block(imports), definitions, above, here]
    text = laid_out(filter(None, sections))
    return Program(text, _output("".join(output), package), tuple(parts.modules()))


def _also_imported(lines: Iterable[Line], fence: int, package: str) -> Iterator[Import]:
    """Yield what is imported because exceptions are expected."""
    for line in lines:
        if line.raised:
            yield Import("traceback" if line.fence == fence else "contextlib")
            yield from map(Import, _error(line.raised, package).split(".")[:-1])


def _guarded(statements: Sequence[str]) -> str:
    """Return statements that are not executed where another process imports them."""
    body = laid_out([statements]).rstrip()
    return f'if __name__ == "__main__":\n{indented(body)}'


def _loud(source: str, line: Line, *, echoes: bool, package: str) -> str:
    """Return a line that shows what the page shows below it."""
    if not line.statement:
        return refused(source)
    if line.raised:
        return attempted(source, _error(line.raised, package))
    return printed(source, line.want) if echoes else source


def _quiet(source: str, line: Line, package: str) -> str:
    """Return a line that shows only what it prints itself."""
    return quiet(source, _error(line.raised, package)) if line.raised else source


def _printed_by(line: Line, *, echoes: bool) -> str:
    """Return what a line prints itself."""
    if line.raised:
        return line.want.partition("Traceback (most recent call last):\n")[0]
    if echoes:
        return "".join(line.want.splitlines(keepends=True)[:-1])
    return line.want


def _error(name: str, package: str) -> str:
    """Return how a program calls an exception of which the page shows the name."""
    if name.startswith(f"{package}."):
        return name.rpartition(".")[2]
    return re.sub(r"^asyncio\.\w+\.", "asyncio.", name)


def _output(want: str, package: str) -> str:
    """Return what a program prints that has for its own what is in a package there."""
    want = _BLANK.sub("", want)
    want = _STDIN.sub(lambda found: f"...{found[1]}", want)
    want = re.sub(
        rf"^{re.escape(package)}\.\w+\.(?=\w+(:|$))", "", want, flags=re.MULTILINE
    )
    return re.sub(rf"{re.escape(package)}\.\w+\.", "__main__.", want)
