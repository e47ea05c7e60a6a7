"""Real input and output: a server and a client on a socket of this machine."""

import asyncio

__all__ = ["echo"]


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

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        address = server.sockets[0].getsockname()
        reader, writer = await asyncio.open_connection(*address)
        writer.write(f"{message}\n".encode())
        line = await reader.readline()
        writer.close()
        await writer.wait_closed()
    return line.decode().rstrip()
