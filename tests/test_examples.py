"""The examples as a whole; each one's own output is a doctest in its docstring."""

import asyncio
import importlib
import inspect
import pkgutil
import re
import tomllib
from collections.abc import Generator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import yieldpoint
from yieldpoint import clock, examples
from yieldpoint.examples import (
    bridge,
    closing,
    cpu_bound,
    delegating,
    many,
    running_order,
    sending,
    throwing,
    timers,
)
from yieldpoint.sphinxext import execution
from yieldpoint.trace import record

MODULES = [
    importlib.import_module(module.name)
    for module in pkgutil.walk_packages(yieldpoint.__path__, "yieldpoint.")
    # What is private is documented for its readers, not for users; a __main__ is a
    # command, and pytest collects no prompts from it.
    if "._" not in module.name
]
EXAMPLES = [
    importlib.import_module(f"yieldpoint.examples.{module.name}")
    for module in pkgutil.iter_modules(examples.__path__)
]


def public_objects(module: ModuleType) -> dict[str, object]:
    """Return the functions and classes that a module defines and does not hide."""
    return {
        name: value
        for name, value in vars(module).items()
        if (inspect.isfunction(value) or inspect.isclass(value))
        and value.__module__ == module.__name__
        and not name.startswith("_")
        and (name in getattr(module, "__all__", [name]))
    }


def methods(module: ModuleType) -> dict[str, object]:
    """Return the public methods of the public classes of a module."""
    return {
        f"{name}.{method}": function
        for name, value in public_objects(module).items()
        if inspect.isclass(value)
        for method, function in vars(value).items()
        if inspect.isfunction(function) and not method.startswith("_")
    }


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_public_object_has_an_example(module: ModuleType) -> None:
    """A docstring without a prompt is a promise that is not kept."""
    assert ">>> " in (module.__doc__ or "") or module in EXAMPLES
    without = [
        name
        for name, value in {**public_objects(module), **methods(module)}.items()
        if not re.search(">>> |:meta private:", inspect.getdoc(value) or "")
    ]
    assert without == []


def test_the_supported_pythons_are_named_once_more_and_alike() -> None:
    """Sphinx's part has to know them where no pyproject.toml is installed."""
    pyproject = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    prefix = "Programming Language :: Python :: 3."
    named = [
        classifier.removeprefix(prefix)
        for classifier in pyproject["project"]["classifiers"]
        if classifier.startswith(prefix)
    ]
    assert tuple(f"3.{minor}" for minor in named) == execution.PYTHONS


@pytest.mark.parametrize("module", EXAMPLES, ids=lambda module: module.__name__)
def test_examples_import_the_standard_library_only(module: ModuleType) -> None:
    """And of this package nothing but other examples."""
    foreign = {
        value.__name__
        for name, value in vars(module).items()
        if inspect.ismodule(value)
        and not name.startswith("@")  # pytest's, as it rewrites what has a plugin
        and not value.__name__.startswith("yieldpoint.examples")
        and value.__spec__ is not None
        and "site-packages" in (value.__spec__.origin or "")
    }
    assert foreign == set()


def test_all_ways_to_compute_the_sum_agree() -> None:
    """They would be no comparison otherwise."""
    expected = cpu_bound.in_one_loop(3, 50)
    assert cpu_bound.in_threads(3, 50) == expected
    assert cpu_bound.by_send_per_number(3, 50) == expected
    assert clock.run(cpu_bound.in_tasks(3, 50)) == expected


def test_generators_and_coroutines_are_driven_alike() -> None:
    """The bridge has two ends."""
    assert bridge.drive(bridge.both_by_generator()) == bridge.drive(bridge.both())


def test_generators_run_to_their_end(capsys: pytest.CaptureFixture[str]) -> None:
    """The last lines of some, which no page shows."""
    report = delegating.report()
    next(report)
    for number in (1, None, 2):
        report.send(number)
    with pytest.raises(StopIteration):
        report.send(None)
    assert capsys.readouterr().out == "first: 1 numbers\nsecond: 1 numbers\n"

    assert list(running_order.count_aloud(0)) == [0]
    assert list(sending.last_received(0)) == []
    assert list(sending.running_total(0)) == []
    assert list(throwing.finish_on_value_error(0)) == []
    with pytest.raises(StopIteration, match="all done"):
        exhaust(closing.answer_when_closed())

    consumer = cpu_bound.adder()
    next(consumer)
    with pytest.raises(StopIteration):
        consumer.send(None)


def exhaust(generator: Generator[Any, None, Any]) -> None:
    """Call next until it raises."""
    while True:
        next(generator)


def test_some_examples_have_a_second_outcome() -> None:
    """The other one is in their docstrings."""
    assert cpu_bound.by_send_per_number(0, 0) == 0
    assert clock.run(many.cancel_who_waits("wait")) == "child after 1.5 s"


def test_the_first_of_two_sleepers_is_a() -> None:
    """So the text beside the recording says."""
    events = record(timers.two_sleepers).events
    resumed = [event.lane for event in events if event.kind == "resumed"]
    assert resumed == [2, 1]


def test_asyncio_is_left_without_a_loop() -> None:
    """The examples that make a loop close it and set none."""
    clock.run(asyncio.sleep(0))
    with pytest.raises(RuntimeError, match="no running event loop"):
        asyncio.get_running_loop()
