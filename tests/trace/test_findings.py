"""What a recording finds by itself."""

import contextlib
import io
import linecache
from typing import Any

import pytest

from tests.trace import faults, public, sound
from tests.trace.faults import PROGRAMS
from yieldpoint.trace import Trace, record


def recorded(program: Any, **options: Any) -> Trace:  # noqa: ANN401 - as record has it
    with contextlib.redirect_stdout(io.StringIO()):
        return record(program, **options)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("kind", "program"), PROGRAMS, ids=lambda each: getattr(each, "__name__", each)
)
def test_it_is_found(kind: str, program: Any) -> None:  # noqa: ANN401 - a function
    """The fault is found, and nothing else, with its line, its lane and its step."""
    trace = recorded(program)
    kinds = [finding.kind for finding in trace.findings]
    assert set(kinds) == {kind}, [finding.text for finding in trace.findings]
    for finding in trace.findings:
        line = linecache.getline(faults.__file__, finding.line)
        if kind != "stopped" and program is not faults.retries:
            assert line.rstrip().endswith("# found"), (line, finding)
        assert trace.lanes[finding.lane].name in finding.text
        assert 0 < finding.step <= len(trace.events)


@pytest.mark.parametrize("program", sound.PROGRAMS, ids=lambda each: each.__name__)
def test_no_false_alarm(program: Any) -> None:  # noqa: ANN401 - a function
    """Where there is nothing to be found, nothing is."""
    trace = recorded(program)
    assert trace.outcome == "returned"
    assert [finding.text for finding in trace.findings] == []


# Which of the public programs have a fault, and which.
HAVE_FAULTS = {
    "a_dropped_async_generator": "left open",
    "an_async_generator_left_open": "left open",
    "blocks_the_loop": "blocked",
    "catches_and_raises_again": "swallowed",
    "timeouts": "left over",
}


@pytest.mark.parametrize("program", public.PROGRAMS, ids=lambda each: each.__name__)
def test_public_programs(program: Any) -> None:  # noqa: ANN401 - a function
    """Nor is there in what people write, where it is right."""
    kinds = [finding.kind for finding in recorded(program).findings]
    assert kinds == list(filter(None, [HAVE_FAULTS.get(program.__name__)]))
