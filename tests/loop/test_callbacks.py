"""Callbacks, futures and tasks where asyncio has details that matter."""

import contextvars
import gc
import re
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.loop.running import nothing, run
from yieldpoint import loop
from yieldpoint.loop.handles import Callback


def reported() -> list[str]:
    """Return a list that gets the messages of what the running loop reports."""
    messages: list[str] = []
    loop.get_running_loop().set_exception_handler(
        lambda _, about: messages.append(about["message"])
    )
    return messages


def test_an_exception_handler_sees_the_callbacks_context() -> None:
    """Or the task's; and what it raises itself is logged."""
    variable = contextvars.ContextVar("variable", default="the caller's")

    async def main() -> list[str]:
        seen: list[str] = []
        this = loop.get_running_loop()
        this.set_exception_handler(lambda *_: seen.append(variable.get()))
        assert this.get_exception_handler()

        def fail() -> None:
            variable.set("the callback's")
            raise ValueError

        async def fail_in_a_task() -> None:
            variable.set("the task's")
            raise ValueError

        this.call_soon(fail)
        loop.create_task(fail_in_a_task())
        await loop.sleep(1)
        gc.collect()
        return seen

    assert run(main) == ["the callback's", "the task's"]


def test_an_exception_handler_that_fails(caplog: pytest.LogCaptureFixture) -> None:
    """Its own error is logged, with what it was to tell of."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    async def main() -> None:
        this = loop.get_running_loop()
        with pytest.raises(TypeError, match="callable"):
            this.set_exception_handler(5)  # type: ignore[arg-type] # that is the mistake
        this.set_exception_handler(fail)
        this.call_soon(int, "no number")
        await loop.sleep(0)
        await loop.sleep(0)

    run(main)
    (record,) = caplog.records
    assert "Unhandled error in exception handler" in record.message
    assert "no number" in record.message


def test_a_future_of_a_programs_own_kind() -> None:
    """Its add_done_callback is asked, also by a task that awaits it."""

    class Noting(loop.Future[int]):
        """A future that notes who waits."""

        waits = 0

        def add_done_callback(
            self, callback: Callback, *, context: contextvars.Context | None = None
        ) -> None:
            self.waits += 1
            super().add_done_callback(callback, context=context)

    async def main() -> list[object]:
        future = Noting()
        loop.get_running_loop().call_later(1, future.set_result, 5)
        results = [await future, future.waits]
        cancelled = Noting()
        task = loop.ensure_future(loop.shield(cancelled))
        waiter = loop.create_task(loop.wait_for(cancelled, 1))
        await loop.wait([waiter])
        return [
            *results,
            isinstance(waiter.exception(), TimeoutError),
            task.cancelled(),
        ]

    assert run(main) == [5, 1, True, True]


def test_names_of_tasks() -> None:
    """Whatever it is, a name is made text; without one there is a number."""

    async def main() -> list[str]:
        tasks = [loop.create_task(nothing(), name=name) for name in (5, "", None)]
        tasks[1].set_name(None)
        await loop.wait(tasks)
        return [task.get_name() for task in tasks]

    # Those that have a name are not counted; the main task is the first.
    assert run(main) == ["5", "None", "Task-2"]


def test_what_a_task_says_of_its_end() -> None:
    """As a future does: nothing before, and then a result or an exception."""

    async def fail() -> None:
        raise ValueError("no result")

    async def main() -> list[str]:
        ends = nothing(), loop.sleep(1), fail()
        tasks = [loop.create_task(each, name="worker") for each in ends]
        tasks[1].cancel()
        seen = [repr(tasks[0])]
        await loop.wait(tasks)
        assert tasks[2].exception()
        return seen + [repr(each) for each in tasks]

    texts = [re.sub("coro=<.*? at 0x[0-9a-f]*>", "coro", text) for text in run(main)]
    assert texts == [
        "<Task pending name='worker' coro>",
        "<Task finished name='worker' coro result=None>",
        "<Task cancelled name='worker' coro>",
        "<Task finished name='worker' coro exception=ValueError('no result')>",
    ]


def test_a_cancellation_says_the_same_to_all_who_ask() -> None:
    """The first one gets the exception itself, with the way that it has come."""

    async def main() -> list[tuple[bool, object]]:
        task = loop.create_task(loop.sleep(1))
        await loop.sleep(0)
        task.cancel("why")
        await loop.wait([task])
        heard = []
        for ask in (task.exception, task.exception, task.result):
            with pytest.raises(loop.CancelledError) as it:
                ask()
            heard.append((any(x.name == "sleep" for x in it.traceback), *it.value.args))
        return heard

    assert run(main) == [(True, "why"), (False, "why"), (False, "why")]


def test_a_future_that_is_its_own_result() -> None:
    """It can be shown nevertheless."""

    async def main() -> str:
        future = loop.Future[object]()
        future.set_result([future])
        return repr(future)

    assert run(main) == "<Future finished result=[...]>"


def test_a_context_that_is_none() -> None:
    """It is refused before the coroutine is taken."""

    async def main() -> None:
        coroutine = nothing()
        with pytest.raises(TypeError, match=r"a contextvars\.Context was expected"):
            loop.Task(coroutine, context={})  # type: ignore[arg-type] # that is the mistake
        coroutine.close()

    run(main)


def test_what_cannot_be_raised_into_a_future() -> None:
    """A StopIteration would end who awaits it as if it returned."""

    async def main() -> None:
        future: loop.Future[None] = loop.Future()
        future.set_exception(StopIteration("odd"))
        with pytest.raises(RuntimeError, match="cannot be raised into a Future") as it:
            await future
        assert repr(it.value.__cause__) == "StopIteration('odd')"

    run(main)


def test_a_future_that_is_resumed_too_early() -> None:
    """Who drives coroutines by hand is told."""

    async def main() -> None:
        steps = loop.Future[None]().__await__()
        next(steps)
        with pytest.raises(RuntimeError, match="await wasn't used with future"):
            next(steps)

    run(main)


def test_errors_of_what_is_left_at_the_end(caplog: pytest.LogCaptureFixture) -> None:
    """They are reported at once, and once."""

    async def fail_at_the_end() -> None:
        try:
            await loop.sleep(60)
        finally:
            raise ValueError("at the end")

    async def main() -> None:
        task = loop.create_task(fail_at_the_end())
        await loop.sleep(0)
        assert not task.done()

    run(main)
    gc.collect()
    (record,) = caplog.records
    assert record.message.startswith("unhandled exception during run() shutdown")


def test_generators_that_are_left_are_closed() -> None:
    """By run at its end, and by the loop when nobody holds one any more."""
    log: list[str] = []

    async def numbers(name: str) -> Any:  # noqa: ANN401 - a generator
        try:
            yield 1
            yield 2
        finally:
            await loop.sleep(0)
            log.append(name)
            if name == "fails":
                raise ValueError

    kept = [numbers("kept"), numbers("fails")]

    async def main() -> None:
        reports: list[object] = []
        this = loop.get_running_loop()
        this.set_exception_handler(lambda _, about: log.append(about["message"][:17]))
        async for _ in numbers("dropped"):
            break
        gc.collect()
        await loop.sleep(1)
        assert log == ["dropped"]
        for generator in kept:
            await anext(generator)
        assert reports == []

    run(main)
    assert sorted(log) == ["an error occurred", "dropped", "fails", "kept"]
    before = sys.get_asyncgen_hooks()
    assert before == (None, None)


def test_a_generator_that_outlives_its_loop() -> None:
    """Nobody can close it: it goes in silence."""

    async def numbers() -> Any:  # noqa: ANN401 - a generator
        yield 1

    async def main() -> Callable[[Any], None]:
        hooks = sys.get_asyncgen_hooks()
        assert hooks.finalizer
        return hooks.finalizer

    loop.run(main())(numbers())


def test_many_cancelled_timers_are_thrown_out() -> None:
    """A timeout of an hour is done with in a moment, and does not stay for the hour."""

    async def main() -> int:
        this = loop.get_running_loop()
        keep = this.call_later(3600, print)
        for _ in range(10_000):
            async with loop.timeout(3600):
                pass
        keep.cancel()
        return len(this._timers)

    assert run(main) < 500


def test_shields() -> None:
    """What is inside goes on, and its error is for who still asks for it."""

    async def fail() -> None:
        await loop.sleep(2)
        raise ValueError("in vain")

    async def main() -> list[object]:
        reports = reported()
        done: loop.Future[int] = loop.Future()
        done.set_result(5)
        assert loop.shield(done) is done
        task = loop.create_task(fail())
        with pytest.raises(TimeoutError):
            await loop.wait_for(loop.shield(task), 1)
        with pytest.raises(ValueError, match="in vain"):
            await task
        forgotten = loop.shield(fail())
        forgotten.cancel()
        await loop.sleep(3)
        gc.collect()  # what its exception's traceback leads to may be a cycle
        cancelled = loop.create_task(loop.sleep(9))
        shielded = loop.shield(cancelled)
        cancelled.cancel()
        await loop.wait([shielded])
        failing = loop.shield(fail())
        with pytest.raises(ValueError, match="in vain"):
            await failing
        kept = loop.create_task(loop.sleep(1))
        given_up = loop.shield(kept)
        given_up.cancel()
        await kept
        await loop.sleep(0)
        return [*reports, shielded.cancelled()]

    assert run(main) == ["Task exception was never retrieved", True]


def test_as_completed_gives_up() -> None:
    """After its time, and for who is cancelled while waiting nothing is lost."""

    async def main() -> list[object]:
        results: list[object] = []
        tasks = [loop.create_task(loop.sleep(n, n)) for n in (1, 3, 5)]
        iterator = loop.as_completed(tasks, timeout=4)
        with pytest.raises(TimeoutError):
            await loop.wait_for(anext(aiter(iterator)), 0.5)
        for result in iterator:
            try:
                results.append(await result)
            except TimeoutError:
                results.append("too late")
        again = loop.as_completed([tasks[0], tasks[0]], timeout=1)
        results += [task is tasks[0] async for task in again]
        assert list(loop.as_completed([])) == []
        with pytest.raises(TypeError, match="expects an iterable of awaitables"):
            loop.as_completed(tasks[0])
        await tasks[2]
        return results

    assert run(main) == [1, 3, "too late", True]


def test_a_task_is_woken_by_what_it_awaits_only() -> None:
    """What it awaited before may call back later."""

    async def main() -> int:
        task = loop.create_task(loop.sleep(1))
        await loop.sleep(0)
        task._wake_up(loop.Future())
        return len(loop.get_running_loop().ready)

    assert run(main) == 0


def test_conditions_and_cancellation() -> None:
    """Who is cancelled while waiting has the lock again, and hands the call on."""

    async def main() -> list[str]:
        log: list[str] = []
        condition = loop.Condition()

        async def wait(name: str) -> None:
            async with condition:
                try:
                    await condition.wait()
                finally:
                    log.append(f"{name} {condition.locked()}")

        with pytest.raises(RuntimeError, match="cannot wait on un-acquired lock"):
            await condition.wait()
        with pytest.raises(RuntimeError, match="cannot notify on un-acquired lock"):
            condition.notify_all()
        first, second = (loop.create_task(wait(name)) for name in ("first", "second"))
        await loop.sleep(1)
        async with condition:
            condition.notify()
            await loop.sleep(1)
            first.cancel()  # it waits for the lock: that does not end its waiting
            await loop.sleep(1)
            first.cancel()
            await loop.sleep(1)
            assert not first.done()
        await loop.wait([first, second])
        return [*log, str(first.cancelled())]

    assert run(main) == ["first True", "second True", "True"]


def test_all_who_wait_are_notified_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or thousands would take seconds: nobody is looked at once for each other."""
    looked_at = 0
    done = loop.Future.done

    def counting(future: loop.Future[Any]) -> bool:
        nonlocal looked_at
        looked_at += 1
        return done(future)

    async def main() -> int:
        condition = loop.Condition()

        async def wait() -> None:
            async with condition:
                await condition.wait()

        waiters = [loop.create_task(wait()) for _ in range(100)]
        await loop.sleep(1)
        async with condition:
            with monkeypatch.context() as patch:
                patch.setattr(loop.Future, "done", counting)
                condition.notify_all()
        await loop.wait(waiters)
        return looked_at

    assert run(main) == 100


def test_an_event_whose_waiters_have_given_up() -> None:
    """It wakes the others."""

    async def main() -> list[bool]:
        event = loop.Event()
        waiters = [loop.create_task(event.wait()) for _ in range(2)]
        await loop.sleep(1)
        waiters[0].cancel()
        event.set()
        await loop.wait(waiters)
        return [waiter.cancelled() for waiter in waiters]

    assert run(main) == [True, False]


def test_work_that_is_not_done_yet() -> None:
    """A queue is joined when all of it is; a queue that is shut down, at once."""

    async def main() -> list[bool]:
        queue = loop.Queue[int]()
        for number in range(3):
            queue.put_nowait(number)
        joining = loop.create_task(queue.join())
        for _ in range(2):
            queue.task_done()
        await loop.sleep(1)
        states = [joining.done()]
        queue.shutdown(immediate=True)
        await joining
        for use in (lambda: queue.put_nowait(1), queue.get_nowait):
            with pytest.raises(loop.QueueShutDown):
                use()
        return [*states, queue.empty()]

    assert run(main) == [False, True]


def test_a_gathering_that_is_dropped_leaves_nothing() -> None:
    """Nobody is told, since nobody could have kept its tasks."""

    async def main() -> list[int]:
        async def wait_forever() -> None:
            await loop.Future()

        this, reports = loop.get_running_loop(), []
        this.set_exception_handler(lambda _, about: reports.append(about))
        loop.gather(wait_forever(), wait_forever())
        await loop.sleep(1)
        gc.collect()
        return [len(reports), len(this.tasks), len(loop.all_tasks())]

    assert run(main) == [0, 1, 1]


def test_what_has_been_gathered_cannot_be_cancelled() -> None:
    """As no future can that is done."""

    async def main() -> tuple[bool, list[None]]:
        gathered = loop.gather(nothing(), nothing())
        results = await gathered
        return gathered.cancel(), results

    assert run(main) == (False, [None, None])


# What happens in one turn, in the order in which nobody expects it. Random programs
# find that too, but not on each Python, nor with each version of Hypothesis.


def test_a_shield_that_is_cancelled_when_all_is_done() -> None:
    """It stays cancelled, and the result stays where it is."""

    async def main() -> None:
        inner: loop.Future[int] = loop.Future()
        outer = loop.shield(inner)
        inner.set_result(42)
        outer.cancel()
        await loop.sleep(0)
        assert outer.cancelled()
        assert inner.result() == 42

    run(main)


def test_what_is_completed_when_time_is_up_is_late() -> None:
    """It was not handed on before."""

    async def main() -> None:
        future: loop.Future[None] = loop.Future()
        loop.get_running_loop().call_later(1, future.set_result, None)
        [late] = loop.as_completed([future], timeout=1)
        with pytest.raises(TimeoutError):
            await late
        await loop.sleep(0)
        assert future.done()

    run(main)


def test_a_task_that_is_cancelled_in_its_last_step() -> None:
    """It has no await left to learn of it, and is cancelled all the same."""

    async def cancel_myself() -> int:
        task = loop.current_task()
        assert task is not None
        task.cancel()
        return 42

    async def main() -> None:
        task = loop.create_task(cancel_myself())
        await loop.wait([task])
        assert task.cancelled()

    run(main)


def test_what_is_not_cancelled_or_not_pending() -> None:
    """There is nothing to take back, and nothing to set."""

    async def main() -> None:
        task = loop.current_task()
        assert task is not None
        assert task.uncancel() == 0
        future: loop.Future[None] = loop.Future()
        future.set_result(None)
        with pytest.raises(loop.InvalidStateError):
            future.set_exception(ValueError)

    run(main)


def test_what_a_wait_asks_for() -> None:
    """An exception that did not decide anything is still to be asked for."""

    async def fail() -> None:
        raise ValueError("in vain")

    async def main() -> list[list[str]]:
        reports = reported()
        seen = []
        for others in ([], [loop.create_task(loop.sleep(5))]):
            tasks = [loop.create_task(fail()), *others]
            await loop.wait(tasks, return_when=loop.FIRST_EXCEPTION)
            del tasks
            gc.collect()  # as above
            seen.append([*reports])
            reports.clear()
        return seen

    assert run(main) == [["Task exception was never retrieved"], []]


def test_a_cancellation_among_results() -> None:
    """It has a message, if only an empty one."""

    async def main() -> list[object]:
        tasks = [loop.create_task(loop.sleep(5)) for _ in range(2)]
        tasks[0].cancel()
        tasks[1].cancel("why")
        outcomes = await loop.gather(*tasks, return_exceptions=True)
        return [outcome.args for outcome in outcomes]

    assert run(main) == [("",), ("why",)]


def test_a_failure_in_a_gathering_that_is_dropped() -> None:
    """As a result it is kept for later, and if there is none it is reported."""

    async def main() -> list[str]:
        reports = reported()
        fails: loop.Future[None] = loop.Future()
        never: loop.Future[None] = loop.Future()
        gathering = loop.gather(fails, never, return_exceptions=True)
        fails.set_exception(ValueError("in vain"))
        await loop.sleep(0)
        del gathering, fails, never
        gc.collect()
        return reports

    assert run(main) == ["Future exception was never retrieved"]


def test_a_failure_and_a_cancellation_at_the_same_time() -> None:
    """The task that is woken by the one ends by the other: nothing is reported."""

    async def main() -> list[str]:
        reports = reported()
        fails: loop.Future[None] = loop.Future()
        waiter = loop.create_task(_wait_for(loop.gather(fails)))
        await loop.sleep(0)
        fails.set_exception(ValueError("in vain"))
        loop.get_running_loop().call_soon(waiter.cancel)
        await loop.wait([waiter])
        assert waiter.cancelled()
        del fails, waiter
        gc.collect()
        return reports

    assert run(main) == []


async def _wait_for(future: loop.Future[Any]) -> None:
    await future
