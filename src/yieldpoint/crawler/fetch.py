"""One request, with all its limits.

A server can be silent, slow, endless, compressed, or no server at all. So a request has
a limit of time over the whole of it and a limit of bytes, and every way in which it can
end becomes an `Answer` with a reason in plain words. Nothing is raised.

aiohttp speaks HTTP. What it would do by itself is switched off, because a crawler has
to decide it: following redirects, unpacking bodies, keeping cookies.

Examples:
    >>> import asyncio
    >>> from yieldpoint.crawler.fetch import Fetcher
    >>> async def main():
    ...     async with Fetcher("somebot/1.0", timeout=5, max_body=10_000) as fetch:
    ...         return await fetch("http://127.0.0.1:1/")
    >>> asyncio.run(main()).outcome
    'failed'
"""

import asyncio
import concurrent.futures
import email.utils
import errno
import functools
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import KW_ONLY, dataclass, replace
from typing import Any, Literal, Protocol, Self

import aiohttp
import aiohttp.abc
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import HttpProcessingError
from multidict import CIMultiDictProxy
from yarl import URL

from yieldpoint.crawler.body import Body, BodyError, TooBigError

__all__ = ["Answer", "Fetch", "Fetcher", "Outcome", "retry_after"]

Outcome = Literal[
    "ok", "http-error", "failed", "too-big", "blocked", "skipped", "redirect"
]

REDIRECTS = frozenset({301, 302, 303, 307, 308})

# Statuses that say that asking again may help.
_PASSING = frozenset({408, 429, 502, 503, 504})

_ACCEPT = "text/html,application/xhtml+xml,*/*;q=0.8"
_MAX_HEADER, _MAX_HEADERS = 32_768, 500  # bytes of one, and how many


@dataclass(slots=True)
class Answer:
    """How a request has ended.

    Attributes:
        outcome: One of ``ok``, ``http-error``, ``redirect``, ``too-big``, ``failed``.
        reason: What is wrong, in plain words; None if nothing is.
        status: The status of the HTTP answer, if there was one.
        body: The body, if it was to be kept.
        size: How many bytes the body has.
        location: Where a redirect leads, as the server says it.
        kind: The content type, without its parameters.
        charset: The content type's charset.
        tags: What ``X-Robots-Tag`` says, each header in a line.
        wait: How many seconds ``Retry-After`` asks to wait.
        passing: Whether asking again may help.
        unreachable: Whether nobody could be reached: no name, no connection.
        timed_out: Whether the time has run out.
        refresh: What the header ``Refresh`` says.

    Examples:
        >>> from yieldpoint.crawler.fetch import Answer
        >>> Answer("failed", "connection refused", unreachable=True).outcome
        'failed'
    """

    outcome: Outcome
    reason: str | None = None
    status: int | None = None
    body: bytes = b""
    size: int = 0
    location: str | None = None
    kind: str = ""
    charset: str | None = None
    tags: str = ""
    wait: float | None = None
    passing: bool = False
    unreachable: bool = False
    timed_out: bool = False
    refresh: str = ""


# The answer that the task is getting.
_answer: ContextVar[Answer] = ContextVar("answer")


class Fetch(Protocol):
    """What asks for an address: a `Fetcher`, or a function that stands in for one.

    Examples:
        >>> from yieldpoint.crawler.fetch import Answer, Fetch
        >>> async def serve(address, **_):
        ...     return Answer("ok", status=200)
        >>> fetch: Fetch = serve
    """

    async def __call__(
        self, address: str, *, method: str = ..., limit: int = ..., read: bool = ...
    ) -> Answer:
        """Ask for an address; raise nothing."""


@dataclass(eq=False)
class Fetcher:
    """Asks for one address at a time, as often as it is called.

    Args:
        agent: What to say in the header ``User-Agent``.
        timeout: Seconds for a whole request.
        max_body: Bytes of a body, packed and unpacked.
        keep: Of which content types to keep the body; of all by default.
        lookup: What finds the addresses of a name; `socket.getaddrinfo` by default.
        context: Which certificates to trust; those of the system by default.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.crawler.fetch import Fetcher
        >>> async def main():
        ...     async with Fetcher("somebot/1.0", timeout=5, max_body=10_000) as fetch:
        ...         return await fetch("http://127.0.0.1:1/")
        >>> asyncio.run(main()).reason
        'connection refused'
    """

    agent: str
    timeout: float
    max_body: int
    _: KW_ONLY
    keep: Callable[[str], bool] | None = None
    lookup: Callable[..., list[Any]] | None = None
    context: ssl.SSLContext | None = None

    async def __aenter__(self) -> Self:
        """Open the session that keeps the connections."""
        connector = _Connector(
            limit=0,  # the crawl itself counts
            ttl_dns_cache=300,
            keepalive_timeout=2,
            resolver=_Resolver(self.lookup or socket.getaddrinfo),
            ssl=self.context or True,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            headers={
                "User-Agent": self.agent,
                "Accept": _ACCEPT,
                "Accept-Encoding": "gzip, deflate",
            },
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),
            auto_decompress=False,
            max_line_size=_MAX_HEADER,
            max_field_size=_MAX_HEADER,
            max_headers=_MAX_HEADERS,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close all connections."""
        await self._session.close()

    async def __call__(
        self, address: str, *, method: str = "GET", limit: int = 0, read: bool = True
    ) -> Answer:
        """Ask for an address.

        Args:
            address: A normalised address.
            method: ``GET`` or ``HEAD``.
            limit: Bytes of a body, if not as many as usual; what fits is then kept.
            read: Whether to read the body at all.

        Returns:
            How it ended.
        """
        answer = Answer("failed", unreachable=True)  # until there is a connection
        _answer.set(answer)
        try:
            async with asyncio.timeout(self.timeout):
                async with self._session.request(
                    method,
                    URL(address, encoded=True),
                    allow_redirects=False,
                ) as response:
                    answer.status = response.status
                    _read_head(answer, response.headers)
                    if answer.outcome == "ok" and read and method == "GET":
                        await self._read_body(answer, response, limit)
        except TooBigError as error:
            return replace(answer, outcome="too-big", reason=str(error))
        except Exception as error:  # noqa: BLE001 - whatever servers make libraries raise
            return self._explain(error, answer)
        return answer

    async def _read_body(
        self, answer: Answer, response: aiohttp.ClientResponse, limit: int
    ) -> None:
        """Read and unpack the body, piece by piece."""
        keep = bool(limit) or self.keep is None or self.keep(answer.kind)
        encoding = ",".join(response.headers.getall("Content-Encoding", ()))
        body = Body(encoding, limit or self.max_body, keep=keep)
        length = response.content_length or 0
        if length > self.max_body and not limit:
            raise TooBigError(
                f"the body has {length:,} bytes, more than {self.max_body:,}"
            )
        try:
            while piece := await response.content.readany():
                body.feed(piece)
            answer.body = body.finish()
        except TooBigError:
            answer.body = body.so_far() if limit else b""
            raise
        finally:
            answer.size = body.size

    def _explain(self, error: Exception, answer: Answer) -> Answer:
        """Say in plain words what has gone wrong, and whether that may pass."""
        failed = replace(answer, outcome="failed", body=b"", location=None)
        match error:
            case TimeoutError():
                failed.timed_out = failed.passing = True
                what = "no connection" if answer.unreachable else "no answer"
                what = what if answer.status is None else "not complete"
                failed.reason = f"{what} after {self.timeout:g} s"
            case aiohttp.ClientConnectorError() | aiohttp.ClientSSLError():
                failed.reason, failed.passing = _no_connection(error)
            case aiohttp.ServerDisconnectedError():
                failed.passing = True
                failed.reason = "the server closed the connection without an answer"
            case aiohttp.ClientPayloadError():
                failed.passing = True
                failed.reason = "the body stops before its end"
            case aiohttp.ClientResponseError() | HttpProcessingError():
                failed.passing = True  # what was left of another answer, perhaps
                message = error.message.partition(" when reading: ")[0]
                failed.reason = f"the answer is no HTTP: {_first_line(message)}"
            case OSError():
                failed.passing = True
                failed.reason = _system_reason(error.__cause__ or error)
            case BodyError():
                failed.reason = str(error)
            case _:
                failed.reason = f"{type(error).__name__}: {_first_line(str(error))}"
        return failed


class _Handler(ResponseHandler):
    """Reads a head before what comes with it, and says what is wrong behind it.

    aiohttp forgets a head if what came with it is wrong, and lets who reads a body wait
    if what comes later is wrong. A body that goes on behind its end is wrong, or one of
    a status that has none, but every browser shows the page.
    """

    def data_received(self, data: bytes) -> None:
        """Take what has come, or go on with it if that is nothing."""
        head, end, rest = data.partition(b"\r\n\r\n")
        super().data_received(head + end)
        if rest and not self.exception():
            super().data_received(rest)
        body, error = self._payload, self.exception()
        if error and body and not body.is_eof():
            body.set_exception(error)


class _Connector(aiohttp.TCPConnector):
    """Notes in an answer that somebody is there: who is slow now is not away."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - as aiohttp has them
        super().__init__(**settings)
        handler: type[ResponseHandler] = _Handler
        self._factory = functools.partial(handler, loop=self._loop)

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[aiohttp.tracing.Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - as aiohttp has it
    ) -> aiohttp.connector.Connection:
        """Return a connection, a new one or one that is open."""
        connection = await super().connect(req, traces, timeout)
        # What has come while nothing was asked is no answer to what is asked next:
        # some servers send a status 408 before they close.
        while connection.protocol and connection.protocol.should_close:
            connection.close()
            connection = await super().connect(req, traces, timeout)
        _answer.get().unreachable = False
        return connection


class _Resolver(aiohttp.abc.AbstractResolver):
    """Finds addresses, each in a thread of its own.

    Nothing can stop a look-up that hangs. In a pool, a few would keep all others
    waiting, and the program from ending. A daemon thread does neither.
    """

    def __init__(self, lookup: Callable[..., list[Any]]) -> None:
        self._lookup = lookup

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[aiohttp.abc.ResolveResult]:
        """Return the addresses of a name."""
        found: concurrent.futures.Future[list[Any]] = concurrent.futures.Future()

        def look_up() -> None:
            found.set_running_or_notify_cancel()  # from here on it is not cancelled
            try:
                kind = socket.SOCK_STREAM
                found.set_result(self._lookup(host, port, type=kind, family=family))
            except Exception as error:  # noqa: BLE001 - handed over, not handled
                found.set_exception(error)

        threading.Thread(target=look_up, daemon=True).start()
        addresses = await asyncio.wrap_future(found)
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "it has no address")
        return [
            aiohttp.abc.ResolveResult(
                hostname=host,
                host=address[0],
                port=address[1],
                family=kind,
                proto=proto,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, proto, _, address in addresses
        ]

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""


def retry_after(text: str | None, date: str | None = None) -> float | None:
    """Read a header ``Retry-After``, which has two forms.

    Args:
        text: The header: seconds, or a date.
        date: The header ``Date``, the time by the server's own clock.

    Returns:
        How many seconds to wait; None if the header says nothing that can be read.

    Examples:
        >>> from yieldpoint.crawler.fetch import retry_after
        >>> retry_after("120")
        120.0
        >>> now = "Wed, 21 Oct 2015 07:28:00 GMT"
        >>> retry_after("Wed, 21 Oct 2015 07:28:30 GMT", now)
        30.0
        >>> retry_after("soon") is None
        True
    """
    text = (text or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:10])
    then, now = _seconds(text), _seconds(date or "")
    if then is None:
        return None
    return max(0.0, then - (time.time() if now is None else now))


def _seconds(date: str) -> float | None:
    """Read a date as HTTP and mail write it."""
    try:
        return email.utils.parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def _read_head(answer: Answer, headers: CIMultiDictProxy[str]) -> None:
    """Note what status and headers say."""
    status = answer.status or 0
    kind, _, parameters = headers.get("Content-Type", "").partition(";")
    answer.kind = kind.strip().lower()
    charset = parameters.lower().partition("charset=")[2].partition(";")[0]
    answer.charset = charset.strip(" \t\"'") or None
    answer.tags = "\n".join(headers.getall("X-Robots-Tag", ()))
    if 200 <= status < 300:
        answer.outcome = "ok"
        answer.refresh = headers.get("Refresh", "")
    elif status in REDIRECTS:
        answer.outcome = "redirect"
        location = headers.get("Location")
        if location is not None:
            octets = location.encode("utf-8", "surrogateescape")
            answer.location = _decode(octets)
    else:
        answer.outcome = "http-error"
        answer.reason = f"status {status}"
        answer.passing = status in _PASSING
        answer.wait = retry_after(headers.get("Retry-After"), headers.get("Date"))


def _decode(octets: bytes) -> str:
    """Read a header as what it is: UTF-8, or else Latin-1."""
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return octets.decode("latin-1")


def _first_line(text: str) -> str:
    """Return what fits into a sentence of what a library says."""
    line = text.strip().partition("\n")[0].rstrip(":")[:200]
    return line if line.isprintable() else ascii(line)


def _system_reason(error: BaseException) -> str:
    """Say in lower case and without a number what the system says."""
    if isinstance(error, ssl.SSLError):
        reason = error.reason or _first_line(str(error))
        return f"no TLS: {reason.replace('_', ' ').lower()}"
    code = getattr(error, "errno", None) or 0
    text = os.strerror(code) if code in errno.errorcode else _first_line(str(error))
    if code in {errno.ECONNRESET, errno.EPIPE} or not text:
        return "the server broke the connection"
    return text.lower()


def _no_connection(error: aiohttp.ClientError) -> tuple[str, bool]:
    """Say why there is no connection, and whether that may pass."""
    cause: Exception = getattr(error, "os_error", error)
    cause = getattr(error, "certificate_error", cause)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"certificate: {cause.verify_message}", False
    if isinstance(cause, socket.gaierror):
        return f"no such host: {cause.strerror}", cause.errno == socket.EAI_AGAIN
    return _system_reason(cause), not isinstance(cause, ssl.SSLError)
