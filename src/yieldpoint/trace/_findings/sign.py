"""What the recorder notes for the findings, besides the events."""

from dataclasses import dataclass

__all__ = ["Sign"]


@dataclass(frozen=True)
class Sign:
    """Something that no event tells.

    Attributes:
        kind: What it is.
        step: How many events there were.
        lane: The lane that it is about, if it is about one.
        text: A name, a value, or what is waited for.
        others: The other lanes that have to do with it.
        line: The line, where it is not that of the lane's last event.
    """

    kind: str
    step: int
    lane: int | None = None
    text: str = ""
    others: tuple[int, ...] = ()
    line: int = 0
