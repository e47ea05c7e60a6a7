"""Run benchmarks, each in processes of its own, and put together what they measure.

Examples:
    >>> from yieldpoint.benchmarks import runner
    >>> runner.NAMES
    ('cpu_bound', 'switching', 'io_bound', 'scaling', 'loops', 'crawling')
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from yieldpoint.benchmarks import worker
from yieldpoint.benchmarks.measuring import Benchmark
from yieldpoint.benchmarks.results import Results

__all__ = ["NAMES", "Collector", "WorkerError", "run"]

#: The benchmarks, in the order in which they run.
NAMES = ("cpu_bound", "switching", "io_bound", "scaling", "loops", "crawling")


class WorkerError(Exception):
    """A process that has not done its work.

    Examples:
        >>> from yieldpoint.benchmarks.runner import WorkerError
        >>> issubclass(WorkerError, Exception)
        True
    """


@dataclass
class Collector:
    """What the processes of one benchmark have measured so far.

    Attributes:
        samples: For each case, a list of values for each process.
        skipped: The cases that some process could not measure, and why.

    Examples:
        >>> from yieldpoint.benchmarks.runner import Collector
        >>> collector = Collector({"uvloop": "not installed"})
        >>> collector.add({"call": [1.0, 2.0]}, {})
        >>> collector.add({"call": [3.0, 4.0]}, {})
        >>> collector.results().cases
        {'call': [[1.0, 2.0], [3.0, 4.0]]}
    """

    skipped: dict[str, str] = field(default_factory=dict)
    samples: dict[str, list[list[float]]] = field(default_factory=dict)

    def add(self, samples: dict[str, list[float]], skipped: dict[str, str]) -> None:
        """Take over what one process has measured.

        Args:
            samples: For each case, a value for each round.
            skipped: The cases that it could not measure, and why.

        Examples:
            >>> from yieldpoint.benchmarks.runner import Collector
            >>> collector = Collector()
            >>> collector.add({}, {"threads@100000": "no more threads"})
            >>> collector.skipped
            {'threads@100000': 'no more threads'}
        """
        self.skipped |= skipped
        for name, values in samples.items():
            self.samples.setdefault(name, []).append(values)

    def results(self) -> Results:
        """Return what every process has measured, and what not.

        Returns:
            The results. A case that one process skipped is skipped altogether.

        Examples:
            >>> from yieldpoint.benchmarks.runner import Collector
            >>> Collector().results()
            Results(cases={}, skipped={}, machine={})
        """
        complete = {
            name: values
            for name, values in self.samples.items()
            if name.partition(":")[0] not in self.skipped
        }
        return Results(dict(complete), dict(self.skipped))


def run(
    name: str, *, quick: bool, progress: Callable[[int, int], None]
) -> tuple[Results, bool]:
    """Run one benchmark.

    Args:
        name: Its name.
        quick: Whether to be quick about it.
        progress: Is called with the number of steps that are done, and of all.

    Returns:
        The results, and whether they are complete; they are not if it was interrupted.

    Raises:
        WorkerError: A process failed.

    Examples:
        This example needs a process; see `yieldpoint.benchmarks.command` for one.

        >>> from yieldpoint.benchmarks import runner
        >>> runner.run.__kwdefaults__ is None
        True
    """
    benchmark = worker.load(name)
    collector = Collector()
    names = _cases_to_run(benchmark, collector, quick=quick)
    processes, rounds = benchmark.processes[quick], benchmark.rounds[quick]
    shares = [[each] for each in names] if benchmark.apart else [names]
    total = processes * len(shares)
    try:
        for process in range(processes):
            samples: dict[str, list[float]] = {}
            skipped: dict[str, str] = {}
            for number, share in enumerate(shares):
                if not skipped.keys() | collector.skipped.keys() >= set(share):
                    found = _in_a_process([name, str(rounds), *share])
                    samples |= found["samples"]
                    skipped |= found["skipped"]
                progress(process * len(shares) + number + 1, total)
            collector.add(samples, skipped)
    except KeyboardInterrupt:
        return collector.results(), False
    return collector.results(), True


def _cases_to_run(
    benchmark: Benchmark, collector: Collector, *, quick: bool
) -> list[str]:
    """Return the cases' names, less those that the machine or --quick leaves out."""
    with ExitStack() as stack:
        cases = benchmark.cases(stack)
    for case in cases:
        if case.lacking:
            collector.skipped[case.name] = case.lacking
        elif quick and case.name.endswith(benchmark.leave_out):
            collector.skipped[case.name] = "a quick run leaves it out"
    return [case.name for case in cases if case.name not in collector.skipped]


def _in_a_process(arguments: list[str]) -> dict[str, Any]:
    """Run the worker, in a group of its own, so that Ctrl-C ends all of it."""
    with subprocess.Popen(
        [sys.executable, "-m", worker.__name__, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # From 3.13 on a traceback may have colours; its last line is our message.
        env={**os.environ, "PYTHON_COLORS": "0"},
        start_new_session=True,
    ) as process:
        try:
            output, errors = process.communicate()
        except BaseException:
            # The group, where the system has such a thing.
            getattr(os, "killpg", os.kill)(process.pid, signal.SIGTERM)
            raise
    if process.returncode:
        last = errors.decode(errors="replace").strip().rpartition("\n")[2]
        raise WorkerError(f"{arguments[0]} failed: {last or process.returncode}")
    found: dict[str, Any] = json.loads(output)
    return found
