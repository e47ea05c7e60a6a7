"""The site's asyncio examples give and print the same on yieldpoint.loop."""
# ruff: noqa: ANN401 - a function that stands in for another takes what that takes

import asyncio
import faulthandler
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.loop.swapping import (
    OFFERED,
    OUT_OF_DATE,
    Session,
    modules,
    pages,
    sessions_of,
)
from yieldpoint import loop

MODULES, PAGES = modules(), pages()

#: The examples that use what yieldpoint.loop does not have, and what that is.
LEFT_OUT: dict[str, list[str]] = {
    "meeting.in_rounds": ["Barrier"],
    "contexts.loop_here_and_in_a_thread": ["to_thread"],
    "sleeping.block_in_thread": ["to_thread"],
    "switching.threads_started_by_a_name_lookup": ["loop.getaddrinfo"],
    "waiting.in_threads": ["to_thread"],
    "docs/asyncio/context.md#running-loop": ["to_thread"],
    "docs/asyncio/context.md#set-event-loop": ["get_event_loop", "set_event_loop"],
    "docs/asyncio/context.md#three-at-once": ["get_event_loop"],
    "docs/asyncio/event-loop.md#get-event-loop-inside": ["get_event_loop"],
    "docs/asyncio/event-loop.md#get-event-loop-after-run": ["get_event_loop"],
    "docs/asyncio/index.md#no-files-no-http": ["open"],
    "docs/asyncio/sleep.md#block-in-thread": ["to_thread"],
    "docs/coroutines.md#name-lookup-thread": ["loop.getaddrinfo"],
    "docs/generators/from-generators-to-coroutines.md#two-types": ["coroutine"],
    "docs/speed/switching.md#calls-of-the-loop": ["SelectorEventLoop"],
    "docs/speed/waiting.md#four-ways-to-wait": ["to_thread"],
    "docs/speed/waiting.md#blocking-or-thread": ["to_thread"],
}

#: What examples ask of asyncio to show that it does not have it.
ASYNCIO_HAS_NOT = {"coroutine", "open"}


@pytest.fixture(autouse=True)
def no_hang() -> Iterator[None]:
    """End the tests if an example does not end."""
    faulthandler.dump_traceback_later(120, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def all_of(paths: list[Path]) -> list[Session]:
    """Return the sessions of all these files."""
    return [session for path in paths for session in sessions_of(path)]


# Not a test a session: which there are takes a second to find out, in each process.
@pytest.mark.parametrize(
    "path", MODULES + PAGES, ids=lambda path: "/".join(path.parts[-2:])
)
@pytest.mark.filterwarnings("error")
def test_examples_print_the_same(path: Path) -> None:
    """What doctest has to say is nothing."""
    for session in sessions_of(path):
        assert session.run() == ""


def test_what_is_left_out() -> None:
    """Nothing else is left out, and nothing for another reason."""
    left_out = {
        session.name if place == session.name else f"{session.name}#{place}": names
        for session in all_of(MODULES + PAGES)
        for place, names in session.left_out.items()
    }
    assert left_out == LEFT_OUT


def test_what_is_left_out_is_in_asyncio_and_not_in_the_loop() -> None:
    """Each reason is a name that the loop does not offer, and asyncio mostly does."""
    missing = {name for names in LEFT_OUT.values() for name in names}
    methods = dir(asyncio.SelectorEventLoop)
    assert not missing & OFFERED
    assert not ASYNCIO_HAS_NOT & {*dir(asyncio)}
    for name in missing - ASYNCIO_HAS_NOT - {"yieldpoint.trace.record"}:
        assert name.removeprefix("loop.") in [*dir(asyncio), *methods]


def test_most_examples_are_swapped() -> None:
    """The finder finds them: of docstrings and of pages."""
    of_docstrings = all_of(MODULES)
    whole = [session for session in of_docstrings if not session.left_out]
    assert len(whole) > 5 * (len(of_docstrings) - len(whole))
    assert sum(len(session.kept) for session in all_of(PAGES)) > 200
    assert not OUT_OF_DATE & {place.partition("#")[2] for place in LEFT_OUT}


def test_example_runs_on_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not asyncio that runs it, nor do the functions that it calls."""
    [session] = [each for each in all_of(MODULES) if each.name == "many.powers_by_wait"]
    used = []
    for name in ("run", "create_task", "wait", "sleep"):
        ours = getattr(loop, name)

        def note(*args: Any, name: str = name, ours: Any = ours, **options: Any) -> Any:
            used.append(name)
            return ours(*args, **options)

        monkeypatch.setattr(loop, name, note)
        monkeypatch.setattr(asyncio, name, None)
    assert session.run() == ""
    assert {"run", "create_task", "wait"} <= {*used}


def test_difference_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A loop that sleeps too long does not pass."""
    [session] = [each for each in all_of(MODULES) if each.name == "sleeping.sleep"]
    sleep = loop.sleep
    monkeypatch.setattr(loop, "sleep", lambda delay: sleep(2 * delay))
    assert "Expected:\n    1.0\nGot:\n    2.0\n" in session.run()
