"""Programs like those that people write: the recording changes nothing, and is true."""

import contextlib
import io
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.trace import public
from tests.trace.public import ORDER_IS_OPEN, PROGRAMS
from yieldpoint import clock
from yieldpoint.trace import Trace, record, recording
from yieldpoint.trace._recorder import making, settrace

each_program = pytest.mark.parametrize(
    "program", PROGRAMS, ids=lambda program: program.__name__
)


def output_of(call: Callable[[], Any]) -> tuple[str, Any]:
    """Return what a call prints, and what it returns."""
    with contextlib.redirect_stdout(io.StringIO()) as output:
        result = call()
    return output.getvalue(), result


def recorded(program: Callable[[], Any]) -> tuple[str, Trace]:
    """Return what a program prints while it is recorded, and the recording."""
    return output_of(lambda: record(program))


@each_program
def test_it_runs_as_it_does_plainly(program: Callable[[], Any]) -> None:
    """Same output, same result; each lane has one life, and all output is in it."""
    with clock.installed():
        plain = output_of(program)
    output, trace = recorded(program)
    assert (output, trace.result) == plain
    assert (trace.outcome, trace.remark) == ("returned", "")
    printed = [event.value for event in trace.events if event.kind == "printed"]
    assert "".join(printed) == output
    for number, lane in enumerate(trace.lanes):
        kinds = [event.kind for event in trace.events if event.lane == number]
        ends = [kind for kind in kinds if kind in {"raised", "cancelled", "closed"}]
        assert kinds.count("created") <= 1
        assert kinds.count("started") <= 1
        assert len(ends) + kinds.count("returned") <= 1, lane
        assert trace.to_svg().startswith("<svg")


@each_program
def test_a_block_tells_the_same(program: Callable[[], Any]) -> None:
    """Recorded from where it is called, a program runs alike, and so do its lanes."""

    def call() -> tuple[Any, Trace]:
        with recording(files=[public.__file__]) as trace:
            result = program()
        return result, trace

    with clock.installed():
        plain = output_of(program)
    with clock.installed():
        output, (result, trace) = output_of(call)
    assert (output, result) == plain
    if program not in ORDER_IS_OPEN:
        assert lives(trace) == lives(recorded(program)[1])


def lives(trace: Trace) -> list[tuple[str, str, str, float]]:
    """Return what happens to all lanes but the caller's, and what runs after it."""
    return [
        (trace.lanes[each.lane].name, each.kind, each.value, round(each.time, 6))
        for each in trace.events
        if trace.lanes[each.lane].kind != "caller"
        and trace.lanes[each.lane].name != "MainThread"
    ]


@pytest.mark.skipif(
    sys.version_info < (3, 13),
    reason="up to 3.12 a trace function must not empty what a frame shows",
)
@each_program
def test_two_ways_of_recording_agree(
    program: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `sys.monitoring` tells is what can be made out of `sys.settrace`."""
    _, trace = recorded(program)
    monkeypatch.setattr(making, "_Interpreter", settrace.Settrace)
    before = sys.gettrace()
    try:
        _, traced = recorded(program)
    finally:
        sys.settrace(before)
    if program not in ORDER_IS_OPEN:
        assert str(traced) == str(trace)
