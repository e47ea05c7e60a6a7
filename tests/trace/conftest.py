"""How coverage sees the recorder at work.

While the recorder traces, coverage's trace function is set aside, and inside a trace
function the interpreter traces nothing. Here coverage gets its turn for as long as the
recorder's functions run.
"""

import sys
from collections.abc import Callable, Iterator
from typing import Any

import coverage
import pytest

from yieldpoint.trace import _recorder, _scheduling


def measured(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a trace function that coverage sees."""
    coverage_tracer = sys.gettrace()

    def call(*args: Any) -> Any:  # noqa: ANN401 - as a trace function has it
        ours = sys.gettrace()
        sys.settrace(coverage_tracer)
        try:
            result = sys.call_tracing(function, args)
        finally:
            sys.settrace(ours)
        return result

    return call


@pytest.fixture(autouse=True)
def let_coverage_see_the_recorder(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Measure the functions that the interpreter calls while it traces."""
    if coverage.Coverage.current() is None:
        yield
        return
    for name in ("trace", "_trace_own", "_trace_root"):
        function = measured(getattr(_recorder.Recorder, name))
        monkeypatch.setattr(_recorder.Recorder, name, method(function))
    when_it_returns = _scheduling._when_it_returns
    monkeypatch.setattr(
        _scheduling,
        "_when_it_returns",
        lambda frame, call: measured_chain(when_it_returns(frame, call)),
    )
    yield


def method(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that a class can have as a method."""

    def call(self: object, *args: Any) -> Any:  # noqa: ANN401 - as above
        return function(self, *args)

    return call


def measured_chain(function: Any) -> Any:  # noqa: ANN401 - as above
    """Return a local trace function that coverage sees at each of its calls."""
    once = measured(function)

    def call(*args: Any) -> Any:  # noqa: ANN401 - as above
        once(*args)
        return call

    return call
