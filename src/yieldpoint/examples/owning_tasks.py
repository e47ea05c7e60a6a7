"""Who holds a task, hears of its failure, and ends it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from yieldpoint.examples.fetching import Server

__all__ = [
    "Background",
    "Enough",
    "first_answer",
    "follow_links",
    "hold_a_failure",
    "in_the_background",
    "outcomes",
    "repeat",
    "repeat_with_drift",
    "stop_when_enough",
    "wait_for_the_rest",
]


class Background:
    """Tasks that nobody awaits: each is held until it is done, and failures are noted.

    Attributes:
        tasks: The tasks that are not done.
        log: What went wrong.

    Examples:
        >>> from yieldpoint.examples.owning_tasks import Background
        >>> Background().tasks
        set()
    """

    def __init__(self) -> None:
        """Begin without a task."""
        self.tasks: set[asyncio.Task[str]] = set()
        self.log: list[str] = []

    def start(self, server: Server, name: str) -> None:
        """Fetch a page in a task of its own.

        Args:
            server: Where from.
            name: Which page.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.examples.owning_tasks import Background, Server
            >>> async def start_one():
            ...     background = Background()
            ...     background.start(Server(), "mail")
            ...     print(len(background.tasks))
            ...     await asyncio.wait(background.tasks)
            ...     print(background.tasks)
            >>> asyncio.run(start_one())
            1
            set()
        """
        task = asyncio.create_task(server.fetch(name), name=name)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        task.add_done_callback(self.note_failure)

    def note_failure(self, task: asyncio.Task[str]) -> None:
        """Note the exception of a task that has failed; a program would log it.

        Args:
            task: The task, which is done.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.examples.owning_tasks import Background
            >>> async def cancel_one():
            ...     task = asyncio.create_task(asyncio.sleep(1))
            ...     task.cancel()
            ...     await asyncio.wait([task])
            ...     background = Background()
            ...     background.note_failure(task)
            ...     print(background.log)
            >>> asyncio.run(cancel_one())
            []
        """
        if not task.cancelled() and (error := task.exception()):
            self.log.append(f"{task.get_name()} failed: {error!r}")


async def in_the_background() -> list[str]:
    """Start two tasks, go on, and see later what became of them.

    Returns:
        What the program sees, and when.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.owning_tasks import in_the_background
        >>> for line in asyncio.run(in_the_background()):
        ...     print(line)
        started: 2 tasks
        gone failed: ConnectionError('no answer for gone')
        two seconds later: 0 tasks
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(in_the_background()))
        2.0
    """
    background = Background()
    for name in ("mail", "gone"):
        background.start(Server(), name)
    started = f"started: {len(background.tasks)} tasks"
    await asyncio.sleep(2)
    later = f"two seconds later: {len(background.tasks)} tasks"
    return [started, *background.log, later]


async def hold_a_failure() -> list[str]:
    """Hold a task that fails, and drop it later.

    Returns:
        What the event loop reports, after each step.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.owning_tasks import hold_a_failure
        >>> for line in asyncio.run(hold_a_failure()):
        ...     print(line)
        a second after the failure: []
        after the last reference: ['Task exception was never retrieved']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(hold_a_failure()))
        2.0
    """
    reports: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: reports.append(context["message"]))

    tasks = [asyncio.create_task(Server().fetch("gone"))]
    await asyncio.sleep(2)
    log = [f"a second after the failure: {reports}"]
    tasks.clear()
    log.append(f"after the last reference: {reports}")
    return log


async def wait_for_the_rest() -> list[str]:
    """Start tasks that nobody awaits, and wait at the end for all that are left.

    Returns:
        The results of the tasks that were left.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.owning_tasks import wait_for_the_rest
        >>> asyncio.run(wait_for_the_rest())
        ['page mail']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(wait_for_the_rest()))
        1.0
    """
    background = Background()
    background.start(Server(), "mail")
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    results = await asyncio.gather(*rest, return_exceptions=True)
    return [str(result) for result in results]


async def outcomes(server: Server, names: Iterable[str]) -> dict[str, str | Exception]:
    """Fetch pages in a group in which a failure cancels nobody.

    Args:
        server: Where from.
        names: Which pages.

    Returns:
        By name, the page, or the exception in its place.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.owning_tasks import Server, outcomes
        >>> asyncio.run(outcomes(Server(), ["news", "gone"]))
        {'news': 'page news', 'gone': ConnectionError('no answer for gone')}
    """

    async def fetch(name: str) -> str | Exception:
        try:
            return await server.fetch(name)
        except ConnectionError as error:
            return error

    async with asyncio.TaskGroup() as group:
        tasks = {name: group.create_task(fetch(name), name=name) for name in names}
    return {name: task.result() for name, task in tasks.items()}


async def first_answer(names: Iterable[str]) -> str:
    """Ask for several pages at once, take the first that comes, and drop the others.

    Args:
        names: The pages; any of them will do.

    Returns:
        The first page that came without a failure.

    Raises:
        ConnectionError: None came.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.owning_tasks import first_answer
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(first_answer(["slow", "gone", "news"]))
        'page news'
        >>> asyncio.run(seconds(first_answer(["slow", "gone", "news"])))
        2.0
        >>> asyncio.run(first_answer(["gone"]))
        Traceback (most recent call last):
          ...
        ConnectionError: none has answered
    """
    server = Server()
    tasks = [asyncio.create_task(server.fetch(name), name=name) for name in names]
    try:
        for next_result in asyncio.as_completed(tasks):
            try:
                return await next_result
            except ConnectionError:
                continue
        raise ConnectionError("none has answered")
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Enough(Exception):
    """What stops a group from within.

    Examples:
        >>> from yieldpoint.examples.owning_tasks import Enough
        >>> raise Enough
        Traceback (most recent call last):
          ...
        yieldpoint.examples.owning_tasks.Enough
    """


async def stop_when_enough(names: Iterable[str], wanted: int) -> list[str]:
    """Fetch pages until there are enough, and stop the group.

    Args:
        names: The pages.
        wanted: How many are enough.

    Returns:
        The pages that came.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.owning_tasks import stop_when_enough
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(stop_when_enough(["slow", "news", "mail"], wanted=2))
        ['page mail', 'page news']
        >>> asyncio.run(seconds(stop_when_enough(["slow", "news", "mail"], wanted=2)))
        2.0
        >>> asyncio.run(stop_when_enough(["mail"], wanted=2))
        ['page mail']
    """
    server = Server()
    pages: list[str] = []

    async def fetch(name: str) -> None:
        pages.append(await server.fetch(name))
        if len(pages) == wanted:
            raise Enough

    try:
        async with asyncio.TaskGroup() as group:
            for name in names:
                group.create_task(fetch(name), name=name)
    except* Enough:
        pass
    return pages


LINKS = {"home": ["news", "mail"], "news": ["maps", "home"], "mail": ["maps"]}


async def follow_links(server: Server, start: str) -> list[str]:
    """Fetch a page, and in new tasks of the same group all that it links to.

    Args:
        server: Where from.
        start: The first page.

    Returns:
        The names of the pages, in the order in which they came.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.owning_tasks import Server, follow_links
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(follow_links(Server(), "home"))
        ['home', 'mail', 'news', 'maps']
        >>> asyncio.run(seconds(follow_links(Server(), "home")))
        5.0
    """
    seen = {start}
    pages: list[str] = []

    async def visit(name: str) -> None:
        await server.fetch(name)
        pages.append(name)
        for link in LINKS.get(name, []):
            if link not in seen:
                seen.add(link)
                group.create_task(visit(link), name=link)

    async with asyncio.TaskGroup() as group:
        group.create_task(visit(start), name=start)
    return pages


async def repeat(
    every: float, job: Callable[[], Awaitable[object]], times: int
) -> list[float]:
    """Run a job at fixed times, however long it takes.

    Args:
        every: The seconds from one start to the next.
        job: What to run. It takes less time than that.
        times: How often.

    Returns:
        When each run started, in seconds after the first.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.owning_tasks import Server, repeat
        >>> server = Server()
        >>> def fetch():
        ...     return server.fetch("mail")
        >>> asyncio.run(repeat(2, fetch, times=4))
        [0.0, 2.0, 4.0, 6.0]
        >>> server.visits
        Counter({'mail': 4})
    """
    loop = asyncio.get_running_loop()
    first = loop.time()
    starts = []
    for number in range(times):
        await asyncio.sleep(first + number * every - loop.time())
        starts.append(round(loop.time() - first, 1))
        await job()
    return starts


async def repeat_with_drift(
    every: float, job: Callable[[], Awaitable[object]], times: int
) -> list[float]:
    """Run a job again and again, and sleep in between: it comes later each time.

    Args:
        every: How long to sleep after each run, in seconds.
        job: What to run.
        times: How often.

    Returns:
        When each run started, in seconds after the first.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.owning_tasks import Server, repeat_with_drift
        >>> def fetch():
        ...     return Server().fetch("mail")
        >>> asyncio.run(repeat_with_drift(2, fetch, times=4))
        [0.0, 3.0, 6.0, 9.0]
    """
    loop = asyncio.get_running_loop()
    first = loop.time()
    starts = []
    for _ in range(times):
        starts.append(round(loop.time() - first, 1))
        await job()
        await asyncio.sleep(every)
    return starts
