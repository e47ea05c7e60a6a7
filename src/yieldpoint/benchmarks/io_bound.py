"""How long do requests over real sockets take?

A server in a process of its own answers each request after 50 milliseconds. A case
connects some times at once, sends a request over each connection and waits for the
answers. ``@100`` in a name means a hundred connections.

Opening and closing the connections, starting the threads, the tasks and the event loop:
all of it is counted. The threads use blocking sockets. The tasks use the same sockets
through the event loop's methods, or asyncio's streams, which do more for the program
and take more time for it.

Examples:
    >>> from contextlib import ExitStack
    >>> from yieldpoint.benchmarks.io_bound import cases
    >>> with ExitStack() as stack:
    ...     cases(stack)[0].name
    'one by one@1'
"""

import asyncio
import socket
import sys
import threading
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from functools import cache
from typing import Any

from yieldpoint.benchmarks import machine, server
from yieldpoint.benchmarks.command import main
from yieldpoint.benchmarks.measuring import Benchmark, Case, Timing, timed

__all__ = ["BENCHMARK", "CONNECTIONS", "DELAY", "cases"]

#: How long the server waits with an answer, in seconds.
DELAY = 0.05

#: How many connections at once.
CONNECTIONS = (1, 10, 100, 1_000, 4_000)

_FEW = 10  # connections; with more, one after the other takes too long
_OTHERS = 100  # files that are open anyway, generously
_SIZE = 100  # no answer has more bytes


def _blocking(port: int, number: int) -> int:
    """Make one request, and block until the answer is there."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        server.leave_no_trace(connection)
        connection.sendall(b"%d\n" % number)
        return int(connection.recv(_SIZE))


async def _by_socket(port: int, number: int) -> int:
    """Make one request with a socket, through the event loop."""
    loop = asyncio.get_running_loop()
    with socket.socket() as connection:
        connection.setblocking(False)  # noqa: FBT003 - a flag of the library
        server.leave_no_trace(connection)
        await loop.sock_connect(connection, ("127.0.0.1", port))
        await loop.sock_sendall(connection, b"%d\n" % number)
        return int(await loop.sock_recv(connection, _SIZE))


async def _by_stream(port: int, number: int) -> int:
    """Make one request with asyncio's streams."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    server.leave_no_trace(writer.get_extra_info("socket"))
    writer.write(b"%d\n" % number)
    answer = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return int(answer)


async def _by_blocking(port: int, number: int) -> int:
    """Make one request in a way that no coroutine should."""
    return _blocking(port, number)


def _one_by_one(port: int, number: int) -> int:
    return sum(_blocking(port, each) for each in range(number))


def _in_threads(port: int, number: int) -> int:
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda each=each: answers.append(_blocking(port, each)))
        for each in range(number)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(answers)


def _in_tasks(
    request: Callable[[int, int], Coroutine[Any, Any, int]],
) -> Callable[[int, int], int]:
    async def requests(port: int, number: int) -> int:
        return sum(
            await asyncio.gather(*(request(port, each) for each in range(number)))
        )

    return lambda port, number: asyncio.run(requests(port, number))


def cases(stack: ExitStack) -> list[Case]:
    """Return the ways to make the requests, for each number of connections.

    Args:
        stack: Ends the server.

    Returns:
        The cases.

    Examples:
        >>> from contextlib import ExitStack
        >>> from yieldpoint.benchmarks.io_bound import cases
        >>> with ExitStack() as stack:
        ...     [case.name for case in cases(stack) if case.name.endswith("@100")]
        ['threads@100', 'tasks@100', 'streams@100']
    """

    @cache
    def port() -> int:
        return stack.enter_context(server.running(DELAY))

    def case(
        name: str, requests: Callable[[int, int], int], number: int, lacking: str = ""
    ) -> Case:
        def all_at_once(loops: int) -> Timing:
            started = port()  # the server, at its first use; that is not counted
            return timed(lambda times: times * requests(started, number))(loops)

        expected = sum(2 * each for each in range(number))
        lacking = lacking or machine.lacks_descriptors(number + _OTHERS)
        return Case(f"{name}@{number}", all_at_once, expected, 1, lacking)

    few = [number for number in CONNECTIONS if number <= _FEW]
    return [
        *(case("one by one", _one_by_one, number) for number in few),
        *(case("blocking in tasks", _in_tasks(_by_blocking), number) for number in few),
        *(
            each
            for number in CONNECTIONS
            for each in (
                case("threads", _in_threads, number, machine.lacks_threads(number)),
                case("tasks", _in_tasks(_by_socket), number),
                case("streams", _in_tasks(_by_stream), number),
            )
        ),
    ]


BENCHMARK = Benchmark(
    name="io_bound",
    question="How long do requests over real sockets take?",
    cases=cases,
    processes=(12, 6),
    leave_out=("@1000", "@4000"),
)

if __name__ == "__main__":
    sys.exit(main([BENCHMARK.name, *sys.argv[1:]]))
