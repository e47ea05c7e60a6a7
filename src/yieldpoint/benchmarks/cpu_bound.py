"""What does work that computes cost, in which form?

Every case adds up the same squares, in two halves where it can. *Per number* are the
cases that enter a function or a generator for every single number; among them is the
comparison of the article that this site started from.

Starting threads, tasks and an event loop is counted. Pools of processes and of
sub-interpreters are started before the clock is: starting one takes longer than this
whole computation.

Examples:
    >>> from contextlib import ExitStack
    >>> from yieldpoint.benchmarks.cpu_bound import cases
    >>> with ExitStack() as stack:
    ...     loop = cases(stack)[0]
    ...     loop.name, loop.time(1).result == loop.result
    ('loop', True)
"""

import asyncio
import multiprocessing
import pkgutil
import sys
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack
from functools import cache, partial

from yieldpoint.benchmarks import machine
from yieldpoint.benchmarks.command import main
from yieldpoint.benchmarks.measuring import Benchmark, Case, timed
from yieldpoint.examples import cpu_bound
from yieldpoint.examples.cpu_bound import sum_of_squares

__all__ = ["BENCHMARK", "cases"]

_HALVES = 2
_STOP = 300_000
_MANY = 100  # tasks


def _square(number: int) -> int:
    return number**2


def _checked_square(number: int) -> int:
    if not isinstance(number, int):
        raise TypeError
    return number**2


def _per_number(square: Callable[[int], int]) -> int:
    """Call a function for every number."""
    total = 0
    for _ in range(_HALVES):
        for number in range(_STOP):
            total += square(number)
    return total


def _adder() -> Generator[int, int, None]:
    """Add up squares as `cpu_bound.adder` does, but check nothing."""
    total = 0
    while True:
        total += (yield total) ** 2


def _by_send() -> int:
    """Send every number into a generator."""
    consumer = _adder()
    total = next(consumer)
    for _ in range(_HALVES):
        for number in range(_STOP):
            total = consumer.send(number)
    return total


def _generator(stop: int) -> Iterator[int]:
    """Compute a sum, and yield it once."""
    yield sum_of_squares(stop)


def _in_generators() -> int:
    return sum(next(_generator(_STOP)) for _ in range(_HALVES))


def _in_a_pool(pool: Executor) -> int:
    return sum(pool.map(sum_of_squares, [_STOP] * _HALVES))


async def _in_many_tasks() -> int:
    """Add up a hundredth of the numbers in each task."""
    part = _HALVES * _STOP // _MANY

    async def one_part(number: int) -> int:
        begin = number * part % _STOP
        total = 0
        for each in range(begin, begin + part):
            total += each**2
        return total

    return sum(await asyncio.gather(*(one_part(number) for number in range(_MANY))))


def cases(stack: ExitStack) -> list[Case]:
    """Return the ways to compute the sum.

    Args:
        stack: Ends the pools.

    Returns:
        The cases; the first one is the plain loop.

    Examples:
        >>> from contextlib import ExitStack
        >>> from yieldpoint.benchmarks.cpu_bound import cases
        >>> with ExitStack() as stack:
        ...     [case.name for case in cases(stack)][:3]
        ['loop', 'generators', 'tasks']
    """
    expected = cpu_bound.in_one_loop(_HALVES, _STOP)

    @cache
    def processes() -> Executor:
        spawn = multiprocessing.get_context("spawn")
        return stack.enter_context(ProcessPoolExecutor(_HALVES, spawn))

    @cache
    def interpreters() -> Executor:
        # By its name, since only Python 3.14 and newer have it.
        pool: Callable[[int], Executor] = pkgutil.resolve_name(
            "concurrent.futures:InterpreterPoolExecutor"
        )
        return stack.enter_context(pool(_HALVES))

    def case(name: str, function: Callable[[], int], lacking: str = "") -> Case:
        def repeat(loops: int) -> int:
            return sum(function() for _ in range(loops))

        return Case(name, timed(repeat), expected, lacking=lacking)

    one_processor = machine.lacks_a_second_processor()
    threads = partial(cpu_bound.in_threads, _HALVES, _STOP)
    return [
        case("loop", partial(cpu_bound.in_one_loop, _HALVES, _STOP)),
        case("generators", _in_generators),
        case("tasks", lambda: asyncio.run(cpu_bound.in_tasks(_HALVES, _STOP))),
        case("100 tasks", lambda: asyncio.run(_in_many_tasks())),
        case("threads", threads, machine.lacks_a_gil()),
        case("free threads", threads, machine.lacks_free_threads() or one_processor),
        case("processes", lambda: _in_a_pool(processes()), one_processor),
        case(
            "interpreters",
            lambda: _in_a_pool(interpreters()),
            machine.lacks_interpreters() or one_processor,
        ),
        case("call per number", lambda: _per_number(_square)),
        case("call and check per number", lambda: _per_number(_checked_square)),
        case("send per number", _by_send),
        case(
            "send and check per number",
            partial(cpu_bound.by_send_per_number, _HALVES, _STOP),
        ),
    ]


BENCHMARK = Benchmark(
    name="cpu_bound",
    question="What does work that computes cost, in which form?",
    cases=cases,
    processes=(20, 6),
    rounds=(5, 1),
    at_least=0.02,
)

if __name__ == "__main__":
    sys.exit(main([BENCHMARK.name, *sys.argv[1:]]))
