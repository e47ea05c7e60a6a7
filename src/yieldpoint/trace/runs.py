"""Run a program and record it.

From Python 3.12 on a recording is made with `sys.monitoring`, which leaves debuggers
and coverage alone. On 3.11 it is made with `sys.settrace`: another trace function is
set aside meanwhile, and afterwards it is back. An outer recording is set aside too, if
one is made inside another. Threads that the program starts are recorded; processes are
not.

The program runs as it does without: same output, same result, same exception, same
order of events. What differs is the time that computing takes. To show a value, its
``__repr__`` is called; what that raises is noted and goes no further. A generator or
another object is not kept alive by being recorded. A signal handler runs in the program
and never in the recorder.

What could not be recorded is said in `Trace.remark <yieldpoint.trace.Trace>`: the
steps behind the limit, those of calls too deep, and what only asyncio's own loop tells.

Examples:
    >>> from yieldpoint.examples.waiting import in_tasks
    >>> from yieldpoint.trace import record
    >>> record(in_tasks).duration
    2.0
"""

import asyncio
import functools
import inspect
import os
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from types import FunctionType
from typing import Any

from yieldpoint.trace._recorder.making import Clock, Files, Settings
from yieldpoint.trace._recorder.program import Script, join_threads
from yieldpoint.trace._recorder.run import Run
from yieldpoint.trace.trace import Trace

__all__ = ["LIMIT", "record", "record_script"]

#: After how many events a recording stops, if not told otherwise.
LIMIT = 200_000


def record(
    target: Callable[..., Any],
    *args: Any,
    clock: Clock = "virtual",
    files: Files = (),
    functions: Iterable[Callable[..., Any]] = (),
    limit: int = LIMIT,
    **kwargs: Any,
) -> Trace:
    """Run a function and record it.

    A coroutine function is run by `asyncio.run`. That may be done where an event loop
    is running, as in a notebook: the loop waits until the recording is made. A
    generator function is driven as ``for`` does it, an async generator function as
    ``async for`` does; the result is then the list of what it yields.

    What the target raises becomes a part of the recording, `SystemExit` and
    `KeyboardInterrupt` included: so Ctrl-C ends a program, and the recording shows how
    far it came.

    Args:
        target: The function, written in Python.
        args: What to call it with. A parameter that is named as one of the following
            can only be given through `functools.partial`.
        clock: "virtual" runs event loops on `yieldpoint.clock`, where waiting takes no
            time and times are exact; outside of a loop that clock stands still. "real"
            keeps real time.
        files: Files and folders whose code is recorded as well. Without them it is the
            code of the target's own file.
        functions: Functions of other files that are recorded as well, each without
            what else is in its file.
        limit: After how many events the recording stops. The program goes on.
        kwargs: What else to call it with.

    Returns:
        The recording.

    Raises:
        TypeError: The target, or one of the functions, is no function written in
            Python, or the target cannot be called with these arguments.
        ValueError: There is no such clock, or the limit is less than 1.

    Examples:
        >>> from yieldpoint.examples.taking_turns import steps_by_generator
        >>> from yieldpoint.trace import record
        >>> trace = record(steps_by_generator, "A")
        >>> trace.result
        ['A1', 'A2']
        >>> [lane.name for lane in trace.lanes]
        ['for', 'steps_by_generator']
        >>> record(steps_by_generator)
        Traceback (most recent call last):
          ...
        TypeError: steps_by_generator() needs arguments: missing ... argument: 'name'
    """
    run = function_run(target, *args, functions=functions, **kwargs)
    return _recorded(run, Settings(clock, files, limit))


def record_script(
    path: str | os.PathLike[str],
    *args: str,
    clock: Clock = "virtual",
    files: Files = (),
    limit: int = LIMIT,
) -> Trace:
    """Run a file as ``python FILE`` does, and record it.

    Args:
        path: The file.
        args: The command line arguments that it gets.
        clock: As for `record`.
        files: As for `record`.
        limit: As for `record`.

    Returns:
        The recording.

    Raises:
        OSError: The file cannot be read.
        SyntaxError: It is no Python.
        ValueError: As for `record`.

    Examples:
        >>> import pathlib, tempfile
        >>> from yieldpoint.trace import record_script
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     script = pathlib.Path(folder, "hello.py")
        ...     _ = script.write_text("print('hello')")
        ...     trace = record_script(script)
        hello
        >>> print(trace)
        hello.py              started
        hello.py  hello.py:1  | print('hello')
        hello.py              prints hello
        hello.py              returns None
    """
    script = Script(os.fspath(path), args)
    bystanders = threading.enumerate()

    def at_end() -> None:
        join_threads(bystanders)
        script.drop()

    run = script_run(script)
    run.at_end = at_end
    return _recorded(run, Settings(clock, files, limit))


def _recorded(run: Run, settings: Settings) -> Trace:
    """Record a run; in a child process that it has forked, do as if it were not."""
    trace = run.record(settings)
    if run.is_in_child and trace.exception is not None:
        raise trace.exception
    return trace


def script_run(script: Script) -> Run:
    """Return how a script is run."""
    return Run(script.name, script.name, script.run, script.own, has_loop=True)


def function_run(
    target: Callable[..., Any],
    *args: Any,
    functions: Iterable[Callable[..., Any]] = (),
    **kwargs: Any,
) -> Run:
    """Return how a function is run.

    Raises:
        TypeError: As for `record`.
    """
    function = _function_of(target)
    try:
        inspect.signature(target).bind(*args, **kwargs)
    except TypeError as error:
        raise TypeError(f"{function.__name__}() needs arguments: {error}") from None
    name = function.__name__
    lane, in_loop = name, False

    def call() -> Any:
        return target(*args, **kwargs)

    run: Callable[[], Any] = call
    if inspect.isgeneratorfunction(function):
        lane, run = "for", lambda: _drive(call())
    elif inspect.isasyncgenfunction(function):
        run, in_loop = lambda: asyncio.run(_drive_async(call())), True
    elif inspect.iscoroutinefunction(function):
        # A decorator may have made a plain function of it, with a loop of its own.
        run, in_loop = lambda: _awaited(call()), True
    codes = {_function_of(each).__code__ for each in functions}
    file = function.__code__.co_filename
    return Run(name, "" if in_loop else lane, run, file, codes, has_loop=in_loop)


def _function_of(target: Any) -> FunctionType:
    """Return the Python function behind a callable."""
    while isinstance(target, functools.partial):
        target = target.func
    function = inspect.unwrap(getattr(target, "__func__", target))
    if not isinstance(function, FunctionType):
        raise TypeError(f"record takes a function written in Python, not {target!r}")
    return function


def _awaited(value: Any) -> Any:
    """Run what a coroutine function returns; leave another value as it is."""
    return asyncio.run(value) if inspect.iscoroutine(value) else value


def _drive(generator: Iterable[Any]) -> list[Any]:
    """Take all that a generator yields, as ``for`` does."""
    values = []
    for value in generator:
        values.append(value)  # noqa: PERF402 - list() would be another who asks
    return values


async def _drive_async(generator: AsyncIterator[Any]) -> list[Any]:
    """Take all that an async generator yields, as ``async for`` does."""
    return [value async for value in generator]
