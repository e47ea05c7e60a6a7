"""What records each test, and keeps the page of each that fails."""

import dataclasses
import hashlib
import re
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import pytest

from yieldpoint.trace import Trace
from yieldpoint.trace._recorder.block import Block
from yieldpoint.trace._recorder.making import Settings

__all__ = ["Failures"]

# How many steps of a test are recorded: a browser has to show them.
_LIMIT = 20_000

_LONGEST = 100  # characters of a file's name

_MADE = pytest.StashKey[Trace | str]()


class Failures:
    """Records each test, and keeps the recording of each that fails."""

    def __init__(self, folder: Path, files: Sequence[Path]) -> None:
        """Record the tests' own files, and these, and write into a folder."""
        self._folder = folder
        self._files = files

    # Old-style wrappers: every pytest has them.

    @pytest.hookimpl(hookwrapper=True, trylast=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, None]:
        """Record the test, inside of all that others do around it."""
        name = getattr(item, "originalname", None) or item.name
        block = Block(name, Settings("real", self._files, _LIMIT), [item.path])
        try:
            block.begin()
        except RuntimeError as error:
            item.stash[_MADE] = str(error)
            yield
            return
        outcome = yield
        failed = outcome.excinfo
        trace = block.end(failed[1] if failed else None)
        # The exception would keep all that its traceback holds.
        item.stash[_MADE] = dataclasses.replace(trace, exception=None)

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, Any, None]:
        """Keep the recording once all others have said what became of the test."""
        outcome = yield
        if call.when != "call":
            return
        report: pytest.TestReport = outcome.get_result()
        made = item.stash.get(_MADE, "")
        item.stash[_MADE] = ""
        if report.failed and made:
            said = self._keep(item.nodeid, made) if isinstance(made, Trace) else made
            report.sections.append(("yieldpoint", said))

    def _keep(self, test: str, trace: Trace) -> str:
        """Write the page of a test, and say where it is."""
        path = self._folder / file_name(test)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            path.write_text(trace.to_html(), encoding="utf-8")
        except OSError as error:
            return f"cannot write the recording: {error}"
        return f"the recording is at {path}"


def file_name(test: str) -> str:
    """Return the name of the file for a test: the same in each run, no test's twice."""
    plain = re.sub(r"[^A-Za-z0-9_.]+", "-", test).strip("-")[:_LONGEST]
    return f"{plain}-{hashlib.sha256(test.encode()).hexdigest()[:8]}.html"
