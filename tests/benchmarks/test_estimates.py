"""Medians, intervals, ratios."""

import math
import random

import pytest

from yieldpoint.benchmarks.estimates import (
    Estimate,
    median_of,
    paired_ratio,
    two_digits,
)


@pytest.mark.parametrize(
    ("number", "low", "high"), [(6, 0, 5), (8, 0, 7), (12, 2, 9), (20, 5, 14)]
)
def test_the_interval_is_the_sign_tests(number: int, low: int, high: int) -> None:
    """The ranks are those of the tables."""
    estimate = median_of(range(number))
    assert (estimate.low, estimate.high) == (low, high)


def test_the_interval_holds_the_true_median_often_enough() -> None:
    """In 95 of 100 cases at least, of a distribution with a long tail."""
    source = random.Random(3)  # noqa: S311 - no secret
    held = 0
    for _ in range(1_000):
        estimate = median_of([source.lognormvariate(0, 2) for _ in range(12)])
        held += estimate.low <= 1 <= estimate.high
    assert held > 940


def test_drift_cancels_out() -> None:
    """Both get ten times slower meanwhile, and the ratio stays."""
    fast = [[1.0, 10.0]] * 6
    slow = [[2.0, 20.0]] * 6
    assert paired_ratio(slow, fast) == Estimate(2.0, 2.0, 2.0)


def test_samples_of_other_rounds_are_no_pairs() -> None:
    """Neither of other processes nor of other rounds."""
    with pytest.raises(ValueError, match="zip"):
        paired_ratio([[1.0]], [[1.0], [1.0]])
    with pytest.raises(ValueError, match="zip"):
        paired_ratio([[1.0]], [[1.0, 1.0]])


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (math.inf, "∞"), (9.96, "10"), (0.0996, "0.10"), (99.6, "100")],
)
def test_numbers_have_two_digits(value: float, text: str) -> None:
    """Also where rounding makes one digit more."""
    assert two_digits(value) == text
