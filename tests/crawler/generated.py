"""A generated site on several hosts, in a process of its own, and what a crawl may ask.

Pages are spelt in many ways; some are missing, redirect, are private, are linked with
``nofollow`` only, or are not linked at all. Each request is noted in a file as it
comes, so that the note survives whoever has asked.
"""

import asyncio
import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_HOSTS = 4
_RULES = b"User-agent: *\nDisallow: /private/\n"

Page = tuple[int, int]  # the host, the number


def _is(page: Page, every: int, which: int) -> bool:
    return page[1] % every == which


def _hidden(page: Page) -> bool:
    return _is(page, 97, 5)


def _marked(page: Page) -> bool:
    return _is(page, 89, 11)


def _missing(page: Page) -> bool:
    return _is(page, 53, 9)


def _private(page: Page) -> bool:
    return _is(page, 31, 7)


def _redirects(page: Page) -> bool:
    return _is(page, 41, 3)


def _path(page: Page) -> str:
    return f"/{'private' if _private(page) else 'p'}/{page[1]}"


class _Generated:
    """The pages, and how they hang together."""

    def __init__(self, size: int) -> None:
        self.ports: list[int] = []
        self._chance = random.Random(7)  # noqa: S311 - no secret
        self.pages = [(h, n) for h in range(_HOSTS) for n in range(size // _HOSTS)]
        self.links: dict[Page, list[Page]] = {}
        for number, page in enumerate(self.pages):
            below = self.pages[3 * number + 1 : 3 * number + 4]
            self.links[page] = below + self._chance.choices(self.pages, k=8)

    def target(self, page: Page) -> Page:
        """Return where a page redirects."""
        return (page[0], 0) if _hidden((0, page[1] + 1)) else (page[0], page[1] + 1)

    def allowed(self) -> list[str]:
        """Return all that may be asked, found without a crawler."""
        seen, todo = {self.pages[0]}, [self.pages[0]]
        while todo:
            page = todo.pop()
            links = [each for each in self.links[page] if not _marked(each)]
            following = [self.target(page)] if _redirects(page) else links
            for each in following:
                closed = _hidden(each) and not _redirects(page)
                if each not in seen and each in self.links and not closed:
                    seen.add(each)
                    if not _private(each) and not _missing(each):
                        todo.append(each)
        return sorted(self.address(page) for page in seen if not _private(page))

    def address(self, page: Page) -> str:
        return f"http://127.0.0.1:{self.ports[page[0]]}{_path(page)}"

    def spelt(self, page: Page, source: Page) -> str:
        """Return one of many spellings of a page's address."""
        path, chance = _path(page), self._chance.random()
        if chance < 0.1:
            path = path.replace("/p", "/%70")
        elif chance < 0.2:
            path = f"/x/..{path}#part"
        elif chance < 0.3:
            path = path.replace("/", "/./", 1)
        if page[0] != source[0] or chance > 0.9:
            path = f"HTTP://user@127.1:{self.ports[page[0]]}{path}"
        return f" {path}\n" if 0.5 < chance < 0.6 else path

    def answer(self, page: Page) -> bytes:
        """Return the answer of a server."""
        if page not in self.links or _missing(page):
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        if _redirects(page):
            location = _path(self.target(page)).encode()
            head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "
            return head + location + b"\r\n\r\n"
        links = "".join(
            f"<a href='{self.spelt(each, page)}'"
            f"{' rel=nofollow' if _marked(each) else ''}>{each}</a>"
            for each in self.links[page]
            if not _hidden(each)
        )
        return _answer(b"text/html", links.encode())


def _answer(kind: bytes, body: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
    return head % (kind, len(body)) + body


class _Server(asyncio.Protocol):
    """One connection."""

    def __init__(self, host: int, site: _Generated, seconds: float, log: Path) -> None:
        self.host, self.site, self.seconds = host, site, seconds
        self.log = log
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        if not self.received.endswith(b"\r\n\r\n"):
            return
        path = self.received.split(b" ", 2)[1].decode()
        self.received = b""
        with self.log.open("a", encoding="ascii") as file:
            file.write(f"http://127.0.0.1:{self.site.ports[self.host]}{path}\n")
        if path == "/robots.txt":
            answer = _answer(b"text/plain", _RULES)
        else:
            number = int(path.rpartition("/")[2])
            answer = self.site.answer((self.host, number))
        asyncio.get_running_loop().call_later(self.seconds, self.send, answer)

    def send(self, answer: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(answer)


async def _main(size: int, seconds: float, log: Path) -> None:
    site = _Generated(size)
    loop = asyncio.get_running_loop()
    for host in range(_HOSTS):
        server = await loop.create_server(
            lambda host=host: _Server(host, site, seconds, log),  # type: ignore[misc] # mypy does not infer a default's type
            *("127.0.0.1", 0),
            backlog=1000,
        )
        site.ports.append(server.sockets[0].getsockname()[1])
    print(json.dumps([site.address(site.pages[0]), site.allowed()]), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    os._exit(0)


@dataclass
class Site:
    """A site that is being served."""

    start: str
    allowed: list[str]
    log: Path

    def asked(self) -> Counter[str]:
        """Return which addresses have been asked how often, without the rules."""
        asked = (
            self.log.read_text(encoding="ascii").split() if self.log.exists() else []
        )
        return Counter(each for each in asked if not each.endswith("/robots.txt"))

    def command(self, folder: Path) -> list[str]:
        """Return a command that crawls it, and goes on when it is run again."""
        return [
            *(sys.executable, "-m", "yieldpoint", "crawl", self.start),
            *("--scope", "domain", "--state", str(folder / "state")),
            *("--jsonl", str(folder / "lines.jsonl")),
        ]


@contextmanager
def running(size: int, seconds: float, folder: Path) -> Iterator[Site]:
    """Serve a site with so many pages, each after so many seconds."""
    log = folder / "asked"
    command = [sys.executable, "-m", __name__, str(size), str(seconds), str(log)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        start, allowed = json.loads(process.stdout.readline())
        yield Site(start, allowed, log)
        process.communicate()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3])))
