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
import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from yieldpoint.trace.model import Trace
from yieldpoint.trace.recording import LIMIT, record, record_script

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


def main(arguments: list[str]) -> int | str | None:
    """Record the program that the arguments name, and show the recording.

    Args:
        arguments: The command line, without the command's name.

    Returns:
        None if the program came to its end; otherwise a status, or a message and so
        the status 1.

    Examples:
        >>> from yieldpoint.trace.cli import main
        >>> main(["yieldpoint.examples.running_order:count_aloud"])
        "yieldpoint trace: count_aloud() needs arguments: missing ... 'limit'"
        >>> main(["nowhere:main"])
        "yieldpoint trace: No module named 'nowhere'"
    """
    try:
        options = _parse(arguments)
        trace = _record(options)
        _show(trace, options.output)
    except _Misuse as error:
        return f"yieldpoint trace: {error}"
    return _status(trace)


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


def _record(options: argparse.Namespace) -> Trace:
    """Record what the command line names."""
    settings: dict[str, Any] = {
        "clock": options.clock,
        "files": options.files,
        "limit": options.limit,
    }
    module, colon, name = options.target.partition(":")
    try:
        if not colon or options.target.endswith(".py"):
            return record_script(options.target, *options.arguments, **settings)
        if options.arguments:
            raise _Misuse("a function takes no arguments here")
        return record(_find(module, name), **settings)
    except SyntaxError as error:
        where = f"{error.filename}, line {error.lineno}"
        raise _Misuse(f"{where}: {error.msg}") from None
    except OSError as error:
        raise _Misuse(f"cannot read {options.target}: {error.strerror}") from None
    except (RuntimeError, TypeError, ValueError) as error:
        raise _Misuse(str(error)) from None


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


def _show(trace: Trace, output: Path | None) -> None:
    """Write the recording to a file, or to the terminal."""
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
    if trace.remark:
        print(f"yieldpoint trace: {trace.remark}", file=sys.stderr)
    if trace.outcome == "stopped":
        return f"yieldpoint trace: stopped {trace.value}; --limit allows for more"
    if isinstance(trace.exception, KeyboardInterrupt):
        return _INTERRUPTED
    if isinstance(trace.exception, SystemExit):
        return trace.exception.code
    if trace.outcome == "raised":
        return f"yieldpoint trace: {trace.target} raised {trace.value}"
    return None
