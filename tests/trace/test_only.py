"""Parts of a recording, and the options of the command that name them."""

import contextlib
import io
from pathlib import Path

import pytest

from tests.trace import large_programs, programs
from yieldpoint.examples import sending, shared_state
from yieldpoint.trace import Trace, cli, record
from yieldpoint.trace.only import KINDS

TWO_JOBS = "tests.trace.large_programs:two_jobs"


def two_jobs() -> Trace:
    """Return a recording of three tasks."""
    return record(large_programs.two_jobs)


def test_a_part_without_conditions_is_all() -> None:
    """And it says nothing about steps left out."""
    trace = two_jobs()
    assert trace.only() == trace
    assert trace.only(tasks=["*"], since=0, until=2) == trace


def test_switches() -> None:
    """No line, no output, no wake-up; and all else."""
    trace = two_jobs()
    part = trace.only(kinds=["switches"])
    dropped = {"line", "printed", "created", "woken"}
    wanted = [event for event in trace.events if event.kind not in dropped]
    assert [(e.kind, e.lane, e.time) for e in part.events] == [
        (e.kind, e.lane, e.time) for e in wanted
    ]
    assert part.remark == f"these are {len(wanted)} of {len(trace.events)} steps"


def test_every_kind_has_a_name() -> None:
    """Each event of a run is in exactly one of the three largest kinds or two more."""
    with contextlib.redirect_stdout(io.StringIO()):
        trace = record(programs.throw_then_close)
    parts = [
        trace.only(kinds=[kind])
        for kind in ("switches", "lines", "output", "created", "woken")
    ]
    assert sum(len(part.events) for part in parts) == len(trace.events)
    assert {event.kind for event in trace.events} <= set().union(*KINDS.values())


def test_lanes_by_pattern() -> None:
    """Lanes that nothing names any more are gone; the others keep their names."""
    part = two_jobs().only(tasks=["Task-[23]"])
    assert [lane.name for lane in part.lanes] == ["Task-1", "Task-2", "Task-3"]
    assert {part.lanes[event.lane].name for event in part.events} == {
        *("Task-2", "Task-3"),
    }
    late = two_jobs().only(since=2)
    assert [lane.name for lane in late.lanes] == ["Task-1", "Task-3"]
    for event in late.events:
        assert event.other is None or event.other < len(late.lanes)


def test_functions() -> None:
    """A step belongs to the function whose line it is at."""
    with contextlib.redirect_stdout(io.StringIO()):
        trace = record(programs.drive_delegate)
    part = trace.only(functions=["delegate"])
    assert {event.function or "delegate" for event in part.events} == {"delegate"}
    assert part.sources == trace.sources


def test_time() -> None:
    """Both ends belong to it."""
    part = two_jobs().only(since=1, until=1)
    assert {event.time for event in part.events} == {1.0}
    nothing = two_jobs().only(since=7)
    assert nothing.events == ()
    assert nothing.sources == ()
    assert nothing.remark == f"these are 0 of {len(two_jobs().events)} steps"
    assert nothing.to_svg().startswith("<svg")
    assert nothing.to_html()


def test_findings_are_kept_with_their_step() -> None:
    """They lead to the same event of the same lane; others are gone."""
    count, add = shared_state.count, shared_state.Counter.add_across_await
    trace = record(count, add, tasks=2)
    (found,) = trace.findings
    name, event = trace.lanes[found.lane].name, trace.events[found.step - 1]
    part = trace.only(tasks=[name])
    (kept,) = part.findings
    assert (part.lanes[kept.lane].name, kept.text) == (name, found.text)
    assert part.events[kept.step - 1].kind == event.kind
    assert part.events[kept.step - 1].line == event.line == kept.line
    assert trace.only(kinds=["created"]).findings == ()


def test_timers_are_those_of_the_part() -> None:
    """They go by its steps; those that none of them shows are gone."""
    trace = two_jobs()
    assert [timer.due for timer in trace.timers] == [1.0, 2.0]
    part = trace.only(tasks=["Task-3"])
    (timer,) = part.timers
    assert timer.lane is not None
    assert part.lanes[timer.lane].name == "Task-3"
    assert part.events[timer.set - 1].kind in {"started", "line"}
    assert timer.gone is not None
    assert part.events[timer.gone].kind == "woken"
    stopped = record(large_programs.two_jobs, limit=14)
    left = stopped.only(kinds=["lines"]).timers
    assert {timer.gone for timer in left} == {None}


def test_where_values_arrive_is_kept() -> None:
    """In the files of the part."""
    trace = record(sending.send_twice)
    part = trace.only(kinds=["switches"])
    arrives = [event.arrives for event in part.events if event.arrives]
    assert arrives == [event.arrives for event in trace.events if event.arrives]


def test_remarks_are_kept() -> None:
    """What was not recorded is still said."""
    part = record(large_programs.two_jobs, limit=9).only(kinds=["lines"])
    assert part.remark.startswith("the recording stops after 9 steps; these are")


def test_variables_stay_true() -> None:
    """What left-out steps say about variables is said by the step after them."""

    def count() -> int:
        number = 0
        for other in "ab":
            number += len(other)
        del other
        return number

    trace = record(count)
    (last,) = trace.only(kinds=["returned"]).events
    assert dict(last.changes) == {"number": "2", "other": None}


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"tasks": ["nobody"]}, "no lane is named 'nobody'; there are: Task-1, Ta"),
        ({"functions": ["f"]}, "no function is named 'f'; there are: two_jobs, "),
        ({"kinds": ["steps"]}, "no kind is named 'steps'; there are: switches, l"),
    ],
)
def test_names_that_nothing_has(names: dict[str, list[str]], message: str) -> None:
    """The error says what there is."""
    with pytest.raises(ValueError, match="named") as caught:
        two_jobs().only(**names)  # type: ignore[arg-type]  # the misuse
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(("since", "until"), [(3, 1), (float("nan"), 1)])
def test_a_part_does_not_end_before_it_begins(since: float, until: float) -> None:
    """Nothing would be in it."""
    with pytest.raises(ValueError, match=f"no part begins at {since:g} s and ends at"):
        two_jobs().only(since=since, until=until)


def test_a_long_list_of_names_ends() -> None:
    """Ten are enough."""

    def ask() -> None:
        for _ in range(12):
            next(number for number in (1,))

    with pytest.raises(ValueError, match=r"genexpr-9, \.\.\.$"):
        record(ask).only(tasks=["x"])


def test_options(tmp_path: Path) -> None:
    """They are those of the method."""
    output = tmp_path / "run.json"
    arguments = ["--only", "switches,output", "--only", "created", "--task", "Task-2"]
    arguments += ["--function", "jo*", "--from", "0", "--to", "1.5"]
    assert not cli.main([*arguments, "-o", str(output), TWO_JOBS])
    part = two_jobs().only(
        kinds=["switches", "output", "created"],
        tasks=["Task-2"],
        functions=["jo*"],
        until=1.5,
    )
    assert part.events
    assert Trace.from_json(output.read_text("utf-8")) == part


def test_options_that_fit_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """The program has run: the whole recording is shown. A kind is checked before."""
    assert not cli.main(["--task", "nobody", TWO_JOBS])
    written = capsys.readouterr()
    assert written.err.startswith(
        "yieldpoint trace: all steps are shown: no lane is named 'nobody'; there are:"
    )
    assert written.out == f"{two_jobs()}\n"
    status = cli.main(["--only", "steps", TWO_JOBS])
    assert status
    assert "no kind is named 'steps'" in f"{status} {capsys.readouterr().err}"
