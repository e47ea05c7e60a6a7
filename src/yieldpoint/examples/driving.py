"""A coroutine object driven by hand: send, throw, and where they go."""

import types
from collections.abc import Callable, Generator
from typing import Any

__all__ = [
    "Question",
    "ask",
    "asks_nobody",
    "chain",
    "full_name",
    "greet",
    "greet_by_yield_from",
    "greet_even_so",
    "greet_with_question",
    "talk",
]


@types.coroutine
def ask(question: str) -> Generator[str, str, str]:
    """Hand a question to whoever drives the coroutine, and wait for the answer.

    Args:
        question: What to ask.

    Yields:
        The question.

    Returns:
        What was sent.

    Examples:
        >>> from yieldpoint.examples.driving import ask, talk
        >>> talk(lambda: ask("age?"), "36")
        age?
        returned: 36
    """
    return (yield question)


async def full_name() -> str:
    """Ask for two names.

    Returns:
        Both.

    Examples:
        >>> from yieldpoint.examples.driving import full_name, talk
        >>> talk(full_name, "Ada", "Lovelace")
        first name?
        last name?
        returned: Ada Lovelace
    """
    first = await ask("first name?")
    last = await ask("last name?")
    return f"{first} {last}"


async def greet() -> str:
    """Greet somebody by the full name.

    Returns:
        The greeting.

    Examples:
        >>> from yieldpoint.examples.driving import greet, talk
        >>> talk(greet, "Ada", "Lovelace")
        first name?
        last name?
        returned: Hello, Ada Lovelace!
    """
    name = await full_name()
    return f"Hello, {name}!"


@types.coroutine
def greet_by_yield_from() -> Generator[str, str, str]:
    """Do the same as a generator, with ``yield from`` in the place of ``await``.

    Yields:
        The questions of `full_name`.

    Returns:
        The greeting.

    Examples:
        >>> from yieldpoint.examples.driving import greet_by_yield_from, talk
        >>> talk(greet_by_yield_from, "Ada", "Lovelace")
        first name?
        last name?
        returned: Hello, Ada Lovelace!
    """
    name = yield from full_name()
    return f"Hello, {name}!"


def talk(start: Callable[[], Any], *answers: str) -> None:
    """Drive a coroutine: start it, send it the answers, and print what comes back.

    Args:
        start: The coroutine function, or a generator function.
        answers: What to send after the None that starts it.

    Examples:
        >>> from yieldpoint.examples.driving import greet, talk
        >>> talk(greet, "Ada", "Lovelace")
        first name?
        last name?
        returned: Hello, Ada Lovelace!
        >>> talk(greet)
        first name?
    """
    coroutine = start()
    try:
        for answer in (None, *answers):
            print(coroutine.send(answer))
    except StopIteration as end:
        print(f"returned: {end.value}")


def chain(coroutine: object) -> list[str]:
    """Follow a suspended coroutine down to the `yield` that it stands at.

    Args:
        coroutine: A coroutine object, or a generator.

    Returns:
        The names, from the outermost to the innermost.

    Examples:
        >>> from yieldpoint.examples.driving import chain, greet
        >>> coroutine = greet()
        >>> coroutine.send(None)
        'first name?'
        >>> chain(coroutine)
        ['greet', 'full_name', 'ask']
    """
    names = []
    while True:
        if isinstance(coroutine, types.CoroutineType):
            names.append(coroutine.__name__)
            coroutine = coroutine.cr_await
        elif isinstance(coroutine, types.GeneratorType):
            names.append(coroutine.__name__)
            coroutine = coroutine.gi_yieldfrom
        else:
            return names


async def greet_even_so() -> str:
    """Greet, even if no name is to be had.

    Returns:
        The greeting.

    Examples:
        >>> from yieldpoint.examples.driving import greet_even_so
        >>> coroutine = greet_even_so()
        >>> coroutine.send(None)
        'first name?'
        >>> coroutine.throw(LookupError("nobody there"))
        Traceback (most recent call last):
          ...
        StopIteration: Hello, whoever you are! (nobody there)
    """
    try:
        return await greet()
    except LookupError as error:
        return f"Hello, whoever you are! ({error})"


class Question:
    """A question as an object that can be awaited.

    Attributes:
        text: What to ask.

    Examples:
        >>> from yieldpoint.examples.driving import Question
        >>> iterator = Question("age?").__await__()
        >>> next(iterator)
        'age?'
    """

    def __init__(self, text: str) -> None:
        """Make it; nothing is asked yet.

        Args:
            text: What to ask.
        """
        self.text = text

    def __await__(self) -> Generator[str, str, str]:
        """Ask, when somebody awaits it.

        Yields:
            The question.

        Returns:
            What was sent.
        """
        return (yield self.text)


async def greet_with_question() -> str:
    """Greet by the first name, with a `Question`.

    Returns:
        The greeting.

    Examples:
        >>> from yieldpoint.examples.driving import greet_with_question, talk
        >>> talk(greet_with_question, "Ada")
        first name?
        returned: Hello, Ada!
    """
    name = await Question("first name?")
    return f"Hello, {name}!"


async def asks_nobody() -> str:
    """Await a hundred times, each time something that has no question.

    Returns:
        What it is.

    Examples:
        >>> from yieldpoint.examples.driving import asks_nobody
        >>> asks_nobody().send(None)
        Traceback (most recent call last):
          ...
        StopIteration: done in one go
    """

    async def nothing() -> None:
        pass

    for _ in range(100):
        await nothing()
    return "done in one go"
