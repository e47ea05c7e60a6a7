"""Real input and output: a server and a client on a socket of this machine."""

import asyncio
from collections.abc import Iterable

__all__ = [
    "add_up",
    "echo",
    "exchange",
    "kept_at_most",
    "lines_from_pieces",
    "meet_at_the_server",
    "receive",
    "send",
]


async def echo(message: str) -> str:
    """Send a line to a server in the same event loop, and read its answer.

    This example needs sockets.

    Args:
        message: The line, without its end.

    Returns:
        What the server sends back, which is the line in capitals.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.streams import echo
        >>> asyncio.run(echo("hi"))
        'HI'
    """

    async def answer(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        line = await reader.readline()
        writer.write(line.upper())
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(answer, "127.0.0.1") as server:
        address = server.sockets[0].getsockname()
        reader, writer = await asyncio.open_connection(*address)
        writer.write(f"{message}\n".encode())
        line = await reader.readline()
        writer.close()
        await writer.wait_closed()
    return line.decode().rstrip()


async def lines_from_pieces() -> list[str]:
    """Read two lines that come in three pieces, one a second.

    Returns:
        When each line could be read, in seconds, and the line.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.streams import lines_from_pieces
        >>> asyncio.run(lines_from_pieces())
        ['2 s: hello', '3 s: world']
    """
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    started = loop.time()
    log = []

    async def network() -> None:
        for piece in (b"he", b"llo\nwor", b"ld\n"):
            await asyncio.sleep(1)
            reader.feed_data(piece)
        reader.feed_eof()

    async def program() -> None:
        while line := await reader.readline():
            now = round(loop.time() - started)
            log.append(f"{now} s: {line.decode().rstrip()}")

    async with asyncio.TaskGroup() as group:
        group.create_task(network(), name="network")
        group.create_task(program(), name="program")
    return log


async def send(writer: asyncio.StreamWriter, message: bytes) -> None:
    r"""Send a message behind its length.

    Args:
        writer: Where to.
        message: Any bytes, fewer than 4 GiB.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.streams import exchange
        >>> asyncio.run(exchange([b"two\nlines"]))
        [b'TWO\nLINES']
    """
    writer.write(len(message).to_bytes(4) + message)
    await writer.drain()


async def receive(reader: asyncio.StreamReader) -> bytes:
    r"""Receive a message that `send` has sent.

    Args:
        reader: Where from.

    Returns:
        The message.

    Raises:
        asyncio.IncompleteReadError: The peer has closed, before the message or in it.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.streams import receive
        >>> async def receive_from(data):
        ...     reader = asyncio.StreamReader()
        ...     reader.feed_data(data)
        ...     reader.feed_eof()
        ...     return await receive(reader)
        >>> asyncio.run(receive_from(b"\0\0\0\2hi"))
        b'hi'
    """
    length = int.from_bytes(await reader.readexactly(4))
    return await reader.readexactly(length)


async def exchange(messages: Iterable[bytes]) -> list[bytes]:
    """Send messages over a connection, and receive an answer to each.

    This example needs sockets.

    Args:
        messages: What to send.

    Returns:
        The answers: each message in capitals.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.streams import exchange
        >>> asyncio.run(exchange([b"one", b"", b"three"]))
        [b'ONE', b'', b'THREE']
    """

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                await send(writer, (await receive(reader)).upper())
        except asyncio.IncompleteReadError:
            writer.close()  # the client has closed its side

    async with await asyncio.start_server(serve, "127.0.0.1") as server:
        address = server.sockets[0].getsockname()
        reader, writer = await asyncio.open_connection(*address)
        answers = []
        for message in messages:
            await send(writer, message)
            answers.append(await receive(reader))
        writer.close()
        await writer.wait_closed()
    return answers


async def kept_at_most(*, drain: bool) -> int:
    """Write 10 MB, as fast as we can, to a peer that reads.

    This example needs sockets.

    Args:
        drain: Whether to await `drain` after each piece of 10,000 bytes.

    Returns:
        How many bytes the writer kept at most, since the system did not take them yet.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.streams import kept_at_most
        >>> asyncio.run(kept_at_most(drain=True)) < 100_000
        True
        >>> asyncio.run(kept_at_most(drain=False)) > 1_000_000
        True
    """

    async def read_all(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.read()
        writer.close()

    kept = []
    async with await asyncio.start_server(read_all, "127.0.0.1") as server:
        address = server.sockets[0].getsockname()
        reader, writer = await asyncio.open_connection(*address)
        for _ in range(1_000):
            writer.write(bytes(10_000))
            kept.append(writer.transport.get_write_buffer_size())
            if drain:
                await writer.drain()
        writer.write_eof()
        await reader.read()  # until the peer has read all, and closes
        writer.close()
        await writer.wait_closed()
    return max(kept)


async def add_up(numbers: Iterable[int]) -> int:
    """Let a server add numbers; close our side to say that there are no more.

    This example needs sockets.

    Args:
        numbers: What to send, a line each.

    Returns:
        The sum, which the server sends when it has read to the end.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.streams import add_up
        >>> asyncio.run(add_up([1, 2, 39]))
        42
    """

    async def add(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        everything = await reader.read()  # until the client has closed its side
        total = sum(map(int, everything.split()))
        writer.write(str(total).encode())
        writer.close()

    async with await asyncio.start_server(add, "127.0.0.1") as server:
        address = server.sockets[0].getsockname()
        reader, writer = await asyncio.open_connection(*address)
        writer.writelines(f"{number}\n".encode() for number in numbers)
        writer.write_eof()
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
    return int(answer)


async def meet_at_the_server(number: int) -> int:
    """Let clients connect, none of which gets an answer before all are there.

    This example needs sockets.

    Args:
        number: How many clients.

    Returns:
        How many connections the server had at the same time.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.streams import meet_at_the_server
        >>> asyncio.run(meet_at_the_server(50))
        50
    """
    everybody = asyncio.Barrier(number)
    present = most = 0

    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal present, most
        present += 1
        most = max(most, present)
        await everybody.wait()
        present -= 1
        writer.write(b"welcome")
        writer.close()

    async def visit(address: tuple[str, int]) -> None:
        reader, writer = await asyncio.open_connection(*address)
        await reader.read()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(greet, "127.0.0.1") as server:
        address = server.sockets[0].getsockname()
        async with asyncio.TaskGroup() as clients:
            for _ in range(number):
                clients.create_task(visit(address))
    return most
