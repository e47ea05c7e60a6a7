"""``except*``: several failures at once, and a clause for each kind."""

import asyncio

__all__ = [
    "by_kind",
    "copy_a_row",
    "read_a_row",
    "read_and_copy",
    "results_or_failures",
]


async def read_a_row() -> None:
    """Find a bad row, after a second.

    Raises:
        ValueError: Always.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.several_failures import read_a_row
        >>> asyncio.run(read_a_row())
        Traceback (most recent call last):
          ...
        ValueError: bad row
        >>> from yieldpoint.examples.timing import seconds
        >>> async def try_it():
        ...     try:
        ...         await read_a_row()
        ...     except ValueError:
        ...         pass
        >>> asyncio.run(seconds(try_it()))
        1.0
    """
    await asyncio.sleep(1)
    raise ValueError("bad row")


async def copy_a_row() -> None:
    """Copy a row, which takes an hour, and fail at the end, however that comes.

    Raises:
        OSError: Always.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.several_failures import copy_a_row
        >>> asyncio.run(copy_a_row())
        Traceback (most recent call last):
          ...
        OSError: disk full
        >>> from yieldpoint.examples.timing import seconds
        >>> async def try_it():
        ...     try:
        ...         await copy_a_row()
        ...     except OSError:
        ...         pass
        >>> asyncio.run(seconds(try_it()))
        3600.0
    """
    try:
        await asyncio.sleep(3600)
    finally:
        raise OSError("disk full")


async def read_and_copy() -> None:
    """Run both in a group: the first failure cancels the other task, which fails too.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.several_failures import read_and_copy
        >>> try:
        ...     asyncio.run(read_and_copy())
        ... except ExceptionGroup as error:
        ...     print(error.exceptions)
        (ValueError('bad row'), OSError('disk full'))
    """
    async with asyncio.TaskGroup() as group:
        group.create_task(read_a_row(), name="reads")
        group.create_task(copy_a_row(), name="copies")


async def by_kind() -> list[str]:
    """Treat each kind of failure in a clause of its own.

    Returns:
        What each clause was given.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.several_failures import by_kind
        >>> asyncio.run(by_kind())
        ["skip the row: [ValueError('bad row')]", "make room: [OSError('disk full')]"]
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(by_kind()))
        1.0
    """
    log = []
    try:
        await read_and_copy()
    except* ValueError as group:
        log.append(f"skip the row: {list(group.exceptions)}")
    except* OSError as group:
        log.append(f"make room: {list(group.exceptions)}")
    return log


async def results_or_failures() -> list[str]:
    """Wait for all tasks, and cancel none, whatever fails.

    Returns:
        What came of each.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.several_failures import results_or_failures
        >>> asyncio.run(results_or_failures())
        ["ValueError('bad row')", "OSError('disk full')"]
    """
    jobs = read_a_row(), copy_a_row()
    outcomes = await asyncio.gather(*jobs, return_exceptions=True)
    return [repr(outcome) for outcome in outcomes]
