"""Who waits for whom, where nothing can go on or a program is stopped."""

from collections.abc import Iterator, Mapping, Sequence

from yieldpoint.trace._findings.sign import Sign
from yieldpoint.trace._findings.view import View
from yieldpoint.trace.model import Finding
from yieldpoint.words import marked, translated

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
        who, whom = view.name(lane), view.name(other)
        at = view.last(lane, step, "line")
        waits = translated("{who} waits for {whom}", who=who, whom=whom)
        if lane == other:
            waits = translated("{who} waits for itself", who=who)
        if at:
            place = {"line": view.event(at).line, "source": view.source(at)}
            waits = translated("{waits} in line {line}: {source}", waits=waits, **place)
        parts.append(waits)
    text = translated("nothing can go on: {who}", who="; ".join(parts))
    at = view.last(circle[0], step, "line") or step
    return view.finding("deadlock", text, circle[0], at)


# A program that is stopped.


def _stopped(view: View, stopped: Sign, stands: Sequence[Sign]) -> Iterator[Finding]:
    parts = [_stand(view, sign) for sign in stands]
    is_limit = stopped.text == "limit"
    if is_limit and not any(_waits(view, sign) for sign in stands):
        return  # a long run, and nobody waits
    lane = view.event(stopped.step).lane
    at = view.last(lane, stopped.step, "line") or stopped.step
    if not parts:
        # All have ended by then, the last one by the Ctrl-C.
        parts = [_is_in_line(view, lane, at)]
    why = translated("the limit of steps") if is_limit else "Ctrl-C"
    text = translated("stopped by {what}: {who}", what=why, who="; ".join(parts))
    yield view.finding("stopped", text, lane, at)


def _waits(view: View, sign: Sign) -> bool:
    """Tell whether a lane waits for something."""
    assert sign.lane is not None
    last = view.last(sign.lane, sign.step)
    return bool(last) and view.event(last).kind == "suspended"


def _is_in_line(view: View, lane: int, at: int) -> str:
    line = view.event(at).line
    return translated("{who} is in line {line}", who=view.name(lane), line=line)


def _stand(view: View, sign: Sign) -> str:
    """Say what a lane does at the moment."""
    assert sign.lane is not None
    name, last = view.name(sign.lane), view.last(sign.lane, sign.step)
    event = view.event(last) if last else None
    if event is None or event.kind == "created":
        return translated("{who} has not started", who=name)
    if event.kind == "woken":
        return translated("{who} is ready", who=name)
    if event.kind == "yielded":
        line = event.line
        return translated("{who} is at its yield in line {line}", who=name, line=line)
    if event.kind == "suspended":
        what = event.value or translated("something")
        whom = translated(" and ").join(map(view.name, sign.others))
        if whom and sign.text == "lock":
            text = marked("{who} waits for {what}, which {whom} has")
        elif whom:
            text = marked("{who} waits for {what}, so for {whom}")
        else:
            text = marked("{who} waits for {what}")
        return translated(text, who=name, what=what, whom=whom)
    at = view.last(sign.lane, sign.step, "line")
    return (
        _is_in_line(view, sign.lane, at) if at else translated("{who} runs", who=name)
    )
