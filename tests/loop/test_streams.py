"""TCP on the small loop: nothing is lost, and who goes away is noticed."""

import asyncio
import contextlib
import errno
import gc
import socket
import struct
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest

from yieldpoint import loop
from yieldpoint.loop.connections import Connection

Client = Callable[[loop.StreamReader, loop.StreamWriter], Awaitable[object]]
Handler = Callable[[loop.StreamReader, loop.StreamWriter], Coroutine[Any, Any, None]]


async def echo(reader: loop.StreamReader, writer: loop.StreamWriter) -> None:
    """Send back what comes, until no more comes."""
    while data := await reader.read(4096):
        writer.write(data)
        await writer.drain()
    writer.close()
    await writer.wait_closed()


def streams(sock: socket.socket) -> tuple[loop.StreamReader, loop.StreamWriter]:
    """Return the reader and the writer of a socket that is connected."""
    reader = loop.StreamReader()
    return reader, loop.StreamWriter(Connection(sock, reader), reader)


def with_server(client: Client, handler: Handler = echo) -> Any:  # noqa: ANN401 - the client's
    """Run a client that is connected to a server of the same loop.

    Returns what the client returns, with the exceptions that the loop reports, if any.
    """
    reports = []

    async def main() -> object:
        running = loop.get_running_loop()
        running.set_exception_handler(lambda _, context: reports.append(context))
        async with await loop.start_server(handler, "127.0.0.1", 0) as server:
            reader, writer = await loop.open_connection(
                *server.sockets[0].getsockname()
            )
            try:
                return await client(reader, writer)
            finally:
                writer.close()
                with contextlib.suppress(ConnectionError):
                    await writer.wait_closed()

    result = loop.run(main())
    gc.collect()
    return (result, [report["exception"] for report in reports]) if reports else result


def test_what_is_sent_comes_back() -> None:
    """By line, by number of bytes, by what is there, and all of it."""

    async def client(
        reader: loop.StreamReader, writer: loop.StreamWriter
    ) -> list[bytes]:
        writer.write(b"one line\nfour")
        writer.write(b"")
        await writer.drain()
        received = [await reader.readline(), await reader.readexactly(4)]
        writer.write(b"rest")
        received.append(await reader.read(100))
        received += [await reader.read(0), await reader.readexactly(0)]
        return received

    assert with_server(client) == [b"one line\n", b"four", b"rest", b"", b""]


def test_the_end_is_noticed() -> None:
    """What is there is given first."""

    async def say_goodbye(_: loop.StreamReader, writer: loop.StreamWriter) -> None:
        writer.write(b"good\nbye")
        writer.close()

    async def client(reader: loop.StreamReader, _: loop.StreamWriter) -> list[bytes]:
        received = [await reader.readline(), await reader.readline()]
        return [*received, await reader.readline(), await reader.read()]

    assert with_server(client, say_goodbye) == [b"good\n", b"bye", b"", b""]

    async def wants_more(reader: loop.StreamReader, _: loop.StreamWriter) -> bytes:
        with pytest.raises(loop.IncompleteReadError) as caught:
            await reader.readexactly(100)
        assert caught.value.expected == 100
        return caught.value.partial

    assert with_server(wants_more, say_goodbye) == b"good\nbye"


def test_more_than_the_system_takes_at_once() -> None:
    """It is sent bit by bit, and read bit by bit; closing waits for the rest."""
    sent = bytes(range(256)) * 40_000

    async def swallow(reader: loop.StreamReader, writer: loop.StreamWriter) -> None:
        await loop.sleep(0.05)  # so that the buffers fill
        writer.write(b"%d" % len(await reader.readexactly(len(sent))))
        writer.close()

    async def client(reader: loop.StreamReader, writer: loop.StreamWriter) -> bytes:
        writer.write(sent)
        await writer.drain()
        return await reader.read()

    assert with_server(client, swallow) == b"10240000"

    async def pour_out(_: loop.StreamReader, writer: loop.StreamWriter) -> None:
        writer.write(sent)
        writer.close()
        writer.close()
        assert writer.is_closing()
        await writer.wait_closed()
        writer.write(b"nobody gets it")
        with pytest.raises(ConnectionResetError, match="Connection lost"):
            await writer.drain()

    async def slow_client(reader: loop.StreamReader, _: loop.StreamWriter) -> bool:
        await reader.read(1)
        await loop.sleep(0.05)  # more comes than is kept
        return await reader.read() == sent[1:]

    assert with_server(slow_client, pour_out) is True


def test_reading_and_writing_at_the_same_time() -> None:
    """Two tasks share a connection, and their socket is watched for both."""
    message = bytes(2_000_000)

    async def client(reader: loop.StreamReader, writer: loop.StreamWriter) -> int:
        async def write() -> None:
            writer.write(message)
            await writer.drain()

        task = loop.create_task(write())
        received = await reader.readexactly(len(message))
        await task
        return len(received)

    assert with_server(client) == 2_000_000


def test_a_thousand_connections_lose_nothing() -> None:
    """All open at once, each with its own bytes."""

    async def main() -> int:
        async with await loop.start_server(echo, "127.0.0.1", 0) as server:
            address = server.sockets[0].getsockname()
            all_connected = loop.Semaphore(0)
            go = loop.Event()

            async def client(number: int) -> bool:
                reader, writer = await loop.open_connection(*address)
                all_connected.release()
                await go.wait()
                for turn in range(3):
                    message = b"%d of %d\n" % (turn, number)
                    writer.write(message)
                    if await reader.readline() != message:
                        return False
                writer.close()
                await writer.wait_closed()
                return True

            clients = [loop.create_task(client(n)) for n in range(connections)]
            for _ in clients:
                await all_connected.acquire()
            go.set()
            return sum(await loop.gather(*clients))

    connections = 1000 if _can_open(2100) else 100
    assert loop.run(main()) == connections


def _can_open(files: int) -> bool:
    """Let this process open so many files, if the system does."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < files <= hard or hard == resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, files), hard))
    return bool(resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= files)


def reset(writer: loop.StreamWriter) -> None:
    """Make the peer see a reset instead of an end."""
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, linger
    )
    writer.close()


def test_a_peer_that_resets_the_connection() -> None:
    """Whoever reads learns of it; the server goes on."""
    errors = []

    async def read(reader: loop.StreamReader, _: loop.StreamWriter) -> None:
        try:
            await reader.read()
        except OSError as error:
            errors.append(type(error))
            raise

    async def client(_: loop.StreamReader, writer: loop.StreamWriter) -> None:
        writer.write(b"hello")
        await loop.sleep(0.01)
        reset(writer)
        await loop.sleep(0.05)

    _, reports = with_server(client, read)
    assert errors == [ConnectionResetError]
    assert [type(error) for error in reports] == [ConnectionResetError]


def test_writing_to_who_has_gone() -> None:
    """The error comes out of drain, and further bytes are dropped."""

    async def hang_up(reader: loop.StreamReader, writer: loop.StreamWriter) -> None:
        await reader.read(1)
        reset(writer)

    async def client(
        _: loop.StreamReader, writer: loop.StreamWriter
    ) -> type[BaseException]:
        writer.write(b"x")

        async def write_on() -> None:
            while True:
                writer.write(bytes(100_000))
                await writer.drain()
                await loop.sleep(0)

        with pytest.raises(ConnectionError) as caught:
            await loop.wait_for(write_on(), 10)
        writer.write(b"dropped")
        return caught.type

    assert issubclass(with_server(client, hang_up), ConnectionError)


def test_closing_wakes_who_reads() -> None:
    """It gets what has come, which is nothing."""

    async def client(reader: loop.StreamReader, writer: loop.StreamWriter) -> bytes:
        task = loop.create_task(reader.read())
        await loop.sleep(0)
        writer.close()
        return await task

    async def wait(reader: loop.StreamReader, writer: loop.StreamWriter) -> None:
        await reader.read()
        writer.close()

    assert with_server(client, wait) == b""


def test_a_cancelled_reader_loses_nothing() -> None:
    """What came meanwhile is there for the next one."""

    async def client(reader: loop.StreamReader, writer: loop.StreamWriter) -> bytes:
        with pytest.raises(TimeoutError):
            await loop.wait_for(reader.readline(), 0.01)
        writer.write(b"late\n")
        return await reader.readline()

    assert with_server(client) == b"late\n"


def test_a_handler_that_fails_is_reported_and_its_stream_closed() -> None:
    """The server goes on."""

    async def fail(_: loop.StreamReader, __: loop.StreamWriter) -> None:
        raise ValueError("in the handler")

    async def client(reader: loop.StreamReader, _: loop.StreamWriter) -> bytes:
        return await reader.read()

    received, reports = with_server(client, fail)
    assert (received, list(map(repr, reports))) == (
        b"",
        ["ValueError('in the handler')"],
    )


def test_a_handler_that_fails_by_an_exception_that_is_false() -> None:
    """It is reported, and its client is not left waiting."""

    class EmptyError(Exception):
        """An exception without anything in it."""

        def __len__(self) -> int:
            return 0

    async def fail(_: loop.StreamReader, __: loop.StreamWriter) -> None:
        raise EmptyError

    async def client(reader: loop.StreamReader, _: loop.StreamWriter) -> bytes:
        return await loop.wait_for(reader.read(), timeout=10)

    received, reports = with_server(client, fail)
    assert (received, [type(each) for each in reports]) == (b"", [EmptyError])


def test_nobody_listens() -> None:
    """The error names the address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = free.getsockname()

    async def main() -> None:
        await loop.open_connection(*address)

    with pytest.raises(ConnectionRefusedError, match=str(address[1])):
        loop.run(main())


def test_a_server_without_a_file_to_spare(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says so, waits a second, and takes those who have come meanwhile."""
    accept, failures = socket.socket.accept, [OSError(errno.EMFILE, "Too many files")]

    def accept_later(sock: socket.socket) -> object:
        if failures:
            raise failures.pop()
        return accept(sock)

    monkeypatch.setattr(socket.socket, "accept", accept_later)

    async def client(reader: loop.StreamReader, writer: loop.StreamWriter) -> bytes:
        writer.write(b"patient\n")
        return await reader.readline()

    received, reports = with_server(client)
    assert received == b"patient\n"
    assert [error.errno for error in reports] == [errno.EMFILE]


def test_addresses() -> None:
    """Both ends know both."""

    async def client(reader: loop.StreamReader, writer: loop.StreamWriter) -> bool:
        writer.write(b"x")
        own, peer = (writer.get_extra_info(n) for n in ("sockname", "peername"))
        await reader.read(1)
        return bool(own[0] == peer[0] == "127.0.0.1" and own != peer)

    assert with_server(client) is True


def test_asyncio_talks_to_it() -> None:
    """The bytes are the same on the wire."""
    sockets: list[socket.socket] = []

    async def main() -> None:
        async with await loop.start_server(echo, "127.0.0.1", 0) as server:
            address = server.sockets[0].getsockname()
            running, done = loop.get_running_loop(), loop.Event()

            def talk() -> bytes:
                async def client() -> bytes:
                    reader, writer = await asyncio.open_connection(*address)
                    writer.write(b"from asyncio\n")
                    line = await reader.readline()
                    writer.close()
                    await writer.wait_closed()
                    return line

                try:
                    return asyncio.run(client())
                finally:
                    running.call_soon_threadsafe(done.set)

            with contextlib.ExitStack() as stack:
                import concurrent.futures  # noqa: PLC0415 - for this test alone

                pool = stack.enter_context(concurrent.futures.ThreadPoolExecutor(1))
                answer = pool.submit(talk)
                await done.wait()
                assert answer.result() == b"from asyncio\n"

    loop.run(main())
    assert sockets == []


def test_a_port_that_cannot_be() -> None:
    """The system would take the rest of a division."""
    with pytest.raises(OverflowError, match="from 0 to 65535, not 99999"):
        loop.run(loop.open_connection("127.0.0.1", 99_999))


def test_no_address_at_all() -> None:
    """A forgotten argument does not listen everywhere."""
    with pytest.raises(ValueError, match="neither a host nor a port"):
        loop.run(loop.open_connection())
    with pytest.raises(ValueError, match="neither a host nor a port"):
        loop.run(loop.start_server(print))
    with pytest.raises(OSError, match="no host"):
        loop.run(loop.start_server(print, [], 0))


def test_a_port_that_is_left_to_the_system() -> None:
    """It is any that is free."""

    async def main() -> int:
        async with await loop.start_server(print, "127.0.0.1") as server:
            port: int = server.sockets[0].getsockname()[1]
            return port

    assert loop.run(main()) > 0


def test_who_stops_watching_is_not_called_any_more() -> None:
    """Not even if the socket was ready in the same turn."""
    calls: list[str] = []

    async def main() -> None:
        running = loop.get_running_loop()
        here, there = socket.socketpair()
        with here, there:
            there.send(b"x")
            running.add_reader(here, calls.append, "first")
            running.call_soon(running.add_reader, here, calls.append, "other")
            await loop.sleep(0)
            await loop.sleep(0)
            running.call_soon(running.remove_reader, here)
            await loop.sleep(0)
            calls.append("stopped")
            await loop.sleep(0)

    loop.run(main())
    assert "first" not in calls
    assert calls[-2:] == ["other", "stopped"]


@pytest.mark.parametrize("module", [loop, asyncio])
def test_a_socket_and_the_number_of_its_file(module: Any) -> None:  # noqa: ANN401 - two modules
    """Either names what is watched; and one that is closed is known still."""
    calls: list[str] = []

    async def main() -> None:
        running = module.get_running_loop()
        here, there = socket.socketpair()
        with here, there:
            there.send(b"x")
            running.add_writer(here.fileno(), calls.append, "writable")
            running.add_reader(here, calls.append, "readable")
            await module.sleep(0)
            await module.sleep(0)
            assert running.remove_writer(here)
            assert running.remove_reader(here.fileno())
            assert not running.remove_reader(here)
            seen = sorted(set(calls))
            await module.sleep(0)
            assert seen == sorted(set(calls)) == ["readable", "writable"]
            running.add_reader(there, calls.append, "closed")
        assert running.remove_reader(there)
        with pytest.raises(ValueError, match="Invalid file descriptor: -1"):
            running.remove_reader(there)

    module.run(main())
    ended, (here, there) = module.new_event_loop(), socket.socketpair()
    with here, there:
        ended.add_reader(here, print)
        ended.close()
        assert not ended.remove_reader(here)


def test_a_server_that_is_closed_while_somebody_comes() -> None:
    """Who comes too late is not taken, and nothing is reported."""

    async def main() -> None:
        running = loop.get_running_loop()
        reports: list[object] = []
        running.set_exception_handler(lambda _, context: reports.append(context))
        server = await loop.start_server(echo, "127.0.0.1", 0)
        client = socket.create_connection(server.sockets[0].getsockname())
        running.call_soon(server.close)
        await server.wait_closed()
        await loop.sleep(0)
        client.close()
        assert (reports, server.sockets) == ([], ())

    loop.run(main())


def test_a_peer_that_had_gone_before() -> None:
    """Its address is not known then; it is no error to ask."""

    async def main() -> object:
        here, there = socket.socketpair()
        with there:
            _, writer = streams(here)
            writer.close()
            return writer.get_extra_info("nothing")

    assert loop.run(main()) is None


def test_a_cancelled_connect() -> None:
    """Its socket is closed."""

    async def main() -> None:
        async with await loop.start_server(echo, "127.0.0.1", 0) as server:
            address = server.sockets[0].getsockname()
            task = loop.create_task(loop.open_connection(*address))
            await loop.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    loop.run(main())


def test_a_socket_that_is_not_readable_after_all() -> None:
    """Nothing has come, and nothing has ended."""

    async def main() -> bytes:
        here, there = socket.socketpair()
        with there:
            reader, writer = streams(here)
            writer._connection._receive()
            there.send(b"now")
            received = await reader.read(3)
            writer.close()
            return received

    assert loop.run(main()) == b"now"
