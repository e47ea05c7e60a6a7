"""What the program's objects would do if somebody asked them: nobody does."""

import asyncio
import inspect
import threading
import traceback
from collections.abc import Callable, Iterator
from contextvars import Context
from typing import Any, ClassVar

import pytest

from yieldpoint.trace import Trace, record, recording


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


class Told:
    """Notes who asks of whom it is a method, and for its name."""

    asked: ClassVar[list[str]] = []

    @property
    def __self__(self) -> object:
        """Note it."""
        self.asked.append("self")
        raise LookupError

    def __call__(self) -> None:
        """Do nothing."""


def test_a_callback_that_seems_to_be_a_method() -> None:
    """It is one if Python says so, and not if it does itself."""

    async def main() -> None:
        asyncio.get_running_loop().call_soon(Told())
        await asyncio.sleep(0)

    assert record(main).outcome == "returned"
    assert Told.asked == []


def test_a_method_of_a_task() -> None:
    """It is not the task's next step, and wakes nobody."""

    class Poked(asyncio.Task[None]):
        def poke(self) -> None:
            """Do nothing."""

    async def nap() -> None:
        await asyncio.sleep(1)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        task = Poked(nap(), loop=loop)
        await asyncio.sleep(0)
        loop.call_soon(task.poke)
        loop.call_soon(task.set_name, "napping")
        await task

    assert kinds(record(main), "napping") == [
        *("created", "started", "suspended", "woken", "resumed", "returned"),
    ]


def test_a_task_written_in_python() -> None:
    """Its steps are its own methods."""

    async def nap() -> None:
        await asyncio.sleep(1)

    async def main() -> None:
        made: Any = asyncio.tasks._PyTask  # type: ignore[attr-defined]  # typeshed leaves it out
        await made(nap(), loop=asyncio.get_running_loop())

    assert record(main).outcome == "returned"


def test_what_is_asked_for_a_text() -> None:
    """Only a ``__repr__`` is: what Python's own would not ask for is not asked."""
    asked: list[str] = []

    class Entries(dict[str, int]):
        def __len__(self) -> int:
            asked.append("its length")
            return 5

    class Elements(set[int]):
        def __len__(self) -> int:
            asked.append("its length")
            return 5

        def __iter__(self) -> Iterator[int]:
            asked.append("its elements")
            return iter(())

    class RefusalError(Exception):
        @property
        def args(self) -> tuple[object, ...]:  # type: ignore[override]  # a property, as people write one
            """Note it."""
            asked.append("what it was given")
            return ()

    class Plain:
        def __init__(self) -> None:
            self.x = 1

        def __getattribute__(self, name: str) -> object:
            asked.append(name)
            return super().__getattribute__(name)

    class Bare:
        @property
        def __dict__(self) -> dict[str, object]:  # type: ignore[override]  # a property, as people write one
            """Note it."""
            asked.append("__dict__")
            return {}

    def main() -> None:
        values = [Entries(a=1), Elements([2]), RefusalError(3), Plain(), Bare()]
        values.clear()

    (line,) = [
        value
        for event in record(main).events
        for name, value in event.changes
        if name == "values" and value != "[]"
    ]
    assert line == "[{'a': 1}, Elements({2}), RefusalError(3), <Plain x=1>, <Bare>]"
    assert asked == []


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
        traceback.format_list = other

    before = traceback.walk_stack, inspect.getouterframes, traceback.format_list
    try:
        record(main)
        assert (traceback.walk_stack, inspect.getouterframes) == (other, other)
        assert traceback.format_list is other
    finally:
        traceback.walk_stack, inspect.getouterframes, traceback.format_list = before


def test_where_a_coroutine_was_created() -> None:
    """In asyncio's debug mode Python says so, past what records."""

    async def nap() -> None:
        pass

    async def main() -> None:
        nap()  # type: ignore[unused-coroutine]  # that is what is warned of

    def program() -> None:
        asyncio.run(main(), debug=True)

    with pytest.warns(RuntimeWarning, match="never awaited") as said:
        record(program)
    (text,) = {str(each.message) for each in said}
    assert "in main" in text
    assert "_recorder" not in text
    assert "_eventloop" not in text


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


class OwnFuture(asyncio.Future[int]):
    """Does something of its own when somebody waits for it."""

    def add_done_callback(
        self, fn: Callable[[Any], object], *, context: Context | None = None
    ) -> None:
        """Do it."""
        super().add_done_callback(fn, context=context)


def test_what_a_task_calls_between_two_steps() -> None:
    """It is the loop's: what the task runs does not go on by it."""

    async def main() -> int:
        future = OwnFuture(loop=asyncio.get_running_loop())
        asyncio.get_running_loop().call_soon(future.set_result, 1)
        return await future

    trace = record(main)
    assert kinds(trace, "Task-1") == [
        *("created", "started", "suspended", "woken", "resumed", "returned"),
    ]
    assert kinds(trace, "event loop") == ["started", "suspended"]


class OwnLoop(asyncio.SelectorEventLoop):
    """Does something of its own with what it is to call."""

    def call_soon(
        self,
        callback: Callable[..., object],
        *args: object,
        context: Context | None = None,
    ) -> asyncio.Handle:
        """Do it."""
        return super().call_soon(callback, *args, context=context)


def test_what_a_loop_does_when_a_task_has_ended() -> None:
    """The task has ended once."""

    async def nap() -> None:
        await asyncio.sleep(0)

    async def main() -> None:
        await asyncio.create_task(nap(), name="nap")

    def program() -> None:
        loop = OwnLoop()
        loop.run_until_complete(main())
        loop.close()

    assert kinds(record(program), "nap")[-2:] == ["resumed", "returned"]


def test_a_recording_made_between_two_steps() -> None:
    """It is made where the task is not."""
    made: list[Trace] = []

    class Recorded(OwnFuture):
        def add_done_callback(
            self, fn: Callable[[Any], object], *, context: Context | None = None
        ) -> None:
            """Record it."""
            with recording() as trace:
                super().add_done_callback(fn, context=context)
            made.append(trace)

    async def main() -> int:
        future = Recorded(loop=asyncio.get_running_loop())
        asyncio.get_running_loop().call_soon(future.set_result, 1)
        return await future

    assert asyncio.run(main()) == 1
    assert [lane.kind for lane in made[0].lanes] == ["caller"]
