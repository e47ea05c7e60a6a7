"""The event loop by hand: make it, run it, close it; and what it does in a turn."""

import asyncio
import gc
import re
import subprocess
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

__all__ = [
    "close_before_the_task_is_done",
    "in_fresh_process",
    "leave_a_task_behind",
    "order_of_callbacks",
    "run_by_hand",
    "run_cancels_what_is_left",
    "run_the_old_way",
    "two_runs_in_one_loop",
]

T = TypeVar("T")


def run_by_hand(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine the way programs did before `asyncio.run`.

    Args:
        main: The coroutine object to run.

    Returns:
        What it returns.

    Examples:
        >>> from yieldpoint.examples.loops import run_by_hand
        >>> from yieldpoint.examples.many import powers_by_gather
        >>> run_by_hand(powers_by_gather())
        [1, 1, 4, 27]
    """
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(main)
    finally:
        loop.close()


def order_of_callbacks() -> list[str]:
    """Hand a loop three callbacks and three timers, and stop before the last one.

    Returns:
        What ran, in the order in which it ran.

    Examples:
        >>> from yieldpoint.examples.loops import order_of_callbacks
        >>> order_of_callbacks()
        ['ready 1', 'ready 2', 'ready 3', 'after 1 s', 'after 2 s']
    """
    log: list[str] = []
    loop = asyncio.new_event_loop()
    for seconds in (3, 2, 1):
        loop.call_later(seconds, log.append, f"after {seconds} s")
    for number in (1, 2, 3):
        loop.call_soon(log.append, f"ready {number}")
    loop.run_until_complete(asyncio.sleep(2.5))
    loop.close()
    return log


def leave_a_task_behind() -> list[str]:
    """Run a coroutine that starts a task and does not wait for it.

    Returns:
        What the coroutine returned, and the state of the task after that.

    Examples:
        >>> from yieldpoint.examples.loops import leave_a_task_behind
        >>> leave_a_task_behind()
        ['main is done', 'task done: False', 'after another run: True']
        >>> import time
        >>> started = time.monotonic()
        >>> result = leave_a_task_behind()
        >>> round(time.monotonic() - started, 1)
        1.0
    """

    async def main() -> tuple[str, asyncio.Task[None]]:
        task = asyncio.create_task(asyncio.sleep(1), name="sleeper")
        return "main is done", task

    loop = asyncio.new_event_loop()
    result, task = loop.run_until_complete(main())
    log = [result, f"task done: {task.done()}"]
    loop.run_until_complete(task)
    log.append(f"after another run: {task.done()}")
    loop.close()
    return log


def run_cancels_what_is_left() -> bool:
    """Do the same under `asyncio.run`, which cancels what is left over.

    Returns:
        Whether the task was cancelled.

    Examples:
        >>> from yieldpoint.examples.loops import run_cancels_what_is_left
        >>> run_cancels_what_is_left()
        True
    """

    async def main() -> asyncio.Task[None]:
        task = asyncio.create_task(asyncio.sleep(1), name="sleeper")
        await asyncio.sleep(0)
        return task

    return asyncio.run(main()).cancelled()


def two_runs_in_one_loop() -> bool:
    """Run two coroutines in the same loop with `asyncio.Runner`.

    Returns:
        Whether both ran in the runner's loop.

    Examples:
        >>> from yieldpoint.examples.loops import two_runs_in_one_loop
        >>> two_runs_in_one_loop()
        True
    """

    async def which_loop() -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        return runner.run(which_loop()) is runner.run(which_loop()) is loop


def in_fresh_process(program: str) -> None:
    """Run a program in a Python of its own and print what it prints.

    Some things happen only once in a process, such as the making of a first loop.

    This example needs a process.

    Args:
        program: The source text.

    Examples:
        >>> from yieldpoint.examples.loops import in_fresh_process
        >>> in_fresh_process("print(6 * 7)")
        42
        >>> in_fresh_process("1 / 0")
        ZeroDivisionError: division by zero
    """
    command = [sys.executable, "-I", "-W", "always", "-c", program]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    for line in (finished.stdout + finished.stderr).splitlines():
        # Of a traceback or a warning, only the line that says what it is.
        if not line.startswith((" ", "Traceback")):
            print(re.sub(r"^<string>:\d+: ", "", line))


def run_the_old_way() -> None:
    """Run what tutorials for old Pythons show, in a Python that has run nothing yet.

    This example needs a process.

    Examples:
        >>> import contextlib, io
        >>> from yieldpoint.examples.loops import run_the_old_way
        >>> with contextlib.redirect_stdout(io.StringIO()) as printed:
        ...     run_the_old_way()
        >>> "works" in printed.getvalue() or "RuntimeError" in printed.getvalue()
        True
    """
    in_fresh_process(
        "import asyncio\n"
        "loop = asyncio.get_event_loop()\n"
        "loop.run_until_complete(asyncio.sleep(0, print('works')))\n"
        "loop.close()\n"
    )


def close_before_the_task_is_done() -> list[str]:
    """Close a loop while one of its tasks still waits.

    Returns:
        What the event loop reports when the last reference to the task is gone.

    Examples:
        >>> from yieldpoint.examples.loops import close_before_the_task_is_done
        >>> close_before_the_task_is_done()
        ['Task was destroyed but it is pending!']
    """
    reports: list[str] = []
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda _, context: reports.append(context["message"]))
    task = loop.create_task(asyncio.sleep(1))
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    del task
    gc.collect()
    return reports
