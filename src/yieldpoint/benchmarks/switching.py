"""What does one switch cost, one call, one task?

Every case does the same small thing many times: it hands out a 1, and they are added
up. A *switch* is one suspension and the resumption of somebody else: of a generator by
`next`, of two tasks by their event loop, of two threads by the operating system.

Starting an event loop is not counted, nor is starting the thread that is switched to.

All of it runs on one processor. Between two, a switch of threads costs several times as
much, or not, as the system places them; that would be no figure to quote.

Examples:
    >>> from contextlib import ExitStack
    >>> from yieldpoint.benchmarks.switching import cases
    >>> with ExitStack() as stack:
    ...     call = cases(stack)[0]
    ...     call.name, call.time(1000).result
    ('call', 1000)
"""

import asyncio
import importlib
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack
from typing import Any

from yieldpoint.benchmarks import machine
from yieldpoint.benchmarks.command import main
from yieldpoint.benchmarks.measuring import (
    Benchmark,
    Case,
    Timing,
    timed,
    timed_on_a_loop,
)

__all__ = ["BENCHMARK", "cases"]

_BATCH = 100  # tasks of one gather

_OnALoop = Callable[[int], Coroutine[Any, Any, int]]


def _one() -> int:
    return 1


async def _one_later() -> int:
    return 1


def _call(loops: int) -> int:
    total = 0
    for _ in range(loops):
        total += _one()
    return total


async def _await(loops: int) -> int:
    total = 0
    for _ in range(loops):
        total += await _one_later()
    return total


def _switch_generators(loops: int) -> int:
    def ones() -> Iterator[int]:
        while True:
            yield 1

    total = 0
    generator = ones()
    for _ in range(loops):
        total += next(generator)
    return total


async def _switch_tasks(loops: int) -> int:
    async def give_way(times: int) -> int:
        total = 0
        for _ in range(times):
            await asyncio.sleep(0)
            total += 1
        return total

    return sum(await asyncio.gather(give_way(loops // 2), give_way(loops - loops // 2)))


def _switch_threads(loops: int) -> Timing:
    """Hand two locks back and forth: each thread releases what the other waits for."""
    mine, others = threading.Lock(), threading.Lock()
    mine.acquire()
    others.acquire()
    total = 0

    def answer(times: int) -> None:
        nonlocal total
        for _ in range(times):
            others.acquire()
            total += 1
            mine.release()

    thread = threading.Thread(target=answer, args=[loops // 2])
    thread.start()
    started = time.perf_counter()
    for _ in range(loops // 2):
        others.release()
        mine.acquire()
        total += 1
    seconds = time.perf_counter() - started
    thread.join()
    return Timing(seconds, total + loops % 2)


async def _create_tasks(loops: int) -> int:
    total = 0
    for _ in range(loops):
        total += await asyncio.create_task(_one_later())
    return total


async def _create_eager_tasks(loops: int) -> int:
    factory: Any = vars(asyncio)["eager_task_factory"]
    asyncio.get_running_loop().set_task_factory(factory)
    return await _create_tasks(loops)


async def _gather(loops: int) -> int:
    total = 0
    for begin in range(0, loops, _BATCH):
        batch = min(_BATCH, loops - begin)
        total += sum(await asyncio.gather(*(_one_later() for _ in range(batch))))
    return total


def _start_threads(loops: int) -> int:
    ones: list[int] = []
    for _ in range(loops):
        thread = threading.Thread(target=lambda: ones.append(_one()))
        thread.start()
        thread.join()
    return sum(ones)


async def _hand_to_thread(loops: int) -> int:
    total = 0
    for _ in range(loops):
        total += await asyncio.to_thread(_one)
    return total


def _uvloop() -> asyncio.AbstractEventLoop:
    loop: asyncio.AbstractEventLoop = importlib.import_module("uvloop").new_event_loop()
    return loop


def cases(stack: ExitStack) -> list[Case]:
    """Return the ways to hand out a 1.

    Args:
        stack: Not used: nothing has to be ended.

    Returns:
        The cases; the first one is the plain call.

    Examples:
        >>> from contextlib import ExitStack
        >>> from yieldpoint.benchmarks.switching import cases
        >>> with ExitStack() as stack:
        ...     [case.name for case in cases(stack)][:3]
        ['call', 'await', 'generator switch']
    """
    del stack
    eager = sys.version_info >= (3, 12)
    uvloop = machine.lacks_a_module("uvloop")

    def on_uvloop(name: str, function: _OnALoop) -> Case:
        return Case(name, timed_on_a_loop(function, _uvloop), lacking=uvloop)

    return [
        Case("call", timed(_call)),
        Case("await", timed_on_a_loop(_await)),
        Case("generator switch", timed(_switch_generators)),
        Case("task switch", timed_on_a_loop(_switch_tasks)),
        on_uvloop("task switch, uvloop", _switch_tasks),
        Case("thread switch", _switch_threads),
        Case("create_task", timed_on_a_loop(_create_tasks)),
        Case(
            "create_task, eager",
            timed_on_a_loop(_create_eager_tasks),
            lacking="" if eager else "it came with Python 3.12",
        ),
        on_uvloop("create_task, uvloop", _create_tasks),
        Case("gather", timed_on_a_loop(_gather)),
        on_uvloop("gather, uvloop", _gather),
        Case("to_thread", timed_on_a_loop(_hand_to_thread)),
        Case("thread", timed(_start_threads)),
    ]


BENCHMARK = Benchmark(
    name="switching",
    question="What does one switch cost, one call, one task?",
    cases=cases,
    processes=(20, 6),
    rounds=(7, 3),
    one_processor=True,
)

if __name__ == "__main__":
    sys.exit(main([BENCHMARK.name, *sys.argv[1:]]))
