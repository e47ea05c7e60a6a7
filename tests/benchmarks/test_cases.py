"""Every case of every benchmark does its work."""

import runpy
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from yieldpoint.benchmarks import (
    cpu_bound,
    crawling,
    io_bound,
    machine,
    runner,
    scaling,
    switching,
    worker,
)
from yieldpoint.benchmarks.measuring import GaveOutError, Timing

_SMALL = ("@1000", "@4000", "@10000", "@100000", "@1000000")


@pytest.fixture(autouse=True)
def make_it_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute less and wait less than a benchmark does."""
    monkeypatch.setattr(cpu_bound, "_STOP", 100)
    monkeypatch.setattr(io_bound, "DELAY", 0.001)
    monkeypatch.setattr(scaling, "WAIT", 0.001)
    monkeypatch.setattr(crawling, "PAGES", 30)
    monkeypatch.setattr(crawling, "DELAY", 0.001)


@pytest.mark.parametrize("name", runner.NAMES)
def test_every_case_gives_the_right_result(name: str) -> None:
    """Those that this machine lacks have a reason instead."""
    with ExitStack() as stack:
        for case in worker.load(name).cases(stack):
            if not case.lacking and not case.name.endswith(_SMALL):
                loops = case.loops or 3
                timing = case.time(loops)
                assert timing.result == loops * case.result, case.name
                assert timing.seconds > 0


def test_what_python_lacks_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """An older one has neither eager tasks nor a pool of interpreters."""
    monkeypatch.setattr(sys, "version_info", (3, 11))
    with ExitStack() as stack:
        cases = [*switching.cases(stack), *cpu_bound.cases(stack)]
        lacking = {case.name: case.lacking for case in cases if case.lacking}
    assert lacking["create_task, eager"] == "it came with Python 3.12"
    assert lacking["interpreters"] == "it came with Python 3.14"


@pytest.fixture
def pretend_everything_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put stand-ins where this Python has no eager tasks, interpreters or uvloop."""
    import asyncio  # noqa: PLC0415 - only here
    import concurrent.futures  # noqa: PLC0415 - only here

    monkeypatch.setattr(machine, "lacks_interpreters", str)
    monkeypatch.setattr(machine, "lacks_a_module", lambda _: "")
    monkeypatch.setattr(switching, "_uvloop", asyncio.new_event_loop)
    monkeypatch.setattr(sys, "version_info", (3, 14))
    monkeypatch.setattr(asyncio, "eager_task_factory", None, raising=False)
    monkeypatch.setattr(
        concurrent.futures,
        "InterpreterPoolExecutor",
        concurrent.futures.ThreadPoolExecutor,
        raising=False,
    )


@pytest.mark.usefixtures("pretend_everything_is_there")
def test_cases_that_this_python_may_lack_work_as_well() -> None:
    """What they call is the same."""
    with ExitStack() as stack:
        cases = [*switching.cases(stack), *cpu_bound.cases(stack)]
        for case in cases:
            if "eager" in case.name or case.name == "interpreters":
                assert case.time(2).result == 2 * case.result


def test_uvloop_is_asked_for_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its own name."""
    module = type(sys)("uvloop")
    vars(module)["new_event_loop"] = lambda: "a loop"
    monkeypatch.setitem(sys.modules, "uvloop", module)
    assert vars(switching)["_uvloop"]() == "a loop"


def test_no_number_is_taken_for_another_type() -> None:
    """The check that is timed can fail."""
    with pytest.raises(TypeError):
        vars(cpu_bound)["_checked_square"]("2")


def test_threads_that_give_out_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """How many there were is in the message, and none stays behind."""
    start = threading.Thread.start
    before = threading.active_count()
    started: list[threading.Thread] = []

    def start_three(thread: threading.Thread) -> None:
        if len(started) == 3:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_three)
    operations: Callable[[int], object] = vars(scaling)["_threads"]
    with pytest.raises(GaveOutError, match="after 3 threads: can't start new thread"):
        operations(10)
    for thread in started:
        thread.join()
    assert threading.active_count() == before


def test_memory_is_left_out_where_it_is_not_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not every system has /proc; and ten operations take too little to tell."""
    monkeypatch.setattr(scaling, "_ENOUGH_FOR_MEMORY", 10)
    monkeypatch.setattr(scaling, "_resident", iter([0, 5000, 0, 0]).__next__)
    operations: Callable[[int], Timing] = vars(scaling)["_threads"]
    assert operations(10).also["memory"] == 500
    assert "memory" not in operations(10).also


def test_memory_is_read_from_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it can be."""
    resident: Callable[[], int] = vars(scaling)["_resident"]
    assert resident() > 1_000_000

    def read_text(self: Path, **_: str) -> str:
        raise FileNotFoundError(self)

    monkeypatch.setattr(Path, "read_text", read_text)
    assert resident() == 0


@pytest.mark.parametrize("name", [*runner.NAMES, "__main__"])
def test_each_runs_by_itself(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As a program."""
    monkeypatch.setattr(sys, "argv", ["program", "--list"])
    path = Path(str(runner.__file__)).with_name(f"{name}.py")
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(path), run_name="__main__")
    assert end.value.code == 0
    assert "switching" in capsys.readouterr().out
