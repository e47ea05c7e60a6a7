"""Random generators, driven at random: the recording agrees with `inspect`."""

import contextlib
import inspect
from collections.abc import Generator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from yieldpoint.trace import Trace, record

# What the body of a generator does, one after another. A list is another generator that
# it delegates to.
ACTIONS = st.sampled_from(
    ["yield", "catch", "swallow", "finally", "refuse", "raise", "return", "loop"]
)
BODIES = st.recursive(
    st.lists(ACTIONS, max_size=4),
    lambda bodies: st.lists(ACTIONS | bodies, max_size=4),
    max_leaves=8,
)
CALLS = st.lists(
    st.sampled_from(["next", "send", "throw", "close"]), min_size=1, max_size=8
)


def body(actions: list[Any]) -> Generator[int, int, str]:  # noqa: C901, PLR0912 - a case an action
    """Do what the actions say."""
    for action in actions:
        match action:
            case "yield":
                yield 1
            case "catch":
                try:
                    yield 2
                except KeyError:
                    yield 3
            case "swallow":
                with contextlib.suppress(KeyError):
                    yield 9
            case "finally":
                try:
                    yield 4
                finally:
                    action = "cleaned up"  # noqa: PLW2901 - a line that runs
            case "refuse":
                try:
                    yield 5
                except GeneratorExit:
                    yield 6
            case "raise":
                raise ValueError("from inside")
            case "return":
                return "early"
            case "loop":
                yield from (7, 8)
            case _:
                yield from body(action)
    return "late"


def exhaust(generator: Generator[int, int, str]) -> None:
    """Close a generator, however often it refuses."""
    while True:
        try:
            generator.close()
        except (RuntimeError, ValueError):
            continue
        return


def drive(actions: list[Any], calls: list[str]) -> tuple[list[Any], list[str]]:
    """Drive a generator, and note its state and what came of each call."""
    generator = body(actions)
    states = [inspect.getgeneratorstate(generator)]
    log = []
    for number, call in enumerate(calls):
        try:
            if call == "next":
                result: object = next(generator)
            elif call == "send":
                result = generator.send(number)
            elif call == "throw":
                result = generator.throw(KeyError(number))
            else:
                result = getattr(generator, call)()
        except Exception as error:  # noqa: BLE001 - any of them
            result = error
        log.append(repr(result))
        states.append(inspect.getgeneratorstate(generator))
    exhaust(generator)
    return states, log


def states_seen(trace: Trace, line: int) -> list[str]:
    """Return the state of the first generator whenever the driver has run a line."""
    state, states, waiting = "", [], False
    for event in trace.events:
        if trace.lanes[event.lane].kind == "caller" and event.kind in {
            *("line", "returned"),
        }:
            if waiting:
                states.append(state)
            waiting = event.line == line
        if event.lane == 1:
            state = event.state
    return states


@settings(max_examples=100, deadline=None)
@given(BODIES, CALLS)
def test_states_are_those_of_inspect(actions: list[Any], calls: list[str]) -> None:
    """After each call, and the run itself is as it would be without a recording."""
    expected = drive(actions, calls)
    trace = record(drive, actions, calls)
    assert trace.result == expected
    source, first = inspect.getsourcelines(drive)
    line = first + next(
        number for number, text in enumerate(source) if "states.append" in text
    )
    assert states_seen(trace, line) == expected[0][1:]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.none() | st.integers() | st.text(max_size=5), min_size=1))
def test_sent_values_are_those_that_were_sent(values: list[Any]) -> None:
    """Whatever else is on the generator's stack."""

    def receive() -> Generator[None, Any, None]:
        received: list[Any] = []
        for number in range(99):
            try:
                if number % 2:
                    received.remove(number)
                received.append((number, "before", (yield), "after"))
            except ValueError:
                received.append((number, [(yield)]))

    def send_all() -> None:
        generator = receive()
        next(generator)
        for value in values:
            generator.send(value)

    trace = record(send_all)
    sent = [
        event.value
        for event in trace.events
        if event.kind == "resumed" and event.how == "send"
    ]
    assert sent == [repr(value) for value in values]
