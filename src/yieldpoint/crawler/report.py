"""The report: what is broken, who links to it, and how the hosts were treated.

A broken address is named once, with the pages that lead to it and the texts of their
links: that is where it has to be mended.

Examples:
    >>> from yieldpoint.crawler.frontier import Frontier
    >>> from yieldpoint.crawler.report import to_text
    >>> with Frontier() as frontier:
    ...     list(to_text(frontier))
    ['0 addresses: none', 'Nothing is broken.']
"""

import html
import itertools
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from yieldpoint.crawler.frontier import Frontier, Line

__all__ = ["Broken", "broken", "to_html", "to_text"]

# How many pages that link to a broken address are named, and hosts in the timeline.
_MAX_PAGES = 10
_MAX_HOSTS = 40

_COLUMNS, _LEFT = 120, 260  # of the timeline

_MAX_SHOWN = 300


class Broken(NamedTuple):
    """A broken address.

    Args:
        line: What has become of it.
        links: Some pages that lead to it, with the texts of their links.
        more: How many other pages do.

    Examples:
        >>> from yieldpoint.crawler.report import Broken
        >>> Broken._fields
        ('line', 'links', 'more')
    """

    line: Line
    links: list[tuple[str, str]]
    more: int


def broken(frontier: Frontier) -> Iterator[Broken]:
    """Yield what is broken.

    Args:
        frontier: The addresses of a crawl.

    Yields:
        Each broken address.

    Examples:
        >>> from yieldpoint.crawler.frontier import Frontier
        >>> from yieldpoint.crawler.page import Link
        >>> from yieldpoint.crawler.report import broken
        >>> with Frontier() as frontier:
        ...     _ = frontier.seed([Link("http://", wrong="no host: ''")])
        ...     [each.line.error for each in broken(frontier)]
        ["no host: ''"]
    """
    for line, rows in itertools.groupby(frontier.broken(), lambda row: row[0]):
        pages = ((page, text) for _, page, text in rows if page is not None)
        links = list(itertools.islice(pages, _MAX_PAGES))
        yield Broken(line, links, sum(1 for _ in pages))


def to_text(frontier: Frontier) -> Iterator[str]:
    """Yield the report, line by line.

    Args:
        frontier: The addresses of a crawl.

    Yields:
        Lines without an end.

    Examples:
        >>> from yieldpoint.crawler.frontier import Frontier
        >>> from yieldpoint.crawler.page import Link
        >>> from yieldpoint.crawler.report import to_text
        >>> with Frontier() as frontier:
        ...     _ = frontier.seed([Link("http://", wrong="no host: ''")])
        ...     for line in to_text(frontier):
        ...         print(line)
        http://
          failed: no host: ''
          named as a start of the crawl
        <BLANKLINE>
        1 address: 1 failed
        1 broken
    """
    number = 0
    for each in broken(frontier):
        number += 1
        yield _shown(each.line.url)
        yield f"  {_what(each.line)}"
        for page, text in each.links:
            yield f"  linked from {_shown(page)}" + (f"  {text!r}" if text else "")
        if each.more:
            yield f"  and from {each.more:,} more"
        if not each.links:
            yield f"  {_origin(each.line)}"
        yield ""
    counts = frontier.counts()
    parts = [f"{count:,} {outcome}" for outcome, count in counts.items()]
    total = sum(counts.values())
    yield f"{total:,} address{'' if total == 1 else 'es'}: {', '.join(parts) or 'none'}"
    for outcome, reason, count in frontier.reasons():
        yield f"  {outcome}: {reason} ({count:,})"
    yield f"{number:,} broken" if number else "Nothing is broken."


def to_html(frontier: Frontier) -> str:
    """Return the report as a page of its own, with a timeline of the hosts.

    Args:
        frontier: The addresses of a crawl.

    Returns:
        A page that loads nothing else.

    Examples:
        >>> from yieldpoint.crawler.frontier import Frontier
        >>> from yieldpoint.crawler.report import to_html
        >>> with Frontier() as frontier:
        ...     "Nothing is broken." in to_html(frontier)
        True
    """
    counts = frontier.counts()
    rows = [f"<tr><th>{name}</th><td>{n:,}</td></tr>" for name, n in counts.items()]
    reasons = [
        f"<li>{_safe(f'{outcome}: {reason} ({count:,})')}</li>"
        for outcome, reason, count in frontier.reasons()
    ]
    items = "".join(map(_item, broken(frontier)))
    return _PAGE.format(
        numbers="".join(rows),
        reasons="".join(reasons),
        broken=f"<dl>{items}</dl>" if items else "<p>Nothing is broken.</p>",
        timeline=_timeline(frontier),
    )


def _item(each: Broken) -> str:
    """Show a broken address, and who leads there."""
    pages = "".join(
        f"<li>{_link(page)}{_safe(f' “{text}”') if text else ''}</li>"
        for page, text in each.links
    )
    if each.more:
        pages += f"<li>and {each.more:,} more</li>"
    pages = pages or f"<li>{_safe(_origin(each.line))}</li>"
    what = _safe(_what(each.line))
    return f"<dt>{_link(each.line.url)}</dt><dd>{what}<ul>{pages}</ul></dd>"


def _timeline(frontier: Frontier) -> str:
    """Draw when each host answered, and when it was left alone."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * _COLUMNS)
    faults: set[tuple[str, int]] = set()
    end = max(frontier.asked()[1], 0.001)

    def column(seconds: float) -> int:
        return min(int(seconds / end * _COLUMNS), _COLUMNS - 1)

    def bar(kind: str, x: range, y: float, height: float, what: str) -> str:
        box = f'x="{_LEFT + 5 * x.start}" width="{5 * len(x)}" y="{y:.1f}"'
        what = f"<title>{_safe(what)}</title>"
        return f'<rect class="{kind}" {box} height="{height:.1f}">{what}</rect>'

    for name, at, outcome in frontier.timeline():
        counts[name][column(at)] += 1
        if outcome in {"failed", "http-error"}:
            faults.add((name, column(at)))
    shown = sorted(counts, key=lambda name: -sum(counts[name]))[:_MAX_HOSTS]
    lines = {name: 20 * row + 34 for row, name in enumerate(shown)}
    most = max((max(counts[name]) for name in shown), default=0)
    marks = [f'<text x="{_LEFT}" y="12">0 s to {end:.1f} s</text>']
    for name, y in lines.items():
        marks.append(f'<text y="{y}">{_safe(name[:40])} ({sum(counts[name]):,})</text>')
        for x, count in enumerate(counts[name]):
            if count:
                kind = "fault" if (name, x) in faults else "fine"
                height = 3 + 11 * count / most
                where = range(x, x + 1)
                marks.append(
                    bar(kind, where, y - height, height, f"{count:,} answered")
                )
    for name, start, until, reason in frontier.pauses():
        if name in lines:
            where = range(column(start), column(until) + 1)
            what = f"left alone for {until - start:.1f} s: {reason}"
            marks.append(bar("pause", where, lines[name] + 1, 3, what))
    box = f'viewBox="0 0 {_LEFT + 5 * _COLUMNS} {20 * len(shown) + 24}"'
    more = len(counts) - len(shown)
    return (
        f'<div tabindex="0"><svg {box} role="img" aria-label="When each host answered">'
        f"{''.join(marks)}</svg></div>{f'<p>and {more:,} more</p>' if more else ''}"
    )


def _what(line: Line) -> str:
    """Say what is wrong; a status needs no further word."""
    return str(line.error) if line.status else f"{line.outcome}: {line.error}"


def _origin(line: Line) -> str:
    """Say how an address was found that no link leads to."""
    return (
        f"found from {line.source}" if line.source else "named as a start of the crawl"
    )


def _shown(text: str) -> str:
    """Return a text in a length that people read, with nothing a terminal obeys."""
    text = text[:_MAX_SHOWN]
    return text if text.isprintable() else ascii(text)[1:-1]


def _safe(text: str) -> str:
    return html.escape(_shown(text))


def _link(address: str) -> str:
    """Link an address, unless it is none."""
    if not address.startswith(("http://", "https://")) or not address.isprintable():
        return _safe(address)
    return f'<a href="{html.escape(address)}">{_safe(address)}</a>'


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>A crawl</title>
<style>
:root {{ color-scheme: light dark; font-family: system-ui, sans-serif }}
body {{ max-width: 60rem; margin: 2rem auto; padding: 0 1rem; line-height: 1.4;
  overflow-wrap: anywhere }}
th {{ text-align: left; font-weight: normal; padding-right: 2rem }}
td {{ text-align: right }}
dt {{ font-weight: bold; margin-top: 1rem }}
div {{ overflow-x: auto }}
svg {{ min-width: 50rem; font-size: 10px; fill: currentColor }}
.fine {{ fill: #2a78c2 }} .fault {{ fill: #c8322b }} .pause {{ fill: #d18700 }}
</style>
</head>
<body>
<h1>A crawl</h1>
<table>{numbers}</table>
<ul>{reasons}</ul>
<h2>Broken</h2>
{broken}
<h2>Hosts</h2>
<p>Each bar is what a host has answered in a time; it is red if something of it was
broken. A line below it is a time in which the host was left alone.</p>
{timeline}
</body>
</html>
"""
