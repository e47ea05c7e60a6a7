"""Medians and how far to trust them: ratios taken pair by pair, with an interval.

The interval is the one that sign tests and box plots use: two of the sorted values,
chosen so that the true median lies between them 19 times out of 20. It assumes no
distribution, which times on a busy machine would not have.

Examples:
    >>> from yieldpoint.benchmarks.estimates import paired_ratio
    >>> slow = [[2.0, 4.0], [6.0, 2.0], [2.0, 2.0], [8.0, 4.0], [2.2, 2.2], [1.8, 9.0]]
    >>> fast = [[1.0, 2.0], [3.0, 1.0], [1.0, 1.0], [4.0, 2.0], [1.1, 1.1], [0.9, 4.5]]
    >>> paired_ratio(slow, fast)
    Estimate(median=2.0, low=2.0, high=2.0)
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from yieldpoint.words import translated

__all__ = ["Estimate", "Samples", "median_of", "paired_ratio", "two_digits"]

#: A value for each round of each process, all of one case.
Samples = Sequence[Sequence[float]]

_CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A median with its confidence interval.

    Attributes:
        median: The median of the values.
        low: Where the interval begins; 0 if there are too few values for one.
        high: Where it ends; infinity if there are too few values for one.

    Examples:
        >>> from yieldpoint.benchmarks.estimates import Estimate
        >>> print(Estimate(median=2.04, low=1.9, high=2.2))
        2.0 (1.9 to 2.2)
    """

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        """Return the median and the interval, to two digits."""
        low, high = two_digits(self.low), two_digits(self.high)
        median = two_digits(self.median)
        return translated(
            "{median} ({low} to {high})", median=median, low=low, high=high
        )


def two_digits(value: float) -> str:
    """Write a positive number to two significant digits.

    Args:
        value: The number.

    Returns:
        The digits, with commas between thousands.

    Examples:
        >>> from yieldpoint.benchmarks.estimates import two_digits
        >>> two_digits(0.0512), two_digits(0.996), two_digits(17.3), two_digits(4321)
        ('0.051', '1.0', '17', '4,300')
    """
    if not 0 < value < math.inf:
        return "∞" if value else "0"
    digits = 1 - math.floor(math.log10(float(f"{value:.1e}")))
    return f"{round(value, digits):,.{max(digits, 0)}f}"


def median_of(values: Sequence[float]) -> Estimate:
    """Return the median of some values, and the interval of its true value.

    Args:
        values: At least one; with less than six there is no interval.

    Returns:
        The estimate.

    Examples:
        >>> from yieldpoint.benchmarks.estimates import median_of
        >>> median_of([1, 2, 3, 4, 5, 6, 7])
        Estimate(median=4, low=1, high=7)
        >>> median_of([1, 2, 3])
        Estimate(median=2, low=0.0, high=inf)
    """
    ordered = sorted(values)
    number = len(ordered)
    # The chance that `outside` or fewer of the values lie below the true median.
    outside, chance = -1, 0.0
    while True:
        chance += math.comb(number, outside + 1) / 2**number
        if 2 * chance > 1 - _CONFIDENCE:
            break
        outside += 1
    median = statistics.median(ordered)
    if outside < 0:
        return Estimate(median, 0.0, math.inf)
    return Estimate(median, ordered[outside], ordered[number - 1 - outside])


def paired_ratio(over: Samples, under: Samples) -> Estimate:
    """Return the ratio of two cases, taken round by round.

    Args:
        over: What stands above the line.
        under: What stands below it, measured in the same rounds.

    Returns:
        The median over the processes, each of which counts with the median of its
        rounds.

    Raises:
        ValueError: They are not of the same rounds.

    Examples:
        >>> from yieldpoint.benchmarks.estimates import paired_ratio
        >>> paired_ratio([[3.0], [5.0]], [[1.0], [1.0]]).median
        4.0
    """
    return median_of(
        [
            statistics.median(a / b for a, b in zip(upper, lower, strict=True))
            for upper, lower in zip(over, under, strict=True)
        ]
    )
