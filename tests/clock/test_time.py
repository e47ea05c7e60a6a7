"""Rules 1 and 2: computing takes no time, waiting takes exactly its time."""

import asyncio
import threading
import time

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
