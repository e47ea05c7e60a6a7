"""How a fold's bar is divided among what its lanes do."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator

from yieldpoint.trace.figure._plan import Fold

__all__ = ["WHOLE", "Bar", "Crowd", "Depths", "Shares", "shares_of"]

# A style, a top and a bottom; and from where to where in the width, in thousands.
Bar = tuple[str, int, int, int, int]

WHOLE = 1000
_SLOT = 125  # for who runs: as wide as any lane's bar
_LEAST = 60  # of a recursion's width, for the one that runs


class Shares(ABC):
    """A fold's bar while it is being drawn."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.bars: list[Bar] = []
        self._at = 0
        self._open: dict[str, tuple[int, int, int]] = {}

    def change(self, member: int, before: str, after: str, y: int) -> None:
        """Let one of the lanes be shown in another style from a height on."""
        if y > self._at:
            self._settle()
            self._at = y
        self._change(member, before, after)

    def end(self) -> None:
        """Draw what is left, down to where the last lane was shown."""
        self._settle()

    def _settle(self) -> None:
        """Draw what has held since the last change."""
        now = {style: (a, b) for style, a, b in self._shares() if b > a}
        for style, (left, right, _) in [*self._open.items()]:
            if now.get(style) != (left, right):
                _, _, since = self._open.pop(style)
                self.bars.append((style, since, self._at, left, right))
        for style, (left, right) in now.items():
            self._open.setdefault(style, (left, right, self._at))

    @abstractmethod
    def _change(self, member: int, before: str, after: str) -> None:
        """Take in a change."""

    @abstractmethod
    def _shares(self) -> Iterator[tuple[str, int, int]]:
        """Yield each style with its part of the width."""


class Crowd(Shares):
    """Who runs, and beside it how many do what."""

    def __init__(self, size: int) -> None:
        """Begin with the number of lanes."""
        super().__init__()
        self._size = size
        self._count: Counter[str] = Counter()

    def _change(self, member: int, before: str, after: str) -> None:
        self._count[before] -= 1
        self._count[after] += 1

    def _shares(self) -> Iterator[tuple[str, int, int]]:
        for style in ("runs", "calls"):
            if self._count[style] > 0:
                yield style, 0, _SLOT
                break
        done, room = 0, WHOLE - _SLOT
        for style in ("ready", "waits", "created"):
            left = _SLOT + room * done // self._size
            done += self._count[style]
            yield style, left, _SLOT + room * done // self._size


class Depths(Shares):
    """How deep a recursion is, and how deep control is in it."""

    def __init__(self, depth_of: dict[int, int]) -> None:
        """Begin with the depth of each lane."""
        super().__init__()
        self._depth_of = depth_of
        deepest = max(depth_of.values())
        self._deepest = deepest
        self._counts: dict[str, list[int]] = {
            style: [0] * (deepest + 1) for style in ("runs", "calls", "waits")
        }
        self._tops = dict.fromkeys(self._counts, 0)

    def _change(self, member: int, before: str, after: str) -> None:
        depth = self._depth_of[member]
        for style, more in ((before, -1), (after, 1)):
            if style:
                known = style if style in self._counts else "waits"
                count = self._counts[known]
                count[depth] += more
                top = max(self._tops[known], depth)
                while top and not count[top]:
                    top -= 1
                self._tops[known] = top

    def _shares(self) -> Iterator[tuple[str, int, int]]:
        runs, calls, waits = (self._at_depth(self._tops[style]) for style in self._tops)
        begins = max(0, min(self._at_depth(self._tops["runs"] - 1), runs - _LEAST))
        if runs:
            yield "calls", 0, begins
            yield "runs", begins, runs
        else:
            yield "calls", 0, calls
        yield "waits", runs or calls, waits

    def _at_depth(self, depth: int) -> int:
        return WHOLE * depth // self._deepest


def shares_of(fold: Fold) -> Shares:
    """Return what draws the bar of a fold."""
    return Depths(fold.depths) if fold.depths else Crowd(len(fold.members))
