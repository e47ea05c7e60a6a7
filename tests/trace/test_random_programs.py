"""A sample of what the campaign `checks.campaigns.recordings` tries at length."""

import pytest

from checks.campaigns import recordings
from tests.trace.random_programs import differences


# The last ones throw an exception into what a library awaits and catches.
@pytest.mark.parametrize("seed", [*range(12), 20_117, 20_176, 20_231])
def test_the_recording_is_what_the_program_says(seed: int) -> None:
    """Its log, what `inspect` finds, and how asyncio says that each task has ended."""
    assert differences(seed) == []


def test_the_campaign_counts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It shows each difference, with what it takes to see it again."""
    monkeypatch.setattr("sys.argv", ["recordings", "--count", "2", "--seed", "5"])
    monkeypatch.setattr(
        recordings, "differences", lambda seed: ["differs"] if seed == 6 else []
    )
    assert recordings.main() == 1
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].startswith("--count 1 --seed 6: [")
    assert shown[1:] == ["  differs", "2 checked, 1 differences"]
