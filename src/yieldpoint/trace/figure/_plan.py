"""Which lanes share a column, and which are folded into one.

Lanes whose lives don't overlap share a column: a name stands at the start of each life.
A recursion, in which each lane drives the next one of the same function, is folded into
one lane with its depth. If there are still many columns, lanes that are alike are
folded too, the widest group first.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from yieldpoint.trace.model import Lane, Recording
from yieldpoint.words import translated

__all__ = ["Fold", "Life", "Plan", "lives", "plan", "share"]

#: So many lanes are always drawn as they are.
FEW = 4
#: So many columns are easy to follow.
MANY = 8
#: What needs no more columns than these is not worth folding.
_WORTH = 2

_ENDS = {"returned", "raised", "cancelled", "closed"}


@dataclass
class Life:
    """From when to when a lane is there.

    Attributes:
        first: The first event that names it.
        last: The last one, or the number of all events if the lane does not end.
    """

    first: int
    last: int


@dataclass(frozen=True)
class Fold:
    """Lanes that are drawn as one.

    Attributes:
        lane: The lane that stands for them.
        members: Their numbers.
        depths: How deep each is in a recursion, from 1; empty if it is none.
    """

    lane: Lane
    members: tuple[int, ...]
    depths: dict[int, int]


@dataclass
class Plan:
    """What is drawn where.

    Each lane has a number, and so has each fold: the numbers behind the last lane's.

    Attributes:
        lanes: The recording's lanes, then those that stand for folds.
        folds: The folds.
        shown: For each lane, the number of what shows it.
        columns: The numbers of what each column shows, from the top to the bottom.
    """

    lanes: list[Lane]
    folds: list[Fold]
    shown: list[int]
    columns: list[list[int]]
    column_of: dict[int, int] = field(init=False)
    late: set[int] = field(init=False)

    def __post_init__(self) -> None:
        """Find out what is where, and what is named where it begins."""
        self.column_of = {
            number: column
            for column, numbers in enumerate(self.columns)
            for number in numbers
        }
        self.late = {number for numbers in self.columns for number in numbers[1:]}

    def saying(self, lane: int, text: str) -> str:
        """Return a lane's text; in a fold it says whose it is."""
        at = self.shown[lane] - len(self.shown)
        if at < 0:
            return text
        fold = self.folds[at]
        who = self.lanes[lane].name
        if fold.depths:
            who = translated("depth {depth}", depth=fold.depths[lane])
        return f"{who}: {text}"


def lives(trace: Recording) -> list[Life]:
    """Return the life of each lane."""
    found = [Life(len(trace.events), -1) for _ in trace.lanes]
    has_ended = [False] * len(trace.lanes)
    for step, event in enumerate(trace.events):
        for lane in (event.lane, event.other):
            if lane is not None:
                life = found[lane]
                life.first = min(life.first, step)
                life.last = step
        has_ended[event.lane] = event.kind in _ENDS
    for life, is_over in zip(found, has_ended, strict=True):
        if not is_over:
            life.last = len(trace.events)
    return found


def share(
    numbers: Iterable[int], life_of: Sequence[Life], like: Sequence[Hashable]
) -> list[list[int]]:
    """Put what does not live at the same time into the same column.

    Args:
        numbers: What needs a place, by number.
        life_of: When each lives.
        like: What those have in common that should rather share than others.

    Returns:
        The columns; in each the numbers, in the order of their lives.
    """
    columns: list[list[int]] = []
    free_at: list[int] = []
    for number in sorted(numbers, key=lambda number: life_of[number].first):
        life = life_of[number]
        free = [at for at, end in enumerate(free_at) if end < life.first]
        alike = [at for at in free if like[columns[at][-1]] == like[number]]
        if free:
            at = (alike or free)[0]
            columns[at].append(number)
            free_at[at] = life.last
        else:
            columns.append([number])
            free_at.append(life.last)
    return columns


def plan(trace: Recording) -> Plan:
    """Decide what of a recording is drawn where."""
    lanes, shown = [*trace.lanes], [*range(len(trace.lanes))]
    if len(lanes) <= FEW:
        return Plan(lanes, [], shown, [[number] for number in shown])
    life_of = lives(trace)
    like: list[Hashable] = [(lane.kind, lane.function) for lane in lanes]
    columns = share(shown, life_of, like)
    if len(columns) <= FEW:
        return Plan(lanes, [], shown, columns)
    folds: list[Fold] = []
    for needs, fold in sorted(_groups(trace, life_of, like), key=_first_to_fold):
        if needs <= FEW if fold.depths else len(columns) <= MANY:
            continue
        number = len(lanes)
        lanes.append(fold.lane)
        folds.append(fold)
        for member in fold.members:
            shown[member] = number
        those = [life_of[member] for member in fold.members]
        life = Life(min(life.first for life in those), max(life.last for life in those))
        life_of.append(life)
        like.append(fold.lane)
        columns = share(dict.fromkeys(shown), life_of, like)
    return Plan(lanes, folds, shown, columns)


def _first_to_fold(group: tuple[int, Fold]) -> tuple[bool, int]:
    """Sort recursions before others, and what needs many columns before the rest."""
    needs, fold = group
    return not fold.depths, -needs


def _groups(
    trace: Recording, life_of: Sequence[Life], like: Sequence[Hashable]
) -> Iterable[tuple[int, Fold]]:
    """Yield what may be folded, each with the number of columns that it needs."""
    roots, depths = _recursions(trace)
    trees: defaultdict[int, list[int]] = defaultdict(list)
    for lane, root in enumerate(roots):
        trees[root].append(lane)
    others: defaultdict[Hashable, list[int]] = defaultdict(list)
    for members in trees.values():
        needs = len(share(members, life_of, like))
        if needs > _WORTH:
            yield needs, _fold(trace, members, {lane: depths[lane] for lane in members})
        else:
            others[like[members[0]]] += members
    for members in others.values():
        needs = len(share(members, life_of, like))
        if needs > _WORTH:
            yield needs, _fold(trace, members, {})


def _recursions(trace: Recording) -> tuple[list[int], list[int]]:
    """Return for each lane which one began its recursion, and how deep it is in it."""
    roots, depths = [*range(len(trace.lanes))], [1] * len(trace.lanes)
    for event in trace.events:
        if event.kind == "started" and event.other is not None:
            lane, by = trace.lanes[event.lane], trace.lanes[event.other]
            if (lane.kind, lane.function) == (by.kind, by.function):
                roots[event.lane] = roots[event.other]
                depths[event.lane] = depths[event.other] + 1
    return roots, depths


def _fold(trace: Recording, members: Sequence[int], depths: dict[int, int]) -> Fold:
    first = trace.lanes[members[0]]
    what = first.function or first.kind
    name = (
        translated("{what}, depth {depth}", what=what, depth=max(depths.values()))
        if depths
        else f"{what} \N{MULTIPLICATION SIGN} {len(members)}"
    )
    return Fold(Lane(name, first.kind, ""), tuple(members), depths)
