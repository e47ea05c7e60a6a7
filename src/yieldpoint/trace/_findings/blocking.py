"""A line at which a lane stays while the event loop waits for it."""

from collections.abc import Collection, Iterator

from yieldpoint.trace._findings.view import View
from yieldpoint.trace.model import Finding

__all__ = ["find"]

# What asyncio, too, calls slow. Where the clock jumps, any time is a call that waits:
# there computing takes none.
_LONG = 0.1

_ENTERS = {"started", "resumed"}
_LEAVES = {"suspended", "yielded", "returned", "raised", "cancelled", "closed"}

# All else runs in one of these.
_ROOTS = {"task", "loop", "thread", "caller"}


def find(view: View, jumps: Collection[int]) -> Iterator[Finding]:
    """Yield the lines that have blocked the loop."""
    lanes = view.trace.lanes
    holders: list[int] = []
    roots: dict[int, int] = {}
    now, before = 0.0, 0
    for step, event in enumerate(view.trace.events, start=1):
        kind = lanes[event.lane].kind
        if kind in _ROOTS:
            roots[event.lane] = event.lane
        elif event.kind in _ENTERS and event.other is not None:
            roots[event.lane] = roots.get(event.other, event.other)
        if lanes[roots.get(event.lane, event.lane)].kind == "thread":
            continue
        took = event.time - now
        jumped = took > 0 and any(each in jumps for each in range(before, step))
        if holders and (took >= _LONG or jumped):
            holder = holders[-1]
            at = view.last(holder, step - 1, "line")
            # A caller does nothing while it lets a loop run.
            if at and lanes[roots.get(holder, holder)].kind in {"task", "loop"}:
                yield _blocked(view, holder, at, took)
        now, before = event.time, step
        if event.kind in _ENTERS:
            if kind == "task" and event.kind == "resumed":
                # Only a loop does that: nobody else holds control.
                holders.clear()
            holders.append(event.lane)
        elif event.kind in _LEAVES and event.lane in holders:
            del holders[holders.index(event.lane) :]


def _blocked(view: View, lane: int, step: int, took: float) -> Finding:
    what = view.source(step)
    text = f"{view.name(lane)} blocks the event loop for {took:.6g} s: {what}"
    return view.finding("blocked", text, lane, step)
