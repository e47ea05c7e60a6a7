"""The command line."""

import runpy
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from yieldpoint.benchmarks import __main__ as module
from yieldpoint.benchmarks import command, machine, runner
from yieldpoint.benchmarks.results import Results, Run, load, save


@pytest.fixture(autouse=True)
def work_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Write nothing into the tree."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command, "SAVED", tmp_path / "saved.json")
    monkeypatch.setattr(machine, "unfit", lambda: ["it is hot"])


@pytest.fixture
def measures(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """Return what was run, in the place of running it."""
    asked: list[tuple[str, bool]] = []

    def run(
        name: str, *, quick: bool, progress: Callable[[int, int], None]
    ) -> tuple[Results, bool]:
        asked.append((name, quick))
        progress(1, 2)
        progress(2, 2)
        return Results({"call": [[1.0]]}), True

    monkeypatch.setattr(runner, "run", run)
    return asked


def test_all_are_run_and_written(
    measures: list[tuple[str, bool]], capsys: pytest.CaptureFixture[str]
) -> None:
    """The claims follow."""
    assert command.main([]) == 0
    assert measures == [(name, False) for name in runner.NAMES]
    assert set(load(Path("benchmarks.json")).benchmarks) == set(runner.NAMES)
    output, errors = capsys.readouterr()
    assert "Mind: it is hot." in errors
    assert "switching     2 of 2,    0 s\n" in errors
    assert "1 of 2" not in errors
    assert "cannot tell here: task switch was skipped" in output
    assert not Path("saved.json").exists()


def test_progress_is_for_terminals(
    measures: list[tuple[str, bool]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A log gets the last line of each."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert command.main(["scaling", "--quick", "--output", "mine.json"]) == 0
    assert measures == [("scaling", True)]
    assert "\rscaling       1 of 2" in capsys.readouterr().err
    assert load(Path("mine.json")).quick


def test_the_saved_run_is_replaced(measures: list[tuple[str, bool]]) -> None:
    """By a full one."""
    assert command.main(["--save"]) == 0
    assert len(measures) == len(runner.NAMES)
    assert load(Path("saved.json")) == load(Path("benchmarks.json"))


def saved(python: str) -> None:
    """Save a run of another day, and of some Python."""
    known = machine.describe() | {"date": "2020-02-02", "python": python}
    old = {"io_bound": Results({"a": [[2.0]]}), "scaling": Results({"b": [[3.0]]})}
    save(Run(known, benchmarks=old), Path("saved.json"))


def test_a_part_of_the_saved_run_is_replaced(measures: list[tuple[str, bool]]) -> None:
    """What was not run again stays, and the part says when it was run."""
    saved(machine.describe()["python"])
    assert command.main(["scaling", "--save"]) == 0
    assert measures == [("scaling", False)]
    run = load(Path("saved.json"))
    assert run.benchmarks["io_bound"].cases == {"a": [[2.0]]}
    assert run.benchmarks["scaling"].cases == {"call": [[1.0]]}
    assert run.machine["date"] == "2020-02-02"
    today = {"date": machine.describe()["date"]}
    assert run.benchmarks["scaling"].machine == today
    assert run.benchmarks["io_bound"].machine == {}
    assert set(load(Path("benchmarks.json")).benchmarks) == {"scaling"}


@pytest.mark.usefixtures("measures")
def test_a_part_says_what_was_different_about_its_machine() -> None:
    """Each ratio is of one part, so a part may be of another machine."""
    saved("2.7.18")
    assert command.main(["scaling", "--save"]) == 0
    run = load(Path("saved.json"))
    assert run.machine["python"] == "2.7.18"
    here = machine.describe()
    different = {"date": here["date"], "python": here["python"]}
    assert run.benchmarks["scaling"].machine == different


def test_without_a_saved_run_no_part_can_be_saved(
    measures: list[tuple[str, bool]], capsys: pytest.CaptureFixture[str]
) -> None:
    """Only a whole run can."""
    save(Run({}), Path("saved.json"))
    for arrange, problem in (
        (lambda: Path("saved.json").write_text("[]"), "holds no results"),
        (lambda: Path("saved.json").unlink(), "No such file"),
    ):
        arrange()
        with pytest.raises(SystemExit) as end:
            command.main(["scaling", "--save"])
        assert end.value.code == 2
        assert problem in capsys.readouterr().err
    assert measures == []


def test_ctrl_c_keeps_what_is_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """But does not replace the saved run, and the rest is not begun."""

    def run(name: str, **_: object) -> tuple[Results, bool]:
        return Results({name: [[1.0]]}), name == "cpu_bound"

    monkeypatch.setattr(runner, "run", run)
    assert command.main(["--save"]) == 130
    assert set(load(Path("benchmarks.json")).benchmarks) == {"cpu_bound", "switching"}
    assert Path("saved.json").read_bytes() == b""
    assert "switching was interrupted; what is done is kept." in capsys.readouterr().err


def test_a_failure_keeps_the_rest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit status tells."""

    def run(name: str, **_: object) -> tuple[Results, bool]:
        if name == "io_bound":
            raise runner.WorkerError("io_bound failed: no port")
        return Results({name: [[1.0]]}), True

    monkeypatch.setattr(runner, "run", run)
    assert command.main(["--quick"]) == 1
    assert "io_bound" not in load(Path("benchmarks.json")).benchmarks
    assert "scaling" in load(Path("benchmarks.json")).benchmarks
    assert "\nio_bound failed: no port\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["speed"], "no benchmark is named 'speed'; --list lists them"),
        (["--output", "no/such.json"], "no/such.json cannot be written: No such file"),
        (["--output", "."], ". cannot be written: Is a directory"),
        (["--save", "--quick"], "--save wants a full run"),
        (["--fast"], "unrecognized arguments: --fast"),
    ],
)
def test_bad_use_gets_one_line(
    arguments: list[str],
    message: str,
    measures: list[tuple[str, bool]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Before anything is measured."""
    with pytest.raises(SystemExit) as end:
        command.main(arguments)
    assert end.value.code == 2
    assert measures == []
    errors = capsys.readouterr().err
    assert message in errors
    assert errors.count("\n") == 1


def test_verdicts_are_of_what_was_run(run: Run) -> None:
    """And what was skipped is named, with the reason."""
    text = command.verdicts(run)
    assert "call of a function.\n  does not hold: 20 (20 to 20)" in text
    assert "requests" not in text
    assert text.endswith("task switch, uvloop: skipped, uvloop is not installed")


def test_the_module_is_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what stands on the command line."""
    monkeypatch.setattr(sys, "argv", ["yieldpoint.benchmarks", "--no-such-option"])
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(module.__file__), run_name="__main__")
    assert end.value.code == 2
    assert "--no-such-option" in capsys.readouterr().err
