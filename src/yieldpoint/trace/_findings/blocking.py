"""A line at which a lane stays while the event loop waits for it."""

from collections.abc import Collection, Iterator

from yieldpoint.trace._findings.view import View
from yieldpoint.trace.model import Finding
from yieldpoint.trace.text import seconds
from yieldpoint.words import translated

__all__ = ["find"]

# In real time, what asyncio, too, calls slow. Where the clock jumps, every jump is a
# call that waits; what passes there without a jump is the time of a busy machine.
_LONG = 0.1

_ENTERS = {"started", "resumed"}
_LEAVES = {"suspended", "yielded", "returned", "raised", "cancelled", "closed"}

# All else runs in one of these.
_ROOTS = {"task", "loop", "thread", "caller"}


def find(view: View, jumps: Collection[int] | None) -> Iterator[Finding]:
    """Yield the lines that have blocked the loop.

    Args:
        view: The recording.
        jumps: The events before which the clock has jumped; None if it is the real one.
    """
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
        if holders and _is_long(took, jumps, range(before, step)):
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


def _is_long(took: float, jumps: Collection[int] | None, steps: range) -> bool:
    if jumps is None:
        return took >= _LONG
    return took > 0 and any(each in jumps for each in steps)


def _blocked(view: View, lane: int, step: int, took: float) -> Finding:
    what = view.source(step)
    text = translated(
        "{who} blocks the event loop for {took}: {what}",
        who=view.name(lane),
        took=seconds(took),
        what=what,
    )
    return view.finding("blocked", text, lane, step)
