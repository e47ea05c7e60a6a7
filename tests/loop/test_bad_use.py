"""Whatever is done wrong gets an error or a report that says what; nothing hangs."""

import asyncio
import contextvars
import gc
import logging
import os
import signal
import threading
import time
import weakref
from collections.abc import Awaitable, Callable, Generator, Iterator
from typing import Any

import pytest

from yieldpoint import clock, loop


async def nothing() -> None:
    """Return at once."""


@pytest.fixture(autouse=True)
def ctrl_c_is_heard() -> Iterator[None]:
    """Let Ctrl-C raise KeyboardInterrupt, even where the system ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def reports_of(main: Callable[[], Awaitable[object]]) -> list[dict[str, Any]]:
    """Run a coroutine function, and return what the loop reports meanwhile."""
    reports: list[dict[str, Any]] = []

    async def with_handler() -> None:
        running = loop.get_running_loop()
        running.set_exception_handler(lambda _, context: reports.append(context))
        await main()
        gc.collect()

    with clock.installed():
        loop.run(with_handler())
    return reports


class Yields:
    """An awaitable that hands something of its own to the loop."""

    def __init__(self, value: object) -> None:
        """Hand a value down."""
        self.value = value

    def __await__(self) -> Generator[object, None, None]:
        """Yield it."""
        yield self.value


@pytest.mark.parametrize("value", [5, "text", object, ()])
def test_awaiting_what_the_loop_does_not_know(value: object) -> None:
    """The error is raised at the await, and can be caught there."""

    async def main() -> str:
        with pytest.raises(RuntimeError, match=r"bad yield: .*no future of this loop"):
            await Yields(value)
        return "went on"

    assert loop.run(main()) == "went on"


def test_awaiting_a_future_of_asyncio() -> None:
    """It is none of this loop's."""
    other = asyncio.new_event_loop()

    async def main() -> None:
        await other.create_future()

    with pytest.raises(RuntimeError, match="no future of this loop"):
        loop.run(main())
    other.close()


def test_awaiting_the_future_of_a_second_loop() -> None:
    """Nobody would ever wake the task that waits for it."""

    async def make() -> loop.Future[None]:
        return loop.Future()

    foreign = loop.run(make())

    async def main() -> None:
        await foreign

    with pytest.raises(RuntimeError, match="attached to a different loop"):
        loop.run(main())


@pytest.mark.parametrize("is_done", [False, True])
def test_a_future_that_is_yielded_and_not_awaited(*, is_done: bool) -> None:
    """A `yield` in the place of a `yield from` would get None for the result."""

    async def main() -> str:
        future = loop.Future[int]()
        if is_done:
            future.set_result(42)
        with pytest.raises(RuntimeError, match="yield was used instead of yield from"):
            await Yields(future)
        return "went on"

    assert loop.run(main()) == "went on"


def test_a_coroutine_that_two_tasks_drive() -> None:
    """The second one is told, and the first one does not hang."""

    async def main() -> list[object]:
        once = loop.sleep(1, "slept")
        tasks = loop.create_task(once), loop.create_task(once)
        return await loop.gather(*tasks, return_exceptions=True)

    with clock.installed():
        slept, error = loop.run(main())
    assert slept == "slept"
    assert str(error) == "cannot reuse already awaited coroutine"


def test_a_task_that_awaits_itself() -> None:
    """It would wait for ever."""

    async def main() -> None:
        async def wait_for_me() -> None:
            await task

        task = loop.create_task(wait_for_me())
        with pytest.raises(RuntimeError, match="cannot await on itself"):
            await task

    loop.run(main())


@pytest.mark.parametrize("runner", [loop.run, asyncio.run])
def test_a_loop_in_a_running_loop(runner: Callable[[Any], object]) -> None:
    """One at a time; the coroutine that does not run is closed, without a warning."""

    async def main() -> None:
        with pytest.raises(RuntimeError, match="from a running event loop"):
            loop.run(nothing())
        with pytest.raises(RuntimeError, match="from a running event loop"):
            loop.run(5)  # type: ignore[arg-type]  # the misuse

    runner(main())
    assert loop.run(nothing()) is None


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (nothing, "got <function nothing.*: call it"),
        (5, "a coroutine was expected, got 5"),
    ],
)
def test_what_is_no_coroutine(
    wrong: Any,  # noqa: ANN401 - that is what is tested
    message: str,
) -> None:
    """A coroutine function is named as what it is."""

    async def main() -> None:
        with pytest.raises(TypeError, match=message):
            loop.create_task(wrong)
        if not callable(wrong):
            with pytest.raises(TypeError):
                await loop.gather(wrong)

    loop.run(main())
    with pytest.raises(TypeError, match="a coroutine or an awaitable is required"):
        loop.run(wrong)


def test_nothing_works_without_a_loop() -> None:
    """The message is asyncio's."""
    with pytest.raises(RuntimeError, match="no running event loop"):
        loop.get_running_loop()
    with pytest.raises(RuntimeError, match="no running event loop"):
        loop.Future()


def test_a_loop_that_has_ended() -> None:
    """It takes no more calls, from no thread."""

    async def main() -> loop.EventLoop:
        return loop.get_running_loop()

    ended = loop.run(main())
    for call in (ended.call_soon, ended.call_soon_threadsafe):
        with pytest.raises(RuntimeError, match="Event loop is closed"):
            call(print)


def test_a_timeout_outside_of_a_task() -> None:
    """There would be nobody to cancel."""

    async def enter() -> None:
        async with loop.timeout(1):
            pass

    async def main() -> None:
        def step() -> None:
            coroutine = enter()
            with pytest.raises(RuntimeError, match="should be used inside a task"):
                coroutine.send(None)

        loop.get_running_loop().call_soon(step)
        await loop.sleep(0)

    loop.run(main())


def test_the_bell_can_be_rung_too_often() -> None:
    """Nobody hears it while there is something to do."""

    async def main() -> int:
        running = loop.get_running_loop()
        calls: list[int] = []
        for number in range(5_000):
            running.call_soon_threadsafe(calls.append, number)
            if number % 10 == 0:
                await loop.sleep(0)
        await loop.sleep(0)
        return len(calls)

    assert loop.run(main()) == 5_000


def test_a_subclass_of_task() -> None:
    """It is driven like a task."""

    class OwnTask(loop.Task[int]):
        """One of the program's own."""

    async def main() -> int:
        return await OwnTask(loop.sleep(1, 5))

    with clock.installed():
        assert loop.run(main()) == 5


def test_a_cancelled_timer_holds_nothing() -> None:
    """It stays in the heap until its time, but what it was to call may go."""

    class Big:
        """Something that takes much memory."""

        def ring(self) -> None:
            """Be called."""

    async def main() -> weakref.ref[Big]:
        big = Big()
        timer = loop.get_running_loop().call_later(3600, big.ring)
        timer.cancel()
        return weakref.ref(big)

    assert loop.run(main())() is None


def test_a_task_that_is_destroyed_while_pending() -> None:
    """Nobody holds it but what it waits for."""

    async def main() -> None:
        async def wait_forever() -> None:
            await loop.Future()

        loop.create_task(wait_forever())
        await loop.sleep(1)
        gc.collect()

    (report,) = reports_of(main)
    assert report["message"] == "Task was destroyed but it is pending!"
    assert "wait_forever" in repr(report["task"])


def test_an_exception_that_nobody_retrieves() -> None:
    """It is reported when the task is gone."""

    async def main() -> None:
        async def fail() -> None:
            raise ValueError("nobody asks")

        task = loop.create_task(fail())
        await loop.wait([task])

    (report,) = reports_of(main)
    assert report["message"] == "Task exception was never retrieved"
    assert repr(report["exception"]) == "ValueError('nobody asks')"


def test_an_exception_that_was_asked_for_is_not_reported() -> None:
    """By result, exception, an await or gather."""

    async def main() -> None:
        async def fail() -> None:
            raise ValueError

        tasks = [loop.create_task(fail()) for _ in range(4)]
        await loop.wait(tasks)
        with pytest.raises(ValueError, match=r"^$"):
            tasks[0].result()
        assert isinstance(tasks[1].exception(), ValueError)
        with pytest.raises(ValueError, match=r"^$"):
            await tasks[2]
        assert len(await loop.gather(tasks[3], return_exceptions=True)) == 1

    assert reports_of(main) == []


@pytest.mark.parametrize("error", [ValueError, asyncio.CancelledError, BaseException])
def test_a_callback_that_raises(error: type[BaseException]) -> None:
    """The others are called all the same."""
    called: list[str] = []

    async def main() -> None:
        def fail() -> None:
            raise error

        running = loop.get_running_loop()
        running.call_soon(fail)
        running.call_soon(called.append, "the next one")
        await loop.sleep(1)

    (report,) = reports_of(main)
    assert report["message"].startswith("Exception in callback <function")
    assert isinstance(report["exception"], error)
    assert called == ["the next one"]


def test_without_a_handler_a_report_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """With the traceback."""

    async def main() -> None:
        loop.get_running_loop().call_soon(int, "five")
        await loop.sleep(0)

    with caplog.at_level(logging.ERROR, "yieldpoint.loop"):
        loop.run(main())
    assert "Exception in callback <class 'int'>" in caplog.text
    assert "invalid literal for int()" in caplog.text


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("where", ["main", "task", "callback"])
def test_what_ends_the_program(end: type[BaseException], where: str) -> None:
    """It comes out of run, after the tasks that are left were cancelled."""
    log = []

    async def tidy_up() -> None:
        try:
            await loop.Future()
        finally:
            await loop.sleep(0)
            log.append("tidied up")

    def fail() -> None:
        raise end

    async def fail_in_task() -> None:
        fail()

    async def main() -> None:
        task = loop.create_task(tidy_up())
        await loop.sleep(0)
        if where == "callback":
            loop.get_running_loop().call_soon(fail)
        elif where == "task":
            await loop.create_task(fail_in_task())
        else:
            fail()
        await task

    with pytest.raises(end):
        loop.run(main())
    assert log == ["tidied up"]


def interrupt(delay: float) -> None:
    """Press Ctrl-C after some time, or so it seems to the main thread."""
    thread = threading.main_thread().ident
    assert thread is not None
    threading.Timer(delay, signal.pthread_kill, [thread, signal.SIGINT]).start()


def test_ctrl_c_while_the_loop_waits() -> None:
    """The main task learns of it by its cancellation."""
    log = []

    async def main() -> None:
        interrupt(0.1)
        try:
            await loop.sleep(60)
        except asyncio.CancelledError:
            log.append("cancelled")
            raise

    with pytest.raises(KeyboardInterrupt):
        loop.run(main())
    assert log == ["cancelled"]


def test_ctrl_c_in_a_busy_program() -> None:
    """It comes at any moment, and leaves no lock taken and no group waiting."""
    ended: list[str] = []

    async def work(lock: loop.Lock) -> None:
        try:
            while True:
                async with lock, loop.timeout(10):
                    await loop.gather(loop.sleep(0), nothing())
        finally:
            async with lock:
                ended.append("work")

    async def main() -> None:
        lock = loop.Lock()
        try:
            async with loop.TaskGroup() as group:
                interrupt(delay)
                for _ in range(3):
                    group.create_task(work(lock))
        finally:
            await loop.sleep(0)
            ended.append("main")

    for attempt in range(20):
        delay = 0.001 * attempt
        with pytest.raises(KeyboardInterrupt):
            loop.run(main())
        assert ended[-1] == "main"
        ended.clear()
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_ctrl_c_is_not_waited_for() -> None:
    """It breaks into what does not want to end."""

    async def main() -> None:
        interrupt(0.05)
        try:
            await loop.sleep(60)
        except asyncio.CancelledError:
            interrupt(0.05)
            time.sleep(60)

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        loop.run(main())
    assert time.monotonic() - started < 30


def test_a_main_task_that_cancels_itself() -> None:
    """Nobody has pressed Ctrl-C: it is a cancellation."""

    async def main() -> None:
        task = loop.current_task()
        assert task is not None
        task.cancel()
        await loop.sleep(0)

    with pytest.raises(asyncio.CancelledError):
        loop.run(main())


def test_a_handler_of_ones_own_for_ctrl_c() -> None:
    """Is left where it is."""
    pressed: list[int] = []

    async def wait_for_it() -> None:
        while not pressed:
            await loop.sleep(0.01)

    before = signal.signal(signal.SIGINT, lambda number, _: pressed.append(number))
    try:
        interrupt(0.01)
        loop.run(wait_for_it())
    finally:
        signal.signal(signal.SIGINT, before)
    assert pressed == [signal.SIGINT]


def test_ctrl_c_between_the_queue_and_the_task(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A task that the loop had just taken out of its queue is not forgotten."""
    log: list[str] = []
    current: dict[str, Any] = {"task": None}

    def take_note(_: loop.EventLoop, task: loop.Task[None] | None) -> None:
        if task is not None and task.get_name() == "unlucky" and not log:
            log.append("interrupted")
            raise KeyboardInterrupt
        current["task"] = task

    noting = property(lambda _: current["task"], take_note)
    monkeypatch.setattr(loop.EventLoop, "current_task", noting, raising=False)

    async def unlucky() -> None:
        log.append("never gets so far")

    async def main() -> None:
        task = loop.create_task(unlucky(), name="unlucky")
        try:
            await loop.Future()
        finally:
            log.append(f"cancelled: {task.cancelling() > 0}")

    with pytest.raises(KeyboardInterrupt):
        loop.run(main())
    assert log == ["interrupted", "cancelled: True"]


def test_a_thread_wakes_the_loop() -> None:
    """As often as it likes."""

    async def main() -> int:
        running, woken = loop.get_running_loop(), loop.Event()
        calls: list[int] = []

        def work() -> None:
            for number in range(1000):
                running.call_soon_threadsafe(calls.append, number)
            running.call_soon_threadsafe(woken.set)

        thread = threading.Thread(target=work)
        thread.start()
        await woken.wait()
        thread.join()
        return len(calls)

    assert loop.run(main()) == 1000
    with clock.installed():
        assert loop.run(main()) == 1000


def test_what_is_left_is_cancelled_in_order() -> None:
    """Nobody else could ask for an error at the very end."""
    log = []

    async def wait_forever(number: int) -> None:
        try:
            await loop.Future()
        finally:
            log.append(number)
            if number == 1:
                raise ValueError("at the end")

    async def main() -> None:
        for number in range(3):
            loop.create_task(wait_forever(number))
        await loop.sleep(0)

    reports = []

    async def with_handler() -> None:
        running = loop.get_running_loop()
        running.set_exception_handler(lambda _, context: reports.append(context))
        await main()

    loop.run(with_handler())
    gc.collect()
    assert log == [0, 1, 2]
    assert [report["message"] for report in reports] == [
        "unhandled exception during run() shutdown"
    ]


def test_wait_says_what_is_wrong() -> None:
    """Before it waits."""

    async def main() -> None:
        future: loop.Future[None] = loop.Future()
        with pytest.raises(ValueError, match="Set of Tasks/Futures is empty"):
            await loop.wait([])
        with pytest.raises(ValueError, match="Invalid return_when value: SOME"):
            await loop.wait([future], return_when="SOME")
        with pytest.raises(TypeError, match="a future was expected, got 5"):
            await loop.wait([5])  # type: ignore[arg-type]  # the misuse

    loop.run(main())


def test_task_groups_and_timeouts_are_entered_once_and_in_a_task() -> None:
    """A coroutine that is refused is closed, without a warning."""

    async def main() -> None:
        limit = loop.timeout(1)
        async with limit:
            with pytest.raises(RuntimeError, match="already been entered"):
                await limit.__aenter__()
        group = loop.TaskGroup()
        with pytest.raises(RuntimeError, match="has not been entered"):
            group.create_task(nothing())
        async with group:
            group.create_task(nothing())
        with pytest.raises(RuntimeError, match="is finished"):
            group.create_task(nothing())
        with pytest.raises(RuntimeError, match="already been entered"):
            await group.__aenter__()

    loop.run(main())


def test_no_time_to_wait() -> None:
    """What is done is given; what is not is cancelled, and has its last word."""

    async def last_word() -> str:
        try:
            await loop.Future()
        except asyncio.CancelledError:
            return "a last word"
        raise AssertionError

    async def main() -> None:
        future: loop.Future[int] = loop.Future()
        future.set_result(5)
        assert await loop.wait_for(future, 0) == 5
        cancelled: loop.Future[int] = loop.Future()
        cancelled.cancel()
        with pytest.raises(asyncio.CancelledError):
            await loop.wait_for(cancelled, 0)
        with pytest.raises(TimeoutError):
            await loop.wait_for(nothing(), 0)
        with pytest.raises(TimeoutError):
            await loop.wait_for(loop.gather(nothing()), -1)
        task = loop.create_task(last_word())
        await loop.sleep(0)
        assert await loop.wait_for(task, 0) == "a last word"

    loop.run(main())


def test_locks_and_queues_say_what_is_wrong() -> None:
    """In asyncio's words."""

    async def main() -> None:
        with pytest.raises(RuntimeError, match=r"Lock is not acquired\."):
            loop.Lock().release()
        with pytest.raises(ValueError, match="Semaphore initial value must be >= 0"):
            loop.Semaphore(-1)
        queue: loop.Queue[int] = loop.Queue(1)
        with pytest.raises(loop.QueueEmpty):
            queue.get_nowait()
        queue.put_nowait(1)
        assert (queue.full(), queue.empty(), queue.qsize()) == (True, False, 1)
        with pytest.raises(loop.QueueFull):
            queue.put_nowait(2)
        queue.task_done()
        with pytest.raises(ValueError, match=r"task_done\(\) called too many times"):
            queue.task_done()

    loop.run(main())


def test_a_future_is_done_once() -> None:
    """What it does not have yet it does not give."""

    async def main() -> None:
        future: loop.Future[int] = loop.Future()
        with pytest.raises(loop.InvalidStateError, match="Result is not set"):
            future.result()
        with pytest.raises(loop.InvalidStateError, match="Exception is not set"):
            future.exception()
        with pytest.raises(TypeError, match="an exception was expected, got 5"):
            future.set_exception(5)  # type: ignore[arg-type]  # the misuse
        future.set_result(1)
        assert not future.cancel()
        with pytest.raises(loop.InvalidStateError, match="already done"):
            future.set_result(2)
        assert (future.result(), repr(future)) == (1, "<Future finished result=1>")
        called: list[object] = []
        future.add_done_callback(called.append)
        await loop.sleep(0)
        assert called == [future]
        with pytest.raises(TypeError, match="a callable object was expected, got 5"):
            future.add_done_callback(5)  # type: ignore[arg-type]  # the misuse

    loop.run(main())


def test_a_delay_that_is_no_number() -> None:
    """It would spoil the order of the timers."""
    with pytest.raises(ValueError, match="Invalid delay: NaN"):
        loop.run(loop.sleep(float("nan")))


def test_time_is_real_without_the_clock() -> None:
    """Sleeping takes as long as it says, and not much longer."""
    started = time.monotonic()
    loop.run(loop.sleep(0.05))
    assert 0.05 <= time.monotonic() - started < 5


def test_a_future_that_is_done_when_it_reaches_the_loop() -> None:
    """The task that waits for it goes on in the next turn."""

    class DoneOnTheWay:
        """An awaitable that finishes what it awaits before it hands it on."""

        def __await__(self) -> Generator[object, None, None]:
            """Await a future."""
            future = loop.Future[int]()
            for each in future.__await__():
                future.set_result(1)
                yield each

    async def main() -> str:
        await DoneOnTheWay()
        return "went on"

    assert loop.run(main()) == "went on"


def test_an_exception_that_is_false() -> None:
    """It is one all the same."""

    class EmptyError(Exception):
        """An exception without anything in it."""

        def __len__(self) -> int:
            """Count nothing."""
            return 0

    async def fail() -> None:
        raise EmptyError

    async def main() -> list[type]:
        outcomes = await loop.gather(fail(), return_exceptions=True)
        with pytest.raises(EmptyError):
            await loop.create_task(fail())
        return [type(outcome) for outcome in outcomes]

    assert loop.run(main()) == [EmptyError]


def test_a_lock_and_a_loop_that_are_false() -> None:
    """What a program has derived may count nothing, and is what it is all the same."""

    class Lock(loop.Lock):
        """A lock that counts who waits."""

        def __len__(self) -> int:
            """Count nobody."""
            return 0

    class Loop(loop.EventLoop):
        """A loop that counts something, and as yet nothing."""

        def __len__(self) -> int:
            """Count nothing."""
            return 0

    async def main() -> list[object]:
        other = Loop()
        lock = Lock()
        async with loop.Condition(lock):
            locked = lock.locked()
        of_other = loop.current_task(other), loop.all_tasks(other)
        other.close()
        again = nothing()
        with pytest.raises(RuntimeError, match="running event loop"):
            loop.run(again)
        gathered = await loop.gather(loop.sleep(0, "gathered"))
        return [locked, *of_other, *gathered]

    outcome = loop.run(main(), loop_factory=Loop)
    assert outcome == [True, None, set(), "gathered"]


def test_the_context_that_a_task_is_given() -> None:
    """Also an empty one."""
    variable = contextvars.ContextVar("variable", default="nobody set it")

    async def read() -> str:
        return variable.get()

    async def main() -> list[str]:
        variable.set("creator")
        empty = contextvars.Context()
        tasks = [
            loop.create_task(read()),
            loop.create_task(read(), context=empty),
        ]
        return [await task for task in tasks]

    assert loop.run(main()) == ["creator", "nobody set it"]


def test_a_failure_is_reported_as_soon_as_the_task_is_dropped() -> None:
    """Its traceback does not keep it alive."""
    reports: list[str] = []

    async def fail() -> None:
        raise ValueError

    async def wait_forever() -> None:
        await loop.Future()

    async def main() -> None:
        running = loop.get_running_loop()
        running.set_exception_handler(lambda _, c: reports.append(c["message"]))
        loop.create_task(fail())
        cancelled = loop.create_task(wait_forever())
        await loop.sleep(0)
        cancelled.cancel()
        gone = weakref.ref(cancelled)
        del cancelled
        await loop.sleep(0)
        await loop.sleep(0)
        assert reports == ["Task exception was never retrieved"]
        assert gone() is None

    gc.disable()
    try:
        loop.run(main())
    finally:
        gc.enable()


def test_a_traceback_does_not_grow() -> None:
    """However often the exception is raised anew."""

    async def fail() -> None:
        raise ValueError

    def length(error: BaseException) -> int:
        traceback, frames = error.__traceback__, 0
        while traceback:
            traceback, frames = traceback.tb_next, frames + 1
        return frames

    async def main() -> set[int]:
        task = loop.create_task(fail())
        lengths = []
        for _ in range(5):
            try:
                await task
            except ValueError as error:
                lengths.append(length(error))
        return set(lengths[1:])

    assert len(loop.run(main())) == 1


def test_what_cannot_be_awaited() -> None:
    """The error is raised where the mistake is made."""

    async def main() -> None:
        for wrong in (1, nothing, "text"):
            with pytest.raises(
                TypeError, match="a coroutine or an awaitable is required"
            ):
                loop.gather(wrong)  # type: ignore[arg-type]  # the misuse

    loop.run(main())


def test_an_awaitable_object() -> None:
    """It becomes a task where a task is needed."""

    class Number:
        """An awaitable that has its value at once."""

        def __await__(self) -> Generator[None, None, int]:
            """Return it."""
            return 5
            yield

    async def main() -> list[int]:
        return await loop.gather(Number(), Number())

    assert loop.run(main()) == [5, 5]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_child_process() -> None:
    """No loop runs in it, even if a coroutine has forked it."""

    async def main() -> int:
        child = os.fork()
        if child == 0:  # pragma: no cover - another process
            os._exit(loop.run(loop.sleep(0, 42)))
        _, status = os.waitpid(child, 0)  # noqa: ASYNC222 - nothing else is to run
        return os.waitstatus_to_exitcode(status)

    assert loop.run(main()) == 42
