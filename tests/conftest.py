"""What the tests of the package need beside what conftest.py gives to all."""

import asyncio
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def no_running_loop() -> Iterator[None]:
    """Forget a loop that an exception at any moment has ended.

    A limit or Ctrl-C may come while asyncio cleans up behind a loop that has run. Then
    the loop still counts as running, and the next test could run none.
    """
    yield
    asyncio._set_running_loop(None)
