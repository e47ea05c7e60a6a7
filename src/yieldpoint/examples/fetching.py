"""The program of the practice pages: fetch many pages from a server that is trouble."""

import asyncio
from collections import Counter
from collections.abc import Iterable

__all__ = ["Server", "in_tasks", "one_after_another"]

SECONDS = {"news": 2, "maps": 3, "slow": 20}


class Server:
    """A server that is a function on the clock: no socket, no other machine.

    Page "news" takes two seconds, "maps" three, "slow" twenty, and any other page
    one. Page "gone" always fails, and "flaky" at the first visit.

    Attributes:
        visits: How often each page has been asked for.
        open: How many requests are open.
        most_open: How many were open at the same time, at most.

    Examples:
        >>> from yieldpoint.examples.fetching import Server
        >>> Server().open
        0
    """

    def __init__(self) -> None:
        """Make one that nobody has visited."""
        self.visits = Counter[str]()
        self.open = 0
        self.most_open = 0

    async def fetch(self, name: str) -> str:
        """Answer a request for a page, after a while.

        Args:
            name: The page's name.

        Returns:
            The page.

        Raises:
            ConnectionError: The page is "gone", or "flaky" and visited for the first
                time.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.examples.fetching import Server
            >>> from yieldpoint.examples.timing import seconds
            >>> server = Server()
            >>> asyncio.run(server.fetch("mail"))
            'page mail'
            >>> asyncio.run(seconds(server.fetch("mail")))
            1.0
            >>> asyncio.run(server.fetch("flaky"))
            Traceback (most recent call last):
              ...
            ConnectionError: no answer for flaky
            >>> asyncio.run(server.fetch("flaky"))
            'page flaky'
            >>> server.open, server.most_open, server.visits["flaky"]
            (0, 1, 2)
        """
        self.visits[name] += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            await asyncio.sleep(SECONDS.get(name, 1))
        finally:
            self.open -= 1
        if name == "gone" or (name == "flaky" and self.visits[name] == 1):
            raise ConnectionError(f"no answer for {name}")
        return f"page {name}"


async def one_after_another(server: Server, names: Iterable[str]) -> dict[str, str]:
    """Fetch pages, each when the one before has come.

    Args:
        server: Where from.
        names: Which pages.

    Returns:
        The pages by name.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.fetching import Server, one_after_another
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(one_after_another(Server(), ["mail"]))
        {'mail': 'page mail'}
        >>> asyncio.run(seconds(one_after_another(Server(), ["mail", "news", "maps"])))
        6.0
    """
    return {name: await server.fetch(name) for name in names}


async def in_tasks(server: Server, names: Iterable[str]) -> dict[str, str]:
    """Fetch pages at the same time, a task each.

    Args:
        server: Where from.
        names: Which pages.

    Returns:
        The pages by name.

    Raises:
        ExceptionGroup: At least one page could not be fetched.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.fetching import Server, in_tasks
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(in_tasks(Server(), ["mail"]))
        {'mail': 'page mail'}
        >>> asyncio.run(seconds(in_tasks(Server(), ["mail", "news", "maps"])))
        3.0
    """
    async with asyncio.TaskGroup() as group:
        tasks = {
            name: group.create_task(server.fetch(name), name=name) for name in names
        }
    return {name: task.result() for name, task in tasks.items()}
