"""Rules 1 and 2: computing takes no time, waiting takes exactly its time."""

import asyncio
import copy
import math
import selectors
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.clock.really import compute, hang, now
from yieldpoint import clock
from yieldpoint.clock import _timeline


def test_a_sleep_takes_exactly_its_time() -> None:
    """The clock reads the sum of the sleeps, without a rounding error."""

    async def main() -> float:
        for _ in range(3):
            await asyncio.sleep(0.1)
        return now()

    assert clock.run(main()) == 0.3


def test_a_century_takes_no_time() -> None:
    """No limit of the selector shows."""
    century = 100 * 365 * 86400
    assert clock.run(asyncio.sleep(century, "old")) == "old"


def test_a_glance(monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks at what may act outside once a moment, and sees each jump."""
    timeline = _timeline.Timeline()
    asked: list[bool] = []

    def may_act() -> bool:
        asked.append(True)
        return False

    monkeypatch.setattr(timeline.outside, "may_act", may_act)
    monkeypatch.setattr(_timeline, "_A_MOMENT", 3600 * _timeline.SECOND)
    assert timeline.glance() == 0
    timeline.move_to(5)
    assert timeline.glance() == 5
    assert not asked
    monkeypatch.setattr(_timeline, "_A_MOMENT", 0)
    assert timeline.glance() == 5
    assert len(asked) == 1


def test_computing_takes_no_time() -> None:
    """The clock stands still while the thread is busy."""

    async def main() -> float:
        compute(0.05)
        await asyncio.sleep(0)
        return now()

    assert clock.run(main()) == 0.0


def test_between_two_runs_the_clock_stands_still(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What happens there is not the loop's."""
    monkeypatch.setattr(_timeline, "PATIENCE", 400_000_000)
    with asyncio.Runner(loop_factory=clock.VirtualTimeLoop) as runner:
        runner.run(asyncio.sleep(1))
        hang(0.5)
        runner.run(asyncio.sleep(1))
        assert runner.get_loop().time() == 2.0


def test_timers_fire_in_their_order() -> None:
    """Order goes by time, and by creation where times are equal."""
    log: list[str] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        for delay in (0.3, 0.1, 0.2, 0.1):
            loop.call_later(delay, log.append, f"{delay}")
        await asyncio.sleep(1)

    clock.run(main())
    assert log == ["0.1", "0.1", "0.2", "0.3"]


@pytest.mark.parametrize("debug", [False, True])
def test_what_is_due_at_the_same_time_comes_in_order(*, debug: bool) -> None:
    """In real time what was asked for first is due first."""
    log: list[tuple[str, int]] = []

    async def sleep(name: int) -> None:
        for _ in range(2):
            await asyncio.sleep(0.1)
            log.append(("sleep", name))

    async def give_up(name: int) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.15):
                await asyncio.sleep(1)
        log.append(("timeout", name))

    async def main() -> None:
        tasks = [*map(sleep, range(12)), *map(give_up, range(12))]
        await asyncio.gather(*tasks)

    clock.run(main(), debug=debug)
    one_by_one = ["sleep"] * 12 + ["timeout"] * 12 + ["sleep"] * 12
    assert log == [*zip(one_by_one, [*range(12)] * 3, strict=True)]


@pytest.mark.parametrize("read", [now, time.monotonic])
def test_who_sleeps_until_a_time_is_over_gets_past_it(
    read: Callable[[], float],
) -> None:
    """When it is just reached a limiter of rates sleeps for 0, and again."""

    async def main(read: Callable[[], float]) -> None:
        rounds, end = 0, read() + 60
        while (left := end - read()) >= 0:
            await asyncio.sleep(left)
            rounds += 1
            assert rounds < 2000
        assert round(left, 6) == 0

    with clock.installed(start=1000):
        asyncio.run(main(now if read is now else time.monotonic))


def test_a_timer_that_is_due_when_it_is_set() -> None:
    """Its delay is so small that adding it makes no difference."""
    rang = 0

    async def main() -> None:
        nonlocal rang
        this, end = asyncio.get_running_loop(), now() + 1e-9
        while now() < end:
            timer = this.create_future()
            this.call_at(now() + 1e-17, timer.set_result, None)
            await timer
            rang += 1
            assert rang < 2000

    with clock.installed(start=1000):
        asyncio.run(main())


def test_turns_that_nobody_measures_take_no_time() -> None:
    """However many there are."""

    async def main() -> float:
        for _ in range(5000):
            await asyncio.sleep(0)
        return now()

    assert clock.run(main()) == 0.0


def test_a_time_that_is_no_number() -> None:
    """It is refused as by the system's selector. From it asyncio has the error."""

    def refuse(selector: selectors.BaseSelector) -> str:
        with selector, pytest.raises(ValueError, match="NaN") as caught:
            selector.select(math.nan)
        return str(caught.value)

    as_ever = refuse(selectors.DefaultSelector())
    with clock.installed():
        assert refuse(clock.for_loop()[0]) == as_ever


def test_a_float_that_is_not_exact_makes_no_difference_to_the_order() -> None:
    """On its own 0.1 + 0.7 is less than 0.8."""
    log: list[str] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(0.8, log.append, "first")
        await asyncio.sleep(0.1)
        loop.call_later(0.7, log.append, "second")
        await asyncio.sleep(1)

    clock.run(main())
    assert log == ["first", "second"]


def test_who_reads_the_time_once_gets_the_order_of_asyncio() -> None:
    """It promises none for timers at one time, and keeps them in a heap."""

    def order_on(loop: asyncio.AbstractEventLoop) -> list[int]:
        log: list[int] = []
        when = loop.time() + 0.001
        for number in range(7):
            loop.call_at(when, log.append, number)
        loop.call_at(when + 0.001, loop.stop)
        loop.run_forever()
        loop.close()
        return log

    assert order_on(clock.VirtualTimeLoop()) == order_on(asyncio.new_event_loop())


def test_a_time_may_be_any_number() -> None:
    """As with asyncio, and what it refuses is refused here."""
    log: list[str] = []
    loop = clock.VirtualTimeLoop()
    timer = loop.call_at(2.5, log.append, "float")
    assert repr(timer.when()) == "2.5"
    assert type(copy.copy(timer.when())) is float
    loop.call_at(2, log.append, "int")
    loop.call_at(2.0, log.append, "float")
    loop.call_at(3, loop.stop)
    with pytest.raises(TypeError, match="cannot be None"):
        loop.call_at(None, print)  # type: ignore[arg-type]  # that is the point
    loop.run_forever()
    loop.close()
    assert log == ["int", "float", "float"]


def test_the_traceback_of_a_timer_ends_where_it_was_set() -> None:
    """In debug mode asyncio says so, and names no function of its own."""

    async def main() -> list[str]:
        loop = asyncio.get_running_loop()
        timers: list[Any] = [loop.call_at(1.0, print), loop.call_later(1, print)]
        set_by = [timer._source_traceback[-1].name for timer in timers]
        for timer in timers:
            timer.cancel()
        return set_by

    assert clock.run(main(), debug=True) == ["main", "main"]


def test_timeouts_work() -> None:
    """A timeout comes at its time, not earlier."""

    async def main() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2.5):
                await asyncio.sleep(10)
        return now()

    assert clock.run(main()) == 2.5


def test_debug_mode_is_passed_on() -> None:
    """The loop runs in debug mode if asked to."""

    async def main() -> bool:
        return asyncio.get_running_loop().get_debug()

    assert clock.run(main(), debug=True)
    assert not clock.run(main(), debug=False)


def test_a_busy_machine_is_not_a_long_computation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the program has waited for a processor does not count as computing."""
    lost = iter([0, 10**12, 2 * 10**12])
    monkeypatch.setattr(_timeline, "PATIENCE", 0)
    monkeypatch.setattr(_timeline, "time_without_processor", lambda: next(lost))
    with clock.installed():
        assert time.monotonic() == time.monotonic() == 0.0


def test_a_long_computation_is_looked_at_now_and_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The system is not asked again at once when it has just said that it is long."""
    asked: list[int] = []

    def ask() -> int:
        asked.append(0)
        return 0

    monkeypatch.setattr(_timeline, "PATIENCE", 0)
    monkeypatch.setattr(_timeline, "_LOOK_AGAIN", 10**15)
    monkeypatch.setattr(_timeline, "time_without_processor", ask)
    with clock.installed():
        for _ in range(10):
            assert time.monotonic() > 0.0
    assert len(asked) <= 2


def test_time_goes_on_beside_a_thread_that_computes_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who waits comes before the end of it then."""
    monkeypatch.setattr(_timeline, "PATIENCE", 10_000_000)
    with clock.installed():
        slept: list[bool] = []

        def compute_until_then() -> None:
            while not slept:
                compute(0.01)

        thread = threading.Thread(target=compute_until_then)
        thread.start()
        time.sleep(0.05)
        slept.append(True)
        thread.join()


def test_a_waiter_is_woken_once() -> None:
    """Two threads may come to it at the same time."""
    rung: list[int] = []
    line = _timeline.Timeline()
    with line.waiting(None, lambda: rung.append(1)) as waiter:
        for _ in range(2):
            threads = [threading.Thread(target=waiter.wake)]
            threads[0].start()
            threads[0].join(20)
    assert rung == [1]
