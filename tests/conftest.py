"""What the tests of the package need beside what conftest.py gives to all."""

import asyncio
import gc
import sys
from collections.abc import Iterator

import pytest


def pytest_collection_finish() -> None:
    """Let no collection look through all that the tests have loaded.

    Before its first test Hypothesis looks who keeps its random numbers, and would not
    find it any more. So a test of it is run before.
    """
    if hypothesis := sys.modules.get("hypothesis"):
        once = hypothesis.settings(max_examples=1, database=None)
        once(hypothesis.given(hypothesis.strategies.none())(lambda _: None))()
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    """Let Hypothesis look at all, where its plugin imports it for the summary."""
    gc.unfreeze()


@pytest.fixture(autouse=True)
def no_running_loop() -> Iterator[None]:
    """Forget a loop that an exception at any moment has ended.

    A limit or Ctrl-C may come while asyncio cleans up behind a loop that has run. Then
    the loop still counts as running, and the next test could run none.
    """
    yield
    asyncio._set_running_loop(None)
