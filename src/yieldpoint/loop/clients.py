r"""A client: it connects to an address, and has a reader and a writer.

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
import os
import socket
from typing import Any

from yieldpoint.loop.connections import Connection, addresses
from yieldpoint.loop.locks import Event
from yieldpoint.loop.readers import LIMIT, StreamReader
from yieldpoint.loop.scheduler import running
from yieldpoint.loop.writers import StreamWriter

__all__ = ["open_connection"]


async def open_connection(
    host: str | None = None, port: int | str | None = None, *, limit: int = LIMIT
) -> tuple[StreamReader, StreamWriter]:
    """Connect to an address.

    It is as `asyncio.open_connection`, but has no more parameters. Looking a name
    up blocks the loop, whereas asyncio has a thread do it; an address need not be
    looked up.

    The example needs sockets.

    Args:
        host: A name or an address; None is this machine. If it has several addresses,
            they are tried one after the other.
        port: The port, or the name of its service.
        limit: How long a line may be, in bytes.

    Returns:
        The reader and the writer.

    Raises:
        OverflowError: There is no such port.
        ValueError: The limit is not positive, or there is neither a host nor a port.
        OSError: Nobody answers there, or there are no sockets. `ConnectionRefusedError`
            is one.

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
    reader = StreamReader(limit)
    errors: list[OSError] = []
    for family, address in addresses(host, port):
        sock = socket.socket(family)
        try:
            await _connect(sock, address)
        except BaseException as error:
            sock.close()
            if not isinstance(error, OSError):
                raise
            errors.append(error)
        else:
            return reader, StreamWriter(Connection(sock, reader), reader)
    if len({str(error) for error in errors}) > 1:
        raise OSError("Multiple exceptions: " + ", ".join(map(str, errors)))
    try:
        raise errors[0]
    finally:
        del errors  # the first one keeps this frame, which is not to keep it


async def _connect(sock: socket.socket, address: Any) -> None:
    """Connect a socket. Writable says that it is decided, not how."""
    loop, decided = running(), Event()
    sock.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        sock.connect(address)
    loop.add_writer(sock, decided.set)
    try:
        await decided.wait()
    finally:
        loop.remove_writer(sock)
    if error := sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
        raise OSError(error, f"{os.strerror(error)}: {address}")
