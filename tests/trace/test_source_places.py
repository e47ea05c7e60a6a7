"""Where in the source things happen: statements, calls, and where values arrive."""

import asyncio
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from typing import Any

from tests.trace import programs
from yieldpoint.examples import delegating, sending
from yieldpoint.trace import Event, Trace, record


def lines(trace: Trace) -> list[str]:
    """Return the source of the lines that were run."""
    return [
        trace.sources[event.file].lines[event.line].strip()
        for event in trace.events
        if event.kind == "line"
    ]


# A statement is one step, however many lines it takes.


# fmt: off
def several_lines(times: int) -> list[int]:
    """Have statements and headers of several lines, in a loop too."""
    found: list[int] = []
    for number in range(
        1,
        times,
    ):
        found.insert(
            number - 1,
            max(number,
                1)
        )
    while (
        len(found)
        < 4
    ):
        found.append(
            sum([each * 1 for each
                 in found])
        )
    return [
        each * 2
        for each in found
    ]
# fmt: on


def test_a_statement_is_one_step() -> None:
    """Each time that it is executed."""
    trace = record(several_lines, 3)
    assert trace.result == [2, 4, 6, 12]
    assert lines(trace) == [
        "found: list[int] = []",
        *("for number in range(", "found.insert(") * 2,
        "for number in range(",
        *("while (", "found.append(") * 2,
        "while (",
        "return [",
    ]


def one_statement_in_a_loop() -> Iterator[int]:
    """Begin a statement again, with nothing in between."""
    while True:
        yield max(
            1,
            2,
        )


def twice() -> list[int]:
    """Ask it twice."""
    numbers = one_statement_in_a_loop()
    return [next(numbers), next(numbers)]


def test_a_statement_that_is_executed_again_is_another_step() -> None:
    """Though no other line was in between."""
    assert lines(record(twice)).count("yield max(") == 2


def raises_and_catches() -> str:
    """Catch one of two kinds, whose names stand in two lines."""
    try:
        int(
            "x",
        )
    except (
        KeyError,
        ValueError,
    ):
        return "caught"
    return "not"


def test_a_handler_is_one_step() -> None:
    """Its header may take several lines."""
    assert lines(record(raises_and_catches)) == [
        *("try:", "int(", "except (", 'return "caught"'),
    ]


# Which call of a function it is.


def factorial(number: int) -> int:
    """Call itself."""
    if number == 1:
        return 1
    below = factorial(number - 1)
    return number * below


def test_calls_are_told_apart() -> None:
    """Each call of a recursion has a number, which it keeps when it goes on."""
    trace = record(factorial, 3)
    calls: dict[int, dict[str, str | None]] = {}
    order = []
    for event in trace.events:
        if event.kind == "line":
            order.append(event.call)
            calls.setdefault(event.call, {}).update(event.changes)
    assert all(order)
    assert [variables["number"] for variables in calls.values()] == ["3", "2", "1"]
    first, second, third = calls
    assert order == [*([first] * 2), *([second] * 2), third, third, second, first]
    assert calls[first]["below"] == "2"
    assert Trace.from_json(trace.to_json()) == trace


# Where a value arrives.


def arrivals(program: Callable[..., Any], *args: object) -> list[tuple[str, str]]:
    """Return what arrives, and the expression that becomes it."""
    trace = record(program, *args)
    return [
        (event.value, expression(trace, event))
        for event in trace.events
        if event.arrives
    ]


def expression(trace: Trace, event: Event) -> str:
    """Return the source of the expression."""
    file, line, start, last, end = event.arrives
    assert last == line
    return trace.sources[file].lines[line].encode()[start:end].decode()


def test_sent_and_yielded_values_arrive() -> None:
    """In the ``yield``, and in the call that has resumed the generator."""
    assert arrivals(sending.send_twice) == [
        ("0", "next(total)"),
        ("4", "yield total"),
        ("4", "total.send(4)"),
        ("8", "yield total"),
        ("12", "total.send(8)"),
    ]


def test_exceptions_arrive() -> None:
    """They are raised at the ``yield``."""
    arrived = arrivals(programs.throw_then_close)
    assert ("KeyError('lost')", "yield") in [
        (value, code.partition(" ")[0]) for value, code in arrived
    ]


def test_values_go_past_a_delegating_generator() -> None:
    """To whoever drives it."""
    assert [code for _, code in arrivals(delegating.send_through)] == [
        *("next(generator)", "yield None", "generator.send(10)", "yield total / count"),
    ]


def in_a_loop() -> list[int]:
    """Let a loop, a list and an ``async for`` ask for values."""

    def numbers() -> Generator[int, None, None]:
        yield 1
        yield 2

    async def later() -> AsyncIterator[int]:
        yield 3

    async def collect() -> list[int]:
        return [each async for each in later()]

    found = [each for each in numbers()]  # noqa: C416 - a loop
    found += list(numbers())
    return found + asyncio.run(collect())


def test_no_expression_becomes_what_a_loop_asks_for() -> None:
    """Only what is sent is shown, and a loop sends nothing."""
    assert [value for value, _ in arrivals(in_a_loop) if value] == []


def test_code_that_is_not_recorded_asks() -> None:
    """Then nothing is known about where the value arrives."""
    assert arrivals(asks_elsewhere) == []


def asks_elsewhere() -> int:
    """Let the standard library call next."""

    def numbers() -> Generator[int, None, None]:
        yield 1

    return dict(zip(["a"], map(int, numbers()), strict=False))["a"]


def test_an_expression_without_a_place() -> None:
    """Code that was made without one has none."""
    scope: dict[str, Any] = {}
    source = "def numbers():\n    got = yield 1\n    yield got\n"
    exec(compile(source, __file__, "exec"), scope)  # noqa: S102 - our own
    code = scope["numbers"].__code__
    scope["numbers"].__code__ = code.replace(co_linetable=b"")

    def send() -> int:
        generator = scope["numbers"]()
        next(generator)
        return int(generator.send(4))

    trace = record(send)
    assert trace.result == 4
    resumed = [event.arrives for event in trace.events if event.kind == "resumed"]
    assert resumed == [()]
