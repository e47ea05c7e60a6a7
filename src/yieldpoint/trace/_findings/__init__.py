"""What a person would have had to find in a recording, found.

A module knows one kind of finding, or a few that are alike. It reads the events, and
the signs that the recorder has noted because no event tells them. Where a recording
leaves room for doubt, it says nothing.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from yieldpoint.trace._findings import blocking, cancelling, losing, updates, waiting
from yieldpoint.trace._findings.sign import Sign
from yieldpoint.trace._findings.view import View
from yieldpoint.trace.model import Finding, Recording

__all__ = ["find"]


def find(
    trace: Recording, signs: Sequence[Sign], jumps: Collection[int] | None
) -> tuple[Finding, ...]:
    """Return what is to be found in a recording, in its order.

    Args:
        trace: The recording.
        signs: What the recorder has noted.
        jumps: The events, counted from 0, before which the clock has jumped; None if
            it is the real one.
    """
    if not trace.events:
        return ()
    view = View(trace)
    found = [
        *blocking.find(view, jumps),
        *losing.find(view, signs),
        *cancelling.find(view, signs),
        *updates.find(view, signs),
        *waiting.find(view, signs),
    ]
    return tuple(_once_a_line(sorted(found, key=lambda finding: finding.step)))


def _once_a_line(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the first finding of each kind and line, and say how many there are."""
    groups: dict[tuple[str, int, int], list[Finding]] = {}
    for finding in findings:
        place = finding.kind, finding.file, finding.line
        groups.setdefault(place, []).append(finding)
    for first, *others in groups.values():
        times = f" (the first of {len(others) + 1} times)" if others else ""
        yield replace(first, text=first.text + times)
