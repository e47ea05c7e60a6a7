"""A queue: items on their way from task to task.

Two lines of tasks stand at a queue: those who wait for an item, and, if it holds only
so many, those who wait for room. Which item is the next one is the only thing in which
the three kinds of queue differ.

Examples:
    >>> from yieldpoint import loop
    >>> async def produce(queue):
    ...     for number in (1, 2):
    ...         await loop.sleep(1)
    ...         await queue.put(number)
    >>> async def main():
    ...     queue = loop.Queue()
    ...     producer = loop.create_task(produce(queue))
    ...     print(await queue.get())
    ...     print(await queue.get())
    >>> loop.run(main())
    1
    2
"""

import asyncio
import heapq
from asyncio import QueueEmpty, QueueFull
from collections import deque
from typing import Any, Generic

from yieldpoint.loop.futures import T
from yieldpoint.loop.lines import Line, Shared
from yieldpoint.loop.locks import Event

__all__ = ["LifoQueue", "PriorityQueue", "Queue"]
__all__ += ["QueueEmpty", "QueueFull", "QueueShutDown"]


class _QueueShutDown(Exception):  # noqa: N818 - asyncio's name
    """A queue was shut down, and takes and gives nothing any more.

    :meta private:
    """


#: asyncio's own, which is new in Python 3.13.
QueueShutDown: type[Exception] = getattr(asyncio, "QueueShutDown", _QueueShutDown)


class Queue(Shared, Generic[T]):
    """Items on their way from task to task, first in, first out.

    It is as `asyncio.Queue`.

    Args:
        maxsize: How many items it holds at most; 0 is any number.

    Examples:
        >>> from yieldpoint import loop
        >>> async def work(queue):
        ...     while True:
        ...         print(await queue.get())
        ...         queue.task_done()
        >>> async def main():
        ...     queue = loop.Queue(maxsize=1)
        ...     worker = loop.create_task(work(queue))
        ...     await queue.put("A")
        ...     await queue.put("B")
        ...     await queue.join()
        >>> loop.run(main())
        A
        B
    """

    def __init__(self, maxsize: int = 0) -> None:
        """Make an empty queue."""
        self._maxsize, self._is_shut_down = maxsize, False
        self._getters, self._putters = Line(), Line()
        self._unfinished, self._all_done = 0, Event()
        self._all_done.set()
        self._init(maxsize)

    # What another kind of queue does in another way.

    def _init(self, maxsize: int) -> None:
        self._queue: Any = deque[T]()

    def _put(self, item: T) -> None:
        self._queue.append(item)

    def _get(self) -> T:
        item: T = self._queue.popleft()
        return item

    @property
    def maxsize(self) -> int:
        """How many items it holds at most, as `asyncio.Queue.maxsize` says.

        Examples:
            >>> from yieldpoint import loop
            >>> loop.Queue(3).maxsize
            3
        """
        return self._maxsize

    def qsize(self) -> int:
        """Return how many items it holds, as `asyncio.Queue.qsize` does.

        Returns:
            The number.

        Examples:
            >>> from yieldpoint import loop
            >>> loop.Queue().qsize()
            0
        """
        return len(self._queue)

    def empty(self) -> bool:
        """Tell whether it holds nothing, as `asyncio.Queue.empty` does.

        Returns:
            Whether there is nothing to get.

        Examples:
            >>> from yieldpoint import loop
            >>> loop.Queue().empty()
            True
        """
        return not self._queue

    def full(self) -> bool:
        """Tell whether it holds as much as it can, as `asyncio.Queue.full` does.

        Returns:
            Whether nothing can be put in.

        Examples:
            >>> from yieldpoint import loop
            >>> queue = loop.Queue(maxsize=1)
            >>> queue.put_nowait("A")
            >>> queue.full()
            True
        """
        return 0 < self._maxsize <= self.qsize()

    def put_nowait(self, item: T) -> None:
        """Put an item in at once, as `asyncio.Queue.put_nowait` does.

        Args:
            item: The item.

        Raises:
            asyncio.QueueFull: There is no room for it.
            asyncio.QueueShutDown: The queue is shut down.

        Examples:
            >>> from yieldpoint import loop
            >>> queue = loop.Queue(maxsize=1)
            >>> queue.put_nowait("A")
            >>> queue.put_nowait("B")
            Traceback (most recent call last):
              ...
            asyncio.queues.QueueFull
        """
        if self._is_shut_down:
            raise QueueShutDown
        if self.full():
            raise QueueFull
        self._put(item)
        self._unfinished += 1
        self._all_done.clear()
        self._getters.call_next()

    def get_nowait(self) -> T:
        """Take the first item at once, as `asyncio.Queue.get_nowait` does.

        Returns:
            The item.

        Raises:
            asyncio.QueueEmpty: There is none.
            asyncio.QueueShutDown: There is none, and the queue is shut down.

        Examples:
            >>> from yieldpoint import loop
            >>> loop.Queue().get_nowait()
            Traceback (most recent call last):
              ...
            asyncio.queues.QueueEmpty
        """
        if self.empty():
            raise QueueShutDown if self._is_shut_down else QueueEmpty
        item = self._get()
        self._putters.call_next()
        return item

    async def put(self, item: T) -> None:
        """Put an item in when there is room, as `asyncio.Queue.put` does.

        Args:
            item: The item.

        Raises:
            asyncio.QueueShutDown: The queue is shut down.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     queue = loop.Queue(maxsize=1)
            ...     await queue.put("A")
            ...     def take():
            ...         print("took", queue.get_nowait())
            ...     loop.get_running_loop().call_later(1, take)
            ...     await queue.put("B")
            ...     print("put B")
            >>> loop.run(main())
            took A
            put B
        """
        line = self._putters
        while self.full() and not self._is_shut_down:  # if another task was faster
            loop = self.get_running_loop()
            await line.stand(loop, lambda: self.full() or line.call_next())
        self.put_nowait(item)

    async def get(self) -> T:
        """Take the first item when there is one, as `asyncio.Queue.get` does.

        Returns:
            The item.

        Raises:
            asyncio.QueueShutDown: There is none, and the queue is shut down.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     queue = loop.Queue()
            ...     loop.get_running_loop().call_later(1, queue.put_nowait, "A")
            ...     return await queue.get()
            >>> loop.run(main())
            'A'
        """
        line = self._getters
        while self.empty() and not self._is_shut_down:
            loop = self.get_running_loop()
            await line.stand(loop, lambda: self.empty() or line.call_next())
        return self.get_nowait()

    def task_done(self) -> None:
        """Say that the work on an item is done, as `asyncio.Queue.task_done` does.

        Raises:
            ValueError: It was said more often than there were items.

        Examples:
            >>> from yieldpoint import loop
            >>> loop.Queue().task_done()
            Traceback (most recent call last):
              ...
            ValueError: task_done() called too many times
        """
        if self._unfinished == 0:
            raise ValueError("task_done() called too many times")
        self._unfinished -= 1
        if self._unfinished == 0:
            self._all_done.set()

    async def join(self) -> None:
        """Wait until all work on the items is done, as `asyncio.Queue.join` does.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     queue = loop.Queue()
            ...     queue.put_nowait("A")
            ...     loop.get_running_loop().call_later(1, queue.task_done)
            ...     await queue.join()
            ...     return queue.qsize()
            >>> loop.run(main())
            1
        """
        await self._all_done.wait()

    def shutdown(self, immediate: bool = False) -> None:  # noqa: FBT001, FBT002 - as there
        """Take no more items, and give those that are there.

        It is as `asyncio.Queue.shutdown`. Whoever waits goes on: what puts something
        in, and what takes something out of the empty queue, gets an exception.

        Args:
            immediate: Whether to throw the items away that are there. No more work on
                them is waited for.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     queue = loop.Queue()
            ...     queue.put_nowait("A")
            ...     queue.shutdown()
            ...     print(await queue.get())
            ...     try:
            ...         await queue.get()
            ...     except loop.QueueShutDown:
            ...         print("no more")
            >>> loop.run(main())
            A
            no more
        """
        self._is_shut_down = True
        while immediate and not self.empty():
            self._get()
            self._unfinished -= self._unfinished > 0
        if self._unfinished == 0:
            self._all_done.set()
        self._getters.call_all()
        self._putters.call_all()


class PriorityQueue(Queue[T]):
    """Items on their way from task to task, the smallest first.

    It is as `asyncio.PriorityQueue`. Items are often pairs: how urgent, and what.

    Args:
        maxsize: How many items it holds at most; 0 is any number.

    Examples:
        >>> from yieldpoint import loop
        >>> queue = loop.PriorityQueue()
        >>> for item in (2, "later"), (1, "now"):
        ...     queue.put_nowait(item)
        >>> queue.get_nowait()
        (1, 'now')
    """

    def _init(self, maxsize: int) -> None:
        self._queue: list[Any] = []

    def _put(self, item: Any) -> None:
        heapq.heappush(self._queue, item)

    def _get(self) -> T:
        item: T = heapq.heappop(self._queue)
        return item


class LifoQueue(Queue[T]):
    """Items on their way from task to task, the newest first.

    It is as `asyncio.LifoQueue`.

    Args:
        maxsize: How many items it holds at most; 0 is any number.

    Examples:
        >>> from yieldpoint import loop
        >>> queue = loop.LifoQueue()
        >>> for item in "old", "new":
        ...     queue.put_nowait(item)
        >>> queue.get_nowait()
        'new'
    """

    def _init(self, maxsize: int) -> None:
        self._queue: list[T] = []

    def _get(self) -> T:
        return self._queue.pop()
