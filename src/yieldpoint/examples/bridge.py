"""From a generator to a coroutine: the same machine under another name."""

import types
from collections.abc import Coroutine, Generator
from typing import Any

__all__ = [
    "both",
    "both_by_generator",
    "drive",
    "drive_both",
    "fetch",
    "fetch_by_generator",
    "request",
]


def fetch_by_generator(address: str) -> Generator[str, str, str]:
    """Ask for a page by yielding, and receive it by ``send``.

    Args:
        address: What to ask for.

    Yields:
        A request, for whoever drives the generator.

    Returns:
        The page in capitals.

    Examples:
        >>> from yieldpoint.examples.bridge import drive, fetch_by_generator
        >>> drive(fetch_by_generator("/home"))
        request: GET /home
        'PAGE'
    """
    page = yield f"GET {address}"
    return page.upper()


def both_by_generator() -> Generator[str, str, str]:
    """Fetch two pages, each with ``yield from``.

    Yields:
        The requests of `fetch_by_generator`.

    Returns:
        Both pages.

    Examples:
        >>> from yieldpoint.examples.bridge import both_by_generator, drive
        >>> drive(both_by_generator())
        request: GET /home
        request: GET /news
        'PAGE and PAGE'
    """
    home = yield from fetch_by_generator("/home")
    news = yield from fetch_by_generator("/news")
    return f"{home} and {news}"


@types.coroutine
def request(address: str) -> Generator[str, str, str]:
    """Ask for a page: the one yield at the bottom of the coroutines below.

    Args:
        address: What to ask for.

    Yields:
        A request, for whoever drives the coroutine.

    Returns:
        What the driver sends.

    Examples:
        >>> from yieldpoint.examples.bridge import drive, request
        >>> drive(request("/home"))
        request: GET /home
        'page'
    """
    return (yield f"GET {address}")


async def fetch(address: str) -> str:
    """Ask for a page by awaiting.

    Args:
        address: What to ask for.

    Returns:
        The page in capitals.

    Examples:
        >>> from yieldpoint.examples.bridge import drive, fetch
        >>> drive(fetch("/home"))
        request: GET /home
        'PAGE'
    """
    page = await request(address)
    return page.upper()


async def both() -> str:
    """Fetch two pages, each with ``await``.

    Returns:
        Both pages.

    Examples:
        >>> from yieldpoint.examples.bridge import both, drive
        >>> drive(both())
        request: GET /home
        request: GET /news
        'PAGE and PAGE'
    """
    home = await fetch("/home")
    news = await fetch("/news")
    return f"{home} and {news}"


def drive(
    runnable: Generator[str, str, str] | Coroutine[str, str, str],
) -> str:
    """Drive a generator or a coroutine object to its end: an event loop in a few lines.

    Args:
        runnable: What to drive. It yields requests and receives pages.

    Returns:
        What it returns.

    Examples:
        >>> from yieldpoint.examples.bridge import drive, fetch
        >>> drive(fetch("/home"))
        request: GET /home
        'PAGE'
    """
    answer: Any = None  # the first send starts it, and takes nothing else
    while True:
        try:
            wanted = runnable.send(answer)
        except StopIteration as end:
            return str(end.value)
        print(f"request: {wanted}")
        answer = "page"


def drive_both() -> str:
    """Make a coroutine object of `both`, and drive it.

    Returns:
        Both pages.

    Examples:
        >>> from yieldpoint.examples.bridge import drive_both
        >>> drive_both()
        request: GET /home
        request: GET /news
        'PAGE and PAGE'
    """
    return drive(both())
