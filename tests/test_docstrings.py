"""Every prompt in a docstring of the package is executed by pytest."""

import ast
from collections import Counter
from pathlib import Path

import pytest

import yieldpoint
from tests.once import on_one_python
from yieldpoint.sphinxext.searching import prompts_in_file, seen_by_readers

SOURCES = Path(yieldpoint.__file__).parent


def first_line(item: pytest.DoctestItem) -> int:
    """Return where a docstring begins; of a cached function doctest does not say."""
    if item.dtest.lineno is not None:
        return item.dtest.lineno
    name = item.dtest.name.rpartition(".")[2]
    [line] = [
        node.body[0].lineno - 1
        for node in ast.walk(ast.parse(item.path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name == name
    ]
    return line


class Collected:
    """A plugin that keeps the lines of all doctests which pytest would run."""

    def __init__(self) -> None:
        """Begin without any."""
        self.lines: Counter[tuple[Path, int]] = Counter()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Look at what is collected."""
        for item in items:
            assert isinstance(item, pytest.DoctestItem)
            for example in item.dtest.examples:
                line = first_line(item) + example.lineno + 1
                for number in range((example.source + example.want).count("\n")):
                    self.lines[item.path, line + number] += 1


def prompts(path: Path) -> Counter[tuple[Path, int]]:
    """Return the lines that have a prompt, found as the proof for the pages does."""
    found = seen_by_readers(path, prompts_in_file(path))
    return Counter((path, line) for line, _prompt in found)


@on_one_python
def test_pytest_collects_every_prompt() -> None:
    """None stands where it does not look, and none is to be skipped."""
    collected = Collected()
    # Not those plugins that are for tests which run, and take it ill to be there twice.
    without = ("-p", "no:hypothesispytest", "-p", "no:randomly", "-p", "no:xdist")
    options = ["--collect-only", "--quiet", *without]
    status = pytest.main([*options, str(SOURCES)], plugins=[collected])
    assert status == pytest.ExitCode.OK
    found: Counter[tuple[Path, int]] = Counter()
    for path in SOURCES.rglob("*.py"):
        found += prompts(path)
        assert "doctest: +SKIP" not in path.read_text(encoding="utf-8"), path
    assert len(found) > 1_000
    assert found - collected.lines == Counter()
