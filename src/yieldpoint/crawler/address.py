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
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal, get_args
from urllib.parse import unquote

import idna

__all__ = [
    "AddressError",
    "Scope",
    "ScopeKind",
    "normalise",
    "origin",
    "resolve",
    "trap",
]

ScopeKind = Literal["host", "domain", "prefix"]

# Longer addresses, and deeper ones, are made by mistakes and traps.
MAX_LENGTH = 8_192
MAX_LEVELS = 32

_PORTS = {"http": 80, "https": 443}

# RFC 3986, appendix B, without the fragment.
_PARTS = re.compile(
    r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?]*))?([^?]*)(?:\?(.*))?", re.DOTALL
)
_AUTHORITY = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(?::([0-9]*))?")
_ASCII_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_IN_NUMBERS = re.compile(r"(?:.*\.)?(?:0x[0-9a-f]*|[0-9]+)")

# What needs no look at all: nearly every link. The rest of the module is for the rest.
_PLAIN = re.compile(
    r"(/?[A-Za-z0-9_~-][A-Za-z0-9_~.-]*(?:/[A-Za-z0-9_~-][A-Za-z0-9_~.-]*)*/?"
    r"(?:\?[A-Za-z0-9_~.=&-]+)?)(?:#.*)?"
)

# Either an escape, or a character that has to become one.
_TO_TIDY = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9_~.!$&'()*+,;=:@/?\[\]-]")
_UNRESERVED = re.compile(r"[A-Za-z0-9_~.-]")

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
        >>> normalise("//127.1/")
        Traceback (most recent call last):
            ...
        yieldpoint.crawler.address.AddressError: no http: or https: address: '//127.1/'
        >>> normalise("mailto:a@example.com", "http://example.com/") is None
        True
    """
    cleaned = text.strip(_EDGES).translate(_DROPPED).partition("#")[0]
    cleaned = cleaned[: MAX_LENGTH + 1]  # longer ones are not asked anyway
    scheme, authority, path, query = _join(_like_a_browser(cleaned), base)
    if scheme not in _PORTS:
        if base:
            return None
        raise AddressError(f"no http: or https: address: {text[:100]!r}")
    host = _authority(scheme, authority)
    query = query and "?" + _tidy(query, encoding)
    return f"{scheme}://{host}{_without_dots(_tidy(path, 'utf-8'))}{query}"


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
    root, folder = _root_and_folder(base)
    absolute = link.startswith(root)
    found = _PLAIN.fullmatch(link, len(root) - 1 if absolute else 0)
    if not found:
        return normalise(link, base, encoding)
    path = found[1]
    return root[:-1] + path if path[0] == "/" else folder + path


@lru_cache(maxsize=1_000)
def _root_and_folder(address: str) -> tuple[str, str]:
    """Return what paths begin with, and relative ones: both end with a slash."""
    folder = address.partition("?")[0].rpartition("/")[0]
    return f"{origin(address)}/", f"{folder}/"


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


def _like_a_browser(text: str) -> str:
    """Take backslashes for slashes, and any number of slashes before a host."""
    head, mark, query = text.partition("?")
    head = head.replace("\\", "/")
    return re.sub(r"^((?:[Hh]\w+:)?)/{2,}", r"\1//", head) + mark + query


def _split(text: str) -> tuple[str | None, ...]:
    found = _PARTS.fullmatch(text)
    assert found  # it matches every text
    return found.groups()


def _join(link: str, base: str) -> tuple[str, str, str, str]:
    """Resolve a link: RFC 3986, section 5.2.2."""
    scheme, authority, path, query = _split(link)
    base_scheme, base_authority, base_path, base_query = _split(base)
    scheme = (scheme or base_scheme or "").lower()
    if authority is None and scheme in _PORTS and scheme != base_scheme:
        # A browser takes http:a and http:/a for http://a, unless it is at http:.
        authority, slash, path = (path or "").lstrip("/").partition("/")
        path = slash + path
    if authority is None and scheme == (base_scheme or ""):
        authority = base_authority
        if not path:
            path = base_path
            query = base_query if query is None else query
        elif not path.startswith("/"):
            path = f"{(base_path or '').rpartition('/')[0]}/{path}"
    return scheme, authority or "", path or "", query or ""


def _authority(scheme: str, text: str) -> str:
    """Return host and port; a user's name and password are no part of an address."""
    found = _AUTHORITY.fullmatch(text.rpartition("@")[2])
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
        host = text.lower().removesuffix(".")
        if not _ASCII_HOST.fullmatch(host):
            host = _in_ascii(host)
        if _IN_NUMBERS.fullmatch(host):  # 127.1 is 127.0.0.1
            return socket.inet_ntoa(socket.inet_aton(host))
    except (ValueError, OSError):
        raise AddressError(f"no host: {text[:100]!r}") from None
    if len(host) > 253 or max(map(len, host.split("."))) > 63:
        raise AddressError(f"the host's name is too long: {text[:100]!r}")
    return host


def _in_ascii(name: str) -> str:
    """Spell a name as browsers do: IDNA 2008 has no hearts, but hosts have."""
    mapped = idna.uts46_remap(unquote(name)[:256], std3_rules=False).removesuffix(".")
    host = ".".join(
        label if label.isascii() else f"xn--{label.encode('punycode').decode()}"
        for label in mapped.split(".")
    )
    if not _ASCII_HOST.fullmatch(host):
        raise ValueError(name)
    return host


def _tidy(text: str, encoding: str) -> str:
    """Escape what has to be escaped, and nothing that has not."""

    def spell(found: re.Match[str]) -> str:
        character = found[0]
        if len(character) == 3:
            plain = chr(int(character[1:], 16))
            return plain if _UNRESERVED.fullmatch(plain) else character.upper()
        try:
            octets = character.encode(encoding)
        except UnicodeEncodeError:
            octets = character.encode("utf-8", "surrogatepass")
        return "".join(f"%{octet:02X}" for octet in octets)

    return _TO_TIDY.sub(spell, text)


def _without_dots(path: str) -> str:
    """Resolve ``.`` and ``..``: RFC 3986, section 5.2.4."""
    kept: list[str] = []
    parts = path.split("/")[1:]
    for part in parts:
        if part == "..":
            del kept[-1:]
        elif part != ".":
            kept.append(part)
    if parts and parts[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


class Scope:
    """Which addresses a crawl may follow.

    Args:
        kind: ``host``: those of the seeds' hosts and ports. ``domain``: those of the
            seeds' names, without a leading ``www.``, and of every name below.
            ``prefix``: those that begin like a seed, up to its last slash.
        seeds: The addresses that the crawl starts with, normalised.

    Raises:
        ValueError: There is no such kind.

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
        if kind not in get_args(ScopeKind):
            raise ValueError(f"a scope is one of {get_args(ScopeKind)}, not {kind!r}")
        self._kind = kind
        www = "www." if kind == "domain" else ""
        self._roots = {next(self._around(seed)).removeprefix(www) for seed in seeds}

    def __contains__(self, address: str) -> bool:
        """Tell whether an address is in the scope."""
        return any(each in self._roots for each in self._around(address))

    def _around(self, address: str) -> Iterator[str]:
        """Yield what an address is in, from the inside out: folders, or names."""
        if self._kind == "prefix":
            root, folder = origin(address), address.partition("?")[0].rpartition("/")[0]
            while len(folder) >= len(root):
                yield folder
                folder = folder.rpartition("/")[0]
            return
        host = origin(address).partition("://")[2]
        if self._kind == "host":
            yield host
            return
        name = re.sub(r":[0-9]+$", "", host)
        yield name
        while "." in name and not _IN_NUMBERS.fullmatch(name):
            name = name.partition(".")[2]
            yield name


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
