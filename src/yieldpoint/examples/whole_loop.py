"""One program from end to end: two tasks, and the loop that runs them."""

import contextlib

from yieldpoint import loop

__all__ = ["ask", "give", "run_two_tasks"]


async def give(value: loop.Future[int]) -> None:
    """Set the value that another task waits for.

    Args:
        value: The future of the value.

    Examples:
        >>> from yieldpoint import loop
        >>> from yieldpoint.examples.whole_loop import give
        >>> async def main():
        ...     value = loop.Future()
        ...     await give(value)
        ...     return value.result()
        >>> loop.run(main())
        giver sets the value
        giver goes on
        42
    """
    print("giver sets the value")
    value.set_result(42)
    print("giver goes on")


async def ask() -> int:
    """Wait for a value that another task sets.

    Returns:
        The value.

    Examples:
        >>> from yieldpoint import loop
        >>> from yieldpoint.examples.whole_loop import ask
        >>> loop.run(ask())
        asker waits
        giver sets the value
        giver goes on
        asker has 42
        42
    """
    value: loop.Future[int] = loop.Future()
    loop.create_task(give(value), name="giver")
    print("asker waits")
    answer = await value
    print("asker has", answer)
    return answer


def run_two_tasks() -> int:
    """Run both tasks on the small loop.

    Returns:
        The value.

    Examples:
        >>> from yieldpoint.examples.whole_loop import run_two_tasks
        >>> run_two_tasks()
        asker waits
        giver sets the value
        giver goes on
        asker has 42
        42
    """
    with contextlib.closing(loop.new_event_loop()) as event_loop:
        return event_loop.run_until_complete(ask())
