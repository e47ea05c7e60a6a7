"""Who waits for whom, where nothing can go on or a program is stopped."""

from collections.abc import Iterator, Sequence

from yieldpoint.trace._findings.pages import (
    finding_at,
    last_line,
    line_text,
    name_of,
)
from yieldpoint.trace._findings.sign import Sign
from yieldpoint.trace.model import Finding, Recording

__all__ = ["find"]


def find(trace: Recording, signs: Sequence[Sign]) -> Iterator[Finding]:
    """Yield the circles in which nobody can go on, and how a stopped program stands."""
    circles = [sign for sign in signs if sign.kind == "circle"]
    stopped = next((sign for sign in signs if sign.kind == "stopped"), None)
    stands = [
        sign
        for sign in signs
        if sign.kind == "stands" and stopped and sign.step == stopped.step
    ]
    for sign in circles:
        # From the one who has closed the circle.
        others = sign.others
        yield from _deadlock(trace, sign.step, [*others[-1:], *others[:-1]])
    if stopped is None or not trace.events:
        return
    needs = {sign.lane: sign.others for sign in stands if sign.lane is not None}
    circle = _circle(needs)
    if circle and not circles:
        yield from _deadlock(trace, stopped.step, circle)
    yield from _stopped(trace, stopped, stands)


def _circle(needs: dict[int, tuple[int, ...]]) -> list[int]:
    """Return lanes of which each waits for the next, and the last for the first."""

    def way(lane: int, passed: list[int]) -> list[int]:
        if lane in passed:
            return passed[passed.index(lane) :]
        for other in needs.get(lane, ()):
            found = way(other, [*passed, lane])
            if found:
                return found
        return []

    for lane in needs:
        found = way(lane, [])
        if found:
            return found
    return []


def _deadlock(trace: Recording, step: int, circle: Sequence[int]) -> Iterator[Finding]:
    """Say who waits for whom; who waits, waits in its last line."""
    parts = []
    for lane, other in zip(circle, [*circle[1:], circle[0]], strict=True):
        whom = "itself" if lane == other else name_of(trace, other)
        parts.append(f"{name_of(trace, lane)} waits for {whom}{_at(trace, lane, step)}")
    text = f"nothing can go on: {'; '.join(parts)}"
    at = last_line(trace, circle[0], step)
    yield finding_at(trace, "deadlock", text, circle[0], at or step)


def _at(trace: Recording, lane: int, step: int) -> str:
    at = last_line(trace, lane, step)
    if not at:
        return ""
    event = trace.events[at - 1]
    return f" in line {event.line}: {line_text(trace, event)}"


def _stopped(
    trace: Recording, stopped: Sign, stands: Sequence[Sign]
) -> Iterator[Finding]:
    parts = [_stand(trace, sign) for sign in stands]
    if stopped.text == "limit" and not any("waits" in part for part in parts):
        return  # a long run, and nobody waits
    why = "Ctrl-C" if stopped.text == "Ctrl-C" else "the limit of steps"
    step = min(stopped.step, len(trace.events))
    lane = trace.events[step - 1].lane
    at = last_line(trace, lane, step) or step
    if not parts:
        parts = [f"{name_of(trace, lane)} is in line {trace.events[at - 1].line}"]
    text = f"stopped by {why}: {'; '.join(parts)}"
    yield finding_at(trace, "stopped", text, lane, at)


def _stand(trace: Recording, sign: Sign) -> str:
    """Say what a lane does at the moment."""
    assert sign.lane is not None
    name = name_of(trace, sign.lane)
    events = reversed(trace.events[: sign.step])
    event = next((event for event in events if event.lane == sign.lane), None)
    match event and event.kind:
        case "created":
            return f"{name} has not started"
        case "woken":
            return f"{name} is ready"
        case "suspended":
            what = event.value or "something"
            whom = " and ".join(name_of(trace, other) for other in sign.others)
            if whom and sign.text == "lock":
                return f"{name} waits for {what}, which {whom} has"
            return f"{name} waits for {what}" + (f", so for {whom}" if whom else "")
        case "yielded":
            return f"{name} is at its yield in line {event.line}"
        case _:
            at = last_line(trace, sign.lane, sign.step)
            line = trace.events[at - 1].line if at else 0
            return f"{name} is in line {line}" if line else f"{name} runs"
