"""Inside the event loop: async generators that nobody closes, and who closes them."""

import sys
from collections.abc import AsyncGenerator, Coroutine
from typing import Any, TypeVar
from unittest import mock

from yieldpoint.examples.stopping import create_task, run, sleep

__all__ = ["lines", "read_one_line", "run_with_hooks"]

T = TypeVar("T")


async def lines(log: list[str]) -> AsyncGenerator[str, None]:
    """Yield two lines, and take a second to say goodbye.

    Args:
        log: Where it is noted that it has come to its end.

    Yields:
        The lines.

    Examples:
        >>> from yieldpoint.examples.left_open import lines, run
        >>> log = []
        >>> async def main():
        ...     return [line async for line in lines(log)]
        >>> run(main()), log
        (['one', 'two'], ['closed'])
    """
    try:
        yield "one"
        yield "two"
    finally:
        await sleep(1)
        log.append("closed")


def run_with_hooks(main: Coroutine[Any, None, T]) -> T:
    """Run a coroutine, and close the async generators that are left open meanwhile.

    Args:
        main: The coroutine object.

    Returns:
        What it returns.

    Examples:
        >>> from yieldpoint.examples.left_open import run_with_hooks, sleep
        >>> run_with_hooks(sleep(1))
    """

    def close(generator: AsyncGenerator[Any, Any]) -> None:
        create_task(generator.aclose())

    before = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(finalizer=close)
    try:
        return run(main)
    finally:
        sys.set_asyncgen_hooks(*before)


def read_one_line(*, with_hooks: bool) -> list[str]:
    """Take the first line of an async generator, and drop the generator.

    Args:
        with_hooks: Whether the loop hears of async generators that are left open.

    Returns:
        What happened, in its order.

    Examples:
        >>> from yieldpoint.examples.left_open import read_one_line
        >>> read_one_line(with_hooks=True)
        ['one', 'closed', 'main ends']
        >>> read_one_line(with_hooks=False)
        ['async generator ignored GeneratorExit', 'one', 'main ends']
        >>> import time
        >>> started = time.monotonic()
        >>> result = read_one_line(with_hooks=True)
        >>> round(time.monotonic() - started, 1)
        2.0
    """
    log: list[str] = []

    def note(unraisable: "sys.UnraisableHookArgs") -> None:
        log.append(str(unraisable.exc_value))

    async def main() -> None:
        log.append(await anext(lines(log)))
        await sleep(2)
        log.append("main ends")

    with mock.patch.object(sys, "unraisablehook", note):
        (run_with_hooks if with_hooks else run)(main())
    return log
