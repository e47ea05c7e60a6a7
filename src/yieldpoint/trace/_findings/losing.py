"""What nobody waits for: coroutines, exceptions, tasks and async generators."""

import ast
import contextlib
import functools
from collections.abc import Iterator, Sequence
from dataclasses import replace

from yieldpoint.trace._findings.sign import Sign
from yieldpoint.trace._findings.view import View
from yieldpoint.trace.model import Finding
from yieldpoint.words import translated

__all__ = ["find"]

# How far back to look for the line that has made a coroutine, and how many lines a
# statement may have for that.
_STEPS, _LINES = 5_000, 20


def find(view: View, signs: Sequence[Sign]) -> Iterator[Finding]:
    """Yield what has been lost."""
    # Then a program may leave everything as it is.
    is_interrupted = any(sign.text == "Ctrl-C" for sign in signs)
    for sign in signs:
        if sign.kind == "never awaited":
            yield from _never_awaited(view, sign)
        if sign.kind not in _FINDERS or is_interrupted:
            continue
        if sign.lane is None:
            yield _dropped_future(view, sign)
        else:
            yield _FINDERS[sign.kind](view, sign.lane, sign.step)


# Coroutines.


def _never_awaited(view: View, sign: Sign) -> Iterator[Finding]:
    """Find the line that has made a coroutine: the last one that calls its function.

    Or at least names it, and something else has called it.
    """
    steps = range(sign.step, max(0, sign.step - _STEPS), -1)
    lines = [step for step in steps if view.event(step).kind == "line"]
    for names_in in (_called_in, _named_in):
        for step in lines:
            if sign.text in names_in(_statement(view, step)):
                lane = view.event(step).lane
                text = translated(
                    "{what}() is called by {who}, never awaited",
                    what=sign.text,
                    who=view.name(lane),
                )
                yield view.finding("never awaited", text, lane, step)
                return


def _statement(view: View, step: int) -> str:
    """Return the source of the line of a step, with those that it goes on in."""
    event = view.event(step)
    lines = view.trace.sources[event.file].lines
    text = lines.get(event.line, "").strip()
    for number in range(event.line + 1, event.line + _LINES):
        if text.count("(") <= text.count(")"):
            break
        text += "\n" + lines.get(number, "").strip()
    # The last lines of a function may be missing: nothing ran in them.
    return text + ")" * (text.count("(") - text.count(")"))


@functools.cache
def _tree_of(statement: str) -> ast.AST:
    """Return a statement's syntax tree; of a block, that of its header."""
    for text in (statement, f"{statement} pass", f"if True: pass\n{statement} pass"):
        with contextlib.suppress(SyntaxError):
            return ast.parse(f"async def _():\n {text}".replace("\n", "\n "))
    return ast.Module([], [])


def _called_in(statement: str) -> set[str]:
    """Return the names that a statement calls."""
    calls = (
        each for each in ast.walk(_tree_of(statement)) if isinstance(each, ast.Call)
    )
    return {_name(call.func) for call in calls}


def _named_in(statement: str) -> set[str]:
    """Return all names in a statement."""
    return set(map(_name, ast.walk(_tree_of(statement))))


def _name(node: ast.AST) -> str:
    return str(getattr(node, "attr", getattr(node, "id", "")))


# Exceptions.


def _dropped_future(view: View, sign: Sign) -> Finding:
    """Name the line that runs when a future goes, which has no lane of its own."""
    lane = view.event(sign.step).lane
    text = translated(
        "a future that holds {what} is dropped while {who} runs, and nobody retrieves"
        " that",
        what=sign.text,
        who=view.name(lane),
    )
    return view.finding("unretrieved", text, lane, sign.step)


def _unretrieved(view: View, lane: int, until: int) -> Finding:
    step = view.last(lane, until, "raised")
    value = view.event(step).value
    text = translated(
        "{who} raises {value}, and nobody retrieves it",
        who=view.name(lane),
        value=value,
    )
    return view.finding("unretrieved", text, lane, step)


def _unretrieved_in_block(view: View, lane: int, until: int) -> Finding:
    found = _unretrieved(view, lane, until)
    text = translated("{finding} before the block ends", finding=found.text)
    return replace(found, text=text)


# Tasks.


def _outlives_block(view: View, lane: int, until: int) -> Finding:
    step, waits = _waits(view, lane, until)
    text = translated(
        "{who} is left over: the block ends {waits}", who=view.name(lane), waits=waits
    )
    return view.finding("left over", text, lane, step)


def _left_over(view: View, lane: int, until: int) -> Finding:
    step, waits = _waits(view, lane, until)
    text = translated(
        "{who} is left over: asyncio.run cancels it {waits}",
        who=view.name(lane),
        waits=waits,
    )
    return view.finding("left over", text, lane, step)


def _dropped(view: View, lane: int, until: int) -> Finding:
    step, waits = _waits(view, lane, until)
    text = translated(
        "{who} is dropped {waits}: nobody lets it end",
        who=view.name(lane),
        waits=waits,
    )
    return view.finding("dropped", text, lane, step)


def _waits(view: View, lane: int, until: int) -> tuple[int, str]:
    """Return the step since which a lane waits, and in words for what."""
    step = view.last(lane, until, "created", "started", "resumed", "suspended")
    event = view.event(step)
    if event.kind == "created":
        return step, translated("before it has started")
    if event.kind == "suspended" and event.value:
        return step, translated("while it waits for {value}", value=event.value)
    return step, translated("while it waits")


# Async generators.


def _left_open(view: View, lane: int, until: int) -> Finding:
    step = view.last(lane, until, "yielded", "suspended")
    at = "yield" if view.event(step).kind == "yielded" else "await"
    text = translated(
        "{who}, an async generator, is left open at its {at}",
        who=view.name(lane),
        at=at,
    )
    return view.finding("left open", text, lane, step)


_FINDERS = {
    "unretrieved": _unretrieved,
    "left over": _left_over,
    "dropped": _dropped,
    "left open": _left_open,
    "outlives the block": _outlives_block,
    "unretrieved in the block": _unretrieved_in_block,
}
