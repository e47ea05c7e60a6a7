r"""A reader: bytes that have come are put aside until a task asks for them.

Whoever has the connection feeds the reader. A task takes from it as much as it wants,
and waits if that has not come yet. If nobody takes anything, the reader says so: then
what comes is left to the system, and when the system has its hands full as well, the
other side of the connection has to wait.

Examples:
    >>> from yieldpoint import loop
    >>> async def main():
    ...     reader = loop.StreamReader()
    ...     reader.feed_data(b"one line\nand ")
    ...     loop.get_running_loop().call_later(1, reader.feed_data, b"another\n")
    ...     return [await reader.readline(), await reader.readline()]
    >>> loop.run(main())
    [b'one line\n', b'and another\n']
"""

import math
from asyncio import IncompleteReadError, LimitOverrunError
from typing import Any, Self

from yieldpoint.loop.futures import Future, set_unless_done
from yieldpoint.loop.scheduler import Scheduler, running

__all__ = ["IncompleteReadError", "LimitOverrunError", "StreamReader"]

#: So many bytes a line may have, if nobody says otherwise.
LIMIT = 65_536


class StreamReader:
    r"""The bytes that come over a connection.

    It is as `asyncio.StreamReader`. `open_connection` and `start_server` make it.

    Args:
        limit: How long a line may be, in bytes. Twice as many are put aside before the
            other side has to wait.
        loop: The loop of those who read; without one, it is the running one.

    Raises:
        ValueError: The limit is not positive.
        RuntimeError: No loop is given, and none runs in this thread.

    Examples:
        >>> from yieldpoint import loop
        >>> async def main():
        ...     reader = loop.StreamReader()
        ...     reader.feed_data(b"one line\nand a half")
        ...     reader.feed_eof()
        ...     async for line in reader:
        ...         print(line)
        >>> loop.run(main())
        b'one line\n'
        b'and a half'
    """

    def __init__(self, limit: int = LIMIT, loop: Scheduler | None = None) -> None:
        """Make a reader that was fed nothing."""
        if limit <= 0:
            raise ValueError("Limit cannot be <= 0")
        self._limit = limit
        self._loop: Scheduler = running() if loop is None else loop
        self._buffer = bytearray()
        self._is_at_end = False
        self._exception: BaseException | None = None
        # Where the bytes come from, and whether it was asked to send no more.
        self._source: Any = None
        self._is_paused = False
        # The task that waits, and how many bytes it waits for.
        self._waiter: Future[None] | None = None
        self._wanted = 0.0

    def __repr__(self) -> str:
        """Tell how it is."""
        end = " at its end" if self._is_at_end else ""
        return f"<StreamReader {len(self._buffer)} bytes{end}>"

    # What the connection calls.

    def set_transport(self, transport: Any) -> None:
        """Say where the bytes come from.

        It is as ``asyncio.StreamReader.set_transport``.

        Args:
            transport: What has a ``pause_reading`` and a ``resume_reading``.

        Examples:
            >>> from yieldpoint import loop
            >>> class Source:
            ...     def pause_reading(self):
            ...         print("enough")
            >>> async def main():
            ...     reader = loop.StreamReader(limit=2)
            ...     reader.set_transport(Source())
            ...     reader.feed_data(b"12345")
            >>> loop.run(main())
            enough
        """
        self._source = transport

    def feed_data(self, data: bytes) -> None:
        """Put bytes aside that have come, as ``asyncio.StreamReader.feed_data`` does.

        Args:
            data: The bytes.

        Raises:
            RuntimeError: After ``feed_eof`` there are no more.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     reader = loop.StreamReader()
            ...     reader.feed_data(b"some bytes")
            ...     return await reader.read(4)
            >>> loop.run(main())
            b'some'
        """
        if self._is_at_end:
            raise RuntimeError("feed_data after feed_eof")
        self._buffer += data
        if self._waiter:
            if len(self._buffer) >= self._wanted:
                self._wake_up()
        elif len(self._buffer) > 2 * self._limit and not self._is_paused:
            # No more than that: what is not read fills the system's buffer instead, and
            # then the other side has to wait.
            self._is_paused = self._source is not None
            if self._source:
                self._source.pause_reading()

    def feed_eof(self) -> None:
        """Take note that no more bytes come, as `asyncio.StreamReader.feed_eof` does.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     reader = loop.StreamReader()
            ...     reader.feed_eof()
            ...     return await reader.read()
            >>> loop.run(main())
            b''
        """
        self._is_at_end = True
        self._wake_up()

    def set_exception(self, exc: BaseException) -> None:
        """Have an exception raised in who reads.

        It is as ``asyncio.StreamReader.set_exception``.

        Args:
            exc: The exception. It says why the connection broke.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     reader = loop.StreamReader()
            ...     reader.set_exception(ConnectionResetError("the cable is cut"))
            ...     await reader.read()
            >>> loop.run(main())
            Traceback (most recent call last):
              ...
            ConnectionResetError: the cable is cut
        """
        self._exception = exc
        if self._waiter and not self._waiter.done():
            self._waiter.set_exception(exc)
        self._waiter = None

    def exception(self) -> BaseException | None:
        """Return the exception of who reads.

        It is as ``asyncio.StreamReader.exception``.

        Returns:
            What ``set_exception`` has set, or None.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     return loop.StreamReader().exception()
            >>> print(loop.run(main()))
            None
        """
        return self._exception

    def at_eof(self) -> bool:
        """Tell whether there is nothing more to read.

        It is as `asyncio.StreamReader.at_eof`.

        Returns:
            Whether no more bytes come, and all that had come were taken.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     reader = loop.StreamReader()
            ...     reader.feed_data(b"the last bytes")
            ...     reader.feed_eof()
            ...     print(reader.at_eof())
            ...     await reader.read()
            ...     print(reader.at_eof())
            >>> loop.run(main())
            False
            True
        """
        return self._is_at_end and not self._buffer

    # What tasks call.

    async def read(self, n: int = -1) -> bytes:
        """Take what comes, as `asyncio.StreamReader.read` does.

        Who is cancelled while waiting loses nothing: what has come is there for the
        next read. asyncio's loses it, if it was to read up to the end.

        Args:
            n: How many bytes to take at most; -1 is all, up to the end.

        Returns:
            The bytes, at least one of them. At the end, none.

        Raises:
            OSError: The connection broke. `ConnectionResetError` is one.
            RuntimeError: Another task waits for bytes.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     reader = loop.StreamReader()
            ...     reader.feed_data(b"welcome")
            ...     reader.feed_eof()
            ...     return [await reader.read(n) for n in (1, -1, -1)]
            >>> loop.run(main())
            [b'w', b'elcome', b'']
        """
        if self._exception is not None:
            raise self._exception
        if n < 0:
            while not self._is_at_end:
                await self._wait_for(math.inf, "read")
            return self._take(len(self._buffer))
        if n and not self._buffer and not self._is_at_end:
            await self._wait_for(1, "read")
        return self._take(n)

    async def readexactly(self, n: int) -> bytes:
        """Take so many bytes, as `asyncio.StreamReader.readexactly` does.

        Args:
            n: How many.

        Returns:
            The bytes.

        Raises:
            asyncio.IncompleteReadError: The end came before. It has what came until
                then.
            OSError: The connection broke.
            RuntimeError: Another task waits for bytes.
            ValueError: There cannot be fewer than none.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     reader = loop.StreamReader()
            ...     reader.feed_data(b"welcome")
            ...     reader.feed_eof()
            ...     print(await reader.readexactly(4))
            ...     try:
            ...         await reader.readexactly(4)
            ...     except loop.IncompleteReadError as error:
            ...         print(error, error.partial)
            >>> loop.run(main())
            b'welc'
            3 bytes read on a total of 4 expected bytes b'ome'
        """
        if n < 0:
            raise ValueError("readexactly size can not be less than zero")
        if self._exception is not None:
            raise self._exception
        while len(self._buffer) < n:
            if self._is_at_end:
                raise IncompleteReadError(self._take(len(self._buffer)), n)
            await self._wait_for(n, "readexactly")
        return self._take(n)

    async def readline(self) -> bytes:
        r"""Take a line, as `asyncio.StreamReader.readline` does.

        Returns:
            The line with its end. The last one may lack it; after that, none.

        Raises:
            ValueError: The line is longer than the reader's limit. It is thrown away,
                as far as it has come.
            OSError: The connection broke.
            RuntimeError: Another task waits for bytes.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     reader = loop.StreamReader()
            ...     reader.feed_data(b"welcome\nhere")
            ...     reader.feed_eof()
            ...     return [await reader.readline() for _ in range(3)]
            >>> loop.run(main())
            [b'welcome\n', b'here', b'']
        """
        # Most lines are there as a whole: then there is nothing to wait for.
        end = self._buffer.find(b"\n") + 1
        if 0 < end <= self._limit and self._exception is None:
            return self._take(end)
        try:
            return await self.readuntil(b"\n")
        except IncompleteReadError as end:
            return end.partial
        except LimitOverrunError as error:
            ends_there = self._buffer.startswith(b"\n", error.consumed)
            self._take(error.consumed + 1 if ends_there else len(self._buffer))
            raise ValueError(error.args[0]) from None

    async def readuntil(self, separator: bytes | tuple[bytes, ...] = b"\n") -> bytes:
        r"""Take bytes up to a separator, as `asyncio.StreamReader.readuntil` does.

        Args:
            separator: The last bytes to take. Of several, the one that comes first.

        Returns:
            The bytes, the separator among them.

        Raises:
            asyncio.IncompleteReadError: The end came before. It has what came until
                then.
            asyncio.LimitOverrunError: Without the separator there are more bytes than
                the reader's limit. They can be read still.
            ValueError: The separator is empty, or there is none.
            OSError: The connection broke.
            RuntimeError: Another task waits for bytes.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     reader = loop.StreamReader()
            ...     reader.feed_data(b"key: value; key")
            ...     return await reader.readuntil((b";", b":"))
            >>> loop.run(main())
            b'key:'
        """
        if isinstance(separator, tuple):  # of two at one place it is the shorter one
            separators = tuple(sorted(separator, key=len))
        else:
            separators = (separator,)
        if not separators:
            raise ValueError("Separator should contain at least one element")
        if not separators[0]:
            raise ValueError("Separator should be at least one-byte string")
        if self._exception is not None:
            raise self._exception
        # What was searched is not searched again, but for what may be the beginning of
        # a separator: or a long line would take the square of its time.
        searched = 0
        while (found := self._find(separators, searched)) is None:
            searched = max(0, len(self._buffer) + 1 - len(separators[-1]))
            if searched > self._limit:
                message = "Separator is not found, and chunk exceed the limit"
                raise LimitOverrunError(message, searched)
            if self._is_at_end:
                raise IncompleteReadError(self._take(len(self._buffer)), None)
            await self._wait_for(len(self._buffer) + 1, "readuntil")
        start, end = found
        if start > self._limit:
            message = "Separator is found, but chunk is longer than limit"
            raise LimitOverrunError(message, start)
        return self._take(end)

    def _find(
        self, separators: tuple[bytes, ...], searched: int
    ) -> tuple[int, int] | None:
        """Say where the first of some separators starts and ends, if one is there."""
        first = None
        for each in separators:
            start = self._buffer.find(each, searched)
            if start >= 0 and (first is None or start + len(each) < first[1]):
                first = start, start + len(each)
        return first

    def __aiter__(self) -> Self:
        """Return itself: it is an iterator over lines."""
        return self

    async def __anext__(self) -> bytes:
        """Take a line."""
        if line := await self.readline():
            return line
        raise StopAsyncIteration

    async def _wait_for(self, wanted: float, who: str) -> None:
        """Wait until so many bytes are there, or the last one is."""
        if self._waiter is not None:
            # Nobody could say which of the two gets what comes.
            raise RuntimeError(
                f"{who}() called while another coroutine is already waiting for "
                "incoming data"
            )
        if self._is_paused:
            self._resume()
        self._waiter, self._wanted = Future(loop=self._loop), wanted
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _wake_up(self) -> None:
        if self._waiter:
            set_unless_done(self._waiter)
            self._waiter = None

    def _take(self, n: int) -> bytes:
        data = bytes(memoryview(self._buffer)[:n])
        del self._buffer[:n]
        if self._is_paused and len(self._buffer) <= self._limit:
            self._resume()
        return data

    def _resume(self) -> None:
        self._is_paused = False
        self._source.resume_reading()
