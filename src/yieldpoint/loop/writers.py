"""A writer: what a task has of a connection to send bytes over it.

The reader of the same connection is an object of its own: one task may read while
another one writes, and either can be handed to a function that needs no more.

The examples need sockets.

Examples:
    >>> from yieldpoint import loop
    >>> async def greet(reader, writer):
    ...     writer.write(b"welcome")
    ...     writer.close()
    >>> async def main():
    ...     async with await loop.start_server(greet, "127.0.0.1", 0) as server:
    ...         address = server.sockets[0].getsockname()
    ...         reader, writer = await loop.open_connection(*address)
    ...         print(await reader.read())
    ...         writer.close()
    >>> loop.run(main())
    b'welcome'
"""

import warnings
from collections.abc import Iterable
from typing import Any

from yieldpoint.loop.connections import Connection
from yieldpoint.loop.readers import StreamReader
from yieldpoint.loop.scheduler import Scheduler, running

__all__ = ["StreamWriter"]


class StreamWriter:
    """The bytes that go over a connection.

    It is as `asyncio.StreamWriter`, but has no TLS and no ``transport``.
    `open_connection` and `start_server` make it.

    The example needs sockets.

    Args:
        connection: What sends the bytes.
        reader: The reader of the same connection.

    Examples:
        >>> from yieldpoint import loop
        >>> async def greet(reader, writer):
        ...     writer.write(b"welcome")
        ...     writer.close()
        >>> async def main():
        ...     async with await loop.start_server(greet, "127.0.0.1", 0) as server:
        ...         address = server.sockets[0].getsockname()
        ...         reader, writer = await loop.open_connection(*address)
        ...         print(await reader.read())
        ...         writer.close()
        >>> loop.run(main())
        b'welcome'
    """

    def __init__(self, connection: Connection, reader: StreamReader) -> None:
        """Make a writer."""
        self._connection, self._reader = connection, reader
        self._loop: Scheduler = running()

    def __repr__(self) -> str:
        """Tell to whom it writes."""
        return f"<StreamWriter to {self.get_extra_info('peername')}>"

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send bytes, now as far as the system takes them, and later the rest.

        It is as `asyncio.StreamWriter.write`. When the connection is closed, or broke,
        it does nothing, and ``drain`` says why.

        The example needs sockets.

        Args:
            data: The bytes.

        Raises:
            RuntimeError: ``write_eof`` has said that there are no more.
            TypeError: They are no bytes.

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
        self._connection.write(data)

    def writelines(self, data: Iterable[bytes | bytearray | memoryview]) -> None:
        """Send several pieces, as `asyncio.StreamWriter.writelines` does.

        The example needs sockets.

        Args:
            data: The pieces.

        Examples:
            >>> from yieldpoint import loop
            >>> async def greet(reader, writer):
            ...     writer.writelines([b"come ", b"in"])
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
        self._connection.write(b"".join(data))

    def can_write_eof(self) -> bool:
        """Tell whether ``write_eof`` works: over TCP it does.

        It is as `asyncio.StreamWriter.can_write_eof`.

        The example needs sockets.

        Returns:
            True.

        Examples:
            >>> from yieldpoint import loop
            >>> async def leave(reader, writer):
            ...     print(writer.can_write_eof())
            ...     writer.close()
            >>> async def main():
            ...     async with await loop.start_server(leave, "127.0.0.1", 0) as server:
            ...         address = server.sockets[0].getsockname()
            ...         reader, writer = await loop.open_connection(*address)
            ...         await reader.read()
            ...         writer.close()
            >>> loop.run(main())
            True
        """
        return True

    def write_eof(self) -> None:
        """Tell the peer that no more bytes come, and read on.

        It is as `asyncio.StreamWriter.write_eof`, but does nothing if the connection
        broke.

        The example needs sockets.

        Examples:
            >>> from yieldpoint import loop
            >>> async def count(reader, writer):
            ...     writer.write(b"%d bytes" % len(await reader.read()))
            ...     writer.close()
            >>> async def main():
            ...     async with await loop.start_server(count, "127.0.0.1", 0) as server:
            ...         address = server.sockets[0].getsockname()
            ...         reader, writer = await loop.open_connection(*address)
            ...         writer.write(bytes(300_000))
            ...         writer.write_eof()
            ...         print(await reader.read())
            ...         writer.close()
            >>> loop.run(main())
            b'300000 bytes'
        """
        self._connection.write_eof()

    async def drain(self) -> None:
        """Wait until there is room for more bytes to send.

        It is as `asyncio.StreamWriter.drain`: it waits only if much is not sent yet,
        and only until it is little.

        The example needs sockets.

        Raises:
            OSError: The connection broke, or is closed.

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
        if (error := self._reader.exception()) is not None:
            raise error
        await self._connection.drain()

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
        self._connection.close()

    def is_closing(self) -> bool:
        """Tell whether the connection is closed, or broke.

        It is as `asyncio.StreamWriter.is_closing`: also when ``close`` was called, and
        not all is sent yet.

        The example needs sockets.

        Returns:
            Whether to write more would be in vain.

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
        return self._connection.is_closing()

    async def wait_closed(self) -> None:
        """Wait until the connection is closed.

        It is as `asyncio.StreamWriter.wait_closed`, but if one who waits is cancelled,
        the others wait on.

        The example needs sockets.

        Raises:
            OSError: It broke.

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
        await self._connection.wait_closed()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return something that is known about the connection.

        It is as `asyncio.StreamWriter.get_extra_info`, but knows three names only. The
        connection watches the socket: who gives it to ``add_reader`` takes it away from
        the connection, where asyncio refuses that.

        The example needs sockets.

        Args:
            name: "socket", "sockname" for the address on this side, or "peername" for
                that on the other.
            default: What to return if it is not known.

        Returns:
            The socket, or the host and the port, and for IPv6 two more numbers. The
            default for another name, and for a peer that had gone before its address
            was asked for.

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
        return self._connection.get_extra_info(name, default)

    def __del__(self) -> None:
        """Close the connection that nobody can close any more, and say so."""
        if not self._connection.is_closing():
            if not self._loop.is_closed():
                self._connection.close()
            warnings.warn(f"unclosed {self!r}", ResourceWarning, 2, source=self)
