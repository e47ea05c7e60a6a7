"""A task that is cancelled in whichever turn, once or twice, ends as on asyncio.

Each program has one task that is cancelled, and others that it has to do with. It is
run again and again, with the cancellation one turn later each time, and a second one
some turns after it. What all tasks see, and in which order, is the same.
"""

import asyncio
import itertools
import sys
from collections.abc import Coroutine, Iterator
from types import ModuleType
from typing import Any

import pytest

from yieldpoint import clock, loop

pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 13), reason="the loop does as the newest asyncio does"
)


class Program:
    """What the programs have in common: a loop's module, and a list of what happens."""

    def __init__(self, module: ModuleType) -> None:
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

    def coroutines(self) -> Iterator[Coroutine[Any, Any, object]]:
        """Yield what runs; the first one is cancelled."""
        raise NotImplementedError


class Locks(Program):
    """Three tasks take a lock in turns."""

    def coroutines(self) -> Iterator[Coroutine[Any, Any, object]]:
        lock = self.aio.Lock()

        async def work(name: str) -> None:
            await self.noting(name, lock.acquire())
            try:
                await self.turns(2)
            finally:
                lock.release()

        return (work(name) for name in "cab")


class Places(Program):
    """Four tasks share one place."""

    def coroutines(self) -> Iterator[Coroutine[Any, Any, object]]:
        places = self.aio.Semaphore(1)

        async def work(name: str) -> None:
            async with places:
                await self.noting(name, self.turns(1))

        return (work(name) for name in "bacd")


class Conditions(Program):
    """Two tasks wait for what a third one brings, twice."""

    def coroutines(self) -> Iterator[Coroutine[Any, Any, object]]:
        changed, stock = self.aio.Condition(), []

        async def take(name: str) -> None:
            async with changed:
                await self.noting(name, changed.wait_for(lambda: stock))
                stock.pop()

        async def bring() -> None:
            for item in "12":
                await self.turns(1)
                async with changed:
                    stock.append(item)
                    changed.notify()
                    await self.turns(1)

        return iter([take("a"), take("b"), bring()])


class Queues(Program):
    """Two tasks put, and two get, and the queue is shut down."""

    def coroutines(self) -> Iterator[Coroutine[Any, Any, object]]:
        queue = self.aio.Queue(1)

        async def get(name: str) -> None:
            while True:
                await self.noting(name, queue.get())
                queue.task_done()

        async def put(name: str) -> None:
            for number in range(2):
                await self.noting(name, queue.put(f"{name}{number}"))

        async def shut_down() -> None:
            await self.turns(4)
            queue.shutdown()

        return iter([get("a"), put("p"), get("b"), put("q"), shut_down()])


class Groups(Program):
    """A group in a group, where one of the tasks fails."""

    def coroutines(self) -> Iterator[Coroutine[Any, Any, object]]:
        async def child(name: str, count: int, end: BaseException | None = None) -> None:
            try:
                await self.noting(name, self.turns(count, end))
            finally:
                await self.turns(1)

        async def main() -> None:
            async with self.aio.TaskGroup() as outer:
                outer.create_task(child("a", 4))
                try:
                    async with self.aio.TaskGroup() as inner:
                        inner.create_task(child("b", 3))
                        inner.create_task(child("c", 2, ValueError()))
                        await self.noting("block", self.aio.sleep(60))
                except* ValueError:
                    self.note("caught")
                await self.noting("after", self.turns(1))

        return iter([self.noting("main", main())])


class Timeouts(Program):
    """Two time limits that are over at once."""

    def coroutines(self) -> Iterator[Coroutine[Any, Any, object]]:
        async def main() -> None:
            async with self.aio.timeout(0):
                try:
                    async with self.aio.timeout(0):
                        await self.noting("block", self.aio.sleep(60))
                except TimeoutError:
                    await self.noting("after", self.aio.sleep(60))

        return iter([self.noting("main", main())])


class Shields(Program):
    """A task waits for two others, which go on without it."""

    def coroutines(self) -> Iterator[Coroutine[Any, Any, object]]:
        ends = None, ValueError()
        tasks = [self.aio.create_task(self.turns(2, end)) for end in ends]

        async def main() -> None:
            for task in tasks:
                await self.noting("shield", self.aio.shield(task))

        async def see() -> None:
            await self.aio.wait(tasks)
            self.note("both are done")

        return iter([main(), see()])


class Gatherings(Program):
    """A gathering in a gathering; the last one takes the longest."""

    def coroutines(self) -> Iterator[Coroutine[Any, Any, object]]:
        async def main() -> object:
            ends = None, ValueError(), asyncio.CancelledError("by itself")
            inner = [self.turns(n, end) for n, end in enumerate(ends, start=2)]
            return await self.aio.gather(
                self.turns(1),
                self.aio.gather(*inner, return_exceptions=True),
                self.turns(5),
            )

        return iter([self.noting("main", main())])


class InTurn(Program):
    """A task takes what is completed, by both forms of the loop."""

    def coroutines(self) -> Iterator[Coroutine[Any, Any, object]]:
        async def main() -> None:
            ends = None, ValueError(), None
            for form in "plain", "async":
                started = [self.turns(3 - n, end) for n, end in enumerate(ends)]
                tasks = [self.aio.create_task(each) for each in started]
                try:
                    if form == "async":
                        async for task in self.aio.as_completed(tasks):
                            self.note(tasks.index(task))
                    else:
                        for each in self.aio.as_completed(tasks):
                            await self.noting("next", each)
                except ValueError:
                    self.note("one has failed")

        return iter([self.noting("main", main())])


async def outcome(program: Program, first: int, second: int | None) -> list[str]:
    """Run a program, cancel its first task in a turn and in a later one."""
    aio = program.aio
    aio.get_running_loop().set_exception_handler(lambda *_: None)
    tasks = [aio.create_task(each) for each in program.coroutines()]
    await program.turns(first)
    program.note(tasks[0].cancel("first"))
    if second is not None:
        await program.turns(second)
        program.note(tasks[0].cancel("second"))
    await aio.wait(tasks, timeout=1)
    for task in tasks:
        how = "pending"
        if task.done():
            how = "cancelled" if task.cancelled() else repr(task.exception())
        program.note(f"{how} {task.cancelling()}")
        task.cancel()
    return program.events


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
@pytest.mark.parametrize("kind", Program.__subclasses__())
def test_cancelled_in_every_turn(kind: type[Program]) -> None:
    """What happens is the same, up to the messages of the cancellations."""
    with clock.installed(), loop.Runner() as runner, asyncio.Runner() as other:
        for first, second in itertools.product(range(8), (None, 0, 1, 2)):
            ours = runner.run(outcome(kind(loop), first, second))
            theirs = other.run(outcome(kind(asyncio), first, second))
            assert ours == theirs, (first, second)
