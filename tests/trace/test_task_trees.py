"""Random trees of tasks: a run is the same with and without a recording."""

import asyncio
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from yieldpoint import clock
from yieldpoint.trace import record

# What a task does, one after another. Pairs start other tasks.
STEPS = st.sampled_from(
    [
        ("sleep", 0),
        ("sleep", 1),
        ("sleep", 2),
        ("cancel", 0),
        ("cancel", 1),
        ("raise", 0),
        ("await", 0),
        ("timeout", 1),
        ("set", 0),
        ("wait", 0),
    ]
)


def starts(trees: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return steps that start tasks."""
    return st.tuples(st.sampled_from(["spawn", "call", "gather", "group"]), trees)


TREES = st.recursive(
    st.lists(STEPS, max_size=4),
    lambda trees: st.lists(STEPS | starts(trees), min_size=1, max_size=4),
    max_leaves=12,
)


class World:
    """What the tasks of a run share."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.log: list[tuple[float, str, str]] = []
        self.tasks: list[asyncio.Task[Any]] = []
        self.event = asyncio.Event()

    def note(self, name: str, what: str) -> None:
        """Note what a task does, and when."""
        self.log.append((asyncio.get_running_loop().time(), name, what))


async def act(world: World, name: str, tree: list[tuple[str, Any]]) -> str:  # noqa: C901 - a case a step
    """Do what the steps of a tree say."""
    for number, (step, argument) in enumerate(tree):
        child = f"{name}.{number}"
        world.note(name, step)
        match step:
            case "sleep":
                await asyncio.sleep(argument)
            case "cancel" if len(world.tasks) > argument:
                world.tasks[argument].cancel()
            case "raise":
                raise ValueError(name)
            case "await" if world.tasks:
                await asyncio.wait(world.tasks[-1:], timeout=3)
            case "timeout":
                async with asyncio.timeout(argument):
                    await asyncio.sleep(argument * 2)
            case "set":
                world.event.set()
            case "wait":
                await asyncio.wait_for(world.event.wait(), 4)
            case "spawn":
                world.tasks.append(asyncio.create_task(act(world, child, argument)))
            case "call":
                await act(world, child, argument)
            case "gather":
                both = act(world, f"{child}a", argument), act(world, f"{child}b", [])
                await asyncio.gather(*both, return_exceptions=True)
            case "group":
                async with asyncio.TaskGroup() as group:
                    group.create_task(act(world, child, argument))
    world.note(name, "end")
    return name


async def grow(tree: list[tuple[str, Any]]) -> tuple[list[Any], str]:
    """Run a tree to its end, and return what happened, in order."""
    world = World()
    try:
        async with asyncio.timeout(20):
            outcome = repr(await act(world, "0", tree))
    except Exception as error:  # noqa: BLE001 - whatever it is, it must be the same
        outcome = repr(error)
    for task in world.tasks:  # it grows meanwhile; none may be left to asyncio.run
        await asyncio.wait([task], timeout=20)
        ended = task.done() and not task.cancelled()
        failed = task.exception() if ended else None
        outcome += f" {task.cancelled()} {failed!r}"
    return world.log, outcome


@settings(max_examples=40, deadline=None)
@given(TREES)
def test_a_recording_changes_nothing(tree: list[tuple[str, Any]]) -> None:
    """Same order, same times, same results; and twice the same recording."""
    expected = clock.run(grow(tree))
    trace = record(grow, tree)
    assert (trace.outcome, trace.remark) == ("returned", "")
    assert trace.result == expected
    assert record(grow, tree) == trace
    for number, lane in enumerate(trace.lanes):
        assert lane.kind == "task"
        states = [event.state for event in trace.events if event.lane == number]
        assert states[0] == "CORO_CREATED"
        assert states[-1] == "CORO_CLOSED"
