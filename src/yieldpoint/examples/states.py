"""The four states of a generator, as `inspect.getgeneratorstate` names them."""

from collections.abc import Generator
from inspect import getgeneratorstate

__all__ = ["resume_itself", "states_of_one_life"]


def states_of_one_life() -> list[str]:
    """Look at one generator before it starts, inside, at its yield and at its end.

    Returns:
        The four states in that order.

    Examples:
        >>> from yieldpoint.examples.states import states_of_one_life
        >>> for state in states_of_one_life():
        ...     print(state)
        GEN_CREATED
        GEN_RUNNING
        GEN_SUSPENDED
        GEN_CLOSED
    """
    states: list[str] = []

    def look_at_itself() -> Generator[None, None, None]:
        states.append(getgeneratorstate(generator))
        yield

    generator = look_at_itself()
    states.append(getgeneratorstate(generator))
    next(generator)
    states.append(getgeneratorstate(generator))
    next(generator, None)
    states.append(getgeneratorstate(generator))
    return states


def resume_itself() -> Generator[int, None, None]:
    """Make a generator that tries to resume itself while it runs.

    Returns:
        The generator. Its first step raises `ValueError`.

    Examples:
        >>> from yieldpoint.examples.states import resume_itself
        >>> next(resume_itself())
        Traceback (most recent call last):
          ...
        ValueError: generator already executing
    """

    def body() -> Generator[int, None, None]:
        yield next(generator)

    generator = body()
    return generator
