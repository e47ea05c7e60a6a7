"""Readers and writers: what cannot be, what is too much, and how they end."""

import contextlib
import gc
import socket
from typing import Any

import pytest

from tests.loop.running import run
from tests.loop.test_streams import streams
from yieldpoint import loop


def test_arguments_that_cannot_be() -> None:
    """None of them takes bytes that were not asked for."""

    async def main() -> None:
        for limit in (0, -1):
            with pytest.raises(ValueError, match="Limit cannot be <= 0"):
                loop.StreamReader(limit)
            with pytest.raises(ValueError, match="Limit cannot be <= 0"):
                await loop.open_connection("127.0.0.1", 1, limit=limit)
        reader = loop.StreamReader()
        reader.feed_data(b"abcdef")
        for n in (-1, -2):
            with pytest.raises(ValueError, match="can not be less than zero"):
                await reader.readexactly(n)
        for wrong in (b"", (b"", b"x"), ()):
            with pytest.raises(ValueError, match="Separator should"):
                await reader.readuntil(wrong)
        assert await reader.read(0) == await reader.readexactly(0) == b""
        reader.feed_eof()
        assert await reader.read(-5) == b"abcdef"
        assert repr(reader) == "<StreamReader 0 bytes at its end>"
        with pytest.raises(RuntimeError, match="feed_data after feed_eof"):
            reader.feed_data(b"more")

    run(main)


@pytest.mark.parametrize("name", ["read", "readline", "readexactly", "readuntil"])
def test_two_readers_at_once(name: str) -> None:
    """Nobody could say which of them gets what comes."""

    async def main() -> list[object]:
        reader = loop.StreamReader()
        arguments = [5] if name == "readexactly" else []
        both = [getattr(reader, name)(*arguments) for _ in range(2)]
        gathering = loop.gather(*both, return_exceptions=True)
        await loop.sleep(0)
        reader.feed_data(b"ab\nde")
        reader.feed_eof()
        return [type(it).__name__ for it in await gathering]

    assert run(main) == ["bytes", "RuntimeError"]


def test_a_line_over_the_limit() -> None:
    """It is an error, and what comes behind it can be read."""

    async def main() -> list[bytes]:
        reader = loop.StreamReader(limit=4)
        reader.feed_data(b"12345\n1234\n")
        with pytest.raises(loop.LimitOverrunError, match="longer than limit"):
            await reader.readuntil()
        with pytest.raises(ValueError, match="longer than limit"):
            await reader.readline()
        lines = [await reader.readline()]
        reader.feed_data(b"123456")
        with pytest.raises(ValueError, match="exceed the limit"):
            await reader.readline()
        reader.feed_data(b"12;\n")
        lines += [await reader.readuntil((b"2;\n", b"\n", b";"))]
        reader.feed_eof()
        return [*lines, await reader.readline(), await reader.readline()]

    assert run(main) == [b"1234\n", b"12;", b"\n", b""]


def test_a_long_line_is_searched_once() -> None:
    """Each byte is looked at once, however many pieces it comes in."""
    looked_at = 0

    class Counting(bytearray):
        """A buffer that counts."""

        def find(self, what: Any, start: int = 0) -> int:  # type: ignore[override] # noqa: ANN401 - as it is called
            nonlocal looked_at
            looked_at += len(self) - start
            return super().find(what, start)

    async def main() -> int:
        reader = loop.StreamReader(limit=10**6)
        reader._buffer = Counting()
        task = loop.create_task(reader.readline())
        for _ in range(100):
            reader.feed_data(b"x" * 100)
            await loop.sleep(0)
        reader.feed_data(b"\n")
        return len(await task)

    assert run(main) == 10_001
    assert looked_at < 2 * 10_001


def test_who_is_not_read_from_has_to_wait() -> None:
    """The system's buffers fill, and the writer's drain waits."""

    async def main() -> list[bool]:
        here, there = socket.socketpair()
        reader, writer = streams(here)
        other_reader, other_writer = streams(there)
        writer.write(bytes(10_000_000))
        writer.writelines([b"the", memoryview(b" end"), bytearray()])
        draining = loop.create_task(writer.drain())
        await loop.sleep(0.05)
        waits = [draining.done(), len(other_reader._buffer) < 1_000_000]
        await other_reader.readexactly(10_000_000)
        await draining
        assert await other_reader.readexactly(7) == b"the end"
        writer.close()
        await writer.wait_closed()
        assert await other_reader.read() == b""
        assert other_reader.at_eof()
        assert not other_writer.is_closing()  # it may still send
        other_writer.close()
        await other_writer.wait_closed()
        assert await reader.read() == b""
        return waits

    assert loop.run(main()) == [False, True]


def test_a_half_of_a_connection_is_closed() -> None:
    """One side has said all, the other one answers."""

    async def main() -> bytes:
        here, there = socket.socketpair()
        reader, writer = streams(here)
        other_reader, other_writer = streams(there)
        assert writer.can_write_eof()
        writer.write(bytes(1_000_000))
        writer.write_eof()
        writer.write_eof()
        with pytest.raises(RuntimeError, match="after write_eof"):
            writer.write(b"x")
        other_writer.write(b"%d bytes" % len(await other_reader.read()))
        other_writer.write_eof()
        answer = await reader.read()
        writer.close()
        other_writer.close()
        return answer

    assert loop.run(main()) == b"1000000 bytes"


def test_what_is_no_bytes() -> None:
    """It is refused before any of it is sent."""

    async def main() -> None:
        here, there = socket.socketpair()
        with there:
            _, writer = streams(here)
            with pytest.raises(TypeError, match="bytes-like object, not 'str'"):
                writer.write("text")  # type: ignore[arg-type] # that is the mistake
            assert "StreamWriter to" in repr(writer)
            writer.close()

    loop.run(main())


def test_a_writer_notices_that_the_peer_has_gone() -> None:
    """Then it is closing, and wait_closed says why."""

    async def main() -> type[BaseException]:
        here, there = socket.socketpair()
        reader, writer = streams(here)
        there.close()
        for _ in range(100):
            if writer.is_closing():
                break
            writer.write(b"tick")
            await loop.sleep(0.01)
        assert writer.is_closing()
        writer.write(b"nobody gets it")
        with pytest.raises(ConnectionError) as caught:
            await writer.wait_closed()
        with pytest.raises(OSError, match=r"Errno \d+"):
            await writer.drain()
        with pytest.raises(OSError, match=r"Errno \d+"):
            await reader.read()
        assert reader.exception() is caught.value
        return caught.type

    assert issubclass(loop.run(main()), ConnectionError)


def test_a_writer_that_nobody_has_any_more() -> None:
    """It is closed, with a warning."""

    async def main() -> bytes:
        here, there = socket.socketpair()
        with there:
            there.setblocking(False)
            reader, writer = streams(here)
            with pytest.warns(ResourceWarning, match="unclosed <StreamWriter"):
                del writer
            gc.collect()
            assert await reader.read() == b""
            return there.recv(10)

    assert loop.run(main()) == b""


def test_a_writer_that_outlives_its_loop() -> None:
    """There is nothing left to close it with."""

    async def main() -> tuple[loop.StreamWriter, socket.socket]:
        here, there = socket.socketpair()
        return streams(here)[1], there

    writer, there = loop.run(main())
    there.close()
    sock = writer.get_extra_info("socket")
    with pytest.warns(ResourceWarning, match="unclosed <StreamWriter"):
        del writer
    sock.close()


def test_a_reader_that_is_told_why() -> None:
    """Who waits gets the exception, and who comes later."""

    async def main() -> None:
        reader = loop.StreamReader()
        waiting = loop.create_task(reader.readline())
        await loop.sleep(0)
        reader.set_exception(ValueError("cut"))
        for late in (waiting, reader.read(), reader.readexactly(1), reader.readuntil()):
            with pytest.raises(ValueError, match="cut"):
                await late

    run(main)


def test_a_source_that_is_not_read_from() -> None:
    """It is told once to send no more, and to go on when there is room."""
    calls: list[str] = []

    class Source:
        """Where bytes come from."""

        def pause_reading(self) -> None:
            """Send no more."""
            calls.append("pause")

        def resume_reading(self) -> None:
            """Go on."""
            calls.append("resume")

    async def main() -> None:
        reader = loop.StreamReader(limit=2)
        reader.feed_data(b"12345")  # from nowhere in particular
        reader.set_transport(Source())
        reader.feed_data(b"6")
        reader.feed_data(b"7")
        await reader.read(4)
        assert calls == ["pause"]
        await reader.read(1)
        assert calls == ["pause", "resume"]
        reader.feed_data(b"89ab")
        waiting = loop.create_task(reader.readexactly(100))
        await loop.sleep(0)
        assert calls == ["pause", "resume"] * 2
        waiting.cancel()

    run(main)


def test_a_connection_that_breaks_while_it_sends() -> None:
    """Whoever waits for room is told why, and whoever waits for the end."""

    async def main() -> list[object]:
        here, there = socket.socketpair()
        reader, writer = streams(here)
        writer.write(bytes(10_000_000))
        draining = loop.create_task(writer.drain())
        closed = loop.create_task(writer.wait_closed())
        await loop.sleep(0.01)
        writer._connection._send()  # the system takes nothing: it is not writable
        assert not draining.done()
        there.close()
        outcomes = await loop.gather(draining, closed, return_exceptions=True)
        writer._connection.abort()  # that is no news
        writer.close()
        writer._connection.resume_reading()
        assert isinstance(reader.exception(), OSError)
        return [isinstance(it, OSError) for it in outcomes]

    assert loop.run(main()) == [True, True]


def test_a_connection_that_is_aborted_while_it_closes() -> None:
    """What is not sent yet is lost."""

    async def main() -> bool:
        here, there = socket.socketpair()
        with there:
            _, writer = streams(here)
            writer.write(bytes(10_000_000))
            writer.close()
            writer.write(b"the last words")
            writer._connection.abort()
            await writer.wait_closed()
            there.setblocking(False)
            return 0 < len(there.recv(10_000_000)) < 10_000_000

    assert loop.run(main())


def test_a_connection_that_breaks_where_it_sends() -> None:
    """Nobody reads, so it is a write that fails."""

    async def main() -> None:
        here, there = socket.socketpair()
        reader, writer = streams(here)
        writer._connection.pause_reading()
        writer.write(bytes(10_000_000))
        there.close()
        with pytest.raises(ConnectionError):
            await writer.drain()
        assert writer.is_closing()
        writer.write_eof()
        assert isinstance(reader.exception(), ConnectionError)

    loop.run(main())


def test_the_system_takes_nothing() -> None:
    """Then all of it is kept."""

    async def main() -> bytes:
        here, there = socket.socketpair()
        reader, writer = streams(here)
        with contextlib.suppress(BlockingIOError):
            while True:
                here.send(bytes(100_000))
        writer.write(b"the end")
        other_reader, other_writer = streams(there)
        writer.close()
        received = await other_reader.read()
        other_writer.close()
        assert await reader.read() == b""
        return received[-7:]

    assert loop.run(main()) == b"the end"
