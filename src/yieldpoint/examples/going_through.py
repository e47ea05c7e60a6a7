"""``async for``: going through things that come one at a time, each after a wait."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from contextvars import ContextVar
from typing import Any

__all__ = [
    "Rows",
    "break_and_close",
    "break_early",
    "handle",
    "handle_in_turn",
    "handle_side_by_side",
    "leave_the_user",
    "limit_the_next_row",
    "lines",
    "look_now_and_then",
    "print_rows",
    "rows",
    "share_between_tasks",
    "two_at_once",
    "two_tables",
    "user",
    "with_user",
]

user: ContextVar[str] = ContextVar("user", default="nobody")
"""The name that the code works for."""


async def rows(number: int = 3) -> AsyncGenerator[str, None]:
    """Yield the rows of a table as a database sends them: one a second.

    Args:
        number: How many rows the table has.

    Yields:
        The rows.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.going_through import rows
        >>> async def collect():
        ...     return [row async for row in rows()]
        >>> asyncio.run(collect())
        ['row 1', 'row 2', 'row 3']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(collect()))
        3.0
    """
    for count in range(1, number + 1):
        await asyncio.sleep(1)
        yield f"row {count}"


async def print_rows() -> None:
    """Print each row when it comes.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.going_through import print_rows
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(print_rows()))
        row 1
        row 2
        row 3
        3.0
    """
    async for row in rows():
        print(row)


async def handle(row: str) -> str:
    """Do something with a row that takes a second, such as asking a server about it.

    Args:
        row: The row.

    Returns:
        What comes out.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.going_through import handle
        >>> asyncio.run(handle("row 1"))
        'row 1 is done'
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(handle("row 1")))
        1.0
    """
    await asyncio.sleep(1)
    return f"{row} is done"


async def handle_in_turn(number: int) -> list[str]:
    """Handle each row before the next one is asked for.

    Args:
        number: How many rows there are.

    Returns:
        What comes out of each row.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.going_through import handle_in_turn
        >>> asyncio.run(handle_in_turn(2))
        ['row 1 is done', 'row 2 is done']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(handle_in_turn(2)))
        4.0
    """
    return [await handle(row) async for row in rows(number)]


async def handle_side_by_side(number: int) -> list[str]:
    """Give each row to a task of its own, and go on to the next row at once.

    Args:
        number: How many rows there are.

    Returns:
        What comes out of each row.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.going_through import handle_side_by_side
        >>> asyncio.run(handle_side_by_side(2))
        ['row 1 is done', 'row 2 is done']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(handle_side_by_side(2)))
        3.0
    """
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(handle(row), name=row) async for row in rows(number)]
    return [task.result() for task in tasks]


async def two_tables() -> None:
    """Go through two tables at once, in a task for each.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.going_through import two_tables
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(two_tables()))
        A: row 1
        B: row 1
        A: row 2
        B: row 2
        2.0
    """

    async def go_through(name: str) -> None:
        async for row in rows(2):
            print(f"{name}: {row}")

    async with asyncio.TaskGroup() as group:
        for name in ("A", "B"):
            group.create_task(go_through(name), name=name)


async def limit_the_next_row() -> list[str]:
    """Wait for the next row for half a second: the timeout ends the generator.

    Returns:
        What happened, in its order.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.going_through import limit_the_next_row
        >>> asyncio.run(limit_the_next_row())
        ['TimeoutError', 'no more rows']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(limit_the_next_row()))
        0.5
    """
    log = []
    table = rows()
    try:
        async with asyncio.timeout(0.5):
            log.append(await anext(table))
    except TimeoutError:
        log.append("TimeoutError")
    log.append(await anext(table, "no more rows"))
    return log


async def look_now_and_then() -> list[str]:
    """Wait for the next row in a task, and look at it every 0.4 seconds.

    Returns:
        What happened, in its order.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.going_through import look_now_and_then
        >>> asyncio.run(look_now_and_then())
        ['not yet', 'not yet', 'row 1']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(look_now_and_then()))
        1.0
    """
    log = []
    next_row = asyncio.ensure_future(anext(rows()))
    await asyncio.wait([next_row], timeout=0.4)
    while not next_row.done():
        log.append("not yet")
        await asyncio.wait([next_row], timeout=0.4)
    log.append(next_row.result())
    return log


class Rows:
    """The same rows from a class, without ``yield``.

    Attributes:
        number: How many rows the table has.
        count: How many have been handed out.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.going_through import Rows
        >>> async def collect():
        ...     return [row async for row in Rows(2)]
        >>> asyncio.run(collect())
        ['row 1', 'row 2']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(collect()))
        2.0
    """

    def __init__(self, number: int) -> None:
        """Begin before the first row.

        Args:
            number: How many rows the table has.
        """
        self.number = number
        self.count = 0

    def __aiter__(self) -> "Rows":
        """Return what ``async for`` shall ask: this is no ``async def``."""
        return self

    async def __anext__(self) -> str:
        """Return the next row, or say that there is none."""
        if self.count == self.number:
            raise StopAsyncIteration
        await asyncio.sleep(1)
        self.count += 1
        return f"row {self.count}"


async def lines(log: list[str]) -> AsyncGenerator[str, None]:
    """Yield two lines of a file on a server, and close it, which takes a second.

    Args:
        log: Where it is noted that the file is closed.

    Yields:
        The lines.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.going_through import lines
        >>> log = []
        >>> async def collect():
        ...     return [line async for line in lines(log)]
        >>> asyncio.run(collect()), log
        (['line 1', 'line 2'], ['closed'])
    """
    try:
        yield "line 1"
        yield "line 2"
    finally:
        await asyncio.sleep(1)
        log.append("closed")


async def break_early(wanted: str) -> list[str]:
    """Leave the loop at a line, and work on for a while.

    Args:
        wanted: At which line.

    Returns:
        What happened, in its order.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.going_through import break_early
        >>> asyncio.run(break_early("line 1"))
        ['line 1', 'after the loop', 'closed', 'two seconds later']
        >>> asyncio.run(break_early("line 9"))
        ['line 1', 'line 2', 'closed', 'after the loop', 'two seconds later']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(break_early("line 1")))
        2.0
    """
    log: list[str] = []
    async for line in lines(log):
        log.append(line)
        if line == wanted:
            break
    log.append("after the loop")
    await asyncio.sleep(2)
    log.append("two seconds later")
    return log


async def break_and_close(wanted: str) -> list[str]:
    """Do the same, and have the generator closed before anything else happens.

    Args:
        wanted: At which line to leave the loop.

    Returns:
        What happened, in its order.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.going_through import break_and_close
        >>> asyncio.run(break_and_close("line 1"))
        ['line 1', 'closed', 'after the loop', 'two seconds later']
        >>> asyncio.run(break_and_close("line 9"))
        ['line 1', 'line 2', 'closed', 'after the loop', 'two seconds later']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(break_and_close("line 1")))
        3.0
    """
    log: list[str] = []
    async with aclosing(lines(log)) as generator:
        async for line in generator:
            log.append(line)
            if line == wanted:
                break
    log.append("after the loop")
    await asyncio.sleep(2)
    log.append("two seconds later")
    return log


async def with_user(name: str) -> AsyncGenerator[str, None]:
    """Set a context variable until the generator ends.

    Args:
        name: The value to set.

    Yields:
        The value, once.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.going_through import user, with_user
        >>> async def to_the_end():
        ...     inside = [user.get() async for _ in with_user("ada")]
        ...     return inside, user.get()
        >>> asyncio.run(to_the_end())
        (['ada'], 'nobody')
    """
    token = user.set(name)
    try:
        yield name
    finally:
        user.reset(token)


async def leave_the_user(*, early: bool) -> list[str]:
    """Go through `with_user`, and leave it by ``break``, or at its end.

    Args:
        early: Whether by ``break``: then another task has to close it.

    Returns:
        The user after the loop, and what the event loop reports.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.going_through import leave_the_user
        >>> after, report = asyncio.run(leave_the_user(early=True))
        >>> after
        'after the loop: ada'
        >>> report.endswith("was created in a different Context")
        True
        >>> asyncio.run(leave_the_user(early=False))
        ['after the loop: nobody']
    """
    reports: list[str] = []

    def note(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        reports.append(str(context["exception"]))

    asyncio.get_running_loop().set_exception_handler(note)
    async for _ in with_user("ada"):
        if early:
            break
    reports.append(f"after the loop: {user.get()}")
    await asyncio.sleep(1)
    return reports


async def two_at_once() -> None:
    """Ask one generator for two rows at once, which it refuses.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.going_through import two_at_once
        >>> asyncio.run(two_at_once())
        Traceback (most recent call last):
          ...
        RuntimeError: anext(): asynchronous generator is already running
    """
    table = rows()
    await asyncio.gather(anext(table), anext(table))


async def share_between_tasks(number: int) -> list[str]:
    """Let two workers take rows from one generator, each in its turn.

    Args:
        number: How many rows there are.

    Returns:
        Who has taken which row.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.going_through import share_between_tasks
        >>> asyncio.run(share_between_tasks(3))
        ['Ada takes row 1', 'Bob takes row 2', 'Ada takes row 3']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(share_between_tasks(3)))
        4.0
    """
    log = []
    table = rows(number)
    lock = asyncio.Lock()

    async def work(name: str) -> None:
        while True:
            async with lock:  # one at a time asks for a row
                row = await anext(table, None)
            if row is None:
                return
            log.append(f"{name} takes {row}")
            await handle(row)

    await asyncio.gather(work("Ada"), work("Bob"))
    return log
