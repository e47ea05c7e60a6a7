r"""A server: it listens at an address, and serves each connection in a task of its own.

The example needs sockets.

Examples:
    >>> from yieldpoint import loop
    >>> async def echo(reader, writer):
    ...     writer.write(await reader.readline())
    ...     writer.close()
    >>> async def main():
    ...     async with await loop.start_server(echo, "127.0.0.1", 0) as server:
    ...         address = server.sockets[0].getsockname()
    ...         reader, writer = await loop.open_connection(*address)
    ...         writer.write(b"hello\n")
    ...         print(await reader.read())
    ...         writer.close()
    >>> loop.run(main())
    b'hello\n'
"""

import contextlib
import errno
import os
import socket
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Self

from yieldpoint.loop.connections import Connection, addresses
from yieldpoint.loop.eventloop import get_running_loop
from yieldpoint.loop.futures import CancelledError, Future
from yieldpoint.loop.locks import Event
from yieldpoint.loop.readers import LIMIT, StreamReader
from yieldpoint.loop.tasks import Task
from yieldpoint.loop.timing import sleep
from yieldpoint.loop.writers import StreamWriter

__all__ = ["Server", "start_server"]

Handler = Callable[[StreamReader, StreamWriter], Coroutine[Any, Any, None] | None]

#: So many who have connected may stand in the system's line until they are served.
_BACKLOG = 100

# Of a name's addresses, some may be of a kind that this machine has not.
_NOT_HERE = {errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL}


class Server:
    """Listening sockets, and the connections that have come in over them.

    It is as `asyncio.Server`. Used by ``async with``, it is closed at the end.
    `start_server` makes one.

    The example needs sockets.

    Args:
        handler: What to call with the reader and the writer of each connection. If it
            returns a coroutine object, that runs in a task of its own. If it raises,
            the connection is closed; else it is the handler that closes it.
        sockets: Listening sockets. The server is to close them.
        limit: How long a line may be, in bytes.
        backlog: How many may stand in line until they are served.

    Raises:
        RuntimeError: No loop runs in this thread.

    Examples:
        >>> from yieldpoint import loop
        >>> async def greet(reader, writer):
        ...     writer.write(b"welcome")
        ...     writer.close()
        >>> async def main():
        ...     async with await loop.start_server(greet, "127.0.0.1", 0) as server:
        ...         address = server.sockets[0].getsockname()
        ...         for _ in range(2):
        ...             reader, writer = await loop.open_connection(*address)
        ...             print(await reader.read())
        ...             writer.close()
        >>> loop.run(main())
        b'welcome'
        b'welcome'
    """

    def __init__(
        self,
        handler: Handler,
        sockets: Sequence[socket.socket],
        limit: int = LIMIT,
        backlog: int = _BACKLOG,
    ) -> None:
        """Take sockets over; it does not serve yet."""
        self._handler, self._limit, self._backlog = handler, limit, backlog
        self._loop = get_running_loop()
        self._sockets: tuple[socket.socket, ...] = tuple(sockets)
        self._connections: dict[Connection, None] = {}
        self._tasks: set[Task[None]] = set()  # the loop itself would let them go
        self._is_serving = self._is_closed = False
        self._for_ever: Future[None] | None = None
        self._end = Event()
        for sock in self._sockets:
            sock.setblocking(False)

    def __repr__(self) -> str:
        """Tell where it listens."""
        return f"<Server sockets={self._sockets!r}>"

    @property
    def sockets(self) -> tuple[socket.socket, ...]:
        """The listening sockets, or none when it is closed.

        It is as `asyncio.Server.sockets`.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     async with await loop.start_server(print, "127.0.0.1", 0) as server:
            ...         print(len(server.sockets))
            ...     print(len(server.sockets))
            >>> loop.run(main())
            1
            0
        """
        return self._sockets

    def get_loop(self) -> Any:
        """Return the loop on which it serves, as `asyncio.Server.get_loop` does.

        Returns:
            The loop.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     async with await loop.start_server(print, "127.0.0.1", 0) as server:
            ...         return server.get_loop() is loop.get_running_loop()
            >>> loop.run(main())
            True
        """
        return self._loop

    def is_serving(self) -> bool:
        """Tell whether it takes connections, as `asyncio.Server.is_serving` does.

        Returns:
            Whether it does.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     async with await loop.start_server(print, "127.0.0.1", 0) as server:
            ...         print(server.is_serving())
            ...     print(server.is_serving())
            >>> loop.run(main())
            True
            False
        """
        return self._is_serving

    async def start_serving(self) -> None:
        """Take connections, as `asyncio.Server.start_serving` does.

        Raises:
            RuntimeError: The server is closed.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     server = await loop.start_server(
            ...         print, "127.0.0.1", 0, start_serving=False
            ...     )
            ...     async with server:
            ...         print(server.is_serving())
            ...         await server.start_serving()
            ...         print(server.is_serving())
            >>> loop.run(main())
            False
            True
        """
        self._start()
        await sleep(0)

    def _start(self) -> None:
        if self._is_closed:
            raise RuntimeError(f"server {self!r} is closed")
        if not self._is_serving:
            self._is_serving = True
            for sock in self._sockets:
                sock.listen(self._backlog)
                self._loop.add_reader(sock, self._accept, sock)

    async def serve_forever(self) -> None:
        """Serve until the task is cancelled, as `asyncio.Server.serve_forever` does.

        Then it is closed, and the connections are, too.

        The example needs sockets.

        Raises:
            RuntimeError: Another task does it already, or the server is closed.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     async with await loop.start_server(print, "127.0.0.1", 0) as server:
            ...         try:
            ...             async with loop.timeout(0.1):
            ...                 await server.serve_forever()
            ...         except TimeoutError:
            ...             print(server.is_serving())
            >>> loop.run(main())
            False
        """
        if self._for_ever is not None:
            raise RuntimeError(
                f"server {self!r} is already being awaited on serve_forever()"
            )
        self._start()
        self._for_ever = Future()
        try:
            await self._for_ever
        except CancelledError:
            try:
                self.close()
                self.close_clients()
                await self.wait_closed()
            finally:
                raise
        finally:
            self._for_ever = None

    # What the loop calls.

    def _accept(self, sock: socket.socket) -> None:
        """Serve those who have connected, each in a task of its own."""
        for _ in range(max(self._backlog, 0) + 1):  # then others have their turn
            try:
                connected, _ = sock.accept()
            except (BlockingIOError, ConnectionError):
                return  # nobody is left in the line, or the first one has gone again
            except OSError as error:
                message = "socket.accept() failed: nobody is served for a second"
                about = {"message": message, "exception": error, "socket": sock}
                self._loop.call_exception_handler(about)
                self._loop.remove_reader(sock)
                self._loop.call_later(1, self._accept_again, sock)
                return
            self._serve(connected)

    def _accept_again(self, sock: socket.socket) -> None:
        if sock in self._sockets:
            self._loop.add_reader(sock, self._accept, sock)

    def _serve(self, sock: socket.socket) -> None:
        reader = StreamReader(self._limit)
        connection = Connection(sock, reader, self._forget)
        self._connections[connection] = None
        try:
            coroutine = self._handler(reader, StreamWriter(connection, reader))
        except Exception as error:
            self._report(connection, error)
            return
        if isinstance(coroutine, Coroutine):

            def is_done(task: Task[None]) -> None:
                self._tasks.discard(task)
                if task.cancelled():
                    connection.close()
                elif (error := task.exception()) is not None:
                    self._report(connection, error)

            task = self._loop.create_task(coroutine)
            self._tasks.add(task)
            task.add_done_callback(is_done)

    def _report(self, connection: Connection, error: BaseException) -> None:
        message = "Unhandled exception in client_connected_cb"
        about = {"message": message, "exception": error, "transport": connection}
        self._loop.call_exception_handler(about)
        connection.close()

    def _forget(self, connection: Connection) -> None:
        self._connections.pop(connection, None)
        self._note_its_end()

    # The end.

    def close(self) -> None:
        """Listen no longer, as `asyncio.Server.close` does; connections stay.

        The example needs sockets.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     server = await loop.start_server(print, "127.0.0.1", 0)
            ...     server.close()
            ...     return server.sockets
            >>> loop.run(main())
            ()
        """
        sockets, self._sockets = self._sockets, ()
        for sock in sockets:
            self._loop.remove_reader(sock)
            sock.close()
        self._is_closed, self._is_serving = True, False
        if self._for_ever:
            self._for_ever.cancel()
        self._note_its_end()

    def close_clients(self) -> None:
        """Close the connections that have come in, each when all is sent.

        It is as `asyncio.Server.close_clients`.

        The example needs sockets.

        Examples:
            >>> from yieldpoint import loop
            >>> async def listen(reader, writer):
            ...     print(await reader.read())
            >>> async def main():
            ...     server = await loop.start_server(listen, "127.0.0.1", 0)
            ...     async with server:
            ...         address = server.sockets[0].getsockname()
            ...         reader, writer = await loop.open_connection(*address)
            ...         await loop.sleep(0.1)
            ...         server.close_clients()
            ...         print(await reader.read())
            ...         writer.close()
            >>> loop.run(main())
            b''
            b''
        """
        for connection in list(self._connections):
            connection.close()

    def abort_clients(self) -> None:
        """Close the connections that have come in at once.

        It is as `asyncio.Server.abort_clients`: what is not sent yet is lost.

        The example needs sockets.

        Examples:
            >>> from yieldpoint import loop
            >>> async def listen(reader, writer):
            ...     print(await reader.read())
            >>> async def main():
            ...     server = await loop.start_server(listen, "127.0.0.1", 0)
            ...     async with server:
            ...         address = server.sockets[0].getsockname()
            ...         reader, writer = await loop.open_connection(*address)
            ...         await loop.sleep(0.1)
            ...         server.abort_clients()
            ...         print(await reader.read())
            ...         writer.close()
            >>> loop.run(main())
            b''
            b''
        """
        for connection in list(self._connections):
            connection.abort()

    def _note_its_end(self) -> None:
        if self._is_closed and not self._connections:
            self._end.set()

    async def wait_closed(self) -> None:
        """Wait until it is closed, and all connections have ended.

        It is as `asyncio.Server.wait_closed` is from Python 3.12.1 on.

        The example needs sockets.

        Examples:
            >>> from yieldpoint import loop
            >>> async def greet(reader, writer):
            ...     await loop.sleep(0.2)
            ...     writer.close()
            ...     print("served")
            >>> async def main():
            ...     server = await loop.start_server(greet, "127.0.0.1", 0)
            ...     address = server.sockets[0].getsockname()
            ...     reader, writer = await loop.open_connection(*address)
            ...     await loop.sleep(0.1)
            ...     server.close()
            ...     await server.wait_closed()
            ...     writer.close()
            ...     print("closed")
            >>> loop.run(main())
            served
            closed
        """
        await self._end.wait()

    async def __aenter__(self) -> Self:
        """Return the server."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Listen no longer, and wait until all connections have ended."""
        self.close()
        await self.wait_closed()


async def start_server(  # noqa: PLR0913 - as many has asyncio's
    client_connected_cb: Handler,
    host: str | Sequence[str] | None = None,
    port: int | str | None = None,
    *,
    limit: int = LIMIT,
    backlog: int = _BACKLOG,
    start_serving: bool = True,
) -> Server:
    """Listen at an address, and serve each connection in a task of its own.

    It is as `asyncio.start_server`, but has no more parameters.

    The example needs sockets.

    Args:
        client_connected_cb: A function or a coroutine function, which gets the
            connection's reader and writer.
        host: A name or an address, or several; None is all addresses of this machine.
        port: The port, or the name of its service; 0 is any that is free, as is None
            if there is a host.
        limit: How long a line may be, in bytes.
        backlog: How many may stand in the system's line until they are served.
        start_serving: Whether it takes connections at once.

    Returns:
        The server.

    Raises:
        OSError: The address is in use or unknown, or may not be listened at, or there
            are no sockets.
        OverflowError: There is no such port.
        ValueError: The limit is not positive, or there is neither a host nor a port.

    Examples:
        >>> from yieldpoint import loop
        >>> async def shout(reader, writer):
        ...     writer.write((await reader.read(100)).upper())
        ...     writer.close()
        >>> async def main():
        ...     async with await loop.start_server(shout, "127.0.0.1", 0) as server:
        ...         address = server.sockets[0].getsockname()
        ...         reader, writer = await loop.open_connection(*address)
        ...         writer.write(b"hello")
        ...         print(await reader.read())
        ...         writer.close()
        >>> loop.run(main())
        b'HELLO'
    """
    if limit <= 0:  # or each connection would be refused, and nobody would know why
        raise ValueError("Limit cannot be <= 0")
    hosts = [host] if host is None or isinstance(host, str) else host
    found = [
        address
        for each in hosts
        for address in addresses(each or None, port, socket.AI_PASSIVE)
    ]
    # Two names may have an address in common, and it can be listened at once only.
    sockets = _bound(list(dict.fromkeys(found)))
    server = Server(client_connected_cb, sockets, limit, backlog)
    if start_serving:
        await server.start_serving()
    return server


def _bound(found: list[tuple[Any, Any]]) -> list[socket.socket]:
    """Make a socket for each address that this machine has; none listens yet."""
    sockets: list[socket.socket] = []
    refused: list[OSError] = []
    for family, address in found:
        try:
            sockets.append(_bound_to(family, address))
        except OSError as error:
            refused.append(error)
    serious = [error for error in refused if error.errno not in _NOT_HERE]
    if serious or not sockets:
        for sock in sockets:
            sock.close()
        raise (serious or refused or [OSError("no host was given")])[0]
    return sockets


def _bound_to(family: int, address: Any) -> socket.socket:
    sock = socket.socket(family)
    try:
        # Else the port would stay taken for some time after the end of a server. On
        # Windows it does not, and there it would mean that two can have one port.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, os.name == "posix")
        with contextlib.suppress(OSError):  # it is no IPv6: that leaves IPv4 alone
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind(address)
    except OSError as error:
        sock.close()
        raise OSError(error.errno, f"{error.strerror}: {address}") from None
    return sock
