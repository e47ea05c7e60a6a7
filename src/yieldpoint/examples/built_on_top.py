"""Inside the event loop: futures and callbacks become events and timeouts."""

import heapq
import itertools
from asyncio import CancelledError
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TypeVar

from yieldpoint import clock
from yieldpoint.examples import stepping
from yieldpoint.examples.later_values import Future
from yieldpoint.examples.stepping import Task

__all__ = [
    "Event",
    "Loop",
    "gather",
    "happen_once",
    "save_for_two_seconds",
    "shield",
    "sleep",
    "wait_for",
]

T = TypeVar("T")


class Loop(stepping.Loop):
    """The loop of the tasks, with timers, and a selector to wait with.

    Windows wants a socket to wait for in a `select`, so there this example fails
    without one.

    Attributes:
        timers: What to call later: the time, a number that tells equal times apart, and
            the callback.
        selector: What waits, for a time or for sockets.
        time: A function that returns the time in seconds.

    Examples:
        >>> from yieldpoint.examples.built_on_top import Loop, sleep
        >>> loop = Loop()
        >>> loop.run(sleep(loop, 1))
    """

    def __init__(self) -> None:
        """Make a loop with nothing to do."""
        super().__init__()
        self.timers: list[tuple[float, int, Callable[[], object]]] = []
        self.numbers = itertools.count()
        # The system's, and time.monotonic; in doctests, a clock that jumps.
        self.selector, self.time = clock.for_loop()

    def call_later(self, seconds: float, callback: Callable[[], object]) -> None:
        """Call something later.

        Args:
            seconds: How much later.
            callback: What to call.

        Examples:
            >>> from yieldpoint.examples.built_on_top import Loop
            >>> loop = Loop()
            >>> started = loop.time()
            >>> loop.call_later(0.5, lambda: print("called"))
            >>> loop.turn()
            called
            >>> round(loop.time() - started, 1)
            0.5
            >>> loop.selector.close()
        """
        timer = (self.time() + seconds, next(self.numbers), callback)
        heapq.heappush(self.timers, timer)

    def turn(self) -> None:
        """Wait, if nothing is ready, and call what is ready then.

        Examples:
            >>> from yieldpoint.examples.built_on_top import Loop
            >>> loop = Loop()
            >>> started = loop.time()
            >>> loop.ready.append(lambda: print("called"))
            >>> loop.turn()
            called
            >>> round(loop.time() - started, 1)  # what is ready waits for nothing
            0.0
            >>> loop.selector.close()
        """
        seconds = 0.0 if self.ready else None
        if self.timers and not self.ready:
            seconds = max(0.0, self.timers[0][0] - self.time())
        for key, _ in self.selector.select(seconds):
            self.ready.append(key.data)
        while self.timers and self.timers[0][0] <= self.time():
            self.ready.append(heapq.heappop(self.timers)[2])
        for _ in range(len(self.ready)):
            super().turn()

    def run(self, main: Coroutine[Any, None, T]) -> T:
        """Run a coroutine in a task, and all other tasks meanwhile.

        Args:
            main: The coroutine object.

        Returns:
            What it returns.

        Examples:
            >>> from yieldpoint.examples.built_on_top import Loop
            >>> async def main():
            ...     return 42
            >>> loop = Loop()
            >>> loop.run(main())
            42
            >>> loop.selector.get_map() is None  # it is closed
            True
        """
        try:
            return super().run(main)
        finally:
            self.selector.close()


async def sleep(loop: Loop, seconds: float) -> None:
    """Wait for a time.

    Args:
        loop: The running loop.
        seconds: How long.

    Examples:
        >>> from yieldpoint.examples.built_on_top import Loop, sleep
        >>> loop = Loop()
        >>> loop.run(sleep(loop, 1))
    """
    future: Future[None] = Future()
    loop.call_later(seconds, partial(future.set_result, None))
    await future


class Event:
    """Something that happens once, and tasks that wait for it.

    Examples:
        >>> from yieldpoint.examples.built_on_top import Event, Loop, Task
        >>> loop = Loop()
        >>> event = Event()
        >>> async def wait():
        ...     await event.wait()
        ...     print("it has happened")
        >>> async def main():
        ...     task = Task(loop, wait())
        ...     event.set()
        ...     await task
        >>> loop.run(main())
        it has happened
    """

    def __init__(self) -> None:
        """Make one that has not happened."""
        self.is_set = False
        self.waiters: list[Future[None]] = []

    def set(self) -> None:
        """Let it happen: wake all that wait.

        Examples:
            >>> from yieldpoint.examples.built_on_top import Event
            >>> event = Event()
            >>> event.set()
            >>> event.is_set
            True
        """
        self.is_set = True
        for waiter in self.waiters:
            waiter.set_result(None)

    async def wait(self) -> None:
        """Wait until it has happened.

        Examples:
            >>> from yieldpoint.examples.built_on_top import Event, Loop
            >>> event = Event()
            >>> event.set()
            >>> Loop().run(event.wait())
        """
        if not self.is_set:
            waiter: Future[None] = Future()
            self.waiters.append(waiter)
            await waiter


def gather(loop: Loop, *coroutines: Coroutine[Any, None, T]) -> Future[list[T]]:
    """Run coroutines side by side.

    Args:
        loop: The loop that shall run them.
        coroutines: The coroutine objects.

    Returns:
        A future of all results, or of the first exception.

    Examples:
        >>> from yieldpoint.examples.built_on_top import Loop, gather
        >>> loop = Loop()
        >>> async def double(number):
        ...     return 2 * number
        >>> async def main():
        ...     return await gather(loop, double(1), double(2))
        >>> loop.run(main())
        [2, 4]
        >>> async def fail():
        ...     raise ValueError("no answer")
        >>> async def main():
        ...     return await gather(loop, double(1), fail())
        >>> loop = Loop()
        >>> loop.run(main())
        Traceback (most recent call last):
          ...
        ValueError: no answer
    """
    outer: Future[list[T]] = Future()
    tasks = [Task(loop, coroutine) for coroutine in coroutines]

    def one_is_done() -> None:
        errors = [task.error for task in tasks if task.error]
        if errors:
            outer.set_exception(errors[0])
        elif all(task.is_done for task in tasks):
            outer.set_result([task.result() for task in tasks])

    for task in tasks:
        task.callbacks.append(one_is_done)
    return outer


async def wait_for(loop: Loop, coroutine: Coroutine[Any, None, T], seconds: float) -> T:
    """Wait for a coroutine, but not for ever.

    Args:
        loop: The running loop.
        coroutine: The coroutine object.
        seconds: When to give up.

    Returns:
        What the coroutine returns.

    Raises:
        TimeoutError: It took too long, and was cancelled.

    Examples:
        >>> from yieldpoint.examples.built_on_top import Loop, sleep, wait_for
        >>> loop = Loop()
        >>> loop.run(wait_for(loop, sleep(loop, 10), 1))
        Traceback (most recent call last):
          ...
        TimeoutError
    """
    task = Task(loop, coroutine)
    is_late = False

    def give_up() -> None:
        nonlocal is_late
        is_late = task.cancel()

    loop.call_later(seconds, give_up)
    try:
        return await task
    except CancelledError:
        if is_late:
            raise TimeoutError from None
        raise


def happen_once() -> list[str]:
    """Let two tasks wait for the same event.

    Returns:
        What happened, in its order.

    Examples:
        >>> from yieldpoint.examples.built_on_top import happen_once
        >>> happen_once()
        ['Ada waits', 'Bob waits', 'set', 'Ada resumes', 'Bob resumes']
    """
    loop = Loop()
    event = Event()
    log = []

    async def wait(name: str) -> None:
        log.append(f"{name} waits")
        await event.wait()
        log.append(f"{name} resumes")

    async def cause() -> None:
        event.set()
        log.append("set")

    async def main() -> None:
        await gather(loop, wait("Ada"), wait("Bob"), cause())

    loop.run(main())
    return log


def shield(task: Task[T]) -> Future[T]:
    """Return a future that ends as a task does, and can be cancelled in its place.

    Args:
        task: The task.

    Returns:
        The future.

    Examples:
        >>> from yieldpoint.examples.built_on_top import Loop, Task, shield, sleep
        >>> loop = Loop()
        >>> async def main():
        ...     task = Task(loop, sleep(loop, 1))
        ...     print(shield(task).cancel(), task.is_done)
        ...     await shield(task)
        ...     print(task.is_done)
        >>> loop.run(main())
        True False
        True
        >>> async def fail():
        ...     raise ValueError("no answer")
        >>> async def main():
        ...     await shield(Task(loop, fail()))
        >>> loop = Loop()
        >>> loop.run(main())
        Traceback (most recent call last):
          ...
        ValueError: no answer
    """
    outer: Future[T] = Future()

    def pass_on() -> None:
        if task.error:
            outer.set_exception(task.error)
        else:
            outer.set_result(task.value)

    task.callbacks.append(pass_on)
    return outer


def save_for_two_seconds(*, shielded: bool) -> list[str]:
    """Give up after a second what takes two.

    Args:
        shielded: Whether the one who gives up waits behind a shield.

    Returns:
        What happened, in its order.

    Examples:
        >>> from yieldpoint.examples.built_on_top import save_for_two_seconds
        >>> save_for_two_seconds(shielded=False)
        ['given up']
        >>> save_for_two_seconds(shielded=True)
        ['given up', 'saved']
        >>> import time
        >>> started = time.monotonic()
        >>> result = save_for_two_seconds(shielded=True)
        >>> round(time.monotonic() - started, 1)
        2.5
    """
    loop = Loop()
    log = []

    async def save() -> None:
        await sleep(loop, 2)
        log.append("saved")

    async def wait(task: Task[None]) -> None:
        await (shield(task) if shielded else task)

    async def main() -> None:
        try:
            await wait_for(loop, wait(Task(loop, save())), 1)
        except TimeoutError:
            log.append("given up")
        await sleep(loop, 1.5)

    loop.run(main())
    return log
