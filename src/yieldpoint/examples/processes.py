"""An event loop and processes: work that computes, on other processors.

These examples need processes, and one of them a sub-interpreter (Python 3.14).
"""

import asyncio
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path

from yieldpoint.examples.loops import in_fresh_process

__all__ = [
    "append",
    "ask_twice",
    "cancel_and_stop",
    "count_beside_the_loop",
    "count_primes",
    "double",
    "fork_beside_a_thread",
    "new_pool",
    "outcome",
    "run_script",
    "same_process",
    "send_a_function_without_a_file",
    "spawn_without_a_guard",
]


def count_primes(stop: int) -> int:
    """Count the prime numbers below a limit, and keep the processor busy.

    Args:
        stop: The limit.

    Returns:
        How many there are.

    Examples:
        >>> from yieldpoint.examples.processes import count_primes
        >>> count_primes(10), count_primes(1_000)
        (4, 168)
    """
    return sum(
        all(number % divisor for divisor in range(2, int(number**0.5) + 1))
        for number in range(2, stop)
    )


def new_pool(processes: int = 1) -> ProcessPoolExecutor:
    """Make a pool whose processes begin as fresh Pythons.

    This example needs a process.

    Args:
        processes: How many there may be. They start when there is work for them.

    Returns:
        The pool.

    Examples:
        >>> from yieldpoint.examples.processes import count_primes, new_pool
        >>> with new_pool() as pool:
        ...     pool.submit(count_primes, 1_000).result()
        168
    """
    return ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"))


async def count_beside_the_loop(pool: Executor) -> list[str]:
    """Let a process count, and do something else meanwhile.

    This example needs a process.

    Args:
        pool: The process is one of these.

    Returns:
        What happened, in its order.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.processes import count_beside_the_loop, new_pool
        >>> with new_pool() as pool:
        ...     asyncio.run(count_beside_the_loop(pool))
        ['the loop is free', '9592 primes']
    """
    log = []
    loop = asyncio.get_running_loop()
    counting = loop.run_in_executor(pool, count_primes, 100_000)
    await asyncio.sleep(0)
    log.append("the loop is free")
    log.append(f"{await counting} primes")
    return log


async def same_process(pool: Executor) -> bool:
    """Ask where the pool's work is done.

    This example needs a process, or a sub-interpreter.

    Args:
        pool: Whom to ask.

    Returns:
        Whether that is in this process.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.processes import new_pool, same_process
        >>> with new_pool() as pool:
        ...     asyncio.run(same_process(pool))
        False
    """
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(pool, os.getpid) == os.getpid()


def append(things: list[str], thing: str) -> list[str]:
    """Change a list, and return it.

    Args:
        things: The list.
        thing: What to append to it.

    Returns:
        The same list.

    Examples:
        >>> from yieldpoint.examples.processes import append, new_pool
        >>> things = ["a"]
        >>> with new_pool() as pool:
        ...     pool.submit(append, things, "b").result()
        ['a', 'b']
        >>> things
        ['a']
        >>> append(things, "b"), things  # without a process
        (['a', 'b'], ['a', 'b'])
    """
    things.append(thing)
    return things


async def double(number: int) -> int:
    """Return twice the number, a second later.

    Args:
        number: The number.

    Returns:
        Twice the number.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.processes import double
        >>> asyncio.run(double(21))
        42
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(double(21)))
        1.0
    """
    await asyncio.sleep(1)
    return 2 * number


def ask_twice(number: int) -> list[int]:
    """Run an event loop: a process may have one of its own.

    Args:
        number: What to double.

    Returns:
        Two equal results.

    Examples:
        >>> from yieldpoint.examples.processes import ask_twice
        >>> ask_twice(21)
        [42, 42]
        >>> import time
        >>> started = time.monotonic()
        >>> results = ask_twice(21)
        >>> round(time.monotonic() - started, 1)
        1.0
    """

    async def main() -> list[int]:
        return list(await asyncio.gather(double(number), double(number)))

    return asyncio.run(main())


async def cancel_and_stop() -> list[str]:
    """Cancel a task that waits for a process, and stop that process as well.

    This example needs a process.

    Returns:
        What happened, in its order.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.processes import cancel_and_stop
        >>> asyncio.run(cancel_and_stop())
        ['task cancelled: True', 'process works: True', 'process works: False']
    """
    log = []
    process = multiprocessing.get_context("spawn").Process(
        target=count_primes, args=[1_000_000_000], daemon=True
    )
    process.start()
    task = asyncio.create_task(asyncio.to_thread(process.join))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    log.append(f"task cancelled: {task.cancelled()}")
    log.append(f"process works: {process.is_alive()}")
    process.terminate()
    await asyncio.to_thread(process.join)
    log.append(f"process works: {process.is_alive()}")
    process.close()
    return log


async def outcome(
    pool: Executor, function: Callable[..., object], *arguments: object
) -> str:
    """Have a process call a function, and say what comes of it.

    This example needs a process.

    Args:
        pool: The process is one of these.
        function: What to call.
        arguments: With what.

    Returns:
        The result, or the exception, in words.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.processes import append, new_pool, outcome
        >>> with new_pool() as pool:
        ...     asyncio.run(outcome(pool, append, ["a"], "b"))
        ...     asyncio.run(outcome(pool, int, "a"))
        "['a', 'b']"
        "ValueError: invalid literal for int() with base 10: 'a'"
    """
    loop = asyncio.get_running_loop()
    try:
        return str(await loop.run_in_executor(pool, function, *arguments))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def run_script(program: str) -> None:
    """Run a program from a file of its own, and print how it ends.

    This example needs a process.

    Args:
        program: The source text.

    Examples:
        >>> from yieldpoint.examples.processes import run_script
        >>> run_script("print(6 * 7)")
        42
        >>> run_script("raise RuntimeError('too early')")
        RuntimeError: too early
    """
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "script.py")
        script.write_text(program, encoding="utf-8")
        command = [sys.executable, "-I", str(script)]
        finished = subprocess.run(command, capture_output=True, text=True, check=False)
    print(finished.stdout, end="")
    _, error, message = finished.stderr.rpartition("RuntimeError:")
    if error:  # of a traceback only the message, without its line breaks
        print(error, *message.split())


def fork_beside_a_thread() -> None:
    """Fork a process whose loop has used a thread, and print what Python says.

    This example needs processes, and a system that can fork.

    Examples:
        >>> import contextlib, io
        >>> from yieldpoint.examples.processes import fork_beside_a_thread
        >>> with contextlib.redirect_stdout(io.StringIO()) as printed:
        ...     fork_beside_a_thread()
        >>> printed.getvalue().splitlines()[0]  # from Python 3.12 on a warning follows
        'forked'
    """
    in_fresh_process(
        "import asyncio, os, time\n"
        "async def main():\n"
        "    await asyncio.to_thread(time.sleep, 0)\n"
        "    if os.fork() == 0:\n"
        "        os._exit(0)\n"
        "    os.wait()\n"
        "    print('forked')\n"
        "asyncio.run(main())\n"
    )


def send_a_function_without_a_file() -> None:
    """Send a function to a process from a program that is in no file.

    So it is with what is typed into a notebook or an interactive Python.

    This example needs processes.

    Examples:
        >>> import contextlib, io
        >>> from yieldpoint.examples.processes import send_a_function_without_a_file
        >>> with contextlib.redirect_stdout(io.StringIO()) as printed:
        ...     send_a_function_without_a_file()
        >>> lines = printed.getvalue().splitlines()
        >>> lines[0]
        'BrokenProcessPool'
        >>> print(lines[-1])
        AttributeError: ...'work'...
    """
    in_fresh_process(
        "import multiprocessing\n"
        "from concurrent.futures import ProcessPoolExecutor\n"
        "def work():\n"
        "    return 'done'\n"
        "spawn = multiprocessing.get_context('spawn')\n"
        "with ProcessPoolExecutor(1, spawn) as pool:\n"
        "    error = pool.submit(work).exception()\n"
        "print(type(error).__name__)\n"
    )


def spawn_without_a_guard() -> None:
    """Run a script that starts a process whenever it is imported.

    The new process imports the script, to find its function there.

    This example needs processes.

    Examples:
        >>> from yieldpoint.examples.processes import spawn_without_a_guard
        >>> spawn_without_a_guard()
        RuntimeError: An attempt ...
    """
    run_script(
        "import multiprocessing\n"
        "def work():\n"
        "    print('working')\n"
        "spawn = multiprocessing.get_context('spawn')\n"
        "process = spawn.Process(target=work)\n"
        "process.start()\n"
        "process.join()\n"
    )
