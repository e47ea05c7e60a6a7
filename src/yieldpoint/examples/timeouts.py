"""A limit for how long something may take."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from yieldpoint.examples.fetching import Server

__all__ = [
    "StatusError",
    "all_within",
    "fetch_by_status",
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
        >>> async def give_up(name):
        ...     try:
        ...         await fetch_patiently(Server(), name)
        ...     except (TimeoutError, ConnectionError) as error:
        ...         print(type(error).__name__)
        >>> asyncio.run(seconds(give_up("gone")))
        ConnectionError
        6.0
        >>> asyncio.run(seconds(give_up("slow")))
        TimeoutError
        18.0
    """
    for pause in pauses:
        try:
            return await fetch_within(server, name, limit)
        except (TimeoutError, ConnectionError):
            await asyncio.sleep(pause)
    return await fetch_within(server, name, limit)


class StatusError(Exception):
    """An answer of a server that is no page.

    Args:
        status: The number of the answer, as HTTP has it.
        retry_after: In how many seconds to come again, as the answer says.

    Examples:
        >>> from yieldpoint.examples.timeouts import StatusError
        >>> raise StatusError(503, retry_after=3)
        Traceback (most recent call last):
          ...
        yieldpoint.examples.timeouts.StatusError: 503
    """

    def __init__(self, status: int, retry_after: float = 0) -> None:
        """Keep what the answer says."""
        super().__init__(status)
        self.status = status
        self.retry_after = retry_after


async def fetch_by_status(
    fetch: Callable[[], Awaitable[str]], pauses: Iterable[float] = (1, 2)
) -> str:
    """Fetch a page; try again if the server is busy, but not if it says no.

    Args:
        fetch: What to call for each try.
        pauses: How many seconds to wait before each further try, at least.

    Returns:
        The page.

    Raises:
        StatusError: The server says no, or was busy at the last try as well.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.timeouts import StatusError, fetch_by_status
        >>> from yieldpoint.examples.timing import seconds
        >>> statuses = [503, 429, 500, 404]
        >>> async def fetch():
        ...     raise StatusError(statuses.pop(0))
        >>> asyncio.run(fetch_by_status(fetch))
        Traceback (most recent call last):
          ...
        yieldpoint.examples.timeouts.StatusError: 500
        >>> asyncio.run(fetch_by_status(fetch))
        Traceback (most recent call last):
          ...
        yieldpoint.examples.timeouts.StatusError: 404
        >>> statuses
        []
        >>> retries_after = [0.5, 3]
        >>> async def fetch_later():
        ...     if retries_after:
        ...         raise StatusError(500, retries_after.pop(0))
        ...     return "page"
        >>> asyncio.run(seconds(fetch_by_status(fetch_later)))
        4.0
    """
    for pause in pauses:
        try:
            return await fetch()
        except StatusError as error:
            if error.status != 429 and error.status < 500:
                raise
            await asyncio.sleep(max(pause, error.retry_after))
    return await fetch()


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
        >>> asyncio.run(which_limit("news", for_one=5, for_all=5.5))
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
        >>> asyncio.run(overrun(2, clean_up=3))
        5.0
        >>> asyncio.run(overrun(2, clean_up=0))
        2.0
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
