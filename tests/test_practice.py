"""The program of the practice pages, under more circumstances than the pages show."""

import asyncio
import itertools
import random
import sys
from collections.abc import Awaitable, Callable

import pytest

from yieldpoint import clock
from yieldpoint.examples import (
    cancelling,
    fetching,
    limits,
    owning_tasks,
    queues,
    timeouts,
)
from yieldpoint.examples.fetching import Server
from yieldpoint.trace import record

NAMES = ["slow", "gone", "flaky", "news", "maps", "mail"]

# What fetches all pages, and lets nothing out but what it returns.
PROGRAMS: dict[str, Callable[[Server], Awaitable[object]]] = {
    "outcomes": lambda server: owning_tasks.outcomes(server, NAMES),
    "by_workers": lambda server: queues.by_workers(server, NAMES, workers=2),
    "fetch_many": lambda server: limits.fetch_many(server, NAMES),
    "in_tasks": lambda server: fetching.in_tasks(server, ["slow", "news", "maps"]),
    "at_most": lambda server: limits.at_most(2, server, ["slow", "news", "maps"]),
    "few_tasks": lambda server: limits.few_tasks(2, server, ["slow", "news", "maps"]),
}


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("seconds", [0, 0.5, 1.5, 2.5, 5.5, 12])
def test_a_cancelled_program_leaves_nothing_open(program: str, seconds: float) -> None:
    """No request, and no task."""

    async def main() -> None:
        server = Server()
        task = asyncio.ensure_future(PROGRAMS[program](server))
        await asyncio.sleep(seconds)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        assert server.open == 0
        assert asyncio.all_tasks() == {asyncio.current_task()}

    clock.run(main())


@pytest.mark.parametrize("at_once", [1, 2, 3, 10])
def test_many_pages_are_fetched_within_all_limits(at_once: int) -> None:
    """Whatever their order, each is fetched, or has failed as often as it may."""
    chance = random.Random(at_once)  # noqa: S311 - an order, and no secret

    async def main(server: Server, names: list[str]) -> dict[str, str | Exception]:
        return await limits.fetch_many(server, names, at_once)

    for _ in range(10):
        server = Server()
        names = chance.sample(NAMES, k=len(NAMES))
        pages = clock.run(main(server, names))
        assert list(pages) == names
        failed = {name for name in names if isinstance(pages[name], Exception)}
        assert failed == {"slow", "gone"}
        assert server.most_open <= at_once
        assert server.visits["slow"] == server.visits["gone"] == 3
        assert server.visits["flaky"] == 2


@pytest.mark.parametrize("takes", [0, 0.1, 1, 3])
def test_turns_keep_their_distance(takes: float) -> None:
    """However long a request takes, and however many may be open."""
    for at_once in 1, 2, 6:
        starts = clock.run(limits.start_times(takes, at_once, per_second=2))
        distances = [
            round(after - before, 2) for before, after in itertools.pairwise(starts)
        ]
        assert min(distances) >= 0.5


def test_the_background_hears_of_what_fails_and_of_nothing_else() -> None:
    """A task that was cancelled has no exception to ask for."""

    async def main() -> list[str]:
        background = owning_tasks.Background()
        for name in NAMES:
            background.start(Server(), name)
        await asyncio.sleep(5)
        (slow,) = background.tasks
        slow.cancel()
        await asyncio.wait([slow])
        await asyncio.sleep(0)
        assert background.tasks == set()
        return background.log

    assert clock.run(main()) == [
        "gone failed: ConnectionError('no answer for gone')",
        "flaky failed: ConnectionError('no answer for flaky')",
    ]


def test_a_run_that_takes_too_long_delays_the_next() -> None:
    """Those after it are on time again."""
    durations = iter([0, 25, 0, 0, 0])

    async def job() -> None:
        await asyncio.sleep(next(durations))

    starts = clock.run(owning_tasks.repeat(10, job, times=5))
    assert starts == [0, 10, 35, 35, 40]


def test_the_first_answer_waits_for_those_that_it_cancels() -> None:
    """No task is left when it returns."""

    async def main() -> None:
        assert await owning_tasks.first_answer(["slow", "mail"]) == "page mail"
        assert asyncio.all_tasks() == {asyncio.current_task()}

    clock.run(main())


def test_no_item_is_lost_when_time_is_up() -> None:
    """Not even one that comes at that very moment."""

    async def main() -> int:
        queue = asyncio.Queue[str]()
        asyncio.get_running_loop().call_later(5, queue.put_nowait, "item")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(5):
                await queue.get()
        return queue.qsize()

    assert clock.run(main()) == 1


def test_who_waits_for_one_of_two_leaves_no_task() -> None:
    """Neither of the two that it made, whichever came first."""

    async def main(*, stopped: bool) -> str | None:
        stop, queue = asyncio.Event(), asyncio.Queue[str]()
        if stopped:
            stop.set()
        else:
            queue.put_nowait("item")
        result = await queues.get_unless(stop, queue)
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return result

    assert clock.run(main(stopped=True)) is None
    assert clock.run(main(stopped=False)) == "item"


def test_an_old_request_counts_from_python_3_13_on() -> None:
    """A group that fails takes it for a new one, unless it was taken back."""
    assert clock.run(cancelling.swallow(uncancel=True)).startswith("the group raised")
    if sys.version_info < (3, 13):
        kept = clock.run(cancelling.swallow(uncancel=False))
        assert kept.startswith("the group raised")
    else:
        with pytest.raises(asyncio.CancelledError):
            clock.run(cancelling.swallow(uncancel=False))


def test_wait_for_keeps_a_cancellation_from_python_3_12_on() -> None:
    """Before, the result won."""
    expected = "the answer" if sys.version_info < (3, 12) else "cancelled"
    assert clock.run(timeouts.wait_for_answer()) == expected


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (owning_tasks.first_answer, (["slow", "gone", "news"],)),
        (cancelling.down_and_up, ()),
        (timeouts.all_within, (["slow", "news", "mail"], 2.5)),
        (queues.back_pressure, (1,)),
        (limits.two_at_once, ()),
    ],
)
def test_recordings_do_not_vary(
    function: Callable[..., object], arguments: tuple[object, ...]
) -> None:
    """A group cancels its tasks in any order: on the pages, only one is left."""
    first = str(record(function, *arguments))
    assert all(str(record(function, *arguments)) == first for _ in range(5))
