"""Run a program and record it.

A recording is made with `sys.settrace`, on all Pythons alike. While it is made, another
trace function (a debugger's, coverage's) is set aside; afterwards it is back. So is an
outer recording, if one is made inside another. Threads that the program starts are
recorded too.

The program runs as it does without: same output, same result, same exception, same
order of events. What differs is the time that computing takes. To show a value, its
``__repr__`` is called; what that raises is noted and goes no further. A generator or
another object is not kept alive by being recorded.

Where the program calls itself so deeply that not even a trace function can be called,
or sets a trace function of its own, the recording ends early and says so in
`Trace.remark <yieldpoint.trace.model.Trace>`; the program runs on.

Examples:
    >>> from yieldpoint.examples.waiting import in_tasks
    >>> from yieldpoint.trace import record
    >>> record(in_tasks).duration
    2.0
"""

import asyncio
import builtins
import contextlib
import functools
import inspect
import linecache
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, Literal

from yieldpoint import clock as virtual_clock
from yieldpoint.trace._journal import Journal
from yieldpoint.trace._recorder import Recorder
from yieldpoint.trace._sources import sources_of
from yieldpoint.trace.model import Lane, Trace

__all__ = ["LIMIT", "record", "record_script"]

#: After how many events a recording stops, if not told otherwise.
LIMIT = 200_000

_Clock = Literal["virtual", "real"]
_Files = Iterable[str | os.PathLike[str]]


def record(
    target: Callable[..., Any],
    *args: Any,
    clock: _Clock = "virtual",
    files: _Files = (),
    functions: Iterable[Callable[..., Any]] = (),
    limit: int = LIMIT,
    **kwargs: Any,
) -> Trace:
    """Run a function and record it.

    A coroutine function is run by `asyncio.run`. A generator function is driven as
    ``for`` does it, an async generator function as ``async for`` does; the result is
    then the list of what it yields.

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
        limit: After how many events the program is stopped, as if by Ctrl-C.
        kwargs: What else to call it with.

    Returns:
        The recording.

    Raises:
        TypeError: The target, or one of the functions, is no function written in
            Python, or the target cannot be called with these arguments.
        RuntimeError: The target is to run in an event loop, and one is running here.

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
    if in_loop and asyncio._get_running_loop() is not None:
        raise RuntimeError("record runs an event loop of its own, and one is running")
    own = [function.__code__.co_filename, *files]
    codes = {_function_of(each).__code__ for each in functions}
    return _record(name, "" if in_loop else lane, run, own, clock, limit, codes)


def record_script(
    path: str | os.PathLike[str],
    *args: str,
    clock: _Clock = "virtual",
    files: _Files = (),
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

    Examples:
        >>> import pathlib, tempfile
        >>> from yieldpoint.trace import record_script
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     script = pathlib.Path(folder, "hello.py")
        ...     _ = script.write_text("print('hello')")
        ...     trace = record_script(script)
        hello
        >>> print(trace)
        hello.py  started
        hello.py  | print('hello')
        hello.py  prints hello
        hello.py  returns None
    """
    filename = os.fspath(path)
    code = compile(Path(path).read_bytes(), filename, "exec", dont_inherit=True)
    run = functools.partial(_run_as_main, code, args)
    own = [filename, *files]
    return _record(Path(path).name, Path(path).name, run, own, clock, limit)


def _run_as_main(code: CodeType, args: tuple[str, ...]) -> None:
    """Execute a program the way that Python does with a file on its command line."""
    main = type(sys)("__main__")
    vars(main).update(__builtins__=builtins, __file__=code.co_filename)
    before = sys.argv, sys.path[:], sys.modules["__main__"]
    sys.argv = [code.co_filename, *args]
    sys.path.insert(0, os.path.dirname(os.path.realpath(code.co_filename)))  # noqa: PTH120 - as text
    sys.modules["__main__"] = main
    try:
        exec(code, vars(main))  # noqa: S102 - the program is the reader's own
    finally:
        sys.argv, sys.path[:], sys.modules["__main__"] = before


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


def _record(
    target: str,
    caller: str,
    run: Callable[[], Any],
    own: Iterable[str | os.PathLike[str]],
    clock: _Clock,
    limit: int,
    codes: Collection[CodeType] = frozenset(),
) -> Trace:
    """Run something and record it, in a lane for its caller unless that is a loop."""
    paths = [os.path.realpath(path) for path in own]
    linecache.checkcache()

    @functools.cache
    def is_own_file(filename: str) -> bool:
        path = os.path.realpath(filename)
        return any(path == each or path.startswith(each + os.sep) for each in paths)

    journal = Journal(limit, real_time=clock == "real")
    recorder = Recorder(
        journal, lambda code: code in codes or is_own_file(code.co_filename)
    )
    result, exception, remark = None, None, ""
    with contextlib.ExitStack() as stack:
        if clock == "virtual":
            stack.enter_context(virtual_clock.installed())
        stack.enter_context(_output_noted(journal))
        stack.enter_context(_traced(recorder))
        try:
            result = recorder.call(caller, run) if caller else run()
        except BaseException as error:  # noqa: BLE001 - it becomes a part of the trace
            exception = error
        interrupted = journal.stopped or isinstance(exception, KeyboardInterrupt)
        if sys.gettrace() != recorder.trace and not interrupted:
            remark = (
                "the recording ends early: calls too deep, or another trace function"
            )
    if journal.stopped:
        outcome, value = "stopped", journal.stopped
    elif exception is not None:
        outcome, value = "raised", journal.describe(exception)
    else:
        outcome, value = "returned", journal.describe(result)
    recorder.finish(outcome, value)
    return Trace(
        target=target,
        lanes=tuple(_lanes(journal)),
        events=tuple(journal.events),
        sources=tuple(sources_of(journal.files, recorder.codes)),
        outcome=outcome,
        value=value,
        remark=remark,
        result=result,
        exception=exception,
    )


def _function_of(target: Any) -> FunctionType:
    """Return the Python function behind a callable."""
    while isinstance(target, functools.partial):
        target = target.func
    function = inspect.unwrap(getattr(target, "__func__", target))
    if not isinstance(function, FunctionType):
        raise TypeError(f"record takes a function written in Python, not {target!r}")
    return function


@contextlib.contextmanager
def _traced(recorder: Recorder) -> Iterator[None]:
    """Trace this thread and those that it starts, and set other tracers aside."""
    before = sys.gettrace(), threading.gettrace()
    threading.settrace(recorder.trace)
    sys.settrace(recorder.trace)
    try:
        yield
    finally:
        sys.settrace(before[0])
        threading.settrace(before[1])


class _Tee:
    """A text stream that also tells a journal what is written to it."""

    def __init__(self, stream: Any, journal: Journal) -> None:
        self._stream = stream
        self._journal = journal

    def write(self, text: str) -> int:
        if self._journal.describe.is_busy:
            return len(text)  # the program does not print that: a repr does, for us
        self._journal.printed(text)
        written: int = self._stream.write(text)
        return written

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextlib.contextmanager
def _output_noted(journal: Journal) -> Iterator[None]:
    """Note what is printed; it is printed all the same."""
    stream = sys.stdout
    tee: Any = _Tee(stream, journal)
    sys.stdout = tee
    try:
        yield
    finally:
        if sys.stdout is tee:
            sys.stdout = stream


def _lanes(journal: Journal) -> Iterator[Lane]:
    """Yield the lanes, with numbers where two have the same name."""
    names = [lane.name for lane in journal.lanes]
    for number, lane in enumerate(journal.lanes):
        name = names[number]
        if names.count(name) > 1:
            name = f"{name}-{names[: number + 1].count(name)}"
        yield Lane(name, lane.kind, lane.function)
