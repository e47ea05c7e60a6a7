"""Bodies with a bound, whatever they are packed with, and however they come."""

import gzip
import zlib

import pytest

from yieldpoint.crawler.body import Body, BodyError, TooBigError

TEXT = b"a text that is packed, " * 40


def _by_bytes(encoding: str, data: bytes, limit: int = 10_000) -> bytes:
    """Unpack a body that comes a byte at a time."""
    body = Body(encoding, limit)
    for octet in data:
        body.feed(bytes([octet]))
    return body.finish()


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("", TEXT),
        (" Identity ,", TEXT),
        ("gzip", gzip.compress(TEXT)),
        ("GZip", gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:])),
        ("gzip", gzip.compress(TEXT) + b"\x1f\x8brubbish"),
        ("gzip", gzip.compress(TEXT) + bytes(100)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)[2:-4]),
        ("deflate", zlib.compress(TEXT) + b"rubbish"),
        ("deflate, gzip", gzip.compress(zlib.compress(TEXT))),
    ],
    # Packed bytes hold the time, and every worker must collect the same tests.
    ids=[
        "plain",
        "identity",
        "gzip",
        "two-gzips",
        "rubbish-behind-gzip",
        "zeros-behind-gzip",
        "zlib",
        "bare-deflate",
        "rubbish-behind-zlib",
        "gzip-of-zlib",
    ],
)
def test_a_body_is_unpacked_byte_by_byte_and_at_once(
    encoding: str, data: bytes
) -> None:
    """A body is unpacked byte by byte and at once."""
    assert _by_bytes(encoding, data) == TEXT
    body = Body(encoding, 10_000)
    body.feed(data)
    assert body.finish() == TEXT


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_body_that_stops_before_its_end_is_none(encoding: str) -> None:
    """A body that stops before its end is none."""
    packed = gzip.compress(TEXT) if encoding == "gzip" else zlib.compress(TEXT)
    with pytest.raises(BodyError, match="stops before its end"):
        _by_bytes(encoding, packed[:-1])


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_packed_body_that_is_empty_is_empty(encoding: str) -> None:
    """A packed body that is empty is empty."""
    assert _by_bytes(encoding, b"") == b""


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("gzip", gzip.compress(bytes(10_000_000))),
        ("gzip,gzip", gzip.compress(gzip.compress(bytes(10_000_000)))),
        ("gzip", gzip.compress(b"") * 1_000),
        ("", bytes(10_001)),
    ],
    ids=["gzip", "gzip-twice", "a-thousand-gzips", "plain"],
)
def test_a_bomb_is_stopped(encoding: str, data: bytes) -> None:
    """A bomb is stopped."""
    body = Body(encoding, 10_000)
    with pytest.raises(TooBigError, match="larger than 10,000 bytes"):
        body.feed(data)
    assert len(body.so_far()) <= 10_000


def test_exactly_the_limit_is_not_too_much() -> None:
    """Exactly the limit is not too much."""
    body = Body("gzip", len(TEXT))
    body.feed(gzip.compress(TEXT))
    assert body.finish() == TEXT
