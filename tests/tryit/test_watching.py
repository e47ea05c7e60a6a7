"""Programs that are recorded in a worker, on the clock that jumps."""

import json
from typing import Any

import pytest

from tests.tryit.conftest import Worker
from yieldpoint._tryit import watching

TWO_TASKS = """\
import asyncio

async def work(name):
    await asyncio.sleep(60)
    print(name)

async def main():
    async with asyncio.TaskGroup() as group:
        for name in "ab":
            group.create_task(work(name), name=name)

asyncio.run(main())
"""


def watch(text: str) -> dict[str, Any]:
    """Watch a program, and return what the page is told."""
    told = json.loads(watching.watch(text, "program.py"))
    assert isinstance(told, dict)
    return told


def test_it_shows_what_the_pages_show(host: Worker) -> None:
    """A figure with a stepper, and waiting takes no time."""
    told = watch(TWO_TASKS)
    assert (told["status"], told["error"]) == ("ok", None)
    assert host.text("out") == "a\nb\n"
    assert host.waited == 0
    recording = told["recording"]
    assert '<div class="yp-watch">' in recording["html"]
    assert recording["html"].count("<tr id=") == recording["steps"] > 20
    assert recording["findings"] == []


def test_it_tells_what_was_found(host: Worker) -> None:
    """With the place, and the page that explains it."""
    told = watch(
        "import asyncio\n"
        "async def main():\n"
        "    asyncio.create_task(asyncio.sleep(9))\n"
        "    await asyncio.sleep(1)\n"
        "asyncio.run(main())\n"
    )
    assert host.text("err") == ""
    assert [
        (found["line"], found["page"].partition("#")[0], found["step"] > 1)
        for found in told["recording"]["findings"]
    ] == [(3, "asyncio/run", True)]


def test_nothing_that_is_printed_is_markup(host: Worker) -> None:
    """Neither in the table of the steps nor in the source."""
    evil = "</script><img src=x onerror=alert(1)>"
    told = watch(f"x = {evil!r}\nprint(x)\n")
    assert host.text("out") == evil + "\n"
    assert "<img" not in told["recording"]["html"]
    assert "</script" not in told["recording"]["html"]


@pytest.mark.parametrize(
    ("text", "kind", "line"),
    [("x = 1\n1 / 0\n", "ZeroDivisionError", 2), ("\nf(\n", "SyntaxError", 2)],
)
def test_errors_are_told(host: Worker, text: str, kind: str, line: int) -> None:
    """With a traceback that has no line of ours."""
    told = watch(text)
    assert told["status"] == "error"
    assert (told["error"]["type"], told["error"]["line"]) == (kind, line)
    assert kind in host.text("err")
    assert "yieldpoint/" not in host.text("err")
    assert ("recording" in told) == (kind != "SyntaxError")


def test_what_never_ends_is_ended(host: Worker) -> None:
    """At as many steps as a page can show."""
    told = watch(TWO_TASKS.replace("    print(name)", "    await work(name)"))
    assert told["status"] == "cut"
    assert "1,000 steps" in told["note"]
    assert told["recording"]["steps"] == 1_000
    assert host.text("err") == ""


def test_only_the_limit_ends_it() -> None:
    """Coverage does not see what the recorder calls: it is called here."""
    watching.end_at_limit(999, "")
    with pytest.raises(KeyboardInterrupt):
        watching.end_at_limit(1_000, "the recording stops")
