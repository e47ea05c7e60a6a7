"""What the pages show of a run: a plot of each benchmark, and the figures behind it.

Examples:
    >>> from yieldpoint.benchmarks.figures import FIGURES, figure
    >>> from yieldpoint.benchmarks.results import SAVED, load
    >>> figure("switching", [load(SAVED)], "a-caption").header
    ('', 'times call', 'time')
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from yieldpoint.benchmarks import plot
from yieldpoint.benchmarks.estimates import Estimate, Samples, paired_ratio, two_digits
from yieldpoint.benchmarks.libraries import LIBRARIES
from yieldpoint.benchmarks.results import Results, Run
from yieldpoint.words import marked

__all__ = ["FIGURES", "Figure", "figure"]

# The case below the line, where ratios are drawn.
_BASES = {"cpu_bound": "loop", "switching": "call"}

# What is drawn as lines: the parts of the cases' names, and what the numbers count.
_LINES = {
    "io_bound": (("one by one", "threads", "streams", "tasks"), "", marked("requests")),
    "scaling": (("threads", "tasks"), ":each", marked("operations")),
}

# What is drawn side by side: what each case's name ends with, and first of all the one
# below the line.
_SIDES = {"loops": LIBRARIES}

#: The benchmarks that can be drawn.
FIGURES = (*_BASES, *_LINES, *_SIDES)


@dataclass(frozen=True)
class Figure:
    """A plot and its figures.

    Attributes:
        svg: The plot.
        header: The heads of the table's columns.
        rows: The table's cells.

    Examples:
        >>> from yieldpoint.benchmarks.figures import Figure
        >>> Figure("<svg></svg>", ("case", "time"), [("call", "29 ns")]).rows[0]
        ('call', '29 ns')
    """

    svg: str
    header: tuple[str, ...]
    rows: list[tuple[str, ...]]


def figure(name: str, runs: Sequence[Run], labelled_by: str) -> Figure:
    """Draw what one or two runs have measured.

    Args:
        name: One of `FIGURES`.
        runs: The runs; the table is of the first.
        labelled_by: The id of the element that says what is drawn.

    Returns:
        The plot and the table.

    Raises:
        KeyError: The first run has no such benchmark, or not all of what is drawn.

    Examples:
        >>> from yieldpoint.benchmarks.figures import figure
        >>> from yieldpoint.benchmarks.results import SAVED, load
        >>> figure("scaling", [load(SAVED)], "a-caption").header[:3]
        ('operations', 'threads', 'tasks')
    """
    results = [run.benchmarks.get(name, Results()) for run in runs]
    if name in _BASES:
        return _ratios(results, _BASES[name], labelled_by)
    if name in _SIDES:
        return _side_by_side(results, _SIDES[name], labelled_by)
    return _lines(results, *_LINES[name], labelled_by)


def _typical(samples: Samples) -> float:
    """Return the median of the processes' medians."""
    return statistics.median(statistics.median(values) for values in samples)


def _ratio(found: Results, case: str, base: str) -> Estimate | None:
    """Return a ratio, or none if one of both was not measured."""
    if case not in found.cases or base not in found.cases:
        return None
    return paired_ratio(found.cases[case], found.cases[base])


def _ratios(results: Sequence[Results], base: str, labelled_by: str) -> Figure:
    first = results[0].cases
    below = first[base]
    ordered = sorted(
        (case for case in first if case != base),
        key=lambda case: paired_ratio(first[case], below).median,
    )
    rows: list[plot.Row] = [
        (case, [_ratio(found, case, base) for found in results]) for case in ordered
    ]
    return Figure(
        plot.dots(rows, labelled_by),
        ("", f"times {base}", "time"),
        [
            (
                case,
                str(paired_ratio(first[case], below)),
                plot.duration(_typical(first[case])),
            )
            for case in [base, *ordered]
        ],
    )


def _side_by_side(
    results: Sequence[Results], sides: Sequence[str], labelled_by: str
) -> Figure:
    first = results[0].cases
    base, *rest = sides
    others = [
        side for side in rest if any(case.endswith(f", {side}") for case in first)
    ]
    operations = [
        case.removesuffix(f", {base}") for case in first if case.endswith(f", {base}")
    ]
    if not operations:
        raise KeyError(base)
    ratios = {
        (operation, side): [
            _ratio(found, f"{operation}, {side}", f"{operation}, {base}")
            for found in results
        ]
        for operation in operations
        for side in others
    }
    # An operation that only the first of several libraries does compares none of them.
    operations = [
        operation
        for operation in operations
        if not others[1:] or any(any(ratios[operation, side]) for side in others[1:])
    ]
    # A side that was not measured has no row of its own: it would look forgotten.
    drawn: list[plot.Group] = [
        (
            operation,
            [
                (side, ratios[operation, side])
                for side in others
                if any(ratios[operation, side])
            ],
        )
        for operation in operations
    ]
    return Figure(
        plot.groups(drawn, labelled_by),
        ("", base, *others),
        [
            (
                operation,
                plot.duration(_typical(first[f"{operation}, {base}"])),
                *(str(ratios[operation, side][0] or "") for side in others),
            )
            for operation in operations
        ],
    )


def _lines(
    results: Sequence[Results],
    kinds: tuple[str, ...],
    suffix: str,
    unit: str,
    labelled_by: str,
) -> Figure:
    def points(found: Results, kind: str) -> dict[int, float]:
        return {
            int(number): _typical(samples)
            for case, samples in found.cases.items()
            for number in [case.removeprefix(f"{kind}@").removesuffix(suffix)]
            if number.isdecimal() and case == f"{kind}@{number}{suffix}"
        }

    drawn: list[plot.Line] = [
        (kind, sorted(points(found, kind).items()), run > 0)
        for run, found in enumerate(results)
        for kind in kinds
        if points(found, kind)
    ]
    first = results[0]
    numbers = sorted({number for kind in kinds for number in points(first, kind)})
    memory = "threads@1000:memory" in first.cases
    return Figure(
        plot.lines(drawn, labelled_by, unit),
        (unit, *kinds, *(f"{kind}, memory" for kind in kinds if memory)),
        [
            (
                f"{number:,}",
                *(_cell(points(first, kind).get(number)) for kind in kinds),
                *(
                    _bytes(first.cases.get(f"{kind}@{number}:memory"))
                    for kind in kinds
                    if memory
                ),
            )
            for number in numbers
        ],
    )


def _cell(seconds: float | None) -> str:
    return "" if seconds is None else plot.duration(seconds)


def _bytes(samples: Samples | None) -> str:
    return f"{two_digits(_typical(samples))} bytes" if samples else ""
