"""What tasks share: an event, a lock, a semaphore, a queue.

Tasks never run at the same time, so nothing here has to be protected. What is needed is
a line of those who wait, and somebody who calls the next one. All four are made of such
a line, which is a `collections.deque` of futures. What is difficult is one case only: a
task that is called and cancelled in the same turn has to pass the call on.

The page of docs/inside on what is built on top shows how futures become an event and a
lock.

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

from asyncio import CancelledError, QueueEmpty, QueueFull
from collections import deque
from typing import Generic

from yieldpoint.loop.futures import Callback, Future, T, set_unless_done

__all__ = ["Event", "Lock", "Queue", "QueueEmpty", "QueueFull", "Semaphore"]


class _Line(deque[Future[None]]):
    """The tasks that wait for something, in the order in which they came."""

    async def stand(self, pass_on: Callback) -> None:
        """Wait to be called. Who is called, and cancelled at once, passes it on."""
        waiter: Future[None] = Future()
        self.append(waiter)
        try:
            await waiter
        except CancelledError:
            self.remove(waiter)
            if not waiter.cancelled():
                pass_on()
            raise
        self.remove(waiter)

    def call_next(self) -> bool:
        """Call the first who was not called yet; tell whether there was one."""
        waiter = next((waiter for waiter in self if not waiter.done()), None)
        if waiter:
            waiter.set_result(None)
        return waiter is not None


class Event:
    """Something that happens, and that tasks can wait for.

    It is as `asyncio.Event`.

    Examples:
        >>> from yieldpoint import loop
        >>> async def main():
        ...     event = loop.Event()
        ...     loop.get_running_loop().call_later(1, event.set)
        ...     await event.wait()
        ...     print("it has happened")
        >>> loop.run(main())
        it has happened
    """

    def __init__(self) -> None:
        """Make an event that has not happened."""
        self._is_set, self._line = False, _Line()

    def is_set(self) -> bool:
        """Tell whether it has happened, as `asyncio.Event.is_set` does.

        Returns:
            Whether it is set.

        Examples:
            >>> from yieldpoint import loop
            >>> loop.Event().is_set()
            False
        """
        return self._is_set

    def set(self) -> None:
        """Say that it has happened, as `asyncio.Event.set` does.

        All who wait go on, even if it is cleared at once.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     event = loop.Event()
            ...     waiter = loop.create_task(event.wait())
            ...     await loop.sleep(1)
            ...     event.set()
            ...     event.clear()
            ...     return await waiter
            >>> loop.run(main())
            True
        """
        self._is_set = True
        for waiter in self._line:
            set_unless_done(waiter)

    def clear(self) -> None:
        """Say that it has not happened after all, as `asyncio.Event.clear` does.

        Examples:
            >>> from yieldpoint import loop
            >>> event = loop.Event()
            >>> event.set()
            >>> event.clear()
            >>> event.is_set()
            False
        """
        self._is_set = False

    async def wait(self) -> bool:
        """Wait until it happens, or not at all, as `asyncio.Event.wait` does.

        Returns:
            True.

        Examples:
            >>> from yieldpoint import loop
            >>> event = loop.Event()
            >>> event.set()
            >>> loop.run(event.wait())
            True
        """
        if not self._is_set:
            await self._line.stand(bool)
        return True


class Semaphore:
    """So many places, and a line of those who wait for one.

    It is as `asyncio.Semaphore`. Used by ``async with``, it gives the place back.

    Args:
        value: How many places there are.

    Raises:
        ValueError: There are fewer than none.

    Examples:
        >>> from yieldpoint import loop
        >>> async def work(places):
        ...     async with places:
        ...         await loop.sleep(1)
        >>> async def main():
        ...     places, this = loop.Semaphore(2), loop.get_running_loop()
        ...     started = this.time()
        ...     await loop.gather(*[work(places) for _ in range(6)])
        ...     return round(this.time() - started)
        >>> loop.run(main())
        3
    """

    def __init__(self, value: int = 1) -> None:
        """Make a semaphore all of whose places are free."""
        if value < 0:
            raise ValueError("Semaphore initial value must be >= 0")
        self._value, self._line = value, _Line()

    def locked(self) -> bool:
        """Tell whether one has to wait now, as `asyncio.Semaphore.locked` does.

        Returns:
            Whether no place is free, or others wait already.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     places = loop.Semaphore(1)
            ...     async with places:
            ...         return places.locked()
            >>> loop.run(main())
            True
        """
        # Who comes later does not overtake who waits already. A place may well be free
        # while somebody is in line: who was called for it has not run yet.
        return self._value == 0 or not all(each.cancelled() for each in self._line)

    async def acquire(self) -> bool:
        """Take a place when one is free, as `asyncio.Semaphore.acquire` does.

        Returns:
            True.

        Examples:
            >>> from yieldpoint import loop
            >>> loop.run(loop.Semaphore(1).acquire())
            True
        """
        if not self.locked():
            self._value -= 1
            return True
        try:
            await self._line.stand(self.release)
        finally:
            self._let_in()
        return True

    def release(self) -> None:
        """Give a place back, as `asyncio.Semaphore.release` does.

        Who gives back what nobody has taken makes one place more.

        Examples:
            >>> from yieldpoint import loop
            >>> places = loop.Semaphore(0)
            >>> places.locked()
            True
            >>> places.release()
            >>> places.locked()
            False
        """
        self._value += 1
        self._let_in()

    def _let_in(self) -> None:
        while self._value > 0 and self._line.call_next():
            self._value -= 1

    async def __aenter__(self) -> None:
        """Take a place."""
        await self.acquire()

    async def __aexit__(self, *_: object) -> None:
        """Give it back."""
        self.release()


class Lock(Semaphore):
    """What one task has at a time, and the others wait for.

    It is as `asyncio.Lock`. That it is a kind of semaphore is nothing to rely on.

    Examples:
        >>> from yieldpoint import loop
        >>> async def work(name, lock):
        ...     async with lock:
        ...         print(name, "comes")
        ...         await loop.sleep(1)
        ...         print(name, "goes")
        >>> async def main():
        ...     lock = loop.Lock()
        ...     await loop.gather(work("A", lock), work("B", lock))
        >>> loop.run(main())
        A comes
        A goes
        B comes
        B goes
    """

    _locked = False

    def locked(self) -> bool:
        """Tell whether a task has it, as `asyncio.Lock.locked` does.

        Returns:
            Whether it is taken.

        Examples:
            >>> from yieldpoint import loop
            >>> loop.Lock().locked()
            False
        """
        return self._locked

    async def acquire(self) -> bool:
        """Take it when it is free, as `asyncio.Lock.acquire` does.

        Returns:
            True.

        Examples:
            >>> from yieldpoint import loop
            >>> lock = loop.Lock()
            >>> loop.run(lock.acquire())
            True
            >>> lock.locked()
            True
        """
        if self._locked or not all(each.cancelled() for each in self._line):
            try:
                await self._line.stand(bool)
            except CancelledError:
                self._let_in()
                raise
        self._locked = True
        return True

    def release(self) -> None:
        """Give it back, as `asyncio.Lock.release` does.

        Raises:
            RuntimeError: No task has it.

        Examples:
            >>> from yieldpoint import loop
            >>> loop.Lock().release()
            Traceback (most recent call last):
              ...
            RuntimeError: Lock is not acquired.
        """
        if not self._locked:
            raise RuntimeError("Lock is not acquired.")
        self._locked = False
        self._let_in()

    def _let_in(self) -> None:
        # Nobody overtakes the first in line, not even one who is about to give up: that
        # one has been cancelled, and calls the next when it leaves the line. If anybody
        # could, a task that gives the lock back and takes it again would starve them.
        if self._line and not self._locked:
            set_unless_done(self._line[0])


class Queue(Generic[T]):
    """Items on their way from task to task, first in, first out.

    It is as `asyncio.Queue`, but it has no ``shutdown``.

    Args:
        maxsize: How many items it holds at most; 0 is any number.

    Attributes:
        maxsize: How many items it holds at most.

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
        self.maxsize = maxsize
        self._items = deque[T]()
        self._getters, self._putters = _Line(), _Line()
        self._unfinished, self._all_done = 0, Event()
        self._all_done.set()

    def qsize(self) -> int:
        """Return how many items it holds, as `asyncio.Queue.qsize` does.

        Returns:
            The number.

        Examples:
            >>> from yieldpoint import loop
            >>> loop.Queue().qsize()
            0
        """
        return len(self._items)

    def empty(self) -> bool:
        """Tell whether it holds nothing, as `asyncio.Queue.empty` does.

        Returns:
            Whether there is nothing to get.

        Examples:
            >>> from yieldpoint import loop
            >>> loop.Queue().empty()
            True
        """
        return not self._items

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
        return 0 < self.maxsize <= len(self._items)

    def put_nowait(self, item: T) -> None:
        """Put an item in at once, as `asyncio.Queue.put_nowait` does.

        Args:
            item: The item.

        Raises:
            asyncio.QueueFull: There is no room for it.

        Examples:
            >>> from yieldpoint import loop
            >>> queue = loop.Queue(maxsize=1)
            >>> queue.put_nowait("A")
            >>> queue.put_nowait("B")
            Traceback (most recent call last):
              ...
            asyncio.queues.QueueFull
        """
        if self.full():
            raise QueueFull
        self._items.append(item)
        self._unfinished += 1
        self._all_done.clear()
        self._getters.call_next()

    def get_nowait(self) -> T:
        """Take the first item at once, as `asyncio.Queue.get_nowait` does.

        Returns:
            The item.

        Raises:
            asyncio.QueueEmpty: There is none.

        Examples:
            >>> from yieldpoint import loop
            >>> loop.Queue().get_nowait()
            Traceback (most recent call last):
              ...
            asyncio.queues.QueueEmpty
        """
        if not self._items:
            raise QueueEmpty
        self._putters.call_next()
        return self._items.popleft()

    async def put(self, item: T) -> None:
        """Put an item in when there is room, as `asyncio.Queue.put` does.

        Args:
            item: The item.

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
        while self.full():  # again, if another task was faster
            await self._putters.stand(lambda: self.full() or self._putters.call_next())
        self.put_nowait(item)

    async def get(self) -> T:
        """Take the first item when there is one, as `asyncio.Queue.get` does.

        Returns:
            The item.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     queue = loop.Queue()
            ...     loop.get_running_loop().call_later(1, queue.put_nowait, "A")
            ...     return await queue.get()
            >>> loop.run(main())
            'A'
        """
        while self.empty():
            await self._getters.stand(lambda: self.empty() or self._getters.call_next())
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
