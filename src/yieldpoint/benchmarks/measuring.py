"""Time cases against one another: calibrate, then go round and round.

A `Case` does something a given number of times and says how long that took. `measure`
finds out how often to do it, so that a timing takes long enough to be exact, and then
times all cases in turn.

Examples:
    >>> from yieldpoint.benchmarks.measuring import Case, measure, timed
    >>> cases = [
    ...     Case("a loop", timed(lambda loops: sum(1 for _ in range(loops)))),
    ...     Case("a sum", timed(lambda loops: sum([1] * loops))),
    ... ]
    >>> samples = measure(cases, rounds=3, at_least=0)
    >>> [(name, len(values)) for name, values in samples.items()]
    [('a loop', 3), ('a sum', 3)]
"""

import asyncio
import gc
import time
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "Benchmark",
    "Case",
    "GaveOutError",
    "Timing",
    "WrongResultError",
    "measure",
    "timed",
    "timed_on_a_loop",
]


class WrongResultError(Exception):
    """A case that computes something else: its time would be of no use.

    Examples:
        >>> from yieldpoint.benchmarks.measuring import Case, measure, timed
        >>> measure([Case("wrong", timed(lambda loops: 7))], rounds=1, at_least=0)
        Traceback (most recent call last):
        ...
        yieldpoint.benchmarks.measuring.WrongResultError: wrong gave 7 instead of 1
    """


class GaveOutError(Exception):
    """A case that the machine could not do after all; the message says why.

    Examples:
        >>> from yieldpoint.benchmarks.measuring import GaveOutError
        >>> raise GaveOutError("no more threads")
        Traceback (most recent call last):
        ...
        yieldpoint.benchmarks.measuring.GaveOutError: no more threads
    """


@dataclass(frozen=True)
class Timing:
    """How long something took, and what came of it.

    Attributes:
        seconds: How long.
        result: What came of it.
        also: What else was measured, by name.

    Examples:
        >>> from yieldpoint.benchmarks.measuring import Timing
        >>> Timing(0.5, 42).also
        {}
    """

    seconds: float
    result: int
    also: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One way to do what a benchmark compares.

    Attributes:
        name: How the results name it.
        time: A function that does it some number of times.
        result: What doing it once must give; for more, a multiple of it is expected.
        loops: How often to do it for one timing; 0 means to find out.
        lacking: Why this machine cannot do it; empty if it can.

    Examples:
        >>> from yieldpoint.benchmarks.measuring import Case, timed
        >>> Case("nothing", timed(lambda loops: loops)).lacking
        ''
    """

    name: str
    time: Callable[[int], Timing]
    result: int = 1
    loops: int = 0
    lacking: str = ""


@dataclass(frozen=True)
class Benchmark:
    """A question, and the cases that answer it.

    Attributes:
        name: The name of its module.
        question: What it asks.
        cases: Returns the cases. What they start must end with the stack that it gets;
            it must not start anything before a case is timed.
        processes: How many processes to start for a full run, and for a quick one.
        rounds: How many rounds each of them makes, for a full run and for a quick one.
        at_least: How long a timing shall take, in seconds.
        apart: Whether each case needs a process of its own.
        one_processor: Whether its processes shall stay on one processor.
        leave_out: The cases that a quick run leaves out.

    Examples:
        >>> from yieldpoint.benchmarks.switching import BENCHMARK
        >>> BENCHMARK.question
        'What does one switch cost, one call, one task?'
    """

    name: str
    question: str
    cases: Callable[[ExitStack], list[Case]]
    processes: tuple[int, int]
    rounds: tuple[int, int] = (1, 1)
    at_least: float = 0.01
    apart: bool = False
    one_processor: bool = False
    leave_out: tuple[str, ...] = ()


def timed(function: Callable[[int], int]) -> Callable[[int], Timing]:
    """Return a function that calls another one and says how long it took.

    Args:
        function: It gets the number of times that it shall do something.

    Returns:
        A function for `Case`.

    Examples:
        >>> from yieldpoint.benchmarks.measuring import timed
        >>> timed(lambda loops: loops * 2)(21).result
        42
    """

    def time_it(loops: int) -> Timing:
        started = time.perf_counter()
        result = function(loops)
        return Timing(time.perf_counter() - started, result)

    return time_it


def timed_on_a_loop(
    function: Callable[[int], Coroutine[Any, Any, int]],
    new_loop: Callable[[], asyncio.AbstractEventLoop] | None = None,
) -> Callable[[int], Timing]:
    """Return a function that runs a coroutine and says how long it took.

    Starting and closing the event loop is not counted.

    Args:
        function: It gets the number of times that it shall do something.
        new_loop: Makes the event loop; if there is none, asyncio does.

    Returns:
        A function for `Case`.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.benchmarks.measuring import timed_on_a_loop
        >>> async def naps(loops):
        ...     for _ in range(loops):
        ...         await asyncio.sleep(0)
        ...     return loops
        >>> timed_on_a_loop(naps)(3).result
        3
    """

    async def time_it(loops: int) -> Timing:
        started = time.perf_counter()
        result = await function(loops)
        return Timing(time.perf_counter() - started, result)

    def run(loops: int) -> Timing:
        with asyncio.Runner(loop_factory=new_loop) as runner:
            return runner.run(time_it(loops))

    return run


def measure(cases: list[Case], rounds: int, at_least: float) -> dict[str, list[float]]:
    """Time the cases against one another.

    Each is run until it takes long enough, which also warms it up and checks its
    result; then come the rounds. Every other round goes through the cases backwards, so
    that none always follows the same one.

    Args:
        cases: The cases.
        rounds: How many rounds.
        at_least: How long a timing shall take, in seconds.

    Returns:
        The seconds that one operation took, for each case and each round. What else a
        case measured stands there as well.

    Raises:
        WrongResultError: A case computes something else.

    Examples:
        >>> from yieldpoint.benchmarks.measuring import Case, Timing, measure
        >>> measure([Case("fast", lambda loops: Timing(loops / 8, loops))], 2, 1)
        {'fast': [0.125, 0.125]}
    """
    loops = {case.name: case.loops or _calibrate(case, at_least) for case in cases}
    gc.freeze()  # what was imported need not be looked through again and again
    samples: dict[str, list[float]] = {}
    for number in range(rounds):
        for case in reversed(cases) if number % 2 else cases:
            gc.collect()
            timing = _checked(case, loops[case.name])
            seconds = timing.seconds / loops[case.name]
            for name, value in {
                case.name: seconds,
                **{f"{case.name}:{key}": value for key, value in timing.also.items()},
            }.items():
                samples.setdefault(name, []).append(float(f"{value:.4g}"))
    gc.unfreeze()
    return samples


def _calibrate(case: Case, at_least: float) -> int:
    """Double the number of loops until they take long enough."""
    loops = 1
    while _checked(case, loops).seconds < at_least:
        loops *= 2
    return loops


def _checked(case: Case, loops: int) -> Timing:
    """Time a case, and see to it that it has done its work."""
    timing = case.time(loops)
    if timing.result != loops * case.result:
        raise WrongResultError(
            f"{case.name} gave {timing.result} instead of {loops * case.result}"
        )
    return timing
