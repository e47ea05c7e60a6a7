"""What was found in a recording, in words: for a text, a figure and a page.

Examples:
    >>> from yieldpoint.examples.sleeping import block, ticks_beside
    >>> from yieldpoint.trace import record
    >>> from yieldpoint.trace.report import rows
    >>> for row in rows(record(ticks_beside, block)):
    ...     print(row)
    ! Task-1 (ticks_beside) blocks the event loop for 0.8 s: time.sleep(delay)
      line 39, step 9, explained in asyncio/sleep
"""

from collections.abc import Callable, Iterator
from html import escape

from yieldpoint.trace.model import Finding, Recording
from yieldpoint.words import translated

__all__ = ["place_of", "rows", "to_html"]


def place_of(trace: Recording, finding: Finding) -> str:
    """Return where something was found.

    Args:
        trace: The recording.
        finding: One of its findings.

    Returns:
        The line and the step, and the file where the recording has several.

    Examples:
        >>> from yieldpoint.examples.sleeping import block, ticks_beside
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.report import place_of
        >>> trace = record(ticks_beside, block)
        >>> place_of(trace, trace.findings[0])
        'line 39, step 9'
    """
    parts = [translated("step {step}", step=finding.step)]
    if finding.line:
        parts.insert(0, translated("line {line}", line=finding.line))
        if len(trace.sources) > 1:
            parts.insert(0, trace.sources[finding.file].name)
    return ", ".join(parts)


def rows(trace: Recording) -> Iterator[str]:
    """Yield the findings of a recording as text, two rows each.

    Args:
        trace: The recording.

    Yields:
        A sentence behind an exclamation mark; then where, and the page of this site
        that explains it.

    Examples:
        >>> from yieldpoint.examples.waiting import in_tasks
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.report import rows
        >>> list(rows(record(in_tasks)))
        []
    """
    for finding in trace.findings:
        page = finding.page.partition("#")[0]
        yield f"! {finding.text}"
        why = translated("explained in {page}", page=page)
        yield f"  {place_of(trace, finding)}, {why}"


def to_html(
    trace: Recording,
    address: Callable[[str], str] | None = None,
    steps: str = "",
) -> str:
    """Return the findings of a recording as a list; nothing if there are none.

    Args:
        trace: The recording.
        address: Turns the name of a page of this site, with a place on it, into a
            link. None only names the page.
        steps: What the links to the recording's steps begin with, if it has some.

    Returns:
        One element, or an empty text.

    Examples:
        >>> from yieldpoint.examples.sleeping import block, ticks_beside
        >>> from yieldpoint.trace import record
        >>> from yieldpoint.trace.report import to_html
        >>> trace = record(ticks_beside, block)
        >>> print(to_html(trace, "../{}".format, "run"))
        <ul class="yp-findings" aria-label="Findings">
        <li>Task-1 (ticks_beside) blocks the event loop for 0.8 s: time.sleep(delay)
        (<a href="#run-step-9">line 39, step 9</a>;
        <a href="../asyncio/sleep#ticks-while">why</a>)</li>
        </ul>
    """
    items = []
    for finding in trace.findings:
        where = escape(place_of(trace, finding))
        if steps:
            where = f'<a href="#{escape(steps)}-step-{finding.step}">{where}</a>'
        page = finding.page.partition("#")[0]
        why = escape(translated("explained in {page}", page=page))
        if address is not None:
            # Not inside the text below: on Python 3.11 no catalogue would have it.
            short = escape(translated("why"))
            why = f'<a href="{escape(address(finding.page))}">{short}</a>'
        text = escape(finding.text, quote=False)
        items.append(f"<li>{text}\n({where};\n{why})</li>\n")
    if not items:
        return ""
    inside = "".join(items)
    label = escape(translated("Findings"))
    return f'<ul class="yp-findings" aria-label="{label}">\n{inside}</ul>'
