"""Inside the event loop: a task, which is a future that runs its own coroutine."""

import asyncio
from asyncio import CancelledError
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from yieldpoint.examples.later_values import Future
from yieldpoint.examples.round_robin import give_way

__all__ = [
    "Loop",
    "Task",
    "ask_for_an_end",
    "cancel_in_asyncio",
    "cancel_while_waiting",
    "several_waiters",
    "three_cases",
]

T = TypeVar("T")


class Loop:
    """A loop that calls what is ready, first in, first out.

    Attributes:
        ready: What it calls next.

    Examples:
        >>> from yieldpoint.examples.stepping import Loop
        >>> async def main():
        ...     return 42
        >>> Loop().run(main())
        42
    """

    def __init__(self) -> None:
        """Make a loop with nothing to do."""
        self.ready: deque[Callable[[], object]] = deque()

    def run(self, main: Coroutine[Any, None, T]) -> T:
        """Run a coroutine in a task, and all other tasks meanwhile.

        Args:
            main: The coroutine object.

        Returns:
            What it returns.

        Examples:
            >>> from yieldpoint.examples.stepping import Loop, Task
            >>> loop = Loop()
            >>> async def double(number):
            ...     return 2 * number
            >>> async def main():
            ...     return await Task(loop, double(21))
            >>> loop.run(main())
            42
        """
        task = Task(self, main)
        while not task.is_done:
            self.turn()
        return task.result()

    def turn(self) -> None:
        """Call what is ready.

        Examples:
            >>> from yieldpoint.examples.stepping import Loop
            >>> loop = Loop()
            >>> loop.ready.append(lambda: print("ready"))
            >>> loop.turn()
            ready
        """
        callback = self.ready.popleft()
        callback()


class Task(Future[T]):
    """A future that runs a coroutine, and is filled with what becomes of it.

    Attributes:
        loop: The loop that runs it.
        coroutine: The coroutine object.
        awaits: What the coroutine has handed to the loop: a future, or None.
        raise_next: What is to be raised in the coroutine at its next step.

    Examples:
        >>> from yieldpoint.examples.stepping import Loop, Task
        >>> async def double(number):
        ...     return 2 * number
        >>> loop = Loop()
        >>> task = Task(loop, double(21))
        >>> task.is_done
        False
        >>> loop.turn()
        >>> task.result()
        42
    """

    def __init__(
        self, loop: Loop, coroutine: Coroutine[Future[Any] | None, None, T]
    ) -> None:
        """Make it, and ask the loop for its first step.

        Args:
            loop: The loop that shall run it.
            coroutine: The coroutine object.
        """
        super().__init__()
        self.loop = loop
        self.coroutine = coroutine
        self.awaits: Future[Any] | None = None
        self.raise_next: BaseException | None = None
        self.wake_up()

    def wake_up(self) -> None:
        """Ask the loop for the next step.

        Examples:
            >>> from yieldpoint.examples.stepping import Loop, Task
            >>> async def do_nothing():
            ...     pass
            >>> loop = Loop()
            >>> task = Task(loop, do_nothing())  # asks for its first step
            >>> len(loop.ready)
            1
            >>> loop.turn()
        """
        self.loop.ready.append(self.step)

    def step(self) -> None:
        """Let the coroutine go on, and look at what comes back.

        Examples:
            >>> from yieldpoint.examples.stepping import Loop, Task
            >>> async def double(number):
            ...     return 2 * number
            >>> task = Task(Loop(), double(21))
            >>> task.step()
            >>> task.is_done, task.result()
            (True, 42)
        """
        try:
            awaited = self._resume()
        except StopIteration as end:
            self.set_result(end.value)
        except BaseException as error:
            self.set_exception(error)
            if not isinstance(error, (Exception, CancelledError)):
                raise  # Ctrl-C ends the loop as well
        else:
            self.awaits = awaited
            if awaited is None:
                self.wake_up()
            else:
                awaited.callbacks.append(self.wake_up)

    def _resume(self) -> Future[Any] | None:
        error, self.raise_next = self.raise_next, None
        return self.coroutine.throw(error) if error else self.coroutine.send(None)

    def cancel(self) -> bool:
        """Have `asyncio.CancelledError` raised in the coroutine, where it stands.

        Returns:
            Whether it was not too late for that.

        Examples:
            >>> from yieldpoint.examples.stepping import Loop, Task
            >>> async def do_nothing():
            ...     pass
            >>> loop = Loop()
            >>> task = Task(loop, do_nothing())
            >>> task.cancel()
            True
            >>> loop.turn()
            >>> task.cancel()
            False
            >>> task.error
            CancelledError()
        """
        if self.is_done:
            return False
        if not (self.awaits and self.awaits.cancel()):
            self.raise_next = CancelledError()
        return True


def three_cases() -> str:
    """Let a task give way, end, and wake the one that awaits it.

    Returns:
        What the one that awaits returns.

    Examples:
        >>> from yieldpoint.examples.stepping import three_cases
        >>> three_cases()
        'the worker has 42'
    """
    loop = Loop()

    async def work() -> int:
        await give_way()
        return 42

    async def main() -> str:
        return f"the worker has {await Task(loop, work())}"

    return loop.run(main())


def several_waiters() -> list[str]:
    """Let two tasks await a third one, and ask that again when it is done.

    Returns:
        What happened, in its order.

    Examples:
        >>> from yieldpoint.examples.stepping import several_waiters
        >>> several_waiters()
        ['working', 'Ada has 42', 'Bob has 42', 'late, but 42']
    """
    loop = Loop()
    log = []

    async def work() -> int:
        log.append("working")
        return 42

    async def ask(name: str, task: Task[int]) -> str:
        return f"{name} has {await task}"

    async def main() -> None:
        task = Task(loop, work())
        ada, bob = (Task(loop, ask(name, task)) for name in ("Ada", "Bob"))
        log.extend([await ada, await bob, f"late, but {await task}"])

    loop.run(main())
    return log


def cancel_while_waiting() -> list[str]:
    """Cancel a task that awaits a task that awaits a future.

    Returns:
        What happened, in its order.

    Examples:
        >>> from yieldpoint.examples.stepping import cancel_while_waiting
        >>> for line in cancel_while_waiting():
        ...     print(line)
        outer is asked to end
        inner ends
        outer ends
        CancelledError()
    """
    loop = Loop()
    log = []

    async def inner() -> None:
        try:
            await Future[None]()
        finally:
            log.append("inner ends")

    async def outer() -> None:
        try:
            await Task(loop, inner())
        finally:
            log.append("outer ends")

    async def main() -> None:
        task = Task(loop, outer())
        for _ in range(2):  # until both are suspended
            await give_way()
        log.append("outer is asked to end")
        task.cancel()
        try:
            await task
        except CancelledError as error:
            log.append(repr(error))

    loop.run(main())
    return log


async def cancel_in_asyncio() -> None:
    """Do the same with asyncio, for a recording.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.stepping import cancel_in_asyncio
        >>> asyncio.run(cancel_in_asyncio())
        inner ends
        outer ends
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(cancel_in_asyncio()))
        inner ends
        outer ends
        1.0
    """

    async def inner() -> None:
        try:
            await asyncio.sleep(10)
        finally:
            print("inner ends")

    async def outer() -> None:
        try:
            await asyncio.create_task(inner(), name="inner")
        finally:
            print("outer ends")

    task = asyncio.create_task(outer(), name="outer")
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.wait([task])


def ask_for_an_end(*, agrees: bool) -> list[str]:
    """Cancel a task that may catch the exception and go on.

    Args:
        agrees: Whether it lets the exception through.

    Returns:
        What happened, in its order.

    Examples:
        >>> from yieldpoint.examples.stepping import ask_for_an_end
        >>> ask_for_an_end(agrees=True)
        ['asked to end', 'ended: True', 'CancelledError()']
        >>> ask_for_an_end(agrees=False)
        ['asked to end', 'ended: False', 'still here', "'a result'"]
    """
    loop = Loop()
    log = []

    async def work() -> str:
        try:
            await Future[None]()
        except CancelledError:
            log.append("asked to end")
            if agrees:
                raise
        await give_way()
        log.append("still here")
        return "a result"

    async def main() -> None:
        task = Task(loop, work())
        await give_way()
        task.cancel()
        await give_way()
        log.append(f"ended: {task.is_done}")
        try:
            log.append(repr(await task))
        except CancelledError as error:
            log.append(repr(error))

    loop.run(main())
    return log
