"""Which messages the site explains, and what they look like in other programs."""

import json
import re
from collections.abc import Callable

import pytest

from tests.sphinxext.conftest import Build
from yieldpoint.sphinxext.tryit._explained import entries

SETTINGS = [
    *("-D", "extensions=myst_parser,yieldpoint.sphinxext.tryit._explained"),
    *("-D", "explained_page=reference/errors", "-D", "myst_heading_anchors=3"),
]
PAGES = {
    "index.md": "# Start\n\n```{toctree}\nloops\nreference/errors\n```\n",
    "loops.md": "# Loops\n\n## RuntimeError: no running event loop\n\nWhy.\n",
    "reference/errors.md": "# Errors\n\n"
    "- [](../loops.md#runtimeerror-no-running-event-loop) (called outside)\n"
    "- no message\n- [elsewhere](https://docs.python.org)\n",
}

BOUND = "is bound to a different event loop"
TITLES = [
    "RuntimeWarning: coroutine 'say_hello' was never awaited",
    "RuntimeWarning: coroutine 'sleep' was never awaited",
    f"RuntimeError: <asyncio.locks.Lock> {BOUND}",
    f"RuntimeError: <asyncio.locks.Event object at 0x…> {BOUND}",
    "RuntimeError: Task … got Future … attached to a different loop",
    "RuntimeError: Task got bad yield: 42",
    "RuntimeError: generator didn't stop",
    "RuntimeError: generator didn't stop after athrow()",
    "TypeError: 'NoneType' object can't be awaited",
    "TypeError: 'int' object can't be awaited",
    "TypeError: unsupported operand type(s) for +: 'coroutine' and 'int'",
    "ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)",
    "KeyboardInterrupt",
    "AttributeError: 'coroutine' object has no attribute 'text'",
]


@pytest.mark.parametrize(
    ("message", "number"),
    [
        *((title.replace("…", "<x>"), n) for n, title in enumerate(TITLES)),
        ("RuntimeWarning: coroutine 'save' was never awaited", 0),
        (f"RuntimeError: <asyncio.locks.Lock object at 0x7f [locked]> {BOUND}", 2),
        ("RuntimeError: Task got bad yield: 'a value'", 5),
        ("TypeError: 'dict' object can't be awaited", 9),
        ("TypeError: unsupported operand type(s) for -: 'str' and 'coroutine'", 10),
        ("ExceptionGroup: unhandled errors in a TaskGroup (3 sub-exceptions)", 11),
        ("AttributeError: 'coroutine' object has no attribute 'json'", 13),
        ("TypeError: unsupported operand type(s) for +: 'int' and 'str'", None),
        ("KeyboardInterrupted: no", None),
        ("ValueError: mine", None),
    ],
)
def test_a_message_is_found(message: str, number: int | None) -> None:
    """Under the title that is nearest to it, or not at all."""
    listed = entries([(title, f"#{n}") for n, title in enumerate(TITLES)])
    found = (place for like, _, place in listed if re.match(like, message))
    assert next(found, None) == (None if number is None else f"#{number}")


def test_what_a_page_lists(build: Callable[..., Build]) -> None:
    """Each link to a heading, with its address from the root of the site."""
    built = build(PAGES, *SETTINGS)
    assert (built.status, built.messages) == (0, "")
    text = (built.output / "_static/explained.json").read_text(encoding="utf-8")
    title = "RuntimeError: no running event loop"
    address = "loops.html#runtimeerror-no-running-event-loop"
    assert json.loads(text) == [[title, title, address]]


def test_other_builders_go_without(build: Callable[..., Build]) -> None:
    """Only a browser runs programs."""
    built = build(PAGES, *SETTINGS, builder="epub")
    assert not (built.output / "_static/explained.json").exists()
