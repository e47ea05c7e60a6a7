"""Servers that do everything wrong, a behaviour an address, and what is right then.

Each `Behaviour` is a raw answer, or a coroutine function that does what it likes with
the connection. Those that say something about their whole host (its certificate, its
robots, that it has had enough) have a port of their own; all others share one.
"""

import asyncio
import gzip
import json
import os
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
import zlib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.crawler import certificates

# The limits that the crawls over all this have to have. Those that are slow for ever
# are crawled with the first limit of time; all others end before the second one, also
# on a busy machine.
SLOW, TIMEOUT = 3.0, 30.0
MAX_BODY = 200_000


class Connection:
    """One request, and what may be done to who has made it."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str
    ) -> None:
        """Keep both ends."""
        self.reader = reader
        self.writer = writer
        self.path = path

    async def send(self, data: bytes) -> None:
        """Send something."""
        self.writer.write(data)
        await self.writer.drain()

    async def endlessly(self, data: bytes, pause: float = 0) -> None:
        """Send something again and again."""
        while True:
            await self.send(data)
            await asyncio.sleep(pause)

    async def hang(self) -> None:
        """Say nothing more."""
        await asyncio.Event().wait()

    def reset(self) -> None:
        """Break the connection."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.close()


Reply = bytes | Callable[[Connection], Awaitable[None]]
Expected = tuple[str, str, bool]  # an outcome, a part of its reason, whether it is slow
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Behaviour:
    """What a server does, and what has to become of its address."""

    name: str
    reply: Reply
    outcome: str = "ok"
    reason: str | None = None  # a part of it
    leads: tuple[str, ...] = ()  # paths of the common host that it has to lead to
    robots: Reply | None = None  # then it has a host of its own
    tls: str | None = None  # its certificate
    slow: bool = False  # it comes to no end


def head(
    status: str = "200 OK",
    body: bytes | None = b"",
    *headers: str,
    kind: str = "text/html",
) -> bytes:
    """Return an answer, which says that the connection is at its end."""
    # Else a busy client may ask again on a connection that is closed by then.
    kept = any(header.startswith("Connection:") for header in headers)
    ends = [] if kept else ["Connection: close"]
    lines = [f"HTTP/1.1 {status}", *headers, *ends]
    if kind:
        lines.append(f"Content-Type: {kind}")
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + (
        body or b""
    )


def page(
    text: str, encoding: str = "utf-8", kind: str = "text/html", *headers: str
) -> bytes:
    """Return an answer with a page."""
    return head("200 OK", text.encode(encoding), *headers, kind=kind)


def packed(encoding: str, body: bytes) -> bytes:
    """Return an answer with a body that is said to be packed."""
    return head("200 OK", body, f"Content-Encoding: {encoding}")


def then(
    first: bytes, what: str = "hang", data: bytes = b"", pause: float = 0.0
) -> Reply:
    """Return a reply that begins well."""

    async def reply(connection: Connection) -> None:
        await connection.send(first)
        if what == "hang":
            await connection.hang()
        elif what == "reset":
            await asyncio.sleep(0.05)  # so that the beginning arrives
            connection.reset()
        elif what == "slowly":
            for _ in range(10):
                await asyncio.sleep(pause)
                await connection.send(data)
        elif what == "endless":
            await connection.endlessly(data, pause)

    return reply


def heard(behaviour: Behaviour) -> Reply:
    """Return a behaviour's reply, and let what is no HTTP be heard before its end.

    If a busy client hears of both at once, aiohttp says that there was no answer.
    """
    data = behaviour.reply
    if behaviour.reason != "no HTTP" or not isinstance(data, bytes):
        return behaviour.reply

    async def reply(connection: Connection) -> None:
        await connection.send(data)
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await connection.reader.read()  # until the client hangs up

    return reply


def by_turns(*replies: bytes) -> Reply:
    """Return a reply that changes from request to request; the last one stays."""
    left = list(replies)

    async def reply(connection: Connection) -> None:
        await connection.send(left.pop(0) if len(left) > 1 else left[0])

    return reply


def redirect(location: str, status: str = "302 Found") -> bytes:
    """Return a redirect."""
    return head(status, b"", f"Location: {location}")


def deflate(data: bytes) -> bytes:
    """Pack without a wrapper."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PAGE = page("<p>fine</p>")
HEAD = head(body=None)
OK = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
BOMB = gzip.compress(bytes(20_000_000))
NEAR = (MAX_BODY - 1) * b"x"


async def _set_cookie_loop(connection: Connection) -> None:
    """Redirect to itself until somebody brings a cookie."""
    await connection.send(
        head("302 Found", b"", f"Location: {connection.path}", "Set-Cookie: a=1")
    )


async def _only_get(connection: Connection) -> None:
    await connection.send(PAGE)


async def _stops_tls(connection: Connection) -> None:
    """Go on without TLS."""
    await connection.send(b"HTTP/1.1 200 OK\r\n")
    os.write(connection.writer.get_extra_info("socket").fileno(), b"plain text" * 9)
    await connection.reader.read()


async def _leaves(connection: Connection) -> None:
    """Say all, and close without a word, which TLS has for it."""
    await connection.send(b"HTTP/1.1 200 OK\r\n\r\n<p>until the end")
    connection.writer.get_extra_info("socket").shutdown(socket.SHUT_WR)
    await connection.reader.read()


SERVER: list[Behaviour] = [
    # Connections.
    Behaviour("closes", b"", "failed", "closed the connection"),
    Behaviour("resets", then(b"", "reset"), "failed", "broke the connection"),
    Behaviour("silent", then(b""), "failed", "no answer after 3 s", slow=True),
    Behaviour("drips-head", then(b"HTTP/1.1 200 OK\r\n", "endless", b"a", 0.05), "failed", "no answer after 3 s", slow=True),
    Behaviour("drips-headers", then(b"HTTP/1.1 200 OK\r\n", "endless", b"a: b\r\n", 0.05), "failed", "no answer after 3 s", slow=True),
    Behaviour("drips-body", then(HEAD + b"\r\n", "endless", b"a", 0.05), "failed", "not complete after 3 s", slow=True),
    Behaviour("stops-in-head", b"HTTP/1.1 200 OK\r\nContent-Ty", "failed", "closed the connection"),
    Behaviour("hangs-in-head", then(b"HTTP/1.1 200 OK\r\nContent-Ty"), "failed", "no answer after 3 s", slow=True),
    Behaviour("hangs-in-body", then(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), "failed", "not complete after 3 s", slow=True),
    Behaviour("resets-in-body", then(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "reset"), "failed", "stops before its end"),
    Behaviour("closes-in-body", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "failed", "stops before its end"),
    Behaviour("first-reset-then-fine", by_turns(b"", PAGE), "ok"),
    Behaviour("first-half-then-fine", by_turns(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", PAGE), "ok"),
    Behaviour("slow-but-fine", then(OK.encode() + b"Content-Length: 20\r\n\r\n", "slowly", b"ab", 0.01), "ok"),
    Behaviour("closes-first", then(b"", "reset"), "failed", "broke the connection"),
    Behaviour("closes-in-chunk", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc", "failed", "stops before its end"),
    Behaviour("drips-trailers", then(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "endless", b"a: b\r\n", 0.05), "failed", "after 3 s", slow=True),
    Behaviour("keeps-and-closes", page("<a href=/found-kept>", "utf-8", "text/html", "Connection: keep-alive"), "ok", leads=("/found-kept",)),
    Behaviour("more-than-asked", 2 * page("<p>fine</p>", "utf-8", "text/html", "Connection: keep-alive"), "ok"),
    # HTTP.
    Behaviour("garbage", b"\x00\x01\x02\xff garbage \r\n\r\n", "failed", "no HTTP"),
    Behaviour("smtp", b"220 mail ESMTP\r\n", "failed", "no HTTP"),
    Behaviour("ssh", b"SSH-2.0-OpenSSH_9.6\r\n", "failed", "no HTTP"),
    Behaviour("http-0.9", b"<html>no head at all</html>", "failed", "no HTTP"),
    Behaviour("http-2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "failed", "no HTTP"),
    Behaviour("http-1.0", b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<p>until the end", "ok"),
    Behaviour("http-3.7", b"HTTP/3.7 200 OK\r\nContent-Length: 0\r\n\r\n", "failed", "no HTTP"),
    Behaviour("no-reason", b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "ok"),
    Behaviour("status-letters", b"HTTP/1.1 OK 200\r\nContent-Length: 0\r\n\r\n", "failed", "no HTTP"),
    Behaviour("status-0", b"HTTP/1.1 000 Nothing\r\nContent-Length: 0\r\n\r\n", "http-error", "status 0"),
    Behaviour("status-99", b"HTTP/1.1 99 Low\r\nContent-Length: 0\r\n\r\n", "failed", None),
    Behaviour("status-600", head("600 High"), "http-error", "status 600"),
    Behaviour("status-999", head("999 Denied"), "http-error", "status 999"),
    Behaviour("status-1000", b"HTTP/1.1 1000 Higher\r\nContent-Length: 0\r\n\r\n", "failed", "no HTTP"),
    Behaviour("continue-first", b"HTTP/1.1 100 Continue\r\n\r\n" + PAGE, "ok"),
    Behaviour("early-hints", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + PAGE, "ok"),
    Behaviour("endless-100", then(b"", "endless", b"HTTP/1.1 100 Continue\r\n\r\n" * 100, 0.05), "failed", "after 3 s", slow=True),
    Behaviour("switches", b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "http-error", "status 101"),
    Behaviour("204", b"HTTP/1.1 204 No Content\r\n\r\n", "ok"),
    Behaviour("204-with-body", b"HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\nabc", "ok"),
    Behaviour("205", head("205 Reset Content"), "ok"),
    Behaviour("206", head("206 Partial Content", b"abc", "Content-Range: bytes 0-2/3"), "ok"),
    Behaviour("304", b"HTTP/1.1 304 Not Modified\r\n\r\n", "http-error", "status 304"),
    Behaviour("400", head("400 Bad Request"), "http-error", "status 400"),
    Behaviour("401", head("401 Unauthorized", b"", "WWW-Authenticate: Basic"), "http-error", "status 401"),
    Behaviour("403", head("403 Forbidden"), "http-error", "status 403"),
    Behaviour("404", head("404 Not Found", b"<a href=/never>"), "http-error", "status 404"),
    Behaviour("410", head("410 Gone"), "http-error", "status 410"),
    Behaviour("418", head("418 I'm a teapot"), "http-error", "status 418"),
    Behaviour("451", head("451 Unavailable"), "http-error", "status 451"),
    Behaviour("500", head("500 Error"), "http-error", "status 500"),
    Behaviour("502", head("502 Bad Gateway"), "http-error", "status 502"),
    Behaviour("first-502-then-fine", by_turns(head("502 Bad Gateway"), PAGE), "ok"),
    Behaviour("404-endless", then(b"HTTP/1.1 404 No\r\n\r\n", "endless", bytes(10_000)), "http-error", "status 404"),
    *(
        Behaviour(str(status), head(f"{status} Whatever"), "http-error", f"status {status}")
        for status in (402, 405, 406, 407, 408, 409, 411, 412, 413, 414, 415, 416, 417, 421, 422, 423, 425, 426, 428, 431, 444, 494, 499, 501, 504, 505, 507, 508, 511, 520, 521, 522, 525, 530, 598)
    ),
    *(Behaviour(str(status), head(f"{status} Fine"), "ok") for status in (201, 202, 203, 207, 208, 226, 299)),
    Behaviour("416-range", head("416 Range", b"", "Content-Range: bytes */0"), "http-error", "status 416"),
    Behaviour("206-unasked", head("206 Partial", b"<a href=/found-in-part>", "Content-Range: bytes 0-22/9999"), "ok", leads=("/found-in-part",)),
    Behaviour("201-elsewhere", head("201 Created", b"", "Location: /never"), "ok"),
    Behaviour("processing", b"HTTP/1.1 102 Processing\r\n\r\n" + PAGE, "ok"),
    Behaviour("many-hints", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 50 + PAGE, "ok"),
    Behaviour("lower-case", b"http/1.1 200 ok\r\nContent-Length: 0\r\n\r\n", "failed", "no HTTP"),
    Behaviour("icy", b"ICY 200 OK\r\nContent-Type: text/html\r\n\r\n", "failed", "no HTTP"),
    Behaviour("line-first", b"\r\n" + PAGE, "ok"),
    Behaviour("http-1.0-kept", b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Type: text/html\r\nContent-Length: 21\r\n\r\n<a href=/found-kept1>", "ok", leads=("/found-kept1",)),
    Behaviour("http-1.0-chunked", b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "ok"),
    Behaviour("two-spaces", b"HTTP/1.1  200  OK\r\nContent-Length: 0\r\n\r\n", "failed", "no HTTP"),
    Behaviour("space-behind-status", b"HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", "ok"),
    Behaviour("http-1.2", b"HTTP/1.2 200 OK\r\nContent-Length: 0\r\n\r\n", "failed", "no HTTP"),
    Behaviour("http-2.0-line", b"HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n", "ok"),
    Behaviour("bare-returns", b"HTTP/1.1 200 OK\rContent-Length: 0\r\r", "failed", "no HTTP"),
    Behaviour("phrase-in-utf-8", "HTTP/1.1 404 Nicht gefünden\r\nContent-Length: 0\r\n\r\n".encode(), "http-error", "status 404"),
    Behaviour("199", b"HTTP/1.1 199 Misc\r\n\r\n" + PAGE, "ok"),
    Behaviour("100-only", b"HTTP/1.1 100 Continue\r\n\r\n", "failed", "closed the connection"),
    Behaviour("hints-with-length", b"HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\n" + PAGE, "ok"),
    Behaviour("switches-and-goes-on", b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n" + PAGE, "http-error", "status 101"),
    Behaviour("204-kept-with-body", b"HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\nabc", "ok"),
    Behaviour("204-in-chunks", b"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "ok"),
    Behaviour("205-with-body", head("205 Reset Content", b"abc"), "ok"),
    Behaviour("206-in-parts", head("206 Partial", b"--x\r\n\r\n<a href=/never>\r\n--x--", kind="multipart/byteranges; boundary=x"), "ok"),
    Behaviour("304-with-body", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\nabc", "http-error", "status 304"),
    Behaviour("304-elsewhere", head("304 Not Modified", b"", "Location: /never"), "http-error", "status 304"),
    Behaviour("306-elsewhere", head("306 Unused", b"", "Location: /never"), "http-error", "status 306"),
    Behaviour("599", head("599 Timeout"), "http-error", "status 599"),
    # Headers.
    Behaviour("many-headers", head("200 OK", b"", *(f"A{n}: b" for n in range(90))), "ok"),
    Behaviour("thousands-of-headers", head("200 OK", b"", *(f"A{n}: b" for n in range(20_000))), "failed", "no HTTP"),
    Behaviour("empty-header", head("200 OK", b"", "A:"), "ok"),
    Behaviour("space-before-colon", head("200 OK", b"", "A : b"), "failed", "no HTTP"),
    Behaviour("type-in-capitals", page("<a href=/found-loud>", "utf-8", "TEXT/HTML"), "ok", leads=("/found-loud",)),
    Behaviour("type-quoted", page("<a href='/\u00e9'>", "latin-1", "text/html;charset='iso-8859-1';x=y"), "ok"),
    Behaviour("no-headers", b"HTTP/1.1 200 OK\r\n\r\n<p>text", "ok"),
    Behaviour("bare-newlines", b"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 2\n\nab", "ok"),
    Behaviour("no-colon", b"HTTP/1.1 200 OK\r\nwhat is this\r\nContent-Length: 0\r\n\r\n", "failed", "no HTTP"),
    Behaviour("no-name", b"HTTP/1.1 200 OK\r\n: value\r\nContent-Length: 0\r\n\r\n", "failed", "no HTTP"),
    Behaviour("null-in-header", b"HTTP/1.1 200 OK\r\nA: b\x00c\r\nContent-Length: 0\r\n\r\n", "failed", "no HTTP"),
    Behaviour("latin-1-header", b"HTTP/1.1 200 OK\r\nA: \xe9t\xe9\r\nContent-Length: 0\r\n\r\n", "ok"),
    Behaviour("utf-8-header", "HTTP/1.1 200 OK\r\nA: été\r\nContent-Length: 0\r\n\r\n".encode(), "ok"),
    Behaviour("folded-header", b"HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n", "ok"),
    Behaviour("long-header", head("200 OK", b"", "A: " + "b" * 20_000), "ok"),
    Behaviour("too-long-header", head("200 OK", b"", "A: " + "b" * 200_000), "failed", "no HTTP"),
    Behaviour("endless-header", then(b"HTTP/1.1 200 OK\r\nA: ", "endless", b"b" * 10_000), "failed", "no HTTP"),
    Behaviour("endless-headers", then(b"HTTP/1.1 200 OK\r\n", "endless", b"a: b\r\n" * 1000), "failed", "no HTTP"),
    Behaviour("hundreds-of-headers", head("200 OK", b"", *(f"A{n}: b" for n in range(300))), "ok"),
    Behaviour("lower-case-headers", b"HTTP/1.1 200 OK\r\ncontent-type:text/html\r\ncontent-length:20\r\n\r\n<a href=/found-low >", "ok", leads=("/found-low",)),
    Behaviour("folded-first", b"HTTP/1.1 200 OK\r\n A: b\r\nContent-Length: 0\r\n\r\n", "ok"),
    Behaviour("folded-type", b"HTTP/1.1 200 OK\r\nContent-Type: text/html;\r\n\tcharset=koi8-r\r\nConnection: close\r\n\r\n<a href='/\xc0'>", "ok", leads=("/%D1%8E",)),
    Behaviour("return-in-header", b"HTTP/1.1 200 OK\r\nA: b\rc\r\nContent-Length: 0\r\n\r\n", "failed", "no HTTP"),
    Behaviour("controls-in-header", b"HTTP/1.1 200 OK\r\nA: b\x01\x7fc\r\nContent-Length: 0\r\n\r\n", "ok"),
    Behaviour("name-with-space", head("200 OK", b"", "A B: c"), "failed", "no HTTP"),
    Behaviour("name-in-utf-8", head("200 OK", b"", "\u00e4: b"), "failed", "no HTTP"),
    Behaviour("header-without-end", then(b"HTTP/1.1 200 OK\r\nA: ", "slowly", b"b\r\nA: ", 0.01), "failed", "closed the connection"),
    Behaviour("elsewhere-in-name", page("<a href=found-in-place>", "utf-8", "text/html", "Content-Location: /never/"), "ok", leads=("/found-in-place",)),
    Behaviour("links-in-header", page("<p>", "utf-8", "text/html", "Link: </never>; rel=preload"), "ok"),
    Behaviour("long-status", b"HTTP/1.1 200 " + b"x" * 200_000 + b"\r\n\r\n", "failed", "no HTTP"),
    Behaviour("bad-cookies", head("200 OK", b"", "Set-Cookie: \x7f=;;;=,", "Set-Cookie: " + "a" * 9_000), "ok"),
    Behaviour("no-type", head("200 OK", b"<a href=/found-without-type>", kind=""), "ok", leads=("/found-without-type",)),
    Behaviour("bad-type", head("200 OK", b"<a href=/found-bad-type>", kind=";;=/;"), "ok", leads=("/found-bad-type",)),
    Behaviour("two-types", head("200 OK", b"x", "Content-Type: text/plain"), "ok"),
    # Lengths.
    Behaviour("length-negative", b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "failed", "no HTTP"),
    Behaviour("length-letters", b"HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n", "failed", "no HTTP"),
    Behaviour("length-plus", b"HTTP/1.1 200 OK\r\nContent-Length: +3\r\n\r\nabc", "failed", "no HTTP"),
    Behaviour("length-huge", b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n", "failed", "no HTTP"),
    Behaviour("length-64-bits", b"HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n", "too-big", "18,446,744,073,709,551,615"),
    Behaviour("length-two", b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "failed", "no HTTP"),
    Behaviour("length-too-short", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabcdef", "ok"),
    Behaviour("length-and-chunks", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "failed", "no HTTP"),
    Behaviour("chunks", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nTrailer: x\r\n\r\n", "ok"),
    Behaviour("chunks-bad-size", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n", "failed", "no HTTP"),
    Behaviour("chunks-huge-size", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\nabc", "failed", "no HTTP"),
    Behaviour("chunks-no-end", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "failed", "stops before its end"),
    Behaviour("chunks-endless", then(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "endless", b"1000\r\n" + bytes(4096) + b"\r\n"), "too-big", "larger than"),
    Behaviour("chunks-tiny", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 20_000 + b"0\r\n\r\n", "ok"),
    Behaviour("length-twice-alike", b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", "failed", "no HTTP"),
    Behaviour("length-zero-body", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nabc", "ok"),
    Behaviour("length-list", b"HTTP/1.1 200 OK\r\nContent-Length: 3, 3\r\n\r\nabc", "failed", "no HTTP"),
    Behaviour("length-empty", b"HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nabc", "failed", "no HTTP"),
    Behaviour("length-spaces", b"HTTP/1.1 200 OK\r\nContent-Length:   3  \r\n\r\nabc", "ok"),
    Behaviour("length-hex", b"HTTP/1.1 200 OK\r\nContent-Length: 0x3\r\n\r\nabc", "failed", "no HTTP"),
    Behaviour("length-passed-later", then(head("200 OK", b"ab"), "slowly", b"cd", 0.01), "ok"),
    Behaviour("chunks-capital", b"HTTP/1.1 200 OK\r\nTRANSFER-ENCODING:  Chunked \r\n\r\n3\r\nabc\r\n0\r\n\r\n", "ok"),
    Behaviour("chunks-two-headers", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "ok"),
    Behaviour("chunks-hex", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n", "failed", "no HTTP"),
    Behaviour("chunks-plus", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n", "failed", "no HTTP"),
    Behaviour("chunks-padded", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3  \r\nabc\r\n0  \r\n\r\n", "ok"),
    Behaviour("chunks-no-size", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\nabc\r\n0\r\n\r\n", "failed", "no HTTP"),
    Behaviour("chunks-quoted-extension", b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a="b;\\"c"\r\nabc\r\n0\r\n\r\n', "ok"),
    Behaviour("chunks-then-garbage", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\ngarbage", "ok"),
    Behaviour("chunks-bad-trailer", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nno colon\r\n\r\n", "failed", "no HTTP"),
    Behaviour("chunks-not-quite-ended", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n", "failed", "stops before its end"),
    Behaviour("chunks-long-extension", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;" + b"a" * 200_000 + b"\r\nabc\r\n0\r\n\r\n", "ok"),
    Behaviour("chunks-endless-extension", then(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;", "endless", b"a" * 10_000, 0.05), "failed", "after 3 s", slow=True),
    Behaviour("chunks-endless-trailers", then(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "endless", b"a: b\r\n" * 1000), "failed", "no HTTP"),
    Behaviour("chunks-zeros", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0000003\r\nabc\r\n0\r\n\r\n", "ok"),
    Behaviour("chunks-bare-newlines", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\n0\n\n", "failed", "no HTTP"),
    Behaviour("chunks-negative", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n", "failed", "no HTTP"),
    Behaviour("chunks-wrong-end", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n", "failed", "no HTTP"),
    Behaviour("chunks-packed", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "ok"),
    Behaviour("chunks-twice", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "ok"),
    Behaviour("transfer-identity", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 3\r\n\r\nabc", "failed", "no HTTP"),
    Behaviour("unknown-transfer", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: snail\r\n\r\nabc", "ok"),
    # Sizes.
    Behaviour("as-big-as-allowed", head("200 OK", NEAR), "ok"),
    Behaviour("too-big", head("200 OK", NEAR + b"xy"), "too-big", "200,001 bytes"),
    Behaviour("too-big-in-name-only", b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", "too-big", "99,999,999,999"),
    Behaviour("endless-body", then(HEAD + b"\r\n", "endless", bytes(10_000)), "too-big", "larger than 200,000"),
    Behaviour("endless-picture", then(head(body=None, kind="image/png"), "endless", bytes(10_000)), "too-big", "larger"),
    Behaviour("empty", head(), "ok"),
    # Compression.
    Behaviour("gzip", packed("gzip", gzip.compress(b"<a href=/found-in-gzip>")), "ok", leads=("/found-in-gzip",)),
    Behaviour("x-gzip", packed("X-GZIP", gzip.compress(b"<a href=/found-in-x-gzip>")), "ok", leads=("/found-in-x-gzip",)),
    Behaviour("deflate", packed("deflate", zlib.compress(b"<a href=/found-in-zlib>")), "ok", leads=("/found-in-zlib",)),
    Behaviour("raw-deflate", packed("deflate", deflate(b"<a href=/found-in-deflate>")), "ok", leads=("/found-in-deflate",)),
    Behaviour("identity", packed("identity", b"<a href=/found-as-it-is>"), "ok", leads=("/found-as-it-is",)),
    Behaviour("packed-in-utf-8", packed("UTF-8", b"<a href=/found-unpacked>"), "ok", leads=("/found-unpacked",)),
    Behaviour("gzip-twice", packed("gzip, gzip", gzip.compress(gzip.compress(b"<a href=/found-in-two>"))), "ok", leads=("/found-in-two",)),
    Behaviour("gzip-in-parts", packed("gzip", gzip.compress(b"<a href=") + gzip.compress(b"/found-in-parts>")), "ok", leads=("/found-in-parts",)),
    Behaviour("gzip-then-rubbish", packed("gzip", gzip.compress(b"text") + b"\0\0rubbish"), "ok"),
    Behaviour("gzip-cut", packed("gzip", gzip.compress(b"a text that is longer" * 50)[:-9]), "failed", "stops before its end"),
    Behaviour("gzip-cut-in-head", packed("gzip", gzip.compress(b"text")[:5]), "failed", "stops before its end"),
    Behaviour("gzip-damaged", packed("gzip", gzip.compress(b"text" * 99)[:20] + b"damaged" * 9), "failed", "damaged"),
    Behaviour("gzip-bad-sum", packed("gzip", gzip.compress(b"text")[:-8] + b"12345678"), "failed", "damaged"),
    Behaviour("gzip-is-none", packed("gzip", b"<p>not packed at all"), "failed", "damaged"),
    Behaviour("gzip-empty", packed("gzip", b""), "ok"),
    Behaviour("gzip-bomb", packed("gzip", BOMB), "too-big", "larger than 200,000"),
    Behaviour("gzip-bomb-twice", packed("gzip, gzip", gzip.compress(BOMB)), "too-big", "larger than 200,000"),
    Behaviour("deflate-bomb", packed("deflate", zlib.compress(bytes(20_000_000))), "too-big", "larger"),
    Behaviour("gzip-thrice", packed("gzip, gzip, gzip", b"x"), "failed", "compressed 3 times"),
    Behaviour("brotli-unasked", packed("br", b"\x0b\x02\x80text\x03"), "failed", "'br', which was not asked for"),
    Behaviour("zstd-unasked", packed("zstd", b"(\xb5/\xfd"), "failed", "'zstd', which was not asked for"),
    Behaviour("packing-of-nothing", b"HTTP/1.1 204 No Content\r\nContent-Encoding: br\r\n\r\n", "ok"),
    Behaviour("gzip-bomb-chunked", b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(BOMB), BOMB), "too-big", "larger"),
    Behaviour("gzip-many-parts", packed("gzip", gzip.compress(b"") * 9_000), "ok"),
    Behaviour("gzip-long-name", packed("gzip", b"\x1f\x8b\x08\x08\0\0\0\0\0\xff" + b"n" * 100_000 + b"\0" + deflate(b"text") + b"\0" * 8), "failed", "damaged"),
    Behaviour("gzip-endless-name", then(OK.encode() + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x08\0\0\0\0\0\xff", "endless", b"n" * 10_000), "too-big", "larger"),
    Behaviour("deflate-cut", packed("deflate", zlib.compress(b"a text that is longer" * 50)[:-9]), "failed", "stops before its end"),
    Behaviour("packed-twice-by-two", packed("deflate, gzip", gzip.compress(zlib.compress(b"<a href=/found-by-two>"))), "ok", leads=("/found-by-two",)),
    Behaviour("unknown-packing", packed("snail", b"x"), "failed", "'snail'"),
    Behaviour("gzip-second-cut", packed("gzip", gzip.compress(b"a") + gzip.compress(b"b" * 9_999)[:-3]), "failed", "stops before its end"),
    Behaviour("gzip-then-nulls", packed("gzip", gzip.compress(b"<a href=/found-nulls>") + bytes(512)), "ok", leads=("/found-nulls",)),
    Behaviour("deflate-then-rubbish", packed("deflate", zlib.compress(b"text") + b"rubbish"), "ok"),
    Behaviour("deflate-is-gzip", packed("deflate", gzip.compress(b"text")), "failed", "damaged"),
    Behaviour("gzip-said-twice", head("200 OK", gzip.compress(b"text"), "Content-Encoding: gzip", "Content-Encoding: gzip"), "failed", "damaged"),
    Behaviour("gzip-unannounced", head("200 OK", gzip.compress(b"text")), "ok"),
    Behaviour("brotli-unannounced", head("200 OK", b"\x0b\x02\x80text\x03"), "ok"),
    Behaviour("identity-gzip", packed("identity, gzip", gzip.compress(b"<a href=/found-same>")), "ok", leads=("/found-same",)),
    *(
        Behaviour(f"packed-in-{name}", packed(name, f"<a href=/found-{name}>".encode()), "ok", leads=(f"/found-{name}",))
        for name in ("binary", "8bit", "chunked", "iso-8859-1")
    ),
    Behaviour("packing-empty", packed("", b"<a href=/found-loose>"), "ok", leads=("/found-loose",)),
    Behaviour("404-brotli", head("404 Not Found", b"xx", "Content-Encoding: br"), "http-error", "status 404"),
    # Redirects.
    Behaviour("301", redirect("/target", "301 Moved"), "redirect", leads=("/target",)),
    Behaviour("302", redirect("/target"), "redirect"),
    Behaviour("303", redirect("/target", "303 See Other"), "redirect"),
    Behaviour("307", redirect("/target", "307 Temporary"), "redirect"),
    Behaviour("308", redirect("/target", "308 Permanent"), "redirect"),
    Behaviour("300", redirect("/target", "300 Choices"), "http-error", "status 300"),
    Behaviour("305", redirect("/target", "305 Proxy"), "http-error", "status 305"),
    Behaviour("to-relative", redirect("./x/../to-a-relative?a#b"), "redirect", leads=("/to-a-relative?a",)),
    Behaviour("to-utf-8", redirect("/\u00e9t\u00e9"), "redirect", leads=("/%C3%A9t%C3%A9",)),
    Behaviour("to-latin-1", redirect("/lat\udce9n"), "redirect", leads=("/lat%C3%A9n",)),
    Behaviour("to-spaces", redirect(" /with space "), "redirect", leads=("/with%20space",)),
    Behaviour("to-nowhere", head("302 Found"), "failed", "not where to"),
    Behaviour("to-empty", redirect(""), "failed", "circle"),
    Behaviour("to-itself", redirect("/to-itself"), "failed", "circle"),
    Behaviour("to-itself-elsewhere", redirect("#part"), "failed", "circle"),
    Behaviour("circle-1", redirect("/circle-2"), "failed", "circle"),
    Behaviour("circle-2", redirect("/circle-3"), "failed", "circle"),
    Behaviour("circle-3", redirect("/circle-1"), "failed", "circle"),
    Behaviour("until-a-cookie-comes", _set_cookie_loop, "failed", "circle"),
    Behaviour("to-ftp", redirect("ftp://127.0.0.1/"), "failed", "no page"),
    Behaviour("to-script", redirect("javascript:alert(1)"), "failed", "no page"),
    Behaviour("to-file", redirect("file:///etc/passwd"), "failed", "no page"),
    Behaviour("to-bad-port", redirect("http://127.0.0.1:99999/"), "failed", "no address"),
    Behaviour("to-bad-host", redirect("http://[::1/"), "failed", "no address"),
    Behaviour("to-no-host", redirect("http://"), "failed", "no address"),
    Behaviour("to-named", redirect("http://somebody:secret@HOST/found-named"), "redirect", leads=("/found-named",)),
    Behaviour("to-same-scheme", redirect("//HOST/found-same-scheme"), "redirect", leads=("/found-same-scheme",)),
    Behaviour("to-query", redirect("?a=1"), "redirect", leads=("/to-query?a=1",)),
    Behaviour("to-backslash", redirect("\\found-back"), "redirect", leads=("/found-back",)),
    Behaviour("to-long", redirect("/" + "x" * 9_000), "redirect"),
    Behaviour("to-too-long", redirect("/" + "x" * 40_000), "failed", "no HTTP: Got more than 32768 bytes"),
    Behaviour("to-null", b"HTTP/1.1 302 Found\r\nLocation: /a\x00b\r\nContent-Length: 0\r\n\r\n", "failed", "no HTTP"),
    Behaviour("to-two", head("302 Found", b"", "Location: /found-first", "Location: /never"), "redirect", leads=("/found-first",)),
    Behaviour("to-with-endless-body", then(b"HTTP/1.1 302 Found\r\nLocation: /target\r\n\r\n", "endless", bytes(10_000)), "redirect"),
    Behaviour("to-with-bad-packing", head("302 Found", b"xyz", "Location: /target", "Content-Encoding: snail"), "redirect"),
    Behaviour("to-data", redirect("data:text/html,<a href=/never>"), "failed", "no page"),
    Behaviour("to-word", redirect("found-word"), "redirect", leads=("/found-word",)),
    Behaviour("to-scheme-alone", redirect("http:/found-one-slash"), "redirect", leads=("/found-one-slash",)),
    Behaviour("to-broken", redirect("/404"), "redirect"),
    Behaviour("to-another-host", redirect("http://127.9.9.9:9/"), "redirect"),
    Behaviour("to-folded", b"HTTP/1.1 302 Found\r\nLocation:\r\n /found-folded\r\nContent-Length: 0\r\n\r\n", "redirect", leads=("/found-folded",)),
    Behaviour("to-fragment", redirect("/found-part#a?b"), "redirect", leads=("/found-part",)),
    Behaviour("to-above", redirect("/../../found-above"), "redirect", leads=("/found-above",)),
    Behaviour("to-quoted", redirect('"/found-quoted"'), "redirect", leads=("/%22/found-quoted%22",)),
    Behaviour("to-unicode-host", redirect("http://b\u00fccher.test/"), "redirect"),
    Behaviour("to-port-0", redirect("http://127.0.0.1:0/"), "failed", "the port 0 is none"),
    Behaviour("to-socket", redirect("ws://HOST/never"), "failed", "no page"),
    Behaviour("to-blob", redirect("blob:http://HOST/never"), "failed", "no page"),
    Behaviour("to-in-body-only", head("302 Found", b"<meta http-equiv=refresh content='0;url=/never'>"), "failed", "not where to"),
    Behaviour("to-without-length", b"HTTP/1.1 302 Found\r\nLocation: /target\r\n\r\n", "redirect"),
    # Pages.
    Behaviour("nested", head("200 OK", b"<div>" * 39_000), "ok"),
    Behaviour("nested-links", head("200 OK", b"<a href=/target><object>" * 8_000), "ok"),
    Behaviour("unclosed", head("200 OK", b"<a href='" + b"x" * 190_000), "ok"),
    Behaviour("many-attributes", head("200 OK", b"<a" + b" a=b" * 40_000 + b">"), "ok"),
    Behaviour("binary", head("200 OK", bytes(range(256)) * 500), "ok"),
    Behaviour("nulls", head("200 OK", bytes(100_000)), "ok"),
    Behaviour("long-authority", page(f"<a href='http://{'@' * 190_000}['>"), "ok"),
    Behaviour("long-relation", page(f"<a rel='{'a ' * 90_000}' href=/found-related>"), "ok", leads=("/found-related",)),
    Behaviour("long-tags", page(f"<meta name=robots content='{'a,' * 90_000}'><a href=/found-tagged>"), "ok", leads=("/found-tagged",)),
    Behaviour("long-refresh", page(f"<meta http-equiv=refresh content='1;{' ' * 190_000}'>"), "ok"),
    Behaviour("data-link", page(f"<img src='data:image/png;base64,{'A' * 190_000}'>"), "ok"),
    Behaviour("surrogate-link", page("<a href='/&#xD800;'>"), "ok", leads=("/%EF%BF%BD",)),
    Behaviour("long-link", page(f"<a href=/{'x' * 9_000}>"), "ok"),
    Behaviour("text-no-page", page("<a href=/never>", "utf-8", "text/plain"), "ok"),
    Behaviour("picture", head("200 OK", b"\x89PNG<a href=/never>", kind="image/png"), "ok"),
    Behaviour("xhtml", page("<a href='/found-in-xhtml'/>", "utf-8", "application/xhtml+xml"), "ok", leads=("/found-in-xhtml",)),
    Behaviour("hidden-links", page("<!--<a href=/never>--><script>'<a href=/never>'</script><style><a href=/never></style><textarea><a href=/never></textarea><template><a href=/never></template>"), "ok"),
    Behaviour("other-links", page("<area href=/found-area><iframe src=/found-frame></iframe><img src=/found-image><link rel=stylesheet href=/found-style><link rel=preconnect href=/never>"), "ok", leads=("/found-area", "/found-frame", "/found-image", "/found-style")),
    Behaviour("refresh", page("<meta http-equiv=Refresh content='0; URL=/found-refresh'>"), "ok", leads=("/found-refresh",)),
    Behaviour("base", page("<base href=/deep/er/><a href=../found-base>"), "ok", leads=("/deep/found-base",)),
    Behaviour("base-bad", page("<base href='http://[bad'><a href=found-bad-base>"), "ok", leads=("/found-bad-base",)),
    Behaviour("base-mail", page("<base href='mailto:a'><a href=found-mail-base>"), "ok", leads=("/found-mail-base",)),
    Behaviour("base-twice", page("<base href=/first/><base href=/second/><a href=x>"), "ok", leads=("/first/x",)),
    Behaviour("no-pages", page("<a href=mailto:a@b>1</a><a href=javascript:1>2</a><a href=tel:1>3</a><a href=data:,x>4</a><a>5</a>"), "ok"),
    Behaviour("spellings", page("<a href=' \n/found\t-spelt'><a href='\\found-slash'><a href='/a/./b/../%66ound-dots'>"), "ok", leads=("/found-spelt", "/found-slash", "/a/found-dots")),
    Behaviour("xhtml-empty", page("<script src='x.js'/><title/><a href='/found-behind-empty'/>", "utf-8", "application/xhtml+xml"), "ok", leads=("/found-behind-empty",)),
    Behaviour("srcset", page("<img srcset='/found-set-1 1x, /found-set-2 2x'>"), "ok", leads=("/found-set-1", "/found-set-2")),
    Behaviour("refresh-no-url", page("<meta http-equiv=refresh content='0;/found-without-url'>"), "ok", leads=("/found-without-url",)),
    Behaviour("refresh-no-mark", page("<meta http-equiv=refresh content='0 url=/found-markless'>"), "ok", leads=("/found-markless",)),
    Behaviour("refresh-itself", page("<meta http-equiv=refresh content=55><meta http-equiv=refresh content='5 ; '>"), "ok"),
    Behaviour("refresh-header", page("<p>", "utf-8", "text/html", "Refresh: 0; url=/found-refreshed"), "ok", leads=("/found-refreshed",)),
    Behaviour("refresh-header-itself", page("<p>", "utf-8", "text/html", "Refresh: 5"), "ok"),
    Behaviour("refresh-header-nofollow", page("<meta name=robots content=nofollow>", "utf-8", "text/html", "Refresh: 0; url=/never"), "ok"),
    Behaviour("canonical", page("<link rel=canonical href=/found-canonical>"), "ok", leads=("/found-canonical",)),
    Behaviour("base-late", page("<a href=later><base href=/found-base-late/>"), "ok", leads=("/found-base-late/later",)),
    Behaviour("base-target", page("<base target=x><base href=/found-target/><a href=x>"), "ok", leads=("/found-target/x",)),
    Behaviour("base-elsewhere", page("<base href=http://127.9.9.9:9/><a href=/never>"), "ok"),
    Behaviour("base-script", page("<base href='javascript:1'><a href=found-by-script>"), "ok", leads=("/found-by-script",)),
    Behaviour("base-data", page("<base href='data:text/html,x'><a href=found-by-data>"), "ok", leads=("/found-by-data",)),
    Behaviour("base-empty", page("<base href=''><base href=/never/><a href=found-by-none>"), "ok", leads=("/found-by-none",)),
    Behaviour("base-query", page("<base href='/found-base/?a#b'><a href='?c'>"), "ok", leads=("/found-base/?c",)),
    Behaviour("base-template", page("<template><base href=/never/></template><a href=found-by-copy>"), "ok", leads=("/found-by-copy",)),
    Behaviour("comment-unclosed", page("<a href=/found-before><!-- <a href=/never>"), "ok", leads=("/found-before",)),
    Behaviour("comments-odd", page("<!--><a href=/found-c1><!---><a href=/found-c2><!-- --!><a href=/found-c3>"), "ok", leads=("/found-c1", "/found-c2", "/found-c3")),
    Behaviour("script-unclosed", page("<a href=/found-ahead><script><a href=/never>"), "ok", leads=("/found-ahead",)),
    Behaviour("plain-text-element", page("<a href=/found-p1><plaintext><a href=/never>"), "ok", leads=("/found-p1",)),
    Behaviour("attribute-twice", page("<a href=/found-1st href=/never>"), "ok", leads=("/found-1st",)),
    Behaviour("quote-unclosed", page("<a href='/never>a</a>"), "ok"),
    Behaviour("nulls-in-tags", head("200 OK", b"<a hr\0ef=/never><a\0 href=/never><a href=/found\0>"), "ok", leads=("/found%EF%BF%BD",)),
    Behaviour("srcset-odd", page("<img srcset='/found,c 1x,/found-d, /found-e 100w 2h, data:image/png;base64,AA== 3x,'>"), "ok", leads=("/found,c", "/found-d", "/found-e")),
    Behaviour("schemes", page("".join(f"<a href='{each}'>" for each in ("sms:1", "about:blank", "view-source:http://x/", "JAVASCRIPT:x", "java\nscript:x", "\x01javascript:x", "cid:x", "magnet:?x", "//", "?", "#", ""))), "ok"),
    Behaviour("above-the-root", page("<a href='../../../found-up'><a href='/%2e%2e/found-up2'><a href='/a/.%2E/found-up3'>"), "ok", leads=("/found-up", "/found-up2", "/found-up3")),
    Behaviour("odd-paths", page("<a href='/found//b'><a href='/found;c=d'><a href='/fou\nnd:80'><a href='1:2'><a href='/found ?a=b c'>"), "ok", leads=("/found//b", "/found;c=d", "/found:80", "/1:2", "/found%20?a=b%20c")),
    Behaviour("noscript", page("<noscript><a href=/found-noscript></noscript>"), "ok", leads=("/found-noscript",)),
    Behaviour("svg", page("<svg><a href=/found-svg></a></svg>"), "ok", leads=("/found-svg",)),
    Behaviour("entities", page("<a href='/found?a=1&amp;b=2&copy=3&#x26;d'>"), "ok", leads=("/found?a=1&b=2&copy=3&d",)),
    Behaviour("unquoted", page("<A HREF=/found-unquoted/>"), "ok", leads=("/found-unquoted/",)),
    Behaviour("fragments", page("<a href='#a'><a href='/fragments#b'><a href='/found-fragment#c'>"), "ok", leads=("/found-fragment",)),
    Behaviour("escapes", page("<a href='/found%2fescaped%2F%7e%zz'>"), "ok", leads=("/found%2Fescaped%2F~%25zz",)),
    Behaviour("levels", page("<a href='levels/'>"), "ok"),
    Behaviour("doctypes", page("<!DOCTYPE a [<!ENTITY b 'c'>]>" * 1000 + "<a href=/found-doctype>"), "ok", leads=("/found-doctype",)),
    Behaviour("comments", page("<!--" * 40_000 + "--><a href=/found-comment>"), "ok", leads=("/found-comment",)),
    Behaviour("formatting", page("<b><i><a href=/target>" * 9_000), "ok"),
    Behaviour("tables", page("<table><td>" * 15_000 + "<a href=/found-table>"), "ok", leads=("/found-table",)),
    Behaviour("selects", page("<select><option>" * 10_000), "ok"),
    Behaviour("long-srcset", page(f"<img srcset='{',' * 90_000}'><img srcset='{'a ' * 45_000}'>"), "ok"),
    Behaviour("feed", page("<rss><link>/never</link></rss>", "utf-8", "application/rss+xml"), "ok"),
    Behaviour("script", page("location='/never'", "utf-8", "text/javascript"), "ok"),
    Behaviour("nofollow-robot", page("<meta name=yieldpoint content='NOFOLLOW'><a href=/never>"), "ok"),
    Behaviour("nofollow-none", page("<meta name=Robots content='noarchive, none'><a href=/never>"), "ok"),
    Behaviour("nofollow-two-headers", page("<a href=/never>", "utf-8", "text/html", "X-Robots-Tag: noarchive", "X-Robots-Tag: nofollow"), "ok"),
    Behaviour("nofollow-behind-another", page("<a href=/never>", "utf-8", "text/html", "X-Robots-Tag: another: noindex", "X-Robots-Tag: nofollow"), "ok"),
    Behaviour("nofollow-named-header", page("<a href=/never>", "utf-8", "text/html", "X-Robots-Tag: yieldpoint: nofollow"), "ok"),
    Behaviour("nofollow-page", page("<meta name=robots content=nofollow><a href=/never>"), "ok"),
    Behaviour("nofollow-link", page("<a rel='x NoFollow' href=/never>"), "ok"),
    Behaviour("nofollow-header", page("<a href=/never>", "utf-8", "text/html", "X-Robots-Tag: noindex, nofollow"), "ok"),
    Behaviour("nofollow-for-another", page("<a href=/found-for-another>", "utf-8", "text/html", "X-Robots-Tag: another: none"), "ok", leads=("/found-for-another",)),
    # Encodings.
    Behaviour("latin-1", page("<a href='/é?é'>", "latin-1", "text/html; charset=ISO-8859-1"), "ok", leads=("/%C3%A9?%E9",)),
    Behaviour("charset-in-meta", page("<meta charset=koi8-r><a href='/я'>", "koi8-r"), "ok", leads=("/%D1%8F",)),
    Behaviour("charset-unknown", page("<a href='/ü'>", "utf-8", "text/html; charset=klingon"), "ok", leads=("/%C3%BC",)),
    Behaviour("charset-a-codec", page("<a href=/found-codec>", "utf-8", "text/html; charset=zlib"), "ok", leads=("/found-codec",)),
    Behaviour("charset-empty", page("<a href=/found-empty>", "utf-8", "text/html; charset="), "ok", leads=("/found-empty",)),
    Behaviour("charset-wrong", page("<a href=/found-wrong>\xff", "latin-1", "text/html; charset=utf-8"), "ok", leads=("/found-wrong",)),
    Behaviour("charset-in-http-equiv", page("<meta http-equiv=content-type content='text/html; charset=euc-jp'><a href='/表'>", "euc-jp"), "ok", leads=("/%E8%A1%A8",)),
    Behaviour("charset-header-first", page("<meta charset=koi8-r><a href='/ю'>", "utf-8", "text/html; charset=utf-8"), "ok", leads=("/%D1%8E",)),
    Behaviour("charset-utf-7", page("<a href=/found+AC0-7>", "utf-8", "text/html; charset=utf-7"), "ok", leads=("/found+AC0-7",)),
    Behaviour("windows-1252", page("<a href='/€'>", "windows-1252", "text/html; charset=iso-8859-1"), "ok", leads=("/%E2%82%AC",)),
    Behaviour("gb18030", page("<a href='/中'>", "gb18030", "text/html; charset=gb18030"), "ok", leads=("/%E4%B8%AD",)),
    Behaviour("big5", page("<a href='/中文'>", "big5", "text/html; charset=big5"), "ok", leads=("/%E4%B8%AD%E6%96%87",)),
    Behaviour("utf-16-be-bom", head("200 OK", b"\xfe\xff" + "<a href=/found-be>".encode("utf-16-be")), "ok", leads=("/found-be",)),
    Behaviour("utf-16-header", page("<a href=/found-le>", "utf-16-le", "text/html; charset=utf-16le"), "ok", leads=("/found-le",)),
    Behaviour("utf-16-no-bom", page("<a href=/never>", "utf-16-le"), "ok"),
    Behaviour("utf-16-bom-first", page("<a href=/found-bom>", "utf-16", "text/html; charset=utf-8"), "ok", leads=("/found-bom",)),
    Behaviour("utf-16-in-meta", page("<meta charset=utf-16><a href='/é-16'>"), "ok", leads=("/%C3%A9-16",)),
    Behaviour("charset-two", page("<a href='/é-2'>", "utf-8", "text/html; charset=utf-8; charset=latin-1"), "ok", leads=("/%C3%A9-2",)),
    Behaviour("charset-long", page("<a href=/found-long>", "utf-8", "text/html; charset=" + "x" * 5_000), "ok", leads=("/found-long",)),
    Behaviour("iso-2022-jp", page("<a href='/表-2022'>", "iso-2022-jp", "text/html; charset=iso-2022-jp"), "ok", leads=("/%E8%A1%A8-2022",)),
    Behaviour("utf-16", page("<a href=/found-16>", "utf-16"), "ok", leads=("/found-16",)),
    Behaviour("utf-8-bom", page("\ufeff<a href='/ö'>", "utf-8", "text/html; charset=latin-1"), "ok", leads=("/%C3%B6",)),
    Behaviour("shift-jis", page("<a href='/表'>", "shift_jis", "text/html; charset=Shift_JIS"), "ok", leads=("/%E8%A1%A8",)),
]  # fmt: skip

_ALLOW = head("404 Not Found")


def _rules(text: bytes) -> bytes:
    return head("200 OK", text, kind="text/plain")


HOSTS: list[Behaviour] = [
    # Hosts that have had enough.
    Behaviour("429", head("429 Too Many"), "http-error", "status 429", robots=_ALLOW),
    Behaviour("first-429", by_turns(head("429 Too Many"), PAGE), "ok", robots=_ALLOW),
    Behaviour("first-429-for-1-s", by_turns(head("429 Too Many", b"", "Retry-After: 1"), PAGE), "ok", robots=_ALLOW),
    Behaviour("429-for-years", head("429 Too Many", b"", "Retry-After: 99999999"), "http-error", "wait for 99,999,999 s", robots=_ALLOW),
    Behaviour("429-nonsense", by_turns(head("429 Too Many", b"", "Retry-After: soon"), PAGE), "ok", robots=_ALLOW),
    *(
        Behaviour(f"429-{name}", by_turns(head("429 Too Many", b"", f"Retry-After: {text}"), PAGE), "ok", robots=_ALLOW)
        for name, text in {
            "zero": "0", "negative": "-5", "fraction": "0.5", "list": "1, 2", "space": " 1 ", "empty": "",
            "rfc-850": "Wednesday, 21-Oct-15 07:28:00 GMT", "asctime": "Wed Oct 21 07:28:00 2015",
            "no-date": "Wed, 99 Oct 2015 07:28:00 GMT", "no-zone": "Wed, 21 Oct 2015 07:28:00", "latin-1": "\u00e9",
        }.items()
    ),
    Behaviour("429-year-9999", head("429 Too Many", b"", "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT"), "http-error", "asks to wait for", robots=_ALLOW),
    Behaviour("429-endless-number", head("429 Too Many", b"", "Retry-After: " + "9" * 5_000), "http-error", "asks to wait for", robots=_ALLOW),
    Behaviour("503-for-hours", head("503 Busy", b"", "Retry-After: 7200"), "http-error", "wait for 7,200 s", robots=_ALLOW),
    Behaviour("404-with-a-wait", head("404 Not Found", b"", "Retry-After: 1"), "http-error", "status 404", robots=_ALLOW),
    Behaviour("first-503", by_turns(head("503 Busy", b"", "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT"), PAGE), "ok", robots=_ALLOW),
    Behaviour("503", head("503 Busy"), "http-error", "status 503", robots=_ALLOW),
    # Robots.
    Behaviour("robots-503", PAGE, "blocked", "robots.txt: status 503", robots=head("503 Busy")),
    Behaviour("robots-500", PAGE, "blocked", "robots.txt: status 500", robots=head("500 Error")),
    Behaviour("robots-first-503", PAGE, "ok", robots=by_turns(head("503 Busy"), _ALLOW)),
    Behaviour("robots-429", PAGE, "ok", robots=head("429 Too Many", b"", "Retry-After: 0")),
    Behaviour("robots-silent", PAGE, "blocked", "robots.txt: no answer after 3 s", robots=then(b""), slow=True),
    Behaviour("robots-hangs", PAGE, "blocked", "robots.txt: not complete after 3 s", robots=then(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"), slow=True),
    Behaviour("robots-closes", PAGE, "blocked", "robots.txt: the server closed", robots=b""),
    Behaviour("robots-damaged", PAGE, "blocked", "robots.txt: the compressed body is damaged", robots=packed("gzip", b"not packed")),
    Behaviour("robots-403", PAGE, "ok", robots=head("403 Forbidden", b"User-agent: *\nDisallow: /")),
    Behaviour("robots-404-body", PAGE, "ok", robots=head("404 Not Found", b"User-agent: *\nDisallow: /")),
    Behaviour("robots-empty", PAGE, "ok", robots=_rules(b"")),
    Behaviour("robots-a-page", PAGE, "ok", robots=page("<html>User-agent: * Disallow: /")),
    Behaviour("robots-disallow", PAGE, "blocked", "robots.txt does not allow it", robots=_rules(b"User-agent: *\nDisallow: /robots-d")),
    Behaviour("robots-bom", PAGE, "blocked", "does not allow", robots=_rules(b"\xef\xbb\xbfUser-agent: *\nDisallow: /")),
    Behaviour("robots-cr", PAGE, "blocked", "does not allow", robots=_rules(b"User-agent: *\rDisallow: /\r")),
    Behaviour("robots-latin-1", PAGE, "ok", robots=_rules(b"User-agent: *\nDisallow: /\xe9t\xe9\n")),
    Behaviour("robots-nulls", PAGE, "ok", robots=_rules(bytes(1000))),
    Behaviour("robots-own-group", PAGE, "ok", robots=_rules(b"User-agent: *\nDisallow: /\n\nUser-agent: YieldPoint/9\nDisallow: /x")),
    Behaviour("robots-part-of-name", PAGE, "ok", robots=_rules(b"User-agent: yield\nUser-agent: point\nDisallow: /")),
    Behaviour("robots-merged", PAGE, "blocked", "does not allow", robots=_rules(b"User-agent: yieldpoint\nAllow: /x\nUser-agent: other\nAllow: /\nUser-agent: yieldpoint\nDisallow: /robots-m")),
    Behaviour("robots-longest", PAGE, "ok", robots=_rules(b"User-agent: *\nDisallow: /\nAllow: /robots-l")),
    Behaviour("robots-wildcard", PAGE, "blocked", "does not allow", robots=_rules(b"User-agent: *\nDisallow: /*-wild*d$")),
    Behaviour("robots-end", PAGE, "ok", robots=_rules(b"User-agent: *\nDisallow: /robots-en$")),
    Behaviour("robots-many-stars", PAGE, "ok", robots=_rules(b"User-agent: *\nDisallow: /" + b"*a" * 50_000)),
    Behaviour("robots-too-big", PAGE, "ok", robots=_rules(b"User-agent: *\nAllow: /\n" + b"# long\n" * 100_000 + b"Disallow: /robots")),
    Behaviour("robots-redirect", PAGE, "blocked", "does not allow", robots=by_turns(redirect("/robots.txt"), _rules(b"User-agent: *\nDisallow: /"))),
    Behaviour("robots-circle", PAGE, "ok", robots=redirect("/robots.txt")),
    Behaviour("robots-to-mail", PAGE, "ok", robots=redirect("mailto:a@b")),
    Behaviour("robots-to-nobody", PAGE, "blocked", "robots.txt: connection refused", robots=redirect("http://127.9.9.9:9/robots.txt")),
    Behaviour("robots-to-nothing", PAGE, "ok", robots=redirect("http://[")),
    Behaviour("robots-slow-please", PAGE, "ok", robots=_rules(b"User-agent: *\nCrawl-delay: 99999999")),
    Behaviour("robots-delay-nan", PAGE, "ok", robots=_rules(b"User-agent: *\nCrawl-delay: nan")),
    *(
        Behaviour(f"robots-delay-{text}", PAGE, "ok", robots=_rules(b"User-agent: *\nCrawl-delay: " + text.encode()))
        for text in ("inf", "-inf", "1e400", "0,5", "9" * 5_000)
    ),
    Behaviour("robots-five-hops", PAGE, "blocked", "does not allow", robots=by_turns(*5 * [redirect("/robots.txt")], _rules(b"User-agent: *\nDisallow: /"))),
    Behaviour("robots-six-hops", PAGE, "ok", robots=by_turns(*6 * [redirect("/robots.txt")], _rules(b"User-agent: *\nDisallow: /"))),
    Behaviour("robots-to-empty", PAGE, "ok", robots=redirect("")),
    Behaviour("robots-302", PAGE, "ok", robots=head("302 Found", b"User-agent: *\nDisallow: /")),
    Behaviour("robots-206", PAGE, "blocked", "does not allow", robots=head("206 Partial", b"User-agent: *\nDisallow: /")),
    Behaviour("robots-switches", PAGE, "ok", robots=b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
    Behaviour("robots-429-for-hours", PAGE, "ok", robots=head("429 Too Many", b"", "Retry-After: 9999")),
    Behaviour("robots-503-for-hours", PAGE, "blocked", "status 503", robots=head("503 Busy", b"", "Retry-After: 9999")),
    Behaviour("robots-brotli", PAGE, "blocked", "'br', which was not asked for", robots=packed("br", b"xx")),
    Behaviour("robots-loops-" + "a" * 500, PAGE, "ok", robots=_rules(b"User-agent: *\n" + b"Disallow: /*" + b"a*" * 16 + b"b$\n" * 100)),
    *(
        Behaviour(f"robots-{name}", PAGE, "blocked", "does not allow", robots=_rules(text))
        for name, text in {
            "capitals": b"USER-AGENT: *\nDISALLOW: /",
            "no-spaces": b"User-agent:*\nDisallow:/",
            "comments": b"# all\nUser-agent: * # every\nDisallow: / # nothing\n",
            "tabs": b"User-agent\t:\t*\nDisallow\t:\t/",
            "blank-lines": b"User-agent: *\n\n\nDisallow: /",
            "unknown-lines": b"User-agent: *\nNoise: x\nnonsense\nSitemap: http://h/\nDisallow: /",
            "two-agents": b"User-agent: x\nUser-agent: yieldpoint\nDisallow: /",
            "agent-in-capitals": b"User-agent: YIELDPOINT\nDisallow: /\n\nUser-agent: *\nAllow: /",
            "escaped": b"User-agent: *\nDisallow: /robots-%65scap",
            "one-star": b"User-agent: *\nDisallow: *",
            "no-slash": b"User-agent: *\nDisallow: *robots",
            "own-first": b"User-agent: yieldpoint\nDisallow: /\n\nUser-agent: *\nDisallow:",
            "no-colon": b"User-agent *\nDisallow /",
            "typo": b"Useragent: *\nDisallow: /",
            "nul-behind": b"User-agent: *\nDisallow: /\n" + bytes(100),
            "long-line": b"User-agent: *\nDisallow: /\nAllow: /" + b"x" * 100_000,
            "limit": b"User-agent: *\nDisallow: /\n" + b"#" * 600_000,
            "null-in-line": b"User-agent: *\nDisallow: /\0\nDisallow: /robots-null",
            "newline-return": b"User-agent: *\n\rDisallow: /\n\r",
            "sitemap-between": b"User-agent: *\nSitemap: /x\n\nDisallow: /",
            "thousands-of-agents": b"User-agent: a\n" * 9_000 + b"User-agent: yieldpoint\nDisallow: /",
        }.items()
    ),
    *(
        Behaviour(f"robots-{name}", PAGE, "ok", robots=_rules(text))
        for name, text in {
            "empty-disallow": b"User-agent: *\nDisallow:",
            "allow-wins": b"User-agent: *\nDisallow: /robots\nAllow: /robots",
            "of-another": b"User-agent: another\nDisallow: /",
            "no-agent": b"Disallow: /",
            "case": b"User-agent: *\nDisallow: /ROBOTS",
            "dollar-inside": b"User-agent: *\nDisallow: /rob$ots",
            "query-only": b"User-agent: *\nDisallow: /*?",
            "comment-only": b"#User-agent: *\n#Disallow: /",
            "delay-words": b"User-agent: *\nCrawl-delay: soon",
            "delay-negative": b"User-agent: *\nCrawl-delay: -5",
            "own-empty": b"User-agent: *\nDisallow: /\n\nUser-agent: yieldpoint\nDisallow:",
            "utf-16": "User-agent: *\nDisallow: /".encode("utf-16"),
            "address": b"User-agent: *\nDisallow: http://127.0.0.1/robots-address",
            "root-only": b"User-agent: *\nDisallow: /$",
            "bad-escape": b"User-agent: *\nDisallow: /robots-%zz\nDisallow: /%",
            "thousands-of-groups": b"User-agent: a\nDisallow: /\n\n" * 5_000,
            "unicode-lines": "User-agent: *\nAllow: /\u2028Disallow: /\u0085Disallow: /".encode(),
        }.items()
    ),
    *(
        Behaviour(f"robots-{status}", PAGE, outcome, reason, robots=head(f"{status} X", b"User-agent: *\nDisallow: /"))
        for status, outcome, reason in (
            (400, "ok", None), (401, "ok", None), (410, "ok", None), (451, "ok", None), (499, "ok", None),
            (502, "blocked", "status 502"), (504, "blocked", "status 504"), (599, "blocked", "status 599"),
        )
    ),
    Behaviour("robots-204", PAGE, "ok", robots=b"HTTP/1.1 204 No Content\r\n\r\n"),
    Behaviour("robots-gzip", PAGE, "blocked", "does not allow", robots=packed("gzip", gzip.compress(b"User-agent: *\nDisallow: /"))),
    Behaviour("robots-bomb", PAGE, "ok", robots=packed("gzip", BOMB)),
    Behaviour("robots-cut", PAGE, "blocked", "stops before its end", robots=b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nUser-agent: *\nAllow: /"),
    Behaviour("robots-endless", PAGE, "blocked", "does not allow", robots=then(head(body=None) + b"User-agent: *\nDisallow: /\n", "endless", b"#" * 9_999 + b"\n")),
    Behaviour("robots-resets", PAGE, "blocked", "robots.txt: the server broke", robots=then(b"", "reset")),
    Behaviour("robots-no-http", PAGE, "blocked", "robots.txt: the answer is no HTTP", robots=b"SSH-2.0-OpenSSH_9.6\r\n"),
    # Certificates.
    Behaviour("tls", PAGE, "ok", robots=_ALLOW, tls=certificates.TRUSTED),
    Behaviour("tls-untrusted", PAGE, "failed", "certificate: self-signed certificate", robots=_ALLOW, tls=certificates.UNTRUSTED),
    Behaviour("tls-expired", PAGE, "failed", "certificate: certificate has expired", robots=_ALLOW, tls=certificates.EXPIRED),
    Behaviour("tls-of-another-host", PAGE, "failed", "certificate: IP address mismatch", robots=_ALLOW, tls=certificates.OTHER_HOST),
    Behaviour("tls-is-none", b"HTTP/1.1 400 Bad Request\r\n\r\n", "failed", "no TLS", robots=_ALLOW, tls="none"),
    Behaviour("tls-closes", b"", "failed", None, robots=_ALLOW, tls="closes"),
    Behaviour("tls-garbage", b"", "failed", "no TLS", robots=_ALLOW, tls="garbage"),
    Behaviour("tls-stops", _stops_tls, "failed", "no TLS", robots=_ALLOW, tls=certificates.TRUSTED),
    Behaviour("tls-no-goodbye", _leaves, "ok", robots=_ALLOW, tls=certificates.TRUSTED),
    Behaviour("tls-silent", then(b""), "failed", "no connection after 3 s", robots=_ALLOW, tls="silent", slow=True),
]  # fmt: skip

# Addresses where nobody is, or that are none.
NOWHERE: dict[str, tuple[str, str]] = {
    "http://127.9.9.9:9/": ("failed", "connection refused"),
    "http://unknown.test/": ("failed", "no such host"),
    "http://busy.test/": ("failed", "no such host"),
    "http://hangs.test/": ("failed", "no connection after 3 s"),
    "http://raises.test/": ("failed", "UnicodeError"),
    "http://nothing.test/": ("failed", "no such host: it has no address"),
    "ftp://127.0.0.1/": ("failed", "no http: or https: address"),
    "127.0.0.1": ("failed", "no http: or https: address"),
    "http://": ("failed", "no host"),
    "http://127.0.0.1:99999/": ("failed", "port"),
    "http://[::1": ("failed", "no host"),
    "http://a b/": ("failed", "no host"),
    "http://a..b/": ("failed", "no host"),
    "http://256.1.1.1/": ("failed", "no host"),
    "http://:80/": ("failed", "no host"),
    "http://127.0.0.1:0/": ("failed", "the port 0 is none"),
    "http://127.0.0.1:65536/": ("failed", "the port 65536 is none"),
    "http://xn--a.test/": ("failed", "no such host"),
    "http://-a.test/": ("failed", "no such host"),
    "http://" + "a" * 300 + "/": ("failed", "the host's name is too long"),
}


async def _read_path(reader: asyncio.StreamReader) -> str:
    request = await reader.readuntil(b"\r\n\r\n")
    return request.split(b" ")[1].decode("latin-1")


def _serve(replies: dict[str, Reply], asked: list[str]) -> Serve:
    """Return what serves some paths; every other path is a page."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            path = await _read_path(reader)
            asked.append(path)
            reply = replies.get(path, PAGE)
            if isinstance(reply, bytes):
                host = ":".join(map(str, writer.get_extra_info("sockname")))
                writer.write(reply.replace(b"HOST", host.encode()))
                await writer.drain()
            else:
                await reply(Connection(reader, writer, path))
        writer.close()

    return serve


def _context(certificate: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "certificate.pem")
        path.write_text(certificate)
        context.load_cert_chain(path)
    return context


async def _silent(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def _main() -> None:
    """Serve until the input ends; print what is expected of which address."""
    expected = {
        address: (*what, "hangs" in address) for address, what in NOWHERE.items()
    }
    asked: list[str] = []

    async def start(serve: Serve, context: ssl.SSLContext | None = None) -> str:
        server = await asyncio.start_server(
            serve, "127.0.0.1", 0, ssl=context, backlog=1000
        )
        port = server.sockets[0].getsockname()[1]
        return f"127.0.0.1:{port}"

    async def tell(connection: Connection) -> None:
        await connection.send(head("200 OK", json.dumps(asked).encode()))

    replies = {f"/{each.name}": heard(each) for each in SERVER}
    base = "http://" + await start(_serve(replies, asked))
    replies |= {"/robots.txt": _ALLOW, "/asked": tell}
    expected[base.replace("127.0.0.1", "named.test") + "/by-name"] = ("ok", "", False)
    for each in SERVER:
        expected[f"{base}/{each.name}"] = (each.outcome, each.reason or "", each.slow)
    for each in HOSTS:
        own = {
            "/robots.txt": _ALLOW if each.robots is None else each.robots,
            f"/{each.name}": each.reply,
        }
        real = each.tls and each.tls not in _NO_TLS
        serve = _NO_TLS.get(each.tls or "", _serve(own, []))
        host = await start(serve, _context(each.tls or "") if real else None)
        address = f"{'https' if each.tls else 'http'}://{host}/{each.name}"
        expected[address] = (each.outcome, each.reason or "", each.slow)
    print(json.dumps([base, expected]), flush=True)
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    await asyncio.to_thread(sys.stdin.read)
    os._exit(0)  # with all that hangs


async def _plain(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(head("400 Bad Request"))
    writer.close()


async def _garbage(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(bytes(range(256)) * 9)
    writer.close()


async def _closes(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


# What is behind a port where TLS is expected.
_NO_TLS: dict[str, Serve] = {
    "silent": _silent,
    "none": _plain,
    "garbage": _garbage,
    "closes": _closes,
}


@contextmanager
def running() -> Iterator[tuple[str, dict[str, Expected]]]:
    """Run all servers in a process of their own.

    Yields:
        The common host, and what is expected of which address.
    """
    command = [sys.executable, "-m", __name__]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        base, expected = json.loads(process.stdout.readline())
        yield base, expected
        process.communicate()


def asked(base: str) -> list[str]:
    """Return which paths of the common host have been asked."""
    with urllib.request.urlopen(f"{base}/asked") as response:  # noqa: S310 - it is http
        paths: list[str] = json.load(response)
        return paths


def look_up(host: str, port: int, **_: object) -> list[Any]:
    """Stand in for the name service."""
    if host == "named.test":
        return socket.getaddrinfo("127.0.0.1", port, type=socket.SOCK_STREAM)
    if host == "unknown.test":
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    if host == "busy.test":
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    if host == "raises.test":
        raise UnicodeError("label too long")
    if host == "hangs.test":
        time.sleep(60)
    return []


def trusting() -> ssl.SSLContext:
    """Return a context that trusts the trusted certificate."""
    every = (certificates.TRUSTED, certificates.EXPIRED, certificates.OTHER_HOST)
    data = "".join(text[text.index("-----BEGIN CERT") :] for text in every)
    return ssl.create_default_context(cadata=data)


if __name__ == "__main__":
    asyncio.run(_main())
