"""Processes, and what is kept of them."""

import json
import runpy
import subprocess
import sys
from typing import Any

import pytest

from yieldpoint.benchmarks import runner, worker
from yieldpoint.benchmarks.measuring import Benchmark, Case, GaveOutError, Timing


def benchmark(*cases: Case, apart: bool = False) -> Benchmark:
    """Return a benchmark of two processes with three rounds each."""
    return Benchmark(
        name="switching",
        question="What?",
        cases=lambda _: list(cases),
        processes=(2, 1),
        rounds=(3, 1),
        apart=apart,
        leave_out=("@1000",),
    )


def case(name: str, lacking: str = "") -> Case:
    """Return a case that takes no time."""
    return Case(name, lambda loops: Timing(1.0, loops), lacking=lacking)


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Return the processes that are asked for; they find a 1 for each case."""
    asked: list[list[str]] = []

    def in_a_process(arguments: list[str]) -> dict[str, Any]:
        asked.append(arguments)
        return {"samples": {name: [1.0] for name in arguments[2:]}, "skipped": {}}

    monkeypatch.setattr(runner, "_in_a_process", in_a_process)
    return asked


def nothing(done: int, total: int) -> None:
    """Show no progress."""
    assert 0 < done <= total


def test_a_real_process_measures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of them, with three rounds each."""
    one = benchmark(case("call"), case("await"), case("uvloop", "not there"))
    monkeypatch.setattr(worker, "load", lambda _: one)
    progress: list[tuple[int, int]] = []
    results, complete = runner.run(
        "switching", quick=False, progress=lambda *step: progress.append(step)
    )
    assert complete
    assert progress == [(1, 2), (2, 2)]
    assert results.skipped == {"uvloop": "not there"}
    assert [[len(each) for each in found] for found in results.cases.values()] == [
        [3, 3],
        [3, 3],
    ]


def test_cases_can_have_a_process_each(
    steps: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One after another, so that they stay pairs."""
    one = benchmark(case("a@10"), case("b@10"), case("a@1000"), apart=True)
    monkeypatch.setattr(worker, "load", lambda _: one)
    results, _ = runner.run("switching", quick=True, progress=nothing)
    assert steps == [["switching", "1", "a@10"], ["switching", "1", "b@10"]]
    assert results.cases == {"a@10": [[1.0]], "b@10": [[1.0]]}
    assert results.skipped == {"a@1000": "a quick run leaves it out"}


def test_what_gives_out_once_is_not_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And what it gave before is not kept."""
    asked: list[str] = []

    def in_a_process(arguments: list[str]) -> dict[str, Any]:
        asked.append(arguments[-1])
        if arguments[-1] == "b":
            return {"samples": {}, "skipped": {"b": "no more"}}
        return {"samples": {"a": [1.0], "a:memory": [2.0]}, "skipped": {}}

    monkeypatch.setattr(runner, "_in_a_process", in_a_process)
    one = benchmark(case("a"), case("b"), apart=True)
    monkeypatch.setattr(worker, "load", lambda _: one)
    results, complete = runner.run("switching", quick=False, progress=nothing)
    assert complete
    assert asked == ["a", "b", "a"]
    assert results.skipped == {"b": "no more"}
    assert results.cases == {"a": [[1.0], [1.0]], "a:memory": [[2.0], [2.0]]}


def test_ctrl_c_keeps_whole_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that it ends is not counted."""
    answers = iter([{"samples": {"a": [1.0]}, "skipped": {}}])

    def in_a_process(_: list[str]) -> dict[str, Any]:
        for answer in answers:
            return answer
        raise KeyboardInterrupt

    monkeypatch.setattr(runner, "_in_a_process", in_a_process)
    monkeypatch.setattr(worker, "load", lambda _: benchmark(case("a")))
    results, complete = runner.run("switching", quick=False, progress=nothing)
    assert not complete
    assert results.cases == {"a": [[1.0]]}


def test_ctrl_c_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not go on behind our back."""
    seen: list[subprocess.Popen[bytes]] = []

    def communicate(self: subprocess.Popen[bytes]) -> None:
        seen.append(self)
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess.Popen, "communicate", communicate)
    with pytest.raises(KeyboardInterrupt):
        vars(runner)["_in_a_process"](["scaling", "1", "tasks@1000000"])
    assert seen[0].poll() == -15


def test_a_process_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line, which has no colours."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("PYTHON_COLORS", "1")
    with pytest.raises(
        runner.WorkerError,
        match=r"^nothing failed: ModuleNotFoundError.*nothing'[^\n]*$",
    ):
        vars(runner)["_in_a_process"](["nothing", "1"])


def test_a_worker_says_what_gave_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And what the machine lacks."""

    def give_out(loops: int) -> Timing:
        raise GaveOutError(f"after {loops}")

    one = benchmark(Case("a", give_out), case("b", "not there"))
    monkeypatch.setattr(worker, "load", lambda _: one)
    worker.main(["switching", "1", "a", "b"])
    assert json.loads(capsys.readouterr().out) == {
        "samples": {},
        "skipped": {"a": "after 1", "b": "not there"},
    }


def test_a_worker_is_a_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It prints JSON."""
    monkeypatch.setattr(sys, "argv", ["worker", "switching", "1"])
    runpy.run_path(str(worker.__file__), run_name="__main__")
    assert json.loads(capsys.readouterr().out)["samples"] == {}
