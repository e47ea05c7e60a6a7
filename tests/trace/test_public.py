"""Programs like those that people write: the recording changes nothing, and is true."""

import contextlib
import gc
import io
import logging
import re
import sys
import warnings
from collections.abc import Callable, Iterator
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


@pytest.fixture(autouse=True)
def no_collection_by_chance() -> Iterator[None]:
    """Let a program be collected only when it asks for that, and when it is done.

    Else it depends on how many objects others have made which generators are still
    there for a loop to close at its end.
    """
    gc.disable()
    yield
    gc.enable()


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


# Which of them have a fault, and which.
HAVE_FAULTS = {
    "a_dropped_async_generator": "left open",
    "a_lost_update": "lost update",
    "a_task_that_nobody_asks": "unretrieved",
    "a_timeout_that_is_too_late": "blocked",
    "an_async_generator_left_open": "left open",
    "an_exception_handler": "unretrieved",
    "blocks_the_loop": "blocked",
    "catches_and_raises_again": "swallowed",
    "dropped_in_three_tasks": "left open",
    "never_awaited": "never awaited",
    "timeouts": "left over",
}


@each_program
def test_it_runs_as_it_does_plainly(
    program: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same output, same result, and a true recording, in whatever way it is recorded.

    It is one test, so that a program runs once in each way.
    """
    with clock.installed():
        plain = output_of(program)
    output, said, trace = recorded(program)
    assert (output, said, trace.result) == plain
    assert (trace.outcome, trace.remark) == ("returned", "")
    the_program_says_the_same(trace, output)
    each_lane_lives_once(trace)
    assert trace.to_svg().startswith("<svg")
    kinds = [finding.kind for finding in trace.findings]
    assert kinds == list(filter(None, [HAVE_FAULTS.get(program.__name__)]))

    *said_in_block, (result, of_block) = in_a_block(program)
    assert (*said_in_block, result) == plain
    threads = [lane for lane in trace.lanes if lane.kind == "thread"]
    if threads or program in public.ORDER_IS_OPEN | more_public.IN_REAL_TIME:
        return
    assert lives(of_block) == lives(trace)
    if sys.version_info >= (3, 13):
        # Up to 3.12 a trace function must not empty what a frame shows.
        assert str(traced(program, monkeypatch)) == str(trace)


def the_program_says_the_same(trace: Trace, output: str) -> None:
    """Check a recording against what a program prints of where it is, and when."""
    printed = [event for event in trace.events if event.kind == "printed"]
    assert "".join(event.value for event in printed) == output
    for event in printed:
        if speaks := re.match(r"(\S+) at (\S+): ", event.value):
            assert speaks[1] in names_of(trace.lanes[event.lane])
            assert speaks[2] == f"{event.time:g}"


def each_lane_lives_once(trace: Trace) -> None:
    """Check that a lane begins once, ends once, and is left as it should be."""
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


def in_a_block(program: Callable[[], Any]) -> tuple[str, list[str], tuple[Any, Trace]]:
    """Record a program from where it is called; return what it says and gives, too."""

    def call() -> tuple[Any, Trace]:
        own = [Path(public.__file__), Path(more_public.__file__)]
        block = Block("block", Settings("real", (), LIMIT), own)
        block.begin()
        result = program()
        return result, block.end()

    with clock.installed():
        return output_of(call)


def lives(trace: Trace) -> list[tuple[str, str, str, float]]:
    """Return what happens to all lanes but the caller's, and what runs after it."""
    return [
        (trace.lanes[each.lane].name, each.kind, each.value, round(each.time, 6))
        for each in trace.events
        if trace.lanes[each.lane].kind != "caller"
        and trace.lanes[each.lane].name != "MainThread"
    ]


def traced(program: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> Trace:
    """Record by `sys.settrace`, which has to come to the same as `sys.monitoring`."""
    monkeypatch.setattr(making, "_Interpreter", settrace.Settrace)
    before = sys.gettrace()
    try:
        *_, trace = recorded(program)
    finally:
        sys.settrace(before)
    return trace
