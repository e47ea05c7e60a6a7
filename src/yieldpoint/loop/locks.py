"""What tasks take in turns: an event, a lock, a semaphore, a condition.

All of them are a line of tasks that wait, and a rule that says when the next one is
called. The page “What is built on top”, of the part “Inside the event loop”, shows how
futures become an event and a lock.

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

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TypeVar

from yieldpoint.loop.futures import CancelledError
from yieldpoint.loop.lines import Line, Shared

__all__ = ["BoundedSemaphore", "Condition", "Event", "Lock", "Semaphore"]

P = TypeVar("P")


class Event(Shared):
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
        self._is_set, self._waiters = False, Line()

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
        self._waiters.call_all()

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
            await self._waiters.stand(self.get_running_loop(), bool)
        return True


class _Held(Shared, ABC):
    """What is taken and given back by ``async with``."""

    @abstractmethod
    async def acquire(self) -> bool:
        """Take it."""

    @abstractmethod
    def release(self) -> None:
        """Give it back."""

    async def __aenter__(self) -> None:
        """Take it."""
        await self.acquire()

    async def __aexit__(self, *_: object) -> None:
        """Give it back."""
        self.release()


class Lock(_Held):
    """What one task has at a time, and the others wait for.

    It is as `asyncio.Lock`. Used by ``async with``, it is given back at the end.

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

    def __init__(self) -> None:
        """Make a lock that is free."""
        self._locked, self._waiters = False, Line()

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
        # Who comes later does not overtake who waits already, though it be free.
        if self._locked or not self._waiters.is_empty():
            try:
                await self._waiters.stand(self.get_running_loop(), bool)
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
        if self._waiters and not self._locked and not self._waiters[0].done():
            self._waiters[0].set_result(None)


class Semaphore(_Held):
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
        self._value, self._waiters = value, Line()

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
        return self._value == 0 or not self._waiters.is_empty()

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
            await self._waiters.stand(self.get_running_loop(), self._give_back)
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
        self._give_back()

    def _give_back(self) -> None:
        self._value += 1
        self._let_in()

    def _let_in(self) -> None:
        while self._value > 0 and self._waiters.call_next():
            self._value -= 1


class BoundedSemaphore(Semaphore):
    """A semaphore that has never more places than at its beginning.

    It is as `asyncio.BoundedSemaphore`: it notices who gives back too much.

    Args:
        value: How many places there are.

    Raises:
        ValueError: There are fewer than none.

    Examples:
        >>> from yieldpoint import loop
        >>> loop.BoundedSemaphore(1).release()
        Traceback (most recent call last):
          ...
        ValueError: BoundedSemaphore released too many times
    """

    def __init__(self, value: int = 1) -> None:
        """Make a semaphore all of whose places are free."""
        super().__init__(value)
        self._bound = value

    def release(self) -> None:
        """Give a place back, as ``asyncio.BoundedSemaphore.release`` does.

        Raises:
            ValueError: Nobody has taken it.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     places = loop.BoundedSemaphore(1)
            ...     await places.acquire()
            ...     places.release()
            ...     return places.locked()
            >>> loop.run(main())
            False
        """
        if self._value >= self._bound:
            raise ValueError("BoundedSemaphore released too many times")
        super().release()


class Condition(_Held):
    """A lock, and a line of those who wait until what it guards has changed.

    It is as `asyncio.Condition`. Who has the lock looks at what it guards. If that is
    not as it should be, it waits, and that gives the lock to others; who changes it
    notifies those who wait, and they look again.

    Args:
        lock: The lock; without one, it has one of its own.

    Examples:
        >>> from yieldpoint import loop
        >>> async def main():
        ...     stock, changed = [], loop.Condition()
        ...     async def take():
        ...         async with changed:
        ...             await changed.wait_for(lambda: len(stock) >= 2)
        ...             print("took", stock)
        ...     taker = loop.create_task(take())
        ...     for item in "ab":
        ...         await loop.sleep(1)
        ...         async with changed:
        ...             stock.append(item)
        ...             changed.notify()
        ...     await taker
        >>> loop.run(main())
        took ['a', 'b']
    """

    def __init__(self, lock: Lock | None = None) -> None:
        """Make a condition for which nobody waits."""
        self._lock, self._waiters = Lock() if lock is None else lock, Line()

    def locked(self) -> bool:
        """Tell whether a task has the lock, as `asyncio.Condition.locked` does.

        Returns:
            Whether it is taken.

        Examples:
            >>> from yieldpoint import loop
            >>> loop.Condition().locked()
            False
        """
        return self._lock.locked()

    async def acquire(self) -> bool:
        """Take the lock when it is free, as `asyncio.Condition.acquire` does.

        Returns:
            True.

        Examples:
            >>> from yieldpoint import loop
            >>> condition = loop.Condition()
            >>> loop.run(condition.acquire())
            True
            >>> condition.locked()
            True
        """
        return await self._lock.acquire()

    def release(self) -> None:
        """Give the lock back, as `asyncio.Condition.release` does.

        Raises:
            RuntimeError: No task has it.

        Examples:
            >>> from yieldpoint import loop
            >>> loop.Condition().release()
            Traceback (most recent call last):
              ...
            RuntimeError: Lock is not acquired.
        """
        self._lock.release()

    async def wait(self) -> bool:
        """Wait until somebody notifies, as `asyncio.Condition.wait` does.

        Meanwhile others can have the lock. Look again afterwards: others may have been
        faster.

        Returns:
            True.

        Raises:
            RuntimeError: No task has the lock.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     condition = loop.Condition()
            ...     async def wait():
            ...         async with condition:
            ...             return await condition.wait()
            ...     waiter = loop.create_task(wait())
            ...     await loop.sleep(1)
            ...     async with condition:
            ...         condition.notify()
            ...     return await waiter
            >>> loop.run(main())
            True
        """
        if not self.locked():
            raise RuntimeError("cannot wait on un-acquired lock")
        loop = self.get_running_loop()  # below it would be too late to refuse
        self.release()
        try:
            try:
                await self._waiters.stand(loop, bool)
            finally:
                await self._take_back()
        except BaseException:
            # It may have been notified, and will not do what that was for.
            self._waiters.call_next()
            raise
        return True

    async def _take_back(self) -> None:
        """Take the lock again, even if it is cancelled: its block gives it back."""
        cancelled: CancelledError | None = None
        while True:
            try:
                await self.acquire()
                break
            except CancelledError as error:
                cancelled = error
        if cancelled is not None:
            try:
                raise cancelled
            finally:
                del cancelled  # it keeps this frame, which is not to keep it

    async def wait_for(self, predicate: Callable[[], P]) -> P:
        """Wait until something is true, as `asyncio.Condition.wait_for` does.

        Args:
            predicate: What says whether it is. It is called at once, and after each
                notification.

        Returns:
            What the predicate has returned at last.

        Raises:
            RuntimeError: No task has the lock.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     condition = loop.Condition()
            ...     async with condition:
            ...         return await condition.wait_for(lambda: "true already")
            >>> loop.run(main())
            'true already'
        """
        while not (result := predicate()):
            await self.wait()
        return result

    def notify(self, n: int = 1) -> None:
        """Have some of those who wait look again, as `asyncio.Condition.notify` does.

        They go on when the lock is given back.

        Args:
            n: How many.

        Raises:
            RuntimeError: No task has the lock.

        Examples:
            >>> from yieldpoint import loop
            >>> loop.Condition().notify()
            Traceback (most recent call last):
              ...
            RuntimeError: cannot notify on un-acquired lock
        """
        if not self.locked():
            raise RuntimeError("cannot notify on un-acquired lock")
        self._waiters.call_next(n)

    def notify_all(self) -> None:
        """Have all who wait look again, as `asyncio.Condition.notify_all` does.

        Raises:
            RuntimeError: No task has the lock.

        Examples:
            >>> from yieldpoint import loop
            >>> async def main():
            ...     condition = loop.Condition()
            ...     async def wait():
            ...         async with condition:
            ...             await condition.wait()
            ...     waiters = [loop.create_task(wait()) for _ in range(3)]
            ...     await loop.sleep(1)
            ...     async with condition:
            ...         condition.notify_all()
            ...     await loop.wait(waiters)
            ...     return all(waiter.done() for waiter in waiters)
            >>> loop.run(main())
            True
        """
        self.notify(len(self._waiters))
