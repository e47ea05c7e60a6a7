"""An update that is lost: written after an ``await`` from what was read before it."""

from collections.abc import Iterator, Sequence

from yieldpoint.trace._findings.sign import Sign
from yieldpoint.trace._findings.view import View
from yieldpoint.trace.model import Finding
from yieldpoint.words import translated

__all__ = ["find"]


def find(view: View, signs: Sequence[Sign]) -> Iterator[Finding]:
    """Yield the updates that are lost."""
    for sign in signs:
        if sign.kind == "lost update" and sign.lane is not None:
            what, _, read_in = sign.text.partition("|")
            text = translated(
                "{who} writes {what} from what it read in line {line}, and undoes what"
                " {other} has written meanwhile",
                who=view.name(sign.lane),
                what=what,
                line=read_in,
                other=view.name(sign.others[0]),
            )
            yield view.finding(
                "lost update", text, sign.lane, sign.step, line=sign.line
            )
