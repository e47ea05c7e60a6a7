"""Draw results as SVG that fits any width and both themes.

Places across are percentages and sizes are pixels, so that text keeps its size on
a narrow screen. Colours are classes: the style sheet of the site gives them, and
`yieldpoint.benchmarks.draw` brings its own.

Examples:
    >>> from yieldpoint.benchmarks.estimates import Estimate
    >>> from yieldpoint.benchmarks.plot import dots
    >>> svg = dots([("await", [Estimate(2.1, 2.0, 2.2)])], "plot-1")
    >>> "<title>await: 2.1 (2.0 to 2.2)</title>" in svg
    True
"""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from html import escape

from yieldpoint.benchmarks.estimates import Estimate, two_digits
from yieldpoint.words import translated

__all__ = ["Group", "Line", "Row", "dots", "duration", "groups", "lines"]

#: A name, and its estimate in each run; none where it was not measured.
Row = tuple[str, Sequence[Estimate | None]]

#: A heading, and the rows below it.
Group = tuple[str, Sequence[Row]]

#: A name, its points, and whether it is of a second run.
Line = tuple[str, Sequence[tuple[float, float]], bool]

_ROW = 40  # pixels
_HEADING = 26
_LINE = 19
_HEIGHT = 280
_LABEL = 16
_TIMES = "\N{MULTIPLICATION SIGN}"


def duration(seconds: float) -> str:
    """Write a time with the unit that fits it.

    Args:
        seconds: The time.

    Returns:
        Two digits and the unit.

    Examples:
        >>> from yieldpoint.benchmarks.plot import duration
        >>> duration(0.0000123), duration(0.051), duration(6.3)
        ('12 µs', '51 ms', '6.3 s')
    """
    for unit, factor in (("s", 1), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1:
            return f"{two_digits(seconds * factor)} {unit}"
    return f"{two_digits(seconds * 1e9)} ns"


def _ticks(low: float, high: float) -> list[float]:
    """Return round numbers between two, few enough to write all of them."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in ((1, 2, 5), (1,)):
        ticks = [
            float(f"{step}e{decade}")
            for decade in decades
            for step in steps
            if low <= float(f"{step}e{decade}") <= high
        ]
        if len(ticks) <= 6:
            break
    return ticks


def _power(decade: int) -> str:
    """Write a power of ten so shortly that on a narrow screen all stand in a row."""
    thousands, rest = divmod(decade, 3)
    return f"{10**rest}{'kMGTPE'[thousands - 1]}" if thousands else f"{10**rest}"


def _share(value: float, low: float, high: float) -> float:
    """Return where a value lies between two others, on a scale of ratios."""
    return math.log(value / low) / math.log(high / low)


def _svg(height: int, labelled_by: str, parts: Iterator[str]) -> str:
    return (
        f'<svg class="plot" role="img" aria-labelledby="{escape(labelled_by)}" '
        f'width="100%" height="{height}">\n' + "\n".join(parts) + "\n</svg>"
    )


def _text(x: float, y: float, text: str, *classes: str) -> str:
    name = f' class="{" ".join(classes)}"' if classes else ""
    return f'<text x="{x:.2f}%" y="{y:g}"{name}>{escape(_named(text))}</text>'


def _named(case: str) -> str:
    """Return the name of a case, of which each part has a translation."""
    return ", ".join(map(translated, case.split(", ")))


def _stroke(x1: float, y1: float, x2: float, y2: float, name: str) -> str:
    return (
        f'<line x1="{x1:.2f}%" y1="{y1:g}" x2="{x2:.2f}%" y2="{y2:g}" class="{name}"/>'
    )


def dots(rows: Sequence[Row], labelled_by: str) -> str:
    """Draw ratios as dots, with their intervals as lines through them.

    The first run's dots are full, the second one's hollow and a little lower. A line
    marks the ratio 1.

    Args:
        rows: What to draw, from the top.
        labelled_by: The id of the element that says what is drawn.

    Returns:
        The SVG.

    Examples:
        >>> from yieldpoint.benchmarks.estimates import Estimate
        >>> from yieldpoint.benchmarks.plot import dots
        >>> two_runs = [Estimate(2.1, 2.0, 2.2), Estimate(2.3, 2.0, 2.4)]
        >>> dots([("await", two_runs)], "plot-1").count("<circle")
        2
    """
    low, high = _ends(rows)

    def x(ratio: float) -> float:
        return 2 + 96 * _share(ratio, low, high)

    def parts() -> Iterator[str]:
        yield from _grid(x, low, high, len(rows) * _ROW + 4)
        for number, (name, estimates) in enumerate(rows):
            top = number * _ROW + 18
            yield _text(0, top, name, "plot-name")
            yield from _dots_of_a_row(x, top, top + 10, _named(name), estimates)

    return _svg(len(rows) * _ROW + 26, labelled_by, parts())


def groups(drawn: Sequence[Group], labelled_by: str) -> str:
    """Draw ratios as dots, as `dots` does, some rows below each heading.

    Args:
        drawn: What to draw, from the top.
        labelled_by: The id of the element that says what is drawn.

    Returns:
        The SVG.

    Examples:
        >>> from yieldpoint.benchmarks.estimates import Estimate
        >>> from yieldpoint.benchmarks.plot import groups
        >>> rows = [("asyncio", [Estimate(1.2, 1.1, 1.3)])]
        >>> svg = groups([("lock", rows), ("queue", rows)], "plot-1")
        >>> "<title>lock, asyncio: 1.2 (1.1 to 1.3)</title>" in svg
        True
    """
    low, high = _ends([row for _, rows in drawn for row in rows])

    def x(ratio: float) -> float:
        return 22 + 62 * _share(
            ratio, low, high
        )  # names stand left of it, values right

    height = sum(_HEADING + _LINE * len(rows) for _, rows in drawn)

    def parts() -> Iterator[str]:
        yield from _grid(x, low, high, height + 4)
        top = 0
        for heading, rows in drawn:
            yield _text(0, top + 18, heading, "plot-name")
            top += _HEADING
            for name, estimates in rows:
                yield _text(2, top + 12, name)
                title = f"{_named(heading)}, {_named(name)}"
                yield from _dots_of_a_row(x, top + 12, top + 8, title, estimates)
                top += _LINE

    return _svg(height + 26, labelled_by, parts())


def _ends(rows: Sequence[Row]) -> tuple[float, float]:
    """Return where the scale of some ratios begins and ends."""
    known = [_finite(each) for _, estimates in rows for each in estimates if each]
    low = min([1.0, *(begin for begin, _ in known)])
    high = max([1.0, *(end for _, end in known)])
    return low / 1.2, high * 1.2


def _grid(
    x: Callable[[float], float], low: float, high: float, bottom: float
) -> Iterator[str]:
    """Draw a line for each round ratio, and write it below."""
    for tick in _ticks(low, high):
        name = "plot-one" if tick == 1 else "plot-grid"
        yield _stroke(x(tick), 0, x(tick), bottom, name)
        yield _text(x(tick), bottom + 16, f"{tick:,g}{_TIMES}", "plot-tick")


def _dots_of_a_row(
    x: Callable[[float], float],
    text: float,
    line: float,
    title: str,
    estimates: Sequence[Estimate | None],
) -> Iterator[str]:
    """Draw the dot of each run, and write the first one's ratio at the right."""
    first = next((each for each in estimates if each), None)
    if first:
        yield _stroke(x(1), line, x(first.median), line, "plot-grid")
        yield _text(100, text, f"{two_digits(first.median)}{_TIMES}", "plot-value")
    for run, estimate in enumerate(estimates):
        if estimate:
            y = line + 7 * run
            begin, end = _finite(estimate)
            yield f'<g class="plot-run{run}">'
            yield f"<title>{escape(title)}: {estimate}</title>"
            yield _stroke(x(begin), y, x(end), y, "plot-whisker")
            yield f'<circle cx="{x(estimate.median):.2f}%" cy="{y}" r="4.5"/>'
            yield "</g>"


def _finite(estimate: Estimate) -> tuple[float, float]:
    """Return an estimate's interval; where there is none, nothing but the median."""
    if estimate.low > 0 and estimate.high < math.inf:
        return estimate.low, estimate.high
    return estimate.median, estimate.median


def lines(drawn: Sequence[Line], labelled_by: str, unit: str) -> str:
    """Draw times over numbers, both on scales of ratios, each line with its name.

    Args:
        drawn: What to draw; the lines of a second run are dashed and have no name.
        labelled_by: The id of the element that says what is drawn.
        unit: What the numbers count.

    Returns:
        The SVG.

    Examples:
        >>> from yieldpoint.benchmarks.plot import lines
        >>> svg = lines([("tasks", [(1, 0.1), (10, 0.2)], False)], "plot-1", "requests")
        >>> "<title>tasks, 10 requests: 200 ms</title>" in svg
        True
    """
    numbers = [number for _, points, _ in drawn for number, _ in points]
    values = [value for _, points, _ in drawn for _, value in points]
    most = max([*numbers, 10])
    low, high = min(values) / 1.5, max(values) * 1.5

    def x(number: float) -> float:
        return 12 + 68 * _share(number, 1, most)

    def y(value: float) -> float:
        return round(_HEIGHT * (1 - _share(value, low, high)), 1)

    def parts() -> Iterator[str]:
        for tick in _ticks(low, high):
            yield _stroke(0, y(tick), 100, y(tick), "plot-grid")
            yield _text(0, y(tick) - 4, duration(tick), "plot-left")
        for decade in range(math.ceil(math.log10(most)) + 1):
            if 10**decade <= most:
                yield _text(x(10**decade), _HEIGHT + 16, _power(decade), "plot-tick")
        yield _text(100, _HEIGHT + 32, unit, "plot-right")
        counted = escape(translated(unit))
        for name, points, second in drawn:
            yield f'<g class="{_class(name)} plot-run{int(second)}">'
            for (a, b), (c, d) in itertools.pairwise(points):
                yield _stroke(x(a), y(b), x(c), y(d), "plot-whisker")
            for number, value in points:
                yield (
                    f'<circle cx="{x(number):.2f}%" cy="{y(value)}" r="3.5"><title>'
                    f"{escape(_named(name))}, {number:,} {counted}: "
                    f"{duration(value)}"
                    "</title></circle>"
                )
            yield "</g>"
        yield from _names(
            [
                (name, x(points[-1][0]), y(points[-1][1]))
                for name, points, second in drawn
                if not second
            ]
        )

    return _svg(_HEIGHT + 40, labelled_by, parts())


def _class(name: str) -> str:
    """Return the class that gives a line its colour."""
    return f"plot-{name.replace(' ', '-')}"


def _names(ends: Sequence[tuple[str, float, float]]) -> Iterator[str]:
    """Write each line's name at its end; names that would overlap give way upwards."""
    free = math.inf
    for name, x, y in sorted(ends, key=lambda end: -end[2]):
        free = min(y + 4, free - _LABEL)
        yield _text(x + 1.5, free, name, "plot-name", _class(name))
