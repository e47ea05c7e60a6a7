"""Who is called and cancelled in the same turn passes the call on."""
# ruff: noqa: ANN401 - a module that offers asyncio's names may be of two kinds

import asyncio
import sys
from typing import Any

import pytest

from yieldpoint import loop

# Older ones forget a notification.
MODULES = [loop, asyncio] if sys.version_info >= (3, 13) else [loop]


async def a_lock(m: Any) -> tuple[Any, Any]:
    """Return how to wait for a lock that is taken, and how to release it."""
    lock = m.Lock()
    await lock.acquire()
    return lock.acquire, lock.release


async def a_semaphore(m: Any) -> tuple[Any, Any]:
    """Return how to wait for a semaphore without a place, and how to give one."""
    semaphore = m.Semaphore(0)
    return semaphore.acquire, semaphore.release


async def a_condition(m: Any) -> tuple[Any, Any]:
    """Return how to wait for a condition, and how to notify one who waits."""
    condition = m.Condition()

    async def wait() -> None:
        async with condition:
            await condition.wait()

    def notify() -> None:
        # Nobody holds the lock, so it is acquired without a wait.
        with pytest.raises(StopIteration):
            condition.acquire().send(None)
        condition.notify()
        condition.release()

    return wait, notify


async def an_empty_queue(m: Any) -> tuple[Any, Any]:
    """Return how to wait for an item, and how to put one."""
    queue = m.Queue()
    return queue.get, lambda: queue.put_nowait("item")


async def a_full_queue(m: Any) -> tuple[Any, Any]:
    """Return how to wait for a place, and how to make one."""
    queue = m.Queue(1)
    queue.put_nowait("item")
    return lambda: queue.put("item"), queue.get_nowait


@pytest.mark.parametrize(
    "something", [a_lock, a_semaphore, a_condition, an_empty_queue, a_full_queue]
)
@pytest.mark.parametrize("m", MODULES)
def test_the_call_is_passed_on(something: Any, m: Any) -> None:
    """To the next in the line."""

    async def main() -> None:
        wait, call_one = await something(m)
        first, second = m.create_task(wait()), m.create_task(wait())
        await m.sleep(0)
        call_one()
        first.cancel()
        await m.wait_for(second, 60)
        assert first.cancelled()

    m.run(main())
