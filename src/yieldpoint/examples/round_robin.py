"""A scheduler of a dozen lines: coroutines in a queue, each for one step at a time."""

import types
from collections import deque
from collections.abc import Coroutine, Generator
from typing import TypeVar

__all__ = ["counter", "give_way", "hog", "run", "two_counters", "with_a_hog"]

T = TypeVar("T")


@types.coroutine
def give_way() -> Generator[None, None, None]:
    """Let the others run, once.

    Yields:
        None, to the scheduler: there is nothing to say but "go on with the next".

    Examples:
        >>> from yieldpoint.examples.round_robin import give_way, run
        >>> run(give_way())
        [None]
    """
    yield


def run(*coroutines: Coroutine[None, None, T]) -> list[T]:
    """Run coroutines side by side until all have come to their end.

    Args:
        coroutines: The coroutine objects.

    Returns:
        What they return, in the order of the arguments.

    Examples:
        >>> from yieldpoint.examples.round_robin import counter, run
        >>> run(counter("A", 2, []), counter("B", 3, []))
        ['A counted to 2', 'B counted to 3']
    """
    results = {}
    ready = deque(coroutines)
    while ready:
        coroutine = ready.popleft()
        try:
            coroutine.send(None)
        except StopIteration as end:
            results[coroutine] = end.value
        else:
            ready.append(coroutine)
    return [results[coroutine] for coroutine in coroutines]


async def counter(name: str, last: int, log: list[str]) -> str:
    """Count, and give way after each number.

    Args:
        name: What the notes start with.
        last: How far to count.
        log: Where the notes go.

    Returns:
        What it did.

    Examples:
        >>> from yieldpoint.examples.round_robin import counter, run
        >>> log = []
        >>> run(counter("A", 2, log))
        ['A counted to 2']
        >>> log
        ['A1', 'A2']
    """
    for number in range(1, last + 1):
        log.append(f"{name}{number}")
        await give_way()
    return f"{name} counted to {last}"


def two_counters() -> list[str]:
    """Run two counters side by side.

    Returns:
        What they counted, in the order in which they did.

    Examples:
        >>> from yieldpoint.examples.round_robin import two_counters
        >>> two_counters()
        ['A1', 'B1', 'A2', 'B2', 'B3']
    """
    log: list[str] = []
    run(counter("A", 2, log), counter("B", 3, log))
    return log


async def hog(log: list[str]) -> str:
    """Note three steps, and never give way.

    Args:
        log: Where the notes go.

    Returns:
        What it did.

    Examples:
        >>> from yieldpoint.examples.round_robin import hog, run
        >>> run(hog([]))
        ['hog took three steps']
    """
    log += ["hog1", "hog2", "hog3"]
    return "hog took three steps"


def with_a_hog() -> list[str]:
    """Run two counters, and between them a coroutine that does not give way.

    Returns:
        What they did, in the order in which they did.

    Examples:
        >>> from yieldpoint.examples.round_robin import with_a_hog
        >>> with_a_hog()
        ['A1', 'hog1', 'hog2', 'hog3', 'B1', 'A2', 'B2']
    """
    log: list[str] = []
    run(counter("A", 2, log), hog(log), counter("B", 2, log))
    return log
