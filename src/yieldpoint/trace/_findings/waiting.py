"""Who waits for whom, where nothing can go on or a program is stopped."""

from collections.abc import Iterator, Mapping, Sequence

from yieldpoint.trace._findings.sign import Sign
from yieldpoint.trace._findings.view import View
from yieldpoint.trace.model import Finding

__all__ = ["find"]


def find(view: View, signs: Sequence[Sign]) -> Iterator[Finding]:
    """Yield the circles in which nobody can go on, and how a stopped program stands."""
    circles = [sign for sign in signs if sign.kind == "circle"]
    for sign in circles:
        # From the one who has closed the circle.
        *others, closes = sign.others
        yield _deadlock(view, sign.step, [closes, *others])
    stopped = next((sign for sign in signs if sign.kind == "stopped"), None)
    if stopped is None:
        return
    stands = [
        sign for sign in signs if sign.kind == "stands" and sign.step == stopped.step
    ]
    circle = _circle({sign.lane: sign.others for sign in stands})
    if circle and not circles:
        yield _deadlock(view, stopped.step, circle)
    yield from _stopped(view, stopped, stands)


# A deadlock.


def _circle(needs: Mapping[int | None, Sequence[int]]) -> list[int]:
    """Return lanes of which each waits for the next, and the last for the first."""

    def way(lane: int, passed: list[int]) -> list[int]:
        if lane in passed:
            return passed[passed.index(lane) :]
        ways = (way(other, [*passed, lane]) for other in needs.get(lane, ()))
        return next(filter(None, ways), [])

    circles = (way(lane, []) for lane in needs if lane is not None)
    return next(filter(None, circles), [])


def _deadlock(view: View, step: int, circle: Sequence[int]) -> Finding:
    """Say who waits for whom; each waits in its last line."""
    parts = []
    for lane, other in zip(circle, [*circle[1:], circle[0]], strict=True):
        whom = "itself" if lane == other else view.name(other)
        at = view.last(lane, step, "line")
        where = f" in line {view.event(at).line}: {view.source(at)}" if at else ""
        parts.append(f"{view.name(lane)} waits for {whom}{where}")
    text = f"nothing can go on: {'; '.join(parts)}"
    at = view.last(circle[0], step, "line") or step
    return view.finding("deadlock", text, circle[0], at)


# A program that is stopped.


def _stopped(view: View, stopped: Sign, stands: Sequence[Sign]) -> Iterator[Finding]:
    parts = [_stand(view, sign) for sign in stands]
    is_limit = stopped.text == "limit"
    if is_limit and not any("waits" in part for part in parts):
        return  # a long run, and nobody waits
    lane = view.event(stopped.step).lane
    at = view.last(lane, stopped.step, "line") or stopped.step
    if not parts:
        # All have ended by then, the last one by the Ctrl-C.
        parts = [f"{view.name(lane)} is in line {view.event(at).line}"]
    why = "the limit of steps" if is_limit else "Ctrl-C"
    text = f"stopped by {why}: {'; '.join(parts)}"
    yield view.finding("stopped", text, lane, at)


def _stand(view: View, sign: Sign) -> str:
    """Say what a lane does at the moment."""
    assert sign.lane is not None
    name, last = view.name(sign.lane), view.last(sign.lane, sign.step)
    event = view.event(last) if last else None
    if event is None or event.kind == "created":
        return f"{name} has not started"
    if event.kind == "woken":
        return f"{name} is ready"
    if event.kind == "yielded":
        return f"{name} is at its yield in line {event.line}"
    if event.kind == "suspended":
        what = event.value or "something"
        whom = " and ".join(map(view.name, sign.others))
        if whom and sign.text == "lock":
            return f"{name} waits for {what}, which {whom} has"
        return f"{name} waits for {what}" + (f", so for {whom}" if whom else "")
    at = view.last(sign.lane, sign.step, "line")
    return f"{name} is in line {view.event(at).line}" if at else f"{name} runs"
