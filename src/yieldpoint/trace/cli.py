"""``yieldpoint trace``: record a program from the command line.

.. code-block:: console

   $ yieldpoint trace yieldpoint.examples.waiting:in_tasks
   $ yieldpoint trace -o crawler.html crawler.py --depth 2

The program prints what it prints. Then the recording follows as text, or it is written
to a file, in the format that the file's name ends with.

Examples:
    >>> import contextlib, sys
    >>> from yieldpoint.trace.cli import main
    >>> with contextlib.redirect_stderr(sys.stdout):
    ...     main(["--output", "run.png", "yieldpoint.examples.waiting:in_tasks"])
    yieldpoint trace: run.png has none of the endings .html, ...
    2
"""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from yieldpoint.trace._command.formats import Misuse, write
from yieldpoint.trace._command.options import Options, parse
from yieldpoint.trace._command.progress import Progress
from yieldpoint.trace._command.targets import called, run_of
from yieldpoint.trace._recorder.program import INTERRUPTED
from yieldpoint.trace.filters import filtered
from yieldpoint.trace.trace import Trace

__all__ = ["main"]

_MISUSE = 2


def main(arguments: list[str], *, ends_process: bool = False) -> int:
    """Record the program that the arguments name, and show the recording.

    Args:
        arguments: The command line, without the command's name.
        ends_process: Whether the process ends with the program: its threads and exit
            handlers are then a part of what is recorded, and Ctrl-C ends the process.

    Returns:
        What the process ends with: the program's own status, or 2 if it cannot be
        recorded. Standard error then says why.

    Raises:
        SystemExit: Help was asked for, and is printed.

    Examples:
        >>> import contextlib, sys
        >>> from yieldpoint.trace.cli import main
        >>> with contextlib.redirect_stderr(sys.stdout):
        ...     main(["yieldpoint.examples.running_order:count_aloud"])
        ...     main(["nowhere:main"])
        yieldpoint trace: count_aloud() needs arguments: missing ... 'limit'
        2
        yieldpoint trace: No module named 'nowhere'
        2
    """
    try:
        options = parse(arguments)
        progress = Progress(sys.stderr)
        with called(options):
            run = run_of(options, ends_process=ends_process)
            with progress:
                trace = run.record(replace(options.settings, tell=progress))
        if not run.is_in_child:
            if trace.remark not in {"", progress.told}:
                _complain(trace.remark)
            _show(_part_of(trace, options), options.output)
    except Misuse as error:
        _complain(str(error))
        return _MISUSE
    if ends_process and run.status == INTERRUPTED:
        _end_as_interrupted()
    return run.status


def _complain(text: str) -> None:
    print(f"yieldpoint trace: {text}", file=sys.stderr)


def _end_as_interrupted() -> None:
    """End the process as Ctrl-C does; a shell then knows that it was that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.raise_signal(signal.SIGINT)


def _part_of(trace: Trace, options: Options) -> Trace:
    """Return what is to be shown; all, if nothing has a name that is given."""
    try:
        return filtered(trace, options.filters)
    except ValueError as error:
        _complain(f"all steps are shown: {error}")
        return trace


def _show(trace: Trace, output: Path | None) -> None:
    """Write the recording to a file, or to the terminal."""
    if output:
        write(trace, output)
        return
    try:
        print(trace, flush=True)
    except BrokenPipeError:
        # Whoever reads has seen enough. Python would complain again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
