"""Runs that were never run."""

import pytest

from yieldpoint.benchmarks.results import Results, Run


@pytest.fixture
def run() -> Run:
    """Return a run in which a task switch costs as much as 20 calls."""
    cases = {
        "call": [[1.0, 1.0]] * 6,
        "task switch": [[20.0, 20.0]] * 6,
        "await": [[2.0, 9.0]] * 6,
    }
    skipped = {"task switch, uvloop": "uvloop is not installed"}
    return Run({"python": "3.14.0"}, benchmarks={"switching": Results(cases, skipped)})
