"""What a program derives from the loop's classes is asked, and not passed over."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.loop.running import nothing, run
from yieldpoint import loop


class CountingLoop(loop.EventLoop):
    """A loop that knows how many tasks it was asked for."""

    asked = 0

    def create_task(self, coro: Any, **options: Any) -> loop.Task[Any]:  # noqa: ANN401 - the base class has it so
        """Count them."""
        self.asked += 1
        return super().create_task(coro, **options)


async def in_a_group() -> None:
    """Start a task in a group."""
    async with loop.TaskGroup() as group:
        group.create_task(nothing())


async def as_completed() -> None:
    """Wait for one that is the first."""
    async for _ in loop.as_completed([nothing()]):
        pass


@pytest.mark.parametrize(
    "start",
    [
        lambda: loop.gather(nothing()),
        lambda: loop.ensure_future(nothing()),
        lambda: loop.create_task(nothing()),
        lambda: loop.shield(nothing()),
        in_a_group,
        as_completed,
    ],
)
def test_a_loop_that_makes_tasks_its_own_way(
    start: Callable[[], Awaitable[object]],
) -> None:
    """Whoever wants a task gets it from the loop."""

    async def main() -> None:
        await start()

    this = CountingLoop()
    this.run_until_complete(main())
    this.close()
    assert this.asked == 2


def test_a_loop_with_a_time_of_its_own() -> None:
    """Its timers go by it."""

    class Late(loop.EventLoop):
        def time(self) -> float:
            return super().time() + 1e6

    this = Late()
    before = loop.EventLoop()
    assert this.time() - before.time() > 1e5
    timer = this.call_later(0, this.stop)
    assert timer.when() - before.time() > 1e5
    this.run_forever()
    before.close()
    this.close()


def test_a_loop_whose_handling_of_errors_fails(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """That is logged, and the loop goes on; but what ends the program ends it."""

    class Fails(loop.EventLoop):
        how: BaseException = ValueError("in the handler")

        def default_exception_handler(self, _: dict[str, Any]) -> None:
            raise self.how

    async def main() -> str:
        loop.get_running_loop().call_soon(int, "five")
        await loop.sleep(0)
        await loop.sleep(0)
        return "went on"

    this = Fails()
    assert this.run_until_complete(main()) == "went on"
    assert "Exception in default exception handler" in caplog.text
    assert "ValueError: in the handler" in caplog.text
    this.how = SystemExit(3)
    with pytest.raises(SystemExit):
        this.run_until_complete(main())
    this.run_until_complete(nothing())
    this.close()


def test_a_semaphore_that_notes_who_gives_back() -> None:
    """A place that goes back by itself is given back by nobody."""

    class Noting(loop.Semaphore):
        released = 0

        def release(self) -> None:
            self.released += 1
            super().release()

    async def main() -> tuple[int, bool]:
        places = Noting(1)
        await places.acquire()
        waiter = loop.create_task(places.acquire())
        await loop.sleep(0)
        places.release()
        waiter.cancel()
        await loop.wait([waiter])
        return places.released, places.locked()

    assert run(main) == (1, False)
