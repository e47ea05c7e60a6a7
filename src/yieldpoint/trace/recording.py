"""Record a run: who held control when, and what went from one to another.

Examples:
    >>> from yieldpoint.trace import record
    >>> from yieldpoint.examples.taking_turns import switch_by_hand
    >>> trace = record(switch_by_hand)
    >>> trace.result
    ['A1', 'B1', 'A2', 'B2']
"""

import ast
import asyncio
import contextlib
import functools
import inspect
import linecache
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import CodeType
from typing import Any, Literal

from yieldpoint import clock as virtual_clock
from yieldpoint.trace._recorder import Recorder, StepLimit
from yieldpoint.trace.model import Lane, Source, Trace

__all__ = ["LIMIT", "record"]

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Module)

#: After how many events a recording stops, if not told otherwise.
LIMIT = 200_000


def record(
    target: Callable[..., Any],
    *args: Any,
    clock: Literal["virtual", "real"] = "virtual",
    files: Iterable[str | os.PathLike[str]] = (),
    limit: int = LIMIT,
    **kwargs: Any,
) -> Trace:
    """Run a function and record it.

    A coroutine function is run by `asyncio.run`. A generator function is driven as
    ``for`` does, an async generator function as ``async for``: the result is the list
    of what it yields.
    """
    function = _function_of(target)
    inspect.signature(target).bind(*args, **kwargs)
    own = [_path(function.__code__.co_filename), *map(_path, files)]

    @functools.cache
    def is_own(filename: str) -> bool:
        path = _path(filename)
        return any(path == each or path.startswith(each + os.sep) for each in own)

    recorder = Recorder(is_own, limit, real_time=clock == "real")
    name = function.__name__

    def run() -> Any:
        if inspect.iscoroutinefunction(function):
            return asyncio.run(target(*args, **kwargs))
        return recorder.run_as_caller(name, lambda: target(*args, **kwargs))

    is_async = inspect.iscoroutinefunction(function)
    result, exception = None, None
    outcome = "returned"
    with contextlib.ExitStack() as stack:
        if clock == "virtual":
            stack.enter_context(virtual_clock.installed())
        stack.enter_context(_output_noted(recorder))
        stack.enter_context(_traced(recorder))
        try:
            result = run()
        except BaseException as error:  # noqa: BLE001 - it becomes part of the trace
            exception = error
    value = recorder.describe(result)
    if isinstance(exception, StepLimit):
        outcome, value, exception = "stopped", recorder.stopped, None
    elif exception is not None:
        outcome, value = "raised", recorder.describe(exception)
    if not is_async:
        recorder.caller_ends(outcome, value)
    return Trace(
        name,
        tuple(_lanes(recorder)),
        tuple(recorder.events),
        tuple(_sources(recorder)),
        outcome,
        value,
        result,
        exception,
    )


def _path(file: str | os.PathLike[str]) -> str:
    return os.path.realpath(file)


def _function_of(target: Any) -> Any:
    while isinstance(target, functools.partial):
        target = target.func
    return inspect.unwrap(getattr(target, "__func__", target))


@contextlib.contextmanager
def _traced(recorder: Recorder) -> Iterator[None]:
    before = sys.gettrace(), threading.gettrace()
    threading.settrace(recorder.trace)
    sys.settrace(recorder.trace)
    try:
        yield
    finally:
        sys.settrace(before[0])
        threading.settrace(before[1])


class _Tee:
    def __init__(self, stream: Any, recorder: Recorder) -> None:
        self._stream = stream
        self._recorder = recorder

    def write(self, text: str) -> int:
        self._recorder.printed(text)
        written: int = self._stream.write(text)
        return written

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextlib.contextmanager
def _output_noted(recorder: Recorder) -> Iterator[None]:
    stream = sys.stdout
    tee = _Tee(stream, recorder)
    sys.stdout = tee
    try:
        yield
    finally:
        if sys.stdout is tee:
            sys.stdout = stream


def _lanes(recorder: Recorder) -> Iterator[Lane]:
    names = [lane.name for lane in recorder.lanes]
    for number, lane in enumerate(recorder.lanes):
        name = lane.name
        if names.count(name) > 1:
            name = f"{name}-{names[: number + 1].count(name)}"
        yield Lane(name, lane.kind, lane.function)


def _sources(recorder: Recorder) -> Iterator[Source]:
    """Yield the lines of the functions that ran, less their docstrings."""
    for filename in recorder.files:
        source = linecache.getlines(filename)
        numbers: set[int] = set()
        for code in recorder.codes:
            if code.co_filename == filename:
                numbers.update(_lines_of(code))
        numbers -= _docstring_lines("".join(source))
        lines = {
            number: source[number - 1].rstrip()
            for number in sorted(numbers)
            if number <= len(source)
        }
        yield Source(Path(filename).name, lines)


def _lines_of(code: CodeType) -> range:
    numbers = [line for _, _, line in code.co_lines() if line]
    return range(code.co_firstlineno, max(numbers, default=code.co_firstlineno) + 1)


def _docstring_lines(source: str) -> set[int]:
    """Return the numbers of the lines of docstrings, and of the blanks behind them."""
    numbers: set[int] = set()
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, _DEFINITIONS) and ast.get_docstring(node, clean=False):
            docstring = node.body[0]
            last = docstring.end_lineno or docstring.lineno
            numbers.update(range(docstring.lineno, last + 1))
            if last < len(lines) and not lines[last].strip():
                numbers.add(last + 1)
    return numbers
