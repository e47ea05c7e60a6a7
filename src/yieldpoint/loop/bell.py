"""The bell by which another thread wakes a loop that waits.

A loop that has nothing to do waits in its selector, and there it sees nothing but
sockets. So whoever wants it to look at its queue writes a byte to a socket of the
loop's own. Where the system has no sockets there is no bell: a browser, where nobody
else could ring it.

Examples:
    >>> from yieldpoint.loop.bell import Bell
    >>> bell = Bell()
    >>> bell.ring()
    >>> bell.hush()
    >>> bell.close()
"""

import contextlib
import socket
from typing import Any

# It is machinery: a program gets nothing from here.
__all__: list[str] = []


class Bell:
    """Two sockets that are connected: one to ring, and one to hear it.

    Attributes:
        ear: The socket that becomes readable when the bell is rung, or None where there
            are no sockets.
    """

    def __init__(self) -> None:
        """Hang it up, where that is possible."""
        self.ear: Any = None
        with contextlib.suppress(OSError, AttributeError):
            self.ear, self._button = socket.socketpair()
            self.ear.setblocking(False)
            self._button.setblocking(False)

    def ring(self) -> None:
        """Make the ear readable. Any thread may, and a signal handler."""
        if self.ear:
            # It was rung often enough, or the loop has just ended.
            with contextlib.suppress(OSError):
                self._button.send(b"!")

    def hush(self) -> None:
        """Make the ear silent again."""
        with contextlib.suppress(BlockingIOError):
            self.ear.recv(4096)

    def close(self) -> None:
        """Take it down."""
        if self.ear:
            self.ear.close()
            self._button.close()
