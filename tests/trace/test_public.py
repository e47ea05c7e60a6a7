"""Programs like those that people write: the recording changes nothing, and is true."""

import contextlib
import gc
import io
import logging
import re
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.trace import more_public, public
from yieldpoint import clock
from yieldpoint.trace import LIMIT, Lane, Trace, record
from yieldpoint.trace._recorder import making, settrace
from yieldpoint.trace._recorder.block import Block
from yieldpoint.trace._recorder.making import Settings

each_program = pytest.mark.parametrize(
    "program",
    [*public.PROGRAMS, *more_public.PROGRAMS],
    ids=lambda program: program.__name__,
)


class Heard(logging.Handler):
    """All that a program says, by whatever way."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Take in what is logged, without what counts and without addresses."""
        text = re.sub(r"0x[0-9a-fA-F]+|Task-\d+", "", record.getMessage())
        self.texts.append(f"{record.levelname} {text} {record.exc_info is not None}")


def output_of(call: Callable[[], Any]) -> tuple[str, list[str], Any]:
    """Return what a call prints, what else it says, and what it returns."""
    gc.collect()  # what others have left behind is not said by this program
    heard, logger = Heard(), logging.getLogger("asyncio")
    logger.addHandler(heard)
    logger.propagate = False
    try:
        with (
            contextlib.redirect_stdout(io.StringIO()) as output,
            contextlib.redirect_stderr(io.StringIO()) as errors,
            warnings.catch_warnings(record=True) as caught,
        ):
            warnings.simplefilter("always")
            result = call()
            gc.collect()
    finally:
        logger.propagate = True
        logger.removeHandler(heard)
    said = [*heard.texts, errors.getvalue(), *(str(each.message) for each in caught)]
    return output.getvalue(), said, result


def recorded(program: Callable[[], Any]) -> tuple[str, list[str], Trace]:
    """Return what a program says while it is recorded, and the recording."""
    return output_of(lambda: record(program))


def names_of(lane: Lane) -> tuple[str, str]:
    """Return how what runs in a lane may call itself."""
    kinds = {"task": "Task", "thread": "Thread", "caller": "MainThread"}
    return lane.name, kinds.get(lane.kind, "")


@each_program
def test_it_runs_as_it_does_plainly(program: Callable[[], Any]) -> None:
    """Same output, same result; and the recording says what the program says."""
    with clock.installed():
        plain = output_of(program)
    output, said, trace = recorded(program)
    assert (output, said, trace.result) == plain
    assert (trace.outcome, trace.remark) == ("returned", "")
    printed = [event for event in trace.events if event.kind == "printed"]
    assert "".join(event.value for event in printed) == output
    for event in printed:
        if speaks := re.match(r"(\S+) at (\S+): ", event.value):
            assert speaks[1] in names_of(trace.lanes[event.lane])
            assert speaks[2] == f"{event.time:g}"
    for number, lane in enumerate(trace.lanes):
        kinds = [event.kind for event in trace.events if event.lane == number]
        ends = [kind for kind in kinds if kind in {"raised", "cancelled", "closed"}]
        assert kinds.count("created") <= 1
        assert kinds.count("started") <= 1
        assert len(ends) + kinds.count("returned") <= 1, lane
        if lane.function == "_do_waitpid":
            continue  # up to 3.11 a daemon of asyncio's waits for a child process
        states = [event.state for event in trace.events if event.lane == number]
        waits = lane.kind == "loop" or kinds[-1] == "suspended"
        assert states[-1].endswith("SUSPENDED" if waits else "CLOSED"), lane
    assert trace.to_svg().startswith("<svg")


@each_program
def test_a_block_tells_the_same(program: Callable[[], Any]) -> None:
    """Recorded from where it is called, a program runs alike, and so do its lanes."""

    def call() -> tuple[Any, Trace]:
        own = [Path(public.__file__), Path(more_public.__file__)]
        block = Block("block", Settings("real", (), LIMIT), own)
        block.begin()
        result = program()
        return result, block.end()

    with clock.installed():
        plain = output_of(program)
    with clock.installed():
        *said, (result, trace) = output_of(call)
    assert (*said, result) == plain
    threads = [lane for lane in trace.lanes if lane.kind == "thread"]
    if not threads and program not in public.ORDER_IS_OPEN | more_public.IN_REAL_TIME:
        assert lives(trace) == lives(recorded(program)[-1])


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
    *_, trace = recorded(program)
    monkeypatch.setattr(making, "_Interpreter", settrace.Settrace)
    before = sys.gettrace()
    try:
        *_, traced = recorded(program)
    finally:
        sys.settrace(before)
    threads = [lane for lane in trace.lanes if lane.kind == "thread"]
    if not threads and program not in public.ORDER_IS_OPEN | more_public.IN_REAL_TIME:
        assert str(traced) == str(trace)
