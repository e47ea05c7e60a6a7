"""One thing for many tasks: made once, locked by key, lent from a pool, told to all."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Generic, TypeVar

__all__ = [
    "Broadcast",
    "Connector",
    "Once",
    "Pool",
    "make_too_often",
    "save_by_key",
    "tell_all",
    "two_connections",
    "use_once",
]

T = TypeVar("T")


class Connector:
    """Connects to a database that is a function on the clock.

    Attributes:
        made: How many connections it has made.

    Examples:
        >>> from yieldpoint.examples.one_for_many import Connector
        >>> Connector().made
        0
    """

    def __init__(self) -> None:
        """Begin without a connection."""
        self.made = 0

    async def connect(self) -> str:
        """Make a connection, which takes a second.

        Returns:
            Its name.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.examples.one_for_many import Connector
            >>> from yieldpoint.examples.timing import seconds
            >>> asyncio.run(Connector().connect())
            'connection 1'
            >>> asyncio.run(seconds(Connector().connect()))
            1.0
        """
        self.made += 1
        name = f"connection {self.made}"
        await asyncio.sleep(1)
        return name


class Once(Generic[T]):
    """Makes something when a task asks for it first, and gives it to all tasks.

    Attributes:
        made: What has been made, if anything, in a list.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.one_for_many import Connector, Once
        >>> once = Once(Connector().connect)
        >>> once.made
        []
        >>> asyncio.run(once.get())
        'connection 1'
    """

    def __init__(self, make: Callable[[], Awaitable[T]]) -> None:
        """Make nothing yet.

        Args:
            make: The coroutine function that makes the thing.
        """
        self.make = make
        self.lock = asyncio.Lock()
        self.made: list[T] = []

    async def get(self) -> T:
        """Return the thing, after it has been made.

        Returns:
            The same thing at each call.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.examples.one_for_many import Connector, Once
            >>> async def get_twice():
            ...     once = Once(Connector().connect)
            ...     return await once.get(), await once.get()
            >>> asyncio.run(get_twice())
            ('connection 1', 'connection 1')
        """
        async with self.lock:
            if not self.made:
                self.made.append(await self.make())
        return self.made[0]


async def use_once() -> list[str]:
    """Let two tasks ask for one connection at the same time.

    Returns:
        What each has got.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.one_for_many import use_once
        >>> asyncio.run(use_once())
        ['connection 1', 'connection 1']
    """
    once = Once(Connector().connect)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(once.get(), name=name) for name in ("Ada", "Bob")]
    return [task.result() for task in tasks]


async def make_too_often() -> list[str]:
    """Look whether there is a connection, and make one, without a lock.

    Returns:
        What each of two tasks has got, and whoever comes later.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.one_for_many import make_too_often
        >>> asyncio.run(make_too_often())
        ['connection 1', 'connection 2', 'connection 2']
    """
    connector = Connector()
    made: list[str] = []

    async def get() -> str:
        if not made:
            made.append(await connector.connect())
        return made[-1]

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(get(), name=name) for name in ("Ada", "Bob")]
    return [*(task.result() for task in tasks), await get()]


async def save_by_key(accounts: str) -> list[str]:
    """Save to accounts: one task at a time to each, and to several at once.

    Args:
        accounts: The account of each task, a letter each.

    Returns:
        When each has begun, in seconds.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.one_for_many import save_by_key
        >>> asyncio.run(save_by_key("aba"))
        ['0 s: a', '0 s: b', '1 s: a']
    """
    locks = defaultdict[str, asyncio.Lock](asyncio.Lock)
    loop = asyncio.get_running_loop()
    started = loop.time()
    log = []

    async def save(account: str) -> None:
        async with locks[account]:
            log.append(f"{loop.time() - started:.0f} s: {account}")
            await asyncio.sleep(1)

    async with asyncio.TaskGroup() as group:
        for number, account in enumerate(accounts, start=1):
            group.create_task(save(account), name=f"save {number}")
    return log


class Pool:
    """Lends a fixed number of connections, each to one task at a time.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.one_for_many import Pool
        >>> async def take_one():
        ...     async with Pool(["A", "B"]).lent() as connection:
        ...         return connection
        >>> asyncio.run(take_one())
        'A'
    """

    def __init__(self, connections: list[str]) -> None:
        """Take the connections over.

        Args:
            connections: All that there will be.
        """
        self.free = asyncio.Queue[str]()
        for connection in connections:
            self.free.put_nowait(connection)

    @asynccontextmanager
    async def lent(self, within: float | None = None) -> AsyncIterator[str]:
        """Lend a connection, as soon as one is free, and take it back.

        Args:
            within: How many seconds to wait for it at most; None waits for ever.

        Yields:
            The connection.

        Raises:
            TimeoutError: No connection has become free in time.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.examples.one_for_many import Pool
            >>> async def wait_for_the_only_one():
            ...     pool = Pool(["A"])
            ...     async with pool.lent(), pool.lent(within=5):
            ...         print("never printed")
            >>> asyncio.run(wait_for_the_only_one())
            Traceback (most recent call last):
              ...
            TimeoutError
        """
        async with asyncio.timeout(within):
            connection = await self.free.get()
        try:
            yield connection
        finally:
            self.free.put_nowait(connection)


async def two_connections(queries: str) -> list[str]:
    """Send queries by a pool of two connections.

    Args:
        queries: The queries, a letter each.

    Returns:
        When each was sent, and by which connection.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.one_for_many import two_connections
        >>> asyncio.run(two_connections("xyz"))
        ['0 s: x by A', '0 s: y by B', '1 s: z by A']
    """
    pool = Pool(["A", "B"])
    loop = asyncio.get_running_loop()
    started = loop.time()
    log = []

    async def ask(query: str) -> None:
        async with pool.lent() as connection:
            log.append(f"{loop.time() - started:.0f} s: {query} by {connection}")
            await asyncio.sleep(1)

    async with asyncio.TaskGroup() as group:
        for query in queries:
            group.create_task(ask(query), name=f"query {query}")
    return log


class Broadcast:
    """Tells every subscriber each message.

    Attributes:
        queues: A queue for each subscriber, in the order in which they came.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.one_for_many import Broadcast
        >>> async def publish_to_two():
        ...     broadcast = Broadcast()
        ...     with broadcast.subscribed() as first, broadcast.subscribed() as second:
        ...         broadcast.publish("hello")
        ...         return await first.get(), await second.get()
        >>> asyncio.run(publish_to_two())
        ('hello', 'hello')
    """

    def __init__(self) -> None:
        """Begin without a subscriber."""
        self.queues = list[asyncio.Queue[str]]()

    @contextmanager
    def subscribed(self) -> Iterator[asyncio.Queue[str]]:
        """Take part for the time of a ``with`` block.

        Yields:
            The queue into which all messages come from now on.

        Examples:
            >>> from yieldpoint.examples.one_for_many import Broadcast
            >>> broadcast = Broadcast()
            >>> with broadcast.subscribed() as messages:
            ...     broadcast.publish("hello")
            ...     messages.qsize()
            1
            >>> broadcast.queues
            []
        """
        queue = asyncio.Queue[str]()
        self.queues.append(queue)
        try:
            yield queue
        finally:
            self.queues.remove(queue)

    def publish(self, message: str) -> None:
        """Put a message into each queue, without waiting.

        Args:
            message: The message.

        Examples:
            >>> from yieldpoint.examples.one_for_many import Broadcast
            >>> Broadcast().publish("nobody hears it")
        """
        for queue in self.queues:
            queue.put_nowait(message)


async def tell_all() -> list[str]:
    """Tell two subscribers, of whom one comes late.

    Returns:
        Who has heard what.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.one_for_many import tell_all
        >>> asyncio.run(tell_all())
        ['Ada: one', 'Ada: two', 'Bob: two']
    """
    broadcast = Broadcast()
    log = []

    async def listen(name: str) -> None:
        with broadcast.subscribed() as messages:
            while (message := await messages.get()) != "end":
                log.append(f"{name}: {message}")

    async with asyncio.TaskGroup() as group:
        group.create_task(listen("Ada"), name="Ada")
        await asyncio.sleep(1)
        broadcast.publish("one")
        group.create_task(listen("Bob"), name="Bob")
        await asyncio.sleep(1)
        broadcast.publish("two")
        broadcast.publish("end")
    return log
