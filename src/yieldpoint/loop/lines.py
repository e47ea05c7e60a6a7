"""A line of tasks that wait for something, and somebody who calls the next one.

Tasks never run at the same time, so what they share has not to be protected. All that
is needed is a line of those who wait. What is difficult is one case only: a task that
is called and cancelled in the same turn has to pass the call on.

Examples:
    >>> from yieldpoint import loop
    >>> from yieldpoint.loop.lines import Line
    >>> async def wait(line):
    ...     await line.stand(loop.get_running_loop(), pass_on=line.call_next)
    ...     print("called")
    >>> async def main():
    ...     line = Line()
    ...     task = loop.create_task(wait(line))
    ...     await loop.sleep(0)
    ...     print(len(line), line.call_next())
    ...     await task
    >>> loop.run(main())
    1 1
    called
"""

from collections import deque

from yieldpoint.loop.futures import CancelledError, Future
from yieldpoint.loop.handles import Callback
from yieldpoint.loop.scheduler import Scheduler, running

# It is machinery: a program gets nothing from here.
__all__: list[str] = []


class Shared:
    """What the tasks of one loop share. Who waits first says which loop that is."""

    _loop: Scheduler | None = None

    def get_running_loop(self) -> Scheduler:
        """Return the loop of those who wait.

        Returns:
            The running loop.

        Raises:
            RuntimeError: Tasks of another loop have waited before. What wakes a task
                belongs to its loop, and a thread runs one loop at a time.
        """
        loop: Scheduler = running()
        if self._loop is not loop:
            if self._loop is not None:
                raise RuntimeError(f"{self!r} is bound to a different event loop")
            self._loop = loop
        return loop


class Line(deque[Future[None]]):
    """The tasks that wait for something, in the order in which they came."""

    async def stand(self, loop: Scheduler, pass_on: Callback) -> None:
        """Wait to be called.

        Args:
            loop: The loop of those who wait.
            pass_on: What to call if the task is called, and cancelled at once.
        """
        waiter: Future[None] = Future(loop=loop)
        self.append(waiter)
        try:
            try:
                await waiter
            finally:
                self.remove(waiter)
        except CancelledError:
            # A future that has its value cannot be cancelled: the task was called, and
            # then cancelled before it could go on. Nobody else knows of that call.
            if not waiter.cancelled():
                pass_on()
            raise

    def call_next(self, number: int = 1) -> int:
        """Call the first who were not called yet.

        Args:
            number: How many, at most.

        Returns:
            How many were called.
        """
        called = 0
        for waiter in self:
            if called >= number:
                break
            if not waiter.done():
                waiter.set_result(None)
                called += 1
        return called

    def call_all(self) -> None:
        """Call all who stand here."""
        self.call_next(len(self))

    def is_empty(self) -> bool:
        """Tell whether nobody stands here who still wants to be called.

        Returns:
            Whether all who stand here have given up.
        """
        return all(waiter.cancelled() for waiter in self)
