"""Other programs, beside an event loop: talk to them, and end them."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE

from yieldpoint.examples.reports import print_warnings

__all__ = [
    "PYTHON",
    "by_shell",
    "filter_text",
    "leave_one_running",
    "lines_as_they_come",
    "stop_after",
    "talk",
    "wait_with_a_full_pipe",
]

#: The command of a Python that reads its program from the command line.
PYTHON = [sys.executable, "-I", "-c"]


async def filter_text(program: str, text: str) -> str:
    r"""Run a program, give it a text, and take what it prints.

    This example needs a process.

    Args:
        program: The source text of a Python program.
        text: What it can read from its standard input.

    Returns:
        What it has printed.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.subprocesses import filter_text
        >>> asyncio.run(filter_text("print(input().upper())", "hi"))
        'HI\n'
    """
    process = await asyncio.create_subprocess_exec(
        *PYTHON, program, stdin=PIPE, stdout=PIPE
    )
    output, _ = await process.communicate(text.encode())
    return output.decode()


async def lines_as_they_come(program: str) -> list[str]:
    """Run a program, and read what it prints line by line while it runs.

    This example needs a process.

    Args:
        program: The source text of a Python program.

    Returns:
        The lines, and the exit status.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.subprocesses import lines_as_they_come
        >>> asyncio.run(lines_as_they_come("for n in (1, 2): print(n)"))
        ['1', '2', 'exit status 0']
    """
    process = await asyncio.create_subprocess_exec(*PYTHON, program, stdout=PIPE)
    assert process.stdout is not None  # for the type checker: it is a pipe
    lines = [line.decode().rstrip() async for line in process.stdout]
    return [*lines, f"exit status {await process.wait()}"]


async def talk(program: str, lines: list[str]) -> list[str]:
    r"""Run a program, and send it each line when the answer to the one before is there.

    This example needs a process.

    Args:
        program: The source text of a Python program, which answers each line.
        lines: What to send.

    Returns:
        The answers.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.subprocesses import talk
        >>> echo = "import sys\nfor line in sys.stdin: print(line.upper(), end='')"
        >>> unbuffered = echo.replace("end", "flush=True, end")
        >>> asyncio.run(talk(unbuffered, ["hi", "ho"]))
        ['HI', 'HO']
    """
    process = await asyncio.create_subprocess_exec(
        *PYTHON, program, stdin=PIPE, stdout=PIPE
    )
    assert process.stdin is not None  # for the type checker: both are pipes
    assert process.stdout is not None
    answers = []
    for line in lines:
        process.stdin.write(f"{line}\n".encode())
        await process.stdin.drain()
        answers.append((await process.stdout.readline()).decode().rstrip())
    process.stdin.close()  # the program sees the end of its input, and ends
    await process.wait()
    return answers


async def by_shell(command: str) -> str:
    """Let a shell run a command line.

    This example needs a process, and a shell such as that of Linux.

    Args:
        command: The line, which must come from nobody else.

    Returns:
        What was printed.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.subprocesses import by_shell
        >>> asyncio.run(by_shell("echo one two | wc -w")).strip()
        '2'
    """
    process = await asyncio.create_subprocess_shell(command, stdout=PIPE)
    output, _ = await process.communicate()
    return output.decode().rstrip()


async def wait_with_a_full_pipe(seconds: float) -> list[str]:
    """Wait for a program to end before reading the megabyte that it prints.

    This example needs a process.

    Args:
        seconds: How long to wait.

    Returns:
        What came of it, and of reading then.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.subprocesses import wait_with_a_full_pipe
        >>> asyncio.run(wait_with_a_full_pipe(0.1))
        ['wait: TimeoutError', 'communicate: 1000001 bytes, then exit status 0']
    """
    log = []
    process = await asyncio.create_subprocess_exec(
        *PYTHON, "print('x' * 1_000_000)", stdout=PIPE
    )
    try:
        async with asyncio.timeout(seconds):
            await process.wait()  # it waits for us to read, and we for it to end
    except TimeoutError:
        log.append("wait: TimeoutError")
    output, _ = await process.communicate()
    log.append(
        f"communicate: {len(output)} bytes, then exit status {process.returncode}"
    )
    return log


async def stop_after(seconds: float, program: str, grace: float = 5) -> int:
    """Run a program for a time; then ask it to end, and if it does not, end it.

    This example needs a process.

    Args:
        seconds: How long it may run.
        program: The source text of a Python program.
        grace: How many seconds it may take to end when it is asked to.

    Returns:
        Its exit status; if a signal has ended it, the signal's number below zero.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.subprocesses import stop_after
        >>> asyncio.run(stop_after(60, "pass"))
        0
        >>> asyncio.run(stop_after(0.1, "import time; time.sleep(60)"))
        -15
    """
    process = await asyncio.create_subprocess_exec(
        *PYTHON, program, stdin=DEVNULL, stdout=DEVNULL
    )
    for limit, end in ((seconds, process.terminate), (grace, process.kill)):
        try:
            async with asyncio.timeout(limit):
                return await process.wait()
        except TimeoutError:
            end()
    return await process.wait()


def leave_one_running() -> None:
    """Leave a program running at the end of `asyncio.run`, in a Python of its own.

    This example needs a process.

    Examples:
        >>> import contextlib, io, sys
        >>> from yieldpoint.examples.subprocesses import leave_one_running
        >>> with contextlib.redirect_stdout(io.StringIO()) as printed:
        ...     leave_one_running()
        >>> "is still running" in printed.getvalue() or sys.version_info < (3, 12)
        True
    """
    print_warnings(
        "import asyncio, sys\n"
        "async def main():\n"
        "    command = [sys.executable, '-I', '-c', 'import time; time.sleep(1)']\n"
        "    nowhere = asyncio.subprocess.DEVNULL\n"
        "    return await asyncio.create_subprocess_exec(\n"
        "        *command, stdout=nowhere, stderr=nowhere\n"
        "    )\n"
        "process = asyncio.run(main())\n"
        "del process\n"
    )
