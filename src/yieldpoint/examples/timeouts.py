"""A limit for how long something may take."""

import asyncio
from collections.abc import Iterable

from yieldpoint.examples.fetching import Server

__all__ = [
    "all_within",
    "fetch_patiently",
    "fetch_within",
    "leave_behind",
    "overrun",
    "until_deadline",
    "wait_for_answer",
    "which_limit",
    "while_pages_come",
]


async def fetch_within(server: Server, name: str, seconds: float) -> str:
    """Fetch a page, or give up.

    Args:
        server: Where from.
        name: Which page.
        seconds: How long it may take.

    Returns:
        The page.

    Raises:
        TimeoutError: It did not come in time.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.timeouts import Server, fetch_within
        >>> asyncio.run(fetch_within(Server(), "mail", seconds=5))
        'page mail'
        >>> asyncio.run(fetch_within(Server(), "slow", seconds=5))
        Traceback (most recent call last):
          ...
        TimeoutError
    """
    async with asyncio.timeout(seconds):
        return await server.fetch(name)


async def fetch_patiently(
    server: Server, name: str, limit: float = 5, pauses: Iterable[float] = (1, 2)
) -> str:
    """Fetch a page; after a failure, wait and try again.

    Args:
        server: Where from.
        name: Which page.
        limit: How many seconds each try may take.
        pauses: How many seconds to wait before each further try.

    Returns:
        The page.

    Raises:
        TimeoutError: The last try took too long.
        ConnectionError: The last try failed.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.timeouts import Server, fetch_patiently
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(fetch_patiently(Server(), "flaky"))
        'page flaky'
        >>> asyncio.run(seconds(fetch_patiently(Server(), "flaky")))
        3.0
        >>> server = Server()
        >>> asyncio.run(fetch_patiently(server, "gone"))
        Traceback (most recent call last):
          ...
        ConnectionError: no answer for gone
        >>> server.visits["gone"]
        3
        >>> asyncio.run(fetch_patiently(server, "slow", pauses=[]))
        Traceback (most recent call last):
          ...
        TimeoutError
    """
    for pause in pauses:
        try:
            return await fetch_within(server, name, limit)
        except (TimeoutError, ConnectionError):
            await asyncio.sleep(pause)
    return await fetch_within(server, name, limit)


async def all_within(names: Iterable[str], seconds: float) -> list[str]:
    """Fetch pages at the same time, until time is up.

    Args:
        names: The pages.
        seconds: How long all of them together may take.

    Returns:
        The pages that came in time.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.timeouts import all_within
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(all_within(["news", "maps", "mail"], seconds=2.5))
        ['page news', 'page mail']
        >>> asyncio.run(seconds(all_within(["news", "slow"], seconds=2.5)))
        2.5
        >>> asyncio.run(all_within(["news", "mail"], seconds=5))
        ['page news', 'page mail']
    """
    server = Server()
    try:
        async with asyncio.timeout(seconds), asyncio.TaskGroup() as group:
            tasks = [group.create_task(server.fetch(name), name=name) for name in names]
    except TimeoutError:
        pass
    return [task.result() for task in tasks if not task.cancelled()]


async def until_deadline(names: Iterable[str], seconds: float) -> list[str]:
    """Fetch pages one after another; one time limit holds for all steps.

    Args:
        names: The pages.
        seconds: How long all of them together may take.

    Returns:
        What became of each page.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.timeouts import until_deadline
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(until_deadline(["news", "maps", "mail"], seconds=4))
        ['page news', 'no time left for maps', 'no time left for mail']
        >>> asyncio.run(seconds(until_deadline(["news", "maps", "mail"], seconds=4)))
        4.0
    """
    server = Server()
    deadline = asyncio.get_running_loop().time() + seconds
    results = []
    for name in names:
        try:
            async with asyncio.timeout_at(deadline):
                results.append(await server.fetch(name))
        except TimeoutError:
            results.append(f"no time left for {name}")
    return results


async def while_pages_come(names: Iterable[str], seconds: float) -> list[str]:
    """Fetch pages one after another, as long as each comes in time.

    Args:
        names: The pages.
        seconds: How long to wait for the next one.

    Returns:
        The pages that came.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.timeouts import while_pages_come
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(while_pages_come(["news", "maps", "slow", "mail"], seconds=4))
        ['page news', 'page maps']
        >>> asyncio.run(seconds(while_pages_come(["news", "maps", "slow"], seconds=4)))
        9.0
        >>> asyncio.run(while_pages_come(["news"], seconds=4))
        ['page news']
    """
    server = Server()
    loop = asyncio.get_running_loop()
    pages = []
    try:
        async with asyncio.timeout(seconds) as limit:
            for name in names:
                pages.append(await server.fetch(name))
                limit.reschedule(loop.time() + seconds)
    except TimeoutError:
        pass
    return pages


async def which_limit(name: str, for_one: float, for_all: float) -> str:
    """Put one time limit into another one, and tell which of them is over.

    Args:
        name: A page.
        for_one: How many seconds the page may take.
        for_all: How many seconds all may take, a pause of three seconds included.

    Returns:
        What happened.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.timeouts import which_limit
        >>> asyncio.run(which_limit("news", for_one=1, for_all=10))
        'the page took too long'
        >>> asyncio.run(which_limit("news", for_one=5, for_all=1))
        'all took too long'
        >>> asyncio.run(which_limit("news", for_one=5, for_all=4))
        'all took too long'
        >>> asyncio.run(which_limit("news", for_one=5, for_all=10))
        'page news'
    """
    try:
        async with asyncio.timeout(for_all):
            try:
                async with asyncio.timeout(for_one):
                    page = await Server().fetch(name)
            except TimeoutError:
                return "the page took too long"
            await asyncio.sleep(3)
            return page
    except TimeoutError:
        return "all took too long"


async def overrun(seconds: float, clean_up: float) -> float:
    """Limit the time of something that takes its time to clean up.

    Args:
        seconds: The limit.
        clean_up: How many seconds the clean-up takes.

    Returns:
        How many seconds it took.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.timeouts import overrun
        >>> asyncio.run(overrun(1, clean_up=5))
        6.0
        >>> asyncio.run(overrun(1, clean_up=0))
        1.0
    """
    loop = asyncio.get_running_loop()
    started = loop.time()
    try:
        async with asyncio.timeout(seconds):
            try:
                await Server().fetch("slow")
            finally:
                await asyncio.sleep(clean_up)
    except TimeoutError:
        pass
    return round(loop.time() - started, 1)


async def leave_behind(name: str, seconds: float) -> tuple[str, asyncio.Task[str]]:
    """Wait for a page for some time, and leave the task running.

    Args:
        name: The page.
        seconds: How long to wait.

    Returns:
        The page, or that it is late; and the task, for its next owner.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.timeouts import leave_behind
        >>> async def ask_again():
        ...     answer, task = await leave_behind("maps", seconds=2)
        ...     return answer, await task
        >>> asyncio.run(ask_again())
        ('late', 'page maps')
        >>> asyncio.run(leave_behind("maps", seconds=5))[0]
        'page maps'
    """
    task = asyncio.create_task(Server().fetch(name))
    done, _pending = await asyncio.wait([task], timeout=seconds)
    return (task.result() if done else "late"), task


async def wait_for_answer() -> str:
    """Cancel a task at the moment at which what it waits for arrives.

    Returns:
        The answer, or that the task was cancelled.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.timeouts import wait_for_answer
        >>> asyncio.run(wait_for_answer()) in ("cancelled", "the answer")
        True
    """
    answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def wait() -> str:
        try:
            result = await asyncio.wait_for(answer, timeout=10)
        except asyncio.CancelledError:
            result = "cancelled"
        return result

    task = asyncio.create_task(wait())
    await asyncio.sleep(1)
    answer.set_result("the answer")
    task.cancel()
    return await task
