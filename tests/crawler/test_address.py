"""One address, many spellings; and what is in the scope."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yieldpoint.crawler.address import (
    AddressError,
    Scope,
    ScopeKind,
    normalise,
    resolve,
    trap,
)

BASE = "http://example.com/a/b?c"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("HTTP://EXAMPLE.com", "http://example.com/"),
        ("http://example.com:80/", "http://example.com/"),
        ("https://example.com:443/", "https://example.com/"),
        ("http://example.com:443/", "http://example.com:443/"),
        ("http://example.com:/", "http://example.com/"),
        ("http://example.com:0080/", "http://example.com/"),
        ("http://example.com./", "http://example.com/"),
        ("http://user:word@example.com/", "http://example.com/"),
        ("http://a@b@example.com/", "http://example.com/"),
        ("http:\\\\example.com\\x", "http://example.com/x"),
        ("http:////example.com/x", "http://example.com/x"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
        ("http://BÜCHER.example/", "http://xn--bcher-kva.example/"),
        ("http://under_score.example/", "http://under_score.example/"),
        ("http://127.1/", "http://127.0.0.1/"),
        ("http://0x7f.0.0.1/", "http://127.0.0.1/"),
        ("http://2130706433/", "http://127.0.0.1/"),
        ("http://[0:0::1]:80/", "http://[::1]/"),
        ("http://example.com?q", "http://example.com/?q"),
        ("http://example.com#f", "http://example.com/"),
        ("", BASE),
        ("?d", "http://example.com/a/b?d"),
        ("?", "http://example.com/a/b"),
        ("#f", BASE),
        ("c", "http://example.com/a/c"),
        ("./c", "http://example.com/a/c"),
        ("../c", "http://example.com/c"),
        ("../../../c", "http://example.com/c"),
        ("..", "http://example.com/"),
        (".", "http://example.com/a/"),
        ("/x/%2e%2E/y", "http://example.com/y"),
        ("/x//y", "http://example.com/x//y"),
        ("//other.example/x", "http://other.example/x"),
        ("\\\\other.example/x", "http://other.example/x"),
        ("///other.example/x", "http://other.example/x"),
        ("http:c", "http://example.com/a/c"),
        ("https:c", "https://c/"),
        ("//i\u2764.example/", "http://xn--i-7iq.example/"),
        ("//%62%C3%BCcher.example。/", "http://xn--bcher-kva.example/"),
        ("https:/c/d?e", "https://c/d?e"),
        (" \x00/x\x1f ", "http://example.com/x"),
        ("/a\tb\r\nc", "http://example.com/abc"),
        ("/%7Euser", "http://example.com/~user"),
        ("/%c3%a9", "http://example.com/%C3%A9"),
        ("/é", "http://example.com/%C3%A9"),
        ("/a b", "http://example.com/a%20b"),
        ("/a%2fb", "http://example.com/a%2Fb"),
        ("/100%", "http://example.com/100%25"),
        ("/%zz", "http://example.com/%25zz"),
        ("/\ud800", "http://example.com/%ED%A0%80"),
        ("?a=é&b[]=1|2", "http://example.com/a/b?a=%C3%A9&b[]=1%7C2"),
        ("1:2", "http://example.com/a/1:2"),
        ("http://example.com/x y", "http://example.com/x%20y"),
        ("http://example.com/plain", "http://example.com/plain"),
        ("http://example.communal/x", "http://example.communal/x"),
    ],
)
def test_spellings(text: str, address: str | None) -> None:
    """Spellings."""
    if address is None:
        with pytest.raises(AddressError):
            resolve(text, BASE)
    else:
        assert resolve(text, BASE) == address
        assert normalise(text, BASE) == address


def test_queries_are_in_the_encoding_of_the_page() -> None:
    """Queries are in the encoding of the page."""
    assert resolve("/é?é", BASE, "latin-1") == "http://example.com/%C3%A9?%E9"
    assert resolve("?→", BASE, "latin-1") == "http://example.com/a/b?%E2%86%92"


@pytest.mark.parametrize(
    "text", ["mailto:a@b", "javascript:void(0)", "tel:1", "data:,x", "ftp://h/", "a:b"]
)
def test_other_schemes_are_not_for_a_crawler(text: str) -> None:
    """Other schemes are not for a crawler."""
    assert resolve(text, BASE) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("http://", "no host"),
        ("http:///", "no host"),
        ("http://[::1/", "no host and port"),
        ("http://[nonsense]/", "no host"),
        ("http://a b/", "no host"),
        ("http://a..b/", "no host"),
        ("http://h:x/", "no host and port"),
        ("http://h:0/", "the port 0 is none"),
        ("http://h:65536/", "the port 65536 is none"),
        ("http://h:9999999999999/", "the port 9999999999 is none"),
        ("http://1.2.3.4.5/", "no host"),
        ("http://" + "a." * 130 + "a/", "name is too long"),
        ("http://" + "ü" * 300 + "/", "name is too long"),
        ("http://\ufffe/", "no host"),
        ("http://ü%20/", "no host"),
        ("http://ü。。/", "no host"),
        ("https:", "no host"),
    ],
)
def test_what_is_no_address_says_why(text: str, reason: str) -> None:
    """What is no address says why."""
    with pytest.raises(AddressError, match=reason):
        resolve(text, BASE)


@settings(deadline=None)
@given(st.text(), st.sampled_from(["", BASE]))
def test_any_text_has_one_spelling_or_a_reason(text: str, base: str) -> None:
    """Any text has one spelling or a reason."""
    try:
        address = normalise(text, base)
    except AddressError:
        return
    if address is not None:
        assert address.isascii()
        assert normalise(address) == address
        assert resolve(address, BASE) == address


@settings(deadline=None)
@given(st.from_regex(r"[a-c/.?=#:%~2eE]{0,12}", fullmatch=True))
def test_the_quick_way_is_the_long_way(text: str) -> None:
    """The quick way is the long way."""

    def outcome(function: object) -> object:
        try:
            return function(text, BASE)  # type: ignore[operator] # either of the two
        except AddressError:
            return AddressError

    assert outcome(resolve) == outcome(normalise)


@pytest.mark.parametrize(
    ("kind", "seed", "inside", "outside"),
    [
        ("host", "http://h.example/x", "https://h.example/y", "http://www.h.example/"),
        ("host", "http://h.example/x", "http://h.example/", "http://h.example:81/"),
        ("domain", "http://h.example/x", "http://w.h.example:81/", "http://example/"),
        ("domain", "http://www.h.example/", "http://h.example/", "http://gh.example/"),
        ("domain", "http://127.0.0.1/", "http://127.0.0.1:81/", "http://1.127.0.0.1/"),
        ("domain", "http://[::1]/", "http://[::1]:81/", "http://[::2]/"),
        ("prefix", "http://h.example/a/b", "http://h.example/a/c", "http://h.example/"),
        ("prefix", "http://h.example//a", "http://h.example//c", "http://h.example/c"),
        ("prefix", "http://h.example", "http://h.example/c", "http://g.example/c"),
    ],
)
def test_scopes(kind: ScopeKind, seed: str, inside: str, outside: str) -> None:
    """Scopes."""
    scope = Scope(kind, [normalise(seed) or ""])
    assert inside in scope
    assert outside not in scope


def test_traps() -> None:
    """Traps."""
    assert trap("http://h/" + "a/" * 30) is None
    assert trap("http://h/" + "a/" * 40) == "its path has more than 32 levels"
    assert "longer than 8,192" in (trap("http://h/" + "a" * 9_000) or "")


def test_a_scope_of_no_kind() -> None:
    """It would allow what nobody has asked for."""
    kind: Any = "hostx"
    with pytest.raises(ValueError, match="not 'hostx'"):
        Scope(kind, [])
