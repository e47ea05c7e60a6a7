"""Any definition is shown, which each Python finds and takes apart in its own way."""

import importlib
from collections.abc import Callable

import pytest

from yieldpoint.sphinxext.definitions import source_without_docstrings

DEFINITIONS = '''
import functools
from contextlib import contextmanager

class Error(Exception): """It went wrong."""

def nothing(): "Do nothing."

def one(): "Return 1."; return 1  # one

def two():
    """Return 2.
    """; return 2

@functools.cache
def kept():
    """Return 3."""
    return 3

class Shelf:
    """A shelf."""

    @property
    def width(self):
        """How wide it is."""
        return 4

    @functools.cached_property
    def height(self):
        return 5

    def text(self):
        """Return a text."""
        return (
            """\\
    five
six
"""
        )

    def label(self):
        return f"""
{self} is
    here
"""

def paged():
    """See\u2028here."""
    a = "\u2028"
\f
    return a

def twice(function):
    def again():
        return function() * 2
    return again

@twice
def hidden():
    return 6

SIX = 6
double = lambda x: x * 2
'''


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("Error", "class Error(Exception): ..."),
        ("nothing", "def nothing(): ..."),
        ("one", "def one(): return 1  # one"),
        ("two", "def two():\n    return 2"),
        ("kept", "@functools.cache\ndef kept():\n    return 3"),
        ("Shelf.width", "@property\ndef width(self):\n    return 4"),
        ("Shelf.height", "@functools.cached_property\ndef height(self):\n    return 5"),
        (
            "Shelf.text",
            'def text(self):\n    return (\n        """\\\n    five\nsix\n"""\n    )',
        ),
        ("Shelf.label", 'def label(self):\n    return f"""\n{self} is\n    here\n"""'),
        ("paged", 'def paged():\n    a = "\u2028"\n\f\n    return a'),
    ],
)
def test_any_definition_is_shown_as_it_stands(
    write_module: Callable[[str], str], name: str, source: str
) -> None:
    """On one line or decorated, with texts of several lines or other ends of lines."""
    module = importlib.import_module(write_module(DEFINITIONS))
    example = vars(module)[name.partition(".")[0]]
    if "." in name:
        example = vars(example)[name.partition(".")[2]]
    assert source_without_docstrings(example) == source
