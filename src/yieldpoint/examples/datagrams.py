"""Protocols: classes whose methods an event loop calls when bytes or datagrams come.

These examples need sockets, of this machine only.
"""

import asyncio
import tempfile
from pathlib import Path
from typing import cast

__all__ = [
    "Asker",
    "Upper",
    "UpperStream",
    "ask",
    "ask_by_file",
    "ask_over_tcp",
    "echo",
    "listen",
]


class Upper(asyncio.DatagramProtocol):
    """Sends each datagram back to whoever has sent it, in capital letters.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.datagrams import Upper
        >>> issubclass(Upper, asyncio.DatagramProtocol)
        True
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what sends; the loop calls this once, at the beginning.

        :meta private:
        """
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer; the loop calls this for each datagram.

        :meta private:
        """
        self.transport.sendto(data.upper(), addr)


class Asker(asyncio.DatagramProtocol):
    """Keeps the first answer that comes, or what went wrong.

    Attributes:
        answer: A future, which the answer fills.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.datagrams import Asker
        >>> async def answer_by_hand():
        ...     asker = Asker()
        ...     asker.datagram_received(b"HI", ("127.0.0.1", 7))
        ...     asker.datagram_received(b"again", ("127.0.0.1", 7))
        ...     return await asker.answer
        >>> asyncio.run(answer_by_hand())
        b'HI'
    """

    def __init__(self) -> None:
        """Make the future; this needs a running loop."""
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Fill the future, if this is the first answer.

        :meta private:
        """
        del addr  # only one server is asked
        if not self.answer.done():
            self.answer.set_result(data)

    def error_received(self, exc: Exception) -> None:
        """Fill the future with what the system says, for example that nobody listens.

        :meta private:
        """
        if not self.answer.done():
            self.answer.set_exception(exc)


async def listen() -> asyncio.DatagramTransport:
    """Start a server for datagrams, at any port of this machine that is free.

    Returns:
        Its transport, which is to be closed.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.datagrams import listen
        >>> async def where():
        ...     transport = await listen()
        ...     transport.close()
        ...     return transport.get_extra_info("sockname")[0]
        >>> asyncio.run(where())
        '127.0.0.1'
    """
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        Upper, local_addr=("127.0.0.1", 0)
    )
    return transport


async def ask(address: tuple[str, int], text: str, limit: float = 5) -> str:
    """Send a datagram, and wait for one that comes back.

    Args:
        address: Where to.
        text: What to send.
        limit: How long to wait for the answer, in seconds.

    Returns:
        The answer.

    Raises:
        OSError: The datagram could not be sent.
        TimeoutError: No answer came in time: one of the two got lost, perhaps.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.datagrams import ask, listen
        >>> async def ask_twice():
        ...     transport = await listen()
        ...     address = transport.get_extra_info("sockname")
        ...     answers = await ask(address, "hi"), await ask(address, "ho")
        ...     transport.close()
        ...     return answers
        >>> asyncio.run(ask_twice())
        ('HI', 'HO')
    """
    loop = asyncio.get_running_loop()
    transport, asker = await loop.create_datagram_endpoint(Asker, remote_addr=address)
    try:
        transport.sendto(text.encode())
        async with asyncio.timeout(limit):
            return (await asker.answer).decode()
    finally:
        transport.close()


async def echo(text: str) -> str:
    """Send a text to a server of our own, and return what comes back.

    Args:
        text: The text.

    Returns:
        The answer.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.datagrams import echo
        >>> asyncio.run(echo("hi"))
        'HI'
    """
    transport = await listen()
    try:
        return await ask(transport.get_extra_info("sockname"), text)
    finally:
        transport.close()


class UpperStream(asyncio.Protocol):
    """Sends back what comes over a connection, in capital letters.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.datagrams import UpperStream
        >>> issubclass(UpperStream, asyncio.Protocol)
        True
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what sends.

        :meta private:
        """
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer; the loop calls this when bytes have come.

        :meta private:
        """
        self.transport.write(data.upper())


async def ask_over_tcp(text: str) -> str:
    """Ask a server that is a protocol, by a client that is a stream.

    Args:
        text: What to send.

    Returns:
        The answer.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.datagrams import ask_over_tcp
        >>> asyncio.run(ask_over_tcp("hi"))
        'HI'
    """
    loop = asyncio.get_running_loop()
    async with await loop.create_server(UpperStream, "127.0.0.1") as server:
        address = server.sockets[0].getsockname()
        reader, writer = await asyncio.open_connection(*address)
        writer.write(text.encode())
        writer.write_eof()
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
    return answer.decode()


async def ask_by_file(text: str) -> str:
    """Ask a server whose address is a file, as programs on one machine do.

    Windows does not have this.

    Args:
        text: What to send, one line.

    Returns:
        The answer.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.datagrams import ask_by_file
        >>> asyncio.run(ask_by_file("hi"))
        'HI'
    """

    async def answer(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write((await reader.readline()).upper())
        writer.close()

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "socket")
        async with await asyncio.start_unix_server(answer, path):
            reader, writer = await asyncio.open_unix_connection(path)
            writer.write(f"{text}\n".encode())
            line = await reader.readline()
            writer.close()
            await writer.wait_closed()
    return line.decode().rstrip()
