"""Tasks that wait until something has happened, or until others have come as far."""

import asyncio

__all__ = ["Stock", "ask_again", "fill_up", "in_rounds", "log_in_first"]


async def log_in_first() -> list[str]:
    """Let two tasks wait until a third one has logged in.

    Returns:
        What happens, in order.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.meeting import log_in_first
        >>> asyncio.run(log_in_first())
        ['logged in', 'Ada asks', 'Bob asks', 'Eve asks']
    """
    logged_in = asyncio.Event()
    notes = []

    async def ask(name: str) -> None:
        await logged_in.wait()
        notes.append(f"{name} asks")

    async with asyncio.TaskGroup() as group:
        group.create_task(ask("Ada"), name="Ada")
        group.create_task(ask("Bob"), name="Bob")
        await asyncio.sleep(2)
        notes.append("logged in")
        logged_in.set()
        await asyncio.sleep(2)
        group.create_task(ask("Eve"), name="Eve")
    return notes


async def ask_again(pause: float = 1) -> tuple[int, float]:
    """Wait for an event by asking for it again and again: a mistake.

    Args:
        pause: The seconds from one question to the next.

    Returns:
        How often it was asked, and how late it was seen, in seconds.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.meeting import ask_again
        >>> asyncio.run(ask_again())
        (5, 0.5)
        >>> asyncio.run(ask_again(pause=0.1))[0] in (45, 46)
        True
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    happens = asyncio.Event()
    loop.call_later(4.5, happens.set)
    questions = 0
    while not happens.is_set():
        questions += 1
        await asyncio.sleep(pause)
    return questions, round(loop.time() - began - 4.5, 1)


class Stock:
    """Pieces that some bring and others take, who wait until there are enough.

    Attributes:
        pieces: How many there are.

    Examples:
        >>> from yieldpoint.examples.meeting import Stock
        >>> Stock().pieces
        0
    """

    def __init__(self) -> None:
        """Begin without any."""
        self.pieces = 0
        self.changed = asyncio.Condition()

    async def bring(self, number: int) -> None:
        """Add pieces, and let all who wait look again.

        Args:
            number: How many.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.examples.meeting import Stock
            >>> stock = Stock()
            >>> asyncio.run(stock.bring(2))
            >>> stock.pieces
            2
        """
        async with self.changed:
            self.pieces += number
            self.changed.notify_all()

    async def take(self, number: int) -> None:
        """Wait until there are enough pieces, and take them.

        Args:
            number: How many.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.examples.meeting import Stock
            >>> async def bring_and_take():
            ...     stock = Stock()
            ...     await stock.bring(3)
            ...     await stock.take(2)
            ...     return stock.pieces
            >>> asyncio.run(bring_and_take())
            1
        """
        async with self.changed:
            await self.changed.wait_for(lambda: self.pieces >= number)
            self.pieces -= number


async def fill_up() -> list[str]:
    """Bring two pieces each second, where two tasks want more than that.

    Returns:
        Who gets pieces when, in order.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.meeting import fill_up
        >>> asyncio.run(fill_up())
        ['Bob has 3 after 2 s', 'Ada has 5 after 4 s']
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    stock = Stock()
    notes = []

    async def take(name: str, number: int) -> None:
        await stock.take(number)
        notes.append(f"{name} has {number} after {loop.time() - began:.0f} s")

    async with asyncio.TaskGroup() as group:
        group.create_task(take("Ada", 5), name="Ada")
        group.create_task(take("Bob", 3), name="Bob")
        for _ in range(4):
            await asyncio.sleep(1)
            await stock.bring(2)
    return notes


async def in_rounds() -> list[str]:
    """Let two tasks work, and begin each round together.

    Returns:
        What happens, in order.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.meeting import in_rounds
        >>> from yieldpoint.examples.timing import seconds
        >>> for note in asyncio.run(in_rounds()):
        ...     print(note)
        quick is done with round 1
        slow is done with round 1
        quick is done with round 2
        slow is done with round 2
        >>> asyncio.run(seconds(in_rounds()))
        6.0
    """
    barrier = asyncio.Barrier(2)
    notes = []

    async def work(name: str, seconds: float) -> None:
        for number in (1, 2):
            await asyncio.sleep(seconds)
            notes.append(f"{name} is done with round {number}")
            await barrier.wait()

    async with asyncio.TaskGroup() as group:
        group.create_task(work("quick", 1), name="quick")
        group.create_task(work("slow", 3), name="slow")
    return notes
