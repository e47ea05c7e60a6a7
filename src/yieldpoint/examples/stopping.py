"""Inside the event loop: how a run starts, and what it does before it ends."""

import contextlib
import signal
import threading
from asyncio import CancelledError
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

from yieldpoint.examples import built_on_top
from yieldpoint.examples.stepping import Task

__all__ = [
    "Loop",
    "create_task",
    "ctrl_c_calls",
    "get_running_loop",
    "leave_one_behind",
    "move_money",
    "press_twice",
    "run",
    "sleep",
    "until_ctrl_c",
]

T = TypeVar("T")

this_thread = threading.local()  # its `loop` is the one that runs in the thread


class Loop(built_on_top.Loop):
    """The loop with timers, which also knows its tasks.

    Attributes:
        tasks: All tasks that were ever made for it.

    Examples:
        >>> from yieldpoint.examples.stopping import Loop
        >>> loop = Loop()
        >>> loop.tasks
        []
        >>> loop.selector.close()
    """

    def __init__(self) -> None:
        """Make a loop with nothing to do."""
        super().__init__()
        self.tasks: list[Task[Any]] = []

    def turn_until_done(self, *tasks: Task[Any]) -> None:
        """Work until some tasks are done.

        Args:
            tasks: The tasks.

        Examples:
            >>> from yieldpoint.examples.stopping import Loop, Task
            >>> async def do_nothing():
            ...     pass
            >>> loop = Loop()
            >>> task = Task(loop, do_nothing())
            >>> loop.turn_until_done(task)
            >>> task.is_done
            True
            >>> loop.selector.close()
        """
        for task in tasks:
            while not task.is_done:
                self.turn()


def get_running_loop() -> Loop:
    """Return the loop that runs in this thread.

    Returns:
        The loop.

    Raises:
        RuntimeError: None does.

    Examples:
        >>> from yieldpoint.examples.stopping import get_running_loop, run
        >>> async def main():
        ...     return len(get_running_loop().tasks)
        >>> run(main())
        1
        >>> get_running_loop()
        Traceback (most recent call last):
          ...
        RuntimeError: no running event loop
    """
    loop: Loop | None = getattr(this_thread, "loop", None)
    if loop is None:
        raise RuntimeError("no running event loop")
    return loop


def create_task(coroutine: Coroutine[Any, None, T]) -> Task[T]:
    """Start a task on the running loop.

    Args:
        coroutine: The coroutine object.

    Returns:
        The task.

    Examples:
        >>> from yieldpoint.examples.stopping import create_task, run
        >>> async def double(number):
        ...     return 2 * number
        >>> async def main():
        ...     return await create_task(double(21))
        >>> run(main())
        42
    """
    loop = get_running_loop()
    task = Task(loop, coroutine)
    loop.tasks.append(task)
    return task


async def sleep(seconds: float) -> None:
    """Wait for a time, on the running loop.

    Args:
        seconds: How long.

    Examples:
        >>> from yieldpoint.examples.stopping import run, sleep
        >>> run(sleep(1))
    """
    await built_on_top.sleep(get_running_loop(), seconds)


def run(main: Coroutine[Any, None, T]) -> T:
    """Run a coroutine to its end on a new loop, and leave nothing behind.

    Args:
        main: The coroutine object.

    Returns:
        What it returns.

    Raises:
        RuntimeError: A loop runs in this thread already.

    Examples:
        >>> from yieldpoint.examples.stopping import run, sleep
        >>> async def main():
        ...     await sleep(1)
        ...     return 42
        >>> run(main())
        42
        >>> async def run_in_run():
        ...     run(main())
        >>> run(run_in_run())
        Traceback (most recent call last):
          ...
        RuntimeError: an event loop is already running in this thread
    """
    if getattr(this_thread, "loop", None):
        main.close()
        raise RuntimeError("an event loop is already running in this thread")
    this_thread.loop = loop = Loop()
    try:
        task = create_task(main)
        try:
            loop.turn_until_done(task)
        finally:
            left = [task for task in loop.tasks if task.cancel()]
            loop.turn_until_done(*left)
        return task.result()
    finally:
        this_thread.loop = None
        loop.selector.close()


def leave_one_behind() -> list[str]:
    """Let the main task end while another one still waits.

    Returns:
        What happened, in its order.

    Examples:
        >>> from yieldpoint.examples.stopping import leave_one_behind
        >>> leave_one_behind()
        ['serving', 'main ends', 'asked to end', 'goodbye 2 s later']
        >>> import time
        >>> started = time.monotonic()
        >>> result = leave_one_behind()
        >>> round(time.monotonic() - started, 1)
        3.0
    """
    log = []

    async def serve() -> None:
        log.append("serving")
        try:
            await sleep(60)
        except CancelledError:
            log.append("asked to end")
            asked = get_running_loop().time()
            await sleep(2)  # until the client has taken leave
            later = round(get_running_loop().time() - asked)
            log.append(f"goodbye {later} s later")

    async def main() -> None:
        create_task(serve())
        await sleep(1)
        log.append("main ends")

    run(main())
    return log


@contextlib.contextmanager
def ctrl_c_calls(handler: Callable[..., object]) -> Iterator[None]:
    """Have Ctrl-C call something for the time of a block.

    This example needs the main thread: only there signals are handled.

    Args:
        handler: What is called, with the signal's number and the frame that runs.

    Examples:
        >>> import signal
        >>> from yieldpoint.examples.stopping import ctrl_c_calls
        >>> with ctrl_c_calls(lambda *_: print("outer")):
        ...     with ctrl_c_calls(lambda *_: print("inner")):
        ...         signal.raise_signal(signal.SIGINT)
        ...     signal.raise_signal(signal.SIGINT)
        inner
        outer
    """
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


async def until_ctrl_c(main: Coroutine[Any, None, T]) -> T:
    """Run a coroutine that the first Ctrl-C cancels, and the second interrupts.

    This example needs the main thread: only there signals are handled.

    Args:
        main: The coroutine object.

    Returns:
        What it returns.

    Raises:
        KeyboardInterrupt: Ctrl-C was pressed.

    Examples:
        >>> from asyncio import CancelledError
        >>> from yieldpoint.examples.stopping import run, sleep, until_ctrl_c
        >>> run(until_ctrl_c(sleep(1)))
        >>> async def give_up():
        ...     raise CancelledError
        >>> run(until_ctrl_c(give_up()))
        Traceback (most recent call last):
          ...
        asyncio.exceptions.CancelledError
    """
    task = create_task(main)
    presses = []

    def interrupt(number: int, _: object) -> None:
        presses.append(number)
        if len(presses) > 1:
            raise KeyboardInterrupt
        task.cancel()

    with ctrl_c_calls(interrupt):
        try:
            return await task
        except CancelledError:
            if presses:
                raise KeyboardInterrupt from None
            raise


def move_money(*, cancels: bool) -> dict[str, int]:
    """Press Ctrl-C while money is on its way from one account to another.

    This example needs the main thread: only there signals are handled.

    Args:
        cancels: Whether Ctrl-C cancels the task. If not, it raises at once.

    Returns:
        What is in the accounts then.

    Examples:
        >>> from yieldpoint.examples.stopping import move_money
        >>> move_money(cancels=False)
        {'Ada': 90, 'Bob': 100}
        >>> move_money(cancels=True)
        {'Ada': 90, 'Bob': 110}
    """
    accounts = {"Ada": 100, "Bob": 100}

    async def move() -> None:
        while True:
            accounts["Ada"] -= 10
            signal.raise_signal(signal.SIGINT)  # Ctrl-C, just here
            accounts["Bob"] += 10
            await sleep(1)

    with (
        contextlib.suppress(KeyboardInterrupt),
        ctrl_c_calls(signal.default_int_handler),
    ):
        run(until_ctrl_c(move()) if cancels else move())
    return accounts


def press_twice() -> list[str]:
    """Press Ctrl-C, and once more since the first time has changed nothing.

    This example needs the main thread: only there signals are handled.

    Returns:
        What happened, in its order.

    Examples:
        >>> from yieldpoint.examples.stopping import press_twice
        >>> press_twice()
        ['asked to end', 'interrupted']
    """
    log = []

    async def stubborn() -> None:
        while True:
            signal.raise_signal(signal.SIGINT)
            try:
                await sleep(60)
            except CancelledError:
                log.append("asked to end")

    try:
        run(until_ctrl_c(stubborn()))
    except KeyboardInterrupt:
        log.append("interrupted")
    return log
