"""The stages of the event loop, in the cases that no page shows."""

import asyncio

import pytest

from yieldpoint import clock
from yieldpoint.examples import built_on_top, standing_in_line, stepping
from yieldpoint.examples.built_on_top import sleep, wait_for
from yieldpoint.examples.later_values import Future
from yieldpoint.examples.round_robin import give_way
from yieldpoint.examples.standing_in_line import Lock
from yieldpoint.examples.stepping import Loop, Task


def test_ctrl_c_ends_the_loop() -> None:
    """And its task keeps the exception, as it keeps any other."""
    loop = Loop()

    async def interrupted() -> None:
        raise KeyboardInterrupt

    task = Task(loop, interrupted())
    with pytest.raises(KeyboardInterrupt):
        loop.turn()
    assert isinstance(task.error, KeyboardInterrupt)


def test_a_task_that_has_given_way_is_cancelled_at_its_next_step() -> None:
    """It awaits nothing that could be cancelled in its place."""
    loop = Loop()

    async def main() -> str:
        try:
            await give_way()
        except asyncio.CancelledError:
            return "cancelled"
        return "not cancelled"

    task = Task(loop, main())
    loop.turn()
    assert task.cancel()
    loop.turn()
    assert task.result() == "cancelled"


def test_a_task_is_cancelled_before_it_has_started() -> None:
    """Then its coroutine never runs."""
    loop = Loop()
    task = Task(loop, give_way_for_ever())
    assert task.cancel()
    loop.turn()
    assert isinstance(task.error, asyncio.CancelledError)


async def give_way_for_ever() -> None:
    """Never come to an end."""
    while True:
        await give_way()


def test_a_timeout_that_is_cancelled_from_outside_is_no_timeout() -> None:
    """Whoever cancelled wants to see that."""
    with clock.installed():
        loop = built_on_top.Loop()

        async def main() -> BaseException | None:
            task = Task(loop, wait_for(loop, sleep(loop, 10), 5))
            await sleep(loop, 1)
            task.cancel()
            await sleep(loop, 10)
            return task.error

        assert isinstance(loop.run(main()), asyncio.CancelledError)


def test_a_lock_goes_to_who_has_waited_longest() -> None:
    """Three tasks, one after the other, and free in the end."""
    with clock.installed():
        loop = built_on_top.Loop()
        lock, order = Lock(), list[int]()

        async def hold(number: int) -> None:
            await lock.acquire()
            order.append(number)
            await sleep(loop, 1)
            lock.release()

        async def main() -> None:
            await built_on_top.gather(loop, hold(1), hold(2), hold(3))

        loop.run(main())
    assert order == [1, 2, 3]
    assert not lock.is_held


def test_a_future_is_filled_once() -> None:
    """The first one counts."""
    future: Future[int] = Future()
    future.set_exception(ValueError("first"))
    future.set_result(1)
    future.set_exception(ValueError("second"))
    with pytest.raises(ValueError, match="first"):
        future.result()
    assert not future.cancel()


def test_both_recordings_show_the_stage_s_own_order(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What asyncio does there is what the stage does."""
    with clock.installed():
        asyncio.run(stepping.cancel_in_asyncio())
        ends = stepping.cancel_while_waiting()
        assert capsys.readouterr().out.splitlines() == ends[1:3]
        asyncio.run(standing_in_line.hand_over_in_asyncio())
        assert capsys.readouterr().out.splitlines() == standing_in_line.hand_over()
