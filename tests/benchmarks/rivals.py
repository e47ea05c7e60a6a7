"""Stand-ins for trio and curio: as much of them as the benchmarks use, on asyncio."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, Self

_Serve = Callable[..., Awaitable[None]]


class _Connection:
    """A socket that is awaited; it gives half of what is asked for, at most."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self._socket = sock

    async def send_all(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self._socket, data)

    async def receive_some(self, size: int) -> bytes:
        loop = asyncio.get_running_loop()
        return await loop.sock_recv(self._socket, max(1, size // 2))

    sendall, recv = send_all, receive_some

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._socket.close()


def _listen(host: str, port: int) -> socket.socket:
    listening = socket.create_server((host, port))
    listening.setblocking(False)
    return listening


async def _connect(host: str, port: int) -> _Connection:
    return _Connection(socket.create_connection((host, port)))


async def _serve(serve: _Serve, listening: socket.socket, *address: object) -> None:
    """Serve until it is cancelled."""
    loop = asyncio.get_running_loop()

    async def serve_one(sock: socket.socket) -> None:
        async with _Connection(sock) as connection:
            await serve(connection, *address)

    with listening:
        async with asyncio.TaskGroup() as group:
            while True:
                connected, _ = await loop.sock_accept(listening)
                group.create_task(serve_one(connected))


class _Nursery:
    """A group of tasks that can be cancelled."""

    def __init__(self) -> None:
        self.tasks: list[asyncio.Task[None]] = []
        self.cancel_scope = self

    def start_soon(self, function: Any, *arguments: object) -> None:  # noqa: ANN401 - any
        self.tasks.append(asyncio.create_task(function(*arguments)))

    def cancel(self) -> None:
        for task in self.tasks:
            task.cancel()


@asynccontextmanager
async def _open_nursery() -> AsyncIterator[_Nursery]:
    nursery = _Nursery()
    yield nursery
    await asyncio.wait(nursery.tasks)


def _open_memory_channel(size: int) -> tuple[SimpleNamespace, SimpleNamespace]:
    queue: asyncio.Queue[int] = asyncio.Queue(size)
    return SimpleNamespace(send=queue.put), SimpleNamespace(receive=queue.get)


async def _open_tcp_listeners(port: int, *, host: str) -> list[SimpleNamespace]:
    return [SimpleNamespace(socket=_listen(host, port))]


async def _serve_listeners(serve: _Serve, listeners: list[SimpleNamespace]) -> None:
    await _serve(serve, listeners[0].socket)


TRIO: Any = SimpleNamespace(
    run=lambda function: asyncio.run(function()),
    sleep=asyncio.sleep,
    Lock=asyncio.Lock,
    open_nursery=_open_nursery,
    open_memory_channel=_open_memory_channel,
    open_tcp_listeners=_open_tcp_listeners,
    serve_listeners=_serve_listeners,
    open_tcp_stream=_connect,
)


async def _spawn(function: Any, *arguments: object) -> SimpleNamespace:  # noqa: ANN401 - any
    task = asyncio.create_task(function(*arguments))

    async def cancel() -> None:
        task.cancel()
        await asyncio.wait([task])

    return SimpleNamespace(join=lambda: asyncio.wait([task]), cancel=cancel)


async def _run_server(listening: socket.socket, serve: _Serve) -> None:
    await _serve(serve, listening, ("somewhere", 0))


CURIO: Any = SimpleNamespace(
    run=asyncio.run,
    sleep=asyncio.sleep,
    Lock=asyncio.Lock,
    spawn=_spawn,
    Queue=asyncio.Queue,
    tcp_server_socket=_listen,
    network=SimpleNamespace(run_server=_run_server),
    open_connection=_connect,
)

UVLOOP: Any = SimpleNamespace(new_event_loop=asyncio.new_event_loop)
