"""`time.sleep` under the clock."""

import asyncio
import concurrent.futures
import math
import re
import threading
import time

import pytest

from tests.clock.really import now
from yieldpoint import clock


def test_it_blocks_the_loop() -> None:
    """A timer that falls due meanwhile is late."""

    async def main() -> list[float]:
        fired: list[float] = []
        loop = asyncio.get_running_loop()
        loop.call_later(1, lambda: fired.append(now()))
        time.sleep(3)
        await asyncio.sleep(1)
        return [*fired, now()]

    assert clock.run(main()) == [3.0, 4.0]


def test_who_sleeps_until_a_time_is_over_gets_past_it() -> None:
    """When it is just reached a limiter of rates sleeps for 0, and again."""
    rounds = 0
    with clock.installed(start=1000):
        while (left := 1060 - time.monotonic()) >= 0:
            time.sleep(left)
            rounds += 1
            assert rounds < 2000
        assert round(time.monotonic(), 6) == 1060


def test_threads_sleep_side_by_side() -> None:
    """Calls in threads wait on the same clock as tasks."""

    async def main() -> float:
        await asyncio.gather(
            asyncio.to_thread(time.sleep, 2),
            asyncio.to_thread(time.sleep, 3),
            asyncio.sleep(2.5),
        )
        return now()

    for _ in range(50):
        assert clock.run(main()) == 3.0


def test_a_thread_may_sleep_more_than_once() -> None:
    """The order between a thread's steps and a task's is that of their times."""
    log: list[str] = []

    def in_thread() -> None:
        for number in (1, 2, 3):
            time.sleep(1)
            log.append(f"thread {number}")

    async def main() -> None:
        job = asyncio.create_task(asyncio.to_thread(in_thread))
        for number in (1, 2):
            await asyncio.sleep(1.25)
            log.append(f"task {number}")
        await job

    clock.run(main())
    assert log == ["thread 1", "task 1", "thread 2", "task 2", "thread 3"]


def test_a_cancelled_call_goes_on_in_its_thread() -> None:
    """The loop does not end before the thread's sleep has ended."""
    ended: list[str] = []

    def in_thread() -> None:
        time.sleep(5)
        ended.append("thread")

    async def main() -> float:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.to_thread(in_thread), 1)
        return now()

    assert clock.run(main()) == 1.0
    assert ended == ["thread"]


def test_a_call_cancelled_before_its_thread_is_forgotten() -> None:
    """It does not hold the clock."""

    async def main() -> float:
        loop = asyncio.get_running_loop()
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            first = loop.run_in_executor(pool, time.sleep, 1)
            second = loop.run_in_executor(pool, time.sleep, 1000)
            second.cancel()
            await first
            await asyncio.sleep(1000)
        return now()

    assert clock.run(main()) == 1001.0


def test_the_end_of_the_block_wakes_the_sleepers() -> None:
    """No thread hangs for a time that never comes."""
    woken = threading.Event()
    with clock.installed():
        loop = asyncio.new_event_loop()

        def in_thread() -> None:
            time.sleep(1000)
            woken.set()

        async def main() -> None:
            loop.run_in_executor(None, in_thread)
            await asyncio.sleep(1)

        loop.run_until_complete(main())
        loop.close()
        assert not woken.is_set()
    assert woken.wait(10)


def test_without_a_loop_it_goes_by_the_clock_too() -> None:
    """A program without any coroutine has the same time."""
    with clock.installed():
        started = time.monotonic()
        time.sleep(3600)
        assert time.monotonic() - started == 3600.0


def test_what_counts_as_a_number_is_taken() -> None:
    """As the real one takes it."""

    class Hour:
        """A number to those who ask for an index."""

        def __index__(self) -> int:
            """Be the seconds of an hour."""
            return 3600

    with clock.installed():
        started = time.monotonic()
        time.sleep(Hour())
        assert time.monotonic() - started == 3600.0


@pytest.mark.parametrize("bad", [-1, math.nan, "one"])
def test_a_bad_time_is_refused_as_ever(bad: float) -> None:
    """The error is the one that `time.sleep` raises."""
    with pytest.raises((TypeError, ValueError)) as expected:
        time.sleep(bad)

    async def main() -> None:
        time.sleep(bad)

    with pytest.raises(expected.type, match=re.escape(str(expected.value))):
        clock.run(main())
