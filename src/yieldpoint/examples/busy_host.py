"""A host that refuses, says when to come again, and who has to hear of it."""

import asyncio
from collections import deque

from yieldpoint.examples.timeouts import StatusError

__all__ = ["BusyHost", "each_for_itself", "for_the_host", "two_workers"]


class BusyHost:
    """A host that answers two requests a second, and refuses the others.

    It asks whoever is refused to come again after three seconds.

    Attributes:
        refused: How many requests it has refused.

    Examples:
        >>> from yieldpoint.examples.busy_host import BusyHost
        >>> BusyHost().refused
        0
    """

    def __init__(self) -> None:
        """Make one that nobody has asked."""
        self.refused = 0
        self._last = deque([float("-inf")] * 2, maxlen=2)

    async def fetch(self, page: int) -> int:
        """Answer a request, after half a second, or refuse it at once.

        Args:
            page: Which page.

        Returns:
            The page.

        Raises:
            StatusError: It was one request too many in this second.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.examples.busy_host import BusyHost
            >>> host = BusyHost()
            >>> asyncio.run(host.fetch(1)), asyncio.run(host.fetch(2))
            (1, 2)
            >>> asyncio.run(host.fetch(3))
            3
            >>> async def three():
            ...     host = BusyHost()
            ...     pages = map(host.fetch, range(3))
            ...     return await asyncio.gather(*pages, return_exceptions=True)
            >>> asyncio.run(three())
            [0, 1, StatusError(429)]
            >>> from yieldpoint.examples.timing import seconds
            >>> asyncio.run(seconds(BusyHost().fetch(1)))
            0.5
        """
        now = asyncio.get_running_loop().time()
        if now - self._last[0] < 0.99:  # a second, for clocks that round
            self.refused += 1
            raise StatusError(429, retry_after=3)
        self._last.append(now)
        await asyncio.sleep(0.5)
        return page


async def each_for_itself(host: BusyHost, pages: int, workers: int) -> int:
    """Fetch pages; who is refused waits, and the other workers go on: a mistake.

    Args:
        host: Where from.
        pages: How many pages.
        workers: How many workers.

    Returns:
        How many requests were refused.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.busy_host import BusyHost, each_for_itself
        >>> asyncio.run(each_for_itself(BusyHost(), pages=12, workers=4))
        20
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(each_for_itself(BusyHost(), pages=12, workers=4)))
        16.5
    """
    todo = deque(range(pages))

    async def work() -> None:
        while todo:
            page = todo.popleft()
            try:
                await host.fetch(page)
            except StatusError as error:
                todo.append(page)
                await asyncio.sleep(error.retry_after)

    async with asyncio.TaskGroup() as group:
        for number in range(1, workers + 1):
            group.create_task(work(), name=f"worker {number}")
    return host.refused


async def for_the_host(host: BusyHost, pages: int, workers: int, rate: float) -> int:
    """Fetch pages; when one worker is refused, all leave the host alone.

    Args:
        host: Where from.
        pages: How many pages.
        workers: How many workers.
        rate: How many requests a second at most, after the first refusal.

    Returns:
        How many requests were refused.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.busy_host import BusyHost, for_the_host
        >>> asyncio.run(for_the_host(BusyHost(), pages=12, workers=4, rate=1000))
        5
        >>> asyncio.run(for_the_host(BusyHost(), pages=12, workers=4, rate=2))
        1
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(for_the_host(BusyHost(), 12, 4, rate=2)))
        8.0
    """
    todo = deque(range(pages))
    now = asyncio.get_running_loop().time
    not_before = distance = 0.0

    async def work() -> None:
        nonlocal not_before, distance
        while todo:
            if (wait := not_before - now()) > 0:
                await asyncio.sleep(wait)
                continue
            not_before = now() + distance
            page = todo.popleft()
            try:
                await host.fetch(page)
            except StatusError as error:
                todo.append(page)
                not_before = max(not_before, now() + error.retry_after)
                distance = 1 / rate

    async with asyncio.TaskGroup() as group:
        for number in range(1, workers + 1):
            group.create_task(work(), name=f"worker {number}")
    return host.refused


async def two_workers() -> int:
    """Fetch four pages by two workers; the host refuses one of them at first.

    Returns:
        How many requests were refused.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.busy_host import two_workers
        >>> asyncio.run(two_workers())
        1
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(two_workers()))
        4.5
    """
    return await for_the_host(BusyHost(), pages=4, workers=2, rate=2)
