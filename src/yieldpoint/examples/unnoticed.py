"""What blocks the loop without looking like it: logs, and queues from outside."""

import asyncio
import logging
import queue
import time
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import QueueHandler, QueueListener

__all__ = ["SlowHandler", "from_another_queue", "log_twice", "through_a_queue"]


class SlowHandler(logging.Handler):
    """A handler that takes a second for each line, as a slow network may.

    Attributes:
        written: The lines that it has written.

    Examples:
        >>> import logging
        >>> from yieldpoint.examples.unnoticed import SlowHandler
        >>> from yieldpoint.examples.which_one import seconds_of
        >>> seconds_of(lambda: SlowHandler().emit(logging.makeLogRecord({})))
        1.0
    """

    def __init__(self) -> None:
        """Begin with no line."""
        super().__init__()
        self.written: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Take a second for a line.

        Args:
            record: The line.

        Examples:
            >>> import logging
            >>> from yieldpoint.examples.unnoticed import SlowHandler
            >>> handler = SlowHandler()
            >>> handler.emit(logging.makeLogRecord({"msg": "hello"}))
            >>> handler.written
            ['hello']
        """
        time.sleep(1)
        self.written.append(self.format(record))


async def log_twice(handler: logging.Handler) -> str:
    """Write two lines to a log.

    Args:
        handler: What writes them.

    Returns:
        How long nothing else could run, in seconds.

    Examples:
        >>> import asyncio, logging
        >>> from yieldpoint.examples.unnoticed import SlowHandler, log_twice
        >>> asyncio.run(log_twice(SlowHandler()))
        'blocked for 2 s'
        >>> asyncio.run(log_twice(logging.NullHandler()))
        'blocked for 0 s'
    """
    logger = logging.getLogger("yieldpoint.slow")
    logger.propagate = False
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    loop = asyncio.get_running_loop()
    started = loop.time()
    logger.info("a request has come")
    logger.info("it is answered")
    logger.removeHandler(handler)
    return f"blocked for {loop.time() - started:.0f} s"


@contextmanager
def through_a_queue(handler: logging.Handler) -> Iterator[logging.Handler]:
    """Let a thread write to a handler for the time of a ``with`` block.

    This example needs a thread.

    Args:
        handler: The handler that may block.

    Yields:
        One that does not.

    Examples:
        >>> import logging
        >>> from yieldpoint.examples.unnoticed import SlowHandler, through_a_queue
        >>> slow = SlowHandler()
        >>> with through_a_queue(slow) as handler:
        ...     handler.emit(logging.makeLogRecord({"msg": "hello"}))
        >>> slow.written
        ['hello']
    """
    lines = queue.SimpleQueue[logging.LogRecord]()
    listener = QueueListener(lines, handler)
    listener.start()
    try:
        yield QueueHandler(lines)
    finally:
        listener.stop()


async def from_another_queue(numbers: queue.Queue[int | None]) -> list[int]:
    """Take numbers from a queue that blocks, in a thread, until None comes.

    This example needs threads.

    Args:
        numbers: The queue.

    Returns:
        The numbers.

    Examples:
        >>> import asyncio, queue
        >>> from yieldpoint.examples.unnoticed import from_another_queue
        >>> numbers = queue.Queue()
        >>> numbers.put(6), numbers.put(None)
        (None, None)
        >>> asyncio.run(from_another_queue(numbers))
        [6]
    """
    taken = []
    while (number := await asyncio.to_thread(numbers.get)) is not None:
        taken.append(number)
    return taken
