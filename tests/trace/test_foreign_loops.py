"""Where asyncio's own loop does not run the coroutines."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

import anyio
import anyio.abc
import pytest
import trio

from yieldpoint.clock import _timeline
from yieldpoint.trace import Trace, record

if sys.platform != "win32":
    import uvloop


async def child(number: int, *, task_status: anyio.abc.TaskStatus[None]) -> None:
    """Say that it has started, wait, and print."""
    task_status.started()
    await anyio.sleep(0.001)
    print("done", number)


async def two_children() -> None:
    """Start two tasks of anyio's."""
    async with anyio.create_task_group() as group:
        await group.start(child, 1)
        await group.start(child, 2)


def on_trio() -> None:
    """Run them on trio."""
    anyio.run(two_children, backend="trio")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a loop that is not on the clock wait for a shorter time."""
    monkeypatch.setattr(_timeline, "PATIENCE", 100_000_000)


def kinds(trace: Trace, name: str) -> list[str]:
    """Return what happens to a lane, but for its lines."""
    lane = [lane.name for lane in trace.lanes].index(name)
    events = [event for event in trace.events if event.lane == lane]
    return [event.kind for event in events if event.kind != "line"]


@pytest.mark.usefixtures("impatient")
def test_anyio_on_trio() -> None:
    """Each child is a lane; the recording says what is not in it."""
    trace = record(on_trio)
    assert [lane.kind for lane in trace.lanes] == ["caller", *["coroutine"] * 3]
    for name in ("child-1", "child-2"):
        assert kinds(trace, name) == [
            *("created", "started", "suspended", "resumed", "printed", "returned"),
        ]
    assert trace.remark == (
        "trio runs the coroutines: who creates and who wakes one is not recorded"
    )
    assert str(trace).endswith(f"\n({trace.remark})")
    for figure in (trace.to_svg(), trace.to_html()):
        words = re.sub("<[^>]*>", " ", figure).split()
        assert trace.remark in " ".join(words)  # it may take several lines


@pytest.mark.usefixtures("impatient")
def test_trio() -> None:
    """What its coroutines wait for is what the source says."""

    async def nap() -> None:
        await trio.sleep(0.001)

    def program() -> None:
        trio.run(nap)

    trace = record(program)
    waits = [event.value for event in trace.events if event.kind == "suspended"]
    assert waits == ["trio.sleep(0.001)"]
    assert trace.remark == (
        "trio runs the coroutines: who creates and who wakes one is not recorded"
    )


async def ticks() -> AsyncIterator[int]:
    """Yield, and clean up."""
    try:
        yield 1
    finally:
        print("cleaned up")


async def fails() -> None:
    """Raise."""
    await asyncio.sleep(0)
    raise ValueError("failed")


async def everything() -> list[str]:
    """Use tasks in all ways."""
    named = asyncio.create_task(asyncio.sleep(0.001, "slept"), name="named")
    failing = asyncio.create_task(fails(), name="failing")
    wrapped = asyncio.create_task(asyncio.wait_for(fails(), 1), name="wrapped")
    late = asyncio.create_task(asyncio.sleep(9), name="late")
    async for tick in ticks():
        print(tick)
        break
    await asyncio.wait([named, failing, wrapped])
    late.cancel()
    await asyncio.wait([late])
    return [named.result(), repr(failing.exception()), repr(wrapped.exception())]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no uvloop")
def test_uvloop(capsys: pytest.CaptureFixture[str]) -> None:
    """Tasks are lanes that come and go; the recording says what is not in it."""
    kept = []

    async def main() -> list[str]:
        result = await everything()
        stream = ticks()
        print(await anext(stream))
        kept.append(stream)  # the loop closes it, at its end
        return result

    def program() -> list[str]:
        return uvloop.run(main())

    trace = record(program)
    error = "ValueError('failed')"
    assert trace.result == ["slept", error, error]
    assert capsys.readouterr().out == "1\ncleaned up\n" * 2
    assert trace.remark == (
        "the event loop is uvloop's: who creates a task and who wakes it is not "
        "recorded"
    )
    assert kinds(trace, "failing") == [
        *("created", "started", "suspended", "resumed", "raised"),
    ]
    closes = [event for event in trace.events if event.kind == "closed"]
    assert [trace.lanes[event.lane].name for event in closes] == ["ticks-1", "ticks-2"]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="there are no eager tasks")
def test_eager_tasks() -> None:
    """They start where they are created; also those that never wait."""

    async def quick() -> str:
        return "quick"

    async def slow() -> str:
        await asyncio.sleep(1)
        return "slow"

    async def main() -> list[str]:
        factory: Any = getattr(asyncio, "eager_task_factory")  # noqa: B009 - 3.11 has none
        asyncio.get_running_loop().set_task_factory(factory)
        a, b = asyncio.create_task(quick()), asyncio.create_task(slow())
        return [await a, await b]

    trace = record(main)
    assert trace.result == ["quick", "slow"]
    assert [lane.name for lane in trace.lanes] == ["Task-1", "Task-2", "Task-3"]
    assert kinds(trace, "Task-2") == ["created", "started", "returned"]
    assert "b = Task-3" in str(trace)


def drive(coroutine: Any) -> str:  # noqa: ANN401 - of any kind
    """Drive a coroutine object by hand, as a library would."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return str(stop.value)
    return ""


def run_by(driver: Callable[[Any], str]) -> str:
    """Let somebody drive a coroutine that never waits."""

    async def immediate() -> str:
        return "done"

    return driver(immediate())


def test_a_coroutine_that_never_waits() -> None:
    """It is a lane, too."""
    trace = record(run_by, drive)
    assert trace.result == "done"
    assert kinds(trace, "immediate")[-1] == "returned"
