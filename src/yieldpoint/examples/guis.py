"""Beside the loop of a graphical program: one that pumps, or one in a thread."""

import asyncio
import queue
import threading
import time
from collections.abc import Callable

__all__ = ["Window", "in_a_thread", "pump", "pumped"]


class Window:
    """Stands for the window of a toolkit, with the methods of ``tkinter.Tk``.

    Examples:
        >>> from yieldpoint.examples.guis import Window
        >>> window = Window()
        >>> window.after(1000, lambda: print("a second later"))
        >>> window.after(2000, window.destroy)
        >>> window.mainloop()
        a second later
    """

    def __init__(self) -> None:
        """Open it."""
        self.is_open = True
        self._timers: list[tuple[float, Callable[[], object]]] = []

    def after(self, milliseconds: int, callback: Callable[[], object]) -> None:
        """Call something later.

        Args:
            milliseconds: How much later.
            callback: What to call, without arguments.

        Examples:
            >>> from yieldpoint.examples.guis import Window
            >>> Window().after(1000, print)
        """
        self._timers.append((time.monotonic() + milliseconds / 1000, callback))

    def update(self) -> None:
        """Do what is due, and return.

        Examples:
            >>> from yieldpoint.examples.guis import Window
            >>> window = Window()
            >>> window.after(0, lambda: print("due"))
            >>> window.update()
            due
        """
        now = time.monotonic()
        due = [timer for timer in self._timers if timer[0] <= now]
        self._timers = [timer for timer in self._timers if timer[0] > now]
        for _, callback in due:
            callback()

    def mainloop(self) -> None:
        """Do what is due again and again, until the window is closed.

        Examples:
            >>> from yieldpoint.examples.guis import Window
            >>> window = Window()
            >>> window.after(0, window.destroy)
            >>> window.mainloop()
        """
        while self.is_open:
            self.update()
            time.sleep(0.05)

    def destroy(self) -> None:
        """Close it.

        Examples:
            >>> from yieldpoint.examples.guis import Window
            >>> window = Window()
            >>> window.destroy()
            >>> window.is_open
            False
        """
        self.is_open = False


async def pump(window: Window, seconds: float) -> None:
    """Let the window do what is due, again and again, between other tasks.

    Args:
        window: The window; its ``mainloop`` is not called.
        seconds: How long the others may run in between.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.guis import Window, pump
        >>> window = Window()
        >>> window.after(1000, window.destroy)
        >>> asyncio.run(pump(window, 0.05))
    """
    while window.is_open:
        window.update()
        await asyncio.sleep(seconds)


async def pumped(seconds: float = 0.05) -> list[str]:
    """Download in one task, while another one keeps the window alive.

    Args:
        seconds: How often the window is looked after.

    Returns:
        What happened in the window.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.guis import pumped
        >>> asyncio.run(pumped())
        ['click', 'downloaded', 'click']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(pumped()))
        3.0
    """
    window = Window()
    log = []
    window.after(1000, lambda: log.append("click"))
    window.after(2900, lambda: log.append("click"))
    window.after(2950, window.destroy)

    async def download() -> None:
        await asyncio.sleep(2)
        log.append("downloaded")

    async with asyncio.TaskGroup() as group:
        group.create_task(pump(window, seconds), name="window")
        group.create_task(download(), name="download")
    return log


def in_a_thread() -> list[str]:
    """Download in a loop of another thread, while this one runs the window.

    This example needs a thread.

    Returns:
        What the window has shown.

    Examples:
        >>> from yieldpoint.examples.guis import in_a_thread
        >>> in_a_thread()
        ['click', 'downloaded']
        >>> import time
        >>> started = time.monotonic()
        >>> log = in_a_thread()
        >>> round(time.monotonic() - started)
        2
    """
    window = Window()
    log = []
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    arrived: queue.SimpleQueue[str] = queue.SimpleQueue()

    async def download() -> None:
        await asyncio.sleep(2)
        arrived.put("downloaded")

    def look() -> None:
        if arrived.empty():
            window.after(50, look)
        else:
            log.append(arrived.get())
            window.destroy()

    window.after(1000, lambda: log.append("click"))
    window.after(0, look)
    asyncio.run_coroutine_threadsafe(download(), loop)
    window.mainloop()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
    return log
