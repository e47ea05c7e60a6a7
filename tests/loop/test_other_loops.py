"""What belongs to another loop, or to one that has ended, is refused."""

import contextlib
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.loop.running import nothing, run
from yieldpoint import loop


async def a_future() -> loop.Future[None]:
    """Return a future of the running loop."""
    return loop.Future()


@pytest.mark.parametrize(
    ("use", "error"),
    [
        (loop.gather, ValueError),
        (lambda it: loop.gather(loop.sleep(0), it), ValueError),
        (lambda it: loop.wait([it]), ValueError),
        (lambda it: loop.wait_for(it, 0), ValueError),
        (lambda it: loop.wait_for(it, 1), RuntimeError),
        (loop.shield, RuntimeError),
        (lambda it: it, RuntimeError),
        (lambda it: anext(aiter(loop.as_completed([it]))), ValueError),
    ],
)
def test_a_future_of_another_loop(
    use: Callable[[Any], Awaitable[object]], error: type[BaseException]
) -> None:
    """It is refused where it comes in: nobody would wake who waits."""
    foreign = loop.run(a_future())

    async def main() -> None:
        with pytest.raises(error, match="different loop"):
            await use(foreign)

    run(main)


@pytest.mark.parametrize(
    "shared",
    [
        loop.Event(),
        loop.Lock(),
        loop.Semaphore(0),
        loop.Queue[int](),
        loop.Condition(),
    ],
    ids=lambda it: type(it).__name__,
)
def test_what_another_loop_shares(shared: Any) -> None:  # noqa: ANN401 - of five kinds
    """Tasks of two loops cannot stand in one line."""

    async def wait() -> None:
        if isinstance(shared, loop.Condition):
            if not shared.locked():
                await shared.acquire()
            await shared.wait()
        elif isinstance(shared, loop.Event):
            await shared.wait()
        elif isinstance(shared, loop.Queue):
            await shared.get()
        else:
            await shared.acquire()
            await shared.acquire()

    async def main() -> None:
        with pytest.raises(TimeoutError):
            await loop.wait_for(wait(), 1)

    run(main)
    with pytest.raises(RuntimeError, match="is bound to a different event loop"):
        loop.run(wait())


def test_a_loop_that_has_ended_takes_nothing() -> None:
    """No call, no timer, no task, no reader, and no value of a future."""

    async def main() -> tuple[loop.EventLoop, loop.Future[int]]:
        future: loop.Future[int] = loop.Future()
        future.add_done_callback(print)
        return loop.get_running_loop(), future

    ended, future = loop.run(main())
    here, there = socket.socketpair()
    with here, there, contextlib.closing(nothing()) as coroutine:
        for call in (
            lambda: ended.call_soon(print),
            lambda: ended.call_soon_threadsafe(print),
            lambda: ended.call_later(1, print),
            lambda: ended.call_at(1, print),
            lambda: ended.create_task(coroutine),
            lambda: loop.ensure_future(nothing(), loop=ended),
            lambda: ended.add_reader(here, print),
            lambda: ended.add_writer(here, print),
            ended.run_forever,
            lambda: ended.run_until_complete(coroutine),
            lambda: future.set_result(1),
        ):
            with pytest.raises(RuntimeError, match="Event loop is closed"):
                call()
    ended.close()
