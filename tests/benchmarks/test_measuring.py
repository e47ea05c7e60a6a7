"""Calibration, rounds, and results that are checked."""

import asyncio

import pytest

from yieldpoint.benchmarks.measuring import (
    Case,
    Timing,
    WrongResultError,
    measure,
    timed_on_a_loop,
)


def test_cases_take_turns() -> None:
    """Every other round goes backwards."""
    turns: list[str] = []

    def case(name: str) -> Case:
        def time(loops: int) -> Timing:
            turns.append(name)
            return Timing(1.0, loops)

        return Case(name, time, loops=1)

    measure([case("a"), case("b"), case("c")], rounds=3, at_least=0)
    assert "".join(turns) == "abccbaabc"


def test_fast_cases_get_more_loops() -> None:
    """So many that a timing takes long enough; what is noted is for one."""
    asked: list[int] = []

    def time(loops: int) -> Timing:
        asked.append(loops)
        return Timing(loops * 0.25, loops, {"memory": 7.0})

    found = measure([Case("fast", time)], rounds=1, at_least=1)
    assert asked == [1, 2, 4, 4]
    assert found == {"fast": [0.25], "fast:memory": [7.0]}


def test_a_wrong_result_is_found_before_it_is_timed() -> None:
    """Its name and both results are in the message."""
    cases = [Case("off by one", lambda loops: Timing(1.0, loops + 1), result=5)]
    with pytest.raises(WrongResultError, match="off by one gave 2 instead of 5"):
        measure(cases, rounds=1, at_least=0)


def test_a_loop_of_ones_own_is_used() -> None:
    """It is made for each timing, and closed."""
    made: list[asyncio.AbstractEventLoop] = []

    def new_loop() -> asyncio.AbstractEventLoop:
        made.append(asyncio.SelectorEventLoop())
        return made[-1]

    async def nothing(loops: int) -> int:
        assert asyncio.get_running_loop() is made[-1]
        return loops

    assert timed_on_a_loop(nothing, new_loop)(3).result == 3
    assert made[0].is_closed()
