r"""A site to be crawled, in a process of its own, that takes little to serve.

Every page has some eight thousand bytes and twenty links; from the first one, two
clicks lead to four hundred pages, and no page is out of reach. All answers are made
before the first request. The process ends when its standard input does.

Examples:
    >>> from yieldpoint.benchmarks.website import links
    >>> links(0, pages=1000)[:3]
    [1, 2, 3]
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import PIPE, Popen

from yieldpoint.benchmarks import machine

__all__ = ["Serving", "answers", "links", "running"]

_LINKS = 20
_SIZE = 8_000
_WORDS = "<p>Some words that nobody reads, <b>bold</b> or <i>not</i>, in a row.</p>\n"
_MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def links(page: int, pages: int) -> list[int]:
    """Return where a page leads.

    Args:
        page: The page's number.
        pages: How many there are.

    Returns:
        The pages below it, as long as there are any; then others.

    Examples:
        >>> from yieldpoint.benchmarks.website import links
        >>> links(7, pages=1000)[:2], links(900, pages=1000)[:2]
        ([141, 142], [301, 314])
    """
    below = range(page * _LINKS + 1, page * _LINKS + 1 + _LINKS)
    return [
        each if each < pages else (page * 7 + number * 13 + 1) % pages
        for number, each in enumerate(below)
    ]


def answers(pages: int) -> dict[bytes, bytes]:
    """Return the answer for each path.

    Args:
        pages: How many pages there are.

    Returns:
        Whole answers, with their heads.

    Examples:
        >>> from yieldpoint.benchmarks.website import answers
        >>> sorted(answers(2))
        [b'/page/0', b'/page/1']
    """
    made = {}
    for page in range(pages):
        items = "".join(
            f"<li><a href='/page/{each}'>Page {each}</a> is another one.</li>\n"
            for each in links(page, pages)
        )
        text = f"<!doctype html><title>Page {page}</title><ul>{items}</ul>"
        body = (text + _WORDS * ((_SIZE - len(text)) // len(_WORDS))).encode()
        head = (
            "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        made[b"/page/%d" % page] = head.encode() + body
    return made


class Serving(asyncio.Protocol):
    """One connection of the server.

    Args:
        site: The answer for each path.
        delay: How long to wait with each answer, in seconds.

    Examples:
        >>> from yieldpoint.benchmarks.website import Serving
        >>> Serving({}, 0.1).delay
        0.1
    """

    def __init__(self, site: dict[bytes, bytes], delay: float) -> None:
        """Start with nothing received."""
        self.site, self.delay = site, delay
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection.

        :meta private:
        """
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer later, once a request is complete.

        :meta private:
        """
        self._received += data
        if self._received.endswith(b"\r\n\r\n"):
            path = self._received.split(b" ", 2)[1]
            self._received = b""
            answer = self.site.get(path, _MISSING)
            loop = asyncio.get_running_loop()
            loop.call_later(self.delay, self._transport.write, answer)


async def _serve(pages: int, delay: float) -> None:
    machine.allow_descriptors()
    site = answers(pages)
    server = await asyncio.get_running_loop().create_server(
        lambda: Serving(site, delay), "127.0.0.1", 0, backlog=1_000
    )
    async with server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.to_thread(sys.stdin.read)


@contextmanager
def running(pages: int, delay: float) -> Iterator[str]:
    """Run the server in a process of its own.

    Args:
        pages: How many pages it has.
        delay: How long it waits with each answer, in seconds.

    Yields:
        The address of the first page.

    Examples:
        >>> from yieldpoint.benchmarks.website import running
        >>> running(10, 0.5).__class__.__name__
        '_GeneratorContextManager'
    """
    command = [sys.executable, "-m", __name__, str(pages), str(delay)]
    with Popen(command, stdin=PIPE, stdout=PIPE) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/page/0"


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2])))
