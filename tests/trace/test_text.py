"""A recording as rows of text."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from yieldpoint.trace import Trace, record, record_script
from yieldpoint.trace._recorder.inputs import origin_of


def helper(number: int) -> int:
    """Call nothing."""
    print("help", number)
    return number


async def fetch(number: int) -> int:
    """Wait, and call something."""
    await asyncio.sleep(0)
    return helper(number)


def test_depth_in_a_chain_of_awaits_and_calls() -> None:
    """Each call stands further to the right, and comes back."""

    async def job() -> None:
        await fetch(1)
        stack = contextlib.AsyncExitStack()
        stack.push_async_callback(fetch, 2)
        await stack.aclose()  # code of the library stands in between

    def depths() -> list[tuple[str, int]]:
        shown = [each for each in trace.events if each.kind in {"line", "printed"}]
        return [(each.function, each.depth) for each in shown]

    trace = record(job)
    once = [("fetch", 1), ("fetch", 1), *[("helper", 2)] * 3]
    assert depths() == [("job", 0), *once, *[("job", 0)] * 3, *once]

    def outer() -> list[int]:
        return sorted([2], key=lambda number: -helper(number))

    trace = record(outer)
    inner = [("<lambda>", 1), *[("helper", 2)] * 3]
    assert depths() == [("outer", 0), *inner]


def test_depth_in_lanes_of_their_own() -> None:
    """A task, a callback and a generator begin at the margin."""

    def numbers() -> object:
        yield helper(1)

    async def job() -> None:
        asyncio.get_running_loop().call_soon(helper, 0)
        await asyncio.create_task(fetch(3))
        list(numbers())  # type: ignore[call-overload]  # it is a generator

    trace = record(job)
    found = {
        (trace.lanes[each.lane].kind, each.function, each.depth)
        for each in trace.events
        if each.kind == "line"
    }
    assert found == {
        ("task", "job", 0),
        ("task", "fetch", 0),
        ("task", "helper", 1),
        ("loop", "helper", 0),
        ("generator", "numbers", 0),
        ("generator", "helper", 1),
    }


def test_columns(tmp_path: Path) -> None:
    """A script's own lines are shown with the file's name."""
    script = tmp_path / "script.py"
    script.write_text("def twice(n):\n    return 2 * n\n\nprint(twice(1))\n")
    assert str(record_script(script)).splitlines() == [
        "script.py               started",
        "script.py  script.py:1  | def twice(n):",
        "script.py  script.py:4  | print(twice(1))",
        "script.py  twice:2        | return 2 * n  # n = 1",
        "script.py               prints 2",
        "script.py               returns None",
    ]


def test_without_events() -> None:
    """There is nothing to show."""
    assert str(Trace("nothing", (), (), (), "returned", "None")) == ""


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("<python-input-1>", "<python-input-22>", True),
        ("<ipython-input-1-ab>", "<ipython-input-2-cd>", True),
        ("<pyshell#1>", "<pyshell#2>", True),
        ("<doctest a.b[0]>", "<doctest a.b[1]>", True),
        ("<doctest a.b[0]>", "<doctest a.c[0]>", False),
        ("<watch[3]>", "<watch[12]>", True),
        ("/t/ipykernel_7/1.py", "/t/ipykernel_7/2.py", True),
        ("C:\\T\\ipykernel_7\\1.py", "C:\\T\\ipykernel_8\\1.py", False),
        ("<string>", "<stdin>", False),
        ("/t/a.py", "/t/b.py", False),
    ],
)
def test_inputs_of_one_session(one: str, other: str, together: bool) -> None:  # noqa: FBT001 - a case
    """They belong together; another session and another file do not."""
    assert (origin_of(one) == origin_of(other)) is together
