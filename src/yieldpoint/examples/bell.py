"""Inside the event loop: the bell with which another thread wakes the loop."""

import selectors
import socket
import threading
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TypeVar

from yieldpoint import clock
from yieldpoint.examples import built_on_top
from yieldpoint.examples.later_values import Future
from yieldpoint.examples.round_robin import give_way

__all__ = ["Loop", "answer_from_a_thread", "wait_for_news"]

T = TypeVar("T")


def wait_for_news(*, ring: bool) -> str:
    """Wait in a selector for five seconds while another thread has news.

    This example needs a thread and sockets.

    Args:
        ring: Whether the thread sends a byte to the one that waits.

    Returns:
        Whether it was woken.

    Examples:
        >>> from yieldpoint.examples.bell import wait_for_news
        >>> wait_for_news(ring=False)
        '5 seconds later: news'
        >>> wait_for_news(ring=True)
        'woken: news'
    """
    bell, ear = socket.socketpair()
    selector, now = clock.for_loop()
    selector.register(ear, selectors.EVENT_READ)
    ready: list[str] = []

    def work() -> None:
        ready.append("news")
        if ring:
            bell.send(b"!")

    thread, started = threading.Thread(target=work), now()
    thread.start()
    selector.select(5)
    waited = now() - started
    how = "woken" if waited < 5 else f"{waited:.0f} seconds later"
    thread.join()
    for each in (bell, ear, selector):
        each.close()
    return f"{how}: {ready.pop()}"


class Loop(built_on_top.Loop):
    """The loop with timers, and with a bell for other threads.

    This example needs sockets.

    Attributes:
        bell: The socket that other threads send a byte to.
        ear: The socket that the loop watches.
        rings: How often the loop has heard the bell.

    Examples:
        >>> from yieldpoint.examples.bell import Loop
        >>> async def main():
        ...     return 42
        >>> Loop().run(main())
        42
    """

    def __init__(self) -> None:
        """Make a loop with nothing to do."""
        super().__init__()
        self.bell, self.ear = socket.socketpair()
        self.selector.register(self.ear, selectors.EVENT_READ, self.hear)
        self.rings = 0

    def hear(self) -> None:
        """Take the bytes out of the ear, or `select` would find them again.

        Examples:
            >>> from yieldpoint.examples.bell import Loop
            >>> loop = Loop()
            >>> loop.call_soon_threadsafe(lambda: None)
            >>> loop.hear()
            >>> loop.rings
            1
            >>> loop.close()
        """
        self.ear.recv(4096)
        self.rings += 1

    def call_soon_threadsafe(self, callback: Callable[[], object]) -> None:
        """Have something called in the loop's thread, from any thread.

        Args:
            callback: What to call.

        Examples:
            >>> from yieldpoint.examples.bell import Loop
            >>> loop = Loop()
            >>> loop.call_soon_threadsafe(lambda: print("called"))
            >>> loop.turn()
            called
            >>> loop.close()
        """
        self.ready.append(callback)
        self.bell.send(b"!")

    def close(self) -> None:
        """Close the selector and both sockets.

        Examples:
            >>> from yieldpoint.examples.bell import Loop
            >>> loop = Loop()
            >>> loop.close()
            >>> loop.bell.fileno()
            -1
        """
        for each in (self.bell, self.ear, self.selector):
            each.close()

    def run(self, main: Coroutine[Any, None, T]) -> T:
        """Run a coroutine in a task, and all other tasks meanwhile.

        Args:
            main: The coroutine object.

        Returns:
            What it returns.

        Examples:
            >>> from yieldpoint.examples.bell import Loop
            >>> async def main():
            ...     return 42
            >>> Loop().run(main())
            42
        """
        try:
            return super().run(main)
        finally:
            self.close()


def answer_from_a_thread() -> tuple[int, int]:
    """Let a task wait for a value that another thread has.

    This example needs a thread and sockets.

    Returns:
        The value, and how often the bell was heard.

    Examples:
        >>> from yieldpoint.examples.bell import answer_from_a_thread
        >>> answer_from_a_thread()
        (42, 1)
    """
    loop = Loop()
    future: Future[int] = Future()

    def work() -> None:
        loop.call_soon_threadsafe(partial(future.set_result, 42))

    async def main() -> int:
        thread = threading.Thread(target=work)
        thread.start()
        answer = await future
        thread.join()
        for _ in range(2):  # the bell may be heard after the answer
            await give_way()
        return answer

    return loop.run(main()), loop.rings
