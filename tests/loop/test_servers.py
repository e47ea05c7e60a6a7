"""Servers and clients: how they begin, and how they end."""

import socket
from typing import Any

import pytest

from yieldpoint import loop


async def close(_: loop.StreamReader, writer: loop.StreamWriter) -> None:
    """Close the connection."""
    writer.close()


def test_a_server_waits_for_its_connections() -> None:
    """It is closed when it listens no longer, and the last connection has ended."""

    async def main() -> list[bool]:
        writers: list[loop.StreamWriter] = []
        server = await loop.start_server(
            lambda _, writer: writers.append(writer), "127.0.0.1", 0
        )
        assert server.get_loop() is loop.get_running_loop()
        address = server.sockets[0].getsockname()
        _, writer = await loop.open_connection(*address)
        await loop.sleep(0.01)
        closed = loop.create_task(server.wait_closed())
        early = loop.create_task(server.wait_closed())
        await loop.sleep(0.01)
        states = [server.is_serving(), closed.done()]
        server.close()
        server.close()
        early.cancel()
        await loop.sleep(0.01)
        states += [server.is_serving(), closed.done()]
        writers[0].close()
        await closed
        await server.wait_closed()
        writer.close()
        return states

    assert loop.run(main()) == [True, False, False, False]


def test_a_server_that_wants_nobody_in_line() -> None:
    """The system has its own idea of that; whoever comes is served."""

    async def main() -> bytes:
        server = await loop.start_server(close, "127.0.0.1", 0, backlog=-1)
        async with server:
            reader, writer = await loop.open_connection(
                *server.sockets[0].getsockname()
            )
            received = await reader.read()
            writer.close()
            return received

    assert loop.run(main()) == b""
    with pytest.raises(ValueError, match="Limit cannot be <= 0"):
        loop.run(loop.start_server(close, "127.0.0.1", 0, limit=0))


@pytest.mark.parametrize("name", ["close_clients", "abort_clients"])
def test_a_server_sends_its_clients_away(name: str) -> None:
    """At once, or when all is sent."""

    async def serve(reader: loop.StreamReader, writer: loop.StreamWriter) -> None:
        writer.write(bytes(10_000_000))
        await reader.read()

    async def main() -> int:
        server = await loop.start_server(serve, "127.0.0.1", 0)
        reader, writer = await loop.open_connection(*server.sockets[0].getsockname())
        assert await reader.read(1)
        server.close()
        getattr(server, name)()
        received = await reader.read()
        await server.wait_closed()
        writer.close()
        return len(received)

    received = loop.run(main())
    assert (received == 9_999_999) is (name == "close_clients")


def test_a_server_for_ever() -> None:
    """Until its task is cancelled, or it is closed; and once at a time."""

    async def main() -> None:
        server = await loop.start_server(close, "127.0.0.1", 0, start_serving=False)
        assert not server.is_serving()
        task = loop.create_task(server.serve_forever())
        await loop.sleep(0)
        assert server.is_serving()
        with pytest.raises(RuntimeError, match="already being awaited"):
            await server.serve_forever()
        server.close()
        with pytest.raises(loop.CancelledError):
            await task
        for again in server.serve_forever, server.start_serving:
            with pytest.raises(RuntimeError, match=r"<Server sockets=\(\)> is closed"):
                await again()
        assert not server.is_serving()

    loop.run(main())


def test_a_handler_that_is_no_coroutine_function() -> None:
    """It may be a plain function; if it raises, or its task is cancelled, all ends."""

    async def main() -> list[object]:
        reports: list[object] = []
        this = loop.get_running_loop()
        this.set_exception_handler(lambda _, about: reports.append(about["message"]))

        def fail(_: loop.StreamReader, __: loop.StreamWriter) -> None:
            raise ValueError

        async def give_up(_: loop.StreamReader, __: loop.StreamWriter) -> None:
            task = loop.current_task()
            assert task
            task.cancel()
            await loop.sleep(1)

        for handler in (fail, give_up):
            async with await loop.start_server(handler, "127.0.0.1", 0) as server:
                address = server.sockets[0].getsockname()
                reader, writer = await loop.open_connection(*address)
                reports.append(await reader.read())
                writer.close()
        return reports

    assert loop.run(main()) == ["Unhandled exception in client_connected_cb", b"", b""]


def test_several_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client tries one after another."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        closed = free.getsockname()

    async def main() -> None:
        server = await loop.start_server(close, "127.0.0.1", 0)
        addresses = [sock.getsockname() for sock in server.sockets]
        really = socket.getaddrinfo

        def both(*_: object, **__: object) -> list[Any]:
            (found,) = really("127.0.0.1", 0, type=socket.SOCK_STREAM)[:1]
            return [(*found[:4], closed), (*found[:4], addresses[0])]

        monkeypatch.setattr(socket, "getaddrinfo", both)
        _, writer = await loop.open_connection("either", 1)
        assert writer.get_extra_info("peername") == addresses[0]
        writer.close()
        server.close()
        await server.wait_closed()
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda *_, **__: both()[:1] + both()[1:]
        )
        with pytest.raises(OSError, match="Multiple exceptions: "):
            await loop.open_connection("either", 1)

    loop.run(main())


def test_a_server_at_several_addresses() -> None:
    """It listens once at each that this machine has, whatever names that one has."""

    async def main() -> list[str]:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        hosts = ["192.0.2.1", "127.0.0.1", "localhost", "127.0.0.1"]
        async with await loop.start_server(close, hosts, port) as server:
            return [sock.getsockname()[0] for sock in server.sockets]

    listened = loop.run(main())
    assert "127.0.0.1" in listened
    assert len(listened) == len(set(listened))


def test_a_server_that_does_not_serve_yet() -> None:
    """It does not listen either: nobody can connect, and wait in vain."""

    async def main() -> bytes:
        server = await loop.start_server(close, "127.0.0.1", 0, start_serving=False)
        async with server:
            address = server.sockets[0].getsockname()
            with pytest.raises(ConnectionRefusedError):
                await loop.open_connection(*address)
            await server.start_serving()
            reader, writer = await loop.open_connection(*address)
            received = await reader.read()
            writer.close()
            return received

    assert loop.run(main()) == b""


def test_an_address_that_this_machine_has_not() -> None:
    """It is an error if there is no other one, and nothing is left open."""
    with pytest.raises(OSError, match=r"Errno \d+"):
        loop.run(loop.start_server(close, "192.0.2.1", 0))
    taken = socket.create_server(("127.0.0.1", 0))
    with taken, pytest.raises(OSError, match=r"Errno \d+"):
        loop.run(loop.start_server(close, "127.0.0.1", taken.getsockname()[1]))


def test_a_server_that_is_closed_while_it_has_no_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It does not try again."""

    async def main() -> list[object]:
        reports: list[object] = []
        this = loop.get_running_loop()
        this.set_exception_handler(lambda _, about: reports.append(about["message"]))
        server = await loop.start_server(close, "127.0.0.1", 0)

        def fail(_: socket.socket) -> None:
            raise OSError(24, "Too many files")

        with monkeypatch.context() as patch:
            patch.setattr(socket.socket, "accept", fail)
            (sock,) = server.sockets
            client = socket.create_connection(sock.getsockname())
            await loop.sleep(0.01)
        client.close()
        server.close()
        server._accept_again(sock)  # as it would a second later
        return reports

    assert len(loop.run(main())) == 1


def test_one_of_several_addresses_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then nothing is listened at."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ((family, *rest, _),) = socket.getaddrinfo(
            "127.0.0.1", 0, type=socket.SOCK_STREAM
        )
        both = [
            (family, *rest, ("127.0.0.1", 0)),
            (family, *rest, taken.getsockname()),
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
        with pytest.raises(OSError, match=r"Errno \d+"):
            loop.run(loop.start_server(close, "either", 0))
