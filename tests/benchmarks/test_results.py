"""Results as a file."""

from pathlib import Path

import pytest

from yieldpoint.benchmarks.claims import CLAIMS
from yieldpoint.benchmarks.results import SAVED, FormatError, Run, load, save
from yieldpoint.benchmarks.runner import NAMES


def test_a_run_comes_back_as_it_was(run: Run, tmp_path: Path) -> None:
    """Nothing is lost in the file."""
    save(run, tmp_path / "run.json")
    assert load(tmp_path / "run.json") == run


def test_each_case_has_a_line(run: Run, tmp_path: Path) -> None:
    """So that two files can be compared by eye."""
    save(run, tmp_path / "run.json")
    text = (tmp_path / "run.json").read_text(encoding="utf-8")
    assert '    "await": [[2.0, 9.0],' in text
    assert text.count("\n") == 19


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"version": "1.0", "benchmarks": []}',
        '{"format": "yieldpoint benchmarks 0"}',
        '{"format": "yieldpoint benchmarks 1"}',
        (
            '{"format": "yieldpoint benchmarks 1", "machine": {}, "quick": false, '
            '"benchmarks": {"switching": {"cases": {"a": [["b"]]}, "skipped": {}}}}'
        ),
    ],
)
def test_other_files_are_refused(text: str, tmp_path: Path) -> None:
    """With a message that names the file."""
    path = tmp_path / "run.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match=r"run\.json (holds no results|has the form)"):
        load(path)


def test_the_saved_run_is_a_full_one() -> None:
    """Of all benchmarks, with all that the claims need, and no private thing in it."""
    saved = load(SAVED)
    assert not saved.quick
    assert set(saved.benchmarks) == set(NAMES)
    for claim in CLAIMS.values():
        cases = saved.benchmarks[claim.benchmark].cases
        assert claim.over in cases
        assert claim.under in cases
    text = SAVED.read_text(encoding="utf-8")
    assert "/" not in text.replace("and half of them", "")
    assert "hostname" not in text
