"""What the loop leaves out of asyncio is listed, with its reason, and all of it."""

import asyncio
import inspect
from collections.abc import Iterator

import pytest

from yieldpoint import loop
from yieldpoint.loop.differences import LEFT_OUT

#: All Pythons take any options there, and hand them on to the task.
SAME_OPTIONS = {"create_task", "TaskGroup.create_task", "EventLoop.create_task"}


def missing() -> Iterator[str]:
    """Yield what asyncio has on this Python and the loop has not."""
    for name in asyncio.__all__:
        theirs, ours = getattr(asyncio, name, None), getattr(loop, name, None)
        if ours is None:
            yield name
        elif ours is not theirs:
            yield from missing_parameters(name, theirs, ours)
            if inspect.isclass(theirs):
                yield from missing_methods(name, theirs, ours)


def missing_methods(name: str, theirs: type, ours: type) -> Iterator[str]:
    """Yield the methods and parameters of a class that the loop's class has not."""
    for method in dir(theirs):
        if not method.startswith("_") and method != "time":  # that is an attribute
            where = f"{name}.{method}"
            if hasattr(ours, method):
                their, our = getattr(theirs, method), getattr(ours, method)
                yield from missing_parameters(where, their, our)
            else:
                yield where


def missing_parameters(name: str, theirs: object, ours: object) -> Iterator[str]:
    """Yield the parameters that the loop's function has not."""
    if name not in SAME_OPTIONS:
        for parameter in parameters(theirs) - parameters(ours):
            yield f"{name}({parameter})"


def parameters(function: object) -> set[str]:
    """Return the names of a function's parameters, if Python knows them."""
    try:
        return set(inspect.signature(function).parameters)  # type: ignore[arg-type] # it may be anything: then an error says so
    except (TypeError, ValueError):
        return set()


async def attributes_of_the_loop() -> set[str]:
    """Return what a running loop has."""
    return set(dir(loop.get_running_loop()))


@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")
def test_all_that_is_missing_is_listed() -> None:
    """On each Python: a new name has to be offered or listed."""
    attributes = set(dir(asyncio.SelectorEventLoop))
    attributes -= loop.run(attributes_of_the_loop())
    found = {*missing(), *(f"EventLoop.{n}" for n in attributes if n[0] != "_")}
    listed = {name for names in LEFT_OUT.values() for name in names}
    assert found - listed == set()


@pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")
def test_nothing_is_listed_that_is_there() -> None:
    """Nor twice, nor what asyncio does not have on the newest Pythons or the oldest."""
    listed = [name for names in LEFT_OUT.values() for name in names]
    assert len(listed) == len(set(listed))
    offered = vars(loop).keys() | {
        f"{name}.{method}"
        for name, value in vars(loop).items()
        if inspect.isclass(value)
        for method in dir(value)
    }
    assert offered & set(listed) == set()
