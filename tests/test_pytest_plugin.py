"""The option of pytest: each test is recorded, and a page kept if it fails."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.once import on_one_python
from yieldpoint import pytest_plugin
from yieldpoint.trace._recorder import making

pytest_plugins = ("pytester",)

TESTS = """
import asyncio
import unittest

import pytest

from helper import price


def test_passes():
    assert price


def test_fails():
    async def main():
        found = await asyncio.gather(price(1), price(2))
        assert found == [2, 5]

    asyncio.run(main())


@pytest.mark.parametrize("text", ["a/b", "a b"])
def test_parameters(text):
    assert not text


@pytest.mark.xfail
def test_fails_as_expected():
    assert False


@pytest.mark.xfail(strict=True)
def test_passes_unexpectedly():
    pass


def test_skips():
    pytest.skip("not today")


@pytest.fixture
def broken():
    raise ValueError


def test_with_a_broken_fixture(broken):
    pass


class TestCase(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.price = await price(3)

    async def test_in_a_class(self):
        self.assertEqual(self.price, 7)
"""

HELPER = """
import asyncio


async def price(number):
    await asyncio.sleep(0)
    return 2 * number
"""

FAILED = [
    "test_shop.py-TestCase-test_in_a_class-",
    "test_shop.py-test_fails-",
    "test_shop.py-test_parameters-a-b-",
    "test_shop.py-test_parameters-a-b-",
    "test_shop.py-test_passes_unexpectedly-",
]
COUNTS = {"passed": 1, "failed": 5, "skipped": 1, "xfailed": 1, "errors": 1}
# Hypothesis looks at its first import who keeps its random numbers, and finds nobody
# where all is frozen.
WITHOUT = ("-p", "no:asyncio", "-p", "no:hypothesispytest")


@pytest.fixture
def tests(pytester: pytest.Pytester) -> Path:
    """Return a folder with tests, which is the current one."""
    # Or pytest takes what stands above: this project's, where that has its temporary
    # files within itself, as `nox -s sdist` has.
    pytester.makeini("[pytest]")
    pytester.makepyfile(test_shop=TESTS, helper=HELPER)
    return pytester.path


def run(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    """Run the tests in this process, so that coverage sees it."""
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", *WITHOUT, *options)


def pages(folder: Path) -> list[str]:
    """Return the names of the pages in a folder, without what tells like ones apart."""
    return sorted(path.name[: -len("12345678.html")] for path in folder.iterdir())


@pytest.mark.usefixtures("tests")
def test_without_the_option(pytester: pytest.Pytester) -> None:
    """Nothing is recorded."""
    run(pytester).assert_outcomes(**COUNTS)
    assert not (pytester.path / "pages").exists()


def test_pages_of_failed_tests(tests: Path, pytester: pytest.Pytester) -> None:
    """The results are the same; each test that fails has a page, and says where."""
    result = run(pytester, "--yieldpoint-trace", "pages", "--yieldpoint-files", ".")
    result.assert_outcomes(**COUNTS)
    assert pages(tests / "pages") == FAILED
    [page] = (tests / "pages").glob("*test_fails-*")
    result.stdout.fnmatch_lines([f"the recording is at {page}"])
    html = page.read_text("utf-8")
    assert "<code>found = await asyncio.gather(price(1), price(2))</code>" in html
    assert "<code>await asyncio.sleep(0)</code>" in html
    assert "@py" not in html


def test_a_test_file_alone(tests: Path, pytester: pytest.Pytester) -> None:
    """Other files are recorded if they are named."""
    run(pytester, "--yieldpoint-trace", "pages", "-k", "test_fails")
    [page] = (tests / "pages").glob("*test_fails-*")
    assert "<code>await asyncio.sleep(0)</code>" not in page.read_text("utf-8")


@pytest.mark.usefixtures("tests")
def test_a_file_that_is_not_there(pytester: pytest.Pytester) -> None:
    """Else its code would be missing, and nobody would know why."""
    result = run(pytester, "--yieldpoint-trace", "pages", "--yieldpoint-files", "sorc")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*sorc: no such file or folder"])


@on_one_python
@pytest.mark.usefixtures("tests")
def test_with_xdist(pytester: pytest.Pytester) -> None:
    """The workers write the pages; the results are the same."""
    options = ["--yieldpoint-trace", "pages", "-n", "2", "-p", "no:randomly"]
    result = pytester.runpytest_subprocess(*options, timeout=120)
    result.assert_outcomes(**COUNTS)
    assert pages(pytester.path / "pages") == FAILED
    result.stdout.fnmatch_lines(["the recording is at *test_fails-*.html"])


@pytest.mark.usefixtures("tests")
def test_what_cannot_be_recorded_or_kept(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said beside the failure, and changes no result."""
    (pytester.path / "taken").touch()
    result = run(pytester, "--yieldpoint-trace", "taken/pages")
    result.assert_outcomes(**COUNTS)
    result.stdout.fnmatch_lines(["cannot write the recording: *Not a directory*"])

    def refuse(_: object) -> None:
        raise RuntimeError("sys.monitoring has no room for one more tool")

    monkeypatch.setattr(making._Interpreter, "begin", refuse)
    result = run(pytester, "--yieldpoint-trace", "pages")
    result.assert_outcomes(**COUNTS)
    result.stdout.fnmatch_lines(["sys.monitoring has no room for one more tool"])


def test_names_of_files() -> None:
    """They are short, differ where the tests do, and hold what a file's name may."""
    failures = importlib.import_module("yieldpoint.pytest_plugin._failures")
    names = {failures.file_name(f"test_x.py::test[{text}]") for text in ("/", " ", "ä")}
    assert len(names) == 3
    [name] = {name[:-13] for name in names}
    assert name == "test_x.py-test-"
    assert len(failures.file_name("x" * 1_000)) < 120


def test_costs_nothing_where_it_is_not_asked_for() -> None:
    """What pytest imports at its start is the one small module."""
    importlib.reload(pytest_plugin)  # so that coverage sees the module itself
    program = (
        "import sys, pytest, yieldpoint.pytest_plugin\n"
        "print([name for name in sys.modules if name.startswith('yieldpoint')])\n"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "['yieldpoint', 'yieldpoint.pytest_plugin']\n"


@pytest.mark.usefixtures("tests")
def test_a_trace_is_not_kept(pytester: pytest.Pytester) -> None:
    """Neither the recording nor the exception outlives the report."""
    kept: list[object] = []

    class Watcher:
        def pytest_runtest_teardown(self, item: pytest.Item) -> None:
            failures = sys.modules["yieldpoint.pytest_plugin._failures"]
            kept.append(item.stash.get(failures._MADE, ""))

    options = ["--yieldpoint-trace", "pages", *WITHOUT]
    pytester.inline_run(*options, plugins=[Watcher()])
    assert set(kept) == {""}
