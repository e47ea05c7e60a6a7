"""Claims and verdicts."""

import math

import pytest

from yieldpoint.benchmarks import worker
from yieldpoint.benchmarks.claims import CLAIMS, Claim, judge
from yieldpoint.benchmarks.results import SAVED, Results, Run, load


def claim(low: float = 0, high: float = math.inf) -> Claim:
    """Return a claim about the ratio of two cases."""
    return Claim("name", "A sentence.", "b", "over", "under", low, high)


def measured(*ratios: float) -> Run:
    """Return a run with these ratios."""
    cases = {"over": [[ratio] for ratio in ratios], "under": [[1.0]] * len(ratios)}
    return Run({}, benchmarks={"b": Results(cases)})


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (1, math.inf, "holds"),
        (0, 4, "holds"),
        (1, 4, "holds"),
        (3, math.inf, "does not hold"),
        (0, 2, "does not hold"),
        (2.5, math.inf, "cannot tell here"),
        (0, 2.5, "cannot tell here"),
        (2.1, 2.9, "cannot tell here"),
    ],
)
def test_a_verdict_needs_the_whole_interval(
    low: float, high: float, verdict: str
) -> None:
    """Here it goes from 2 to 3."""
    run = measured(2.0, 2.2, 2.4, 2.6, 2.8, 3.0)
    judgement = judge(claim(low, high), run)
    assert judgement.verdict == verdict
    assert str(judgement).startswith(f"{verdict}: 2.5 (2.0 to 3.0)")


def test_a_few_processes_decide_nothing() -> None:
    """Five agree by chance too often."""
    assert judge(claim(low=1), measured(9, 9, 9, 9, 9)).verdict == "cannot tell here"
    assert judge(claim(low=1), measured(9, 9, 9, 9, 9, 9)).verdict == "holds"


def test_what_was_skipped_decides_nothing() -> None:
    """The reason is given."""
    run = Run({}, benchmarks={"b": Results({}, {"over": "no uvloop"})})
    assert str(judge(claim(low=1), run)) == (
        "cannot tell here: over was skipped, no uvloop"
    )
    partly = Run({}, benchmarks={"b": Results({"over": [[1.0]]})})
    assert "under was skipped, it was not measured" in str(judge(claim(), partly))


def test_bounds_are_written_as_signs() -> None:
    """One of the three forms."""
    assert claim(high=5).bound == "< 5"


def test_the_saved_run_decides_every_claim() -> None:
    """The pages could not quote it otherwise."""
    saved = load(SAVED)
    undecided = [
        name
        for name, each in CLAIMS.items()
        if judge(each, saved).verdict == "cannot tell here"
    ]
    assert undecided == []


def test_claims_are_about_cases_that_exist() -> None:
    """And the articles' claims on speed are all there."""
    for each in CLAIMS.values():
        assert worker.load(each.benchmark).name == each.benchmark
        assert each.low < each.high
    said = {label for each in CLAIMS.values() for label in each.article}
    assert said == {"C02", "C05", "C06", "C08", "C09", "C10"}
