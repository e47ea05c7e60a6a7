"""On yieldpoint.loop random programs do what they do on asyncio.

What they do is compared event by event. These are few, and always the same ones: see
checks/campaigns/loop_programs.py for thousands of others.
"""
# ruff: noqa: ANN401 - a module that offers asyncio's names may be of two kinds

import asyncio
import faulthandler
from collections.abc import Callable, Coroutine, Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings

from tests.loop.programs import (
    BEFORE_312,
    BEFORE_313,
    HangError,
    OurError,
    Program,
    Run,
    both,
    programs,
    run_of,
)
from tests.once import on_one_python
from yieldpoint import loop

SETTINGS = settings(
    max_examples=120,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(autouse=True, scope="module")
def no_hang() -> Iterator[None]:
    """End the tests if a loop never comes to its end, nor to waiting."""
    faulthandler.dump_traceback_later(600, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def a_task(*steps: tuple[Any, ...]) -> list[Any]:
    """Return the body of a task that catches nothing."""
    return [("", step) for step in steps]


# What random programs have found, or would find only rarely.
FOUND: dict[str, Program] = {
    "a future that is cancelled already is no timeout": [
        a_task(("spawn", a_task(("wait_for_future", 0, 0))), ("wait_for_future", 0, 0))
    ],
    "three timers for one time, and a wait that has left its own": [
        a_task(
            (
                "call_soon",
                ("spawn", a_task(*[("call_later", 0, ("look",))] * 3)),
            )
        )
    ],
    "a gathering that has no time is out of time": [
        a_task(("gather_in_time", [[]], 0))
    ],
    "a task that is gathered twice is cancelled twice": [
        [("cancelled", ("await", 0)), ("", ("look",))],
        a_task(("gather", [a_task(("await_future", 0))], [0, 0], False)),
        a_task(("sleep", 0), ("await", 0)),
    ],
}


@pytest.mark.parametrize("program", FOUND.values(), ids=FOUND)
def test_found_before(program: Program) -> None:
    """What was mended stays mended."""
    ours, theirs = both(program)
    assert ours == theirs


def test_same_events() -> None:
    """Whatever a program does, it does the same on both loops.

    Most of a program's events are compared, and each kind of step occurs.
    """
    lengths: list[int] = []
    compared: list[int] = []
    steps: set[str] = set()

    @SETTINGS
    @given(program=programs())
    def try_some(program: Program) -> None:
        ours, theirs = both(program)
        assert ours == theirs
        events = run_of(program, asyncio).events
        lengths.append(len(events))
        compared.append(len(theirs))
        steps.update(what.split()[-1] for _, _, what, _ in events)

    try_some()
    kinds = {name[3:] for name in dir(Run) if name.startswith("do_")}
    kinds |= {name[4:] for name in dir(Run) if name.startswith("now_")}
    assert kinds <= steps
    assert sum(lengths) > 20 * len(lengths)
    assert sum(compared) > 0.8 * sum(lengths)


# The comparison notices a loop that does otherwise.


def test_events_tell_when_and_what() -> None:
    """An event has its time, who made it, what it was, and its result."""
    ours, theirs = both([a_task(("sleep", 1), ("look",))])
    assert ours == theirs
    assert ours[:3] == [
        (0.0, "0", "starts", None),
        (0.0, "0", "0 sleep", None),
        (1.0, "0", "0 sleep", "0.0"),
    ]


class HesitantLock(loop.Lock):
    """A lock that lets others pass first."""

    async def acquire(self) -> bool:
        """Wait a turn, then acquire."""
        await sleep(0)
        return await super().acquire()


class LateEvent(loop.Event):
    """An event whose waiters go on a turn later."""

    def set(self) -> None:
        """Set it in the next turn."""
        loop.get_running_loop().call_soon(super().set)


sleep, call_soon = loop.sleep, loop.EventLoop.call_soon


async def hasty_sleep(delay: float, result: object = None) -> object:
    """Give nobody a turn at sleep(0)."""
    return await sleep(delay, result) if delay else result


def call_at_once(event_loop: Any, callback: Any, *args: Any) -> Any:
    """Put a callback before what is ready already."""
    handle = call_soon(event_loop, callback, *args)
    event_loop.ready.rotate(1)
    return handle


@on_one_python
@pytest.mark.parametrize(
    ("where", "name", "changed"),
    [
        (loop, "Lock", HesitantLock),
        (loop, "Event", LateEvent),
        (loop, "sleep", hasty_sleep),
        (loop.EventLoop, "call_soon", call_at_once),
        (loop.Task, "uncancel", loop.Task.cancelling),
    ],
)
def test_changed_loop_is_noticed(
    monkeypatch: pytest.MonkeyPatch, where: object, name: str, changed: object
) -> None:
    """Among a thousand programs there is one that shows the change."""
    monkeypatch.setattr(where, name, changed)

    def differs(program: Program) -> bool:
        ours, theirs = both(program)
        return ours != theirs

    without_shrinking = settings(
        SETTINGS, max_examples=1000, derandomize=False, phases=[Phase.generate]
    )
    find(programs(), differs, settings=without_shrinking, random=Random(3))  # noqa: S311 - to be drawn again


def test_loop_that_hangs_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A loop that forgets its timers fails, it does not hang."""

    def forget(_: Any, __: float, callback: Any, *args: Any) -> Any:
        return loop.Handle(callback, args)

    monkeypatch.setattr(loop.EventLoop, "call_later", forget)
    with pytest.raises(HangError):
        run_of([a_task(("sleep", 1))], loop)


# Where old Pythons' asyncio does otherwise, and what is left out therefore.

Main = Callable[[Any, list[str]], Coroutine[Any, Any, None]]


def seen(main: Main, module: Any) -> list[str]:
    """Run a coroutine function that takes a module and a list, and return the list."""
    log: list[str] = []
    module.run(main(module, log))
    return log


async def wait_for_in_which_task(m: Any, log: list[str]) -> None:
    """Note whether wait_for runs a coroutine in the task that calls it."""
    here = m.current_task()

    async def same_task() -> None:
        log.append(f"same task: {m.current_task() is here}")

    await m.wait_for(same_task(), 1)


async def gather_what_is_done(m: Any, log: list[str]) -> None:
    """Note whether others get a turn when a future is gathered that is done."""

    async def bystander() -> None:
        log.append("bystander")

    done = m.Future()
    done.set_result(None)
    other = m.create_task(bystander())
    await m.gather(done)
    log.append("gathered")
    await other


async def uncancel_at_once(m: Any, log: list[str]) -> None:
    """Note whether a cancellation can be taken back before it is raised."""
    m.current_task().cancel()
    m.current_task().uncancel()
    try:
        await m.sleep(0)
    except m.CancelledError:
        log.append("cancelled")
    else:
        log.append("not cancelled")


async def fail_and_be_cancelled(m: Any, log: list[str]) -> None:
    """Note whether a task is still cancelled after its group has failed."""

    async def fails() -> None:
        raise OurError

    async def with_group() -> None:
        try:
            async with m.TaskGroup() as group:
                group.create_task(fails())
                m.current_task().cancel()
        except ExceptionGroup:
            log.append("failed")
        await m.sleep(0)
        log.append("and went on")

    await m.wait([m.create_task(with_group())])


@pytest.mark.parametrize(
    ("main", "before", "since", "is_before"),
    [
        (wait_for_in_which_task, ["same task: False"], ["same task: True"], BEFORE_312),
        (
            gather_what_is_done,
            ["bystander", "gathered"],
            ["gathered", "bystander"],
            BEFORE_312,
        ),
        (uncancel_at_once, ["cancelled"], ["not cancelled"], BEFORE_313),
        (fail_and_be_cancelled, ["failed", "and went on"], ["failed"], BEFORE_313),
    ],
)
def test_old_asyncio_does_otherwise(
    main: Main, *, before: list[str], since: list[str], is_before: bool
) -> None:
    """The loop does as the newest asyncio, on every Python."""
    assert seen(main, loop) == since
    assert seen(main, asyncio) == (before if is_before else since)
