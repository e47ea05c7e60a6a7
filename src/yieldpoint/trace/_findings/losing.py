"""What nobody waits for: coroutines, exceptions, tasks and async generators."""

import ast
import functools
from collections.abc import Iterator, Sequence

from yieldpoint.trace._findings.pages import finding_at, name_of
from yieldpoint.trace._findings.sign import Sign
from yieldpoint.trace.model import Event, Finding, Recording

__all__ = ["find"]


def find(trace: Recording, signs: Sequence[Sign]) -> Iterator[Finding]:
    """Yield what has been lost."""
    if not trace.events:
        return
    is_interrupted = any(sign.text == "Ctrl-C" for sign in signs)
    seen: set[tuple[str, int | None]] = set()
    left: set[int | None] = set()
    for sign in signs:
        key = sign.kind, sign.lane
        if sign.kind == "never awaited":
            yield from _never_awaited(trace, sign)
            continue
        if sign.kind not in _FINDERS or key in seen or is_interrupted:
            continue
        seen.add(key)
        if sign.kind in {"left over", "dropped"}:
            if sign.lane in left:
                continue
            left.add(sign.lane)
        yield from _FINDERS[sign.kind](trace, sign)


def _never_awaited(trace: Recording, sign: Sign) -> Iterator[Finding]:
    """Find the line that has made a coroutine: the last one that calls its function."""
    step = min(sign.step, len(trace.events))
    made = step
    for number in range(step, 0, -1):
        event = trace.events[number - 1]
        if event.kind == "line" and sign.text in _called_in(_statement(trace, event)):
            made = number
            break
    lane = trace.events[made - 1].lane
    text = f"{sign.text}() is called by {name_of(trace, lane)} and never awaited"
    yield finding_at(trace, "never awaited", text, lane, made)


def _statement(trace: Recording, event: Event) -> str:
    """Return the source of a line, with those that it goes on in."""
    lines = trace.sources[event.file].lines
    text = lines.get(event.line, "").strip()
    for number in range(event.line + 1, event.line + 20):
        if _is_whole(text) or number not in lines:
            break
        text += "\n" + lines[number].strip()
    return text


def _is_whole(text: str) -> bool:
    return text.count("(") <= text.count(")")


@functools.cache
def _called_in(statement: str) -> frozenset[str]:
    """Return the names that a statement calls, or its header if it is a block."""
    for text in (statement, f"{statement} pass", f"if True: pass\n{statement} pass"):
        try:
            tree = ast.parse(f"async def _():\n {text}".replace("\n", "\n "))
        except SyntaxError:
            continue
        return frozenset(
            getattr(node.func, "attr", getattr(node.func, "id", ""))
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
        )
    return frozenset()


def _unretrieved(trace: Recording, sign: Sign) -> Iterator[Finding]:
    lane = sign.lane
    if lane is None:
        # A future of the program's own has no lane, but a line drops it.
        step = min(sign.step, len(trace.events))
        lane = trace.events[step - 1].lane
        name = name_of(trace, lane)
        text = f"{name} drops a future that holds {sign.text}, and nobody retrieves it"
        yield finding_at(trace, "unretrieved", text, lane, step)
        return
    for step in range(len(trace.events), 0, -1):
        event = trace.events[step - 1]
        if event.lane == lane and event.kind == "raised":
            text = f"{name_of(trace, lane)} raises {event.value}, and nobody retrieves it"
            yield finding_at(trace, "unretrieved", text, lane, step)
            return


def _waits(trace: Recording, lane: int, until: int) -> tuple[int, str]:
    """Return the step since which a lane waits, and in words for what."""
    for step in range(until, 0, -1):
        event = trace.events[step - 1]
        if event.lane != lane or event.kind == "woken":
            continue
        if event.kind == "created":
            return step, "before it has started"
        if event.kind == "suspended" and event.value:
            return step, f"while it waits for {event.value}"
        return step, "while it waits"
    return until, "while it waits"


def _left_over(trace: Recording, sign: Sign) -> Iterator[Finding]:
    assert sign.lane is not None
    step, waits = _waits(trace, sign.lane, min(sign.step, len(trace.events)))
    text = f"{name_of(trace, sign.lane)} is left over: asyncio.run cancels it {waits}"
    yield finding_at(trace, "left over", text, sign.lane, step)


def _dropped(trace: Recording, sign: Sign) -> Iterator[Finding]:
    assert sign.lane is not None
    step, waits = _waits(trace, sign.lane, min(sign.step, len(trace.events)))
    text = f"{name_of(trace, sign.lane)} is dropped {waits}: nobody lets it end"
    yield finding_at(trace, "dropped", text, sign.lane, step)


def _left_open(trace: Recording, sign: Sign) -> Iterator[Finding]:
    assert sign.lane is not None
    name = trace.lanes[sign.lane].name
    for step in range(min(sign.step, len(trace.events)), 0, -1):
        event = trace.events[step - 1]
        if event.lane == sign.lane and event.kind in {"yielded", "suspended"}:
            at = "yield" if event.kind == "yielded" else "await"
            text = f"{name}, an async generator, is left open at its {at}"
            yield finding_at(trace, "left open", text, sign.lane, step)
            return


_FINDERS = {
    "unretrieved": _unretrieved,
    "left over": _left_over,
    "dropped": _dropped,
    "left open": _left_open,
}
