"""A large recording as a page: what is in view is drawn, and nothing else.

The page has the recording as data. Its script draws the part of the figure that is in
view, opens folds, leaves out what the reader filters out, searches, and shows a step.

Examples:
    >>> from yieldpoint.examples.waiting import in_tasks
    >>> from yieldpoint.trace import record
    >>> from yieldpoint.trace.large import is_large
    >>> is_large(record(in_tasks))
    False
"""

import json
from collections.abc import Iterable, Iterator
from html import escape
from importlib import resources
from typing import Any

from yieldpoint.trace import report
from yieldpoint.trace.doing import WORDS
from yieldpoint.trace.figure import Arrow, Layout, Plan, lay_out, lives, plan
from yieldpoint.trace.filling import filled, texts_in
from yieldpoint.trace.model import Recording
from yieldpoint.trace.only import KINDS
from yieldpoint.trace.stepper import STATIC
from yieldpoint.trace.text import phrase, seconds
from yieldpoint.words import translated

__all__ = ["data_of", "is_large", "to_large_page"]

_FOLDER = resources.files("yieldpoint.trace.large")

# The parts of the script, in the order in which they need each other.
_SCRIPTS = (
    *("data", "steps", "selection", "heights", "columns", "paint", "figure"),
    *("overview", "search", "queue", "step", "table", "controls", "play", "begin"),
)

# More steps than a table of them can hold without becoming slow.
_STEPS = 1_500
# More columns than there is room for.
_COLUMNS = 8
# So many pixels high is all the waiting of a run, at most.
_WAITING = 20_000


def is_large(trace: Recording) -> bool:
    """Tell whether a recording is too large for a figure to be looked at as a whole.

    Args:
        trace: The recording.

    Returns:
        Whether it has many steps, many columns, or lanes that are folded.

    Examples:
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.large import is_large
        >>> def count():
        ...     for number in range(1_000):
        ...         pass
        >>> is_large(record(count))
        True
    """
    if len(trace.events) > _STEPS:
        return True
    planned = plan(trace)
    return bool(planned.folds) or len(planned.columns) > _COLUMNS


class _Words:
    """Texts, each kept once; what uses one has its number."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        """Return the number of a text."""
        return self.numbers.setdefault(text, len(self.numbers))


def data_of(trace: Recording) -> dict[str, Any]:
    """Return what the page's script needs to know, as it is written to JSON.

    What belongs to every step, or to every bar, is a list of numbers for each of its
    properties; texts are numbers too, and stand in the list `words`.

    Args:
        trace: The recording.

    Returns:
        The data.

    Examples:
        >>> from yieldpoint.examples.waiting import in_tasks
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.large import data_of
        >>> data = data_of(record(in_tasks))
        >>> [data["words"][number] for number in data["steps"]["what"][:2]]
        ['created', 'started']
    """
    planned = plan(trace)
    scale = _WAITING / trace.duration if trace.duration else 1.0
    layout = lay_out(trace, planned, scale, apart=True)
    words = _Words()
    data = {
        "lanes": _lanes(trace, planned),
        "folds": [
            {
                "name": fold.lane.name,
                "members": fold.members,
                "depths": [fold.depths[lane] for lane in fold.members if fold.depths],
            }
            for fold in planned.folds
        ],
        "kinds": KINDS,
        "steps": _steps(trace, layout, words),
        "marks": _marks(layout, words),
        "bars": [_bars(bars) for bars in layout.bars],
        "ticks": [[tick.y, words(seconds(tick.time))] for tick in layout.ticks],
        "timers": [
            [
                -1 if timer.lane is None else timer.lane,
                *(timer.due, timer.set, timer.gone),
            ]
            for timer in sorted(trace.timers, key=lambda timer: timer.due)
        ],
        "findings": [[each.lane, each.step - 1] for each in trace.findings],
        "end": layout.end,
        "duration": trace.duration,
        "sources": [[source.name, source.lines] for source in trace.sources],
    }
    return {**data, "words": [*words.numbers]}


def _lanes(trace: Recording, planned: Plan) -> list[dict[str, Any]]:
    return [
        {
            "name": lane.name,
            "kind": lane.kind,
            "function": lane.function,
            "first": life.first,
            "last": life.last,
            "fold": shown - len(trace.lanes),
        }
        for lane, life, shown in zip(
            trace.lanes, lives(trace), planned.shown, strict=True
        )
    ]


def _columns(rows: Iterable[tuple[Any, ...]], names: Iterable[str]) -> dict[str, Any]:
    """Turn rows into a list for each property."""
    names = [*names]
    columns = [*zip(*rows, strict=True)] or [()] * len(names)
    return dict(zip(names, columns, strict=True))


def _steps(trace: Recording, layout: Layout, words: _Words) -> dict[str, Any]:
    changed = _Changes(words)
    rows = [
        (
            words(event.kind),
            event.lane,
            -1 if event.other is None else event.other,
            event.time,
            words(event.function),
            event.call,
            event.file,
            event.line,
            words(event.state),
            words(phrase(trace, event).removeprefix("| ")),
            words(event.value) if event.kind == "printed" else -1,
            changed(event.changes),
            y,
        )
        for event, y in zip(trace.events, layout.heights, strict=True)
    ]
    names = "kind lane other time function call file line state what printed changes y"
    return {**_columns(rows, names.split()), "changed": changed.listed}


class _Changes:
    """Changes of variables, those of a step together, each kept once."""

    def __init__(self, words: _Words) -> None:
        self.listed: list[list[int]] = []
        self._words = words
        self._numbers: dict[tuple[tuple[str, str | None], ...], int] = {}

    def __call__(self, changes: tuple[tuple[str, str | None], ...]) -> int:
        """Return the number of some changes, -1 for none."""
        if not changes:
            return -1
        if changes not in self._numbers:
            self._numbers[changes] = len(self.listed)
            self.listed.append(
                [
                    number
                    for name, value in changes
                    for number in (
                        self._words(name),
                        -1 if value is None else self._words(value),
                    )
                ]
            )
        return self._numbers[changes]


def _marks(layout: Layout, words: _Words) -> dict[str, Any]:
    rows = (
        (
            mark.lane,
            mark.end if isinstance(mark, Arrow) else -1,
            mark.y,
            words(mark.text),
            words(mark.style),
            mark.step,
        )
        for mark in layout.marks
    )
    return _columns(rows, ("lane", "to", "y", "text", "style", "step"))


def _bars(bars: Iterable[tuple[Any, ...]]) -> dict[str, Any]:
    """Return the bars of one lane, those of each style by themselves."""
    by_style: dict[str, list[tuple[Any, ...]]] = {}
    for style, *rest in bars:
        by_style.setdefault(style, []).append(tuple(rest))
    return {
        style: _columns(rows, ("top", "bottom", "left", "right"))
        for style, rows in by_style.items()
    }


def to_large_page(trace: Recording) -> str:
    """Return a recording as a page of its own, which loads nothing, however large.

    Args:
        trace: The recording.

    Returns:
        An HTML document. It needs JavaScript, and says so.

    Examples:
        >>> from yieldpoint.examples.waiting import in_tasks
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.large import to_large_page
        >>> to_large_page(record(in_tasks)).count("</html>")
        1
    """
    script = "\n".join(_read(f"{name}.js") for name in _SCRIPTS)
    texts = texts_in(script) | {text: translated(text) for text in (*WORDS, *KINDS)}
    data = json.dumps({**data_of(trace), "texts": texts}, separators=(",", ":"))
    styles = STATIC.joinpath("figure.css").read_text("utf-8") + _read("page.css")
    return filled(
        _read("page.html"),
        {"target": trace.target, "command": "yieldpoint trace -o run.txt"},
        target=escape(trace.target),
        summary=escape(" · ".join(_summary(trace))),
        remark=escape(trace.remark),
        findings=report.to_html(trace, steps="run"),
        styles=styles,
        # Within a script element nothing is escaped, so nothing may look like its end.
        data=data.replace("<", "\\u003c"),
        script=script,
    )


def _summary(trace: Recording) -> Iterator[str]:
    """Yield how large a recording is, and how the run ended."""
    steps, lanes = len(trace.events), len(trace.lanes)
    yield (
        translated("1 step")
        if steps == 1
        else translated("{count} steps", count=f"{steps:,}")
    )
    yield (
        translated("1 lane")
        if lanes == 1
        else translated("{count} lanes", count=f"{lanes:,}")
    )
    if trace.duration:
        yield seconds(trace.duration)
    if trace.outcome == "raised":
        yield translated("raises {value}", value=trace.value)
    elif trace.value:
        yield translated("returns {value}", value=trace.value)


def _read(name: str) -> str:
    return _FOLDER.joinpath(name).read_text("utf-8")
