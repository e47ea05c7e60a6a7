"""A connection: a socket that the loop watches, in both directions.

No call on a socket may block, or the whole loop stands still. So the loop calls the
connection when the system has bytes, and these go to a reader. Bytes to send are handed
to the system, as many as it takes, and the rest is kept until it takes more.

In asyncio there is a transport in this place, and a protocol between it and the reader.
The page “Sockets” of the part “Inside the event loop” explains readiness, with a server
of its own. The example needs sockets.

Examples:
    >>> import socket
    >>> from yieldpoint import loop
    >>> from yieldpoint.loop.connections import Connection
    >>> async def main():
    ...     here, there = socket.socketpair()
    ...     with there:
    ...         reader = loop.StreamReader()
    ...         connection = Connection(here, reader)
    ...         there.send(b"hello")
    ...         print(await reader.read(100))
    ...         connection.write(b"and good bye")
    ...         connection.close()
    ...         await connection.wait_closed()
    ...         return there.recv(100)
    >>> loop.run(main())
    b'hello'
    b'and good bye'
"""

import contextlib
import socket
from collections import deque
from collections.abc import Callable
from typing import Any

from yieldpoint.loop.locks import Event
from yieldpoint.loop.readers import StreamReader
from yieldpoint.loop.scheduler import running
from yieldpoint.loop.timing import sleep

# It is machinery: a program gets nothing from here.
__all__: list[str] = []

#: So many bytes are taken from the system at a time.
_MANY = 262_144

# Two marks for what is to be sent, as on the wall of a basin. Above the high one, who
# writes has to wait, and goes on below the low one. With a single mark, every few bytes
# that leave would wake the task for every few bytes that it adds.
_HIGH, _LOW = 65_536, 16_384

_LAST_PORT = 65_535


class Connection:
    """A socket, the reader that it feeds, and the bytes that are to be sent.

    Args:
        sock: A connected socket. The connection is to close it.
        reader: What gets the bytes that come.
        has_ended: What to call with the connection when it is closed, if anything.
    """

    def __init__(
        self,
        sock: socket.socket,
        reader: StreamReader,
        has_ended: Callable[["Connection"], object] | None = None,
    ) -> None:
        """Take a socket over; from now on, no call on it blocks."""
        sock.setblocking(False)
        self._extra: dict[str, Any] = {"socket": sock, "sockname": sock.getsockname()}
        with contextlib.suppress(OSError):  # the peer has gone, or it is not TCP
            self._extra["peername"] = sock.getpeername()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._loop = running()
        self._socket, self._reader, self._has_ended = sock, reader, has_ended
        # The pieces that the system has not taken, and how many bytes they are. To put
        # them together would be to copy them.
        self._to_send, self._size = deque[memoryview](), 0
        self._has_room = Event()
        self._has_room.set()
        # Its end comes in steps: it closes, it takes no more bytes, and it has ended.
        self._is_closing = self._is_over = False
        self._is_last_written = False  # by write_eof
        self._error: OSError | None = None
        self._end = Event()
        reader.set_transport(self)
        self._loop.add_reader(sock, self._receive)

    # What the loop calls.

    def _receive(self) -> None:
        """Take what has come; the socket is readable."""
        try:
            data = self._socket.recv(_MANY)
        except BlockingIOError:
            return  # after all it was not
        except OSError as error:
            self._break(error)
            return
        if data:
            self._reader.feed_data(data)
        else:
            # The peer sends no more. It may still be there to take what is sent.
            self._loop.remove_reader(self._socket)
            self._reader.feed_eof()

    def _send(self) -> None:
        """Send what the system takes; the socket is writable."""
        try:
            while self._to_send:
                piece = self._to_send[0]
                sent = self._socket.send(piece)
                self._size -= sent
                if sent < len(piece):
                    self._to_send[0] = piece[sent:]
                    break
                self._to_send.popleft()
        except BlockingIOError:
            pass
        except OSError as error:
            self._break(error)
            return
        if self._size <= _LOW:
            self._has_room.set()
        if not self._to_send:
            self._loop.remove_writer(self._socket)
            if self._is_closing:
                self._is_over = True
                self._finish()
            elif self._is_last_written:
                self._shut_down()

    # What the reader calls.

    def pause_reading(self) -> None:
        """Take nothing from the system for now."""
        self._loop.remove_reader(self._socket)

    def resume_reading(self) -> None:
        """Take from the system what comes."""
        if not self._is_closing:
            self._loop.add_reader(self._socket, self._receive)

    # What the writer calls.

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send bytes, now as far as the system takes them, and later the rest.

        Args:
            data: The bytes.

        Raises:
            RuntimeError: ``write_eof`` has said that there are no more.
            TypeError: They are no bytes.
        """
        if not isinstance(data, bytes | bytearray | memoryview):
            kind = type(data).__name__
            raise TypeError(f"data argument must be a bytes-like object, not {kind!r}")
        if self._is_last_written:
            raise RuntimeError("Cannot call write() after write_eof()")
        if self._is_over or not data:
            return  # nobody is there to get it: `drain` says why
        data = bytes(data)  # as it is now: others may change it before it is sent
        sent = 0
        if not self._to_send:
            try:
                sent = self._socket.send(data)
            except BlockingIOError:
                pass
            except OSError as error:
                self._break(error)
                return
            if sent == len(data):
                return
            self._loop.add_writer(self._socket, self._send)
        self._to_send.append(memoryview(data)[sent:])
        self._size += len(data) - sent
        if self._size > _HIGH:
            self._has_room.clear()

    def write_eof(self) -> None:
        """Tell the peer, after all that is to be sent, that no more will come."""
        if not self._is_closing and not self._is_last_written:
            self._is_last_written = True
            if not self._to_send:
                self._shut_down()

    def _shut_down(self) -> None:
        with contextlib.suppress(OSError):  # it broke: who reads is told
            self._socket.shutdown(socket.SHUT_WR)

    async def drain(self) -> None:
        """Wait until there is room for more bytes to send.

        Raises:
            OSError: The connection broke, or is closed.
        """
        if self._is_closing:
            await sleep(0)  # its end may stand in the queue
        if self._end.is_set():
            raise ConnectionResetError("Connection lost")
        await self._has_room.wait()
        if self._error:
            raise self._error

    def close(self) -> None:
        """Come to an end when all is sent. Nothing is received any more."""
        if not self._is_closing:
            self._is_closing = True
            self._loop.remove_reader(self._socket)
            if not self._to_send:
                self._is_over = True
                # Not at once: a reader is told in its turn.
                self._loop.call_soon(self._finish)

    def abort(self) -> None:
        """Come to an end, and do not send what is not sent yet."""
        self._break(None)

    def is_closing(self) -> bool:
        """Tell whether it is about to end, or has.

        Returns:
            Whether it was closed, or broke.
        """
        return self._is_closing

    async def wait_closed(self) -> None:
        """Wait until it has ended.

        Raises:
            OSError: It broke.
        """
        await self._end.wait()
        if self._error:
            raise self._error

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return something that is known about it.

        Args:
            name: "socket", "sockname" or "peername".
            default: What to return if it is not known.

        Returns:
            The one or the other.
        """
        return self._extra.get(name, default)

    # The end.

    def _break(self, error: OSError | None) -> None:
        if self._is_over:
            return
        self._is_over, self._error = True, error
        if not self._is_closing:
            self._is_closing = True
            self._loop.remove_reader(self._socket)
        if self._to_send:
            self._to_send.clear()
            self._size = 0
            self._loop.remove_writer(self._socket)
        self._loop.call_soon(self._finish)

    def _finish(self) -> None:
        """Tell all who wait for something that it will not come."""
        self._socket.close()
        if self._error:
            self._reader.set_exception(self._error)
        else:
            self._reader.feed_eof()
        del self._reader  # it has the connection, too: no circle is to be left
        self._end.set()
        self._has_room.set()
        if self._has_ended:
            self._has_ended(self)


def addresses(
    host: str | None, port: int | str | None, flags: int = 0
) -> list[tuple[Any, Any]]:
    """Look up where a host can be reached. The loop stands still meanwhile.

    Args:
        host: A name or an address, or None for this machine.
        port: The port, or the name of its service. None is 0.
        flags: What `socket.getaddrinfo` takes as its flags.

    Returns:
        For each address the kind of socket, and what such a socket connects to.

    Raises:
        ValueError: There is neither a host nor a port.
        OverflowError: There is no such port.
        OSError: The host is not known, or there are no sockets.
    """
    if host is None and port is None:
        raise ValueError("neither a host nor a port was given")
    if not running().has_sockets():
        raise OSError("there are no sockets on this platform")
    # The system would take the rest of a division. A port may have a name, too.
    if isinstance(port, int) and not 0 <= port <= _LAST_PORT:
        raise OverflowError(f"a port is a number from 0 to {_LAST_PORT}, not {port}")
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    return list(dict.fromkeys((family, address) for family, *_, address in found))
