"""A platform that has no sockets, as a browser: the clock needs none."""

import asyncio
import selectors
import socket
import threading
import time

import pytest

from tests.clock.really import compute, now
from yieldpoint import clock
from yieldpoint.clock import _selector


@pytest.fixture(autouse=True)
def no_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the sockets away, with the error that Pyodide gives."""

    def socketpair(*_: object) -> None:
        raise OSError(28, "Invalid argument")

    monkeypatch.setattr(socket, "socketpair", socketpair)


@pytest.fixture(autouse=True)
def no_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody ask the system about files that are not there."""

    def select(*_: object) -> None:
        pytest.fail("there is nothing to ask the system for")

    monkeypatch.setattr(selectors.DefaultSelector, "select", select)
    monkeypatch.setattr(_selector, "_ask", select)


def test_a_program_runs() -> None:
    """With tasks, time limits and an end."""

    async def main() -> tuple[list[str], float]:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await asyncio.sleep(1)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(asyncio.sleep(n, str(n))) for n in (2, 1)]
        time.sleep(60)
        return [task.result() for task in tasks], now()

    assert clock.run(main()) == (["2", "1"], 62.5)


def test_a_loop_is_made_and_closed() -> None:
    """By whichever name."""
    loop = clock.VirtualTimeLoop()
    assert loop.run_until_complete(asyncio.sleep(60, "done")) == "done"
    loop.close()
    with clock.installed():
        loop_of_the_block = asyncio.new_event_loop()
        loop_of_the_block.close()


def test_threads_can_call_the_loop() -> None:
    """It looks itself, now and then, whether somebody has."""

    async def main() -> int:
        this = asyncio.get_running_loop()
        answer: asyncio.Future[int] = this.create_future()

        def in_thread() -> None:
            compute(0.1)
            this.call_soon_threadsafe(answer.set_result, 42)

        threading.Thread(target=in_thread).start()
        return await answer

    assert clock.run(main()) == 42


def test_threads_sleep_beside_the_loop() -> None:
    """What they do at the end of their sleep comes in its time."""

    async def main() -> float:
        await asyncio.gather(asyncio.to_thread(time.sleep, 60), asyncio.sleep(61))
        await asyncio.to_thread(time.sleep, 60)
        return now()

    assert clock.run(main()) == 121.0


def test_a_selector_with_nothing_in_it() -> None:
    """It jumps, and comes back now and then if there is no time to wait for."""
    with clock.installed():
        selector, read = clock.for_loop()
        assert selector.select(60) == []
        assert read() == 60.0
        assert selector.select(None) == []
        assert selector.select(0) == []
        selector.close()
