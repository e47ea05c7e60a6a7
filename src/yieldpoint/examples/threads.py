"""An event loop and threads: how work gets out of the loop, and how it gets back in.

These examples need threads.
"""

import asyncio
import tempfile
import threading
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from pathlib import Path
from typing import Any, TypeVar

__all__ = [
    "BackgroundLoop",
    "answer_from_a_thread",
    "answer_too_late",
    "ask_the_loop",
    "call_from_sync_code",
    "cancel_the_task",
    "fetch",
    "fetch_all",
    "fetch_one",
    "fetch_two_at_once",
    "go_through_pages",
    "last_answer",
    "leave_a_thread_behind",
    "pages",
    "read_a_file",
    "stop_the_thread",
    "user",
    "user_in_threads",
    "wait_in_the_loop",
]

T = TypeVar("T")

user: ContextVar[str] = ContextVar("user", default="nobody")
"""The name that the code works for."""


def fetch(name: str) -> str:
    """Fetch something, and block the thread for a second, as ``requests.get`` does.

    Args:
        name: What to fetch.

    Returns:
        What came.

    Examples:
        >>> from yieldpoint.examples.threads import fetch
        >>> fetch("a")
        'page a'
        >>> import time
        >>> started = time.monotonic()
        >>> page = fetch("a")
        >>> round(time.monotonic() - started, 1)
        1.0
    """
    time.sleep(1)
    return f"page {name}"


async def fetch_one() -> str:
    """Let a thread fetch a page, and do something else meanwhile.

    Returns:
        The page.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.threads import fetch_one
        >>> asyncio.run(fetch_one())
        still here
        'page a'
    """
    task = asyncio.create_task(asyncio.to_thread(fetch, "a"), name="waits")
    await asyncio.sleep(0.5)
    print("still here")
    return await task


async def fetch_all(names: str) -> list[str]:
    """Fetch several pages at once, each in a thread.

    Args:
        names: What to fetch, a letter each.

    Returns:
        The pages.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.threads import fetch_all
        >>> asyncio.run(fetch_all("abc"))
        ['page a', 'page b', 'page c']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(fetch_all("abc")))
        1.0
    """
    return await asyncio.gather(*(asyncio.to_thread(fetch, name) for name in names))


async def fetch_two_at_once(names: str) -> list[str]:
    """Fetch several pages in a pool of two threads.

    Args:
        names: What to fetch, a letter each.

    Returns:
        The pages.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.threads import fetch_two_at_once
        >>> asyncio.run(fetch_two_at_once("abcd"))
        ['page a', 'page b', 'page c', 'page d']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(fetch_two_at_once("abcde")))
        3.0
    """
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(max_workers=2) as pool:
        jobs = [loop.run_in_executor(pool, fetch, name) for name in names]
        return await asyncio.gather(*jobs)


async def answer_from_a_thread() -> str:
    """Let a thread fill a future, by asking the loop to do it.

    Returns:
        What the thread gave.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.threads import answer_from_a_thread
        >>> asyncio.run(answer_from_a_thread())
        'page a'
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(answer_from_a_thread()))
        1.0
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[str] = loop.create_future()

    def work() -> None:
        page = fetch("a")
        loop.call_soon_threadsafe(future.set_result, page)

    threading.Thread(target=work, name="worker").start()
    return await future


async def answer_too_late() -> str:
    """Let a thread fill a future itself: nothing tells the loop, which sleeps on.

    Returns:
        What the thread gave.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.threads import answer_too_late
        >>> asyncio.run(answer_too_late())
        'page a'
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(answer_too_late()))
        60.0
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[str] = loop.create_future()

    def work() -> None:
        future.set_result(fetch("a"))

    threading.Thread(target=work, name="worker").start()
    something_else = asyncio.create_task(asyncio.sleep(60))
    page = await future
    something_else.cancel()
    return page


async def last_answer(name: str) -> str:
    """Find an answer, in a coroutine, in a second.

    Args:
        name: What to look for.

    Returns:
        The answer.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.threads import last_answer
        >>> asyncio.run(last_answer("a"))
        'answer to a'
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(last_answer("a")))
        1.0
    """
    await asyncio.sleep(1)
    return f"answer to {name}"


async def ask_the_loop() -> str:
    """Run a coroutine in the loop from within a thread, and wait for its result there.

    Returns:
        What the thread made of it.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.threads import ask_the_loop
        >>> asyncio.run(ask_the_loop())
        'the thread has the answer to a'
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(ask_the_loop()))
        1.0
    """
    loop = asyncio.get_running_loop()

    def work() -> str:
        future = asyncio.run_coroutine_threadsafe(last_answer("a"), loop)
        return f"the thread has the {future.result(timeout=5)}"

    return await asyncio.to_thread(work)


async def wait_in_the_loop() -> str:
    """Wait for a coroutine in the thread that would have to run it.

    Returns:
        What comes of it.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.threads import wait_in_the_loop
        >>> asyncio.run(wait_in_the_loop())
        'TimeoutError'
    """
    loop = asyncio.get_running_loop()
    future = asyncio.run_coroutine_threadsafe(last_answer("a"), loop)
    try:
        return future.result(timeout=5)
    except TimeoutError as error:
        return type(error).__name__


class BackgroundLoop:
    """An event loop in a thread of its own, for code that is not asynchronous.

    Attributes:
        loop: The event loop.
        thread: The thread that runs it.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.threads import BackgroundLoop, last_answer
        >>> background = BackgroundLoop()
        >>> background.run(last_answer("a"))
        'answer to a'
        >>> background.close()
        >>> background.loop.is_closed(), background.thread.is_alive()
        (True, False)
    """

    def __init__(self) -> None:
        """Start the thread."""
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="loop")
        self.thread.start()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the loop, and block until it is done.

        Args:
            coroutine: The coroutine object.

        Returns:
            What it returns.

        Examples:
            >>> from yieldpoint.examples.threads import BackgroundLoop, last_answer
            >>> background = BackgroundLoop()
            >>> background.run(last_answer("b"))
            'answer to b'
            >>> background.close()
        """
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result()

    def close(self) -> None:
        """Stop the loop, and wait for its thread.

        Examples:
            >>> from yieldpoint.examples.threads import BackgroundLoop
            >>> BackgroundLoop().close()
        """
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


def call_from_sync_code() -> list[str]:
    """Call coroutines from plain functions, again and again, in one loop.

    Returns:
        Their answers.

    Examples:
        >>> from yieldpoint.examples.threads import call_from_sync_code
        >>> call_from_sync_code()
        ['answer to a', 'answer to b']
        >>> import time
        >>> started = time.monotonic()
        >>> answers = call_from_sync_code()
        >>> round(time.monotonic() - started, 1)
        2.0
    """
    background = BackgroundLoop()
    try:
        return [background.run(last_answer(name)) for name in "ab"]
    finally:
        background.close()


async def user_in_threads() -> list[str]:
    """Read a context variable in threads that are started in three ways.

    Returns:
        What each of them sees.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.threads import user_in_threads
        >>> asyncio.run(user_in_threads())
        ['ada', 'nobody', 'ada']
    """
    user.set("ada")
    loop = asyncio.get_running_loop()
    return [
        await asyncio.to_thread(user.get),
        await loop.run_in_executor(None, user.get),
        await loop.run_in_executor(None, copy_context().run, user.get),
    ]


async def cancel_the_task() -> list[str]:
    """Cancel a task whose work is done by a thread.

    Returns:
        What happened, in its order.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.threads import cancel_the_task
        >>> asyncio.run(cancel_the_task())
        ['task cancelled: True', 'the thread has worked on']
    """
    log = []

    def work() -> None:
        time.sleep(2)
        log.append("the thread has worked on")

    task = asyncio.create_task(asyncio.to_thread(work), name="waits")
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.wait([task])
    log.append(f"task cancelled: {task.cancelled()}")
    await asyncio.sleep(2)
    return log


async def leave_a_thread_behind() -> None:
    """Start a call in the loop's pool, and do not wait for it.

    Examples:
        >>> import asyncio, time
        >>> from yieldpoint.examples.threads import leave_a_thread_behind
        >>> started = time.monotonic()
        >>> asyncio.run(leave_a_thread_behind())
        main is done
        >>> round(time.monotonic() - started, 1)
        3.0
    """
    asyncio.get_running_loop().run_in_executor(None, time.sleep, 3)
    print("main is done")


async def stop_the_thread() -> list[str]:
    """Cancel a task, and tell its thread by an event to end as well.

    Returns:
        What happened, in its order.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.threads import stop_the_thread
        >>> asyncio.run(stop_the_thread())
        ['step', 'step', 'step', 'told to stop', 'the thread ends']
    """
    log = []
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            log.append("step")
            time.sleep(1)
        log.append("the thread ends")

    async def main() -> None:
        try:
            await asyncio.to_thread(work)
        finally:
            log.append("told to stop")
            stop.set()

    task = asyncio.create_task(main(), name="waits")
    await asyncio.sleep(2.5)
    task.cancel()
    await asyncio.wait([task])
    await asyncio.sleep(1)
    return log


async def read_a_file() -> str:
    """Write a file and read it, each in a thread: the loop has no way of its own.

    Returns:
        What is in the file.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.threads import read_a_file
        >>> asyncio.run(read_a_file())
        'some notes'
    """
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder, "notes.txt")
        await asyncio.to_thread(notes.write_text, "some notes", encoding="utf-8")
        return await asyncio.to_thread(notes.read_text, encoding="utf-8")


def pages() -> Iterator[str]:
    """Yield two pages, and block the thread before each, as a database driver may.

    Yields:
        The pages.

    Examples:
        >>> from yieldpoint.examples.threads import pages
        >>> list(pages())
        ['page 1', 'page 2']
    """
    yield fetch("1")
    yield fetch("2")


async def go_through_pages() -> list[str]:
    """Go through an iterator that blocks, and take each step in a thread.

    Returns:
        The pages.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.threads import go_through_pages
        >>> asyncio.run(go_through_pages())
        ['page 1', 'page 2']
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(go_through_pages()))
        2.0
    """
    iterator = pages()
    found: list[str] = []
    while True:
        page = await asyncio.to_thread(next, iterator, None)  # None: no more
        if page is None:
            return found
        found.append(page)
