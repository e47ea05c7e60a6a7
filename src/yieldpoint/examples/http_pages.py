"""A web server to try clients on, on this machine: it says what it is told to."""

import asyncio
from collections.abc import Mapping
from types import TracebackType
from typing import Self

__all__ = ["Pages", "answer"]


def answer(body: str | bytes, status: str = "200 OK", **headers: object) -> bytes:
    r"""Return the bytes of an HTTP answer.

    Args:
        body: What the client gets; text is encoded.
        status: The status, with its name.
        headers: More headers, with ``_`` for ``-``. ``Content_Length`` may lie.

    Returns:
        The answer.

    Examples:
        >>> from yieldpoint.examples.http_pages import answer
        >>> print(answer("no", "503 Busy", Retry_After=2).decode().replace("\r", ""))
        HTTP/1.1 503 Busy
        Content-Length: 2
        Retry-After: 2
        <BLANKLINE>
        no
        >>> answer(b"more", Content_Length=1_000).split(b"\r\n")[1]
        b'Content-Length: 1000'
    """
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}"]
    for name, value in ({"Content_Length": len(content)} | headers).items():
        lines.append(f"{name.replace('_', '-')}: {value}")
    return "\r\n".join([*lines, "", ""]).encode() + content


class Pages:
    r"""A server that has an answer for each path, and for any other one a 404.

    It keeps connections open, for further requests; in the place of an answer, None
    closes one. Several answers for a path are given in turn, and the last one from then
    on. This example needs sockets.

    Args:
        answers: The bytes of the answers, by path.

    Attributes:
        address: Where it is, in the block.
        asked: The paths that it was asked for.
        connections: How many connections were made.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.http_pages import Pages, answer
        >>> async def ask(*paths):
        ...     async with Pages({"/": [answer("hi"), answer("again")]}) as pages:
        ...         where = pages.address.removeprefix("http://").split(":")
        ...         reader, writer = await asyncio.open_connection(*where)
        ...         for path in paths:
        ...             writer.write(f"GET {path} HTTP/1.1\r\n\r\n".encode())
        ...             head = await reader.readuntil(b"\r\n\r\n")
        ...             size = head.partition(b"Content-Length: ")[2].split()[0]
        ...             body = await reader.readexactly(int(size))
        ...             print(head.decode().splitlines()[0], body.decode())
        ...     writer.close()
        ...     await writer.wait_closed()
        ...     return pages.asked, pages.connections
        >>> asyncio.run(ask("/", "/gone", "/", "/"))
        HTTP/1.1 200 OK hi
        HTTP/1.1 404 Not Found not here
        HTTP/1.1 200 OK again
        HTTP/1.1 200 OK again
        (['/', '/gone', '/', '/'], 1)
        >>> async def ask_in_vain():
        ...     async with Pages({"/": None}) as pages:
        ...         where = pages.address.removeprefix("http://").split(":")
        ...         reader, writer = await asyncio.open_connection(*where)
        ...         writer.write(b"GET / HTTP/1.1\r\n\r\n")
        ...         found = await reader.read()
        ...         writer.close()
        ...         return found
        >>> asyncio.run(ask_in_vain())
        b''
    """

    def __init__(
        self, answers: Mapping[str, bytes | list[bytes | None] | None]
    ) -> None:
        """Note the answers."""
        self.address = ""
        self.asked: list[str] = []
        self.connections = 0
        self._clients: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._answers: dict[str, list[bytes | None]] = {
            path: list(each) if isinstance(each, list) else [each]
            for path, each in answers.items()
        }

    async def __aenter__(self) -> Self:
        """Begin to serve, at a port that is free."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1")
        host, port = self._server.sockets[0].getsockname()
        self.address = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Serve nobody any more."""
        self._server.close()
        for writer in self._clients.values():
            writer.close()
        await asyncio.gather(*self._clients)
        await self._server.wait_closed()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task
        self._clients[task] = writer
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split()[1].decode()
                self.asked.append(path)
                answers = self._answers.get(path, [answer("not here", "404 Not Found")])
                given = answers.pop(0) if len(answers) > 1 else answers[0]
                if given is None:
                    break
                writer.write(given)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        finally:
            del self._clients[task]
            writer.close()
