"""What pytest needs everywhere: the docstrings' examples run on the site's clock."""

from collections.abc import Iterator

import pytest

from yieldpoint import clock


@pytest.fixture(autouse=True)
def clock_for_doctests(request: pytest.FixtureRequest) -> Iterator[None]:
    """Install the clock around a doctest, as the doctest builder does."""
    if isinstance(request.node, pytest.DoctestItem):
        with clock.installed(start=1000):  # not 0: a wrong sign must show
            yield
    else:
        yield
