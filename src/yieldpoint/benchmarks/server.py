r"""A server that answers after a set time; it runs in a process of its own.

A client connects, sends a number and a newline, and some time later gets twice the
number and a newline. The server ends when its standard input does, so that it cannot
outlive the program that has started it.

Examples:
    >>> from yieldpoint.benchmarks.server import answer
    >>> answer(b"21\n")
    b'42\n'
"""

import asyncio
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from yieldpoint.benchmarks import machine

__all__ = ["Answering", "answer", "leave_no_trace", "running", "serve"]

# More than are ever started at once; the system takes what it can.
_BACKLOG = 10_000


def answer(request: bytes) -> bytes:
    r"""Return the answer to a request.

    Args:
        request: A number and a newline.

    Returns:
        Twice the number and a newline.

    Examples:
        >>> from yieldpoint.benchmarks.server import answer
        >>> answer(b"0\n")
        b'0\n'
    """
    return b"%d\n" % (2 * int(request))


def leave_no_trace(connection: socket.socket) -> None:
    """Let a connection end at once, whoever closes it.

    Otherwise the system keeps its port for a minute, and some ten thousand connections
    later there is none left.

    Args:
        connection: The connection.

    Examples:
        This example needs a socket.

        >>> import socket
        >>> from yieldpoint.benchmarks.server import leave_no_trace
        >>> with socket.socket() as connection:
        ...     leave_no_trace(connection)
        ...     connection.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER) > 0
        True
    """
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Answering(asyncio.Protocol):
    """One connection of the server.

    Args:
        delay: How long to wait with the answer, in seconds.

    Examples:
        >>> from yieldpoint.benchmarks.server import Answering
        >>> Answering(0.5).delay
        0.5
    """

    def __init__(self, delay: float) -> None:
        """Start with nothing received."""
        self.delay = delay
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection.

        :meta private:
        """
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer later, once the request is complete.

        :meta private:
        """
        self._received += data
        if self._received.endswith(b"\n"):
            loop = asyncio.get_running_loop()
            loop.call_later(self.delay, self._transport.write, answer(self._received))


async def serve(delay: float) -> None:
    """Serve on a free port of this machine, and print it, until the input ends.

    Args:
        delay: How long to wait with each answer, in seconds.

    Examples:
        >>> import inspect
        >>> from yieldpoint.benchmarks.server import serve
        >>> inspect.iscoroutinefunction(serve)
        True
    """
    machine.allow_descriptors()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Answering(delay), "127.0.0.1", 0, backlog=_BACKLOG
    )
    async with server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.to_thread(sys.stdin.read)


@contextmanager
def running(delay: float) -> Iterator[int]:
    """Run the server in a process of its own.

    Args:
        delay: How long it waits with each answer, in seconds.

    Yields:
        The server's port on 127.0.0.1.

    Examples:
        >>> from yieldpoint.benchmarks.server import running
        >>> running(0.5).__class__.__name__
        '_GeneratorContextManager'
    """
    command = [sys.executable, "-m", __name__, str(delay)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
