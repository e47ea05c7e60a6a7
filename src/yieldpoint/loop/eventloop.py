"""The event loop: a scheduler that knows futures, tasks and asynchronous generators.

`yieldpoint.loop.scheduler.Scheduler` makes the turns. Here is what a program finds on
top of it when it asks for the running loop: what makes a future or a task of that loop,
and what runs it until one of them is done.

Examples:
    >>> from yieldpoint import loop
    >>> this = loop.new_event_loop()
    >>> this.run_until_complete(loop.sleep(1, "a second later"))
    'a second later'
    >>> this.close()
"""

import sys
import weakref
from collections.abc import AsyncGenerator, Awaitable
from typing import Any

from yieldpoint.loop.futures import Future, T
from yieldpoint.loop.scheduler import Scheduler, running
from yieldpoint.loop.tasks import Coro, Task, ensure_future
from yieldpoint.loop.together import gather

__all__ = ["EventLoop", "get_running_loop", "new_event_loop"]


class EventLoop(Scheduler):
    """What drives the tasks of one thread.

    ``run`` makes one and drives it; ``get_running_loop`` returns it. It is less than an
    `asyncio.AbstractEventLoop`: it has no threads, processes, transports, signals and
    debug mode.

    Examples:
        >>> from yieldpoint import loop
        >>> async def main():
        ...     return type(loop.get_running_loop()).__name__
        >>> loop.run(main())
        'EventLoop'
    """

    def __init__(self) -> None:
        """Make a loop that has nothing to do yet."""
        super().__init__()
        self._generators = weakref.WeakSet[AsyncGenerator[Any, Any]]()

    def create_future(self) -> Future[Any]:
        """Return a future of this loop, as `asyncio.loop.create_future` does.

        Returns:
            A future that is not done.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     future = loop.get_running_loop().create_future()
            ...     future.set_result(42)
            ...     return await future
            >>> loop.run(main())
            42
        """
        return Future(loop=self)

    def create_task(self, coro: Coro[T], **options: Any) -> Task[T]:
        """Start a task, as `asyncio.loop.create_task` does.

        Args:
            coro: The coroutine object to drive.
            options: The ``name`` and the ``context`` of `yieldpoint.loop.tasks.Task`.

        Returns:
            The task. It makes its first step in the next turn.

        Raises:
            RuntimeError: The loop is closed.
            TypeError: It is no coroutine object.

        Examples:
            >>> from yieldpoint import loop
            >>> async def answer():
            ...     return 42
            >>> async def main():
            ...     return await loop.get_running_loop().create_task(answer())
            >>> loop.run(main())
            42
        """
        return Task(coro, loop=self, **options)

    def run_until_complete(self, future: Awaitable[T]) -> T:
        """Make turns until something is done.

        It is as `asyncio.loop.run_until_complete`.

        Args:
            future: A future, a coroutine object, or what else can be awaited.

        Returns:
            The future's result.

        Raises:
            BaseException: The exception that was set in its place.
            RuntimeError: The loop is closed, a loop is running in this thread, or
                ``stop`` was called before the future was done.

        Examples:
            >>> from yieldpoint import loop
            >>> this = loop.new_event_loop()
            >>> this.run_until_complete(loop.sleep(1, "a second later"))
            'a second later'
            >>> this.stop()
            >>> this.run_until_complete(loop.sleep(1, "two seconds later"))
            Traceback (most recent call last):
              ...
            RuntimeError: Event loop stopped before Future completed.
            >>> this.close()
        """
        self._check_can_run()  # or a coroutine that is refused would run all the same
        waited_for = ensure_future(future, loop=self)
        is_new = waited_for is not future
        if isinstance(waited_for, Task) and is_new:
            waited_for._is_missed = False
        waited_for.add_done_callback(_stop_its_loop)
        try:
            self.run_forever()
        except BaseException:
            if is_new and waited_for.done() and not waited_for.cancelled():
                waited_for.exception()  # it is that which goes up here
            raise
        finally:
            waited_for.remove_done_callback(_stop_its_loop)
        if not waited_for.done():
            raise RuntimeError("Event loop stopped before Future completed.")
        return waited_for.result()

    # An asynchronous generator that is dropped half-way has a `finally` with an `await`
    # in it, perhaps, and nobody to drive that. So Python tells the loop of each one: on
    # its first step, and when nobody holds it any more.

    def run_forever(self) -> None:
        """Make one turn after the other until ``stop`` is called.

        It is as `asyncio.loop.run_forever`. Meanwhile the loop closes the asynchronous
        generators that nobody holds any more.

        Raises:
            RuntimeError: The loop is closed, or a loop is running in this thread.

        Examples:
            >>> from yieldpoint import loop
            >>> this = loop.new_event_loop()
            >>> timer = this.call_later(60, this.stop)
            >>> this.run_forever()
            >>> this.close()
        """
        before = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(self._generators.add, self._close_generator)
        try:
            super().run_forever()
        finally:
            sys.set_asyncgen_hooks(*before)

    def _close_generator(self, generator: AsyncGenerator[Any, Any]) -> None:
        self._generators.discard(generator)
        if not self.is_closed():  # a collector may call from any thread
            self.call_soon_threadsafe(self.create_task, generator.aclose())

    async def shutdown_asyncgens(self) -> None:
        """Close the asynchronous generators that are left.

        It is as `asyncio.loop.shutdown_asyncgens`, and ``run`` awaits it at its end.

        Examples:
            >>> from yieldpoint import loop
            >>> async def numbers():
            ...     try:
            ...         yield 1
            ...     finally:
            ...         await loop.sleep(1)
            ...         print("tidied up")
            >>> async def main():
            ...     global half_read
            ...     half_read = numbers()
            ...     return await anext(half_read)
            >>> loop.run(main())
            tidied up
            1
        """
        generators = list(self._generators)
        self._generators.clear()
        closings = [generator.aclose() for generator in generators]
        outcomes = await gather(*closings, return_exceptions=True)
        for generator, outcome in zip(generators, outcomes, strict=True):
            if isinstance(outcome, Exception):
                message = f"an error occurred during closing of {generator!r}"
                about = {"message": message, "exception": outcome}
                self.call_exception_handler({**about, "asyncgen": generator})


def _stop_its_loop(future: Future[Any]) -> None:
    # Such an exception has come out of the loop, and has stopped it, in its own way.
    ended_by = None if future.cancelled() else future.exception()
    if not isinstance(ended_by, KeyboardInterrupt | SystemExit):
        future._loop.stop()


def get_running_loop() -> EventLoop:
    """Return the loop that runs in this thread, as `asyncio.get_running_loop` does.

    Returns:
        The loop.

    Raises:
        RuntimeError: None does.

    Examples:
        >>> from yieldpoint import loop
        >>> async def main():
        ...     return type(loop.get_running_loop()).__name__
        >>> loop.run(main())
        'EventLoop'
        >>> loop.get_running_loop()
        Traceback (most recent call last):
          ...
        RuntimeError: no running event loop
    """
    loop: EventLoop = running()
    return loop


def new_event_loop() -> EventLoop:
    """Make a loop, as `asyncio.new_event_loop` does.

    Whoever makes one has to close it. ``run`` and ``Runner`` do both.

    Returns:
        A loop that does not run yet.

    Examples:
        >>> from yieldpoint import loop
        >>> this = loop.new_event_loop()
        >>> this.run_until_complete(loop.sleep(1, "a second later"))
        'a second later'
        >>> this.close()
    """
    return EventLoop()
