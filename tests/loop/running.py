"""What the tests of the loop run with."""

from collections.abc import Awaitable, Callable
from typing import Any

from yieldpoint import clock, loop

__all__ = ["nothing", "run"]


def run(main: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401 - whatever main returns
    """Run a coroutine function on the jumping clock, with a limit."""

    async def with_limit() -> Any:  # noqa: ANN401 - as above
        return await loop.wait_for(main(), 1e6)

    with clock.installed():
        return loop.run(with_limit())


async def nothing() -> None:
    """Return at once."""
