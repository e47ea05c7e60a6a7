"""An update that is lost: written after an ``await`` from what was read before it."""

from collections.abc import Iterator, Sequence

from yieldpoint.trace._findings.pages import finding_at, name_of
from yieldpoint.trace._findings.sign import Sign
from yieldpoint.trace.model import Finding, Recording

__all__ = ["find"]


def find(trace: Recording, signs: Sequence[Sign]) -> Iterator[Finding]:
    """Yield the updates that are lost."""
    for sign in signs:
        if sign.kind == "lost update" and sign.lane is not None:
            what, _, read_at = sign.text.partition("|")
            text = (
                f"{name_of(trace, sign.lane)} writes {what} from what it read in line "
                f"{read_at}, and undoes what {name_of(trace, sign.others[0])} has "
                "written meanwhile"
            )
            yield finding_at(
                trace, "lost update", text, sign.lane, sign.step, line=sign.line
            )
