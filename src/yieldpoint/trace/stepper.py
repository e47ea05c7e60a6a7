"""A recording as HTML: the figure, a player, and the steps as a table.

The table is the data that the player steps through. Without JavaScript, and on paper,
the figure and the table remain.

Examples:
    >>> from yieldpoint.examples.waiting import in_tasks
    >>> from yieldpoint.trace import record
    >>> from yieldpoint.trace.stepper import to_page
    >>> to_page(record(in_tasks)).splitlines()[0]
    '<!DOCTYPE html>'
"""

import textwrap
from collections.abc import Callable, Iterator
from html import escape
from importlib import resources
from itertools import pairwise
from string import Template

from yieldpoint.trace import figure, report
from yieldpoint.trace.model import Event, Recording, Source
from yieldpoint.trace.text import changes_of, phrase, seconds

__all__ = ["STATIC", "to_html", "to_page"]

_FOLDER = resources.files("yieldpoint.trace")

#: Where the style sheets and the script are.
STATIC = _FOLDER / "static"


# What HTML cannot hold: control characters, and halves of characters.
_UNPRINTABLE = {
    code: "�"
    for code in [*range(32), *range(127, 160), *range(0xD800, 0xE000)]
    if chr(code) not in "\t\n"
}


def _plain(source: str) -> list[str]:
    return escape(source, quote=False).split("\n")


def to_html(
    trace: Recording,
    highlight: Callable[[str], list[str]] | None = None,
    scale: float | None = None,
) -> str:
    """Return a recording as a part of a page that has the style sheets and the script.

    Args:
        trace: The recording.
        highlight: Turns Python source into lines of HTML; None leaves it plain.
        scale: How many pixels a second is high in the figure; None takes what fits.

    Returns:
        One element.

    Examples:
        >>> from yieldpoint.examples.waiting import in_tasks
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.stepper import to_html
        >>> to_html(record(in_tasks)).partition(">")[0]
        '<div class="yp-watch"'
    """
    drawn = figure.draw(trace, scale)
    lanes = [
        f'<tr><th scope="row">{escape(lane.name)}</th><td></td><td></td></tr>\n'
        for lane in trace.lanes
    ]
    return _fill(
        "stepper.html",
        target=escape(trace.target),
        heights=" ".join(map(str, drawn.heights)),
        figure=drawn.svg,
        source="".join(_source(trace, highlight or _plain)),
        lanes="".join(lanes),
        count=str(len(trace.events)),
        steps="".join(_steps(trace)),
    )


def _fill(template: str, **values: str) -> str:
    """Return one of the templates beside this module, filled in."""
    text = _FOLDER.joinpath(template).read_text("utf-8")
    return Template(text).substitute(values)


def _source(trace: Recording, highlight: Callable[[str], list[str]]) -> Iterator[str]:
    """Yield the lines of the functions that ran, each function at the margin."""
    first = True
    for number, source in enumerate(trace.sources):
        for block in _blocks(source):
            if not first:
                yield "<i>⋮</i>"
            first = False
            text = textwrap.dedent("\n".join(source.lines[line] for line in block))
            for line, html in zip(block, highlight(text), strict=True):
                yield f'<span data-n="{number}:{line}">{html}\n</span>'


def _blocks(source: Source) -> Iterator[list[int]]:
    """Yield the numbers of lines that belong together."""
    block: list[int] = []
    for before, line in pairwise([0, *source.lines]):
        if block and line > before + 1 and not source.lines[line].startswith(" "):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _steps(trace: Recording) -> Iterator[str]:
    """Yield a row an event."""
    for number, event in enumerate(trace.events, start=1):
        time = seconds(event.time) if trace.duration else ""
        yield (
            f'<tr data-lane="{event.lane}" data-line="{event.file}:{event.line}"'
            f"{_function(event)}><td>{number}</td><td>{time}</td>"
            f"<td>{escape(trace.lanes[event.lane].name)}</td>"
            f"<td>{_what(trace, event)}</td><td>{_changes(event)}</td>"
            f"<td>{event.state}</td></tr>\n"
        )


def _function(event: Event) -> str:
    return f' data-function="{escape(event.function)}"' if event.line else ""


def _what(trace: Recording, event: Event) -> str:
    if event.kind == "printed":
        printed = escape(event.value, quote=False).translate(_UNPRINTABLE)
        return f"prints <samp>{printed}</samp>"
    words = escape(phrase(trace, event), quote=False)
    return f"<code>{words.removeprefix('| ')}</code>" if event.kind == "line" else words


def _changes(event: Event) -> str:
    parts = []
    for name, value in event.changes:
        gone = ' data-gone="1"' if value is None else ""
        text = escape(changes_of([(name, value)]), quote=False)
        parts.append(f'<code data-name="{escape(name)}"{gone}>{text}</code>')
    return " ".join(parts)


def to_page(trace: Recording) -> str:
    """Return a recording as a page of its own, which loads nothing.

    Args:
        trace: The recording.

    Returns:
        An HTML document.

    Examples:
        >>> from yieldpoint.examples.waiting import in_tasks
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.stepper import to_page
        >>> to_page(record(in_tasks)).count("</html>")
        1
    """
    styles = [_read(name) for name in ("figure.css", "stepper.css")]
    return _fill(
        "page.html",
        target=escape(trace.target),
        styles="\n".join(styles),
        stepper=report.to_html(trace) + to_html(trace),
        script=_read("stepper.js"),
    )


def _read(name: str) -> str:
    return STATIC.joinpath(name).read_text("utf-8")
