"""Two coroutines in one thread, with and without a point at which they give way."""

import asyncio
from collections.abc import Generator

__all__ = ["steps_by_generator", "switch_by_hand", "take_turns", "two_steps"]


async def two_steps(name: str, log: list[str], *, pause: bool) -> None:
    """Note two steps, and give way after each if asked to.

    Args:
        name: What the notes start with.
        log: Where the notes go.
        pause: Whether to give way after each step.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.taking_turns import two_steps
        >>> log = []
        >>> asyncio.run(two_steps("A", log, pause=True))
        >>> log
        ['A1', 'A2']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(two_steps("A", [], pause=True)))
        0.0
    """
    for number in (1, 2):
        log.append(f"{name}{number}")
        if pause:
            await asyncio.sleep(0)


async def take_turns(*, pause: bool) -> list[str]:
    """Run two coroutines side by side and return the order of their steps.

    Args:
        pause: Whether they give way after each step.

    Returns:
        The steps, in the order in which they ran.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.taking_turns import take_turns
        >>> asyncio.run(take_turns(pause=False))
        ['A1', 'A2', 'B1', 'B2']
    """
    log: list[str] = []
    await asyncio.gather(
        asyncio.create_task(two_steps("A", log, pause=pause), name="A"),
        asyncio.create_task(two_steps("B", log, pause=pause), name="B"),
    )
    return log


def steps_by_generator(name: str) -> Generator[str, None, None]:
    """Yield two steps, and so give way after each.

    Args:
        name: What the steps start with.

    Yields:
        The steps.

    Examples:
        >>> from yieldpoint.examples.taking_turns import steps_by_generator
        >>> list(steps_by_generator("A"))
        ['A1', 'A2']
    """
    for number in (1, 2):
        yield f"{name}{number}"


def switch_by_hand() -> list[str]:
    """Switch between two generators: each switch is one call of `next`.

    Returns:
        The steps, in the order in which they ran.

    Examples:
        >>> from yieldpoint.examples.taking_turns import switch_by_hand
        >>> switch_by_hand()
        ['A1', 'B1', 'A2', 'B2']
    """
    first, second = steps_by_generator("A"), steps_by_generator("B")
    return [next(first), next(second), next(first), next(second)]
