"""A function's local variables: what has changed since the last look."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from yieldpoint.trace._recorder.journal import Changes
from yieldpoint.trace._recorder.values import ATOMS, LONGEST, Describer, is_shown

__all__ = ["Variables"]

# Stands for a value that is not kept.
_GONE = object()


@dataclass(eq=False, slots=True)
class Variables:
    """The variables of one call, as they were at the last look.

    Attributes:
        seen: For each name the value, if keeping it makes no difference to anybody, and
            its text.
    """

    seen: dict[str, tuple[object, str]] = field(default_factory=dict)

    def compare(
        self,
        variables: Mapping[str, object],
        describe: Describer,
        found: Callable[[object], None],
    ) -> Changes:
        """Return what has changed, and let somebody look at each value."""
        changes: list[tuple[str, str | None]] = []
        for name, value in variables.items():
            before = self.seen.get(name)
            if before is not None and before[0] is value:
                continue
            is_atom = id(type(value)) in ATOMS
            # Of a variable that is shown, an atom is shown as well.
            if (before is None or not is_atom) and not is_shown(name, value):
                continue
            if not is_atom:
                found(value)
            text = describe(value)
            if before is None or before[1] != text:
                changes.append((name, text))
            # Any other object must be free to go when the program drops it; and a
            # long string that is held twice is copied whenever something is added.
            kept = value if is_atom and len(text) < LONGEST else _GONE
            self.seen[name] = (kept, text)
        if not self.seen.keys() <= variables.keys():
            for name in [name for name in self.seen if name not in variables]:
                del self.seen[name]
                changes.append((name, None))
        return tuple(changes)
