"""The same few things in each library that has an event loop.

Tasks, queues and connections go by other names in trio and in curio, and some of them
work after another plan. A `Library` has them under one name each, so that
`yieldpoint.benchmarks.loops` says once what is measured. Nothing of it runs in between
when tasks switch: a task awaits the library's own functions.

Examples:
    >>> from yieldpoint.benchmarks.libraries import library
    >>> small = library("yieldpoint.loop")
    >>> numbers = []
    >>> async def note(number):
    ...     await small.sleep(0)
    ...     numbers.append(number)
    >>> small.run(small.run_all(note, [1, 2, 3]))
    >>> numbers
    [1, 2, 3]
"""

import asyncio
import importlib
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any

from yieldpoint import loop
from yieldpoint.benchmarks import machine
from yieldpoint.benchmarks.server import leave_no_trace

__all__ = [
    "LIBRARIES",
    "Ask",
    "Job",
    "Library",
    "asyncio_in_python",
    "lacks",
    "library",
]

_HOST = "127.0.0.1"
_SIZE = 1_000  # no message has more bytes

#: Sends a message over a connection, and returns what has come back.
Ask = Callable[[bytes], Awaitable[bytes]]

#: What a task does; it gets a number.
Job = Callable[[int], Coroutine[Any, Any, None]]


class Library(ABC):
    """What the benchmarks need of an event loop.

    Args:
        module: Where the functions are; they are typed elsewhere, or not at all.

    Attributes:
        sleep: Waits for some seconds; for none, until the other tasks had their turn.
        lock: Makes a lock.

    Examples:
        >>> from yieldpoint import loop
        >>> from yieldpoint.benchmarks.libraries import library
        >>> library("yieldpoint.loop").sleep is loop.sleep
        True
    """

    sleep: Callable[[float], Awaitable[object]]
    lock: Callable[[], AbstractAsyncContextManager[object]]

    def __init__(self, module: Any) -> None:  # noqa: ANN401 - of whatever names it has
        """Take the functions that have the same name everywhere."""
        self.module = module
        self.sleep = module.sleep
        self.lock = module.Lock

    def run(self, main: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - as main is
        """Run a coroutine, and return its result.

        :meta private:
        """
        return self.module.run(main)

    @abstractmethod
    async def run_all(self, job: Job, numbers: Iterable[int]) -> None:
        """Run a job in a task for each number, and wait for all of them.

        :meta private:
        """

    @abstractmethod
    def channel(
        self,
    ) -> tuple[Callable[[int], Awaitable[object]], Callable[[], Awaitable[int]]]:
        """Return both ends of a queue that has room for one number: put and get.

        :meta private:
        """

    @abstractmethod
    def echo(self, number: int) -> AbstractAsyncContextManager[list[Ask]]:
        """Open connections to a server on the same loop that sends everything back.

        :meta private:
        """


class _LikeAsyncio(Library):
    """A module that has asyncio's names."""

    async def run_all(self, job: Job, numbers: Iterable[int]) -> None:
        create_task = self.module.create_task
        tasks = [create_task(job(number)) for number in numbers]
        for task in tasks:
            await task

    def channel(self) -> tuple[Any, Any]:
        queue = self.module.Queue(1)
        return queue.put, queue.get

    @asynccontextmanager
    async def echo(self, number: int) -> AsyncIterator[list[Ask]]:
        ended = self.module.Queue()

        async def answer(reader: Any, writer: Any) -> None:  # noqa: ANN401 - of any
            while data := await reader.read(_SIZE):
                writer.write(data)
                await writer.drain()
            writer.close()
            await writer.wait_closed()
            await ended.put(None)

        server = await self.module.start_server(answer, _HOST, 0)
        leave_no_trace(server.sockets[0])
        port = server.sockets[0].getsockname()[1]
        streams = [
            await self.module.open_connection(_HOST, port) for _ in range(number)
        ]
        yield [_ask_by_streams(*pair) for pair in streams]
        for _, writer in streams:
            writer.close()
            await writer.wait_closed()
        for _ in streams:
            await ended.get()
        server.close()
        await server.wait_closed()


def _ask_by_streams(reader: Any, writer: Any) -> Ask:  # noqa: ANN401 - of any library
    async def ask(message: bytes) -> bytes:
        writer.write(message)
        await writer.drain()
        answer: bytes = await reader.readexactly(len(message))
        return answer

    return ask


_Send = Callable[[bytes], Awaitable[None]]
_Receive = Callable[[int], Awaitable[bytes]]


async def _send_back(send: _Send, receive: _Receive) -> None:
    """Send everything back until the other side ends."""
    while data := await receive(_SIZE):
        await send(data)


def _ask_in_parts(send: _Send, receive: _Receive) -> Ask:
    """Ask where one has to look oneself for how much has come."""

    async def ask(message: bytes) -> bytes:
        await send(message)
        answer = b""
        while len(answer) < len(message):
            answer += await receive(len(message) - len(answer))
        return answer

    return ask


class _OnAsyncio(_LikeAsyncio):
    """Asyncio, on its own loop or on another one."""

    def __init__(
        self, new_loop: Callable[[], asyncio.AbstractEventLoop] | None = None
    ) -> None:
        super().__init__(asyncio)
        self._new_loop = new_loop

    def run(self, main: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - as main is
        with asyncio.Runner(loop_factory=self._new_loop) as runner:
            return runner.run(main)


class _PythonLoop(asyncio.SelectorEventLoop):
    """An event loop whose tasks and futures are the ones that asyncio has in Python."""

    def __init__(self) -> None:
        super().__init__()
        task_class = vars(asyncio.tasks)["_PyTask"]
        self.set_task_factory(lambda loop, coro, **o: task_class(coro, loop=loop, **o))

    def create_future(self) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = vars(asyncio.futures)["_PyFuture"](loop=self)
        return future


class _Trio(Library):
    """A task belongs to a nursery, and returns nothing."""

    def run(self, main: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - as main is
        async def await_it() -> Any:  # noqa: ANN401 - as main is
            return await main

        return self.module.run(await_it)

    async def run_all(self, job: Job, numbers: Iterable[int]) -> None:
        async with self.module.open_nursery() as nursery:
            for number in numbers:
                nursery.start_soon(job, number)

    def channel(self) -> tuple[Any, Any]:
        sending, receiving = self.module.open_memory_channel(1)
        return sending.send, receiving.receive

    @asynccontextmanager
    async def echo(self, number: int) -> AsyncIterator[list[Ask]]:
        trio = self.module

        def answer(stream: Any) -> Coroutine[Any, Any, None]:  # noqa: ANN401 - trio's
            return _send_back(stream.send_all, stream.receive_some)

        [listener] = await trio.open_tcp_listeners(0, host=_HOST)
        leave_no_trace(listener.socket)
        port = listener.socket.getsockname()[1]
        async with trio.open_nursery() as nursery, AsyncExitStack() as stack:
            nursery.start_soon(trio.serve_listeners, answer, [listener])
            streams = [await trio.open_tcp_stream(_HOST, port) for _ in range(number)]
            for stream in streams:
                await stack.enter_async_context(stream)
            yield [_ask_in_parts(each.send_all, each.receive_some) for each in streams]
            nursery.cancel_scope.cancel()


class _Curio(Library):
    """Whose sockets are its streams."""

    async def run_all(self, job: Job, numbers: Iterable[int]) -> None:
        spawn = self.module.spawn
        tasks = [await spawn(job, number) for number in numbers]
        for task in tasks:
            await task.join()

    def channel(self) -> tuple[Any, Any]:
        queue = self.module.Queue(1)
        return queue.put, queue.get

    @asynccontextmanager
    async def echo(self, number: int) -> AsyncIterator[list[Ask]]:
        curio = self.module

        def answer(
            connected: Any,  # noqa: ANN401 - curio has no types
            _: object,
        ) -> Coroutine[Any, Any, None]:
            return _send_back(connected.sendall, connected.recv)

        listening = curio.tcp_server_socket(_HOST, 0)
        leave_no_trace(listening)
        port = listening.getsockname()[1]
        serving = await curio.spawn(curio.network.run_server, listening, answer)
        async with AsyncExitStack() as stack:
            opened = [await curio.open_connection(_HOST, port) for _ in range(number)]
            for each in opened:
                await stack.enter_async_context(each)
            yield [_ask_in_parts(each.sendall, each.recv) for each in opened]
        await serving.cancel()


_MAKERS: dict[str, Callable[[], Library]] = {
    "yieldpoint.loop": lambda: _LikeAsyncio(loop),
    "asyncio": _OnAsyncio,
    "uvloop": lambda: _OnAsyncio(importlib.import_module("uvloop").new_event_loop),
    "trio": lambda: _Trio(importlib.import_module("trio")),
    "curio": lambda: _Curio(importlib.import_module("curio")),
}

#: The libraries by name, the small loop first. uvloop is asyncio on another loop.
LIBRARIES = tuple(_MAKERS)


def library(name: str) -> Library:
    """Return a library.

    Args:
        name: One of `LIBRARIES`.

    Returns:
        The library.

    Raises:
        ImportError: It is not installed.

    Examples:
        >>> from yieldpoint.benchmarks.libraries import library
        >>> async def answer():
        ...     return 42
        >>> library("asyncio").run(answer())
        42
    """
    return _MAKERS[name]()


def lacks(name: str) -> str:
    """Say why a library cannot be used.

    Args:
        name: One of `LIBRARIES`.

    Returns:
        The reason; empty if it can.

    Examples:
        >>> from yieldpoint.benchmarks.libraries import lacks
        >>> lacks("yieldpoint.loop")
        ''
    """
    return machine.lacks_a_working_module(name)


def asyncio_in_python() -> Library:
    """Return asyncio with the tasks and futures that it has in Python.

    It has each of them twice, and takes those in C where the interpreter has them.

    Returns:
        The library.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.benchmarks.libraries import asyncio_in_python
        >>> async def module_of_a_task():
        ...     task = asyncio.create_task(asyncio.sleep(0))
        ...     await task
        ...     return type(task).__module__
        >>> asyncio_in_python().run(module_of_a_task())
        'asyncio.tasks'
    """
    return _OnAsyncio(_PythonLoop)
