"""A cancellation that a task has swallowed."""

from collections.abc import Iterator, Sequence

from yieldpoint.trace._findings.pages import finding_at, last_line, name_of
from yieldpoint.trace._findings.sign import Sign
from yieldpoint.trace.model import Finding, Recording

__all__ = ["find"]


def find(trace: Recording, signs: Sequence[Sign]) -> Iterator[Finding]:
    """Yield the cancellations after which a task has gone on, or returned.

    A task may take its time to clean up. It has swallowed the cancellation if it then
    returns, or comes back to the ``await`` at which it was cancelled.
    """
    if any(sign.text == "Ctrl-C" for sign in signs):
        return  # then a program may end in its own way
    at_the_end = {
        sign.lane: sign.step
        for sign in reversed(signs)
        if sign.kind in {"left over", "cancelled"}
    }
    found: set[int] = set()
    for sign in signs:
        lane = sign.lane
        if sign.kind != "cancelling" or lane is None or lane in found:
            continue
        thrown = _cancelled_at(trace, lane, sign.step)
        if not thrown or at_the_end.get(lane, thrown) < thrown:
            continue
        event, waited = trace.events[sign.step - 1], _before(trace, lane, thrown)
        if event.kind == "returned":
            then = f"returns {event.value}"
        elif event.kind == "suspended" and waited and waited == _place(trace, sign):
            then = "goes on"
        else:
            continue
        found.add(lane)
        text = f"{name_of(trace, lane)} swallows its cancellation, and {then}"
        line = last_line(trace, lane, sign.step)
        yield finding_at(trace, "swallowed", text, lane, line or sign.step)


def _cancelled_at(trace: Recording, lane: int, step: int) -> int:
    """Return the last step before one at which a lane was resumed by a cancellation."""
    for number in range(step, 0, -1):
        event = trace.events[number - 1]
        if (
            event.lane == lane
            and event.how == "throw"
            and event.value.startswith("CancelledError")
        ):
            return number
    return 0


def _before(trace: Recording, lane: int, thrown: int) -> tuple[int, int] | None:
    """Return where a lane has waited before a step."""
    for number in range(thrown - 1, 0, -1):
        event = trace.events[number - 1]
        if event.lane == lane and event.kind == "suspended":
            return event.file, event.line
    return None


def _place(trace: Recording, sign: Sign) -> tuple[int, int]:
    event = trace.events[sign.step - 1]
    return event.file, event.line
