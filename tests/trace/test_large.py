"""The page of a large recording. What it does in a browser is tested in `checks`."""

import contextlib
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.trace import large_programs, programs
from tests.trace.test_stepper import Tags
from yieldpoint.examples import shared_state, waiting
from yieldpoint.trace import Event, Lane, Source, Timer, Trace, record
from yieldpoint.trace.large import data_of, is_large, to_large_page
from yieldpoint.trace.text import phrase

DATA = re.compile('<script id="data" type="application/json">(.*?)</script>')


def run(program: Callable[..., Any], *args: object) -> Trace:
    """Record a program, and keep what it prints to ourselves."""
    with contextlib.redirect_stdout(io.StringIO()):
        return record(program, *args)


@pytest.mark.parametrize(
    ("program", "arguments", "wanted"),
    [
        (waiting.in_tasks, (), False),
        (large_programs.in_turn, (), False),
        (large_programs.workers, (), True),
        (large_programs.deep, (), True),
        (large_programs.in_turn, (400,), True),
    ],
)
def test_what_is_large(
    program: Callable[..., Any], arguments: tuple[int, ...], *, wanted: bool
) -> None:
    """Many steps, or lanes that are folded."""
    trace = run(program, *arguments)
    assert is_large(trace) is wanted
    assert ('id="overview"' in trace.to_html()) is wanted


def test_many_columns_are_large_too() -> None:
    """Even if there is nothing to fold."""
    lanes = tuple(Lane(f"lane {n}", "task", f"function {n}") for n in range(9))
    events = tuple(Event("started", n, 0.0) for n in range(9))
    assert is_large(Trace("many", lanes, events, (), "returned", ""))
    assert not is_large(Trace("many", lanes[:8], events[:8], (), "returned", ""))


PROGRAMS = [
    *(large_programs.workers, large_programs.deep, large_programs.tree),
    *(programs.throw_then_close, programs.in_a_thread, waiting.in_tasks),
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_data_is_the_recording(program: Callable[[], Any]) -> None:
    """Each step can be read back from it, and each mark belongs to a step."""
    trace = run(program)
    data = json.loads(json.dumps(data_of(trace)))
    words, steps, marks = data["words"], data["steps"], data["marks"]
    assert len(set(words)) == len(words)
    for at, event in enumerate(trace.events):
        assert words[steps["kind"][at]] == event.kind
        assert trace.lanes[steps["lane"][at]] == trace.lanes[event.lane]
        assert steps["other"][at] == (-1 if event.other is None else event.other)
        assert steps["time"][at] == event.time
        assert words[steps["what"][at]] == phrase(trace, event).removeprefix("| ")
        assert words[steps["state"][at]] == event.state
        listed = iter(
            steps["changed"][steps["changes"][at]] if steps["changes"][at] >= 0 else ()
        )
        assert event.changes == tuple(
            (words[name], None if value < 0 else words[value])
            for name, value in zip(listed, listed, strict=True)
        )
        printed = steps["printed"][at]
        assert (printed >= 0) is (event.kind == "printed")
    assert [
        Timer(None if lane < 0 else lane, *times) for lane, *times in data["timers"]
    ] == sorted(trace.timers, key=lambda timer: timer.due)
    assert steps["y"] == sorted(steps["y"])
    assert all(0 <= step < len(trace.events) for step in marks["step"])
    assert len(data["bars"]) == len(trace.lanes) + len(data["folds"])
    for fold in data["folds"]:
        assert all(data["lanes"][lane]["fold"] >= 0 for lane in fold["members"])


def test_a_long_wait_is_not_endlessly_high() -> None:
    """A page has an end, however many pauses a run has."""

    async def nap() -> None:
        for _ in range(500):
            await programs.nap(60)

    data = data_of(run(nap))
    assert data["end"] < 50_000
    assert len(data["ticks"]) == 501


def test_short_pauses_have_no_height() -> None:
    """Where there is real time, each step has another one; texts have their rows."""
    lane = Lane("main", "caller", "main")
    events = [Event("started", 0, 0.0)]
    events += [Event("line", 0, n / 1_000) for n in range(1, 100)]
    events += [Event("line", 0, 9.0), Event("returned", 0, 9.5)]
    source = Source("main.py", {0: "main()"})
    data = data_of(Trace("main", (lane,), tuple(events), (source,), "returned", ""))
    assert len(data["ticks"]) < 20
    assert data["end"] < 1_000


def test_findings_stand_on_the_page() -> None:
    """Each leads to its step."""
    count, add = shared_state.count, shared_state.Counter.add_across_await
    trace = record(count, add, tasks=9)
    page = trace.to_html()
    assert trace.findings
    for finding in trace.findings:
        assert f'href="#run-step-{finding.step}"' in page


def test_an_empty_recording() -> None:
    """A filter may have left nothing."""
    nothing = run(waiting.in_tasks).only(since=7)
    data = data_of(nothing)
    assert data["steps"]["lane"] == ()
    assert "0 steps · 0 lanes · returns None" in to_large_page(nothing)


@pytest.mark.parametrize(
    ("outcome", "value", "told"),
    [
        ("raised", "ValueError()", "1 lane · raises ValueError() <"),
        ("returned", "", "1 lane <"),
    ],
)
def test_how_it_ended_stands_on_the_page(outcome: str, value: str, told: str) -> None:
    """A recording of a block has no value to return."""
    events = (Event("started", 0, 0.0),)
    trace = Trace("one", (Lane("one", "caller", "one"),), events, (), outcome, value)
    assert told in to_large_page(trace)


def test_what_a_program_says_is_no_html() -> None:
    """Nothing in the data ends the element that it is in."""
    text = "</script><b>"
    lane = Lane(text, "caller", text)
    events = (Event("printed", 0, 0.0, text, 1, value=f"{text}\ud800"),)
    trace = Trace(text, (lane,), events, (), "returned", text, remark=text)
    page = to_large_page(trace)
    assert "<b>" not in page.replace("`<b>", "")  # the script writes names of files
    (data,) = DATA.findall(page)
    assert text in json.loads(data)["words"]
    assert page.count("</script>") == 2
    assert "1 step · 1 lane" in page


def test_a_page_loads_nothing() -> None:
    """It is one file."""
    for tag, attrs in Tags(to_large_page(run(large_programs.workers))).found:
        assert tag not in {"img", "iframe", "link"} or attrs["href"] == "data:,"
        assert "src" not in attrs
