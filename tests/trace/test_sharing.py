"""What the source tells about a value that is read before an await."""

import textwrap

import pytest

from yieldpoint.trace._recorder.sharing import sites_in

RISKS = {
    "an attribute": "x = a.b\nawait f()\na.b = x",
    "in one expression": "a.b = a.b + await f()",
    "added to": "a.b += await f()",
    "handed in": "a.b = await f(a.b)",
    "through two variables": "x = a.b\ny = x + 1\nawait f()\na.b = y",
    "added to a variable": "x = 1\nx += a.b\nawait f()\na.b = x",
    "several targets": "x = y = a.b\nawait f()\na.b = y",
    "unpacked": "x, y = a.b\nawait f()\na.b = y",
    "in a named expression": "if (x := a.b):\n    await f()\n    a.b = x",
    "annotated": "x: int = a.b\nawait f()\na.b: int = x",
    "in a with": "x = a.b\nasync with f():\n    a.b = x",
    "after a with": "async with f():\n    x = a.b\na.b = x",
    "in a for": "x = a.b\nasync for y in f():\n    a.b = x + y",
    "what a for gives": "for x in a.b:\n    await f()\n    a.b = x",
    "in a try": "x = a.b\ntry:\n    await f()\nexcept E:\n    a.b = x",
    "in a match": "x = a.b\nmatch x:\n    case 1:\n        await f()\na.b = x",
    "an element": "x = a['k']\nawait f()\na['k'] = x",
    "an element by name": "x = a.b[k]\nawait f()\na.b[k] = x",
    "got": "x = a.get(k, 0)\nawait f()\na[k] = x",
    "a global": "global g\nx = g\nawait f()\ng = x",
    "tested too early": "x = a.b\nif a.b == x:\n    await f()\na.b = x",
}

NO_RISKS = {
    "no await": "x = a.b\na.b = x\nawait f()",
    "the await comes first": "a.b = await f() + a.b",
    "read again": "x = a.b\nawait f()\nx = a.b\na.b = x",
    "another attribute": "x = a.b\nawait f()\na.c = x",
    "of another object": "x = a.b\nawait f()\nc.b = x",
    "another value": "x = a.b\nawait f()\na.b = 1",
    "added at once": "x = a.b\nawait f()\na.b += x",
    "tested once more": "x = a.b\nawait f()\nif a.b == x:\n    a.b = x",
    "a variable of its own": "x = g\nawait f()\ng = x",
    "an element by an expression": "x = a[i + 1]\nawait f()\na[i + 1] = x",
    "of what a call returns": "x = f().b\nawait f()\nf().b = x",
    "only declared": "x = a.b\nawait f()\na.b: int",
    "in a function inside": "x = a.b\nawait f()\ndef g():\n    a.b = x",
    "in a lambda": "x = lambda: a.b\nawait f()\na.b = x",
}


def risks(body: str) -> list[int]:
    """Return the lines of a coroutine's body that may undo what others have written."""
    source = "async def coroutine():\n" + textwrap.indent(body, "    ")
    sites = sites_in(source)["coroutine", 1]
    return [line - 1 for line, each in sites.items() for site in each if site.read_in]


@pytest.mark.parametrize("body", RISKS.values(), ids=RISKS)
def test_a_risk(body: str) -> None:
    """A value flows over an await; the line that writes it is the last one."""
    lines = body.splitlines()
    last = max(number for number, line in enumerate(lines, start=1) if "=" in line)
    assert risks(body)[-1:] == [last]


@pytest.mark.parametrize("body", NO_RISKS.values(), ids=NO_RISKS)
def test_no_risk(body: str) -> None:
    """Nothing is written that was read before an await."""
    assert risks(body) == []
