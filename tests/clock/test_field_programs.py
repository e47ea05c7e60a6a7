"""Programs that people wrote: each does on the clock what it does in real time.

Each of them once did not. How often a program looks, and what its watch shows, is what
it finds with asyncio itself. Where something outside has to come first, the times are
those of the machine, so only the outcome counts.
"""

import asyncio
import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.clock.really import now
from yieldpoint import clock, loop


def test_poll_until_a_monotonic_deadline() -> None:
    """20: ten rounds, not as many as the machine can do in a second."""

    async def main() -> tuple[int, float]:
        rounds, end = 0, time.monotonic() + 1
        while time.monotonic() < end:
            await asyncio.sleep(0.1)
            rounds += 1
        return rounds, now()

    assert clock.run(main()) == (10, 1.0)


def read_by_name(name: str) -> float:
    """Read one of the clocks of `time`, as the module has it now."""
    seconds: float = getattr(time, name)()
    return seconds


@pytest.mark.parametrize(
    ("read", "a_second"),
    [
        (time.monotonic, 1.0),
        (time.monotonic_ns, 1_000_000_000),
        (time.perf_counter, 1.0),
        (time.perf_counter_ns, 1_000_000_000),
        (time.time_ns, 1_000_000_000),
    ],
)
def test_every_clock_shows_what_was_waited(
    read: Callable[[], float], a_second: float
) -> None:
    """Through asyncio, through time, and outside of a loop."""

    async def main(read: Callable[[], float]) -> float:
        started = read()
        await asyncio.sleep(0.75)
        time.sleep(0.25)
        return read() - started

    name = read.__name__
    assert clock.run(main(partial(read_by_name, name))) == a_second
    with clock.installed():
        started = read_by_name(name)
        time.sleep(1)
        assert read_by_name(name) - started == a_second


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such function")
@pytest.mark.parametrize("name", ["CLOCK_MONOTONIC", "CLOCK_BOOTTIME"])
def test_the_clocks_of_the_system_show_what_was_waited(name: str) -> None:
    """Those that go with the time: the others count what the processor has done."""
    number = vars(time).get(name, time.CLOCK_MONOTONIC)
    with clock.installed():
        time.sleep(3600)
        assert time.clock_gettime(number) == time.monotonic() == 3600.0
        assert time.clock_gettime_ns(number) == time.monotonic_ns()
        assert time.clock_gettime_ns(time.CLOCK_REALTIME) == time.time_ns()
        assert time.clock_gettime(time.CLOCK_PROCESS_CPUTIME_ID) < 1000


def test_the_loop_reads_what_the_thread_reads() -> None:
    """As in real time `loop.time` is `time.monotonic`."""

    async def main() -> bool:
        await asyncio.sleep(0.1)
        return now() == time.monotonic() == time.perf_counter()

    assert clock.run(main())
    with asyncio.Runner(loop_factory=clock.VirtualTimeLoop) as runner:
        assert runner.run(main())


def test_the_date_goes_on_from_that_of_today() -> None:
    """21: a job for each second, with the date from `time.time`, fires for each."""

    async def main() -> list[int]:
        fired = []
        for _ in range(3):
            # datetime.now() asks the system, and nobody else: this is the remedy.
            date = dt.datetime.fromtimestamp(time.time(), dt.UTC)
            following = date.replace(microsecond=0) + dt.timedelta(seconds=1)
            await asyncio.sleep((following - date).total_seconds())
            fired.append(following)
        return [(each - fired[0]).seconds for each in fired]

    before = time.time()
    with clock.installed():
        assert before <= time.time() < before + 60
        assert asyncio.run(main()) == [0, 1, 2]
        time.sleep(10 * 86400)
        assert time.time() > before + 10 * 86400
        assert time.mktime(time.localtime()) == int(time.time())
        assert time.strftime("%Y") == time.strftime("%Y", time.localtime(None))
        assert time.gmtime() == time.gmtime(time.time())
        assert time.ctime() == time.asctime()
        assert time.ctime(0) == time.asctime(time.localtime(0))
    assert time.time() < before + 86400


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_a_signal_wakes_the_loop() -> None:
    """22: the handler is that of `signal.signal`."""

    async def main() -> bool:
        event, this = asyncio.Event(), asyncio.get_running_loop()
        before = signal.signal(
            signal.SIGALRM, lambda *_: this.call_soon_threadsafe(event.set)
        )
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        try:
            return await asyncio.wait_for(event.wait(), 20)
        finally:
            signal.signal(signal.SIGALRM, before)

    async def time_has_no_reason_to_be_real() -> float:
        await asyncio.sleep(3600)
        return now()

    assert clock.run(main())
    with clock.installed():
        asyncio.run(main())
        started = time.monotonic()
        asyncio.run(time_has_no_reason_to_be_real())
        assert time.monotonic() - started == 3600.0


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_a_timer_that_raises_ends_the_waiting() -> None:
    """22: the handler was there before, and the alarm is the program's."""

    class AlarmError(Exception):
        """What the handler raises."""

    def handle(*_: object) -> None:
        raise AlarmError

    def sleep_with_a_timer() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        time.sleep(3600)

    def wait_with_an_alarm() -> None:
        signal.alarm(1)
        threading.Event().wait(3600)

    before = signal.signal(signal.SIGALRM, handle)
    try:
        with clock.installed(), pytest.raises(AlarmError):
            sleep_with_a_timer()
        with clock.installed(), pytest.raises(AlarmError):
            wait_with_an_alarm()
    finally:
        signal.signal(signal.SIGALRM, before)


def test_polling_for_a_file_of_another_process(tmp_path: Path) -> None:
    """23: the time that the process takes is there to be seen."""
    path = tmp_path / "found"

    async def main() -> bool:
        code = f"import time; time.sleep(.2); open({str(path)!r}, 'w').close()"
        process = subprocess.Popen([sys.executable, "-c", code])
        for _ in range(200):
            if path.exists():
                process.wait()
                return True
            await asyncio.sleep(0.1)
        return False

    assert clock.run(main())


def test_polling_a_process() -> None:
    """23: `poll` says after some rounds that it has ended."""

    async def main() -> bool:
        process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(0)"])
        for _ in range(2000):
            if process.poll() is not None:
                return True
            await asyncio.sleep(0.01)
        return False

    assert clock.run(main())


def test_the_timeout_of_a_process_is_real() -> None:
    """`subprocess.run` polls with `time.sleep`, and measures how long that took."""
    with clock.installed():
        started = time.monotonic()
        done = subprocess.run([sys.executable, "-c", ""], timeout=60, check=True)
        assert done.returncode == 0
        assert 0 < time.monotonic() - started < 60
        with pytest.raises(subprocess.TimeoutExpired):
            subprocess.run(
                [sys.executable, "-c", "import time; time.sleep(60)"],
                timeout=0.1,
                check=True,
            )
        started = time.monotonic()
        time.sleep(3600)  # all processes have ended
        assert time.monotonic() - started == pytest.approx(3600, abs=20)


def test_an_idle_thread_of_a_pool_does_not_hold_the_clock() -> None:
    """24: it waits for work, and there is none."""

    async def main() -> float:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(len, "a").result()
            started = time.monotonic()
            await asyncio.sleep(3600)
            return time.monotonic() - started

    assert clock.run(main()) == 3600.0


def test_an_idle_thread_of_a_pool_that_was_there_before() -> None:
    """24: its queue is written in C, and the system tells that the thread sleeps."""

    async def main() -> float:
        started = time.monotonic()
        await asyncio.sleep(3600)
        return time.monotonic() - started

    with ThreadPoolExecutor(1) as pool:
        with clock.installed():  # the thread begins in the block
            assert pool.submit(len, "a").result() == 1
            assert asyncio.run(main()) == pytest.approx(3600)
        with clock.installed():  # the thread was there before
            assert pool.submit(len, "a").result() == 1
            assert asyncio.run(main()) == pytest.approx(3600)


def test_a_thread_that_waits_for_an_event() -> None:
    """25: it costs nothing, and its own time limit is the program's time."""

    async def main() -> tuple[bool, float, bool, float]:
        event = threading.Event()

        async def set_it() -> None:
            await asyncio.sleep(1)
            event.set()

        came, _ = await asyncio.gather(asyncio.to_thread(event.wait, 9), set_it())
        after_one = time.monotonic()
        event.clear()
        again = await asyncio.to_thread(event.wait, 9)
        return came, after_one, again, time.monotonic()

    assert clock.run(main()) == (True, 1.0, False, 10.0)


def test_a_thread_that_waits_for_the_loop() -> None:
    """25: `run_coroutine_threadsafe`, from a thread of the loop's."""

    async def main() -> float:
        this = asyncio.get_running_loop()

        def in_thread() -> None:
            waiting: Future[None] = asyncio.run_coroutine_threadsafe(
                asyncio.sleep(2), this
            )
            waiting.result(timeout=3)

        await asyncio.to_thread(in_thread)
        return now()

    assert clock.run(main()) == 2.0


def test_a_thread_that_hangs_takes_the_time_that_it_takes() -> None:
    """25: in a call that nobody can see into; a time limit before comes before."""
    here, there = os.pipe()

    async def main() -> bytes:
        call = asyncio.create_task(asyncio.to_thread(os.read, here, 1))
        await asyncio.sleep(0.05)
        assert not call.done()
        os.write(there, b"x")
        return await call

    assert clock.run(main()) == b"x"
    os.close(here)
    os.close(there)


def test_a_loop_in_a_worker() -> None:
    """26: the program has one time."""

    async def main() -> float:
        await asyncio.to_thread(lambda: asyncio.run(asyncio.sleep(2)))
        return now()

    assert clock.run(main()) == 2.0


def test_two_loops_in_two_threads() -> None:
    """26: their timers come in the order of their times."""
    log: list[tuple[str, float]] = []

    async def tick(name: str, seconds: float) -> None:
        for _ in range(3):
            await asyncio.sleep(seconds)
            log.append((name, now()))

    with clock.installed():
        other = threading.Thread(target=lambda: asyncio.run(tick("two", 2)))
        other.start()
        asyncio.run(tick("three", 3))
        other.join()
    assert sorted(log, key=lambda entry: entry[1]) == log
    assert log[-1] == ("three", 9.0)
    assert [time for name, time in log if name == "two"] == [2.0, 4.0, 6.0]


def test_names_that_were_imported_before() -> None:
    """27: `from time import sleep, monotonic`, at the top of this module."""

    async def main() -> tuple[float, float]:
        started = monotonic()
        await asyncio.gather(asyncio.to_thread(sleep, 1), asyncio.sleep(0.5))
        return now(), monotonic() - started

    assert clock.run(main()) == (1.0, 1.0)
    assert sleep is time.sleep


@pytest.mark.parametrize("module", [asyncio, loop])
def test_a_sleep_without_an_end(module: object) -> None:
    """28: it waits, and does not turn round and round."""
    run, forever = module.run, module.sleep(float("inf"))  # type: ignore[attr-defined]  # a module is given

    class EnoughError(Exception):
        """What ends the waiting."""

    async def main() -> None:
        await forever

    def run_with_a_timer() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        run(main())

    def handle(*_: object) -> None:
        raise EnoughError

    before = signal.signal(signal.SIGALRM, handle)
    started = time.process_time()
    try:
        with clock.installed(), pytest.raises(EnoughError):
            run_with_a_timer()
    finally:
        signal.signal(signal.SIGALRM, before)
        forever.close()
    assert time.process_time() - started < 0.4
