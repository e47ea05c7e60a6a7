"""One address, many spellings: addresses are normalised here, and nowhere else.

A crawler that asks for the same page twice has taken two spellings for two pages.
Browsers and servers agree on which spellings mean the same: RFC 3986, section 6, and
the URL standard of WHATWG. What could mean another page stays as it is: the case of a
path, a slash at its end, the order of a query.

Examples:
    >>> from yieldpoint.crawler.address import normalise
    >>> normalise("HTTP://Example.COM:80/a/./b/../%7euser/%c3%a9?q=1#part")
    'http://example.com/a/~user/%C3%A9?q=1'
"""

import ipaddress
import re
import socket
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, NamedTuple

import idna

__all__ = ["AddressError", "Scope", "ScopeKind", "normalise", "origin", "resolve"]

ScopeKind = Literal["host", "domain", "prefix"]

# Longer addresses, and deeper ones, are made by mistakes and traps.
MAX_LENGTH = 8_192
MAX_LEVELS = 32

_PORTS = {"http": 80, "https": 443}

# RFC 3986, appendix B, without the fragment.
_PARTS = re.compile(r"(?:([^:/?]+):)?(?://([^/?]*))?([^?]*)(?:\?(.*))?", re.DOTALL)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_AUTHORITY = re.compile(r"(?:.*@)?(\[[^\]]*\]|[^:\[\]]*)(?::([0-9]*))?", re.DOTALL)
_ASCII_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_IN_NUMBERS = re.compile(r"(?:.*\.)?(?:0x[0-9a-f]*|[0-9]+)")

# What needs no look at all: nearly every link. The rest of the module is for the rest.
_PLAIN = re.compile(
    r"/?[A-Za-z0-9_~-][A-Za-z0-9_~.-]*(?:/[A-Za-z0-9_~-][A-Za-z0-9_~.-]*)*/?"
    r"(?:\?[A-Za-z0-9_~.=&-]+)?"
)

# Either an escape, or a character that has to become one.
_TO_TIDY = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9_~.!$&'()*+,;=:@/?\[\]-]")
_UNRESERVED = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
)

# A URL parser strips control characters and spaces, and drops tabs and line breaks.
_EDGES = "".join(map(chr, range(33)))
_DROPPED = str.maketrans("", "", "\t\r\n")


class AddressError(ValueError):
    """An address that no browser could follow either; its text says why.

    Examples:
        >>> from yieldpoint.crawler.address import AddressError
        >>> raise AddressError("the port 99999 is none")
        Traceback (most recent call last):
            ...
        yieldpoint.crawler.address.AddressError: the port 99999 is none
    """


class _Split(NamedTuple):
    scheme: str
    authority: str | None  # None: the address does not say
    path: str
    query: str | None


def normalise(text: str, base: str = "", encoding: str = "utf-8") -> str | None:
    """Return the one spelling of an address.

    Args:
        text: An address as people write it, absolute or relative.
        base: The address that a relative one is relative to, normalised.
        encoding: The encoding of the page, which its queries are in.

    Returns:
        The address, without a fragment and without a user's name; None if its scheme
        is not for a crawler, like ``mailto:``.

    Raises:
        AddressError: If the address has no host, or one that cannot be.

    Examples:
        >>> from yieldpoint.crawler.address import normalise
        >>> normalise("../b?", "http://example.com/x/y/a")
        'http://example.com/x/b'
        >>> normalise("//127.1:080/")
        Traceback (most recent call last):
            ...
        yieldpoint.crawler.address.AddressError: no http: or https: address: '//127.1:080/'
        >>> normalise("mailto:a@example.com", "http://example.com/") is None
        True
    """
    cleaned = text.strip(_EDGES).translate(_DROPPED).partition("#")[0]
    scheme = _SCHEME.match(cleaned)
    if scheme and scheme[0][:-1].lower() not in _PORTS:
        return None
    split = _join(_split(_like_a_browser(cleaned)), _split(base))
    if split.scheme not in _PORTS:
        raise AddressError(f"no http: or https: address: {text[:100]!r}")
    path = _without_dots(_tidy(split.path, "utf-8")) or "/"
    query = _tidy(split.query, encoding) if split.query else ""
    host = _authority(split.scheme, split.authority or "")
    return f"{split.scheme}://{host}{path}{'?' if query else ''}{query}"


@lru_cache(maxsize=1 << 14)
def resolve(link: str, base: str, encoding: str = "utf-8") -> str | None:
    """Do what `normalise` does, quickly where a link is plain, as most are.

    Args:
        link: What a page's link says.
        base: The page's base address, normalised.
        encoding: The page's encoding.

    Returns:
        The address; None if its scheme is not for a crawler.

    Examples:
        >>> from yieldpoint.crawler.address import resolve
        >>> resolve("c.html#part", "http://example.com/a/b.html")
        'http://example.com/a/c.html'
    """
    plain = link.partition("#")[0]
    if _PLAIN.fullmatch(plain):
        if plain[0] == "/":
            return origin(base) + plain
        return base.partition("?")[0].rpartition("/")[0] + "/" + plain
    return normalise(link, base, encoding)


def origin(address: str) -> str:
    """Return whom an address asks: its scheme, host and port.

    Args:
        address: A normalised address.

    Returns:
        The address without path and query. Robots rules and places count for it.

    Examples:
        >>> from yieldpoint.crawler.address import origin
        >>> origin("http://example.com:8080/a?b")
        'http://example.com:8080'
    """
    return address[: address.index("/", 8)]


def _split(text: str) -> _Split:
    found = _PARTS.fullmatch(text)
    assert found  # it matches every text
    scheme, authority, path, query = found.groups()
    return _Split((scheme or "").lower(), authority, path, query)


def _like_a_browser(text: str) -> str:
    """Take backslashes for slashes, and any number of slashes before a host."""
    head, mark, query = text.partition("?")
    head = head.replace("\\", "/")
    return re.sub(r"^((?:https?:)?)/{2,}", r"\1//", head, flags=re.I) + mark + query


def _join(link: _Split, base: _Split) -> _Split:
    """Resolve a link: RFC 3986, section 5.2.2."""
    if link.authority is not None or link.scheme not in {"", base.scheme}:
        return link._replace(scheme=link.scheme or base.scheme)
    whom = base._replace(path=link.path, query=link.query)
    if link.path.startswith("/"):
        return whom
    if link.path:
        return whom._replace(path=base.path.rpartition("/")[0] + "/" + link.path)
    return whom._replace(
        path=base.path, query=base.query if link.query is None else link.query
    )


def _authority(scheme: str, text: str) -> str:
    """Return host and port; a user's name and password are no part of an address."""
    found = _AUTHORITY.fullmatch(text)
    if not found:
        raise AddressError(f"no host and port: {text[:100]!r}")
    port = int(found[2][:6]) if found[2] else _PORTS[scheme]
    if not 0 < port < 1 << 16:
        raise AddressError(f"the port {found[2][:10]} is none")
    host = _host(found[1])
    return host if port == _PORTS[scheme] else f"{host}:{port}"


def _host(text: str) -> str:
    """Return a name in lower case and ASCII, or an IP address in its usual form."""
    try:
        if text.startswith("["):
            return f"[{ipaddress.IPv6Address(text[1:-1]).compressed}]"
        host = re.sub(_TO_TIDY.pattern, _decoded, text).lower().removesuffix(".")
        if not _ASCII_HOST.fullmatch(host):
            host = idna.encode(host[:256], uts46=True).decode()
        if _IN_NUMBERS.fullmatch(host):  # 127.1 is 127.0.0.1
            return socket.inet_ntoa(socket.inet_aton(host))
    except (ValueError, OSError):
        raise AddressError(f"no host: {text[:100]!r}") from None
    if len(host) > 253 or max(map(len, host.split("."))) > 63:
        raise AddressError(f"the host's name is too long: {text[:100]!r}")
    return host


def _decoded(found: re.Match[str]) -> str:
    if len(found[0]) == 1:
        return found[0]
    return bytes.fromhex(found[0][1:]).decode("ascii")


def _tidy(text: str, encoding: str) -> str:
    """Escape what has to be escaped, and nothing that has not."""

    def spell(found: re.Match[str]) -> str:
        character = found[0]
        if len(character) == 3:
            plain = chr(int(character[1:], 16))
            return plain if plain in _UNRESERVED else character.upper()
        try:
            octets = character.encode(encoding)
        except UnicodeEncodeError:
            octets = character.encode("utf-8", "surrogatepass")
        return "".join(f"%{octet:02X}" for octet in octets)

    return _TO_TIDY.sub(spell, text)


def _without_dots(path: str) -> str:
    """Resolve ``.`` and ``..``: RFC 3986, section 5.2.4."""
    if "/." not in path:
        return path
    kept: list[str] = []
    parts = path.split("/")[1:]
    for part in parts:
        if part == "..":
            del kept[-1:]
        elif part != ".":
            kept.append(part)
    if parts[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


class Scope:
    """Which addresses a crawl may follow.

    Args:
        kind: ``host``: those of the seeds' hosts and ports. ``domain``: those of the
            seeds' names, without a leading ``www.``, and of every name below.
            ``prefix``: those that begin like a seed, up to its last slash.
        seeds: The addresses that the crawl starts with, normalised.

    Examples:
        >>> from yieldpoint.crawler.address import Scope
        >>> scope = Scope("domain", ["https://www.example.com/"])
        >>> "http://docs.example.com/a" in scope, "http://example.org/" in scope
        (True, False)
        >>> "http://h/docs/a" in Scope("prefix", ["http://h/docs/index.html"])
        True
    """

    def __init__(self, kind: ScopeKind, seeds: Iterable[str]) -> None:
        """Note what the seeds allow."""
        self._kind = kind
        self._allowed: dict[str, set[str]] = {}
        for seed in seeds:
            prefix = seed.partition("?")[0].rpartition("/")[0] + "/"
            key = self._key(seed).removeprefix("www." if kind == "domain" else "")
            self._allowed.setdefault(key, set()).add(prefix)

    def __contains__(self, address: str) -> bool:
        """Tell whether an address is in the scope."""
        key = self._key(address)
        if self._kind == "domain":
            names = [key]
            if not _IN_NUMBERS.fullmatch(key):
                labels = key.split(".")
                names = [".".join(labels[n:]) for n in range(len(labels))]
            return any(name in self._allowed for name in names)
        if self._kind == "prefix":
            return address.startswith(tuple(self._allowed.get(key, ())))
        return key in self._allowed

    def _key(self, address: str) -> str:
        """Return the host; with its port, unless names count."""
        authority = origin(address).partition("://")[2]
        if self._kind == "domain":
            return re.sub(r":[0-9]+$", "", authority)
        return authority


def trap(address: str) -> str | None:
    """Return why an address looks like no page, or None.

    Args:
        address: A normalised address.

    Returns:
        A reason in plain words.

    Examples:
        >>> from yieldpoint.crawler.address import trap
        >>> trap("http://example.com" + "/again" * 40)
        'its path has more than 32 levels'
    """
    if len(address) > MAX_LENGTH:
        return f"the address is longer than {MAX_LENGTH:,} characters"
    if address.partition("?")[0].count("/") > MAX_LEVELS + 3:
        return f"its path has more than {MAX_LEVELS} levels"
    return None
