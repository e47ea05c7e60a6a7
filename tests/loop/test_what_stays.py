"""What a coroutine had goes with it, at once: no circle waits for the collector."""

import contextlib
import gc
import socket
import weakref
from collections.abc import Awaitable, Callable

import pytest

from yieldpoint import clock, loop

Track = Callable[[], object]


async def asleep(track: Track) -> None:
    """Have something, and sleep."""
    _ = track()
    await loop.sleep(60)


async def failing(track: Track) -> None:
    """Have something, and fail."""
    _ = track()
    raise ValueError


async def a_cancelled_task(track: Track) -> None:
    """Nobody awaits it."""
    task = loop.create_task(asleep(track))
    await loop.sleep(0)
    task.cancel()


async def a_task_cancelled_before_its_first_step(track: Track) -> None:
    """It never had anything but its arguments."""

    async def have(_: object) -> None:
        """Do nothing with it."""

    task = loop.create_task(have(track()))
    task.cancel()
    await loop.wait([task])


async def a_task_that_fails_and_is_awaited(track: Track) -> None:
    """The exception has been in two tasks."""

    async def hand_on() -> None:
        _ = track()
        await loop.create_task(failing(track))

    with contextlib.suppress(ValueError):
        await loop.create_task(hand_on())


async def what_takes_too_long(track: Track) -> None:
    """It was cancelled by its timeout."""
    with contextlib.suppress(TimeoutError):
        await loop.wait_for(asleep(track), timeout=1)


async def a_gathering_that_fails(track: Track) -> None:
    """One fails, and the other one is cancelled."""
    with contextlib.suppress(ValueError):
        await loop.gather(failing(track), loop.sleep(0))


async def a_cancelled_group(track: Track) -> None:
    """So are its task and its block."""

    async def block() -> None:
        _ = track()
        async with loop.TaskGroup() as group:
            group.create_task(asleep(track))

    task = loop.create_task(block())
    await loop.sleep(1)
    task.cancel()
    await loop.wait([task])


async def a_condition_that_is_given_up(track: Track) -> None:
    """Who gives it up has to wait for the lock once more, and is cancelled there."""
    condition = loop.Condition()

    async def wait() -> None:
        _ = track()
        async with condition:
            await condition.wait()

    task = loop.create_task(wait())
    await loop.sleep(0)
    await condition.acquire()
    for _ in range(2):
        task.cancel()
        await loop.sleep(0)
    condition.release()
    await loop.wait([task])


async def a_connection_that_is_refused(track: Track) -> None:
    """Nobody listens there."""

    async def connect() -> None:
        _ = track()
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            await loop.open_connection(*nobody.getsockname())

    with contextlib.suppress(ConnectionRefusedError):
        await loop.create_task(connect())


async def a_connection_that_has_ended(track: Track) -> None:
    """Its reader may still hold what nobody has read."""

    async def leave(_: object, writer: loop.StreamWriter) -> None:
        writer.close()

    server = await loop.start_server(leave, "127.0.0.1", 0)
    reader, writer = await loop.open_connection(*server.sockets[0].getsockname())
    vars(reader)["something"] = track()
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    server.close()
    await server.wait_closed()


async def what_is_shared(track: Track) -> None:
    """A queue goes with what is in it, and whoever keeps locks by name loses one."""
    queue = loop.Queue[object]()
    queue.put_nowait(track())
    places, lock = loop.Semaphore(0), loop.Lock()
    await lock.acquire()
    for each in places, lock:
        with contextlib.suppress(TimeoutError):
            await loop.wait_for(each.acquire(), timeout=1)
    gone = weakref.ref(places), weakref.ref(lock)
    del places, lock, each
    assert [each() for each in gone] == [None, None]


@pytest.mark.parametrize(
    "program",
    [
        a_cancelled_task,
        a_task_cancelled_before_its_first_step,
        a_task_that_fails_and_is_awaited,
        what_takes_too_long,
        a_gathering_that_fails,
        a_cancelled_group,
        a_condition_that_is_given_up,
        a_connection_that_is_refused,
        a_connection_that_has_ended,
        what_is_shared,
    ],
)
def test_what_a_coroutine_had(program: Callable[[Track], Awaitable[None]]) -> None:
    """It may be a file, a connection or a lot of memory."""
    had: list[weakref.ref[object]] = []

    class Something:
        """What is kept alive, or not."""

    def track() -> object:
        something = Something()
        had.append(weakref.ref(something))
        return something

    async def main() -> None:
        await program(track)
        for _ in range(3):  # the loop itself may still have the last one's task
            await loop.sleep(0)
        assert had
        assert [each() for each in had] == [None] * len(had)

    gc.disable()
    try:
        with clock.installed():
            loop.run(main())
    finally:
        gc.enable()
