"""How values are described."""

import asyncio
import contextlib
import dataclasses
import gc
import types
import unittest.mock
import weakref
from collections import deque

import pytest

from yieldpoint.trace import record
from yieldpoint.trace._recorder.values import Describer, is_shown

describe = Describer(lambda _: None)


class Broken:
    """Cannot be described."""

    def __repr__(self) -> str:
        """Fail."""
        raise ValueError


class Quits:
    """Ends the process when it is described."""

    def __repr__(self) -> str:
        """Exit."""
        raise SystemExit


class Interrupted:
    """Is interrupted when it is described."""

    def __repr__(self) -> str:
        """Be interrupted."""
        raise KeyboardInterrupt


class array:  # noqa: N801 - the name of a type that reprlib knows
    """Has not what an array has."""

    def __repr__(self) -> str:
        """Return a text."""
        return "<no array>"


class Huge:
    """Has a text that is far too long."""

    def __repr__(self) -> str:
        """Return a megabyte."""
        return "<Huge" + " x" * 500_000 + ">"


class Plain:
    """Has no text of its own."""

    def __init__(self, **attributes: object) -> None:
        """Take any attributes."""
        vars(self).update(attributes)


class Named:
    """Has a text like those that Python makes up."""

    def __repr__(self) -> str:
        """Return it."""
        return "<some.module.Named object at 0x7f00aa [open]>"


async def coroutine_function() -> None:
    """Do nothing."""


nested: list[object] = []
nested.append(nested)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (True, "True"),
        (1.5, "1.5"),
        (-(10**14), "-100000000000000"),
        (10**20, "100000000000000000000"),
        ("text", "'text'"),
        (Broken(), "<Broken: its repr raises ValueError>"),
        ([Broken()], "[<Broken: its repr raises ValueError>]"),
        (Quits(), "<Quits: its repr raises SystemExit>"),
        (Interrupted(), "<Interrupted: its repr raises KeyboardInterrupt>"),
        (array(), "<no array>"),
        (Plain(), "<Plain>"),
        (Plain(a=1, b=Plain(c=2)), "<Plain a=1 b=<Plain c=2>>"),
        (Named(), "<Named [open]>"),
        ({3, 1, 2}, "{1, 2, 3}"),
        (frozenset("ba"), "frozenset({'a', 'b'})"),
        (set(), "set()"),
        (set(range(99)), "<set of 99>"),
        ([[{1}]], "[[{1}]]"),
        ([[[{1}]]], "[[[<set of 1>]]]"),
        ({"b": 1, "a": 2}, "{'b': 1, 'a': 2}"),
        ([[[{"a": 1}]]], "[[[{...}]]]"),
        (
            dict.fromkeys(range(10)),
            "{" + "".join(f"{n}: None, " for n in range(8)) + "...}",
        ),
        (deque([1]), "deque([1])"),
        (nested, "[[[[...]]]]"),
        (len, "<built-in function len>"),
        (coroutine_function, "<function coroutine_function>"),
        (types.SimpleNamespace(a=1), "namespace(a=1)"),
    ],
)
def test_text(value: object, text: str) -> None:
    """Short, and the same in every run."""
    assert describe(value) == text


def test_long_texts_are_cut() -> None:
    """Whatever they are of."""
    assert describe(10**5000) == "<a number of 16610 bits>"
    for value in (Huge(), "x" * 1000, Plain(a="x" * 1000), [["x" * 50] * 8] * 8):
        assert len(describe(value)) <= 120


def test_futures_tasks_and_generators() -> None:
    """Without addresses; a task that has a lane goes by its name."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        assert describe(loop.create_future()) == "<Future>"
        task = asyncio.create_task(coroutine_function())
        assert describe(task) == "<Task>"
        assert Describer(lambda _: "quick")([task]) == "[quick]"
        await task

    asyncio.run(main())
    with contextlib.closing(coroutine_function()) as coroutine:
        assert describe(coroutine) == "<coroutine coroutine_function>"
    assert describe(number for number in "") == "<generator <genexpr>>"


def test_what_belongs_into_a_recording() -> None:
    """Variables that the program's own code has set to something that changes."""
    assert is_shown("total", 0)
    assert not is_shown("__name__", "x")
    assert not is_shown("asyncio", asyncio)
    assert not is_shown("main", coroutine_function)
    assert not is_shown("Plain", Plain)


def test_a_mock_is_shown_without_its_address() -> None:
    """It says it in another way than other objects."""

    def mocks() -> None:
        fetch = unittest.mock.Mock(name="fetch")
        fetch()

    texts = [text for event in record(mocks).events for _, text in event.changes]
    assert "<Mock name='fetch'>" in texts


def test_the_hash_of_a_class_is_not_asked_for() -> None:
    """It may be the program's: then what it does is no part of the recording."""
    asked: list[str] = []

    class Counting(type):
        def __hash__(cls) -> int:
            asked.append(cls.__name__)
            return 1

        def __eq__(cls, other: object) -> bool:
            asked.append(f"{cls.__name__} == {other}")
            return cls is other

    class Counted(metaclass=Counting):
        pass

    def program() -> int:
        asked.clear()
        counted = Counted()
        values = [counted]
        return len(values)

    changes = [each for event in record(program).events for each in event.changes]
    assert ("values", "[<Counted>]") in changes
    assert asked == []


def test_a_class_is_free_to_go() -> None:
    """All that a program has can be reached from a class that has methods."""

    class Brief:
        pass

    here = Describer(lambda _: None)
    assert here(Brief()) == "<Brief>"
    reference = weakref.ref(Brief)
    del Brief
    gc.collect()
    assert reference() is None


def test_a_class_in_the_place_of_another() -> None:
    """What was known of the one that is gone does not hold for it."""

    @dataclasses.dataclass
    class Point:
        x: int = 1

    here = Describer(lambda _: None)
    assert here(Point()) == "Point(x=1)"
    here._kinds[id(Plain)] = here._kinds[id(Point)]
    assert here(Plain()) == "<Plain>"
