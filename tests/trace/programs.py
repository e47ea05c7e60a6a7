"""Programs to record: each shows one thing that a recording has to get right."""

import asyncio
import contextlib
import sys
import threading
import time
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Generator,
)
from typing import Any


def pair() -> Generator[int, int, str]:
    """Yield twice."""
    got = yield 1
    yield got
    return "done"


def send_and_finish() -> str:
    """Send a value that no variable of the caller holds."""
    generator = pair()
    next(generator)
    generator.send(20 + 2)
    try:
        next(generator)
    except StopIteration as stop:
        return str(stop.value)
    return ""


def catching() -> Generator[str, None, None]:
    """Catch one exception, then clean up."""
    try:
        yield "first"
    except KeyError:
        yield "caught"
    finally:
        print("cleaned up")


def throw_then_close() -> None:
    """Throw what the generator catches, then close it."""
    generator = catching()
    next(generator)
    generator.throw(KeyError("lost"))
    generator.close()


def close_silently() -> None:
    """Close generators in which no line runs for it."""
    new, waiting = pair(), pair()
    next(waiting)
    new.close()
    waiting.close()
    dropped = pair()
    next(dropped)
    del dropped
    print("end")


def delegate() -> Generator[int, int, None]:
    """Let another generator speak."""
    result = yield from pair()
    print(result)


def drive_delegate() -> list[int]:
    """Iterate over a generator that delegates."""
    return list(delegate())


async def ticks() -> AsyncIterator[int]:
    """Yield and wait in turns."""
    for number in (1, 2):
        await asyncio.sleep(1)
        yield number


async def sum_of_ticks() -> int:
    """Consume an async generator."""
    return sum([tick async for tick in ticks()])


async def nap(delay: float) -> float:
    """Sleep."""
    await asyncio.sleep(delay)
    return delay


async def cancel_a_nap() -> bool:
    """Cancel a task that waits, and one that has not started."""
    waiting = asyncio.create_task(nap(9), name="waiting")
    await asyncio.sleep(1)
    new = asyncio.create_task(nap(9), name="new")
    waiting.cancel()
    new.cancel()
    await asyncio.wait([waiting, new])
    return waiting.cancelled() and new.cancelled()


async def catch_a_cancellation() -> str:
    """Cancel a task that goes on waiting."""

    async def stubborn() -> str:
        try:
            await nap(5)
        except asyncio.CancelledError:
            await nap(1)
        return "went on"

    task = asyncio.create_task(stubborn(), name="stubborn")
    await asyncio.sleep(1)
    task.cancel()
    return await task


async def hand_over() -> str:
    """Wake a task through a future, from a callback of a timer."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[str] = loop.create_future()

    def answer() -> None:
        future.set_result("answer")

    def early() -> None:
        assert not future.done()

    loop.call_later(1, early)
    loop.call_later(2, answer)
    loop.call_soon(print, "soon")
    return await future


async def wait_for_lock() -> None:
    """Release a lock that another task waits for."""
    lock = asyncio.Lock()

    async def hold() -> None:
        async with lock:
            await asyncio.sleep(1)

    await asyncio.gather(hold(), hold())


async def in_a_thread() -> int:
    """Wait for a thread of the loop's."""

    def work() -> int:
        time.sleep(1)
        return 5

    return await asyncio.to_thread(work)


def in_own_thread() -> list[str]:
    """Start a thread and wait for it."""
    log: list[str] = []

    def work() -> None:
        log.append("worked")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return log


class Ask:
    """An awaitable that asks whoever drives it."""

    def __await__(self) -> Generator[str, str, str]:
        """Hand out a question, and return what is sent."""
        return (yield "question")


async def asking() -> str:
    """Ask."""
    return await Ask()


def drive_coroutine() -> str:
    """Drive a coroutine object by hand."""
    coroutine: Coroutine[Any, Any, str] = asking()
    coroutine.send(None)
    try:
        coroutine.send("answer")
    except StopIteration as stop:
        return str(stop.value)
    return ""


def two_loops() -> None:
    """Run two event loops, one after the other."""
    asyncio.run(nap(1))
    asyncio.run(nap(2))


def counting() -> None:
    """Change variables of several kinds."""
    number = 1
    number += 1
    things = {"b", "a"}
    del number
    things.add("c")


def deep(number: int) -> int:
    """Call itself."""
    return deep(number + 1)


def too_deep() -> str:
    """Call a function more deeply than Python allows."""
    with contextlib.suppress(RecursionError):
        deep(0)
    return "went on"


def fails() -> None:
    """Raise."""
    numbers = [1]
    numbers[1] = 0


def prints_in_parts() -> None:
    """Print a line in two calls, and one without an end."""
    print("a", end="")
    sys.stdout.writelines(["b\n"])
    print("c", end="")


class OwnThread(threading.Thread):
    """A thread with a run method of its own."""

    def run(self) -> None:
        """Print."""
        print("from the thread")


def in_a_subclass() -> None:
    """Run a thread that does not call Thread.run."""
    thread = OwnThread()
    thread.start()
    thread.join()


def much_in_a_thread() -> int:
    """Let a thread do much."""
    log: list[float] = []

    def work() -> None:
        for _ in range(100):
            log.append(time.monotonic())  # noqa: PERF401 - a line each

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return len(log)


def many_open() -> int:
    """Hold many generators, in a list and in a dictionary, and drop one."""
    listed = [*(pair() for _ in range(12)), None]
    named = {"one": pair(), "none": None}
    for generator in (*listed, *named.values()):
        if generator is not None:
            next(generator)
    del listed[0]
    return len(listed)


def close_a_loop_early() -> str:
    """Hand a callback to a loop that is closed."""
    loop = asyncio.new_event_loop()
    loop.close()
    try:
        loop.call_soon(print)
    except RuntimeError as error:
        return str(error)
    return ""


def leave_waiting() -> None:
    """Let a loop wait that a plain function has called."""
    loop = asyncio.new_event_loop()
    task = loop.create_task(nap(2))
    loop.run_until_complete(nap(1))
    loop.run_until_complete(task)
    loop.close()


async def keep_trying(call: Callable[[], None]) -> None:
    """Call something when cancelled, and go on waiting."""
    for _ in range(2):
        try:
            await asyncio.sleep(3)
        except asyncio.CancelledError:
            call()


def hand_on(generator: Generator[int, int, str]) -> Generator[int, int, str]:
    """Delegate to a generator that comes from another file."""
    return (yield from generator)


def step(coroutine: Coroutine[Any, Any, Any]) -> object:
    """Drive a coroutine object that comes from another file."""
    try:
        return coroutine.send(None)
    except StopIteration as stop:
        return stop.value


async def await_it(awaitable: Awaitable[str]) -> str:
    """Await something that comes from another file."""
    return await awaitable
