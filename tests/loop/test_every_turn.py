"""A task that is cancelled in whichever turn, once or twice, ends as on asyncio.

Each program has one task that is cancelled, and others that it has to do with. It is
run again and again, with the cancellation one turn later each time, and a second one
some turns after it. What all tasks see, and in which order, is the same.
"""

import asyncio
import itertools
import sys
from collections.abc import Callable, Coroutine, Iterator
from types import ModuleType
from typing import Any

import pytest

from yieldpoint import clock, loop

pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 13), reason="the loop does as the newest asyncio does"
)


Work = Iterator[Coroutine[Any, Any, object]]


class Actor:
    """What the programs do on one of the two loops, and what happens in them."""

    def __init__(self, module: ModuleType) -> None:
        """Take a loop's module, on which nothing has happened yet."""
        self.aio: Any = module
        self.events: list[str] = []

    def note(self, event: object) -> None:
        """Add to what happens."""
        self.events.append(str(event))

    async def noting(self, name: str, coroutine: Coroutine[Any, Any, object]) -> None:
        """Await something, and note what came of it."""
        try:
            self.note(f"{name}: {await coroutine!r}")
        except BaseException as error:
            self.note(f"{name}: {error!r}")
            raise

    async def turns(self, count: int, end: BaseException | None = None) -> int:
        """Give way so many times, and return or raise something."""
        for _ in range(count):
            await self.aio.sleep(0)
        if end is not None:
            raise end
        return count


def locks(on: Actor) -> Work:
    """Three tasks take a lock in turns."""
    lock = on.aio.Lock()

    async def work(name: str) -> None:
        await on.noting(name, lock.acquire())
        try:
            await on.turns(2)
        finally:
            lock.release()

    return (work(name) for name in "cab")


def places(on: Actor) -> Work:
    """Four tasks share one place."""
    places = on.aio.Semaphore(1)

    async def work(name: str) -> None:
        async with places:
            await on.noting(name, on.turns(1))

    return (work(name) for name in "bacd")


def conditions(on: Actor) -> Work:
    """Two tasks wait for what a third one brings, twice."""
    changed = on.aio.Condition()
    stock: list[str] = []

    async def take(name: str) -> None:
        async with changed:
            await on.noting(name, changed.wait_for(lambda: stock))
            stock.pop()

    async def bring() -> None:
        for item in "12":
            await on.turns(1)
            async with changed:
                stock.append(item)
                changed.notify()
                await on.turns(1)

    return iter([take("a"), take("b"), bring()])


def queues(on: Actor) -> Work:
    """Two tasks put, and two get, and the queue is shut down."""
    queue = on.aio.Queue(1)

    async def get(name: str) -> None:
        while True:
            await on.noting(name, queue.get())
            queue.task_done()

    async def put(name: str) -> None:
        for number in range(2):
            await on.noting(name, queue.put(f"{name}{number}"))

    async def shut_down() -> None:
        await on.turns(4)
        queue.shutdown()

    return iter([get("a"), put("p"), get("b"), put("q"), shut_down()])


def groups(on: Actor) -> Work:
    """A group in a group, where one of the tasks fails."""

    async def child(name: str, count: int, end: BaseException | None = None) -> None:
        try:
            await on.noting(name, on.turns(count, end))
        finally:
            await on.turns(1)

    async def main() -> None:
        async with on.aio.TaskGroup() as outer:
            outer.create_task(child("a", 4))
            try:
                async with on.aio.TaskGroup() as inner:
                    inner.create_task(child("b", 3))
                    inner.create_task(child("c", 2, ValueError()))
                    await on.noting("block", on.aio.sleep(60))
            except* ValueError:
                on.note("caught")
            await on.noting("after", on.turns(1))

    return iter([on.noting("main", main())])


def timeouts(on: Actor) -> Work:
    """Two time limits that are over at once."""

    async def main() -> None:
        async with on.aio.timeout(0):
            try:
                async with on.aio.timeout(0):
                    await on.noting("block", on.aio.sleep(60))
            except TimeoutError:
                await on.noting("after", on.aio.sleep(60))

    return iter([on.noting("main", main())])


def shields(on: Actor) -> Work:
    """A task waits for two others, which go on without it."""
    ends = None, ValueError()
    tasks = [on.aio.create_task(on.turns(2, end)) for end in ends]

    async def main() -> None:
        for task in tasks:
            await on.noting("shield", on.aio.shield(task))

    async def see() -> None:
        await on.aio.wait(tasks)
        on.note("both are done")

    return iter([main(), see()])


def gatherings(on: Actor) -> Work:
    """A gathering in a gathering; the last one takes the longest."""

    async def main() -> object:
        ends = None, ValueError(), asyncio.CancelledError("by itself")
        inner = [on.turns(n, end) for n, end in enumerate(ends, start=2)]
        return await on.aio.gather(
            on.turns(1),
            on.aio.gather(*inner, return_exceptions=True),
            on.turns(5),
        )

    return iter([on.noting("main", main())])


def in_turn(on: Actor) -> Work:
    """A task takes what is completed, by both forms of the loop."""

    async def main() -> None:
        ends = None, ValueError(), None
        for form in "plain", "async":
            started = [on.turns(3 - n, end) for n, end in enumerate(ends)]
            tasks = [on.aio.create_task(each) for each in started]
            try:
                if form == "async":
                    async for task in on.aio.as_completed(tasks):
                        on.note(tasks.index(task))
                else:
                    for each in on.aio.as_completed(tasks):
                        await on.noting("next", each)
            except ValueError:
                on.note("one has failed")

    return iter([on.noting("main", main())])


#: Each yields coroutines, the first of which is to be cancelled.
PROGRAMS = [
    locks,
    places,
    conditions,
    queues,
    groups,
    timeouts,
    shields,
    gatherings,
    in_turn,
]


async def outcome(
    program: Callable[[Actor], Work], on: Actor, first: int, second: int | None
) -> list[str]:
    """Run a program, cancel its first task in a turn and in a later one."""
    on.aio.get_running_loop().set_exception_handler(lambda *_: None)
    tasks = [on.aio.create_task(each) for each in program(on)]
    await on.turns(first)
    on.note(tasks[0].cancel("first"))
    if second is not None:
        await on.turns(second)
        on.note(tasks[0].cancel("second"))
    await on.aio.wait(tasks, timeout=1)
    for task in tasks:
        how = "pending"
        if task.done():
            how = "cancelled" if task.cancelled() else repr(task.exception())
        on.note(f"{how} {task.cancelling()}")
        task.cancel()
    return on.events


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
@pytest.mark.parametrize("program", PROGRAMS)
def test_cancelled_in_every_turn(program: Callable[[Actor], Work]) -> None:
    """What happens is the same, up to the messages of the cancellations."""
    with clock.installed(), loop.Runner() as runner, asyncio.Runner() as other:
        for first, second in itertools.product(range(8), (None, 0, 1, 2)):
            ours = runner.run(outcome(program, Actor(loop), first, second))
            theirs = other.run(outcome(program, Actor(asyncio), first, second))
            assert ours == theirs, (first, second)
