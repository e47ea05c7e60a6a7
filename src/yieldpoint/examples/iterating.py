"""Tools for asynchronous iterators: numbers, pairs, batches, callbacks, plain code."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from typing import TypeVar

__all__ = [
    "Sensor",
    "enumerated",
    "every",
    "from_callbacks",
    "paired",
    "plain",
    "save_in_batches",
    "take_batch",
    "until_warm",
]

T = TypeVar("T")
U = TypeVar("U")


async def every(seconds: float, things: str) -> AsyncGenerator[str, None]:
    """Yield letters, each after the same time.

    Args:
        seconds: The time before each.
        things: The letters.

    Yields:
        A letter.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.iterating import every
        >>> async def collect():
        ...     return [thing async for thing in every(2, "ab")]
        >>> asyncio.run(collect())
        ['a', 'b']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(collect()))
        4.0
    """
    for thing in things:
        await asyncio.sleep(seconds)
        yield thing


async def enumerated(things: AsyncIterator[T]) -> AsyncIterator[tuple[int, T]]:
    """Yield each thing with its number, as `enumerate` does.

    Args:
        things: The things.

    Yields:
        The number, from 0 on, and the thing.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.iterating import enumerated, every
        >>> async def collect():
        ...     return [pair async for pair in enumerated(every(1, "ab"))]
        >>> asyncio.run(collect())
        [(0, 'a'), (1, 'b')]
    """
    number = 0
    async for thing in things:
        yield number, thing
        number += 1


async def paired(
    left: AsyncIterator[T], right: AsyncIterator[U]
) -> AsyncIterator[tuple[T, U]]:
    """Yield pairs, as `zip` does, and wait for both at the same time.

    Args:
        left: The first of each pair.
        right: The second of each pair.

    Yields:
        A pair, until one of the two has ended.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.iterating import every, paired
        >>> async def collect():
        ...     return [pair async for pair in paired(every(2, "abc"), every(3, "xy"))]
        >>> asyncio.run(collect())
        [('a', 'x'), ('b', 'y')]
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(collect()))
        8.0
    """
    end = object()
    while True:
        first, second = await asyncio.gather(anext(left, end), anext(right, end))
        if end in (first, second):
            return
        yield first, second  # type: ignore[misc]  # neither of them is the end


async def take_batch(queue: asyncio.Queue[T], most: int, within: float) -> list[T]:
    """Take so many items together, or what has come in so much time.

    Args:
        queue: Where the items come from.
        most: How many to take at most.
        within: How many seconds after the first one to wait at most.

    Returns:
        The items: one at least.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.iterating import take_batch
        >>> from yieldpoint.examples.timing import seconds
        >>> async def take_two_of_three():
        ...     queue = asyncio.Queue()
        ...     for letter in "abc":
        ...         queue.put_nowait(letter)
        ...     return await take_batch(queue, most=2, within=5)
        >>> asyncio.run(take_two_of_three())
        ['a', 'b']
        >>> async def wait_for_a_second_one():
        ...     queue = asyncio.Queue()
        ...     queue.put_nowait("a")
        ...     await take_batch(queue, most=2, within=5)
        >>> asyncio.run(seconds(wait_for_a_second_one()))
        5.0
    """
    batch = [await queue.get()]
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within):
            while len(batch) < most:
                batch.append(await queue.get())
    return batch


async def save_in_batches() -> list[str]:
    """Save what comes: three things at once, or what has come in five seconds.

    Returns:
        What was saved, and when.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.iterating import save_in_batches
        >>> asyncio.run(save_in_batches())
        ['3 s: abc', '9 s: de']
    """
    queue = asyncio.Queue[str]()
    loop = asyncio.get_running_loop()
    started = loop.time()
    log = []

    async def save() -> None:
        while True:
            batch = await take_batch(queue, most=3, within=5)
            log.append(f"{loop.time() - started:.0f} s: {''.join(batch)}")
            for _ in batch:
                queue.task_done()

    async with asyncio.TaskGroup() as group:
        saver = group.create_task(save(), name="saver")
        async for letter in every(1, "abcde"):
            queue.put_nowait(letter)
        await queue.join()
        saver.cancel()
    return log


class Sensor:
    """Calls a function with each value that it measures, one a second.

    Attributes:
        value: What it has measured last.
        timer: What makes the next call, once somebody has subscribed.

    Examples:
        >>> from yieldpoint.examples.iterating import Sensor
        >>> Sensor().value
        20
    """

    timer: asyncio.TimerHandle

    def __init__(self) -> None:
        """Measure nothing yet."""
        self.value = 20

    def subscribe(self, call: Callable[[int], object]) -> Callable[[], None]:
        """Begin to measure.

        Args:
            call: What to call with each value.

        Returns:
            What ends the measuring.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.examples.iterating import Sensor
            >>> async def for_three_seconds():
            ...     stop = Sensor().subscribe(print)
            ...     await asyncio.sleep(2.5)
            ...     stop()
            ...     await asyncio.sleep(1)
            >>> asyncio.run(for_three_seconds())
            21
            22
        """
        loop = asyncio.get_running_loop()

        def measure() -> None:
            self.value += 1
            self.timer = loop.call_later(1, measure)
            call(self.value)

        def stop() -> None:
            self.timer.cancel()

        self.timer = loop.call_later(1, measure)
        return stop


async def from_callbacks(sensor: Sensor) -> AsyncGenerator[int, None]:
    """Yield each value that a sensor calls with.

    Args:
        sensor: The sensor; it stops when the generator is closed.

    Yields:
        The values, in their order.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.iterating import Sensor, from_callbacks
        >>> async def first():
        ...     return await anext(from_callbacks(Sensor()))
        >>> asyncio.run(first())
        21
    """
    values = asyncio.Queue[int]()
    stop = sensor.subscribe(values.put_nowait)
    try:
        while True:
            yield await values.get()
    finally:
        stop()


async def until_warm(sensor: Sensor) -> list[int]:
    """Read a sensor until it is warm, and let it stop then.

    Args:
        sensor: The sensor.

    Returns:
        What it has measured.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.iterating import Sensor, until_warm
        >>> sensor = Sensor()
        >>> asyncio.run(until_warm(sensor)), sensor.timer.cancelled()
        ([21, 22, 23], True)
    """
    values = []
    async with contextlib.aclosing(from_callbacks(sensor)) as measured:
        while sensor.value < 23:
            values.append(await anext(measured))
    return values


def plain(things: AsyncGenerator[T, None]) -> Iterator[T]:
    """Go through an asynchronous generator in a program without a loop.

    Args:
        things: The generator.

    Yields:
        What it yields.

    Examples:
        >>> from yieldpoint.examples.iterating import every, plain
        >>> list(plain(every(1, "ab")))
        ['a', 'b']
        >>> next(plain(every(1, "ab")))
        'a'
    """

    async def following() -> T:
        return await anext(things)

    with asyncio.Runner() as runner, contextlib.suppress(StopAsyncIteration):
        while True:
            yield runner.run(following())
