"""What the campaigns rely on: that a slip can happen in all that is executed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.campaigns._mutations import mutants_of
from checks.conftest import ROOT

PAGES = [
    page
    for page in sorted((ROOT / "docs").rglob("*.md"))
    if "_build" not in page.parts and "```pycon" in page.read_text(encoding="utf-8")
]


def fences(source: str) -> Iterator[tuple[int, int]]:
    """Yield where the sessions of a page begin and end, line by line."""
    begins, place = 0, 0
    for line in source.splitlines(keepends=True):
        place += len(line)
        if line.strip() == "```pycon":
            begins = place
        elif line.strip() == "```" and begins:
            yield begins, place
            begins = 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_slip_may_happen_in_each_session(page: Path) -> None:
    """A mutant of a fence lies in it."""
    source = page.read_text(encoding="utf-8")
    places = [mutant.start for mutant in mutants_of(page, source)]
    for begins, ends in fences(source):
        assert any(begins <= place < ends for place in places), source[begins:ends]
