"""Threads that wait for each other, with the time limits of the program's time."""

import _thread
import asyncio
import concurrent.futures
import multiprocessing
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing import forkserver
from typing import Any

import pytest

from tests.clock.really import compute, hang
from yieldpoint import clock
from yieldpoint.clock import _blocking, _current, _threads, _timeline


def seconds(function: Callable[[], object]) -> float:
    """Call a function on the clock, and return how long it took there."""
    with clock.installed():
        started = time.monotonic()
        function()
        return time.monotonic() - started


def seconds_of(function: Callable[[], object]) -> float:
    """Call a function on the clock that is there, and return how long it took."""
    started = time.monotonic()
    function()
    return time.monotonic() - started


def condition_wait(timeout: float) -> None:
    """Wait for a notification that does not come."""
    with (condition := threading.Condition()):
        assert not condition.wait(timeout)
        assert not condition.wait_for(lambda: False, timeout)


@pytest.mark.parametrize(
    ("wait", "expected"),
    [
        (lambda: threading.Event().wait(60), 60.0),
        (lambda: condition_wait(60), 120.0),
        (lambda: threading.Semaphore(0).acquire(timeout=60), 60.0),
        (lambda: concurrent.futures.wait([concurrent.futures.Future()], 60), 60.0),
    ],
)
def test_a_time_limit_is_met(wait: Callable[[], object], expected: float) -> None:
    """Nobody comes before it."""
    assert seconds(wait) == expected


def test_who_polls_until_a_time_is_over_gets_past_it() -> None:
    """When it is just reached there is nothing left to wait for, and it is not over."""
    never, rounds = threading.Event(), 0
    with clock.installed(start=1000):
        while (left := 1060 - time.monotonic()) >= 0:
            never.wait(left)
            rounds += 1
            assert rounds < 2000
        assert round(time.monotonic(), 6) == 1060


def test_who_polls_a_few_times_has_taken_no_time() -> None:
    """So a duration of whole seconds is still exact."""

    def poll() -> None:
        event = threading.Event()
        event.wait(60)
        assert not any(event.wait(0) for _ in range(500))

    assert seconds(poll) == 60.0


@pytest.mark.parametrize("kind", [queue.Queue, queue.SimpleQueue, queue.PriorityQueue])
def test_a_queue_meets_its_time_limit(kind: type) -> None:
    """And it says then that it is empty."""
    with clock.installed():
        empty = getattr(queue, kind.__name__)()
        started = time.monotonic()
        with pytest.raises(queue.Empty):
            empty.get(timeout=60)
        assert time.monotonic() - started == 60.0
        with pytest.raises(queue.Empty):
            empty.get_nowait()


def test_a_simple_queue_of_the_clock_is_one() -> None:
    """It does what the real one does."""
    with clock.installed():
        simple = queue.SimpleQueue[int]()
        assert simple.empty()
        simple.put(1)
        simple.put_nowait(2)
        assert simple.qsize() == 2
        assert [simple.get(timeout=60), simple.get_nowait()] == [1, 2]
        with pytest.raises(ValueError, match="non-negative"):
            simple.get(timeout=-1)
        with pytest.raises(queue.Empty):
            simple.get(timeout=0)
        assert time.monotonic() == 0.0


def test_a_simple_queue_brings_things_from_thread_to_thread() -> None:
    """Each comes once, whoever waits for it, and after the clock is gone as well."""
    taken: list[int] = []
    with clock.installed():
        simple: queue.SimpleQueue[int | None] = queue.SimpleQueue()

        def take() -> None:
            while (item := simple.get()) is not None:
                taken.append(item)

        threads = [threading.Thread(target=take) for _ in range(5)]
        for thread in threads:
            thread.start()
        for number in range(100):
            simple.put(number)
    for number in range(100, 200):
        simple.put(number)
    for _ in threads:
        simple.put(None)
    for thread in threads:
        thread.join(20)
    assert sorted(taken) == list(range(200))


def test_a_thread_wakes_another_one_before_its_limit() -> None:
    """The limit is no longer there then."""
    event, log = threading.Event(), list[float]()

    def in_thread() -> None:
        assert event.wait(60)
        log.append(time.monotonic())

    def program() -> None:
        thread = threading.Thread(target=in_thread)
        thread.start()
        time.sleep(1)
        event.set()
        thread.join()
        time.sleep(100)

    assert seconds(program) == 101.0
    assert log == [1.0]


def test_threads_that_start_and_end() -> None:
    """`join` waits for the end, or for its time limit."""

    def program() -> None:
        thread = threading.Thread(target=time.sleep, args=(10,))
        with pytest.raises(RuntimeError, match="before it is started"):
            thread.join()
        thread.start()
        thread.join(timeout=1)
        assert thread.is_alive()
        thread.join(timeout=0)
        assert time.monotonic() == 1.0
        thread.join()
        assert not thread.is_alive()
        with pytest.raises(RuntimeError, match="cannot join current thread"):
            threading.current_thread().join()

    assert seconds(program) == 10.0


def test_a_timer_of_threading() -> None:
    """It is a thread that waits for an event, with a time limit."""
    rang: list[float] = []

    def program() -> None:
        timer = threading.Timer(60, lambda: rang.append(time.monotonic()))
        timer.start()
        timer.join()
        cancelled = threading.Timer(60, rang.append, [-1.0])
        cancelled.start()
        cancelled.cancel()
        cancelled.join()

    assert seconds(program) == 60.0
    assert rang == [60.0]


def test_a_result_meets_its_time_limit() -> None:
    """And the thread goes on."""

    def program() -> None:
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            slow, quick = pool.submit(time.sleep, 10), pool.submit(time.sleep, 1)
            with pytest.raises(TimeoutError):
                slow.result(timeout=5)
            assert quick.done()
            done = concurrent.futures.as_completed([slow, quick], timeout=20)
            assert list(done) == [quick, slow]

    assert seconds(program) == 10.0


def test_computing_threads_take_no_time() -> None:
    """Threads of the program's own as well."""

    def program() -> None:
        thread = threading.Thread(target=compute, args=(0.1,))
        thread.start()
        time.sleep(60)
        assert not thread.is_alive()

    assert seconds(program) == 60.0


def test_a_lock_is_waited_for_for_real() -> None:
    """The clock does not see who waits for a lock, but that a thread sleeps."""

    async def main() -> bool:
        lock = _thread.allocate_lock()
        lock.acquire()

        async def release() -> None:
            await asyncio.sleep(0.1)
            lock.release()

        taken, _ = await asyncio.gather(
            asyncio.to_thread(lock.acquire, timeout=20), release()
        )
        return taken

    assert clock.run(main())


def test_what_others_do_is_not_waited_for() -> None:
    """A thread that was there before has its own, real time."""
    log: list[float] = []
    begin, end = threading.Event(), threading.Event()

    def in_thread() -> None:
        begin.wait(20)
        started = time.monotonic()
        time.sleep(0.01)
        assert not threading.Event().wait(0.01)
        assert threading.Semaphore().acquire(timeout=0.01)
        log.append(time.monotonic() - started)
        log.append(asyncio.run(loop_time()) - time.monotonic())
        end.set()

    async def loop_time() -> float:
        await asyncio.sleep(0.01)
        return asyncio.get_running_loop().time()

    thread = threading.Thread(target=in_thread)
    thread.start()
    with clock.installed(start=1e12):
        begin.set()
        hang(0.1)
    assert end.wait(20)
    thread.join(20)
    assert 0.02 <= log[0] < 20
    assert -20 < log[1] <= 0


def test_a_guest_belongs_to_the_program() -> None:
    """A thread that was there before, and asks for the clock itself."""
    log: list[float] = []
    begin = threading.Event()

    def in_thread() -> None:
        begin.wait(20)
        with clock.installed():
            started = time.monotonic()
            time.sleep(3600)
            log.append(time.monotonic() - started)

    thread = threading.Thread(target=in_thread)
    thread.start()
    with clock.installed():
        begin.set()
        thread.join()
    assert log == [3600.0]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_process_has_the_real_time() -> None:
    """No thread of the program is in it, so nobody can say what the time is."""
    context = multiprocessing.get_context("fork")
    numbers = context.SimpleQueue()

    def in_child() -> None:
        started = time.monotonic()
        time.sleep(0.05)
        numbers.put(time.monotonic() - started)

    with clock.installed(start=1e12):
        child = context.Process(target=in_child)
        child.start()
        started = time.monotonic()
        assert 0.05 <= numbers.get() < 20
        child.join(timeout=20)
        assert child.exitcode == 0
        assert 0 < time.monotonic() - started < 20  # it took its time here as well
        started = time.monotonic()
        time.sleep(3600)
        assert time.monotonic() - started == pytest.approx(3600, abs=20)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who sleeps")
def test_a_thread_that_has_forked_is_known_still(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What runs in the child, run here: its old number is that of nobody."""
    monkeypatch.setattr(_threads, "_after_fork", {})
    monkeypatch.setattr(threading.current_thread(), "_native_id", 1 << 30)
    _threads._note_its_number()
    lock = threading.Lock()
    with clock.installed(), lock:
        threading.Timer(0.05, lock.release).start()
        assert lock.acquire(timeout=2)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_worker_takes_its_time() -> None:
    """Also for who looks only before and after, and when its process is closed."""
    context = multiprocessing.get_context("fork")
    with clock.installed():
        child = context.Process(target=hang, args=(0.05,))

        def work() -> None:
            child.start()
            child.join()
            child.close()

        assert seconds_of(work) >= 0.05
        assert seconds_of(lambda: time.sleep(3600)) == pytest.approx(3600, abs=20)
        started = time.monotonic_ns()
        time.sleep(3600)
        assert time.monotonic_ns() - started == 3600 * 10**9


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork server")
def test_the_end_of_a_worker_of_a_fork_server_is_read_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The program reads it, whoever asks for the time at that moment."""
    server: Any = forkserver  # typeshed leaves out how it ends
    really_read = server.read_signed

    def read(descriptor: int) -> object:
        time.monotonic()
        return really_read(descriptor)

    monkeypatch.setattr(server, "read_signed", read)
    context = multiprocessing.get_context("forkserver")
    try:
        with clock.installed():
            child = context.Process(target=hang, args=(0.05,))
            child.start()
            assert seconds_of(child.join) > 0
            assert child.exitcode == 0
            assert seconds_of(lambda: time.sleep(3600)) == pytest.approx(3600, abs=20)
    finally:
        server._forkserver._stop()


def test_the_process_of_a_pool_counts_while_it_works() -> None:
    """Then it takes real time, and an idle one takes none."""
    spawn = multiprocessing.get_context("spawn")
    with (
        clock.installed(),
        concurrent.futures.ProcessPoolExecutor(1, mp_context=spawn) as pool,
    ):
        assert seconds_of(lambda: pool.submit(hang, 0.1).result()) > 0
        assert seconds_of(lambda: time.sleep(3600)) == pytest.approx(3600, abs=20)


def test_a_fork_leaves_the_time_to_the_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    """What runs in the child, run here."""
    with clock.installed():
        monkeypatch.setattr(_current, "timeline", _current.timeline)
        _current._leave_to_the_parent()
        assert _current.of_this_thread() is None
        monkeypatch.undo()
        assert seconds_of(lambda: time.sleep(3600)) == 3600.0


def test_where_the_system_tells_nothing_of_a_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is asked by `poll`, and counts while somebody holds it."""
    monkeypatch.delattr("os.waitid")
    with clock.installed():
        process = subprocess.Popen([sys.executable, "-c", ""])
        assert seconds_of(process.wait) > 0
        del process
        assert seconds_of(lambda: time.sleep(3600)) == pytest.approx(3600)


def test_a_pipe_meets_its_time_limit() -> None:
    """The module waits for real, and measures that itself."""
    here, there = multiprocessing.Pipe()
    with clock.installed():
        started = time.monotonic()
        assert not here.poll(0.05)
        assert 0.05 <= time.monotonic() - started < 20
    here.close()
    there.close()


def test_a_lock_that_becomes_free_while_one_sets_about_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody will release it once more."""
    lock = _blocking.Lock()
    lock.acquire()
    with clock.installed():
        line = _current.timeline

        def release_it() -> _timeline.Timeline | None:
            lock.release()
            return line

        with monkeypatch.context() as patch:
            patch.setattr(_current, "of_this_thread", release_it)
            assert lock.acquire()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such call")
def test_the_handler_of_ctrl_c_ends_the_waiting() -> None:
    """Nobody else is there to wake the thread in which it runs."""
    event, tasks = threading.Event(), queue.Queue[str]()

    def handle(*_: object) -> None:
        if event.is_set():
            tasks.put("stop")
        event.set()

    def press_twice(main: int) -> None:
        for _ in range(2):
            hang(0.1)
            signal.pthread_kill(main, signal.SIGINT)
            assert event.wait(20)

    before = signal.signal(signal.SIGINT, handle)
    person = threading.Thread(target=press_twice, args=[threading.get_ident()])
    person.start()  # before the block: it is no part of the program
    try:
        with clock.installed():
            assert event.wait()
            assert tasks.get() == "stop"
    finally:
        person.join()
        signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such call")
def test_a_thread_that_sends_a_signal_and_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its next time does not come before the signal has."""
    monkeypatch.setattr(_timeline, "_UNTIL_IT_COMES", 20 * _timeline.SECOND)

    def press_and_go_on(main: int) -> None:
        time.sleep(1)
        signal.pthread_kill(main, signal.SIGINT)
        time.sleep(60)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    thread = threading.Thread(target=press_and_go_on, args=[threading.get_ident()])
    try:
        with clock.installed():
            thread.start()
            with pytest.raises(KeyboardInterrupt):
                time.sleep(3600)
            assert time.monotonic() == 1
            monkeypatch.setattr(_timeline, "_UNTIL_IT_COMES", 0)
            thread.join()  # it is forgotten
            assert time.monotonic() == 61
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who is there")
def test_a_thread_that_threading_did_not_start_and_that_has_ended() -> None:
    """Up to Python 3.12 it stays in the list of all threads."""
    listed = _thread.allocate_lock()
    listed.acquire()

    def in_thread() -> None:
        threading.current_thread()
        listed.release()

    with clock.installed():
        _thread.start_new_thread(in_thread, ())
        assert listed.acquire(timeout=20)
        hang(0.1)
        # Held by that thread, each of these would really take two seconds.
        assert seconds_of(lambda: [*map(time.sleep, [60] * 40)]) == 2400.0


def test_a_lock_in_a_with_statement() -> None:
    """The module makes one for itself after a fork."""
    with (lock := _blocking.Lock()):
        assert not lock.acquire(blocking=False)
    assert lock.acquire(timeout=0)


def test_a_lock_that_becomes_free_before_the_waiting_is_seen() -> None:
    """Whoever waits for it is at work then, and the time does not jump."""
    came = threading.Event()

    class Late(_blocking.Lock):
        """A lock whose waiter is to be seen only after a while."""

        def __setattr__(self, name: str, value: object) -> None:
            """Let the other thread come first."""
            if name == "_waiter" and isinstance(value, _timeline.Waiter):
                self.release()
                came.set()
                hang(0.2)
            super().__setattr__(name, value)

    late = Late()
    late.acquire()
    with clock.installed():
        thread = threading.Thread(target=late.acquire)
        thread.start()
        assert came.wait(3600)
        time.sleep(3600)
        assert not late.acquire(blocking=False)  # the thread has it
        thread.join()


def test_a_thread_that_has_the_lock_of_the_list_of_threads() -> None:
    """The clock goes on without that lock: who has it may wait for the time."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with threading._active_limbo_lock:  # type: ignore[attr-defined]  # no public name
            held.set()
            done.wait(60)

    def program() -> None:
        thread = threading.Thread(target=hold)
        thread.start()
        assert held.wait(3600)
        time.sleep(1)
        done.set()
        thread.join()

    assert seconds(program) == 1
