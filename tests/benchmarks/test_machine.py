"""What a machine is and lacks."""

import importlib
import importlib.metadata
import importlib.util
import os
import sys
import sysconfig
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from yieldpoint.benchmarks import machine

#: What a pyperf may know.
METADATA = {
    "hostname": "secret",
    "cpu_model_name": "A processor",
    "cpu_config": "governor:powersave, turbo:enabled",
    "load_avg_1min": 64.5,
}


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Return what can be imported by name instead of what is installed."""
    there: dict[str, Any] = {}
    monkeypatch.setattr(importlib.util, "find_spec", there.get)
    monkeypatch.setattr(importlib, "import_module", there.get)
    monkeypatch.setattr(importlib.metadata, "version", lambda name: f"{name} 1")
    return there


def pyperf(metadata: dict[str, object]) -> SimpleNamespace:
    """Return what is used of pyperf."""
    run = SimpleNamespace(get_metadata=lambda: metadata)
    return SimpleNamespace(Run=lambda *_, **__: run)


def test_pyperf_describes_the_machine(modules: dict[str, Any]) -> None:
    """But not whose machine it is."""
    modules["pyperf"] = pyperf(METADATA)
    found = machine.describe()
    assert found["cpu"] == "A processor"
    assert found["pyperf"] == "pyperf 1"
    assert "secret" not in str(found)
    warnings = " ".join(machine.unfit())
    assert "the load is 64.5" in warnings
    assert "powersave" in warnings
    assert "turbo" in warnings


def test_a_fit_machine_is_passed_over(modules: dict[str, Any]) -> None:
    """There is nothing to say."""
    modules["pyperf"] = pyperf({"load_avg_1min": 0.01})
    assert machine.unfit() == []


def test_without_pyperf_less_is_known(modules: dict[str, Any]) -> None:
    """It says so."""
    assert modules == {}
    assert "cpu" not in machine.describe()
    assert machine.unfit() == ["nothing is known about it: pyperf is not installed"]


def test_processors_are_counted_on_every_system(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not every one knows which of them a process may use."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    assert machine.lacks_a_second_processor() == "there is only one processor"
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    assert machine.processors() == 3
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert machine.processors() == 1


def test_a_process_stays_on_one_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    """And may use all of them afterwards; some systems let nobody choose."""
    asked: list[set[int]] = []
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {2, 5}, raising=False)
    monkeypatch.setattr(
        os, "sched_setaffinity", lambda _, which: asked.append(which), raising=False
    )
    with machine.on_one_processor():
        assert asked == [{5}]
    assert asked == [{5}, {2, 5}]
    monkeypatch.delattr(os, "sched_setaffinity")
    with machine.on_one_processor():
        assert len(asked) == 2


def test_one_kind_of_threads_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a GIL or without one."""
    monkeypatch.setattr(sys, "_is_gil_enabled", lambda: False, raising=False)
    assert machine.lacks_free_threads() == ""
    assert machine.lacks_a_gil() == "this Python runs without a GIL"
    monkeypatch.setattr(sys, "_is_gil_enabled", lambda: True, raising=False)
    assert machine.lacks_a_gil() == ""
    monkeypatch.setattr(sysconfig, "get_config_var", lambda _: 1)
    assert "GIL of this free-threaded build is on" in machine.lacks_free_threads()
    monkeypatch.setattr(sysconfig, "get_config_var", lambda _: None)
    assert machine.lacks_free_threads() == "this Python is no free-threaded build"


def test_descriptors_have_a_limit(modules: dict[str, Any]) -> None:
    """Where there is a limit, and where Python knows it."""
    assert machine.lacks_descriptors(10**9) == ""
    hard = 100
    asked: list[tuple[int, int]] = []
    modules["resource"] = SimpleNamespace(
        RLIMIT_NOFILE=7,
        RLIM_INFINITY=-1,
        getrlimit=lambda _: (10, hard),
        setrlimit=lambda _, limits: asked.append(limits),
    )
    assert machine.lacks_descriptors(100) == ""
    assert machine.lacks_descriptors(101) == "the system allows 100 file descriptors"
    assert asked == [(100, 100), (100, 100)]
    hard = -1
    assert machine.lacks_descriptors(10**9) == ""


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return the files that the system has."""
    there: dict[str, str] = {}

    def read_text(self: Path, **_: str) -> str:
        if str(self) not in there:
            raise FileNotFoundError(self)
        return there[str(self)]

    monkeypatch.setattr(Path, "read_text", read_text)
    return there


def test_threads_have_a_limit(files: dict[str, str]) -> None:
    """The lowest of all; of those that all programs share, half is for the others."""
    assert machine.lacks_threads(10_000) == ""
    assert machine.lacks_threads(10_001) == "the system's limit is not known"
    files["/proc/sys/kernel/threads-max"] = "5000\n"
    files["/proc/sys/vm/max_map_count"] = "4000\n"
    files["/sys/fs/cgroup/pids.max"] = "max\n"
    assert machine.lacks_threads(2000) == ""
    assert machine.lacks_threads(2001) == (
        "vm.max_map_count allows a process 2,000 threads"
    )
    files["/sys/fs/cgroup/pids.max"] = "3000\n"
    assert machine.lacks_threads(1500) == ""
    assert machine.lacks_threads(1501) == (
        "pids.max allows 3,000 threads, and half of them are for others"
    )


def test_memory_has_a_limit(files: dict[str, str]) -> None:
    """Half of what is free."""
    assert machine.lacks_memory(10**15) == ""
    files["/proc/meminfo"] = "MemTotal: 9 kB\nMemAvailable:   4000000 kB\n"
    assert machine.lacks_memory(2 * 10**9) == ""
    assert machine.lacks_memory(3 * 10**9) == "it takes 3.0 GB, and 4.1 GB are free"


def test_an_old_module_that_breaks_is_lacking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what it says, less the paths."""
    module = tmp_path / "too_old.py"
    module.write_text("raise OSError(f'{__file__}: cannot open it')", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert machine.lacks_a_working_module("too_old") == (
        "too_old does not work with this Python: cannot open it"
    )
    assert machine.lacks_a_working_module("not_there") == "not_there is not installed"
