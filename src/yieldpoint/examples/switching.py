"""Who switches: threads are switched by the system, tasks give way by themselves."""

import asyncio
import socket
import threading
import time

__all__ = [
    "await_without_suspending",
    "late_timer",
    "threads_of_tasks",
    "threads_of_threads",
    "threads_started_by_a_name_lookup",
]


async def threads_of_tasks(number: int) -> int:
    """Count the threads that a number of tasks run in.

    Args:
        number: How many tasks to run side by side.

    Returns:
        The number of different threads.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.switching import threads_of_tasks
        >>> asyncio.run(threads_of_tasks(50))
        1
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(threads_of_tasks(50)))
        1.0
    """
    threads = set()

    async def note_thread() -> None:
        await asyncio.sleep(1)
        threads.add(threading.get_ident())

    async with asyncio.TaskGroup() as group:
        for _ in range(number):
            group.create_task(note_thread())
    return len(threads)


def threads_of_threads(number: int) -> int:
    """Count the threads that the same work takes when each job has its own.

    This example needs threads.

    Args:
        number: How many threads to start.

    Returns:
        The number of different threads.

    Examples:
        >>> from yieldpoint.examples.switching import threads_of_threads
        >>> threads_of_threads(50)
        50
    """
    threads = set()
    all_are_waiting = threading.Barrier(number)

    def note_thread() -> None:
        all_are_waiting.wait()
        threads.add(threading.get_ident())

    jobs = [threading.Thread(target=note_thread) for _ in range(number)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    return len(threads)


async def threads_started_by_a_name_lookup() -> list[str]:
    """Look up a host name through the event loop, which does it in a thread.

    This example needs a thread.

    Returns:
        The names of the threads that were not there before.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.switching import threads_started_by_a_name_lookup
        >>> asyncio.run(threads_started_by_a_name_lookup())
        ['asyncio_0']
    """
    before = set(threading.enumerate())
    loop = asyncio.get_running_loop()
    await loop.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)
    return [thread.name for thread in threading.enumerate() if thread not in before]


async def late_timer() -> float:
    """Sleep for 0.1 s, beside a task that keeps the thread for 0.3 s.

    Returns:
        How long the sleep took, in seconds.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.switching import late_timer
        >>> asyncio.run(late_timer())
        0.3
    """

    async def wake() -> float:
        started = time.monotonic()
        await asyncio.sleep(0.1)
        return round(time.monotonic() - started, 1)

    async def keep_the_thread() -> None:
        time.sleep(0.3)  # nothing can make this coroutine give way

    async with asyncio.TaskGroup() as group:
        waking = group.create_task(wake(), name="wake")
        group.create_task(keep_the_thread(), name="keep the thread")
    return waking.result()


async def await_without_suspending() -> list[str]:
    """Await a coroutine that has nothing to wait for, beside another task.

    Returns:
        The steps, in the order in which they ran.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.switching import await_without_suspending
        >>> asyncio.run(await_without_suspending())
        ['before the await', 'after the await', 'other task']
    """
    log = []

    async def nothing_to_wait_for() -> None:
        pass

    async def other_task() -> None:
        log.append("other task")

    other = asyncio.create_task(other_task())
    log.append("before the await")
    await nothing_to_wait_for()
    log.append("after the await")
    await other
    return log
