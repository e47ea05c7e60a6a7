"""What the tests of the clock share."""

import time
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def no_long_wait() -> Iterator[None]:
    """Fail a test that really waits for what its clock should have skipped."""
    started = time.monotonic()
    yield
    assert time.monotonic() - started < 55
