"""The colours of a program's source."""

import html
import inspect
import re
from pathlib import Path

import pytest

from yieldpoint import examples
from yieldpoint._tryit import colours
from yieldpoint._tryit.colours import highlight


@pytest.mark.parametrize(
    ("source", "name", "text"),
    [
        ("async def main(): pass", "nf", "main"),
        ("class Loop: pass", "nc", "Loop"),
        ("x = None  # nothing", "c1", "# nothing"),
        ("x = None", "kc", "None"),
        ("x = 1 if x is 2 else 3", "ow", "is"),
        ("print(len('a'))", "nb", "len"),
        ("x += 1.5", "mi", "1.5"),
        ("x += 1.5", "o", "+="),
        ("f(1)[2]", "p", "["),
        ("'<b>'", "s2", "'&lt;b&gt;'"),
    ],
)
def test_each_kind_has_the_class_of_pygments(source: str, name: str, text: str) -> None:
    """So the style sheets of the pages fit."""
    (line,) = highlight(source)
    assert f'<span class="{name}">{text}</span>' in line


def test_a_colour_ends_with_its_line() -> None:
    """The stepper puts each line into an element of its own."""
    assert highlight("x = '''a\n<b>'''") == [
        'x <span class="o">=</span> <span class="s2">\'\'\'a</span>',
        "<span class=\"s2\">&lt;b&gt;'''</span>",
    ]


@pytest.mark.parametrize("source", ["f(", "'''", "x = '", "\x00", "  x\n y"])
def test_what_is_no_python_has_none(source: str) -> None:
    """But it is there."""
    lines = "\n".join(highlight(source))
    assert html.unescape(re.sub("<[^>]*>", "", lines)) == source


def test_nothing_of_a_source_is_lost() -> None:
    """Of all examples, and of this module."""
    folder = Path(inspect.getfile(examples)).parent
    for path in [*sorted(folder.glob("*.py")), Path(colours.__file__)]:
        source = path.read_text(encoding="utf-8")
        lines = highlight(source)
        plain = [html.unescape(re.sub("<[^>]*>", "", line)) for line in lines]
        assert plain == source.split("\n"), path
