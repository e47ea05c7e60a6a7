"""A function that waits and fails, and the tests of it."""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import unittest
from collections.abc import AsyncIterable, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol
from unittest.mock import AsyncMock

__all__ = [
    "LoopOfATest",
    "NoLeftovers",
    "RetryTest",
    "all_rows",
    "forget_a_task",
    "page_of",
    "run_pytest",
    "run_tests",
    "second_attempt",
    "with_retries",
]


async def with_retries(
    fetch: Callable[[str], Awaitable[str]], address: str, attempts: int = 3
) -> str:
    """Fetch a page; if that takes too long, wait and try again.

    Args:
        fetch: What fetches a page.
        address: Which one.
        attempts: How often to try, with pauses of 1, 2, 4 and so on seconds.

    Returns:
        The page.

    Raises:
        TimeoutError: The last attempt took too long as well.

    Examples:
        >>> import asyncio
        >>> from unittest.mock import AsyncMock
        >>> from yieldpoint.examples.testing import with_retries
        >>> asyncio.run(with_retries(AsyncMock(return_value="welcome"), "/"))
        'welcome'
    """
    for attempt in range(attempts - 1):
        try:
            return await fetch(address)
        except TimeoutError:
            await asyncio.sleep(2**attempt)
    return await fetch(address)


async def second_attempt() -> str:
    """Fetch with success at the second attempt.

    Returns:
        The page.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.testing import second_attempt
        >>> asyncio.run(second_attempt())
        'welcome'
        >>> from yieldpoint.examples.timing import seconds
        >>> asyncio.run(seconds(second_attempt()))
        1.0
    """
    fetch = AsyncMock(side_effect=[TimeoutError, "welcome"])
    return await with_retries(fetch, "/")


class _Answer(Protocol):
    async def text(self) -> str: ...


class _Session(Protocol):
    def get(self, address: str) -> AbstractAsyncContextManager[_Answer]: ...


async def page_of(session: _Session) -> str:
    """Fetch a page by a session, as that of an HTTP library.

    Args:
        session: What has a method `get`, for `async with`.

    Returns:
        The text of the page.

    Examples:
        >>> import asyncio
        >>> from unittest.mock import AsyncMock, MagicMock
        >>> from yieldpoint.examples.testing import page_of
        >>> session = MagicMock()
        >>> answer = session.get.return_value.__aenter__.return_value
        >>> answer.text = AsyncMock(return_value="welcome")
        >>> asyncio.run(page_of(session))
        'welcome'
    """
    async with session.get("/") as answer:
        return await answer.text()


async def all_rows(table: AsyncIterable[str]) -> list[str]:
    """Go through a table.

    Args:
        table: What `async for` takes.

    Returns:
        Its rows.

    Examples:
        >>> import asyncio
        >>> from unittest.mock import MagicMock
        >>> from yieldpoint.examples.testing import all_rows
        >>> table = MagicMock()
        >>> table.__aiter__.return_value = ["row 1", "row 2"]
        >>> asyncio.run(all_rows(table))
        ['row 1', 'row 2']
    """
    return [row async for row in table]


class RetryTest(unittest.IsolatedAsyncioTestCase):
    """Tests of `with_retries`, each a coroutine function.

    Examples:
        >>> from yieldpoint.examples.testing import RetryTest, run_tests
        >>> run_tests(RetryTest)
        test_gives_up: ok
        test_second_attempt: ok
    """

    async def test_second_attempt(self) -> None:
        """The first one takes too long.

        :meta private:
        """
        fetch = AsyncMock(side_effect=[TimeoutError, "welcome"])
        self.assertEqual(await with_retries(fetch, "/"), "welcome")
        self.assertEqual(fetch.await_count, 2)
        fetch.assert_awaited_with("/")

    async def test_gives_up(self) -> None:
        """All attempts take too long.

        :meta private:
        """
        fetch = AsyncMock(side_effect=TimeoutError)
        with self.assertRaises(TimeoutError):
            await with_retries(fetch, "/")
        self.assertEqual(fetch.await_count, 3)


class LoopOfATest(unittest.IsolatedAsyncioTestCase):
    """What is prepared for a test is prepared in that test's own loop.

    Examples:
        >>> from yieldpoint.examples.testing import LoopOfATest, run_tests
        >>> run_tests(LoopOfATest)
        test_one_loop: ok
    """

    async def asyncSetUp(self) -> None:
        """Keep the loop in which this runs.

        :meta private:
        """
        self.loop = asyncio.get_running_loop()

    async def test_one_loop(self) -> None:
        """Here it is the same.

        :meta private:
        """
        self.assertIs(asyncio.get_running_loop(), self.loop)


class NoLeftovers(unittest.IsolatedAsyncioTestCase):
    """A base for tests, each of which has to end the tasks that it starts.

    Examples:
        >>> from yieldpoint.examples.testing import NoLeftovers, forget_a_task
        >>> from yieldpoint.examples.testing import run_tests
        >>> class Test(NoLeftovers):
        ...     async def test_forgets(self):
        ...         forget_a_task()
        >>> run_tests(Test)
        test_forgets: AssertionError: tasks are left: ['poll']
    """

    async def asyncTearDown(self) -> None:
        """Look for tasks that are left.

        :meta private:
        """
        left = asyncio.all_tasks() - {asyncio.current_task()}
        names = sorted(task.get_name() for task in left)
        if names:
            self.fail(f"tasks are left: {names}")


def forget_a_task() -> None:
    """Start a task and leave it, as a function that is tested may do.

    Examples:
        >>> import asyncio
        >>> from yieldpoint.examples.testing import forget_a_task
        >>> async def main():
        ...     forget_a_task()
        ...     return len(asyncio.all_tasks())
        >>> asyncio.run(main())
        2
    """
    asyncio.create_task(asyncio.sleep(3600), name="poll")


def run_tests(case: type[unittest.TestCase]) -> None:
    """Run all tests of a class, and print the outcome of each.

    Args:
        case: The class.

    Examples:
        >>> import unittest
        >>> from yieldpoint.examples.testing import RetryTest, run_tests
        >>> run_tests(RetryTest)
        test_gives_up: ok
        test_second_attempt: ok
        >>> class Test(unittest.TestCase):
        ...     def test_page(self):
        ...         self.assertEqual("page", "pages")
        >>> run_tests(Test)
        test_page: AssertionError: 'page' != 'pages'
    """
    for test in unittest.defaultTestLoader.loadTestsFromTestCase(case):
        assert isinstance(test, unittest.TestCase)
        result = unittest.TestResult()
        test.run(result)
        texts = [text for _, text in result.errors + result.failures]
        # Below the exception there may be what differs, and an empty line.
        faults = [re.findall(r"^\w.+", text, re.MULTILINE)[-1] for text in texts]
        name = test.id().rpartition(".")[-1]
        print(f"{name}: {', '.join(faults) or 'ok'}")


# No plugin but those that are named, and no line cut short.
_SURROUNDINGS = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COLUMNS": "1000"}

_SETTINGS = """\
[pytest]
asyncio_default_fixture_loop_scope = function
"""


def run_pytest(tests: str) -> None:
    """Run a file of tests by pytest, with two plugins, and print what comes of it.

    This example needs a process, and the packages pytest, pytest-asyncio and anyio.

    Args:
        tests: The source text of the file.

    Examples:
        >>> from yieldpoint.examples.testing import run_pytest
        >>> run_pytest("def test_sum(): assert 1 + 1 == 3")
        test_sum: assert (1 + 1) == 3
        1 failed
        >>> run_pytest("def test_sum(numbers): assert sum(numbers) == 3")
        fixture 'numbers' not found
        1 error
    """
    plugins = ["-p", "pytest_asyncio.plugin", "-p", "anyio.pytest_plugin"]
    options = ["-q", "--color=no", "--tb=line", "-p", "no:cacheprovider"]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "pytest.ini").write_text(_SETTINGS, encoding="utf-8")
        Path(folder, "test_it.py").write_text(tests, encoding="utf-8")
        finished = subprocess.run(
            [sys.executable, "-m", "pytest", *plugins, *options],
            cwd=folder,
            env={**os.environ, **_SURROUNDINGS},
            capture_output=True,
            text=True,
            check=False,
        )
    for line in finished.stdout.splitlines():
        if found := re.match(
            r"FAILED .*::(\w+) - (.*)"
            r"|E +(fixture .* not found)|(\d+ .*(?:passed|failed|error)).* in",
            line,
        ):
            print(found[3] or found[4] or f"{found[1]}: {found[2]}")
