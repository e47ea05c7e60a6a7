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
    kinds = [lane.kind for lane in view.trace.lanes]
    holders: list[int] = []
    roots = {lane: lane for lane, kind in enumerate(kinds) if kind in _ROOTS}
    now, before = 0.0, 0
    for step, event in enumerate(view.trace.events, start=1):
        enters, lane = event.kind in _ENTERS, event.lane
        if enters and kinds[lane] not in _ROOTS and event.other is not None:
            roots[lane] = roots.get(event.other, event.other)
        if kinds[roots.get(lane, lane)] == "thread":
            continue
        took = event.time - now
        if took > 0 and holders and _is_long(took, jumps, range(before, step)):
            holder = holders[-1]
            at = view.last(holder, step - 1, "line")
            # A caller does nothing while it lets a loop run.
            if at and kinds[roots.get(holder, holder)] in {"task", "loop"}:
                yield _blocked(view, holder, at, took)
        now, before = event.time, step
        if enters:
            if kinds[lane] == "task" and event.kind == "resumed":
                # Only a loop does that: nobody else holds control.
                holders.clear()
            holders.append(lane)
        elif event.kind in _LEAVES and lane in holders:
            del holders[holders.index(lane) :]


def _is_long(took: float, jumps: Collection[int] | None, steps: range) -> bool:
    if jumps is None:
        return took >= _LONG
    return any(each in jumps for each in steps)


def _blocked(view: View, lane: int, step: int, took: float) -> Finding:
    what = view.source(step)
    text = translated(
        "{who} blocks the event loop for {took}: {what}",
        who=view.name(lane),
        took=seconds(took),
        what=what,
    )
    return view.finding("blocked", text, lane, step)
