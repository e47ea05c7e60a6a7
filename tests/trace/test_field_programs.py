"""What the recordings of some programs show, row by row."""

import contextlib
import io
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.trace import field_programs
from yieldpoint.trace import record
from yieldpoint.trace.text import phrase


@pytest.mark.parametrize(
    "program", field_programs.EXPECTED, ids=lambda program: program.__name__
)
def test_what_a_recording_shows(program: Callable[[], Any]) -> None:
    """Who held control, in which order, and how each lane was left."""
    if program is field_programs.eager_tasks and sys.version_info < (3, 12):
        pytest.skip("there are no eager tasks")
    with contextlib.redirect_stdout(io.StringIO()):
        trace = record(program)
    rows = [
        f"{trace.lanes[event.lane].name}  {phrase(trace, event)}"
        for event in trace.events
        if event.kind != "line" or program in field_programs.WITH_LINES
    ]
    assert rows == field_programs.EXPECTED[program]
