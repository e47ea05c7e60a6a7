"""Calls in pools of threads."""

import asyncio
import concurrent.futures
import contextlib
import threading
import time

import pytest

from tests.clock.really import compute, hang, now
from yieldpoint import clock
from yieldpoint.clock import _current


def test_calls_that_queue_for_a_thread_take_turns() -> None:
    """With one thread, three sleeps take the time of all three."""

    async def main() -> float:
        loop = asyncio.get_running_loop()
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            await asyncio.gather(
                *(loop.run_in_executor(pool, time.sleep, 86400) for _ in range(3))
            )
        return now()

    assert clock.run(main()) == 3 * 86400


def test_threads_that_wake_at_once_come_in_the_order_of_their_calls() -> None:
    """The next one wakes when the one before has computed."""
    log: list[int] = []

    def in_thread(number: int) -> None:
        time.sleep(1)
        log.append(number)

    async def main() -> None:
        calls = []
        for number in range(4):
            calls.append(asyncio.create_task(asyncio.to_thread(in_thread, number)))
            await asyncio.sleep(0)
            compute(0.01)  # let it come to its sleep before the next one
        await asyncio.gather(*calls)

    clock.run(main())
    assert log == [0, 1, 2, 3]


def test_the_loops_thread_may_wait_for_a_sleeping_thread() -> None:
    """It sleeps no longer than for real: nothing hangs."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        with concurrent.futures.ThreadPoolExecutor() as pool:
            loop.run_in_executor(pool, time.sleep, 0.2)
            await asyncio.sleep(0)

    clock.run(main())


def test_a_call_in_a_custom_pool_does_not_hold_the_end() -> None:
    """The loop ends the threads of its own pool, no others."""
    release = threading.Event()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:

        async def main() -> None:
            asyncio.get_running_loop().run_in_executor(pool, release.wait)
            await asyncio.sleep(1)

        clock.run(main())
        release.set()


def test_a_loop_inside_a_call_has_the_same_time() -> None:
    """The loop outside reads what the one inside has waited."""

    async def inner() -> float:
        time.sleep(3)
        return now()

    async def main() -> tuple[float, float]:
        return await asyncio.to_thread(lambda: asyncio.run(inner())), now()

    assert clock.run(main()) == (3.0, 3.0)


@pytest.mark.parametrize("pools", [0, 1])
def test_what_comes_from_elsewhere_takes_its_time(pools: int) -> None:
    """Nobody of the program is at work, and there is no time to jump to."""
    begin = threading.Event()
    answers: list[asyncio.Future[str]] = []

    def elsewhere() -> None:
        begin.wait(20)
        while not (line := _current.timeline) or not line._nobody_is_at_work:
            hang(0.01)
        hang(0.05)
        answers[0].get_loop().call_soon_threadsafe(answers[0].set_result, "came")

    async def main() -> str:
        answers.append(asyncio.get_running_loop().create_future())
        begin.set()
        return await answers[0]

    with contextlib.ExitStack() as stack:
        for _ in range(pools):
            pool = concurrent.futures.ThreadPoolExecutor(1)
            assert stack.enter_context(pool).submit(len, "a").result() == 1
        bystander = threading.Thread(target=elsewhere)
        bystander.start()
        with clock.installed():
            assert asyncio.run(main()) == "came"
            assert 0 < time.monotonic() < 20
        bystander.join(20)


def test_a_call_that_is_not_threadsafe_wakes_no_loop() -> None:
    """It is found when the loop wakes for another reason, as in real time."""
    found: list[float] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()

        def call() -> None:
            time.sleep(1)
            loop.call_soon(lambda: found.append(now()))

        thread = threading.Thread(target=call)
        thread.start()
        await asyncio.sleep(60)
        thread.join()

    clock.run(main())
    assert found == [60]
