"""Updates that are lost: what another lane writes in between is overwritten."""

import contextlib
import inspect
from collections.abc import Mapping
from types import CodeType, FrameType, MemberDescriptorType
from typing import Any

from yieldpoint.trace._recorder import frames
from yieldpoint.trace._recorder.calls import Notes
from yieldpoint.trace._recorder.journal import Journal
from yieldpoint.trace._recorder.lanes import LiveLane
from yieldpoint.trace._recorder.sharing import Shared, Site, Sites, sites_of
from yieldpoint.trace._recorder.values import ATOMS, attributes_of

__all__ = ["Updates"]

# What is shared: its kind, the identity of what has it, and its name or key.
_Key = tuple[object, ...]


class Updates:
    """Follows who reads and writes what is shared, where that may go wrong.

    Attributes:
        has_later: Whether there has been a line that writes when it has awaited.
    """

    def __init__(self, journal: Journal) -> None:
        """Follow for a recording."""
        self.has_later = False
        self._journal = journal
        self._sites: dict[int, tuple[CodeType, Sites]] = {}
        # For each thing, who has written it at which step.
        self._writers: dict[_Key, dict[LiveLane, int]] = {}

    def sites_of(self, code: CodeType) -> Sites:
        """Return what the lines of a function do."""
        known = self._sites.get(id(code))
        if known is None:
            known = self._sites[id(code)] = code, sites_of(code)
        return known[1]

    def comes_to(
        self, frame: FrameType, line: int, lane: LiveLane, notes: Notes
    ) -> None:
        """A line is about to run, and what was to be done before it has been done."""
        self.leaves(notes)
        sites = notes.sites.get(line) if notes.sites else None
        if sites:
            variables = frames.variables_of(frame)
            for site in sorted(sites, key=lambda site: site.kind):
                with contextlib.suppress(LookupError, TypeError):
                    self._does(frame, variables, lane, notes, site)

    def goes_on(self, frame: FrameType, notes: Notes) -> None:
        """A frame is entered that may have awaited something, and then writes."""
        if not notes.later:
            return
        variables = frames.variables_of(frame)
        for lane, site, _ in list(notes.later.values()):
            with contextlib.suppress(LookupError, TypeError):
                key, now = _find(site.shared, variables, frame.f_globals)
                notes.later[key] = lane, site, now

    def leaves(self, notes: Notes) -> None:
        """What was to be done after an await has been done."""
        for key, (lane, site, now) in notes.later.items():
            self._writes(lane, notes, site, key, now)
        notes.later.clear()

    def _does(
        self,
        frame: FrameType,
        variables: Mapping[str, object],
        lane: LiveLane,
        notes: Notes,
        site: Site,
    ) -> None:
        key, now = _find(site.shared, variables, frame.f_globals)
        if site.kind == "reads":
            notes.reads[key] = self._journal.steps, now
        elif site.later:
            self.has_later = True
            notes.later[key] = lane, site, now
        else:
            self._writes(lane, notes, site, key, now)

    def _writes(
        self, lane: LiveLane, notes: Notes, site: Site, key: _Key, now: object
    ) -> None:
        """Something is written; what another has written since the read is lost."""
        writers = self._writers.setdefault(key, {})
        read = notes.reads.pop(key, None) if site.read_in else None
        if read is not None and read[1] != now and writers.get(lane, -1) <= read[0]:
            others = [each for each, step in writers.items() if step > read[0]]
            if others:
                text = f"{site.shared.text}|{site.read_in}"
                self._journal.note(
                    "lost update", lane, text, others[-1:], line=site.line
                )
        writers.pop(lane, None)
        writers[lane] = self._journal.steps


_MISSING = object()


def _find(
    shared: Shared, variables: Mapping[str, object], scope: Mapping[str, object]
) -> tuple[_Key, object]:
    """Return what is meant, and by what its value at the moment is known.

    Raises:
        LookupError: It cannot be found without running code of the program.
        TypeError: Its key cannot be one.
    """
    key, value = _look_up(shared, variables, scope)
    return key, (type(value), value) if id(type(value)) in ATOMS else id(value)


def _look_up(
    shared: Shared, variables: Mapping[str, object], scope: Mapping[str, object]
) -> tuple[_Key, object]:
    if shared.kind == "variable":
        if shared.name in variables:
            return ("nonlocal", shared.name), variables[shared.name]
        return (id(scope), shared.name), scope.get(shared.name, _MISSING)
    first, *names = shared.path
    owner: Any = variables[first] if first in variables else scope[first]
    for name in names:
        owner = _attribute(owner, name)
    if shared.kind == "attribute":
        return (id(owner), shared.name), _attribute(owner, shared.name)
    key: object = shared.key
    if shared.name:
        key = variables[shared.name] if shared.name in variables else scope[shared.name]
    if id(type(key)) not in ATOMS:
        raise LookupError("its hash would be the program's")
    if issubclass(type(owner), dict):
        return (id(owner), "item", key), dict.get(owner, key, _MISSING)
    if issubclass(type(owner), list):
        return (id(owner), "item", key), list.__getitem__(owner, key)  # type: ignore[call-overload]  # a TypeError says so
    raise LookupError("not known well enough")


def _attribute(owner: object, name: str) -> object:
    """Return an attribute without calling anything of the program's."""
    attributes = attributes_of(owner)
    if name in attributes:
        return attributes[name]
    member = inspect.getattr_static(type(owner), name, _MISSING)
    if isinstance(member, MemberDescriptorType):
        with contextlib.suppress(AttributeError):
            return member.__get__(owner)
    if member is _MISSING or hasattr(type(member), "__get__"):
        raise LookupError(name)
    return member
