"""How coverage sees the recorder at work, and what its tests leave behind.

While the interpreter reports to the recorder it reports to nobody else, so coverage
would see nothing of the recorder. Here it gets its turn for as long as the recorder's
functions run. That needs a coverage that is not set aside: from Python 3.12 on.
"""

import functools
import sys
import threading
from collections.abc import Callable
from typing import Any

import coverage
import pytest

from yieldpoint.trace._recorder import monitoring, settrace, signals

# They are programs: importing one runs it.
collect_ignore = ["scripts"]

# They record hundreds of programs. What these reach in the recorder where it uses
# `sys.monitoring`, the other tests reach too: measured, they would take twice as long.
MANY_PROGRAMS = {
    "test_generator_states.py",
    "test_large.py",
    "test_public.py",
    "test_random_programs.py",
    "test_task_trees.py",
}

this_thread = threading.local()


@pytest.fixture(autouse=True)
def let_coverage_see_the_recorder(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Measure the functions that the interpreter calls while it reports."""
    if coverage.Coverage.current() is None or sys.version_info < (3, 12):
        return

    def guarded(
        function: Callable[..., Any],
        missed: list[str],
        **which: Any,  # noqa: ANN401 - handed on to signals.guarded, which says what it takes
    ) -> Callable[..., Any]:
        return signals.guarded(measured(function), missed, **which)

    monkeypatch.setattr(settrace, "guarded", guarded)
    if request.path.name not in MANY_PROGRAMS:
        monkeypatch.setattr(monitoring, "guarded", guarded)


def measured(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that coverage sees even if the interpreter calls it."""

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
