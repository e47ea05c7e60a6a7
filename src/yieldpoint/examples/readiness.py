"""Inside the event loop: sockets, and tasks that wait until one can be read from."""

import asyncio
import contextlib
import selectors
import socket
from asyncio import CancelledError
from functools import partial

from yieldpoint.examples.built_on_top import Loop, gather
from yieldpoint.examples.later_values import Future
from yieldpoint.examples.stepping import Task

__all__ = [
    "answer",
    "ask",
    "connect_before_accept",
    "echo",
    "read_too_early",
    "receive",
    "serve",
    "until_readable",
    "write_too_much",
]


def read_too_early() -> bytes:
    """Read from a socket before anything has come, and again when something has.

    This example needs sockets.

    Returns:
        What came.

    Examples:
        >>> from yieldpoint.examples.readiness import read_too_early
        >>> read_too_early()
        nothing yet
        b'now'
    """
    here, there = socket.socketpair()
    with here, there, selectors.DefaultSelector() as selector:
        here.settimeout(0)  # never wait
        try:
            here.recv(4096)
        except BlockingIOError:
            print("nothing yet")
        there.send(b"now")
        selector.register(here, selectors.EVENT_READ)
        selector.select()  # returns when there is something to read
        return here.recv(4096)


async def until_readable(loop: Loop, sock: socket.socket) -> None:
    """Wait until a socket can be read from.

    This example needs sockets.

    Args:
        loop: The running loop.
        sock: The socket.

    Examples:
        >>> import socket
        >>> from yieldpoint.examples.readiness import Loop, until_readable
        >>> here, there = socket.socketpair()
        >>> there.send(b"hello")
        5
        >>> loop = Loop()
        >>> loop.run(until_readable(loop, here))
        >>> here.recv(4096)
        b'hello'
        >>> here.close(), there.close()
        (None, None)
    """
    future: Future[None] = Future()
    wake = partial(future.set_result, None)
    loop.selector.register(sock, selectors.EVENT_READ, wake)
    try:
        await future
    finally:
        loop.selector.unregister(sock)


async def receive(loop: Loop, sock: socket.socket) -> bytes:
    """Wait for bytes from a socket, and return them.

    This example needs sockets.

    Args:
        loop: The running loop.
        sock: The socket.

    Returns:
        Some bytes; none if the peer sends no more.

    Examples:
        >>> import socket
        >>> from yieldpoint.examples.readiness import Loop, receive
        >>> here, there = socket.socketpair()
        >>> there.close()
        >>> loop = Loop()
        >>> loop.run(receive(loop, here))
        b''
        >>> here.close()
    """
    await until_readable(loop, sock)
    return sock.recv(4096)


async def answer(loop: Loop, connection: socket.socket) -> None:
    """Send back in capitals what a client sends, until it closes its side.

    This example needs sockets.

    Args:
        loop: The running loop.
        connection: The socket to the client.

    Examples:
        >>> import socket
        >>> from yieldpoint.examples.readiness import Loop, answer
        >>> here, there = socket.socketpair()
        >>> there.send(b"hello")
        5
        >>> there.shutdown(socket.SHUT_WR)
        >>> loop = Loop()
        >>> loop.run(answer(loop, here))
        >>> there.recv(4096)
        b'HELLO'
        >>> there.close()
    """
    connection.settimeout(0)
    with connection:
        while data := await receive(loop, connection):
            connection.send(data.upper())


async def serve(loop: Loop, listener: socket.socket) -> None:
    """Accept clients for ever, and start a task for each.

    This example needs sockets.

    Args:
        loop: The running loop.
        listener: The socket that clients connect to.

    Examples:
        >>> from yieldpoint.examples.readiness import echo
        >>> echo("hello")
        ['HELLO']
    """
    while True:
        await until_readable(loop, listener)
        connection, _ = listener.accept()
        Task(loop, answer(loop, connection))


async def ask(loop: Loop, address: tuple[str, int], word: str) -> str:
    """Connect to a server, send it a word, and wait for the answer.

    This example needs sockets.

    Args:
        loop: The running loop.
        address: Where the server listens.
        word: What to send.

    Returns:
        What comes back.

    Examples:
        >>> from yieldpoint.examples.readiness import echo
        >>> echo("hello")
        ['HELLO']
    """
    with socket.create_connection(address) as connection:
        connection.settimeout(0)
        connection.send(word.encode())
        return (await receive(loop, connection)).decode()


def echo(*words: str) -> list[str]:
    """Run a server, and a client for each word, in one thread.

    This example needs sockets.

    Args:
        words: What the clients send.

    Returns:
        What comes back.

    Examples:
        >>> from yieldpoint.examples.readiness import echo
        >>> echo("hello", "goodbye")
        ['HELLO', 'GOODBYE']
    """
    loop = Loop()

    async def main() -> list[str]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(0)
            server = Task(loop, serve(loop, listener))
            address = listener.getsockname()
            answers = await gather(loop, *[ask(loop, address, word) for word in words])
            server.cancel()
            with contextlib.suppress(CancelledError):
                await server
        return answers

    return loop.run(main())


def connect_before_accept() -> list[bytes]:
    """Let three clients connect to a server, and send, before it accepts one.

    This example needs sockets.

    Returns:
        What they have sent.

    Examples:
        >>> from yieldpoint.examples.readiness import connect_before_accept
        >>> connect_before_accept()
        [b'Ada', b'Bob', b'Cy']
    """
    names = ["Ada", "Bob", "Cy"]
    with socket.create_server(("127.0.0.1", 0), backlog=len(names)) as listener:
        for name in names:
            with socket.create_connection(listener.getsockname()) as client:
                client.send(name.encode())
        received = []
        for _ in names:
            with listener.accept()[0] as connection:
                received.append(connection.recv(4096))
        return received


async def write_too_much() -> None:
    """Write little and much to a peer that does not read, and then let it read.

    This example needs sockets.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.readiness import write_too_much
        >>> asyncio.run(write_too_much())
        1,000 bytes: drain has returned: True
        10,000,000 bytes: drain has returned: False
        it has returned: True
        some has arrived: True, all has arrived: False
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 100_000)
        _, writer = await asyncio.open_connection(*listener.getsockname())
        peer, _ = listener.accept()
    for size in (1_000, 10_000_000):
        writer.write(bytes(size))
        draining = asyncio.create_task(writer.drain())
        await asyncio.sleep(0)
        print(f"{size:,} bytes: drain has returned: {draining.done()}")
    peer.settimeout(0)
    arrived = 0
    while not draining.done():
        with contextlib.suppress(BlockingIOError):
            arrived += len(peer.recv(100_000))
        await asyncio.sleep(0)
    print("it has returned:", draining.done())
    all_is_there = arrived == 10_001_000
    print(f"some has arrived: {arrived > 0}, all has arrived: {all_is_there}")
    peer.close()
    writer.close()
