"""More programs like those that people write, each with a log that says who speaks.

`say` prints the name of the task or thread that it runs in, and the time: the recording
has to have the line in that lane, at that time. What belongs to no task says so.
"""

import argparse
import asyncio
import collections
import concurrent.futures
import contextlib
import contextvars
import copy
import dataclasses
import enum
import functools
import gc
import inspect
import io
import itertools
import json
import logging
import operator
import pickle
import queue
import signal
import sys
import threading
import time
import types
import unittest
import warnings
import weakref
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Generator,
    Iterable,
    Iterator,
)
from typing import Any, Self

from tests.trace.saying import say

#: The programs, and what happens in real time in some.
PROGRAMS: list[Callable[[], Any]] = []
IN_REAL_TIME: set[Callable[[], Any]] = set()


def program(function: Callable[[], Any]) -> Callable[[], Any]:
    """Add a function to the programs."""
    PROGRAMS.append(function)
    return function


def in_real_time(function: Callable[[], Any]) -> Callable[[], Any]:
    """Say that what happens depends on something outside, and so do its times."""
    IN_REAL_TIME.add(function)
    return function


async def nap(delay: float, result: object = None) -> object:
    """Sleep, and say so."""
    say(f"sleeps for {delay}")
    await asyncio.sleep(delay)
    say("is awake")
    return result


# Clean-up while cancelled.


@program
def a_stubborn_clean_up() -> list[str]:
    """It is cancelled once more while it cleans up."""

    async def work() -> None:
        try:
            await nap(10)
        finally:
            say("cleans up")
            try:
                await asyncio.sleep(5)
            except asyncio.CancelledError:
                say("once more")
                raise
            finally:
                say("at last")

    async def main() -> list[str]:
        task = asyncio.create_task(work(), name="work")
        for _ in range(2):
            await asyncio.sleep(1)
            task.cancel("stop")
        try:
            await task
        except asyncio.CancelledError as error:
            return [repr(error), str(task.cancelled())]
        return []

    return asyncio.run(main())


@program
def a_clean_up_that_fails() -> str:
    """The exception of the ``finally`` is what comes out."""

    async def work() -> None:
        try:
            await nap(10)
        finally:
            await asyncio.sleep(1)
            raise OSError("no clean-up")

    async def main() -> str:
        task = asyncio.create_task(work(), name="work")
        await asyncio.sleep(1)
        task.cancel()
        try:
            await task
        except OSError as error:
            return f"{error!r} {error.__context__!r}"
        return ""

    return asyncio.run(main())


@program
def a_clean_up_in_a_shield() -> str:
    """It goes on in a task of its own, and is waited for."""

    async def close() -> None:
        await nap(2)

    async def work() -> None:
        try:
            await nap(10)
        finally:
            closing = asyncio.create_task(close(), name="closing")
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.shield(closing)
            await closing

    async def main() -> str:
        task = asyncio.create_task(work(), name="work")
        await asyncio.sleep(1)
        task.cancel()
        await asyncio.sleep(1)
        task.cancel()
        await asyncio.wait([task])
        return str(task.cancelled())

    return asyncio.run(main())


@program
def uncancelled() -> list[int]:
    """A task that takes a cancellation back, and counts them."""

    async def work() -> list[int]:
        me = asyncio.current_task()
        assert me
        counts = [me.cancelling()]
        try:
            await asyncio.sleep(9)
        except asyncio.CancelledError:
            counts += [me.cancelling(), me.uncancel()]
        await nap(1)
        return counts

    async def main() -> list[int]:
        task = asyncio.create_task(work(), name="work")
        await asyncio.sleep(1)
        task.cancel()
        return await task

    return asyncio.run(main())


@program
def cancelled_while_it_waits_for_a_lock() -> list[str]:
    """The lock is free again afterwards."""

    async def main() -> list[str]:
        lock, log = asyncio.Lock(), []

        async def work(name: str) -> None:
            async with lock:
                log.append(name)
                await nap(2)

        tasks = [asyncio.create_task(work(name), name=name) for name in "abc"]
        await asyncio.sleep(1)
        tasks[1].cancel()
        await asyncio.wait(tasks)
        return [*log, str(lock.locked())]

    return asyncio.run(main())


@program
def cancelled_with_a_callback() -> list[str]:
    """What is called when a task is done sees how."""

    async def main() -> list[str]:
        log: list[str] = []
        task = asyncio.create_task(nap(9), name="work")
        task.add_done_callback(lambda done: log.append(str(done.cancelled())))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return log

    return asyncio.run(main())


# Async generators.


async def rows(name: str, count: int = 3) -> AsyncIterator[str]:
    """Yield, wait and clean up."""
    try:
        for number in range(count):
            yield f"{name}{number}"
            await asyncio.sleep(1)
    finally:
        print("closes", name)


@program
def dropped_in_three_tasks() -> None:
    """Each leaves an async generator open, and goes on."""

    async def first(name: str) -> None:
        async for row in rows(name):
            say(row)
            break
        await nap(1)

    async def main() -> None:
        for name in "ab":
            await asyncio.create_task(first(name), name=f"task-{name}")

    asyncio.run(main())


@program
def an_async_generator_that_fails() -> list[str]:
    """Its exception comes out of the loop; it is over then."""

    async def bad() -> AsyncIterator[int]:
        yield 1
        await asyncio.sleep(1)
        raise ValueError("bad row")

    async def main() -> list[str]:
        log, stream = [], bad()
        try:
            async for row in stream:
                log.append(str(row))  # noqa: PERF401 - a line each
        except ValueError as error:
            log.append(repr(error))
        return [*log, str(await anext(stream, "over"))]

    return asyncio.run(main())


@program
def a_pipeline_of_async_generators() -> list[str]:
    """One reads from another, which a timeout stops."""

    async def upper(source: AsyncIterator[str]) -> AsyncIterator[str]:
        async for each in source:
            yield each.upper()

    async def main() -> list[str]:
        found: list[str] = []
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.5):
                async for each in upper(rows("r", 9)):
                    found.append(each)  # noqa: PERF401 - a line each
        return found

    return asyncio.run(main())


@program
def a_ticker_and_its_reader() -> list[int]:
    """An async generator that yields what a task puts into a queue."""

    async def main() -> list[int]:
        items: asyncio.Queue[int | None] = asyncio.Queue()

        async def produce() -> None:
            for number in range(3):
                await nap(1)
                items.put_nowait(number)
            items.put_nowait(None)

        async def received() -> AsyncIterator[int]:
            while (item := await items.get()) is not None:
                yield item

        async with asyncio.TaskGroup() as group:
            group.create_task(produce(), name="producer")
            return [item async for item in received()]

    return asyncio.run(main())


@program
def an_async_generator_on_two_loops() -> list[str]:
    """It is started on one loop, and closed with the next."""

    async def start(stream: AsyncIterator[str]) -> str:
        return await anext(stream)

    async def go_on(stream: Any) -> list[str]:  # noqa: ANN401 - it has aclose
        async with contextlib.aclosing(stream):
            return [row async for row in stream]

    async def count() -> AsyncIterator[str]:
        for letter in "xyz":
            yield letter

    loop = asyncio.new_event_loop()
    stream = count()
    log = [loop.run_until_complete(start(stream))]
    log += loop.run_until_complete(go_on(stream))
    loop.close()
    return log


# Groups, timeouts and shields.


@program
def a_group_with_except_star() -> list[str]:
    """Several kinds of exceptions, each handled by itself."""

    async def fail(error: Exception) -> None:
        await nap(1)
        raise error

    async def main() -> list[str]:
        log = []
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(fail(ValueError("v")), name="v")
                group.create_task(fail(KeyError("k")), name="k")
        except* ValueError as caught:
            log.append(f"{len(caught.exceptions)} {caught.exceptions[0]!r}")
        except* KeyError as caught:
            log.append(f"{len(caught.exceptions)} {caught.exceptions[0]!r}")
        return sorted(log)

    return asyncio.run(main())


@program
def a_group_in_a_group() -> str:
    """The inner one fails, and takes the outer one along."""

    async def fail() -> None:
        await nap(1)
        raise LookupError("inside")

    async def inner() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail(), name="fails")

    async def main() -> str:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(inner(), name="inner")
        except ExceptionGroup as error:
            found = error
            while isinstance(found, ExceptionGroup):
                found = found.exceptions[0]
            return f"{error.message} {found!r}"
        return ""

    return asyncio.run(main())


@program
def tasks_that_start_tasks() -> int:
    """A tree of them in one group."""

    async def main() -> int:
        done: list[int] = []

        async def visit(number: int) -> None:
            say(f"visits {number}")
            for child in (2 * number, 2 * number + 1):
                if child < 8:
                    group.create_task(visit(child), name=f"n{child}")
            await asyncio.sleep(1)
            done.append(number)

        async with asyncio.TaskGroup() as group:
            group.create_task(visit(1), name="n1")
        return sum(done)

    return asyncio.run(main())


@program
def a_deadline_that_moves() -> list[str]:
    """A timeout is put off, then comes; when it was due is known."""

    async def main() -> list[str]:
        log = []
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(1) as deadline:
                deadline.reschedule(loop.time() + 3)
                await nap(2)
                log.append(str(deadline.expired()))
                await nap(9)
        except TimeoutError:
            log.append(f"{deadline.expired()} {loop.time():g}")
        return log

    return asyncio.run(main())


@program
def a_timeout_that_is_too_late() -> str:
    """What is done in time is not stopped by a timer that is still set."""

    async def main() -> str:
        async with asyncio.timeout(1):  # noqa: ASYNC100 - that is what is shown
            time.sleep(3)
        return str(await asyncio.wait_for(nap(1, "slept"), 2))

    return asyncio.run(main())


@program
def the_first_of_three() -> str:
    """The others are cancelled."""

    async def main() -> str:
        naps = {asyncio.create_task(nap(n, n), name=f"nap-{n}") for n in (3, 1, 2)}
        done, others = await asyncio.wait(naps, return_when="FIRST_COMPLETED")
        late = sorted(others, key=asyncio.Task.get_name)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return f"{done.pop().result()} {len(others)}"

    return asyncio.run(main())


@program
def as_they_are_done() -> list[object]:
    """The order of results is that of time."""

    async def main() -> list[object]:
        naps = [asyncio.create_task(nap(delay, delay)) for delay in (3, 1, 2)]
        return [await each for each in asyncio.as_completed(naps)]

    return asyncio.run(main())


@program
def gathered_with_a_failure() -> list[str]:
    """The others go on after the first exception has come out."""

    async def fail() -> None:
        await nap(1)
        raise RuntimeError("first")

    async def main() -> list[str]:
        slow = asyncio.create_task(nap(3, "slow"), name="slow")
        log = []
        try:
            await asyncio.gather(fail(), slow)
        except RuntimeError as error:
            log.append(f"{error!r} {slow.done()}")
        return [*log, str(await slow)]

    return asyncio.run(main())


@program
def a_rate_limit() -> list[str]:
    """At most one a second, at most two at a time."""

    async def main() -> list[str]:
        slots, lock, log = asyncio.Semaphore(2), asyncio.Lock(), []

        async def call(number: int) -> None:
            async with slots:
                async with lock:
                    await asyncio.sleep(1)
                log.append(f"{number} {asyncio.get_running_loop().time():g}")
                await nap(2.5)

        await asyncio.gather(*map(call, range(4)))
        return log

    return asyncio.run(main())


@program
def a_priority_queue() -> list[str]:
    """Workers take what is most urgent; the first sentinel ends each."""

    async def main() -> list[str]:
        jobs: asyncio.PriorityQueue[tuple[int, str]] = asyncio.PriorityQueue()
        log: list[str] = []

        async def work() -> None:
            while (job := await jobs.get())[0] < 9:
                await nap(job[0])
                log.append(job[1])

        for job in ((2, "two"), (1, "one"), (3, "three"), (9, ""), (9, "")):
            jobs.put_nowait(job)
        async with asyncio.TaskGroup() as group:
            for name in ("w1", "w2"):
                group.create_task(work(), name=name)
        return log

    return asyncio.run(main())


@program
def a_barrier() -> list[str]:
    """Three wait for one another, twice."""

    async def main() -> list[str]:
        barrier, log = asyncio.Barrier(3), []

        async def run(number: int) -> None:
            for lap in range(2):
                await nap(number)
                place = await barrier.wait()
                log.append(f"{lap} {place}")

        await asyncio.gather(*map(run, range(3)))
        return sorted(log)

    return asyncio.run(main())


@program
def a_condition() -> list[str]:
    """One waits until a predicate holds."""

    async def main() -> list[str]:
        changed, stock, log = asyncio.Condition(), [0], []

        async def buy() -> None:
            async with changed:
                await changed.wait_for(lambda: stock[0] >= 2)
                stock[0] -= 2
                log.append("bought")

        async def deliver() -> None:
            for _ in range(2):
                await nap(1)
                async with changed:
                    stock[0] += 1
                    changed.notify_all()

        async with asyncio.TaskGroup() as group:
            group.create_task(buy(), name="buyer")
            group.create_task(deliver(), name="seller")
        return [*log, str(stock[0])]

    return asyncio.run(main())


@program
def a_lost_update() -> int:
    """What was read before an await is written after it."""

    async def main() -> int:
        account = {"balance": 0}

        async def deposit(amount: int) -> None:
            balance = account["balance"]
            await asyncio.sleep(0)
            account["balance"] = balance + amount

        await asyncio.gather(*(deposit(1) for _ in range(3)))
        return account["balance"]

    return asyncio.run(main())


# Loops, runners and callbacks.


@program
def a_runner() -> list[object]:
    """One loop for several calls, with a context that lasts."""
    name: contextvars.ContextVar[str] = contextvars.ContextVar("name", default="none")

    async def set_name() -> str:
        name.set("set")
        return name.get()

    async def get_name() -> str:
        await nap(1)
        return name.get()

    with asyncio.Runner() as runner:
        return [runner.run(set_name()), runner.run(get_name()), name.get()]


@program
def a_loop_by_hand() -> list[str]:
    """Callbacks at certain times, one of them cancelled, and a stop."""
    loop, log = asyncio.new_event_loop(), list[str]()
    loop.call_later(2, log.append, "two")
    loop.call_at(loop.time() + 1, log.append, "one")
    loop.call_later(1.5, log.append, "never").cancel()
    loop.call_later(3, loop.stop)
    loop.run_forever()
    loop.close()
    return log


@program
def callbacks_in_a_context() -> list[str]:
    """Each runs in the context that it was given."""
    user: contextvars.ContextVar[str] = contextvars.ContextVar("user", default="nobody")

    async def main() -> list[str]:
        log: list[str] = []
        context = contextvars.copy_context()
        context.run(user.set, "anna")
        loop = asyncio.get_running_loop()
        loop.call_soon(lambda: log.append(user.get()), context=context)
        loop.call_soon(lambda: log.append(user.get()))
        task = asyncio.create_task(nap(1), context=context, name="in context")
        await task
        return [*log, str(context[user])]

    return asyncio.run(main())


@program
def a_future_with_two_readers() -> list[str]:
    """It is set by a third; another one fails."""

    async def main() -> list[str]:
        loop = asyncio.get_running_loop()
        good, bad = loop.create_future(), loop.create_future()

        async def read(future: "asyncio.Future[str]") -> str:
            try:
                return await future
            except LookupError as error:
                return repr(error)

        readers = [
            asyncio.create_task(read(future), name=f"reader-{number}")
            for number, future in enumerate((good, good, bad))
        ]
        await nap(1)
        good.set_result("good")
        bad.set_exception(LookupError("bad"))
        return await asyncio.gather(*readers)

    return asyncio.run(main())


@program
def an_exception_handler() -> list[str]:
    """The loop tells its handler about a task that nobody asks."""

    async def fail() -> None:
        raise ValueError("nobody asks")

    async def main() -> list[str]:
        log: list[str] = []
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: log.append(context["message"]))
        task: Any = asyncio.create_task(fail(), name="fails")
        await asyncio.sleep(1)
        del task
        gc.collect()
        return log

    return asyncio.run(main())


@program
def a_task_that_nobody_asks() -> None:
    """Without a handler the loop logs it."""

    async def fail() -> None:
        raise ValueError("nobody asks")

    async def main() -> None:
        task: Any = asyncio.create_task(fail(), name="fails")
        await asyncio.sleep(1)
        del task
        gc.collect()

    asyncio.run(main())


@program
def never_awaited() -> None:
    """A coroutine object is dropped; Python warns."""

    async def work() -> None:
        """Do nothing."""

    async def main() -> None:
        coroutine: Any = work()
        del coroutine
        await asyncio.sleep(1)

    asyncio.run(main())


@program
def a_task_factory() -> list[str]:
    """A loop whose tasks are of a class of one's own."""

    class Noted(asyncio.Task[Any]):
        made: list[str] = []  # noqa: RUF012 - for all

        def __init__(self, coroutine: Any, **more: Any) -> None:  # noqa: ANN401 - as asyncio has it
            super().__init__(coroutine, **more)
            self.made.append(coroutine.__name__)

    def make(
        loop: asyncio.AbstractEventLoop,
        coroutine: Any,  # noqa: ANN401 - as asyncio has it
        **more: Any,  # noqa: ANN401 - as asyncio has it
    ) -> Noted:
        more.pop("eager_start", None)
        return Noted(coroutine, loop=loop, **more)

    async def main() -> list[str]:
        factory: Any = make
        asyncio.get_running_loop().set_task_factory(factory)
        await asyncio.gather(nap(1), nap(1))
        return Noted.made

    return asyncio.run(main())


@program
def eager_or_not() -> list[object]:
    """Tasks that start where they are created, if there are such."""

    async def main() -> list[object]:
        factory: Any = getattr(asyncio, "eager_task_factory", None)
        asyncio.get_running_loop().set_task_factory(factory)

        async def immediate() -> str:
            return "at once"

        async def fails() -> None:
            raise ValueError("at once")

        tasks = [asyncio.create_task(each) for each in (immediate(), fails())]
        waiting = asyncio.create_task(nap(1, "later"), name="waiting")
        return [
            repr(e)
            for e in await asyncio.gather(*tasks, waiting, return_exceptions=True)
        ]

    return asyncio.run(main())


@program
def a_debug_loop() -> str:
    """Asyncio looks more closely."""

    async def main() -> str:
        return str(await nap(1, "debug"))

    return asyncio.run(main(), debug=True)


# Awaitables.


@program
def an_awaitable_with_a_value() -> int:
    """It waits for a future, and may be awaited by several."""

    class Lazy:
        def __init__(self, make: Callable[[], Coroutine[Any, Any, int]]) -> None:
            self.make = make
            self.task: asyncio.Task[int] | None = None

        def __await__(self) -> Generator[Any, None, int]:
            self.task = self.task or asyncio.create_task(self.make(), name="lazy")
            return (yield from self.task.__await__())

    async def compute() -> int:
        await nap(1)
        return 21

    async def main() -> int:
        lazy = Lazy(compute)

        async def ask() -> int:
            return await lazy

        return sum(await asyncio.gather(ask(), ask()))

    return asyncio.run(main())


@program
def an_iterator_and_a_manager() -> list[int]:
    """Classes with the methods that ``async for`` and ``async with`` call."""

    class Countdown:
        def __init__(self, start: int) -> None:
            self.left = start

        def __aiter__(self) -> Self:
            return self

        async def __anext__(self) -> int:
            if not self.left:
                raise StopAsyncIteration
            await asyncio.sleep(1)
            self.left -= 1
            return self.left

        async def __aenter__(self) -> Self:
            say("enters")
            return self

        async def __aexit__(self, *error: object) -> None:
            await nap(1)

    async def main() -> list[int]:
        async with Countdown(2) as countdown:
            return [number async for number in countdown]

    return asyncio.run(main())


@program
def a_trampoline() -> list[str]:
    """A scheduler in twenty lines, with its own kind of waiting."""

    @types.coroutine
    def give_way() -> Iterator[None]:
        yield

    log: list[str] = []

    async def count(name: str, upto: int) -> None:
        for number in range(upto):
            log.append(f"{name}{number}")
            await give_way()

    ready: Any = collections.deque([count("a", 2), count("b", 3)])
    while ready:
        coroutine = ready.popleft()
        with contextlib.suppress(StopIteration):
            coroutine.send(None)
            ready.append(coroutine)
    return log


# Threads.


@program
def a_thread_that_fills_a_loop() -> list[str]:
    """It puts things into an asyncio queue, from outside."""

    async def main() -> list[str]:
        loop, items = asyncio.get_running_loop(), asyncio.Queue[str]()

        def produce() -> None:
            for letter in "ab":
                time.sleep(1)
                loop.call_soon_threadsafe(items.put_nowait, letter)

        thread = threading.Thread(target=produce, name="producer")
        thread.start()
        found = [await items.get() for _ in range(2)]
        thread.join()
        return found

    return asyncio.run(main())


@program
def a_pool() -> list[int]:
    """Jobs for one thread, as futures."""

    def square(number: int) -> int:
        say(f"squares {number}")
        return number * number

    with concurrent.futures.ThreadPoolExecutor(1, "pool") as pool:
        futures = [pool.submit(square, number) for number in range(3)]
        return [future.result() for future in futures]


@program
def a_pool_and_a_loop() -> list[object]:
    """A blocking function, one that fails, and one that is cancelled in the queue."""

    def fail() -> None:
        raise OSError("blocked")

    async def main() -> list[object]:
        loop = asyncio.get_running_loop()
        with concurrent.futures.ThreadPoolExecutor(1, "pool") as pool:
            good = loop.run_in_executor(pool, time.sleep, 1)
            bad = loop.run_in_executor(pool, fail)
            found = await asyncio.gather(good, bad, return_exceptions=True)
        return [repr(each) for each in found]

    return asyncio.run(main())


@program
def context_in_a_thread() -> list[str]:
    """`asyncio.to_thread` takes the context along, a new thread does not."""
    user: contextvars.ContextVar[str] = contextvars.ContextVar("user", default="none")

    async def main() -> list[str]:
        user.set("anna")
        log = [await asyncio.to_thread(user.get)]
        thread = threading.Thread(
            target=contextvars.Context().run, args=(lambda: log.append(user.get()),)
        )
        thread.start()
        thread.join()
        return log

    return asyncio.run(main())


@program
def threads_in_turns() -> list[str]:
    """Two events, and two threads that take turns."""
    turns = [threading.Event(), threading.Event()]
    log: list[str] = []

    def play(number: int) -> None:
        for stroke in range(2):
            turns[number].wait()
            turns[number].clear()
            log.append(f"{'ping' if number == 0 else 'pong'} {stroke}")
            turns[1 - number].set()

    players = [threading.Thread(target=play, args=(n,)) for n in range(2)]
    for player in players:
        player.start()
    turns[0].set()
    for player in players:
        player.join()
    return log


@program
def a_generator_for_threads() -> int:
    """One generator behind a lock, read by two threads."""

    def numbers() -> Iterator[int]:
        yield from range(10)

    lock, source, found = threading.Lock(), numbers(), list[int]()

    def read() -> None:
        while True:
            with lock:
                number = next(source, None)
            if number is None:
                return
            found.append(number)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return sum(found)


@program
def a_pipeline_of_threads() -> list[int]:
    """Each stage reads from one queue and writes to the next."""
    first, second, results = queue.Queue[Any](), queue.Queue[Any](), list[int]()

    def double() -> None:
        for number in iter(first.get, None):
            second.put(2 * number)
        second.put(None)

    def collect() -> None:
        results.extend(iter(second.get, None))

    stages = [threading.Thread(target=each) for each in (double, collect)]
    for stage in stages:
        stage.start()
    for number in (1, 2, 3, None):
        first.put(number)
    for stage in stages:
        stage.join()
    return results


@program
def a_timer_thread() -> list[str]:
    """One that rings, and one that is cancelled."""
    log: list[str] = []
    rings = threading.Timer(1, log.append, ["rang"])
    never = threading.Timer(9, log.append, ["never"])
    rings.start()
    never.start()
    never.cancel()
    rings.join()
    never.join()
    return log


@program
def a_class_of_threads() -> list[str]:
    """Its ``run`` calls the one that it is derived from."""
    log: list[str] = []

    class Noting(threading.Thread):
        def run(self) -> None:
            log.append("before")
            super().run()
            log.append("after")

    thread = Noting(target=log.append, args=("inside",))
    thread.start()
    thread.join()
    return log


@program
def local_to_a_thread() -> list[object]:
    """What is set in one thread is not there in another."""
    mine = threading.local()
    mine.name = "main"
    seen: list[object] = []
    thread = threading.Thread(target=lambda: seen.append(getattr(mine, "name", None)))
    thread.start()
    thread.join()
    return [*seen, mine.name]


# The outside.


@in_real_time
@program
def an_echo_server() -> list[str]:
    """Streams on this machine, with two clients."""

    async def main() -> list[str]:
        async def serve(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            writer.write((await reader.readline()).upper())
            await writer.drain()
            writer.close()
            await writer.wait_closed()

        async def ask(text: str) -> str:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"{text}\n".encode())
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
            return answer.decode().strip()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server:
            return [await ask("one"), await ask("two")]

    return asyncio.run(main())


@in_real_time
@program
def a_subprocess() -> list[object]:
    """A child process that answers, and one that fails."""

    async def run(code: str, text: bytes) -> tuple[int | None, str]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-S", "-c", code), stdin=-1, stdout=-1
        )
        output, _ = await process.communicate(text)
        return process.returncode, output.decode().strip()

    async def main() -> list[object]:
        good = await run("print(input()[::-1])", b"abc\n")
        bad = await run("raise SystemExit(3)", b"")
        return [good, bad]

    return asyncio.run(main())


@in_real_time
@program
def an_alarm() -> str:
    """A signal's handler raises, and the program catches that."""

    def ring(*_: object) -> None:
        raise TimeoutError("rang")

    before = signal.signal(signal.SIGALRM, ring)
    turns = 0
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        while True:
            turns += 1
            turns -= 1
    except TimeoutError as error:
        return f"{error} {turns in {0, 1}}"
    finally:
        signal.signal(signal.SIGALRM, before)


@in_real_time
@program
def a_signal_for_the_loop() -> list[str]:
    """The loop calls a handler, which sets an event."""

    async def main() -> list[str]:
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        loop.add_signal_handler(signal.SIGUSR1, stop.set)
        signal.raise_signal(signal.SIGUSR1)
        await stop.wait()
        return [str(loop.remove_signal_handler(signal.SIGUSR1))]

    return asyncio.run(main())


# Generators.


@program
def a_tree_of_generators() -> list[object]:
    """Values go up, and answers come down, through several levels."""

    def leaf(name: str) -> Generator[str, str, str]:
        answer = yield name
        return f"{name}={answer}"

    def branch(*names: str) -> Generator[str, str, list[str]]:
        found = []
        for name in names:
            found.append((yield from leaf(name)))  # noqa: PERF401 - a line each
        return found

    def root() -> Generator[str, str, list[str]]:
        return (yield from branch("a", "b")) + (yield from branch("c"))

    generator = root()
    log: list[object] = [next(generator)]
    try:
        while True:
            log.append(generator.send(str(log[-1]).upper()))
    except StopIteration as stop:
        return [*log, stop.value]


@program
def closed_by_the_collector() -> None:
    """Generators in a cycle go when the collector comes by."""

    class Holder:
        generator: Any

    def noisy(name: str) -> Iterator[int]:
        try:
            yield 1
        finally:
            print("gone", name)

    def plain() -> Iterator[int]:
        yield 1

    for name in ("a", "b"):
        holder = Holder()
        holder.generator = [noisy(name), plain(), holder]
        for generator in holder.generator[:2]:
            next(generator)
        del holder, generator
        gc.collect()  # each time: two at once go in any order
    print("collected")


@program
def a_weak_generator() -> list[bool]:
    """Nobody holds it but a weak reference, which tells when it goes."""
    log: list[bool] = []

    def numbers() -> Iterator[int]:
        try:
            yield 1
        finally:
            log.append(True)

    generator = numbers()
    next(generator)
    watched = weakref.ref(generator, lambda _: log.append(False))
    weakref.finalize(generator, log.append, True)
    del generator
    return [*log, watched() is None]


@program
def permutations() -> list[str]:
    """A recursion of generators that are left early."""

    def arrange(letters: str) -> Iterator[str]:
        if len(letters) < 2:
            yield letters
        for letter in letters:
            for rest in arrange(letters.replace(letter, "")):
                yield letter + rest

    return list(itertools.islice(arrange("abc"), 4))


@program
def eight_queens_on_five() -> list[int]:
    """Backtracking: generators that ask others."""

    def place(row: int, columns: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if row == 5:
            yield columns
            return
        for column in range(5):
            if all(
                column != other and abs(column - other) != row - at
                for at, other in enumerate(columns)
            ):
                yield from place(row + 1, (*columns, column))

    return list(next(place(0, ())))


@program
def windows_and_chunks() -> list[object]:
    """What itertools is used for."""

    def windows(source: Iterable[int], size: int) -> Iterator[tuple[int, ...]]:
        window: Any = collections.deque(maxlen=size)
        for each in source:
            window.append(each)
            if len(window) == size:
                yield tuple(window)

    numbers = iter(range(5))
    pairs = list(windows(itertools.islice(numbers, 3), 2))
    groups = itertools.groupby(range(6), key=lambda number: number // 3)
    return [pairs, list(numbers), [list(group) for _, group in groups]]


@program
def a_parser_that_is_fed() -> list[str]:
    """A generator gets text in parts, and hands out lines."""

    def lines() -> Generator[list[str], str, None]:
        rest, found = "", list[str]()
        while True:
            rest += yield found
            *found, rest = rest.split("\n")

    parser = lines()
    next(parser)
    return [line for part in ("a\nb", "c\n", "d\n") for line in parser.send(part)]


@program
def an_undo_stack() -> list[str]:
    """Exit stacks, callbacks, and an exception on the way out."""
    log: list[str] = []

    @contextlib.contextmanager
    def step(name: str) -> Iterator[None]:
        try:
            yield
        except ValueError:
            log.append(f"undo {name}")
            raise
        else:
            log.append(f"keep {name}")

    with contextlib.suppress(ValueError), contextlib.ExitStack() as stack:
        stack.callback(log.append, "callback")
        for name in "ab":
            stack.enter_context(step(name))
        raise ValueError("stop")
    with step("c"), contextlib.nullcontext():
        pass
    return log


@program
def a_generator_as_a_decorator() -> list[str]:
    """A context manager around each call."""
    log: list[str] = []

    @contextlib.contextmanager
    def timed(name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        log.append(f"{name} {time.perf_counter() - started:g}")

    @timed("work")
    def work() -> None:
        time.sleep(2)

    work()
    work()
    return log


@program
def returned_from_a_generator() -> list[object]:
    """A value, and what is thrown in on the way."""

    def early() -> Generator[int, None, str]:
        yield 1
        return "early"

    def late() -> Generator[int, None, str]:
        with contextlib.suppress(LookupError):
            yield 1
            return "lost"
        return "late"

    def outer() -> Generator[int, None, list[object]]:
        return [(yield from early()), (yield from late())]

    generator = outer()
    log: list[object] = [next(generator), next(generator)]
    try:
        generator.throw(LookupError("now"))
    except StopIteration as stop:
        log.append(stop.value)
    return log


@program
def asked_from_inside() -> str:
    """A generator cannot be asked while it is running."""

    def selfish() -> Iterator[int]:
        yield next(me)

    me = selfish()
    try:
        next(me)
    except ValueError as error:
        return str(error)
    return ""


@program
def a_state_machine() -> list[str]:
    """Generators that return the next one."""

    def off() -> Generator[str, str, Any]:
        while (yield "off") != "press":
            pass
        return on

    def on() -> Generator[str, str, Any]:
        yield "on"
        return off

    def machine() -> Generator[str, str, None]:
        state: Any = off
        while True:
            state = yield from state()

    switch = machine()
    return [next(switch), *(switch.send(each) for each in ("wait", "press", "x"))]


# The rest of the language.


@program
def notes_and_groups() -> list[str]:
    """Exceptions with notes, split by kind."""
    log = []
    try:
        try:
            int("value")
        except ValueError as error:
            error.add_note("a note")
            raise ExceptionGroup("both", [error, KeyError("key")]) from None
    except* ValueError as group:
        log += group.exceptions[0].__notes__
    except* KeyError as group:
        log.append(repr(group.exceptions))
    return log


@program
def enums_and_matches() -> list[str]:
    """A class whose members are made in its body."""

    class Colour(enum.Enum):
        RED = enum.auto()
        GREEN = enum.auto()

        @property
        def shout(self) -> str:
            return self.name + "!"

    @dataclasses.dataclass(frozen=True, order=True)
    class Card:
        rank: int
        colour: Colour = dataclasses.field(compare=False)

    def describe(card: object) -> str:
        match card:
            case Card(rank=1, colour=colour):
                return f"ace of {colour.shout}"
            case Card(colour=Colour.RED) if card > Card(5, Colour.RED):
                return "high"
            case _:
                return "other"

    cards = [Card(1, Colour.GREEN), Card(7, Colour.RED), Card(2, Colour.RED)]
    return [describe(card) for card in cards]


@program
def a_log() -> str:
    """A logger with a handler, a filter and an exception."""
    stream = io.StringIO()
    logger = logging.Logger("shop")  # noqa: LOG001 - it goes with the function
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(funcName)s %(message)s"))
    handler.addFilter(lambda record: "secret" not in record.getMessage())
    logger.addHandler(handler)

    def sell(amount: int) -> None:
        logger.info("sells %d", amount)
        logger.warning("secret")
        try:
            print(1 / amount)
        except ZeroDivisionError:
            logger.exception("cannot")

    sell(0)
    return stream.getvalue()


@program
def a_test_case() -> list[str]:
    """unittest, with one test that fails, and one that awaits."""

    class Test(unittest.IsolatedAsyncioTestCase):
        async def test_await(self) -> None:
            self.assertIsNone(await nap(1))  # noqa: PT009 - unittest is what is shown

        def test_fail(self) -> None:
            self.assertEqual(1, 2)  # noqa: PT009 - unittest is what is shown

    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Test).run(result)
    return [
        str(result.testsRun),
        *(text.splitlines()[-1] for _, text in result.failures),
    ]


@program
def a_command_line() -> list[object]:
    """argparse: options that are there, and one that is not."""
    parser = argparse.ArgumentParser("shop", exit_on_error=False)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args(["--count", "2", "a", "b"])
    try:
        parser.parse_args(["--count", "many"])
    except argparse.ArgumentError as error:
        return [options.count, options.names, str(error)]
    return []


@program
def copies() -> list[object]:
    """Objects that know how they are copied and kept."""

    @dataclasses.dataclass
    class Tree:
        value: int
        children: list[Any] = dataclasses.field(default_factory=list)

        def __copy__(self) -> "Tree":
            return Tree(self.value, [copy.copy(child) for child in self.children])

    tree = Tree(1, [Tree(2), Tree(3)])
    other = copy.copy(tree)
    other.children.pop()
    kept = pickle.loads(pickle.dumps([1, {"a": (2, 3)}]))  # noqa: S301 - our own
    return [len(tree.children), len(other.children), kept, json.dumps(kept)]


@program
def functions_of_functions() -> list[object]:
    """Caches, partial functions, reductions, and dispatch by type."""

    @functools.cache
    def fibonacci(number: int) -> int:
        return number if number < 2 else fibonacci(number - 1) + fibonacci(number - 2)

    @functools.singledispatch
    def kind(_: object) -> str:
        return "object"

    @kind.register
    def _(value: int) -> str:
        return f"int {value}"

    add = functools.partial(operator.add, 1)
    total = functools.reduce(operator.mul, range(1, 6))
    return [
        fibonacci(20),
        fibonacci.cache_info().hits,
        kind(1),
        kind(""),
        add(2),
        total,
    ]


@program
def attributes_of_all_kinds() -> list[object]:
    """Descriptors, slots, properties, and attributes that are made up."""

    class Positive:
        def __set_name__(self, owner: type, name: str) -> None:
            self.name = f"_{name}"

        def __get__(self, instance: object, owner: type) -> Any:  # noqa: ANN401 - any value
            return getattr(instance, self.name)

        def __set__(self, instance: object, value: int) -> None:
            if value <= 0:
                raise ValueError(f"{self.name} must be positive")
            setattr(instance, self.name, value)

    class Box:
        __slots__ = ("_size",)
        size = Positive()

        def __getattr__(self, name: str) -> str:
            if name.startswith("_"):
                raise AttributeError(name)
            return f"no {name}"

    box = Box()
    box.size = 3
    try:
        box.size = 0
    except ValueError as error:
        return [box.size, str(error), box.colour]
    return []


@program
def warned() -> list[str]:
    """Warnings that are caught."""

    def old() -> int:
        warnings.warn("old is old", DeprecationWarning, stacklevel=2)
        return 1

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        old()
        old()
    return [str(each.message) for each in caught]


@program
def seen_from_inside() -> list[object]:
    """A program that looks at its own frames, and finds no stranger there."""

    def caller() -> str:
        frame = inspect.currentframe()
        assert frame is not None
        assert frame.f_back is not None
        return frame.f_back.f_code.co_name

    def depth() -> list[str]:
        return [each.function for each in inspect.stack()[:2]]

    return [caller(), depth()]


@program
def awaited_by_an_old_hand() -> list[str]:
    """Callbacks, futures and coroutines in one program."""

    async def main() -> list[str]:
        loop, log = asyncio.get_running_loop(), []

        def later(delay: float, value: str) -> Awaitable[str]:
            future: asyncio.Future[str] = loop.create_future()
            loop.call_later(delay, future.set_result, value)
            return future

        log.append(await later(1, "one"))
        chained = asyncio.ensure_future(later(1, "two"))
        chained.add_done_callback(lambda done: log.append(done.result()))
        await chained
        return log

    return asyncio.run(main())
