"""Fetch three pages from a slow server: one after another, and at the same time.

The server is a time that passes: each page takes a while to come.
"""

import asyncio
import time

__all__ = ["SECONDS", "fetch", "fetch_blocking", "in_tasks", "one_by_one"]

#: How long the server takes for each page, in seconds.
SECONDS = {"news": 2, "maps": 3, "mail": 1}


def fetch_blocking(name: str) -> str:
    """Ask the server for a page, and do nothing else until it comes.

    Args:
        name: The page's name.

    Returns:
        The page.

    Examples:
        >>> from yieldpoint.examples.three_pages import fetch_blocking
        >>> fetch_blocking("mail")
        'page mail'
    """
    time.sleep(SECONDS[name])
    return f"page {name}"


def one_by_one() -> list[str]:
    """Fetch all pages; nobody asks for the next one before the last has come.

    Returns:
        The pages.

    Examples:
        >>> from yieldpoint.examples.three_pages import one_by_one
        >>> one_by_one()
        ['page news', 'page maps', 'page mail']
    """
    return [fetch_blocking(name) for name in SECONDS]


async def fetch(name: str) -> str:
    """Ask the server for a page, and let others run until it comes.

    Args:
        name: The page's name.

    Returns:
        The page.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.three_pages import fetch
        >>> asyncio.run(fetch("mail"))
        'page mail'
    """
    await asyncio.sleep(SECONDS[name])
    return f"page {name}"


async def in_tasks() -> list[str]:
    """Fetch all pages at the same time, a task each.

    Returns:
        The pages.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.three_pages import in_tasks
        >>> asyncio.run(in_tasks())
        ['page news', 'page maps', 'page mail']
    """
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(fetch(name), name=name) for name in SECONDS]
    return [task.result() for task in tasks]
