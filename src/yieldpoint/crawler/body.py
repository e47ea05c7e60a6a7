"""A body that grows: decompression with a bound.

A server compresses a page, and a hostile one compresses ten gigabytes of zeros into ten
megabytes. So a bound has to hold before *and* after decompression, and the body has to
be unpacked in pieces: each piece is asked for with the room that is left.

A compressed body also says where it ends. One that stops before has lost something on
its way, even if all that came could be unpacked.

Examples:
    >>> import gzip
    >>> from yieldpoint.crawler.body import Body
    >>> body = Body("gzip", limit=100)
    >>> body.feed(gzip.compress(b"a page"))
    >>> body.finish()
    b'a page'
"""

import zlib

__all__ = ["Body", "BodyError", "TooBigError"]

# gzip in gzip is a mistake that is seen; three times is an attack.
_MAX_LAYERS = 2

# What servers also say of a body that is not packed.
_UNPACKED = {"", "identity", "none", "binary", "8bit", "chunked", "utf-8", "iso-8859-1"}


class BodyError(Exception):
    """A body that cannot be unpacked; its text says why.

    Examples:
        >>> from yieldpoint.crawler.body import Body
        >>> Body("br", limit=100).feed(b"packed")
        Traceback (most recent call last):
            ...
        yieldpoint.crawler.body.BodyError: compressed with 'br', which was not asked for
    """


class TooBigError(Exception):
    """A body that is larger than the limit.

    Examples:
        >>> from yieldpoint.crawler.body import Body
        >>> Body("", limit=3).feed(b"four")
        Traceback (most recent call last):
            ...
        yieldpoint.crawler.body.TooBigError: the body is larger than 3 bytes
    """


class Body:
    """What has arrived of a body, unpacked.

    Args:
        encoding: The header ``Content-Encoding``.
        limit: How many bytes it may have, packed and unpacked.
        keep: Whether to keep the bytes, or only to count them.

    Attributes:
        size: How many bytes it has so far, unpacked.

    Examples:
        >>> from yieldpoint.crawler.body import Body
        >>> body = Body("", limit=100, keep=False)
        >>> body.feed(b"nothing that anybody reads")
        >>> body.size, body.finish()
        (26, b'')
    """

    def __init__(self, encoding: str, limit: int, *, keep: bool = True) -> None:
        """Prepare to unpack."""
        self.size = self._packed = 0
        self._limit, self._keep = limit, keep
        self._kept: list[bytes] = []
        names = [name.strip() for name in reversed(encoding.lower().split(","))]
        names = [name for name in names if name not in _UNPACKED]
        self._fault = ""
        for name in names:
            if name not in {"gzip", "x-gzip", "deflate"}:
                self._fault = f"compressed with {name[:40]!r}, which was not asked for"
        if len(names) > _MAX_LAYERS:
            self._fault = f"compressed {len(names)} times"
        self._layers = [_Inflate(name) for name in names[:_MAX_LAYERS]]

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the body.

        Args:
            data: The bytes, as they came.

        Raises:
            BodyError: If they cannot be unpacked, or not by what was asked for.
            TooBigError: If there are too many, packed or unpacked. What fits is kept.

        Examples:
            >>> from yieldpoint.crawler.body import Body
            >>> body = Body("", limit=100)
            >>> body.feed(b"half ")
            >>> body.feed(b"and half")
            >>> body.size
            13
        """
        if self._fault:  # of no body it does not matter
            raise BodyError(self._fault)
        self._packed += len(data)
        for layer in self._layers:
            data = layer.feed(data, self._limit + 1)
            if len(data) > self._limit:
                break  # too much already, whatever the next layer makes of it
        if self._keep:
            self._kept.append(data[: self._limit - self.size])
        self.size += len(data)
        if max(self.size, self._packed) > self._limit:
            raise TooBigError(f"the body is larger than {self._limit:,} bytes")

    def finish(self) -> bytes:
        """Return the body.

        Returns:
            The bytes; none if they were not to be kept.

        Raises:
            BodyError: If a compressed body has stopped before its end.

        Examples:
            >>> import zlib
            >>> from yieldpoint.crawler.body import Body
            >>> body = Body("deflate", limit=100)
            >>> body.feed(zlib.compress(b"a page")[:-1])
            >>> body.finish()
            Traceback (most recent call last):
                ...
            yieldpoint.crawler.body.BodyError: the compressed body stops before its end
        """
        if self._packed and not all(layer.complete for layer in self._layers):
            raise BodyError("the compressed body stops before its end")
        return self.so_far()

    def so_far(self) -> bytes:
        """Return what there is, complete or not.

        Returns:
            The bytes, no more than the limit.

        Examples:
            >>> from yieldpoint.crawler.body import Body
            >>> body = Body("", limit=100)
            >>> body.feed(b"half")
            >>> body.so_far()
            b'half'
        """
        return b"".join(self._kept)


class _Inflate:
    """One layer of compression. gzip may come in parts; deflate has two forms."""

    def __init__(self, name: str) -> None:
        self._gzip = name != "deflate"
        self._unpacker: zlib._Decompress | None = None
        self._parts = 0  # complete ones
        self.complete = False

    def feed(self, data: bytes, room: int) -> bytes:
        """Unpack up to as many bytes as there is room for."""
        found: list[bytes] = []
        while data and room > 0 and not (self.complete and not self._gzip):
            if self._unpacker is None:
                wrapped = data[0] & 0x8F == 0x08  # RFC 1950: method 8, up to 32 KiB
                bits = zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS
                bits = zlib.MAX_WBITS | 16 if self._gzip else bits
                self._unpacker = zlib.decompressobj(bits)
            try:
                found.append(self._unpacker.decompress(data, room))
            except zlib.error:
                if not self._parts:
                    raise BodyError("the compressed body is damaged") from None
                self.complete, self._gzip = True, False
                break  # rubbish behind the end is ignored
            room -= len(found[-1])
            data = self._unpacker.unused_data or self._unpacker.unconsumed_tail
            self.complete = self._unpacker.eof
            if self.complete:
                self._parts, self._unpacker = self._parts + 1, None
        return b"".join(found)
