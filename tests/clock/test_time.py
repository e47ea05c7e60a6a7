"""Rules 1 and 2: computing takes no time, waiting takes exactly its time."""

import asyncio

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
