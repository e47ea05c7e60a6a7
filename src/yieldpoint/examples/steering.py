"""Tasks that are paused, restarted, found by name, and connected again."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from yieldpoint.examples.fetching import Server

__all__ = [
    "Line",
    "cancel_by_name",
    "follow",
    "in_parts",
    "pause_and_resume",
    "restart",
    "restart_a_worker",
    "stay_connected",
]


async def in_parts(parts: int, gate: asyncio.Event, log: list[str]) -> None:
    """Do a job in parts, and wait before each while somebody has closed the gate.

    Args:
        parts: How many parts the job has, of a second each.
        gate: The gate, which is open while the event is set.
        log: Where to note each part.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.steering import in_parts
        >>> async def with_an_open_gate():
        ...     gate, log = asyncio.Event(), []
        ...     gate.set()
        ...     await in_parts(2, gate, log)
        ...     return log
        >>> asyncio.run(with_an_open_gate())
        ['part 1', 'part 2']
    """
    for part in range(1, parts + 1):
        await gate.wait()
        await asyncio.sleep(1)
        log.append(f"part {part}")


async def pause_and_resume() -> list[str]:
    """Pause a job for ten seconds.

    Returns:
        What was done, and what was told to the job.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.steering import pause_and_resume
        >>> asyncio.run(pause_and_resume())
        ['part 1', 'pause', 'part 2', 'resume', 'part 3']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(pause_and_resume()))
        12.5
    """
    gate = asyncio.Event()
    gate.set()
    log: list[str] = []
    async with asyncio.TaskGroup() as group:
        group.create_task(in_parts(3, gate, log), name="job")
        await asyncio.sleep(1.5)
        gate.clear()
        log.append("pause")
        await asyncio.sleep(10)
        gate.set()
        log.append("resume")
    return log


async def restart(work: Callable[[], Awaitable[str]], tries: int) -> str:
    """Call a coroutine function again when it fails, after a pause that grows.

    Args:
        work: What to call.
        tries: How often, at most.

    Returns:
        What the call has returned that did not fail.

    Raises:
        ConnectionError: The last try has failed, too.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.fetching import Server
        >>> from yieldpoint.examples.steering import restart
        >>> asyncio.run(restart(lambda: Server().fetch("mail"), tries=2))
        'page mail'
        >>> async def fetch_nothing():
        ...     raise ConnectionError("no answer")
        >>> try:
        ...     asyncio.run(restart(fetch_nothing, tries=2))
        ... except ConnectionError as error:
        ...     print("in the end:", error)
        after ConnectionError: again in 1 s
        in the end: no answer
    """
    for number in range(tries - 1):
        try:
            return await work()
        except ConnectionError as error:
            pause = 2**number
            print(f"after {type(error).__name__}: again in {pause} s")
            await asyncio.sleep(pause)
    return await work()


async def restart_a_worker() -> list[str]:
    """Run two tasks, of which one fails once and is begun again.

    Returns:
        Their results.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.steering import restart_a_worker
        >>> asyncio.run(restart_a_worker())
        after ConnectionError: again in 1 s
        ['page flaky', 'page maps']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(restart_a_worker()))
        after ConnectionError: again in 1 s
        3.0
    """
    server = Server()
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(restart(partial(server.fetch, page), tries=3), name=page)
            for page in ("flaky", "maps")
        ]
    return [task.result() for task in tasks]


async def cancel_by_name(name: str) -> list[str]:
    """Keep tasks in a dictionary, and cancel one of them by its name.

    Args:
        name: Whom to cancel.

    Returns:
        How each has ended.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.steering import cancel_by_name
        >>> asyncio.run(cancel_by_name("slow"))
        ['news: page news', 'slow: cancelled']
    """
    server = Server()
    async with asyncio.TaskGroup() as group:
        tasks = {
            page: group.create_task(server.fetch(page), name=page)
            for page in ("news", "slow")
        }
        await asyncio.sleep(1)
        tasks[name].cancel()
    return [
        f"{page}: {'cancelled' if task.cancelled() else task.result()}"
        for page, task in tasks.items()
    ]


class Line:
    """A connection that breaks after some messages, a function on the clock.

    Examples:
        >>> from yieldpoint.examples.steering import Line
        >>> Line([2]).breaks_after
        [2]
    """

    def __init__(self, breaks_after: list[int]) -> None:
        """Begin without a connection.

        Args:
            breaks_after: How many messages come through at each connection.
        """
        self.breaks_after = list(breaks_after)
        self.number = 0

    async def connect(self) -> int:
        """Connect, if the server is there.

        Returns:
            How many messages will come before the connection breaks.

        Raises:
            ConnectionError: The server does not answer now.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.examples.steering import Line
            >>> asyncio.run(Line([0]).connect())
            Traceback (most recent call last):
              ...
            ConnectionError: no answer
        """
        await asyncio.sleep(0.1)
        messages = self.breaks_after.pop(0)
        if not messages:
            raise ConnectionError("no answer")
        return messages

    async def receive(self, left: int) -> str:
        """Wait for the next message.

        Args:
            left: How many messages are left.

        Returns:
            The message.

        Raises:
            ConnectionError: None is left: the connection is broken.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.examples.steering import Line
            >>> asyncio.run(Line([]).receive(1))
            'message 1'
        """
        if not left:
            raise ConnectionError("broken")
        await asyncio.sleep(1)
        self.number += 1
        return f"message {self.number}"


async def follow(line: Line, log: list[str]) -> None:
    """Receive what comes over one connection, until it breaks.

    Args:
        line: The line to connect to.
        log: Where to note what has come.

    Raises:
        ConnectionError: The connection could not be made, or has broken.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.steering import Line, follow
        >>> log = []
        >>> asyncio.run(follow(Line([1]), log))
        Traceback (most recent call last):
          ...
        ConnectionError: broken
        >>> log
        ['message 1']
    """
    left = await line.connect()
    while True:
        log.append(await line.receive(left))
        left -= 1


async def stay_connected(line: Line, log: list[str]) -> None:
    """Connect again whenever the connection breaks, sooner after it has worked.

    Args:
        line: The line to connect to.
        log: Where to note what has come, and each pause.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.steering import Line, stay_connected
        >>> async def for_a_while(seconds, *breaks_after):
        ...     log = []
        ...     try:
        ...         async with asyncio.timeout(seconds):
        ...             await stay_connected(Line(breaks_after), log)
        ...     except TimeoutError:
        ...         return log
        >>> asyncio.run(for_a_while(4, 1, 0, 0, 1))
        ['message 1', 'again in 1 s', 'again in 2 s']
        >>> asyncio.run(for_a_while(4, 0, 1, 1))
        ['again in 1 s', 'message 1', 'again in 1 s']
    """
    pause = 1
    while True:
        before = len(log)
        try:
            await follow(line, log)
        except ConnectionError:
            if len(log) > before:
                pause = 1  # this time it has worked
            log.append(f"again in {pause} s")
            await asyncio.sleep(pause)
            pause = min(2 * pause, 60)
