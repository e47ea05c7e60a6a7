"""The report: what is broken, who links to it, and how the hosts were treated.

A broken address is named once, with the pages that lead to it and the texts of their
links: that is where it has to be mended.
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

    Attributes:
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
        ...     print(*to_text(frontier), sep="\\n")
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
    numbers = "".join(
        f"<tr><th scope=row>{_safe(name)}</th><td>{count:,}</td></tr>"
        for name, count in counts.items()
    )
    reasons = "".join(
        f"<li>{_safe(f'{outcome}: {reason} ({count:,})')}</li>"
        for outcome, reason, count in frontier.reasons()
    )
    items = "".join(map(_item, broken(frontier)))
    return _PAGE.format(
        numbers=numbers,
        reasons=f"<ul>{reasons}</ul>" if reasons else "",
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
    totals: dict[str, list[int]] = defaultdict(lambda: [0] * _COLUMNS)
    faults: dict[str, set[int]] = defaultdict(set)
    end = max(frontier.asked()[1], 0.001)

    def column(seconds: float) -> int:
        return max(0, min(int(seconds / end * _COLUMNS), _COLUMNS - 1))

    for name, at, _ms, outcome in frontier.timeline():
        totals[name][column(at)] += 1
        if outcome in {"failed", "http-error"}:
            faults[name].add(column(at))
    if not totals:
        return "<p>No host was asked.</p>"
    shown = sorted(totals, key=lambda name: -sum(totals[name]))[:_MAX_HOSTS]
    most = max(max(totals[name]) for name in shown)
    rows = {name: 20 * row + 20 for row, name in enumerate(shown)}
    marks: list[str] = []
    for name, y in rows.items():
        number = f"{sum(totals[name]):,}"
        marks.append(f'<text x="0" y="{y + 11}">{_safe(name[:40])} ({number})</text>')
        for x, count in enumerate(totals[name]):
            if count:
                kind = "fault" if x in faults[name] else "fine"
                height = 3 + 11 * count / most
                marks.append(
                    f'<rect class="{kind}" x="{_LEFT + 5 * x}" y="{y + 14 - height:.1f}"'
                    f' width="5" height="{height:.1f}"><title>{count:,} in'
                    f" {x * end / _COLUMNS:.1f} s to {(x + 1) * end / _COLUMNS:.1f} s"
                    "</title></rect>"
                )
    for pause in frontier.pauses():
        if pause.host in rows:
            x, until = column(pause.start), column(pause.end)
            marks.append(
                f'<rect class="pause" x="{_LEFT + 5 * x}" y="{rows[pause.host] + 15}"'
                f' width="{5 * (until - x + 1)}" height="3"><title>'
                f"{_safe(pause.reason)}: not asked for {pause.end - pause.start:.1f} s"
                "</title></rect>"
            )
    width, height = _LEFT + 5 * _COLUMNS, 20 * len(shown) + 24
    axis = (
        f'<text x="{_LEFT}" y="12">0 s</text>'
        f'<text x="{width}" y="12" text-anchor="end">{end:.1f} s</text>'
    )
    more = len(totals) - len(shown)
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="'
        f'When each host answered">{axis}{"".join(marks)}</svg>'
        + (f"<p>and {more:,} more hosts</p>" if more else "")
    )


def _what(line: Line) -> str:
    return (
        line.error
        if line.outcome == "http-error" and line.error
        else (f"{line.outcome}: {line.error}")
    )


def _origin(line: Line) -> str:
    """Say how an address was found that no link leads to."""
    if line.source is None:
        return "named as a start of the crawl"
    return f"found from {_shown(line.source)}"


def _shown(text: str) -> str:
    """Return an address in a length that people read, with nothing a terminal obeys."""
    text = text.encode("utf-8", "backslashreplace").decode()
    text = "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"


def _safe(text: str) -> str:
    return html.escape(_shown(text))


def _link(address: str) -> str:
    """Link an address, unless it is none."""
    if not address.startswith(("http://", "https://")):
        return _safe(address)
    target = html.escape(address.encode("utf-8", "replace").decode())
    return f'<a href="{target}">{_safe(address)}</a>'


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>A crawl</title>
<style>
:root {{ color-scheme: light dark; font-family: system-ui, sans-serif }}
body {{ max-width: 60rem; margin: 2rem auto; padding: 0 1rem; line-height: 1.4 }}
th {{ text-align: left; font-weight: normal; padding-right: 2rem }}
td {{ text-align: right }}
dt {{ font-weight: bold; overflow-wrap: anywhere; margin-top: 1rem }}
li {{ overflow-wrap: anywhere }}
svg {{ width: 100%; font-size: 10px; fill: currentColor }}
.fine {{ fill: #2a78c2 }} .fault {{ fill: #c8322b }} .pause {{ fill: #d18700 }}
</style>
</head>
<body>
<h1>A crawl</h1>
<table>{numbers}</table>
{reasons}
<h2>Broken</h2>
{broken}
<h2>Hosts</h2>
<p>Each bar is what a host has answered in a time; it is red if something of it was
broken. A line below it is a time in which the host was left alone.</p>
{timeline}
</body>
</html>
"""
