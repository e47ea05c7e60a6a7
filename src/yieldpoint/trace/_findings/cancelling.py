"""A cancellation that a task has swallowed."""

from collections.abc import Iterator, Sequence

from yieldpoint.trace._findings.sign import Sign
from yieldpoint.trace._findings.view import View
from yieldpoint.trace.model import Finding
from yieldpoint.words import translated

__all__ = ["find"]


def find(view: View, signs: Sequence[Sign]) -> Iterator[Finding]:
    """Yield the cancellations after which a task has gone on, or returned.

    A task may take its time to clean up. It has swallowed the cancellation if it then
    returns, or comes back to the ``await`` at which it was cancelled.
    """
    if any(sign.text == "Ctrl-C" for sign in signs):
        return  # then a program may end in its own way
    # At the end of `asyncio.run` nobody is left who could mind.
    ends = {sign.lane for sign in signs if sign.kind in {"left over", "cancelled"}}
    for sign in signs:
        if sign.kind != "cancelling" or sign.lane is None or sign.lane in ends:
            continue
        event = view.event(sign.step)
        if event.kind == "returned":
            text = translated(
                "{who} swallows its cancellation, and returns {value}",
                who=view.name(sign.lane),
                value=event.value,
            )
        elif event.kind == "suspended" and _is_back(view, sign.lane, sign.step):
            who = view.name(sign.lane)
            text = translated("{who} swallows its cancellation, and goes on", who=who)
        else:
            continue
        ends.add(sign.lane)
        at = view.last(sign.lane, sign.step, "line") or sign.step
        yield view.finding("swallowed", text, sign.lane, at)


def _is_back(view: View, lane: int, step: int) -> bool:
    """Tell whether a lane waits where it has waited when it was cancelled."""
    resumed = view.last(lane, step, "started", "resumed")
    while resumed and view.event(resumed).how != "throw":
        resumed = view.last(lane, resumed - 1, "started", "resumed")
    before = view.last(lane, resumed, "suspended")
    then, now = view.event(before), view.event(step)
    return before > 0 and (then.file, then.line) == (now.file, now.line)
