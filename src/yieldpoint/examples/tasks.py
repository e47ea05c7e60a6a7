"""What a task adds to a coroutine: it runs by itself."""

import asyncio
import gc
from collections.abc import Coroutine, Generator
from typing import Any

__all__ = [
    "Answer",
    "cancel_while_waiting",
    "forget_a_failure",
    "forget_a_task",
    "same_task",
    "ways_to_make_a_task",
    "when_a_task_starts",
]


async def when_a_task_starts() -> None:
    """Create a task and print when it gets to run.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.tasks import when_a_task_starts
        >>> asyncio.run(when_a_task_starts())
        task created
        creator goes on
        task runs
        creator resumes
    """

    async def work() -> None:
        print("task runs")

    task = asyncio.create_task(work(), name="worker")
    print("task created")
    print("creator goes on")
    await task
    print("creator resumes")


async def same_task() -> tuple[bool, bool]:
    """Ask in which task a coroutine runs: awaited, and wrapped in a task.

    Returns:
        Whether it is the caller's task when the coroutine is awaited, and when it is
        given to `asyncio.create_task`.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.tasks import same_task
        >>> asyncio.run(same_task())
        (True, False)
    """
    here = asyncio.current_task()

    async def in_callers_task() -> bool:
        return asyncio.current_task() is here

    awaited = await in_callers_task()
    as_task = await asyncio.create_task(in_callers_task())
    return awaited, as_task


async def ways_to_make_a_task() -> list[str]:
    """Wrap a coroutine object in each way that asyncio has.

    Returns:
        The type of what each way gives.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.tasks import ways_to_make_a_task
        >>> asyncio.run(ways_to_make_a_task())
        ['Task', 'Task', 'Task', 'Task']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(ways_to_make_a_task()))
        0.0
    """

    async def work() -> None:
        await asyncio.sleep(0)

    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as group:
        tasks = [
            asyncio.create_task(work()),
            group.create_task(work()),
            loop.create_task(work()),
            asyncio.ensure_future(work()),
        ]
    await asyncio.wait(tasks)
    return [type(task).__name__ for task in tasks]


async def cancel_while_waiting() -> list[str]:
    """Cancel a task that waits: the exception is raised at its await.

    Returns:
        The steps, in the order in which they ran.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.tasks import cancel_while_waiting
        >>> asyncio.run(cancel_while_waiting())
        ['waiting', 'CancelledError', 'cleaned up', 'cancelled: True']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(cancel_while_waiting()))
        0.0
    """
    log = []

    async def wait_long() -> None:
        log.append("waiting")
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            log.append("CancelledError")
            raise
        finally:
            log.append("cleaned up")

    task = asyncio.create_task(wait_long(), name="waiter")
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    log.append(f"cancelled: {task.cancelled()}")
    return log


async def forget_a_task() -> list[str]:
    """Keep no reference to a task that waits for something only it knows of.

    Returns:
        What the event loop reports when the task disappears.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.tasks import forget_a_task
        >>> asyncio.run(forget_a_task())
        ['Task was destroyed but it is pending!']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(forget_a_task()))
        1.0
    """
    reports: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: reports.append(context["message"]))

    async def wait_forever() -> None:
        await loop.create_future()

    asyncio.create_task(wait_forever(), name="listener")
    await asyncio.sleep(1)
    gc.collect()
    return reports


async def forget_a_failure() -> list[str]:
    """Let a task fail and never ask for its result.

    Returns:
        What the event loop reports when the last reference to the task is gone.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.tasks import forget_a_failure
        >>> asyncio.run(forget_a_failure())
        ["Task exception was never retrieved: ValueError('nobody asks')"]
    """
    reports: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(
        lambda _, context: reports.append("{message}: {exception!r}".format(**context))
    )

    async def fail() -> None:
        raise ValueError("nobody asks")

    task = asyncio.create_task(fail(), name="report")
    await asyncio.wait([task])
    del task
    gc.collect()
    return reports


class Answer(Coroutine[None, None, int]):
    """A coroutine object that is made by a class: what it returns is 42.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.tasks import Answer
        >>> asyncio.run(Answer())
        42
    """

    def send(self, _value: None) -> None:
        """End, at the first step.

        Examples:
            >>> from yieldpoint.examples.tasks import Answer
            >>> Answer().send(None)
            Traceback (most recent call last):
              ...
            StopIteration: 42
        """
        raise StopIteration(42)

    def throw(self, *error: Any) -> None:  # noqa: ANN401 - as collections.abc has it
        """Raise what is thrown.

        Examples:
            >>> from yieldpoint.examples.tasks import Answer
            >>> Answer().throw(KeyError("thrown"))
            Traceback (most recent call last):
              ...
            KeyError: 'thrown'
        """
        raise error[0]

    def __await__(self) -> Generator[None, None, int]:
        """Return a generator that does the same.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.examples.tasks import Answer
            >>> async def ask():
            ...     return await Answer()
            >>> asyncio.run(ask())
            42
        """
        yield from ()
        return 42
