"""What the program's objects would do if somebody asked them: nobody does."""

import asyncio
import inspect
import threading
import traceback
from typing import Any, ClassVar

from yieldpoint.trace import Trace, record


class Proxy:
    """Notes whatever it is asked for, and can be called."""

    asked: list[str]

    def __init__(self) -> None:
        """Begin with nothing."""
        object.__setattr__(self, "asked", [])

    def __call__(self) -> None:
        """Do nothing."""

    def __getattr__(self, name: str) -> object:
        """Note the name."""
        self.asked.append(name)
        raise AttributeError(name)

    @property  # type: ignore[misc]  # a proxy says that it is something else
    def __class__(self) -> type:
        """Note that somebody asks."""
        self.asked.append("__class__")
        return int

    def method(self) -> None:
        """Do nothing."""


def kinds(trace: Trace, name: str) -> list[str]:
    """Return what happens to a lane, but for its lines."""
    lane = [lane.name for lane in trace.lanes].index(name)
    events = [event for event in trace.events if event.lane == lane]
    return [event.kind for event in events if event.kind != "line"]


def test_a_callback() -> None:
    """An object that can be called, and the method of one."""
    proxy = Proxy()

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.call_soon(proxy)
        loop.call_soon(proxy.method)
        await asyncio.sleep(0)

    assert record(main).outcome == "returned"
    assert proxy.asked == []


def test_the_stack() -> None:
    """It leads from the program to who records it, past what records."""

    async def main() -> tuple[list[str], list[str], list[str]]:
        walked = traceback.StackSummary.extract(traceback.walk_stack(None))
        shown = traceback.extract_stack()
        return (
            [each.function for each in inspect.stack()],
            [each.name for each in reversed(shown)],
            [each.name for each in walked[:2]],
        )

    def program() -> tuple[list[str], list[str], list[str]]:
        return asyncio.run(main())

    def named(results: tuple[list[str], ...]) -> list[list[str]]:
        here = test_the_stack.__name__
        return [names[: names.index(here)] for names in results[:2]] + [results[2]]

    before = traceback.walk_stack, inspect.getouterframes
    plain, trace = program(), record(program)
    assert named(trace.result) == named(plain)
    assert trace.result[0][:2] == ["main", "_run"]
    assert (traceback.walk_stack, inspect.getouterframes) == before


def test_the_stack_of_a_program_that_changes_how_it_is_shown() -> None:
    """What it puts there stays."""
    other: Any = print

    def main() -> None:
        traceback.walk_stack = inspect.getouterframes = other

    before = traceback.walk_stack, inspect.getouterframes
    try:
        record(main)
        assert (traceback.walk_stack, inspect.getouterframes) == (other, other)
    finally:
        traceback.walk_stack, inspect.getouterframes = before


def test_what_a_thread_runs() -> None:
    """Python itself asks for its name, once."""
    proxy = Proxy()

    def main() -> None:
        thread = threading.Thread(target=proxy)
        thread.start()
        thread.join()

    assert "thread" in {lane.kind for lane in record(main).lanes}
    assert proxy.asked == ["__name__"]


class OwnTask(asyncio.Task[None]):
    """Notes what it is asked."""

    asked: ClassVar[list[str]] = []

    def get_name(self) -> str:
        """Note it."""
        self.asked.append("name")
        return super().get_name()

    def __hash__(self) -> int:
        """Note it."""
        self.asked.append("hash")
        return id(self)

    def __eq__(self, other: object) -> bool:
        """Note it."""
        self.asked.append("equal")
        return self is other


def test_a_task_of_another_class() -> None:
    """It is known by its identity; that is all asyncio itself asks for."""

    async def nap() -> None:
        await asyncio.sleep(0)

    async def main() -> list[str]:
        OwnTask.asked.clear()
        await OwnTask(nap(), loop=asyncio.get_running_loop(), name="own")
        return [*OwnTask.asked]

    trace = record(main)
    assert trace.result == asyncio.run(main())
    assert kinds(trace, "own") == [
        *("created", "started", "suspended", "woken", "resumed", "returned"),
    ]
