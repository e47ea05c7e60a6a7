"""Rule 3: while something outside may wake the loop, time passes as it does."""

import asyncio
import concurrent.futures
import math
import os
import select
import selectors
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.clock.really import compute, now
from yieldpoint import clock
from yieldpoint.clock import _timeline


def test_a_thread_that_computes_is_waited_for() -> None:
    """A timeout far away does not come before a result that is on its way."""

    async def main() -> float:
        await asyncio.wait_for(asyncio.to_thread(compute, 0.2), 3600)
        return now()

    assert clock.run(main()) == 0.0


def test_a_thread_that_never_comes_back_meets_its_timeout() -> None:
    """After two seconds of patience, time goes on beside a thread."""
    release = threading.Event()

    async def main() -> float:
        call = asyncio.to_thread(release.wait)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(call, 0.1)
        release.set()
        return now()

    assert clock.run(main()) >= 0.1


def test_a_thread_of_the_program_is_waited_for() -> None:
    """A thread that the loop did not start may wake it as well."""

    async def main() -> str:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[str] = loop.create_future()

        def work() -> None:
            compute(0.2)
            loop.call_soon_threadsafe(answer.set_result, "from a thread")

        threading.Thread(target=work).start()
        return await asyncio.wait_for(answer, 3600)

    assert clock.run(main()) == "from a thread"


def test_without_a_timer_it_waits_as_long_as_it_takes() -> None:
    """There is no time to jump to."""

    async def main() -> str:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[str] = loop.create_future()

        def work() -> None:
            compute(0.1)
            loop.call_soon_threadsafe(answer.set_result, "from a thread")

        threading.Thread(target=work).start()
        return await answer

    assert clock.run(main()) == "from a thread"


def test_a_thread_that_ran_before_is_not_waited_for() -> None:
    """It is no part of the program."""
    release = threading.Event()
    bystander = threading.Thread(target=release.wait)
    bystander.start()
    assert clock.run(asyncio.sleep(3600, "done")) == "done"
    release.set()
    bystander.join()


def test_real_sockets_work() -> None:
    """A server and a client talk, and a timeout beside them is not reached."""

    async def answer(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write((await reader.readline()).upper())
        writer.close()
        await writer.wait_closed()

    async def main() -> bytes:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server, asyncio.timeout(3600):
            reader, writer = await asyncio.open_connection(
                *server.sockets[0].getsockname()
            )
            writer.write(b"hello\n")
            line = await reader.readline()
            writer.close()
            await writer.wait_closed()
        return line

    assert clock.run(main()) == b"HELLO\n"


def test_a_silent_socket_meets_its_timeout() -> None:
    """Time passes for real."""

    async def main() -> float:
        here, there = socket.socketpair()
        with here, there:
            here.setblocking(False)
            loop = asyncio.get_running_loop()
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(loop.sock_recv(here, 1), 0.2)
        return now()

    assert clock.run(main()) >= 0.2


def test_a_subprocess_is_waited_for() -> None:
    """A child process ends before a timeout that is far away."""

    async def main() -> bytes:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", "print(6 * 7)", stdout=asyncio.subprocess.PIPE
        )
        output, _ = await asyncio.wait_for(child.communicate(), 3600)
        return output.strip()

    assert clock.run(main()) == b"42"


def test_a_process_pool_is_waited_for() -> None:
    """A call in another process holds the clock, and is not wrapped."""

    async def main() -> float:
        loop = asyncio.get_running_loop()
        with concurrent.futures.ProcessPoolExecutor(1) as pool:
            return await asyncio.wait_for(
                loop.run_in_executor(pool, math.sqrt, 1764), 3600
            )

    assert clock.run(main()) == 42.0


def test_a_thread_that_ends_holds_the_clock_no_longer() -> None:
    """Nobody tells the loop that it has ended."""

    async def main() -> float:
        threading.Thread(target=compute, args=(0.1,)).start()
        await asyncio.sleep(3600)
        return now()

    assert clock.run(main()) == pytest.approx(3600)


def test_a_signal_is_waited_for() -> None:
    """A handler may wake the loop."""

    async def main() -> str:
        loop = asyncio.get_running_loop()
        caught = asyncio.Event()
        loop.add_signal_handler(signal.SIGALRM, caught.set)
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        try:
            await asyncio.wait_for(caught.wait(), 3600)
        finally:
            loop.remove_signal_handler(signal.SIGALRM)
        return "caught"

    assert clock.run(main()) == "caught"


def test_time_goes_on_for_a_program_that_never_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A loop that only looks whether a second has passed comes to its end."""
    monkeypatch.setattr(_timeline, "PATIENCE", 200_000_000)

    async def main() -> bool:
        timer = asyncio.create_task(asyncio.sleep(0.1))
        while not timer.done():
            await asyncio.sleep(0)
        return True

    assert clock.run(main())


def seconds_of(function: Callable[[], object]) -> float:
    """Call a function, and return how long it took on the clock."""
    started = time.monotonic()
    function()
    return time.monotonic() - started


@pytest.mark.parametrize(
    "kind",
    ["SelectSelector", "PollSelector", "EpollSelector", "KqueueSelector"],
)
def test_a_selector_of_a_program_takes_its_time(kind: str) -> None:
    """It may be that of an event loop which somebody writes to see how that is done."""
    here, there = socket.socketpair()
    with here, there, vars(selectors).get(kind, selectors.SelectSelector)() as selector:
        selector.register(here, selectors.EVENT_READ)
        with clock.installed():
            assert 0.05 <= seconds_of(lambda: selector.select(0.05)) < 20
            assert seconds_of(lambda: time.sleep(3600)) == 3600.0
        assert not selector.select(0)


@pytest.mark.skipif(sys.platform == "win32", reason="it has other calls")
@pytest.mark.parametrize(
    "wait",
    [
        lambda: select.select([], [], [], 0.05),
        lambda: signal.sigtimedwait([signal.SIGUSR1], 0.05),
        lambda: os.system("sleep 0.05"),  # noqa: S605, S607 - nobody else names it
    ],
)
def test_a_call_that_waits_for_something_outside_takes_its_time(
    wait: Callable[[], object],
) -> None:
    """Also for who measures it, with no other thread there."""
    with clock.installed():
        assert 0.05 <= seconds_of(wait) < 20
        assert seconds_of(lambda: time.sleep(3600)) == 3600.0


def test_a_call_that_waits_is_kept_for_longer_than_its_block() -> None:
    """Then it is the real one."""
    with clock.installed():
        kept: Any = select.select
    assert kept([], [], [], 0) == ([], [], [])
    with pytest.raises(TypeError, match="select expected"):
        kept()


def accept(timeout: float | None) -> None:
    """Wait for a client that does not come."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(timeout)
        server.accept()


def receive(timeout: float | None) -> None:
    """Wait for data that does not come."""
    here, there = socket.socketpair()
    with here, there:
        here.settimeout(timeout)
        here.recv(1)


@pytest.mark.parametrize("wait", [accept, receive])
def test_a_socket_meets_its_timeout(wait: Callable[[float], None]) -> None:
    """It takes its time, and one that does not wait takes none."""

    def fail(error: type[OSError], timeout: float) -> None:
        with pytest.raises(error):
            wait(timeout)

    receive_as_ever = socket.socket.recv
    with clock.installed():
        assert 0.05 <= seconds_of(lambda: fail(TimeoutError, 0.05)) < 20
        assert seconds_of(lambda: fail(BlockingIOError, 0)) == 0.0
    assert socket.socket.recv is receive_as_ever


def test_a_thread_of_a_first_run_is_waited_for_in_a_second() -> None:
    """What the program started belongs to it for the life of the loop."""
    with asyncio.Runner(loop_factory=clock.VirtualTimeLoop) as runner:
        loop = runner.get_loop()
        answer: asyncio.Future[str] = loop.create_future()

        def work() -> None:
            compute(0.2)
            loop.call_soon_threadsafe(answer.set_result, "from a thread")

        async def start() -> None:
            threading.Thread(target=work).start()

        async def wait() -> str:
            return await asyncio.wait_for(answer, 3600)

        runner.run(start())
        assert runner.run(wait()) == "from a thread"
