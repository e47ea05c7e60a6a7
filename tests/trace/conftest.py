"""How coverage sees the recorder at work, and what its tests leave behind.

Inside a trace function the interpreter traces nothing, so coverage would see nothing of
the recorder. Here it gets its turn for as long as the recorder's functions run. That
needs a coverage that does not use the trace function itself: from Python 3.14 on.
"""

import functools
import gc
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import coverage
import pytest

from yieldpoint.trace import _recorder, _scheduling

this_thread = threading.local()


@pytest.fixture(autouse=True)
def let_coverage_see_the_recorder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure the functions that the interpreter calls while it traces."""
    if coverage.Coverage.current() is None or sys.version_info < (3, 14):
        return
    for name in ("trace", "_trace_own", "_trace_root"):
        monkeypatch.setattr(
            _recorder.Recorder, name, measured(getattr(_recorder.Recorder, name))
        )
    when_it_returns = _scheduling._when_it_returns
    monkeypatch.setattr(
        _scheduling,
        "_when_it_returns",
        lambda frame, call: always(measured(when_it_returns(frame, call))),
    )


def always(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a trace function that stays the one of its frame."""

    def call(*args: Any) -> Any:  # noqa: ANN401 - as a trace function has it
        function(*args)
        return call

    return call


def measured(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that coverage sees even if a trace function calls it."""

    @functools.wraps(function)
    def call(*args: Any) -> Any:  # noqa: ANN401 - any function
        if getattr(this_thread, "measures", False):
            return None  # the recorder does not record itself
        this_thread.measures = True
        try:
            return sys.call_tracing(function, args)
        finally:
            this_thread.measures = False

    return call


@pytest.fixture
def no_late_reports() -> Iterator[None]:
    """Have asyncio report at once what it reports when something is collected.

    A report shows a traceback, for which Python 3.11 parses the source. If that happens
    while other source is parsed, that breaks off, with "AST constructor recursion depth
    mismatch".
    """
    yield
    gc.collect()
