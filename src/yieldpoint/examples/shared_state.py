"""A counter that many tasks change: when that is safe, and when it needs a lock."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

__all__ = ["Counter", "count"]


class Counter:
    """A number that tasks share, and three ways to add one to it.

    Attributes:
        value: The number.

    Examples:
        >>> from yieldpoint.examples.shared_state import Counter
        >>> Counter().value
        0
    """

    def __init__(self) -> None:
        """Start at zero."""
        self.value = 0
        self.lock = asyncio.Lock()

    async def add_across_await(self) -> None:
        """Read, await, write: another task may write in between.

        Examples:
            >>> from yieldpoint.examples.shared_state import Counter, count
            >>> import asyncio
            >>> asyncio.run(count(Counter.add_across_await, tasks=100))
            1
            >>> from yieldpoint.examples.timing import seconds
            >>> asyncio.run(seconds(count(Counter.add_across_await, tasks=100)))
            0.0
        """
        value = self.value
        await asyncio.sleep(0)
        self.value = value + 1

    async def add_before_await(self) -> None:
        """Read and write with no await in between.

        Examples:
            >>> from yieldpoint.examples.shared_state import Counter, count
            >>> import asyncio
            >>> asyncio.run(count(Counter.add_before_await, tasks=100))
            100
            >>> from yieldpoint.examples.timing import seconds
            >>> asyncio.run(seconds(count(Counter.add_before_await, tasks=100)))
            0.0
        """
        self.value += 1
        await asyncio.sleep(0)

    async def add_with_lock(self) -> None:
        """Read, await, write, and let nobody else in meanwhile.

        Examples:
            >>> from yieldpoint.examples.shared_state import Counter, count
            >>> import asyncio
            >>> asyncio.run(count(Counter.add_with_lock, tasks=100))
            100
            >>> from yieldpoint.examples.timing import seconds
            >>> asyncio.run(seconds(count(Counter.add_with_lock, tasks=100)))
            0.0
        """
        async with self.lock:
            value = self.value
            await asyncio.sleep(0)
            self.value = value + 1


async def count(add: Callable[[Counter], Coroutine[Any, Any, None]], tasks: int) -> int:
    """Let many tasks add one each to a counter.

    Args:
        add: The method of `Counter` that each task calls.
        tasks: How many tasks there are.

    Returns:
        What the counter shows at the end.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.shared_state import Counter, count
        >>> asyncio.run(count(Counter.add_with_lock, tasks=3))
        3
    """
    counter = Counter()
    adders = [
        asyncio.create_task(add(counter), name=f"adder {number}")
        for number in range(1, tasks + 1)
    ]
    await asyncio.gather(*adders)
    return counter.value
