"""One process of a run: it measures some cases, and prints what it has found.

Examples:
    >>> from yieldpoint.benchmarks import worker
    >>> worker.load("switching").question
    'What does one switch cost, one call, one task?'
"""

import importlib
import json
import sys
from contextlib import ExitStack

from yieldpoint.benchmarks import machine
from yieldpoint.benchmarks.measuring import Benchmark, GaveOutError, measure

__all__ = ["load", "main"]


def load(name: str) -> Benchmark:
    """Return a benchmark.

    Args:
        name: The name of its module.

    Returns:
        The benchmark.

    Examples:
        >>> from yieldpoint.benchmarks.worker import load
        >>> load("scaling").apart
        True
    """
    module = importlib.import_module(f"yieldpoint.benchmarks.{name}")
    benchmark: Benchmark = module.BENCHMARK
    return benchmark


def main(arguments: list[str]) -> None:
    """Measure, and print the samples and what was skipped as JSON.

    Args:
        arguments: The benchmark, the number of rounds, and the names of the cases.

    Examples:
        >>> from yieldpoint.benchmarks import worker
        >>> worker.main(["switching", "1"])
        {"samples": {}, "skipped": {}}
    """
    name, rounds, *names = arguments
    benchmark = load(name)
    with ExitStack() as stack:
        if benchmark.one_processor:
            stack.enter_context(machine.on_one_processor())
        cases = [case for case in benchmark.cases(stack) if case.name in names]
        skipped = {case.name: case.lacking for case in cases if case.lacking}
        cases = [case for case in cases if not case.lacking]
        try:
            samples = measure(cases, int(rounds), benchmark.at_least)
        except GaveOutError as error:  # of a case that is alone in its process
            samples = {}
            skipped[cases[0].name] = str(error)
    print(json.dumps({"samples": samples, "skipped": skipped}))


if __name__ == "__main__":
    main(sys.argv[1:])
