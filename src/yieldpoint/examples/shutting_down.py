"""How a program ends: asked by Ctrl-C or SIGTERM, with work that is under way."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator

__all__ = [
    "close_with_a_guest",
    "drain",
    "interrupted",
    "order_of_the_end",
    "serve",
    "until_sigterm",
]


def interrupted(times: int = 1) -> list[str]:
    """Press Ctrl-C after a second, and perhaps again, in the middle of the clean-up.

    Args:
        times: How often, a second apart.

    Returns:
        What happened.

    Examples:
        >>> from yieldpoint.examples.shutting_down import interrupted
        >>> interrupted()
        ['CancelledError', 'cleaned up', 'KeyboardInterrupt']
        >>> interrupted(times=2)
        ['CancelledError', 'KeyboardInterrupt']
        >>> import time
        >>> started = time.monotonic()
        >>> log = interrupted()
        >>> round(time.monotonic() - started, 1)
        3.0
    """
    log = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        for second in range(1, times + 1):
            loop.call_later(second, signal.raise_signal, signal.SIGINT)
        try:
            await asyncio.Event().wait()  # for ever
        except asyncio.CancelledError:
            log.append("CancelledError")
            await asyncio.sleep(2)
            log.append("cleaned up")
            raise

    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        log.append("KeyboardInterrupt")
    return log


async def until_sigterm() -> list[str]:
    """Work until SIGTERM comes, which we send to ourselves.

    This example needs signals, which Windows does not have.

    Returns:
        What happened.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.shutting_down import until_sigterm
        >>> asyncio.run(until_sigterm())
        ['at work', 'cleaned up']
    """
    log = []
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    try:
        log.append("at work")
        loop.call_soon(signal.raise_signal, signal.SIGTERM)
        await stop.wait()
        log.append("cleaned up")
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
    return log


async def drain(jobs: set[asyncio.Task[None]], seconds: float) -> None:
    """Let jobs finish, for a time; then cancel those that have not, and wait for them.

    Args:
        jobs: The tasks.
        seconds: How long they may take.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.shutting_down import drain
        >>> async def main():
        ...     quick = asyncio.create_task(asyncio.sleep(1))
        ...     slow = asyncio.create_task(asyncio.sleep(5))
        ...     await drain({quick, slow}, seconds=2)
        ...     return quick.cancelled(), slow.cancelled()
        >>> asyncio.run(main())
        (False, True)
        >>> asyncio.run(drain(set(), seconds=2))
    """
    if jobs:
        await asyncio.wait(jobs, timeout=seconds)
    for job in jobs:
        job.cancel()  # which does nothing to those that are done
    await asyncio.gather(*jobs, return_exceptions=True)


async def serve(stop_after: float) -> list[str]:
    """Start a job a second until we are asked to stop; then bring all to an end.

    Args:
        stop_after: When the request to stop comes, in seconds.

    Returns:
        What happened.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.shutting_down import serve
        >>> asyncio.run(serve(stop_after=1.5))
        ['stop', 'job 1 is done', 'job 2 is cancelled', 'closed']
        >>> asyncio.run(serve(stop_after=0.5))
        ['stop', 'job 1 is done', 'closed']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(serve(stop_after=1.5)))
        3.5
    """
    log = []
    jobs: set[asyncio.Task[None]] = set()
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(stop_after, stop.set)

    async def job(number: int) -> None:
        try:
            await asyncio.sleep(number * 2)
            log.append(f"job {number} is done")
        except asyncio.CancelledError:
            log.append(f"job {number} is cancelled")
            raise

    async def accept() -> None:
        number = 0
        while True:
            number += 1
            task = asyncio.create_task(job(number), name=f"job {number}")
            jobs.add(task)
            task.add_done_callback(jobs.discard)
            await asyncio.sleep(1)

    accepting = asyncio.create_task(accept(), name="accept")
    await stop.wait()
    log.append("stop")
    accepting.cancel()  # 1. nothing new
    await drain(set(jobs), seconds=2)  # 2. what is under way
    log.append("closed")  # 3. what all of them have used: files, connections
    return log


def order_of_the_end() -> list[str]:
    """Leave a task, a generator and a thread behind when the main coroutine returns.

    This example needs a thread.

    Returns:
        What happened.

    Examples:
        >>> from yieldpoint.examples.shutting_down import order_of_the_end
        >>> for line in order_of_the_end():
        ...     print(line)
        main returns
        the task is cancelled
        the generator is closed
        the thread has ended
        asyncio.run returns
    """
    log = []

    async def wait() -> None:
        try:
            await asyncio.Event().wait()  # for ever
        finally:
            log.append("the task is cancelled")

    async def in_two_halves() -> AsyncIterator[None]:
        try:
            yield
        finally:
            log.append("the generator is closed")

    def work() -> None:
        time.sleep(1)
        log.append("the thread has ended")

    half_read = in_two_halves()
    tasks = []

    async def main() -> None:
        asyncio.get_running_loop().run_in_executor(None, work)
        tasks.append(asyncio.create_task(wait()))
        await anext(half_read)
        await asyncio.sleep(0)  # so the task has begun
        log.append("main returns")

    asyncio.run(main())
    log.append("asyncio.run returns")
    return log


async def close_with_a_guest() -> str:
    """Close a server while a client is connected that says nothing.

    This example needs sockets.

    Returns:
        Whether `wait_closed` has waited for the client.

    Examples:
        >>> import asyncio, sys
        >>> from yieldpoint.examples.shutting_down import close_with_a_guest
        >>> waits = sys.version_info >= (3, 12, 1)
        >>> asyncio.run(close_with_a_guest()) == f"waits for the client: {waits}"
        True
    """
    connected, gone = asyncio.Event(), asyncio.Event()

    async def listen(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        connected.set()
        await reader.read()
        writer.close()
        gone.set()

    server = await asyncio.start_server(listen, "127.0.0.1")
    address = server.sockets[0].getsockname()
    _, writer = await asyncio.open_connection(*address)
    await connected.wait()
    server.close()
    closing = asyncio.create_task(server.wait_closed())
    await asyncio.wait([closing], timeout=0.1)
    waits = not closing.done()
    writer.close()
    await closing
    await gone.wait()
    return f"waits for the client: {waits}"
