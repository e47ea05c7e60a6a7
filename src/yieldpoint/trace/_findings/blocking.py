"""A line at which a lane stays while the event loop waits for it."""

from collections.abc import Collection, Iterator

from yieldpoint.trace._findings.pages import (
    finding_at,
    last_line,
    line_text,
    name_of,
)
from yieldpoint.trace.model import Event, Finding, Recording

__all__ = ["find"]

# What asyncio, too, calls slow. Where the clock jumps, any time is a call that waits:
# there computing takes none.
_LONG = 0.1

_ENTERS = {"started", "resumed"}
_LEAVES = {"suspended", "yielded", "returned", "raised", "cancelled", "closed"}


# What an event loop runs; all else runs in one of these.
_ROOTS = {"task", "loop", "thread", "caller"}


def find(trace: Recording, jumps: Collection[int]) -> Iterator[Finding]:
    """Yield the lines that have blocked the loop."""
    holders: list[int] = []
    roots: dict[int, int] = {}
    now, before = 0.0, 0
    for step, event in enumerate(trace.events, start=1):
        kind = trace.lanes[event.lane].kind
        if kind in _ROOTS:
            roots[event.lane] = event.lane
        elif event.kind in _ENTERS and event.other is not None:
            roots[event.lane] = roots.get(event.other, event.other)
        root = roots.get(event.lane, event.lane)
        if trace.lanes[root].kind == "thread":
            continue
        took = event.time - now
        jumped = took > 0 and any(each in jumps for each in range(before, step))
        if holders and (took >= _LONG or jumped):
            yield from _blocked(trace, holders[-1], roots, step - 1, took)
        now, before = event.time, step
        if event.kind in _ENTERS:
            if kind == "task" and event.kind == "resumed":
                # Only a loop does that: nobody else holds control.
                holders.clear()
            holders.append(event.lane)
        elif event.kind in _LEAVES and event.lane in holders:
            del holders[holders.index(event.lane) :]


def _blocked(
    trace: Recording, lane: int, roots: dict[int, int], step: int, took: float
) -> Iterator[Finding]:
    # A caller does nothing while it lets a loop run.
    root = trace.lanes[roots.get(lane, lane)]
    at = last_line(trace, lane, step)
    if at and root.kind in {"task", "loop"}:
        what = line_text(trace, trace.events[at - 1])
        text = f"{name_of(trace, lane)} blocks the event loop for {took:.6g} s: {what}"
        yield finding_at(trace, "blocked", text, lane, at)
