"""Where a request to cancel goes, and what a task makes of it."""

import asyncio
from collections.abc import Awaitable

from yieldpoint.examples.fetching import Server

__all__ = [
    "answer_or_nothing",
    "cancel_after",
    "cancel_all",
    "cancel_twice",
    "down_and_up",
    "fetch_and_say_goodbye",
    "never_started",
    "save",
    "save_after_all",
    "save_shielded",
    "swallow",
]


async def down_and_up() -> list[str]:
    """Cancel a task that waits for another one.

    Returns:
        Where the exception came up, in its order.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.cancelling import down_and_up
        >>> from yieldpoint.examples.timing import seconds
        >>> for line in asyncio.run(down_and_up()):
        ...     print(line)
        fetch: CancelledError
        report: CancelledError
        main: CancelledError
        >>> asyncio.run(seconds(down_and_up()))
        1.5
    """
    log: list[str] = []

    async def fetch() -> str:
        try:
            return await Server().fetch("news")
        except asyncio.CancelledError:
            log.append("fetch: CancelledError")
            raise

    async def report() -> str:
        task = asyncio.create_task(fetch(), name="fetch")
        try:
            return await task
        except asyncio.CancelledError:
            log.append("report: CancelledError")
            raise

    task = asyncio.create_task(report(), name="report")
    await asyncio.sleep(1.5)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        log.append("main: CancelledError")
    return log


async def cancel_after(
    seconds: float, awaitable: Awaitable[object]
) -> tuple[bool, int, float]:
    """Run something in a task, cancel it, and wait until it is over.

    Args:
        seconds: After how many seconds to cancel it.
        awaitable: What the task awaits.

    Returns:
        Whether the task counts as cancelled, how many requests it still counts, and
        after how many seconds it was over.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.cancelling import Server, cancel_after
        >>> asyncio.run(cancel_after(1, Server().fetch("slow")))
        (True, 1, 1.0)
        >>> asyncio.run(cancel_after(2, Server().fetch("mail")))
        (False, 0, 2.0)
    """

    async def job() -> None:
        await awaitable

    loop = asyncio.get_running_loop()
    started = loop.time()
    task = asyncio.create_task(job())
    await asyncio.sleep(seconds)
    task.cancel()
    await asyncio.wait([task])
    return task.cancelled(), task.cancelling(), round(loop.time() - started, 1)


async def fetch_and_say_goodbye(log: list[str]) -> str:
    """Fetch a page, and say goodbye to the server, whatever happens.

    Args:
        log: Where to note what happens.

    Returns:
        The page.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.cancelling import fetch_and_say_goodbye
        >>> log = []
        >>> asyncio.run(fetch_and_say_goodbye(log))
        'page news'
        >>> log
        ['hello', 'goodbye...', 'gone']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(fetch_and_say_goodbye(log)))
        4.0
    """
    log.append("hello")
    try:
        return await Server().fetch("news")
    finally:
        log.append("goodbye...")
        await asyncio.sleep(2)
        log.append("gone")


async def cancel_twice() -> tuple[list[str], bool]:
    """Cancel a task, and cancel it again while it cleans up.

    Returns:
        How far the clean-up came, and whether the task is over.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.cancelling import cancel_twice
        >>> asyncio.run(cancel_twice())
        (['hello', 'goodbye...'], True)
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(cancel_twice()))
        2.0
    """
    log: list[str] = []
    task = asyncio.create_task(fetch_and_say_goodbye(log))
    for _ in range(2):
        await asyncio.sleep(1)
        task.cancel()
    await asyncio.wait([task])
    return log, task.done()


async def swallow(*, uncancel: bool) -> str:
    """Take a request to cancel for something else, and go on.

    Args:
        uncancel: Whether to take the request off the task's account.

    Returns:
        What became of a group that the task used later.

    Raises:
        asyncio.CancelledError: The group took the old request for a new one: from
            Python 3.13 on, if nobody took it off the account.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.cancelling import swallow
        >>> asyncio.run(swallow(uncancel=True))
        "the group raised ConnectionError('no answer for gone')"
    """

    async def job() -> str:
        try:
            await Server().fetch("slow")
        except asyncio.CancelledError:
            if uncancel and (me := asyncio.current_task()):
                me.uncancel()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(Server().fetch("gone"))
                await asyncio.sleep(10)
        except* ConnectionError as errors:
            result = f"the group raised {errors.exceptions[0]!r}"
        return result

    task = asyncio.create_task(job())
    await asyncio.sleep(1)
    task.cancel()
    return await task


async def answer_or_nothing(task: asyncio.Task[str]) -> str | None:
    """Wait for another task, which may be cancelled; so may be whoever waits.

    Args:
        task: The other task.

    Returns:
        Its result, or None if it was cancelled.

    Raises:
        asyncio.CancelledError: The task that waits was cancelled itself.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.cancelling import Server, answer_or_nothing
        >>> async def cancel_the_other():
        ...     task = asyncio.create_task(Server().fetch("news"))
        ...     task.cancel()
        ...     return await answer_or_nothing(task)
        >>> asyncio.run(cancel_the_other())
        >>> async def cancel_nobody():
        ...     task = asyncio.create_task(Server().fetch("news"))
        ...     return await answer_or_nothing(task)
        >>> asyncio.run(cancel_nobody())
        'page news'
        >>> async def cancel_who_waits():
        ...     task = asyncio.create_task(Server().fetch("news"))
        ...     asyncio.current_task().cancel()
        ...     return await answer_or_nothing(task)
        >>> asyncio.run(cancel_who_waits())
        Traceback (most recent call last):
          ...
        asyncio.exceptions.CancelledError
    """
    try:
        return await task
    except asyncio.CancelledError:
        me = asyncio.current_task()
        if me and me.cancelling():
            raise
        return None


async def save(log: list[str]) -> None:
    """Save something, which takes two seconds.

    Args:
        log: Where to note what happens.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.cancelling import save
        >>> log = []
        >>> asyncio.run(save(log))
        >>> log
        ['saving', 'saved']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(save(log)))
        2.0
    """
    log.append("saving")
    await asyncio.sleep(2)
    log.append("saved")


async def save_shielded(log: list[str]) -> None:
    """Save, and let no cancellation through to it; nobody waits for it then.

    Args:
        log: Where to note what happens.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.cancelling import cancel_after, save_shielded
        >>> log = []
        >>> asyncio.run(cancel_after(1, save_shielded(log)))
        (True, 1, 1.0)
        >>> log
        ['saving']
    """
    await asyncio.shield(save(log))


async def save_after_all(log: list[str]) -> None:
    """Save, and do not leave before that is done.

    Args:
        log: Where to note what happens.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.cancelling import cancel_after, save_after_all
        >>> log = []
        >>> asyncio.run(cancel_after(1, save_after_all(log)))
        (True, 1, 2.0)
        >>> log
        ['saving', 'saved']
        >>> asyncio.run(save_after_all(log))
    """
    saving = asyncio.create_task(save(log))
    try:
        await asyncio.shield(saving)
    except asyncio.CancelledError:
        await saving
        raise


async def cancel_all() -> list[str]:
    """Cancel several tasks, and wait until all of them are over.

    Returns:
        Of what type the result of each is.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.cancelling import cancel_all
        >>> asyncio.run(cancel_all())
        ['str', 'CancelledError', 'ConnectionError']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(cancel_all()))
        1.5
    """
    server = Server()
    names = ["mail", "slow", "gone"]
    tasks = [asyncio.create_task(server.fetch(name), name=name) for name in names]
    await asyncio.sleep(1.5)
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    return [type(result).__name__ for result in results]


async def never_started() -> tuple[list[str], bool]:
    """Cancel a task before its first step.

    Returns:
        What its coroutine noted, and whether the task counts as cancelled.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.cancelling import never_started
        >>> asyncio.run(never_started())
        ([], True)
    """
    log: list[str] = []
    task = asyncio.create_task(fetch_and_say_goodbye(log))
    task.cancel()
    await asyncio.wait([task])
    return log, task.cancelled()
