"""``python -m yieldpoint trace``: record a program from the command line.

.. code-block:: console

   $ python -m yieldpoint trace yieldpoint.examples.waiting:in_tasks
   $ python -m yieldpoint trace crawler.py -o crawler.html

The program prints what it prints. Then the recording follows as text, or it is written
to a file, in the format that the file's name ends with.

Examples:
    >>> from yieldpoint.trace.cli import main
    >>> main(["yieldpoint.examples.waiting:in_tasks", "--output", "run.png"])
    'yieldpoint trace: run.png has none of the endings .html, .json, .svg, .txt'
"""

import argparse
import contextlib
import importlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from yieldpoint.trace._recorder.program import (
    Script,
    end_process,
    join_threads,
    show_exception,
)
from yieldpoint.trace._recorder.run import Run, Settings
from yieldpoint.trace.filters import add_filters, filtered
from yieldpoint.trace.recording import LIMIT, function_run, script_run
from yieldpoint.trace.trace import Trace

__all__ = ["main"]

_FORMATS: dict[str, Callable[[Trace], str]] = {
    ".html": Trace.to_html,
    ".json": Trace.to_json,
    ".svg": Trace.to_svg,
    ".txt": lambda trace: f"{trace}\n",
}

_INTERRUPTED = 130  # what a shell reports of a process that Ctrl-C has ended


class _Misuse(Exception):  # noqa: N818 - not an error of the program
    """The command cannot do what it is asked to; its text says why."""


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line."""

    def error(self, message: str) -> NoReturn:
        raise _Misuse(message)


def main(arguments: list[str], *, ends_process: bool = False) -> int | str | None:
    """Record the program that the arguments name, and show the recording.

    Args:
        arguments: The command line, without the command's name.
        ends_process: Whether the process ends with the program: its threads and exit
            handlers are then a part of what is recorded, and Ctrl-C ends the process.

    Returns:
        What the process ends with: the program's own status, or a message and so the
        status 1 if it could not be recorded.

    Examples:
        >>> from yieldpoint.trace.cli import main
        >>> main(["yieldpoint.examples.running_order:count_aloud"])
        "yieldpoint trace: count_aloud() needs arguments: missing ... 'limit'"
        >>> main(["nowhere:main"])
        "yieldpoint trace: No module named 'nowhere'"
    """
    try:
        options = _parse(arguments)
        with _called(options.target):
            run = _run_of(options, ends_process=ends_process)
            trace = run.record(Settings(options.clock, options.files, options.limit))
        if not run.is_in_child:
            _show(_part_of(trace, options), options.output)
    except _Misuse as error:
        return f"yieldpoint trace: {error}"
    status = _status(trace)
    if ends_process and status == _INTERRUPTED:
        _end_as_interrupted()
    return status


def _end_as_interrupted() -> None:
    """End the process as Ctrl-C does; a shell then knows that it was that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.raise_signal(signal.SIGINT)


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = _Parser(
        prog="python -m yieldpoint trace",
        description="Run a program, and show who held control when.",
    )
    add = parser.add_argument
    add("target", help="a function, as MODULE:FUNCTION, or a file")
    add("arguments", nargs="*", help="arguments of the file (after -- if they have -)")
    add("-o", "--output", type=Path, help="a file: " + ", ".join(_FORMATS))
    add("--clock", choices=["virtual", "real"], default="virtual", help="see the docs")
    add("--files", action="append", default=[], help="record this file or folder too")
    add("--limit", type=int, default=LIMIT, help="steps to stop after (%(default)s)")
    add_filters(parser)
    options = parser.parse_args(arguments)
    if options.limit < 1:
        raise _Misuse("the limit is at least one step")
    if options.output:
        _check_output(options.output)
    return options


def _check_output(path: Path) -> None:
    """Find out before the run whether its recording can be kept."""
    if path.suffix not in _FORMATS:
        formats = ", ".join(_FORMATS)
        raise _Misuse(f"{path} has none of the endings {formats}")
    existed = path.exists()
    try:
        with path.open("a", encoding="utf-8"):
            pass
    except OSError as error:
        raise _Misuse(f"cannot write {path}: {error.strerror}") from None
    if not existed:
        path.unlink()


def _run_of(options: argparse.Namespace, *, ends_process: bool) -> Run:
    """Return the run of what the command line names."""
    module, colon, name = options.target.partition(":")
    script: Script | None = None
    try:
        if not colon or options.target.endswith(".py"):
            script = Script(
                options.target, tuple(options.arguments), is_first=ends_process
            )
            run = script_run(script)
        elif options.arguments:
            raise _Misuse("a function takes no arguments here")
        else:
            run = function_run(_find(module, name))
    except SyntaxError as error:
        where = f"{error.filename}, line {error.lineno}"
        raise _Misuse(f"{where}: {error.msg}") from None
    except OSError as error:
        raise _Misuse(f"cannot read {options.target}: {error.strerror}") from None
    except (RuntimeError, TypeError, ValueError) as error:
        raise _Misuse(str(error)) from None
    bystanders = threading.enumerate()

    def at_end(error: BaseException | None) -> None:
        if error is not None:
            show_exception(error)
        join_threads(bystanders)
        if ends_process:
            end_process()
        if script is not None:
            script.drop()

    run.at_end = at_end
    return run


@contextlib.contextmanager
def _called(name: str) -> Iterator[None]:
    """Let a module find on its command line what is run, and not this command."""
    before, sys.argv = sys.argv, [name]
    try:
        yield
    finally:
        sys.argv = before


def _find(module: str, name: str) -> Callable[..., Any]:
    """Return a function of a module."""
    try:
        found: Any = importlib.import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except SyntaxError:
        raise
    except AttributeError:
        raise _Misuse(f"{module} has no function {name!r}") from None
    except Exception as error:  # noqa: BLE001 - a module may raise anything
        text = str(error) if isinstance(error, ImportError) else repr(error)
        raise _Misuse(text) from None
    function: Callable[..., Any] = found
    return function


def _part_of(trace: Trace, options: argparse.Namespace) -> Trace:
    """Return what is to be shown; all, if nothing has a name that is given."""
    try:
        return filtered(trace, options)
    except ValueError as error:
        print(f"yieldpoint trace: all steps are shown: {error}", file=sys.stderr)
        return trace


def _show(trace: Trace, output: Path | None) -> None:
    """Write the recording to a file, or to the terminal."""
    if trace.remark:
        print(f"yieldpoint trace: {trace.remark}", file=sys.stderr)
    if output:
        try:
            text = _FORMATS[output.suffix](trace)
            output.write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            raise _Misuse(f"cannot write {output}: {error.strerror}") from None
        return
    try:
        print(trace, flush=True)
    except BrokenPipeError:
        # Whoever reads has seen enough. Python would complain again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _status(trace: Trace) -> int | str | None:
    """Return what the process ends with."""
    match trace.exception:
        case None:
            return None
        case SystemExit(code=int(status)):
            return status
        case SystemExit(code=None):
            return None
        case KeyboardInterrupt():
            return _INTERRUPTED
        case _:
            return 1
