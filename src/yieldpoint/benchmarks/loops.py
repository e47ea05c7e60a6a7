"""How fast is the small loop, beside asyncio and others?

Every case does one thing many times on one event loop: the one of `yieldpoint.loop`,
asyncio's, uvloop's, trio's or curio's. What is not installed is skipped.

- *task switch among 2*, or more: a task gives way with ``sleep(0)``, and another one
  goes on.
- *spawn and join 1*, or 100: so many tasks that return at once are started, and then
  waited for.
- *timer*: one of a thousand tasks sleeps for a millisecond.
- *queue hand-over*: an item goes from one task to another, through a queue that has
  room for one.
- *lock*: ten tasks want one lock, and whoever holds it gives way once.
- *echo*: a message of a hundred bytes goes over TCP and comes back. There are ten
  connections, and both ends of each are tasks on this loop. It is the streams of each
  library that are compared, or what it has in their place.

- *gather 100*, and *task group of 100*: a hundred tasks that return at once, with what
  asyncio has to wait for all of them.
- *bulk read*: pieces of 64 KiB come over TCP, and are read at once, up to the end.
- *lines*: lines of eighty bytes come over TCP, and are read one by one.

Starting the loop, the tasks that take turns and the connections is not counted. All of
it is processor time: these loops have always something to do, but for the timers, where
a fast one is idle until the next is due.

Some cases are there to find causes:

- *with handles*: the small loop does not know of the tasks. Each switch is a callback
  for which a handle is made, as in asyncio.
- *with a socket*: the small loop watches a socket on which nothing comes, so that it
  asks the system in every turn, as asyncio does.
- *asyncio in Python*: asyncio with the tasks and futures that it has in Python, in the
  place of those in C.

Examples:
    >>> from contextlib import ExitStack
    >>> from yieldpoint.benchmarks.loops import cases
    >>> with ExitStack() as stack:
    ...     case = cases(stack)[0]
    ...     case.name, case.time(1000).result
    ('task switch among 2, yieldpoint.loop', 1000)
"""

import socket
import sys
import time
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from functools import partial
from typing import Any

from yieldpoint import loop
from yieldpoint.benchmarks.command import main
from yieldpoint.benchmarks.libraries import (
    LIBRARIES,
    Library,
    asyncio_in_python,
    lacks,
    library,
)
from yieldpoint.benchmarks.measuring import Benchmark, Case, Timing

__all__ = ["BENCHMARK", "cases"]

_SLEEPERS = 1_000
_SLEEP = 0.001  # seconds; for less, uvloop sets no timer
_RIVALS = 10  # for the lock
_CONNECTIONS = 10
_MESSAGE = b"%99d\n" % 0
_LINE = b"%79d\n" % 0
_PIECE = 65_536

# The processor's time moves in steps of 16 milliseconds on Windows.
_now = time.perf_counter if sys.platform == "win32" else time.process_time

_Operation = Callable[[Library, int], Coroutine[Any, Any, Timing]]


class _Stopwatch:
    """What some tasks do together, from the first one's start to the last one's end."""

    def __init__(self, tasks: int) -> None:
        self._to_start = self._to_stop = tasks
        self._done = 0

    def start(self) -> None:
        if self._to_start == self._to_stop:
            self._started = _now()
        self._to_start -= 1

    def stop(self, done: int) -> None:
        self._done += done
        self._to_stop -= 1
        if not self._to_stop:
            self._stopped = _now()

    def timing(self) -> Timing:
        return Timing(self._stopped - self._started, self._done)


def _shares(loops: int, tasks: int) -> list[int]:
    """Divide some loops among tasks; none gets nothing."""
    return [
        loops // tasks + (number < loops % tasks) for number in range(min(loops, tasks))
    ]


async def _sleep(
    library: Library, loops: int, tasks: int = 2, seconds: float = 0
) -> Timing:
    shares, sleep = _shares(loops, tasks), library.sleep
    stopwatch = _Stopwatch(len(shares))

    async def sleep_again(times: int) -> None:
        total = 0
        await sleep(0)  # all have been spawned
        stopwatch.start()
        for _ in range(times):
            await sleep(seconds)
            total += 1
        stopwatch.stop(total)
        await sleep(0)  # none ends before all have stopped

    await library.run_all(sleep_again, shares)
    return stopwatch.timing()


async def _spawn(library: Library, loops: int, tasks: int = 1) -> Timing:
    stopwatch = _Stopwatch(1)
    ones: list[int] = []

    async def append(number: int) -> None:
        ones.append(number)

    stopwatch.start()
    for begin in range(0, loops, tasks):
        await library.run_all(append, [1] * min(tasks, loops - begin))
    stopwatch.stop(sum(ones))
    return stopwatch.timing()


async def _hand_over(library: Library, loops: int) -> Timing:
    stopwatch = _Stopwatch(2)
    put, get = library.channel()

    async def one_side(number: int) -> None:
        total = 0
        await library.sleep(0)
        stopwatch.start()
        if number == 0:
            for _ in range(loops):
                await put(1)
        else:
            for _ in range(loops):
                total += await get()
        stopwatch.stop(total)

    await library.run_all(one_side, range(2))
    return stopwatch.timing()


async def _take_a_lock(library: Library, loops: int) -> Timing:
    shares, sleep, lock = _shares(loops, _RIVALS), library.sleep, library.lock()
    stopwatch = _Stopwatch(len(shares))

    async def take_it(times: int) -> None:
        total = 0
        await sleep(0)
        stopwatch.start()
        for _ in range(times):
            async with lock:
                await sleep(0)
                total += 1
        stopwatch.stop(total)

    await library.run_all(take_it, shares)
    return stopwatch.timing()


async def _echo(library: Library, loops: int) -> Timing:
    shares = _shares(loops, _CONNECTIONS)
    stopwatch = _Stopwatch(len(shares))
    async with library.echo(len(shares)) as asks:

        async def ask_again(number: int) -> None:
            total, ask = 0, asks[number]
            stopwatch.start()
            for _ in range(shares[number]):
                total += await ask(_MESSAGE) == _MESSAGE
            stopwatch.stop(total)

        for ask in asks:
            await ask(_MESSAGE)  # now the server has taken the connection
        await library.run_all(ask_again, range(len(shares)))
    return stopwatch.timing()


async def _gather(library: Library, loops: int, tasks: int = 100) -> Timing:
    module, stopwatch, done = library.module, _Stopwatch(1), 0

    async def one() -> int:
        return 1

    stopwatch.start()
    for begin in range(0, loops, tasks):
        ones = [one() for _ in range(min(tasks, loops - begin))]
        done += sum(await module.gather(*ones))
    stopwatch.stop(done)
    return stopwatch.timing()


async def _group(library: Library, loops: int, tasks: int = 100) -> Timing:
    module, stopwatch, ones = library.module, _Stopwatch(1), list[int]()

    async def append() -> None:
        ones.append(1)

    stopwatch.start()
    for begin in range(0, loops, tasks):
        async with module.TaskGroup() as group:
            for _ in range(min(tasks, loops - begin)):
                group.create_task(append())
    stopwatch.stop(len(ones))
    return stopwatch.timing()


async def _receive(
    library: Library, loops: int, piece: bytes, read: Callable[[Any], Any]
) -> Timing:
    """Send pieces to oneself, and read them with a function that counts the bytes."""
    module, stopwatch = library.module, _Stopwatch(1)
    at_once = max(1, _PIECE // len(piece))

    async def send(_: object, writer: Any) -> None:  # noqa: ANN401 - of any library
        for begin in range(0, loops, at_once):
            writer.write(piece * min(at_once, loops - begin))
            await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await module.start_server(send, "127.0.0.1", 0)
    stopwatch.start()
    reader, writer = await module.open_connection(*server.sockets[0].getsockname())
    stopwatch.stop(await read(reader) // len(piece))
    writer.close()
    await writer.wait_closed()
    server.close()
    await server.wait_closed()
    return stopwatch.timing()


async def _count_at_once(reader: Any) -> int:  # noqa: ANN401 - of any library
    return len(await reader.read())


async def _count_by_lines(reader: Any) -> int:  # noqa: ANN401 - of any library
    count = 0
    while line := await reader.readline():
        count += len(line)
    return count


async def _switch_by_handles(library: Library, loops: int) -> Timing:
    """Drive two coroutines from callbacks: the loop knows of no tasks."""
    shares, sleep = _shares(loops, 2), library.sleep
    stopwatch = _Stopwatch(len(shares))
    call_soon = loop.get_running_loop().call_soon
    ended: loop.Queue[None] = loop.Queue()

    async def give_way(times: int) -> None:
        total = 0
        stopwatch.start()
        for _ in range(times):
            await sleep(0)
            total += 1
        stopwatch.stop(total)

    def step(coroutine: Coroutine[Any, Any, None]) -> None:
        try:
            coroutine.send(None)
        except StopIteration:
            ended.put_nowait(None)
        else:
            call_soon(step, coroutine)

    for share in shares:
        call_soon(step, give_way(share))
    for _ in shares:
        await ended.get()
    return stopwatch.timing()


async def _switch_with_a_socket(library: Library, loops: int, tasks: int = 2) -> Timing:
    """Have the loop ask the system in each turn."""
    running = loop.get_running_loop()
    mine, others = socket.socketpair()
    with mine, others:
        running.add_reader(mine, others.close)
        timing = await _sleep(library, loops, tasks)
        running.remove_reader(mine)
    return timing


def _timed(
    operation: _Operation, get_library: Callable[[], Library]
) -> Callable[[int], Timing]:
    def time_it(loops: int) -> Timing:
        library = get_library()
        timing: Timing = library.run(operation(library, loops))
        return timing

    return time_it


def cases(stack: ExitStack) -> list[Case]:
    """Return what is done, on each event loop.

    Args:
        stack: Not used: nothing has to be ended.

    Returns:
        The cases; those of one operation stand side by side.

    Examples:
        >>> from contextlib import ExitStack
        >>> from yieldpoint.benchmarks.loops import cases
        >>> with ExitStack() as stack:
        ...     [case.name for case in cases(stack) if case.name.startswith("lock")][:2]
        ['lock, yieldpoint.loop', 'lock, asyncio']
    """
    del stack
    lacking = {name: lacks(name) for name in LIBRARIES}

    def on_each(name: str, operation: _Operation) -> list[Case]:
        return [
            Case(
                f"{name}, {each}",
                _timed(operation, partial(library, each)),
                lacking=lacking[each],
            )
            for each in LIBRARIES
        ]

    def beside_asyncio(name: str, operation: _Operation) -> list[Case]:
        return [
            Case(f"{name}, {each}", _timed(operation, partial(library, each)))
            for each in ("yieldpoint.loop", "asyncio")
        ]

    def on_ours(name: str, operation: _Operation) -> Case:
        return Case(name, _timed(operation, partial(library, "yieldpoint.loop")))

    def in_python(name: str, operation: _Operation) -> Case:
        return Case(f"{name}, asyncio in Python", _timed(operation, asyncio_in_python))

    return [
        *on_each("task switch among 2", _sleep),
        on_ours("task switch among 2, with handles", _switch_by_handles),
        on_ours("task switch among 2, with a socket", _switch_with_a_socket),
        *on_each("task switch among 100", partial(_sleep, tasks=100)),
        *on_each("task switch among 1,000", partial(_sleep, tasks=1_000)),
        on_ours(
            "task switch among 1,000, with a socket",
            partial(_switch_with_a_socket, tasks=1_000),
        ),
        *on_each("spawn and join 1", _spawn),
        *on_each("spawn and join 100", partial(_spawn, tasks=100)),
        in_python("spawn and join 100", partial(_spawn, tasks=100)),
        *on_each("timer", partial(_sleep, tasks=_SLEEPERS, seconds=_SLEEP)),
        *on_each("queue hand-over", _hand_over),
        in_python("queue hand-over", _hand_over),
        *on_each("lock", _take_a_lock),
        *on_each("echo", _echo),
        in_python("echo", _echo),
        *beside_asyncio("gather 100", _gather),
        *beside_asyncio("task group of 100", _group),
        *beside_asyncio(
            "bulk read", partial(_receive, piece=bytes(_PIECE), read=_count_at_once)
        ),
        *beside_asyncio("lines", partial(_receive, piece=_LINE, read=_count_by_lines)),
    ]


BENCHMARK = Benchmark(
    name="loops",
    question="How fast is the small loop, beside asyncio and others?",
    cases=cases,
    processes=(20, 6),
    rounds=(7, 2),
    at_least=0.005,
    one_processor=True,
    # Of trio and curio, a switch between two tasks and an echo are enough to be quick.
    leave_out=tuple(
        f"{operation}, {name}"
        for operation in ("100", "1,000", "join 1", "timer", "queue hand-over", "lock")
        for name in ("trio", "curio")
    ),
)

if __name__ == "__main__":
    sys.exit(main([BENCHMARK.name, *sys.argv[1:]]))
