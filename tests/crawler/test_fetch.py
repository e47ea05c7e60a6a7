"""One request: what cannot be said as a line of the table of hostile servers."""

import asyncio

import aiohttp
import pytest

from tests.crawler.hostile import head
from yieldpoint.crawler.fetch import Answer, Fetcher


def test_what_has_come_before_the_request_is_no_answer() -> None:
    """What has come before the request is no answer."""
    waits, sent = asyncio.Event(), asyncio.Event()
    fine = head("200 OK", b"fine", "Connection: keep-alive")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(fine)
        await waits.wait()
        if not sent.is_set():
            sent.set()
            writer.write(head("408 Request Timeout"))
            await reader.read()
        writer.close()

    async def main() -> list[Answer]:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with asyncio.timeout(30), Fetcher("x", 10, 100) as fetch:
            answers = [await fetch(f"http://127.0.0.1:{port}/")]
            connector = fetch._session.connector
            assert isinstance(connector, aiohttp.TCPConnector)
            [[(connection, _)]] = connector._conns.values()
            waits.set()
            while not connection.should_close:
                await asyncio.sleep(0)
            answers.append(await fetch(f"http://127.0.0.1:{port}/"))
        server.close()
        return answers

    assert [answer.body for answer in asyncio.run(main())] == [b"fine", b"fine"]


def test_what_is_wrong_behind_a_head_that_has_been_read_is_told_at_once() -> None:
    """What is wrong behind a head that has been read is told at once."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        await asyncio.sleep(0.05)  # so that it is read by itself
        writer.write(b"no size\r\n")
        await reader.read()
        writer.close()

    async def main() -> Answer:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with asyncio.timeout(30), Fetcher("x", 10, 100) as fetch:
            answer = await fetch(f"http://127.0.0.1:{port}/")
        server.close()
        return answer

    answer = asyncio.run(main())
    assert answer.reason == "the answer is no HTTP: Invalid character in chunk size"
    assert answer.passing  # it may have been left of another answer


@pytest.mark.parametrize("error", [ConnectionResetError(), OSError(32, "Broken pipe")])
def test_a_broken_connection_has_a_reason(error: OSError) -> None:
    """A broken connection has a reason, also if the system gives none."""
    answer = Fetcher("x", 10, 100)._explain(error, Answer("failed"))
    assert answer.reason == "the server broke the connection"
