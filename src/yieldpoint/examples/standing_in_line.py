"""Inside the event loop: locks, conditions, and tasks that wait for each other."""

import asyncio
from collections import deque

from yieldpoint.examples.built_on_top import Loop, gather, sleep, wait_for
from yieldpoint.examples.later_values import Future
from yieldpoint.examples.stepping import Task

__all__ = [
    "Condition",
    "Lock",
    "hand_over",
    "hand_over_in_asyncio",
    "take_both",
    "take_when_enough",
    "want_after_another",
]


class Lock:
    """A thing that one task at a time can hold.

    Examples:
        >>> from yieldpoint.examples.standing_in_line import Lock, Loop
        >>> lock = Lock()
        >>> Loop().run(lock.acquire())
        >>> lock.is_held
        True
        >>> lock.release()
        >>> lock.is_held
        False
    """

    def __init__(self) -> None:
        """Make one that nobody holds."""
        self.is_held = False
        self.waiters: deque[Future[None]] = deque()

    async def acquire(self) -> None:
        """Take it, or wait until it is handed over.

        Examples:
            >>> from yieldpoint.examples.standing_in_line import Lock, Loop
            >>> lock = Lock()
            >>> Loop().run(lock.acquire())
        """
        if self.is_held:
            waiter: Future[None] = Future()
            self.waiters.append(waiter)
            await waiter
        self.is_held = True

    def release(self) -> None:
        """Hand it to who has waited longest; it stays held if there is one.

        Examples:
            >>> from yieldpoint.examples.standing_in_line import Lock
            >>> lock = Lock()
            >>> lock.release()
            >>> lock.is_held
            False
        """
        self.is_held = bool(self.waiters)
        if self.waiters:
            self.waiters.popleft().set_result(None)


class Condition:
    """A lock, and a line of tasks that wait for what it guards to change.

    Args:
        lock: The lock.

    Attributes:
        lock: The lock.
        waiters: A future for each task that waits.

    Examples:
        >>> from yieldpoint.examples.standing_in_line import Condition, Lock
        >>> Condition(Lock()).waiters
        deque([])
    """

    def __init__(self, lock: Lock) -> None:
        """Make one for which nobody waits."""
        self.lock = lock
        self.waiters: deque[Future[None]] = deque()

    async def wait(self) -> None:
        """Give the lock back, wait for a notice, and take the lock again.

        Examples:
            >>> from yieldpoint.examples.standing_in_line import take_when_enough
            >>> take_when_enough()[-2]
            'Bob takes 3, 1 left'
        """
        waiter: Future[None] = Future()
        self.waiters.append(waiter)
        self.lock.release()
        await waiter
        await self.lock.acquire()

    def notify(self) -> None:
        """Wake who has waited longest, if somebody waits.

        Examples:
            >>> from yieldpoint.examples.standing_in_line import Condition, Lock
            >>> condition = Condition(Lock())
            >>> condition.notify()
        """
        if self.waiters:
            self.waiters.popleft().set_result(None)


def hand_over() -> list[str]:
    """Let two tasks want the same lock.

    Returns:
        What happened, in its order.

    Examples:
        >>> from yieldpoint.examples.standing_in_line import hand_over
        >>> for line in hand_over():
        ...     print(line)
        Ada has it
        Bob wants it
        Ada gives it back
        Bob has it
        >>> import time
        >>> started = time.monotonic()
        >>> result = hand_over()
        >>> round(time.monotonic() - started, 1)
        1.0
    """
    loop = Loop()
    lock = Lock()
    log = []

    async def ada() -> None:
        await lock.acquire()
        log.append("Ada has it")
        await sleep(loop, 1)
        lock.release()
        log.append("Ada gives it back")

    async def bob() -> None:
        log.append("Bob wants it")
        await lock.acquire()
        log.append("Bob has it")

    async def main() -> None:
        await gather(loop, ada(), bob())

    loop.run(main())
    return log


async def hand_over_in_asyncio() -> None:
    """Do the same with asyncio, for a recording.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.standing_in_line import hand_over_in_asyncio
        >>> asyncio.run(hand_over_in_asyncio())
        Ada has it
        Bob wants it
        Ada gives it back
        Bob has it
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(hand_over_in_asyncio()))
        Ada has it
        Bob wants it
        Ada gives it back
        Bob has it
        1.0
    """
    lock = asyncio.Lock()

    async def bob() -> None:
        print("Bob wants it")
        await lock.acquire()
        print("Bob has it")

    await lock.acquire()
    print("Ada has it")
    task = asyncio.create_task(bob(), name="Bob")
    await asyncio.sleep(1)
    lock.release()
    print("Ada gives it back")
    await task


def want_after_another(*, gives_up: bool) -> str:
    """Want a lock for which another task waits already.

    Args:
        gives_up: Whether that task is cancelled while it waits.

    Returns:
        That the lock was taken.

    Raises:
        TimeoutError: It could not be taken within ten seconds.

    Examples:
        >>> from yieldpoint.examples.standing_in_line import want_after_another
        >>> want_after_another(gives_up=False)
        'taken'
        >>> import time
        >>> started = time.monotonic()
        >>> want_after_another(gives_up=True)
        Traceback (most recent call last):
          ...
        TimeoutError
        >>> round(time.monotonic() - started, 1)
        11.0
        >>> started = time.monotonic()
        >>> result = want_after_another(gives_up=False)
        >>> round(time.monotonic() - started, 1)
        1.0
    """
    loop = Loop()
    lock = Lock()

    async def take_and_give_back() -> None:
        await lock.acquire()
        lock.release()

    async def main() -> str:
        await lock.acquire()
        bob = Task(loop, take_and_give_back())
        await sleep(loop, 1)
        if gives_up:
            bob.cancel()
        lock.release()
        await wait_for(loop, lock.acquire(), 10)
        return "taken"

    return loop.run(main())


def take_when_enough() -> list[str]:
    """Let a task wait until there is enough of something.

    Returns:
        What happened, in its order.

    Examples:
        >>> from yieldpoint.examples.standing_in_line import take_when_enough
        >>> for line in take_when_enough():
        ...     print(line)
        Ada brings 1
        Bob finds 1
        Ada brings 1
        Bob finds 2
        Ada brings 1
        Ada brings 1
        Bob takes 3, 1 left
        lock held: False
        >>> import time
        >>> started = time.monotonic()
        >>> result = take_when_enough()
        >>> round(time.monotonic() - started, 1)
        4.0
    """
    loop = Loop()
    lock = Lock()
    condition = Condition(lock)
    stock, enough = 0, 3
    log = []

    async def bring() -> None:
        nonlocal stock
        for number in range(1, 5):
            await lock.acquire()
            if number % 2 == 0:
                condition.notify()
            await sleep(loop, 1)
            stock += 1
            log.append("Ada brings 1")
            lock.release()

    async def take() -> None:
        nonlocal stock
        await lock.acquire()
        while stock < enough:
            log.append(f"Bob finds {stock}")
            await condition.wait()
        stock -= enough
        log.append(f"Bob takes {enough}, {stock} left")
        lock.release()

    async def main() -> None:
        await gather(loop, bring(), take())
        log.append(f"lock held: {lock.is_held}")

    loop.run(main())
    return log


def take_both(*, same_order: bool) -> list[str]:
    """Let two tasks each take two locks, and give up after ten seconds.

    Args:
        same_order: Whether both take the same lock first.

    Returns:
        What happened, in its order.

    Examples:
        >>> from yieldpoint.examples.standing_in_line import take_both
        >>> take_both(same_order=True)
        ['Ada has both', 'Bob has both']
        >>> take_both(same_order=False)
        ['nothing for 10 seconds']
        >>> import time
        >>> started = time.monotonic()
        >>> result = take_both(same_order=True)
        >>> round(time.monotonic() - started, 1)
        2.0
    """
    loop = Loop()
    left, right = Lock(), Lock()
    limit, log = 10, []

    async def take(name: str, first: Lock, second: Lock) -> None:
        await first.acquire()
        await sleep(loop, 1)
        await second.acquire()
        log.append(f"{name} has both")
        second.release()
        first.release()

    async def both() -> None:
        bobs = (left, right) if same_order else (right, left)
        await gather(loop, take("Ada", left, right), take("Bob", *bobs))

    async def main() -> None:
        try:
            await wait_for(loop, both(), limit)
        except TimeoutError:
            log.append(f"nothing for {limit} seconds")

    loop.run(main())
    return log
