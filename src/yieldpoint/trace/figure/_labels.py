"""The few words beside an arrow or a lane."""

import re
import unicodedata

from yieldpoint.trace.model import Event, Lane
from yieldpoint.words import marked, translated

__all__ = ["LONGEST", "asked", "columns", "left", "short", "shows_function"]

#: How many characters a label may have.
LONGEST = 24

# A string, whose parentheses are none, or any character.
_PIECE = re.compile(r"'[^']*'|\"[^\"]*\"|.")

# What is no keyword.
_ENDS = {"cancelled": marked("cancelled"), "closed": marked("closed")}


def columns(text: str) -> int:
    """Return how wide a text is: a character of Chinese is as wide as two letters."""
    return sum(1 + (unicodedata.east_asian_width(each) in "FW") for each in text)


def short(text: str, longest: int = LONGEST) -> str:
    """Return a text that is not longer than a label may be."""
    text = "".join(c if c.isprintable() else "�" for c in " ".join(text.split()))
    if len(text) <= longest:
        return text
    called = _without_arguments(text)
    if text.endswith(")") and len(called) <= longest:
        return called
    return text[: longest - 1] + "…"


def _without_arguments(text: str) -> str:
    """Return a text with a mark in the place of what stands in parentheses."""
    kept, depth = "", 0
    for piece in _PIECE.findall(text):
        depth = max(depth - (piece == ")"), 0)
        if not depth:
            kept += piece
        elif kept.endswith("("):
            kept += "…"
        depth += piece == "("
    return kept + ")" * (depth > 0)


def asked(event: Event) -> str:
    """Say how control is handed to a generator."""
    if event.how == "throw":
        value = event.value.removesuffix("()")
        return "close" if value == "GeneratorExit" else short(f"throw {value}")
    if event.value:
        return short(f"{event.how or 'send'} {event.value}")
    return event.how or "next"


def left(lane: Lane, event: Event) -> str:
    """Say how a lane lets go of control."""
    word = {
        "yielded": "yield",
        "returned": "return",
        "raised": "raise",
        "suspended": "await",
    }.get(event.kind) or translated(_ENDS.get(event.kind, event.kind))
    value = event.value.removesuffix("()") if event.kind == "raised" else event.value
    if event.kind in {"yielded", "returned"} and value == "None":
        value = ""
    if event.kind == "suspended":
        value = value.removeprefix("asyncio.")
        if lane.kind in {"thread", "loop"}:
            return translated("done")
    return short(f"{word} {value}".strip())


def shows_function(lane: Lane) -> bool:
    """Tell whether a lane's function says more than its name."""
    return bool(lane.function) and lane.function not in lane.name
