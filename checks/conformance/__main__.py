"""Run CPython's own tests of asyncio on `yieldpoint.loop`, and compare with a list.

The tests are those that the interpreter carries: nothing of them is in this repository.
Which of them the loop does not pass stands in ``left_out.toml``, by category and with a
reason. A test that fails and is not listed is an error, and so is one that is listed
and passes.

    python -m checks.conformance [MODULE ...]
"""

import contextlib
import faulthandler
import gc
import importlib
import io
import logging
import sys
import tomllib
import traceback
import unittest
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from checks.conformance.substitution import load, offers_tests

MODULES = (
    "test_futures",
    "test_futures2",
    "test_tasks",
    "test_waitfor",
    "test_timeouts",
    "test_taskgroups",
    "test_runners",
    "test_locks",
    "test_queues",
    "test_streams",
    "test_server",
)

#: After so many seconds something hangs.
LIMIT = 300

#: Tests of this category are not run.
NOT_RUN = "would hang"


def left_out() -> dict[str, str]:
    """Return the category of each test that does not pass on this Python."""
    path = Path(__file__).with_name("left_out.toml")
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    categories: dict[str, str] = {}
    for table, names in tables.items():
        category, _, version = table.partition(", before ")
        if not version or sys.version_info < tuple(map(int, version.split("."))):
            categories |= dict.fromkeys(names, category)
    return categories


LEFT_OUT = left_out()


def name_of(test: unittest.TestCase) -> str:
    """Return a test's module and method: the classes differ in what they test."""
    parts = test.id().split(".")
    return f"{parts[-3]}.{parts[-1]}"


def tests_in(suite: unittest.TestSuite) -> Iterator[unittest.TestCase]:
    """Yield the tests of a suite, one by one."""
    for each in suite:
        if isinstance(each, unittest.TestSuite):
            yield from tests_in(each)
        else:
            yield each


class Outcome(unittest.TestResult):
    """What has become of the tests, by name."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__()
        self.failed: dict[str, str] = {}
        self.passed: set[str] = set()
        self.reports: list[str] = []
        self.reasons = Counter[str]()

    def run(self, test: unittest.TestCase) -> None:
        """Run a test, whatever comes out of it."""
        self.failures, self.errors, self.skipped = [], [], []
        with contextlib.redirect_stderr(io.StringIO()):
            try:
                test.run(self)
            except BaseException as error:  # noqa: BLE001 - Ctrl-C is tested as well
                words = "".join(traceback.format_exception(error))
                self.failures.append((test, words))
        if reports := [report for _, report in [*self.failures, *self.errors]]:
            self.failed[name_of(test)] = reports[0].rstrip().splitlines()[-1]
            self.reports += reports
        elif self.skipped:
            self.reasons[self.skipped[0][1]] += 1
        else:
            self.passed.add(name_of(test))


def run(modules: list[str]) -> Outcome:
    """Run the tests of some modules."""
    outcome = Outcome()
    for module in modules:
        suite = unittest.defaultTestLoader.loadTestsFromModule(load(module))
        for test in tests_in(suite):
            if LEFT_OUT.get(name_of(test)) != NOT_RUN:
                outcome.run(test)
                if module == "test_streams":
                    gc.collect()  # or a later test is blamed for what is left
    return outcome


def main(modules: list[str]) -> int:
    """Run the tests, compare, and say what there is to say."""
    if not offers_tests():
        print("skipped: this Python does not carry the package test.test_asyncio")
        return 0
    faulthandler.dump_traceback_later(LIMIT, exit=True)
    # Threads that a skipped test leaves behind are none of our business.
    importlib.import_module("test.support").print_warning.orig_stderr = io.StringIO()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    outcome = run(modules or list(MODULES))
    wrong = [
        f"{name} fails and is not listed: {report}"
        for name, report in outcome.failed.items()
        if name not in LEFT_OUT
    ]
    wrong += [
        f"{name} is listed and passes"
        for name in sorted(outcome.passed - outcome.failed.keys())
        if name in LEFT_OUT
    ]
    counts = Counter(LEFT_OUT.get(name, "not listed") for name in outcome.failed)
    print(f"{outcome.testsRun} tests, {len(outcome.passed)} pass;", dict(counts))
    for reason, number in outcome.reasons.most_common():
        print(f"  {number} skipped: {reason}")
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
