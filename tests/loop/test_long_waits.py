"""Waits that are long, infinite or no number."""

import math
from typing import Any

import pytest

from tests.loop.running import run
from yieldpoint import loop


@pytest.mark.parametrize("seconds", [2.0**31 / 1000, 1e8, 1e12, math.inf])
def test_a_real_selector_is_not_asked_for_too_much(
    seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What would be too long for it is waited for in parts, or for ever."""
    asked: list[float | None] = []

    async def main() -> str:
        this = loop.get_running_loop()
        select = this._selector.select

        def note(timeout: float | None = None) -> Any:  # noqa: ANN401 - the selector's
            asked.append(timeout)
            select(0 if timeout is None else min(timeout, 0))
            task.cancel()
            return []

        monkeypatch.setattr(this._selector, "select", note)
        task = loop.create_task(loop.sleep(seconds))
        await loop.wait([task])
        return "cancelled" if task.cancelled() else "slept"

    assert loop.run(main()) == "cancelled"
    assert asked in ([86_400.0], [None])


@pytest.mark.parametrize("seconds", [1e7, math.inf])
def test_long_waits_of_all_kinds(seconds: float) -> None:
    """They are timers like others: the shorter one is first."""

    async def main() -> list[object]:
        this, future = loop.get_running_loop(), loop.Future[str]()
        this.call_later(seconds, print, "never")
        this.call_at(seconds, print, "never").cancel()
        this.call_later(5, future.set_result, "filled")
        async with loop.timeout(seconds), loop.timeout_at(this.time() + seconds):
            done, _ = await loop.wait([future], timeout=seconds)
        return [await loop.wait_for(future, seconds), len(done)]

    assert run(main) == ["filled", 1]


def test_timers_for_one_time_come_in_the_order_in_which_they_were_set() -> None:
    """In real time no two that are set one after the other have the same."""

    async def main() -> list[int]:
        this, log = loop.get_running_loop(), list[int]()
        for number in range(12):
            this.call_later(1, log.append, number)
        await loop.sleep(2)
        return log

    assert run(main) == [*range(12)]


def test_an_infinite_sleep_on_the_jumping_clock() -> None:
    """It does not spin: a thread that fills the future is heard, and time stands."""

    async def main() -> float:
        this = loop.get_running_loop()
        sleeper = loop.create_task(loop.sleep(math.inf))
        await loop.sleep(0)
        this.call_later(3, sleeper.cancel)
        await loop.wait([sleeper])
        return this.time()

    assert run(main) == 3.0


@pytest.mark.parametrize("how", ["sleep", "wait_for", "call_later", "call_at"])
def test_a_time_that_is_no_number(how: str) -> None:
    """It would spoil the order of the timers."""

    async def main() -> None:
        if how == "sleep":
            await loop.sleep(math.nan)
        elif how == "wait_for":
            await loop.wait_for(loop.Future[None](), math.nan)
        else:
            getattr(loop.get_running_loop(), how)(math.nan, print)

    with pytest.raises(ValueError, match="Invalid delay: NaN"):
        run(main)


@pytest.mark.parametrize("how", ["call_later", "call_at"])
def test_no_time_at_all(how: str) -> None:
    """None is no time."""

    async def main() -> None:
        getattr(loop.get_running_loop(), how)(None, print)

    with pytest.raises(TypeError, match="None"):
        run(main)
