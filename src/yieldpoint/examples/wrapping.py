"""Functions around coroutine functions: decorators, caches, callbacks."""

import asyncio
import functools
import inspect
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

from yieldpoint.examples.fetching import Server

__all__ = [
    "OneTask",
    "call_back",
    "fetch_shared",
    "noted",
    "noted_at_the_call",
    "retried",
]

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def noted(
    function: Callable[Arguments, Awaitable[Result]],
) -> Callable[Arguments, Coroutine[Any, Any, Result]]:
    """Decorate a coroutine function: print how long each call has taken.

    Args:
        function: The coroutine function.

    Returns:
        A coroutine function that does the same, and prints.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.wrapping import noted
        >>> @noted
        ... async def double(number):
        ...     await asyncio.sleep(number)
        ...     return 2 * number
        >>> asyncio.run(double(3))
        double took 3 s
        6
        >>> double.__name__
        'double'
    """

    @functools.wraps(function)
    async def wrapper(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        loop = asyncio.get_running_loop()
        started = loop.time()
        try:
            return await function(*args, **kwargs)
        finally:
            print(f"{wrapper.__name__} took {loop.time() - started:.0f} s")

    return wrapper


def retried(
    times: int,
) -> Callable[
    [Callable[Arguments, Awaitable[Result]]],
    Callable[Arguments, Coroutine[Any, Any, Result]],
]:
    """Return a decorator: try again when there is no connection.

    Args:
        times: How often to try in all.

    Returns:
        What decorates a coroutine function.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.wrapping import Server, retried
        >>> server = Server()
        >>> @retried(times=3)
        ... async def fetch(name):
        ...     return await server.fetch(name)
        >>> asyncio.run(fetch("flaky"))
        'page flaky'
        >>> asyncio.run(fetch("gone"))
        Traceback (most recent call last):
          ...
        ConnectionError: no answer for gone
        >>> server.visits
        Counter({'gone': 3, 'flaky': 2})
    """

    def decorate(
        function: Callable[Arguments, Awaitable[Result]],
    ) -> Callable[Arguments, Coroutine[Any, Any, Result]]:
        @functools.wraps(function)
        async def wrapper(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            for _ in range(times - 1):
                try:
                    return await function(*args, **kwargs)
                except ConnectionError:
                    continue
            return await function(*args, **kwargs)

        return wrapper

    return decorate


def noted_at_the_call(
    function: Callable[Arguments, Result],
) -> Callable[Arguments, Result]:
    """Decorate a plain function; around a coroutine function it is a mistake.

    Args:
        function: The function.

    Returns:
        A function that does the same, and prints that it has returned.

    Examples:
        >>> from yieldpoint.examples.wrapping import noted_at_the_call
        >>> noted_at_the_call(len)("four")
        len has returned
        4
    """

    @functools.wraps(function)
    def wrapper(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        result = function(*args, **kwargs)
        print(f"{wrapper.__name__} has returned")
        return result

    return wrapper


class OneTask:
    """A cache for a coroutine function: a task for each argument, shared by all calls.

    Args:
        function: What to call for an argument that is new.

    Attributes:
        tasks: The task of each argument.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.wrapping import OneTask
        >>> cached = OneTask(asyncio.sleep)
        >>> cached.tasks
        {}
    """

    def __init__(self, function: Callable[[str], Coroutine[Any, Any, str]]) -> None:
        """Begin without any task."""
        self.function = function
        self.tasks: dict[str, asyncio.Task[str]] = {}

    async def __call__(self, name: str) -> str:
        """Await the task of this name, which the first call makes."""
        if name not in self.tasks:
            self.tasks[name] = asyncio.create_task(self.function(name))
            self.tasks[name].add_done_callback(lambda task: self.forget(name, task))
        return await asyncio.shield(self.tasks[name])

    def forget(self, name: str, task: asyncio.Task[str]) -> None:
        """Drop a task that has failed, so that the next call tries again.

        Args:
            name: Whose task it is.
            task: The task, which is done.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.examples.wrapping import OneTask, Server
            >>> async def fail():
            ...     cached = OneTask(Server().fetch)
            ...     await asyncio.wait([asyncio.create_task(cached("gone"))])
            ...     return cached.tasks
            >>> asyncio.run(fail())
            {}
        """
        if task.cancelled() or task.exception():
            del self.tasks[name]


async def fetch_shared(server: Server, names: list[str]) -> list[str]:
    """Fetch pages through a cache, all of them at once.

    Args:
        server: Where from.
        names: Which pages; some may be there more than once.

    Returns:
        The pages, in the order of the names.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.wrapping import Server, fetch_shared
        >>> server = Server()
        >>> asyncio.run(fetch_shared(server, ["news", "maps", "news"]))
        ['page news', 'page maps', 'page news']
        >>> server.visits.total()
        2
    """
    cached = OneTask(server.fetch)
    return await asyncio.gather(*map(cached, names))


async def call_back(callback: Callable[[str], object], page: str) -> object:
    """Call a function that may be a coroutine function or a plain one.

    Args:
        callback: The function.
        page: What to call it with.

    Returns:
        What it returns, after waiting for it if need be.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.wrapping import call_back
        >>> asyncio.run(call_back(len, "page news"))
        9
        >>> async def count(page):
        ...     return len(page)
        >>> asyncio.run(call_back(count, "page news"))
        9
    """
    result = callback(page)
    if inspect.isawaitable(result):
        result = await result
    return result
