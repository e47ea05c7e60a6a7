r"""TCP: bytes that come, bytes that go, and a server for those who connect.

No call on a socket may block, or the whole loop stands still. So a task that needs
bytes has the loop watch the socket, and sleeps; the loop calls back when the system has
some, they are put aside, and the task is woken. With bytes to send it is the same the
other way round.

The page of docs/inside on sockets explains readiness, with a server of its own. The
example needs sockets.

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
import os
import socket
from asyncio import IncompleteReadError
from collections.abc import Callable, Coroutine
from selectors import EVENT_READ, EVENT_WRITE
from typing import Any, Self

from yieldpoint.loop.futures import get_running_loop
from yieldpoint.loop.shared import Event
from yieldpoint.loop.tasks import Task
from yieldpoint.loop.together import wait

__all__ = ["IncompleteReadError", "Server", "Stream", "StreamReader", "StreamWriter"]
__all__ += ["open_connection", "start_server"]

# So many bytes are taken at a time, and not many more are kept that nobody has read.
_MANY = 65536

_TCP = socket.SOCK_STREAM
_LAST_PORT = 65535


class Stream:
    """A connection: bytes that come, and bytes that go.

    It is `asyncio.StreamReader` and `asyncio.StreamWriter` at once: where asyncio gives
    one of each, here both are the same object. It is less than they are. It has no
    TLS, no ``write_eof``, ``readuntil`` and ``transport``, and it is no iterator over
    lines. `open_connection` and `start_server` make streams.

    The example needs sockets.

    Args:
        sock: A connected TCP socket. The stream is to close it.

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
        ...         reader, writer = await loop.open_connection(*address)
        ...         print(reader is writer)
        ...         print(await reader.read())
        ...         writer.close()
        >>> loop.run(main())
        True
        b'welcome'
    """

    def __init__(self, sock: socket.socket) -> None:
        """Take a socket over; from now on, no call on it blocks."""
        sock.setblocking(False)
        self._extra = {"sockname": sock.getsockname()}
        with contextlib.suppress(OSError):  # the peer has gone, or it is not TCP
            self._extra["peername"] = sock.getpeername()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket, self._loop, self._news = sock, get_running_loop(), Event()
        self._received, self._to_send = bytearray(), bytearray()
        self._is_at_end = self._is_closing = False
        self._error: OSError | None = None

    # What the loop calls.

    def _receive(self) -> None:
        """Take what has come; the socket is readable."""
        try:
            data = self._socket.recv(_MANY)
        except BlockingIOError:
            return  # after all it was not
        except OSError as error:
            data, self._error = b"", error
        self._received += data
        self._is_at_end = not data
        # No more than that: what is not read fills the system's buffer instead, and
        # then the other side has to wait.
        if self._is_at_end or len(self._received) >= _MANY:
            self._loop.watch(self._socket, EVENT_READ, None)
        self._news.set()

    def _send(self) -> None:
        """Send what the system takes, now and when the socket is writable again."""
        try:
            del self._to_send[: self._socket.send(self._to_send)]
        except BlockingIOError:
            pass
        except OSError as error:
            self._error = error
            self._to_send.clear()
        again = self._send if self._to_send else None
        self._loop.watch(self._socket, EVENT_WRITE, again)
        if self._is_closing and not again:
            self._is_at_end = True
            self._loop.watch(self._socket, EVENT_READ, None)
            self._socket.close()
        self._news.set()

    # What tasks call.

    async def _until(self, condition: Callable[[], object]) -> None:
        while not condition():
            self._news.clear()
            await self._news.wait()

    async def _take(self, can_take: Callable[[], int | None]) -> bytes:
        """Wait for enough bytes, or for the last; take as many as it says."""
        while not (count := can_take()) and not self._is_at_end:
            self._loop.watch(self._socket, EVENT_READ, self._receive)
            self._news.clear()
            await self._news.wait()
        if self._error and not count:
            raise self._error
        data = bytes(self._received[: count or None])
        del self._received[: count or None]
        return data

    async def read(self, n: int = -1) -> bytes:
        """Take what comes, as `asyncio.StreamReader.read` does.

        The example needs sockets.

        Args:
            n: How many bytes to take at most; -1 is all, up to the end.

        Returns:
            The bytes, at least one of them. At the end, none.

        Raises:
            OSError: The connection broke. `ConnectionResetError` is one.

        Examples:
            >>> from yieldpoint import loop
            >>> async def greet(reader, writer):
            ...     writer.write(b"welcome")
            ...     writer.close()
            >>> async def main():
            ...     async with await loop.start_server(greet, "127.0.0.1", 0) as server:
            ...         address = server.sockets[0].getsockname()
            ...         reader, writer = await loop.open_connection(*address)
            ...         print(await reader.read(1))
            ...         print(await reader.read())
            ...         print(await reader.read())
            ...         writer.close()
            >>> loop.run(main())
            b'w'
            b'elcome'
            b''
        """
        return (
            await self._take(lambda: n >= 0 and min(n, len(self._received)))
            if n
            else b""
        )

    async def readline(self) -> bytes:
        r"""Take a line, as `asyncio.StreamReader.readline` does.

        A line may have any length: there is no limit as in asyncio.

        The example needs sockets.

        Returns:
            The line with its end. The last one may lack it; after that, none.

        Raises:
            OSError: The connection broke.

        Examples:
            >>> from yieldpoint import loop
            >>> async def greet(reader, writer):
            ...     writer.write(b"welcome\nhere")
            ...     writer.close()
            >>> async def main():
            ...     async with await loop.start_server(greet, "127.0.0.1", 0) as server:
            ...         address = server.sockets[0].getsockname()
            ...         reader, writer = await loop.open_connection(*address)
            ...         print(await reader.readline())
            ...         print(await reader.readline())
            ...         writer.close()
            >>> loop.run(main())
            b'welcome\n'
            b'here'
        """
        return await self._take(lambda: self._received.find(b"\n") + 1)

    async def readexactly(self, n: int) -> bytes:
        """Take so many bytes, as `asyncio.StreamReader.readexactly` does.

        The example needs sockets.

        Args:
            n: How many.

        Returns:
            The bytes.

        Raises:
            asyncio.IncompleteReadError: The end came before.
            OSError: The connection broke.

        Examples:
            >>> from yieldpoint import loop
            >>> async def greet(reader, writer):
            ...     writer.write(b"welcome")
            ...     writer.close()
            >>> async def main():
            ...     async with await loop.start_server(greet, "127.0.0.1", 0) as server:
            ...         address = server.sockets[0].getsockname()
            ...         reader, writer = await loop.open_connection(*address)
            ...         print(await reader.readexactly(4))
            ...         try:
            ...             await reader.readexactly(4)
            ...         except loop.IncompleteReadError as error:
            ...             print(error)
            ...         writer.close()
            >>> loop.run(main())
            b'welc'
            3 bytes read on a total of 4 expected bytes
        """
        data = await self._take(lambda: n <= len(self._received) and n) if n else b""
        if len(data) < n:
            raise IncompleteReadError(data, n)
        return data

    def write(self, data: bytes) -> None:
        """Send bytes, now as far as the system takes them, and later the rest.

        It is as `asyncio.StreamWriter.write`, but raises where asyncio would log a
        warning. After the connection broke, it does nothing; `drain` says why.

        The example needs sockets.

        Args:
            data: The bytes.

        Raises:
            RuntimeError: The stream is closed.

        Examples:
            >>> from yieldpoint import loop
            >>> async def greet(reader, writer):
            ...     writer.write(b"come ")
            ...     writer.write(b"in")
            ...     writer.close()
            >>> async def main():
            ...     async with await loop.start_server(greet, "127.0.0.1", 0) as server:
            ...         address = server.sockets[0].getsockname()
            ...         reader, writer = await loop.open_connection(*address)
            ...         print(await reader.read())
            ...         writer.close()
            >>> loop.run(main())
            b'come in'
        """
        if self._is_closing:
            raise RuntimeError("nothing can be written to a stream that is closed")
        if not self._error:
            self._to_send += data
            self._send()

    async def drain(self) -> None:
        """Wait until all is sent.

        It is as `asyncio.StreamWriter.drain`, which waits only if much is not sent yet,
        and only until it is little.

        The example needs sockets.

        Raises:
            OSError: The connection broke.

        Examples:
            >>> from yieldpoint import loop
            >>> async def greet(reader, writer):
            ...     for _ in range(3):
            ...         writer.write(bytes(100_000))
            ...         await writer.drain()
            ...     writer.close()
            >>> async def main():
            ...     async with await loop.start_server(greet, "127.0.0.1", 0) as server:
            ...         address = server.sockets[0].getsockname()
            ...         reader, writer = await loop.open_connection(*address)
            ...         print(len(await reader.read()))
            ...         writer.close()
            >>> loop.run(main())
            300000
        """
        await self._until(lambda: not self._to_send)
        if self._error:
            raise self._error

    def close(self) -> None:
        """Close the connection when all is sent, as `asyncio.StreamWriter.close` does.

        The example needs sockets.

        Examples:
            >>> from yieldpoint import loop
            >>> async def greet(reader, writer):
            ...     writer.write(bytes(300_000))
            ...     writer.close()
            >>> async def main():
            ...     async with await loop.start_server(greet, "127.0.0.1", 0) as server:
            ...         address = server.sockets[0].getsockname()
            ...         reader, writer = await loop.open_connection(*address)
            ...         print(len(await reader.read()))
            ...         writer.close()
            >>> loop.run(main())
            300000
        """
        if not self._is_closing:
            self._is_closing = True
            self._send()

    def is_closing(self) -> bool:
        """Tell whether the connection is closed, or will be when all is sent.

        It is as `asyncio.StreamWriter.is_closing`.

        The example needs sockets.

        Returns:
            Whether ``close`` was called.

        Examples:
            >>> from yieldpoint import loop
            >>> async def leave(reader, writer):
            ...     print(writer.is_closing())
            ...     writer.close()
            ...     print(writer.is_closing())
            >>> async def main():
            ...     async with await loop.start_server(leave, "127.0.0.1", 0) as server:
            ...         address = server.sockets[0].getsockname()
            ...         reader, writer = await loop.open_connection(*address)
            ...         await reader.read()
            ...         writer.close()
            >>> loop.run(main())
            False
            True
        """
        return self._is_closing

    async def wait_closed(self) -> None:
        """Wait until the connection is closed.

        It is as `asyncio.StreamWriter.wait_closed`, but does not raise if the
        connection broke.

        The example needs sockets.

        Examples:
            >>> from yieldpoint import loop
            >>> async def greet(reader, writer):
            ...     writer.write(bytes(300_000))
            ...     writer.close()
            ...     await writer.wait_closed()
            ...     print("all is sent")
            >>> async def main():
            ...     async with await loop.start_server(greet, "127.0.0.1", 0) as server:
            ...         address = server.sockets[0].getsockname()
            ...         reader, writer = await loop.open_connection(*address)
            ...         await reader.read()
            ...         writer.close()
            >>> loop.run(main())
            all is sent
        """
        await self._until(lambda: self._socket.fileno() < 0)

    def get_extra_info(self, name: str) -> Any:
        """Return one of the connection's two addresses.

        It is as `asyncio.StreamWriter.get_extra_info`, but knows two names only.

        The example needs sockets.

        Args:
            name: "sockname" for the address on this side, or "peername" for that on
                the other.

        Returns:
            The host and the port, and for IPv6 two more numbers. None for another name,
            and for a peer that had gone before its address was asked for.

        Examples:
            >>> from yieldpoint import loop
            >>> async def leave(reader, writer):
            ...     writer.close()
            >>> async def main():
            ...     async with await loop.start_server(leave, "127.0.0.1", 0) as server:
            ...         address = server.sockets[0].getsockname()
            ...         reader, writer = await loop.open_connection(*address)
            ...         print(writer.get_extra_info("peername") == address)
            ...         writer.close()
            >>> loop.run(main())
            True
        """
        return self._extra.get(name)


StreamReader = StreamWriter = Stream  # one object does both
Handler = Callable[[Stream, Stream], Coroutine[Any, Any, None]]


class Server:
    """A listening socket, and the tasks that serve those who connect.

    It is less than `asyncio.Server`: it listens at once, and has no ``serve_forever``.
    Used by ``async with``, it is closed at the end. `start_server` makes one.

    The example needs sockets.

    Args:
        handler: What to call with each connection, twice the same stream. It returns
            a coroutine object, which runs in a task of its own. If it raises, the
            connection is closed; else it is the handler that closes it.
        sock: A listening socket. The server is to close it.

    Attributes:
        sockets: The listening socket, or nothing when the server is closed.

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

    def __init__(self, handler: Handler, sock: socket.socket) -> None:
        """Take a listening socket over, and begin to serve."""
        sock.setblocking(False)
        self._handler, self._loop = handler, get_running_loop()
        self._tasks: set[Task[None]] = set()
        self.sockets: tuple[socket.socket, ...] = (sock,)
        self._listen()

    def _listen(self) -> None:
        for sock in self.sockets:
            self._loop.watch(sock, EVENT_READ, self._accept)

    def _accept(self) -> None:
        """Serve those who have connected, each in a task of its own."""
        while True:
            try:
                connected, _ = self.sockets[0].accept()
            except (BlockingIOError, ConnectionError):
                return  # nobody is left in the line, or the first one has gone again
            except OSError as error:
                self._loop.report("the server takes nobody for a second", error)
                self._loop.watch(self.sockets[0], EVENT_READ, None)
                self._loop.call_later(1, self._listen)
                return
            task = Task(self._serve(Stream(connected)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _serve(self, stream: Stream) -> None:
        try:
            await self._handler(stream, stream)
        except BaseException:
            stream.close()
            raise

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
        for sock in self.sockets:
            self._loop.watch(sock, EVENT_READ, None)
            sock.close()
        self.sockets = ()

    async def wait_closed(self) -> None:
        """Wait for the tasks that serve connections, as asyncio does from 3.12 on.

        The example needs sockets.

        Examples:
            >>> from yieldpoint import loop
            >>> async def greet(reader, writer):
            ...     await loop.sleep(1)
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
        if self._tasks:
            await wait(self._tasks)

    async def __aenter__(self) -> Self:
        """Return the server, which serves already."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Listen no longer, and wait for the tasks that serve connections."""
        self.close()
        await self.wait_closed()


async def start_server(handler: Handler, host: str, port: int) -> Server:
    """Listen at an address, and serve each connection in a task of its own.

    It is as `asyncio.start_server`, but listens at the host's first address only, and
    has no more parameters. The handler cannot be a plain function.

    The example needs sockets.

    Args:
        handler: A coroutine function, which gets the connection's reader and writer.
        host: A name or an address.
        port: The port; 0 is any that is free.

    Returns:
        The server.

    Raises:
        OSError: The address is in use or unknown, or may not be listened at.

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
    family = socket.getaddrinfo(host, port)[0][0]
    return Server(handler, socket.create_server((host, port), family=family))


async def open_connection(host: str, port: int) -> tuple[Stream, Stream]:
    """Connect to an address.

    It is as `asyncio.open_connection`, but tries the host's first address only, and has
    no more parameters. To look a name up stops the loop, as asyncio has a thread for
    that; an address has not to be looked up.

    The example needs sockets.

    Args:
        host: A name or an address.
        port: The port.

    Returns:
        The reader and the writer. They are the same stream.

    Raises:
        OverflowError: There is no such port.
        OSError: Nobody answers there. `ConnectionRefusedError` is one.

    Examples:
        >>> from yieldpoint import loop
        >>> async def main():
        ...     server = await loop.start_server(print, "127.0.0.1", 0)
        ...     address = server.sockets[0].getsockname()
        ...     server.close()
        ...     try:
        ...         await loop.open_connection(*address)
        ...     except ConnectionRefusedError:
        ...         return "nobody is there"
        >>> loop.run(main())
        'nobody is there'
    """
    if not 0 <= port <= _LAST_PORT:
        raise OverflowError(f"a port is a number from 0 to {_LAST_PORT}, not {port}")
    errors: list[OSError] = []
    for family, _, _, _, address in socket.getaddrinfo(host, port, type=_TCP):
        sock = socket.socket(family)
        try:
            await _connect(sock, address)
        except BaseException as error:
            sock.close()
            if not isinstance(error, OSError):
                raise
            errors.append(error)
        else:
            stream = Stream(sock)
            return stream, stream
    raise errors[0]


async def _connect(sock: socket.socket, address: Any) -> None:
    """Connect a socket. Writable says that it is decided, not how."""
    loop, decided = get_running_loop(), Event()
    sock.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        sock.connect(address)
    loop.watch(sock, EVENT_WRITE, decided.set)
    try:
        await decided.wait()
    finally:
        loop.watch(sock, EVENT_WRITE, None)
    if error := sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
        raise OSError(error, f"{os.strerror(error)}: {address}")
