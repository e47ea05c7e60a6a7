"""A program on the clock cannot tell it from real time, however it measures itself."""

import pytest

from checks.campaigns.clock_programs import differences


@pytest.mark.parametrize("seed", range(60))
def test_the_clock_shows_what_real_time_would(seed: int) -> None:
    """The campaign of the same name checks ten thousand."""
    assert not differences(seed)
