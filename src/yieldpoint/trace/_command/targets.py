"""What is to be run: a file, a module or a function, found before anything runs."""

import contextlib
import importlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import yieldpoint
from yieldpoint.trace._command.formats import Misuse
from yieldpoint.trace._command.options import Options
from yieldpoint.trace._recorder.program import (
    ModuleScript,
    Script,
    end_process,
    forget_exception,
    join_threads,
    show_exception,
)
from yieldpoint.trace._recorder.run import Run
from yieldpoint.trace.runs import function_run, script_run

__all__ = ["called", "run_of"]


def run_of(options: Options, *, ends_process: bool) -> Run:
    """Return the run of what a command line names.

    Args:
        options: The command line.
        ends_process: Whether the process ends with the run.

    Raises:
        Misuse: There is no such program, or it cannot be run.
    """
    with _said_as_misuse(options.program):
        run, drop = _program(options, is_first=ends_process)
    bystanders = threading.enumerate()

    def at_end() -> None:
        if run.exception is not None:
            show_exception(run.exception)
        if isinstance(run.exception, SystemExit):
            run.exception = None  # Python does not keep it either
        join_threads(bystanders)
        if ends_process:
            end_process()
        run.exception = None
        forget_exception()
        drop()

    run.at_end = at_end
    return run


@contextlib.contextmanager
def _said_as_misuse(program: str) -> Iterator[None]:
    """Say why a program cannot be run."""
    try:
        yield
    except SyntaxError as error:
        where = f"{error.filename}, line {error.lineno}" if error.lineno else program
        raise Misuse(f"{where}: {error.msg}") from None
    except OSError as error:
        raise Misuse(f"cannot read {program}: {error.strerror}") from None
    except (RuntimeError, TypeError, ValueError) as error:
        raise Misuse(str(error)) from None


def _program(options: Options, *, is_first: bool) -> tuple[Run, Callable[[], None]]:
    """Return how a program is run, and how it is dropped at its end."""
    if _is_function(options.program) and not options.is_module:
        if is_first and not sys.flags.safe_path:
            sys.path[0] = os.getcwd()  # noqa: PTH109 - as text, as Python does it
        module, _, name = options.program.partition(":")
        return function_run(_function(module, name)), lambda: None
    if options.is_module:
        script: Script = _module(options, is_first=is_first)
    else:
        script = Script(options.program, options.arguments, is_first=is_first)
    return script_run(script), script.drop


def _is_function(program: str) -> bool:
    return ":" in program and not (program.endswith(".py") or os.path.exists(program))  # noqa: PTH110 - as text


def _module(options: Options, *, is_first: bool) -> Script:
    """Return a module as a program."""
    try:
        return ModuleScript(options.program, options.arguments, is_first=is_first)
    except SyntaxError:
        raise
    except Exception as error:  # noqa: BLE001 - the package around it may raise anything
        raise Misuse(_told(error)) from None


def _function(module: str, name: str) -> Callable[..., Any]:
    """Return a function of a module."""
    try:
        found: Any = importlib.import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except SyntaxError:
        raise
    except AttributeError:
        raise Misuse(f"{module} has no function {name!r}") from None
    except Exception as error:  # noqa: BLE001 - a module may raise anything
        raise Misuse(_told(error)) from None
    function: Callable[..., Any] = found
    return function


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, ImportError) else repr(error)


@contextlib.contextmanager
def called(options: Options) -> Iterator[None]:
    """Let a program find on its command line what is run, and not this command."""
    before, sys.argv = sys.argv, [options.program, *options.arguments]
    documented = yieldpoint.__doc__
    # A program may be pytest, and that would warn: this package, to which a plugin
    # belongs, is imported already and cannot be rewritten.
    yieldpoint.__doc__ = f"{documented}\nPYTEST_DONT_REWRITE"
    try:
        yield
    finally:
        sys.argv, yieldpoint.__doc__ = before, documented
