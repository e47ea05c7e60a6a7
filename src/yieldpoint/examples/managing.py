"""``async with``: things that must be given back, where giving back takes time."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Self

__all__ = [
    "Client",
    "Connection",
    "Prices",
    "PricesWithOneLock",
    "ask_many",
    "ask_once",
    "ask_twice",
    "cancel_inside",
    "connect",
    "connect_carelessly",
    "hold_a_thread_lock",
    "prices_of",
    "take_it_twice",
    "use_unless_busy",
]


class Connection:
    """A connection to a server: a second to open it, and a second to close it.

    Attributes:
        name: What tells this connection from others.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.managing import Connection
        >>> async def open_and_close():
        ...     async with Connection("A") as connection:
        ...         print(connection.name)
        >>> asyncio.run(open_and_close())
        A is open
        A
        A is closed
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(open_and_close()))
        A is open
        A
        A is closed
        2.0
    """

    def __init__(self, name: str) -> None:
        """Note the name; nothing is open yet.

        Args:
            name: What tells this connection from others.
        """
        self.name = name

    async def __aenter__(self) -> Self:
        """Open it."""
        await asyncio.sleep(1)
        print(f"{self.name} is open")
        return self

    async def __aexit__(self, *exception: object) -> None:
        """Close it, whatever has happened: all three are None if nothing has."""
        await asyncio.sleep(1)
        print(f"{self.name} is closed")

    async def ask(self, question: str) -> str:
        """Get an answer, which takes a second.

        Args:
            question: What to ask.

        Returns:
            The answer.

        Raises:
            ValueError: The question has no question mark.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.examples.managing import Connection
            >>> asyncio.run(Connection("A").ask("How much?"))
            'A says: 42'
            >>> asyncio.run(Connection("A").ask("Hello!"))
            Traceback (most recent call last):
              ...
            ValueError: Hello! is no question
            >>> from yieldpoint.examples.timing import seconds
            >>> asyncio.run(seconds(Connection("A").ask("How much?")))
            1.0
        """
        await asyncio.sleep(1)
        if "?" not in question:
            raise ValueError(f"{question} is no question")
        return f"{self.name} says: 42"


async def ask_once(question: str) -> str:
    """Open a connection, ask, and close it.

    Args:
        question: What to ask.

    Returns:
        The answer.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.managing import ask_once
        >>> asyncio.run(ask_once("How much?"))
        A is open
        A is closed
        'A says: 42'
    """
    async with Connection("A") as connection:
        return await connection.ask(question)


async def ask_twice() -> None:
    """Let two tasks ask at once, each over a connection of its own.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.managing import ask_twice
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(ask_twice()))
        Ada is open
        Bob is open
        Ada is closed
        Bob is closed
        3.0
    """

    async def ask(name: str) -> None:
        async with Connection(name) as connection:
            await connection.ask("How much?")

    async with asyncio.TaskGroup() as group:
        for name in ("Ada", "Bob"):
            group.create_task(ask(name), name=name)


@asynccontextmanager
async def connect(name: str) -> AsyncGenerator[Connection, None]:
    """Do what `Connection` does, in one function.

    Args:
        name: What tells this connection from others.

    Yields:
        The connection, for the block.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.managing import connect
        >>> async def ask():
        ...     async with connect("A") as connection:
        ...         return await connection.ask("How much?")
        >>> asyncio.run(ask())
        A is open
        A is closed
        'A says: 42'
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(ask()))
        A is open
        A is closed
        3.0
    """
    await asyncio.sleep(1)
    print(f"{name} is open")
    try:
        yield Connection(name)
    finally:
        await asyncio.sleep(1)
        print(f"{name} is closed")


@asynccontextmanager
async def connect_carelessly(name: str) -> AsyncGenerator[Connection, None]:
    """Close the connection only if nothing goes wrong in the block.

    Args:
        name: What tells this connection from others.

    Yields:
        The connection, for the block.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.managing import connect_carelessly
        >>> async def ask(question):
        ...     async with connect_carelessly("A") as connection:
        ...         return await connection.ask(question)
        >>> asyncio.run(ask("How much?"))
        A is open
        A is closed
        'A says: 42'
        >>> asyncio.run(ask("Hello!"))
        Traceback (most recent call last):
          ...
        ValueError: Hello! is no question
    """
    print(f"{name} is open")
    yield Connection(name)
    print(f"{name} is closed")


async def cancel_inside() -> None:
    """Cancel a task in its block: it closes the connection, which takes a second.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.managing import cancel_inside
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(cancel_inside()))
        A is open
        A is closed
        cancelled: True
        2.5
    """
    task = asyncio.create_task(ask_once("How much?"), name="asks")
    await asyncio.sleep(1.5)
    task.cancel()
    await asyncio.wait([task])
    print(f"cancelled: {task.cancelled()}")


async def ask_many(names: list[str]) -> list[str]:
    """Open as many connections as there are names, ask over each, close them all.

    Args:
        names: What to call the connections.

    Returns:
        The answers.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.managing import ask_many
        >>> asyncio.run(ask_many(["A", "B"]))
        A is open
        B is open
        B is closed
        A is closed
        ['A says: 42', 'B says: 42']
    """
    async with AsyncExitStack() as stack:
        connections = [
            await stack.enter_async_context(Connection(name)) for name in names
        ]
        return [await connection.ask("How much?") for connection in connections]


class Client:
    """An object that has to wait for something before it can be used.

    Attributes:
        token: What the server gave.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.managing import Client
        >>> async def log_in():
        ...     client = await Client.create("ada")
        ...     return client.token
        >>> asyncio.run(log_in())
        'a token for ada'
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(log_in()))
        1.0
    """

    def __init__(self, token: str) -> None:
        """Take what is there already: nothing here waits.

        Args:
            token: What the server gave.
        """
        self.token = token

    @classmethod
    async def create(cls, name: str) -> Self:
        """Get a token, and make a client of it.

        Args:
            name: Who logs in.

        Returns:
            The client.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.examples.managing import Client
            >>> asyncio.run(Client.create("ada")).token
            'a token for ada'
        """
        await asyncio.sleep(1)
        return cls(f"a token for {name}")


class PricesWithOneLock:
    """Prices that are asked for once each, with one lock for all of them.

    Attributes:
        known: The prices that have been asked for.

    Examples:
        >>> from yieldpoint.examples.managing import PricesWithOneLock
        >>> PricesWithOneLock().known
        {}
    """

    def __init__(self) -> None:
        """Begin without any."""
        self.known: dict[str, int] = {}
        self.lock = asyncio.Lock()

    async def get(self, name: str) -> int:
        """Return a price, and ask the server for it the first time.

        Args:
            name: Of what.

        Returns:
            The price.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.examples.managing import PricesWithOneLock
            >>> asyncio.run(PricesWithOneLock().get("tea"))
            3
        """
        async with self.lock:
            if name not in self.known:
                self.known[name] = await self.ask(name)
            return self.known[name]

    async def ask(self, name: str) -> int:
        """Ask the server, which takes a second.

        Args:
            name: Of what.

        Returns:
            The price.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.examples.managing import PricesWithOneLock
            >>> from yieldpoint.examples.timing import seconds
            >>> asyncio.run(seconds(PricesWithOneLock().ask("tea")))
            1.0
        """
        await asyncio.sleep(1)
        return len(name)


class Prices(PricesWithOneLock):
    """Prices with a lock for each of them: who asks for tea waits for tea only.

    Attributes:
        locks: The lock of each price.

    Examples:
        >>> from yieldpoint.examples.managing import Prices
        >>> Prices().locks
        {}
    """

    def __init__(self) -> None:
        """Begin without any."""
        super().__init__()
        self.locks: dict[str, asyncio.Lock] = {}

    async def get(self, name: str) -> int:
        """Return a price, and ask the server for it the first time.

        Args:
            name: Of what.

        Returns:
            The price.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.examples.managing import Prices
            >>> asyncio.run(Prices().get("tea"))
            3
        """
        async with self.locks.setdefault(name, asyncio.Lock()):
            if name not in self.known:
                self.known[name] = await self.ask(name)
            return self.known[name]


async def prices_of(prices: PricesWithOneLock, *names: str) -> list[int]:
    """Ask for several prices at once.

    Args:
        prices: Whom to ask.
        names: Of what.

    Returns:
        The prices.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.managing import Prices, PricesWithOneLock
        >>> from yieldpoint.examples.managing import prices_of
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(prices_of(Prices(), "tea", "coffee", "tea"))
        [3, 6, 3]
        >>> asyncio.run(seconds(prices_of(Prices(), "tea", "coffee", "tea")))
        1.0
        >>> asyncio.run(seconds(prices_of(PricesWithOneLock(), "tea", "coffee", "tea")))
        2.0
    """
    return await asyncio.gather(*(prices.get(name) for name in names))


async def hold_a_thread_lock() -> bool:
    """Hold a lock for threads across an await, while another task wants it.

    Returns:
        Whether the other task gets it.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.managing import hold_a_thread_lock
        >>> asyncio.run(hold_a_thread_lock())
        False
    """
    lock = threading.Lock()

    async def want() -> bool:
        return lock.acquire(blocking=False)  # blocking, it would never return

    with lock:
        return await asyncio.create_task(want())


async def take_it_twice() -> str:
    """Take a lock that this very task holds already.

    Returns:
        What comes of it.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.managing import take_it_twice
        >>> asyncio.run(take_it_twice())
        'waited 10 s for itself'
    """
    lock = asyncio.Lock()
    loop = asyncio.get_running_loop()
    started = loop.time()
    with suppress(TimeoutError):
        async with asyncio.timeout(10), lock:
            await lock.acquire()
    return f"waited {loop.time() - started:.0f} s for itself"


async def use_unless_busy(lock: asyncio.Lock, patience: float) -> str:
    """Use what a lock guards, unless others use it for too long.

    Args:
        lock: The lock.
        patience: For how many seconds to wait for it.

    Returns:
        What became of it.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.managing import use_unless_busy
        >>> async def use_twice():
        ...     lock = asyncio.Lock()
        ...     print(await use_unless_busy(lock, patience=1))
        ...     await lock.acquire()
        ...     print(await use_unless_busy(lock, patience=1))
        >>> asyncio.run(use_twice())
        used for 3 s
        busy
    """
    try:
        async with asyncio.timeout(patience):
            await lock.acquire()
    except TimeoutError:
        return "busy"
    try:
        await asyncio.sleep(3)
        return "used for 3 s"
    finally:
        lock.release()
