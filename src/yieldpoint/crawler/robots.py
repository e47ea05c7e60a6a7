r"""What a host asks of robots: RFC 9309, and Crawl-delay.

A host without ``robots.txt`` (any status 4xx) allows everything. A host that cannot
say at the moment (5xx, no answer) allows nothing: perhaps it would forbid. What the
rules of a group mean is protego's work; which group is meant is done here, because the
RFC compares whole product tokens and protego parts of them.

Examples:
    >>> from yieldpoint.crawler.robots import read
    >>> rules = read(b"User-agent: *\nDisallow: /*.pdf$\nCrawl-delay: 2", "somebot")
    >>> rules.allow("http://example.com/a.pdf"), rules.allow("http://example.com/a")
    (False, True)
    >>> rules.delay
    2.0
"""

import re
from dataclasses import dataclass

from protego import Protego

from yieldpoint.crawler.address import AddressError, resolve
from yieldpoint.crawler.fetch import Answer, Fetch, Outcome

__all__ = ["Rules", "ask", "judge", "page_tags", "product", "read"]

# RFC 9309, section 2.5: at least so much is read; section 2.3.1.2: so often followed.
MAX_SIZE = 500 * 1024
MAX_REDIRECTS = 5

# A host may ask for pauses, but not for a crawl that never ends.
MAX_DELAY = 60.0

_AGENT = re.compile(
    r"^[ \t]*user[ -]?agent[ \t]*:[ \t]*(?:([a-z_-]+)|(\*)(?=[ \t]*(?:#|$)))?.*$",
    re.IGNORECASE | re.MULTILINE,
)

# Directives of X-Robots-Tag with a value; every other colon follows a robot's name.
_VALUED = {"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"}

_MAX_TAGS = 2_000  # characters


@dataclass(frozen=True, slots=True)
class Rules:
    """What one host asks of this robot.

    Attributes:
        text: Its ``robots.txt``.
        parsed: The groups, as protego has read them.
        delay: Seconds between two requests.
        refusal: Why nothing may be asked, or None.
        outcome: What becomes of its addresses then.

    Examples:
        >>> from yieldpoint.crawler.robots import Rules
        >>> Rules(refusal="robots.txt: status 503").allow("http://example.com/")
        False
    """

    text: bytes = b""
    parsed: Protego | None = None
    delay: float = 0.0
    refusal: str | None = None
    outcome: Outcome = "blocked"

    def allow(self, address: str) -> bool:
        r"""Tell whether an address may be asked.

        Args:
            address: A normalised address of the host.

        Returns:
            Whether no rule forbids it.

        Examples:
            >>> from yieldpoint.crawler.robots import Rules, read
            >>> Rules().allow("http://example.com/a")
            True
            >>> read(b"User-agent: *\nDisallow: /a", "somebot").allow("http://example.com/a")
            False
        """
        if self.parsed is None:
            return self.refusal is None
        return self.parsed.can_fetch(address, "this")


def product(agent: str) -> str:
    """Return the name by which rules mean a robot.

    Args:
        agent: What it says in the header ``User-Agent``.

    Returns:
        The letters, ``_`` and ``-`` that it begins with, which is its product token.

    Examples:
        >>> from yieldpoint.crawler.robots import product
        >>> product("Somebot/1.0 (checks links)")
        'somebot'
    """
    found = re.match(r"[A-Za-z_-]*", agent)
    return found[0].lower() if found else ""


def read(body: bytes, token: str) -> Rules:
    r"""Read a ``robots.txt``.

    Args:
        body: Its bytes: UTF-8, with or without a byte order mark, or nearly so.
        token: The robot's product token.

    Returns:
        The rules of the groups for this robot; without one, of those for all.

    Examples:
        >>> from yieldpoint.crawler.robots import read
        >>> text = b"User-agent: some\nDisallow: /"
        >>> read(text, "some").allow("http://example.com/")
        False
        >>> read(text, "somebot").allow("http://example.com/")
        True
    """
    if not body:
        return Rules()
    text = body[:MAX_SIZE].decode("utf-8-sig", errors="replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(body) > MAX_SIZE:
        text = text.rpartition("\n")[0]  # half a rule says something else

    def meant(found: re.Match[str]) -> str:
        own = found[1] and found[1].lower() == token
        return f"user-agent: {'this' if own else found[2] or 'another'}"

    parsed = Protego.parse(_AGENT.sub(meant, text))
    delay = min(parsed.crawl_delay("this") or 0.0, MAX_DELAY)
    return Rules(body, parsed, delay)


async def ask(fetch: Fetch, host: str) -> Answer:
    """Ask a host for its ``robots.txt``, wherever it is.

    Args:
        fetch: What asks.
        host: The host's scheme, name and port.

    Returns:
        The answer; a redirect only if it leads nowhere, or there are too many. If it
        leads to another host, nobody being there says nothing about this one.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.crawler.fetch import Answer
        >>> from yieldpoint.crawler.robots import ask
        >>> async def serve(address, **_):
        ...     return Answer("ok", status=200, body=address.encode())
        >>> asyncio.run(ask(serve, "http://example.com")).body
        b'http://example.com/robots.txt'
    """
    address: str | None = f"{host}/robots.txt"
    answer = Answer("redirect")
    for redirects in range(MAX_REDIRECTS + 1):
        if address is None:
            break
        answer = await fetch(address, limit=MAX_SIZE + 1)
        if redirects:
            answer.unreachable = False  # the host is there: it has redirected
        if answer.outcome != "redirect" or answer.location is None:
            break
        try:
            address = resolve(answer.location, address)
        except AddressError:
            break
    return answer


def judge(answer: Answer, token: str) -> Rules:
    """Say what an answer for a ``robots.txt`` means: RFC 9309, section 2.3.1.

    Args:
        answer: The answer.
        token: The robot's product token.

    Returns:
        The rules. If nobody could be reached, the addresses have failed; if somebody
        could not answer for now, they are blocked.

    Examples:
        >>> from yieldpoint.crawler.fetch import Answer
        >>> from yieldpoint.crawler.robots import judge
        >>> judge(Answer("http-error", "status 404", 404), "somebot").refusal is None
        True
        >>> judge(Answer("http-error", "status 503", 503), "somebot").refusal
        'robots.txt: status 503'
    """
    if answer.unreachable:
        return Rules(refusal=answer.reason, outcome="failed")
    if answer.outcome in {"ok", "too-big"}:
        return read(answer.body, token)
    if answer.outcome == "failed" or (answer.status or 0) >= 500:
        return Rules(refusal=f"robots.txt: {answer.reason}")
    return read(b"", token)


def page_tags(text: str, token: str) -> set[str]:
    """Read a header ``X-Robots-Tag``, or the content of a robots ``meta`` element.

    Args:
        text: Directives between commas, some behind the name of a robot and a colon,
            which holds up to the end of the line.
        token: The robot's product token.

    Returns:
        Those of ``noindex`` and ``nofollow`` that hold for the robot.

    Examples:
        >>> from yieldpoint.crawler.robots import page_tags
        >>> sorted(page_tags("NONE", "somebot"))
        ['nofollow', 'noindex']
        >>> page_tags("max-snippet: 5, otherbot: noindex, nofollow", "somebot")
        set()
    """
    found: set[str] = set()
    for line in text[:_MAX_TAGS].lower().splitlines():
        meant = True
        for part in line.split(","):
            name, colon, value = part.strip().partition(":")
            if colon and name.strip() not in _VALUED:
                meant = name.strip() == token
                name = value
            if meant:
                found.add(name.strip())
    if "none" in found:
        found |= {"noindex", "nofollow"}
    return found & {"noindex", "nofollow"}
