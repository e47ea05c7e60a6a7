"""What the pages say of things, threads and generators, under more circumstances."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from unittest.mock import Mock

import pytest

from yieldpoint import clock
from yieldpoint.examples import (
    going_through,
    managing,
    more_than_once,
    several_failures,
    sharing,
    threads,
    which_one,
)
from yieldpoint.trace import record

Handler = Callable[[int], Coroutine[Any, Any, list[str]]]


@pytest.mark.parametrize("rows", [0, 1, 2, 5])
def test_workers_that_share_a_generator_lose_no_row(rows: int) -> None:
    """And take none twice."""
    log = clock.run(going_through.share_between_tasks(rows))
    taken = [line.partition("takes ")[2] for line in log]
    assert taken == [f"row {number}" for number in range(1, rows + 1)]


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_a_class_yields_what_the_generator_yields(rows: int) -> None:
    """Also when there is nothing."""

    async def both() -> tuple[list[str], list[str]]:
        return (
            [row async for row in going_through.rows(rows)],
            [row async for row in going_through.Rows(rows)],
        )

    by_generator, by_class = clock.run(both())
    assert by_generator == by_class
    assert len(by_class) == rows


def test_a_row_is_on_its_way_while_another_is_handled() -> None:
    """So the text beside the recording says; in turn it is not."""

    def lanes_at_two_seconds(handle: Handler) -> set[str]:
        trace = record(handle, 2)
        return {
            trace.lanes[event.lane].name
            for event in trace.events
            if event.time == 2 and event.kind == "resumed"
        }

    assert "row 1" in lanes_at_two_seconds(going_through.handle_side_by_side)
    assert lanes_at_two_seconds(going_through.handle_in_turn) == {"Task-1", "rows"}


@pytest.mark.parametrize("seconds", [0, 0.5, 1.5, 2.5, 4])
def test_what_was_opened_is_closed_whenever_a_task_is_cancelled(
    seconds: float, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was not opened is not closed."""

    async def main() -> None:
        task = asyncio.create_task(managing.ask_many(["A", "B"]))
        await asyncio.sleep(seconds)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()

    clock.run(main())
    lines = capsys.readouterr().out.splitlines()
    opened = [line[0] for line in lines if line.endswith("open")]
    closed = [line[0] for line in lines if line.endswith("closed")]
    assert closed == opened[::-1]


def test_a_stack_closes_what_is_open_when_the_next_cannot_be(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In the opposite order, and the failure comes out."""

    class Broken(managing.Connection):
        async def __aenter__(self) -> Self:
            raise ConnectionError(self.name)

    async def main() -> None:
        async with AsyncExitStack() as stack:
            for kind in (managing.Connection, managing.Connection, Broken):
                await stack.enter_async_context(kind(kind.__name__))

    with pytest.raises(ConnectionError, match="Broken"):
        clock.run(main())
    assert capsys.readouterr().out.count("is closed") == 2


def test_each_price_is_asked_for_once() -> None:
    """However many want it at once."""
    for kind in (managing.Prices, managing.PricesWithOneLock):
        prices = kind()
        asked: list[str] = []

        async def ask(name: str, asked: list[str] = asked) -> int:
            asked.append(name)
            await asyncio.sleep(1)
            return 3

        prices.ask = ask  # type: ignore[method-assign]  # the slow answer
        clock.run(managing.prices_of(prices, *["tea"] * 5))
        assert asked == ["tea"]


def test_a_loop_in_a_thread_serves_several_threads() -> None:
    """And what a coroutine raises comes out where it was called."""

    async def fail() -> None:
        raise ValueError("no answer")

    answers: list[str] = []
    with clock.installed():
        background = threads.BackgroundLoop()

        def ask(name: str) -> None:
            answers.append(background.run(threads.last_answer(name)))

        askers = [threading.Thread(target=ask, args=[name]) for name in "abc"]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
        with pytest.raises(ValueError, match="no answer"):
            background.run(fail())
        background.close()
    assert sorted(answers) == ["answer to a", "answer to b", "answer to c"]


def test_threads_that_share_a_generator_lose_nothing() -> None:
    """Ten thousand times."""
    numbers = sharing.OneAtATime(more_than_once.squares(10_000))
    assert sharing.take_all(numbers) == list(more_than_once.squares(10_000))


@pytest.mark.parametrize("number", [0, 1, 100])
def test_memory_grows_with_a_list_only(number: int) -> None:
    """The results are equal."""
    by_list = more_than_once.sum_by_list(number)
    assert by_list == more_than_once.sum_by_generator(number)
    assert by_list == sum(more_than_once.Squares(number))


def test_three_ways_to_fetch_agree() -> None:
    """They would be no comparison otherwise."""
    with clock.installed():
        expected = which_one.in_turn("abc")
        assert which_one.in_threads("abc") == expected
        assert asyncio.run(which_one.in_tasks("abc")) == expected


@pytest.mark.parametrize(
    ("processor_time", "kind"),
    [(0.0, "I/O-bound"), (0.4, "I/O-bound"), (0.6, "CPU-bound"), (1.0, "CPU-bound")],
)
def test_half_of_the_time_decides(
    processor_time: float, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a job that takes a second."""
    wall, processor = iter([5.0, 6.0]), iter([2.0, 2.0 + processor_time])
    monkeypatch.setattr(time, "perf_counter", lambda: next(wall))
    monkeypatch.setattr(time, "process_time", lambda: next(processor))
    found = which_one.kind_of(lambda: None)
    monkeypatch.undo()
    assert found == kind


def test_processor_time_is_divided_by_real_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Three seconds of it in two real ones: one and a half processors."""
    began = datetime(2026, 1, 1, tzinfo=UTC)
    moments, processor = iter([began, began + timedelta(seconds=2)]), iter([1.0, 4.0])
    monkeypatch.setattr(which_one, "datetime", Mock(now=lambda _: next(moments)))
    monkeypatch.setattr(time, "process_time", lambda: next(processor))
    used = which_one.processors_used(lambda: None)
    monkeypatch.undo()
    assert used == 1.5


def test_both_failures_are_recorded() -> None:
    """The second one is that of the task that is cancelled."""
    lanes = record(several_failures.by_kind).lanes
    assert [lane.name for lane in lanes][1:] == ["reads", "copies"]
