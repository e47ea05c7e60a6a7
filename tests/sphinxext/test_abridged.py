"""A module as code and comments, and the order in which a package is read."""

import ast
import sys
from pathlib import Path

import pytest

from yieldpoint.sphinxext.abridged import (
    abridged,
    definitions,
    reading_order,
    source_file,
)

SOURCE = '''"""A module.

>>> 1 + 1
2
"""

import os  # needed


class Event:
    """Something that happens.

    It happens once.
    """

    # Why it is a list: several may wait.
    waiters: list[int] = []

    async def wait(self) -> None:
        """Wait."""
        text = """no docstring
        of two lines"""

    @property
    def is_set(self) -> bool:
        r"""Tell.

        Or not.
        """
        def nested() -> bool:
            return True
        return nested()


def set_all() -> None:
    """Set.

    All of them.
    """
'''

SHORTENED = '''"""A module."""

import os  # needed


class Event:
    """Something that happens."""

    # Why it is a list: several may wait.
    waiters: list[int] = []

    async def wait(self) -> None:
        """Wait."""
        text = """no docstring
        of two lines"""

    @property
    def is_set(self) -> bool:
        r"""Tell."""
        def nested() -> bool:
            return True
        return nested()


def set_all() -> None:
    """Set."""'''


def test_docstrings_are_cut_to_their_first_line() -> None:
    """And comments, code and other texts stay as they are."""
    assert abridged(SOURCE) == SHORTENED


def test_what_is_defined_is_found_with_its_line() -> None:
    """What is defined in a function is a part of the function."""
    found = definitions(SHORTENED)
    assert list(found) == ["Event", "Event.wait", "Event.is_set", "set_all"]
    lines = SHORTENED.splitlines()
    assert [lines[number - 1].strip() for number in found.values()] == [
        "class Event:",
        "async def wait(self) -> None:",
        "def is_set(self) -> bool:",
        "def set_all() -> None:",
    ]


def test_the_code_of_the_loop_stays_the_same() -> None:
    """Nothing but docstrings is cut."""

    def without_docstrings(source: str) -> str:
        tree = ast.parse(source)
        for node in ast.walk(tree):
            if isinstance(
                node,
                ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef,
            ) and ast.get_docstring(node):
                del node.body[0]
        return ast.dump(tree)

    for module in reading_order("yieldpoint.loop"):
        source = source_file(module).read_text(encoding="utf-8")
        assert without_docstrings(abridged(source)) == without_docstrings(source)


def test_a_package_is_read_in_the_order_of_its_imports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each module that another one needs has to have its place."""
    package = tmp_path / "read_example"
    package.mkdir()
    sources = {
        "__init__": "import os\nfrom . import third as third\n"
        "from read_example.second import *\nfrom read_example import third\n",
        "first": "x = 1\n",
        "second": "from read_example.first import x\n",
        "third": "",
        "data": "",
    }
    for name, source in sources.items():
        (package / f"{name}.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ValueError, match=r"first: read_example\.second does$"):
        reading_order("read_example")
    with (package / "__init__.py").open("a", encoding="utf-8") as file:
        file.write("from read_example.first import x\n")
    found = [name.rpartition(".")[2] for name in reading_order("read_example")]
    assert found == ["second", "third", "first"]
    for name in [name for name in sys.modules if name.startswith("read_example")]:
        del sys.modules[name]


@pytest.mark.parametrize("name", ["nowhere", "yieldpoint.nowhere", "time", "", "a.b"])
def test_a_module_without_a_source_is_an_error(name: str) -> None:
    """It is not there, or not written in Python."""
    with pytest.raises(ValueError, match="no module is named"):
        source_file(name)
