"""The clock: what it promises, and that nothing else has changed under it."""

import asyncio
import concurrent.futures
import contextlib
import math
import re
import selectors
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from yieldpoint import clock

REAL_SLEEP = time.sleep


@pytest.fixture(autouse=True)
def no_long_wait() -> Iterator[None]:
    """Fail a test that really waits for what its clock should have skipped."""
    started = time.monotonic()
    yield
    assert time.monotonic() - started < 30


def now() -> float:
    """Return the running loop's time."""
    return asyncio.get_running_loop().time()


class TestTime:
    """Rules 1 and 2: computing takes no time, waiting takes exactly its time."""

    def test_a_sleep_takes_exactly_its_time(self) -> None:
        """The clock reads the sum of the sleeps, without a rounding error."""

        async def main() -> float:
            for _ in range(3):
                await asyncio.sleep(0.1)
            return now()

        assert clock.run(main()) == 0.3

    def test_a_century_takes_no_time(self) -> None:
        """No limit of the selector shows."""
        century = 100 * 365 * 86400
        assert clock.run(asyncio.sleep(century, "old")) == "old"

    def test_computing_takes_no_time(self) -> None:
        """The clock stands still while the thread is busy."""

        async def main() -> float:
            REAL_SLEEP(0.05)
            await asyncio.sleep(0)
            return now()

        assert clock.run(main()) == 0.0

    def test_between_two_runs_the_clock_stands_still(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What happens there is not the loop's."""
        monkeypatch.setattr(clock, "_PATIENCE", 400_000_000)
        with asyncio.Runner(loop_factory=clock.VirtualTimeLoop) as runner:
            runner.run(asyncio.sleep(1))
            REAL_SLEEP(0.5)
            runner.run(asyncio.sleep(1))
            assert runner.get_loop().time() == 2.0

    def test_timers_fire_in_their_order(self) -> None:
        """Order goes by time, and by creation where times are equal."""
        log: list[str] = []

        async def main() -> None:
            loop = asyncio.get_running_loop()
            for delay in (0.3, 0.1, 0.2, 0.1):
                loop.call_later(delay, log.append, f"{delay}")
            await asyncio.sleep(1)

        clock.run(main())
        assert log == ["0.1", "0.1", "0.2", "0.3"]

    def test_timeouts_work(self) -> None:
        """A timeout comes at its time, not earlier."""

        async def main() -> float:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(2.5):
                    await asyncio.sleep(10)
            return now()

        assert clock.run(main()) == 2.5

    def test_debug_mode_is_passed_on(self) -> None:
        """The loop runs in debug mode if asked to."""

        async def main() -> bool:
            return asyncio.get_running_loop().get_debug()

        assert clock.run(main(), debug=True)
        assert not clock.run(main(), debug=False)


class TestTimeSleep:
    """`time.sleep` under the clock."""

    def test_it_blocks_the_loop(self) -> None:
        """A timer that falls due meanwhile is late."""

        async def main() -> list[float]:
            fired: list[float] = []
            loop = asyncio.get_running_loop()
            loop.call_later(1, lambda: fired.append(now()))
            time.sleep(3)
            await asyncio.sleep(1)
            return [*fired, now()]

        assert clock.run(main()) == [3.0, 4.0]

    def test_threads_sleep_side_by_side(self) -> None:
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

    def test_a_thread_may_sleep_more_than_once(self) -> None:
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

    def test_a_cancelled_call_goes_on_in_its_thread(self) -> None:
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

    def test_a_call_cancelled_before_its_thread_is_forgotten(self) -> None:
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

    def test_closing_the_loop_wakes_its_sleepers(self) -> None:
        """No thread hangs when a loop is closed without waiting for it."""
        with clock.installed():
            loop = asyncio.new_event_loop()
            woken = threading.Event()

            def in_thread() -> None:
                time.sleep(1000)
                woken.set()

            async def main() -> None:
                loop.run_in_executor(None, in_thread)
                await asyncio.sleep(1)

            loop.run_until_complete(main())
            loop.close()
            assert woken.wait(10)

    def test_without_a_loop_it_sleeps_for_real(self) -> None:
        """Outside a coroutine nothing counts the time."""
        with clock.installed():
            started = time.monotonic()
            time.sleep(0.01)
            assert time.monotonic() - started >= 0.01

    @pytest.mark.parametrize("bad", [-1, math.nan, "one"])
    def test_a_bad_time_is_refused_as_ever(self, bad: float) -> None:
        """The error is the one that `time.sleep` raises."""
        with pytest.raises((TypeError, ValueError)) as expected:
            time.sleep(bad)

        async def main() -> None:
            time.sleep(bad)

        with pytest.raises(expected.type, match=re.escape(str(expected.value))):
            clock.run(main())


class TestTheWorldOutside:
    """Rule 3: while something outside may wake the loop, time passes as it does."""

    def test_a_thread_that_computes_is_waited_for(self) -> None:
        """A timeout far away does not come before a result that is on its way."""

        async def main() -> float:
            await asyncio.wait_for(asyncio.to_thread(REAL_SLEEP, 0.2), 3600)
            return now()

        assert clock.run(main()) == 0.0

    def test_a_thread_that_never_comes_back_meets_its_timeout(self) -> None:
        """After two seconds of patience, time goes on beside a thread."""
        release = threading.Event()

        async def main() -> float:
            call = asyncio.to_thread(release.wait)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(call, 0.1)
            release.set()
            return now()

        assert clock.run(main()) >= 0.1

    def test_a_thread_of_the_program_is_waited_for(self) -> None:
        """A thread that the loop did not start may wake it as well."""

        async def main() -> str:
            loop = asyncio.get_running_loop()
            answer: asyncio.Future[str] = loop.create_future()

            def work() -> None:
                REAL_SLEEP(0.2)
                loop.call_soon_threadsafe(answer.set_result, "from a thread")

            threading.Thread(target=work).start()
            return await asyncio.wait_for(answer, 3600)

        assert clock.run(main()) == "from a thread"

    def test_without_a_timer_it_waits_as_long_as_it_takes(self) -> None:
        """There is no time to jump to."""

        async def main() -> str:
            loop = asyncio.get_running_loop()
            answer: asyncio.Future[str] = loop.create_future()

            def work() -> None:
                REAL_SLEEP(0.1)
                loop.call_soon_threadsafe(answer.set_result, "from a thread")

            threading.Thread(target=work).start()
            return await answer

        assert clock.run(main()) == "from a thread"

    def test_a_thread_that_ran_before_is_not_waited_for(self) -> None:
        """It is no part of the program."""
        release = threading.Event()
        bystander = threading.Thread(target=release.wait)
        bystander.start()
        assert clock.run(asyncio.sleep(3600, "done")) == "done"
        release.set()
        bystander.join()

    def test_real_sockets_work(self) -> None:
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

    def test_a_silent_socket_meets_its_timeout(self) -> None:
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

    def test_a_subprocess_is_waited_for(self) -> None:
        """A child process ends before a timeout that is far away."""

        async def main() -> bytes:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-c", "print(6 * 7)", stdout=asyncio.subprocess.PIPE
            )
            output, _ = await asyncio.wait_for(child.communicate(), 3600)
            return output.strip()

        assert clock.run(main()) == b"42"

    def test_a_process_pool_is_waited_for(self) -> None:
        """A call in another process holds the clock, and is not wrapped."""

        async def main() -> float:
            loop = asyncio.get_running_loop()
            with concurrent.futures.ProcessPoolExecutor(1) as pool:
                return await asyncio.wait_for(
                    loop.run_in_executor(pool, math.sqrt, 1764), 3600
                )

        assert clock.run(main()) == 42.0

    def test_a_thread_that_ends_holds_the_clock_no_longer(self) -> None:
        """Nobody tells the loop that it has ended."""

        async def main() -> float:
            threading.Thread(target=REAL_SLEEP, args=(0.1,)).start()
            await asyncio.sleep(3600)
            return now()

        assert clock.run(main()) == pytest.approx(3600)

    def test_a_signal_is_waited_for(self) -> None:
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

    def test_time_goes_on_for_a_program_that_never_waits(self) -> None:
        """A loop that only looks whether a second has passed comes to its end."""

        async def main() -> bool:
            timer = asyncio.create_task(asyncio.sleep(0.1))
            while not timer.done():
                await asyncio.sleep(0)
            return True

        assert clock.run(main())

    def test_a_thread_of_a_first_run_is_waited_for_in_a_second(self) -> None:
        """What the program started belongs to it for the life of the loop."""
        with asyncio.Runner(loop_factory=clock.VirtualTimeLoop) as runner:
            loop = runner.get_loop()
            answer: asyncio.Future[str] = loop.create_future()

            def work() -> None:
                REAL_SLEEP(0.2)
                loop.call_soon_threadsafe(answer.set_result, "from a thread")

            async def start() -> None:
                threading.Thread(target=work).start()

            async def wait() -> str:
                return await asyncio.wait_for(answer, 3600)

            runner.run(start())
            assert runner.run(wait()) == "from a thread"


class TestPools:
    """Calls in pools of threads."""

    def test_calls_that_queue_for_a_thread_take_turns(self) -> None:
        """With one thread, three sleeps take the time of all three."""

        async def main() -> float:
            loop = asyncio.get_running_loop()
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                await asyncio.gather(
                    *(loop.run_in_executor(pool, time.sleep, 86400) for _ in range(3))
                )
            return now()

        assert clock.run(main()) == 3 * 86400

    def test_threads_that_wake_at_once_come_in_the_order_of_their_calls(self) -> None:
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
                REAL_SLEEP(0.01)  # let it come to its sleep before the next one
            await asyncio.gather(*calls)

        clock.run(main())
        assert log == [0, 1, 2, 3]

    def test_the_loops_thread_may_wait_for_a_sleeping_thread(self) -> None:
        """It sleeps no longer than for real: nothing hangs."""

        async def main() -> None:
            loop = asyncio.get_running_loop()
            with concurrent.futures.ThreadPoolExecutor() as pool:
                loop.run_in_executor(pool, time.sleep, 0.2)
                await asyncio.sleep(0)

        clock.run(main())

    def test_a_call_in_a_custom_pool_does_not_hold_the_end(self) -> None:
        """The loop ends the threads of its own pool, no others."""
        release = threading.Event()
        with concurrent.futures.ThreadPoolExecutor(1) as pool:

            async def main() -> None:
                asyncio.get_running_loop().run_in_executor(pool, release.wait)
                await asyncio.sleep(1)

            clock.run(main())
            release.set()

    def test_a_loop_inside_a_call_has_its_own_clock(self) -> None:
        """`time.sleep` goes by the loop that runs in the thread."""

        async def inner() -> float:
            time.sleep(3)
            return now()

        async def main() -> tuple[float, float]:
            return await asyncio.to_thread(lambda: asyncio.run(inner())), now()

        assert clock.run(main()) == (3.0, 0.0)


class TestInstalled:
    """`installed` replaces three names, and puts them back."""

    def test_everything_is_put_back(self) -> None:
        """Even after an exception, and after nested blocks."""
        before = asyncio.new_event_loop, asyncio.events.new_event_loop, time.sleep
        with contextlib.suppress(ZeroDivisionError), clock.installed():
            with clock.installed():
                assert time.sleep is not before[2]
            assert time.sleep is not before[2]
            raise ZeroDivisionError
        after = asyncio.new_event_loop, asyncio.events.new_event_loop, time.sleep
        assert after == before

    def test_blocks_may_overlap_in_two_threads(self) -> None:
        """The last one out puts the names back, whichever came in first."""
        before = time.sleep
        first = clock.installed()
        second = clock.installed()
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        assert time.sleep is not before
        second.__exit__(None, None, None)
        assert time.sleep is before

    def test_asyncio_run_uses_the_clock(self) -> None:
        """A program as it stands takes no time."""

        async def main() -> float:
            await asyncio.sleep(3600)
            return now()

        with clock.installed():
            assert asyncio.run(main()) == 3600.0

    def test_another_kind_of_loop_is_left_alone(self) -> None:
        """A program gets the loop that it names."""

        async def main() -> str:
            time.sleep(0)
            return type(asyncio.get_running_loop()).__name__

        with (
            clock.installed(),
            asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner,
        ):
            assert "VirtualTimeLoop" not in runner.run(main())

    def test_it_begins_at_another_time(self) -> None:
        """Loops and selectors made in the block begin at its start."""

        async def main() -> float:
            await asyncio.sleep(3)
            return now()

        with clock.installed(start=1000):
            assert asyncio.run(main()) == 1003.0
            selector, read = clock.for_loop()
            assert read() == 1000.0
            selector.close()
        assert clock.run(main()) == 3.0

    def test_run_inside_a_running_loop_is_refused(self) -> None:
        """As `asyncio.run` refuses it."""

        async def main() -> None:
            inner = asyncio.sleep(0)
            try:
                clock.run(inner)
            finally:
                inner.close()

        with pytest.raises(RuntimeError, match="running event loop"):
            clock.run(main())


class TestALoopOfOnesOwn:
    """What is not asyncio's loop can be put on the clock, too."""

    def test_a_loop_that_waits_for_a_time_jumps(self) -> None:
        """And what is due already takes no time."""
        with clock.installed():
            selector, read = clock.for_loop()
            assert selector.select(0.1) == []
            assert selector.select(0.2) == []
            assert selector.select(0) == []
            assert read() == 0.3
            selector.close()

    def test_what_counts_as_a_number_sleeps_for_real(self) -> None:
        """time.sleep takes it, and knows how."""

        class Zero:
            """A number to those who ask for an index."""

            def __index__(self) -> int:
                """Be zero."""
                return 0

        with clock.installed():
            selector, read = clock.for_loop()
            time.sleep(Zero())
            assert read() == 0
            selector.close()

    def test_asyncio_in_between_sleeps_for_real(self) -> None:
        """A loop of asyncio's that is not on the clock is not to be hurried."""

        async def main() -> float:
            started = time.monotonic()
            time.sleep(0.01)
            return time.monotonic() - started

        with clock.installed():
            selector, read = clock.for_loop()
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
                assert runner.run(main()) >= 0.01
            assert read() == 0
            selector.close()

    def test_time_sleep_goes_by_its_clock(self) -> None:
        """Outside, it sleeps for real; the inner of two loops has it."""
        with clock.installed():
            selector, read = clock.for_loop()
            inner, read_inner = clock.for_loop()
            time.sleep(3600)
            inner.close()
            time.sleep(60)
            assert (read(), read_inner()) == (60.0, 3600.0)
            selector.close()
            started = time.monotonic()
            time.sleep(0.01)
            assert time.monotonic() - started >= 0.01

    def test_an_open_socket_makes_time_real(self) -> None:
        """One that has no data with it is the loop's own, and does not count."""
        one, other = socket.socketpair()
        with one, other, clock.installed():
            selector, read = clock.for_loop()
            selector.register(one, selectors.EVENT_READ)
            assert selector.select(60) == []
            assert read() == 60
            selector.modify(one, selectors.EVENT_READ, "who waits")
            assert selector.select(0.05) == []
            assert read() == pytest.approx(60.05)
            timer = threading.Timer(0.05, other.send, [b"x"])
            timer.start()
            ((key, _),) = selector.select(60)
            assert key.data == "who waits"
            assert 60.05 < read() < 90
            timer.join()
            selector.close()

    def test_a_thread_may_wake_it(self) -> None:
        """Also where it waits for no time at all."""
        one, other = socket.socketpair()
        with one, other, clock.installed():
            selector, _ = clock.for_loop()
            selector.register(one, selectors.EVENT_READ)
            timer = threading.Timer(0.05, other.send, [b"x"])
            timer.start()
            assert len(selector.select(None)) == 1
            timer.join()
            selector.close()

    def test_computing_for_long_takes_time(self) -> None:
        """Who waits by computing is not kept waiting for ever."""
        with clock.installed():
            selector, read = clock.for_loop()
            started = time.monotonic()
            while read() < 1:
                assert time.monotonic() - started < 20
            assert read() >= 2
            selector.close()

    def test_without_the_clock_it_is_the_systems(self) -> None:
        """Its time is the monotonic clock's."""
        selector, read = clock.for_loop()
        assert read is time.monotonic
        assert type(selector) is selectors.DefaultSelector
        selector.close()
