"""What is known about the calls of the program's own functions, while they last."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import CodeType, FrameType

from yieldpoint.trace._recorder import frames
from yieldpoint.trace._recorder.journal import Changes
from yieldpoint.trace._recorder.lanes import Hold, LiveLane
from yieldpoint.trace._recorder.sharing import Site, Sites
from yieldpoint.trace._recorder.values import Describer
from yieldpoint.trace._recorder.variables import Variables

__all__ = ["Calls", "Notes"]


@dataclass(eq=False, slots=True)
class Notes:
    """What is known about a frame that has been entered.

    Attributes:
        hold: The lane that is left when the frame is, or None for a plain call.
        variables: Its variables at the last look.
        line: The line of its last event.
        at: The instruction at which a line was reported last.
        comprehends: Whether that line was one of a comprehension.
        closing: Whether an exception came from outside, to close the generator.
        sites: What its lines do to what tasks share; None if that is not known yet.
        reads: What it has read that tasks share: at which step, and what it was.
        later: What it writes when it has awaited something, and what that was when the
            frame was entered last.
        number: Which call it is, counted from 1.
        begins: The instruction at which the statement began that was shown last.
        depth: In how many calls of the program's own functions it is, in its lane.
    """

    hold: Hold | None = None
    variables: Variables = field(default_factory=Variables)
    line: int = 0
    at: int = -1
    comprehends: bool = False
    closing: bool = False
    sites: Sites | None = None
    reads: dict[tuple[object, ...], tuple[int, object]] = field(default_factory=dict)
    later: dict[tuple[object, ...], tuple[LiveLane, Site, object]] = field(
        default_factory=dict
    )
    number: int = 0
    begins: int = -1
    depth: int = 0

    def changes(
        self, frame: FrameType, describe: Describer, found: Callable[[object], None]
    ) -> Changes:
        """Return which variables have changed since the last look.

        Args:
            frame: The frame.
            describe: Turns a value into a text.
            found: Gets each value that may be new.
        """
        return self.variables.compare(frames.variables_of(frame), describe, found)


class Calls:
    """The calls that last, by the identity of their frame.

    A frame must not be kept: what it holds is to go when the program drops it.

    Attributes:
        conduits: The generators that stand at a ``yield from`` through which another of
            the program's generators has handed out a value. Whatever is asked of them
            goes through, and so does what is handed out.
        passing: The threads, by their identity, in which a value is on its way out.
    """

    def __init__(self, is_own: Callable[[CodeType], bool]) -> None:
        """Begin with none.

        Args:
            is_own: Tells which code is the program's own.
        """
        self.conduits: set[int] = set()
        self.passing: set[int] = set()
        self._notes: dict[int, Notes] = {}
        self._own: dict[int, tuple[CodeType, bool]] = {}
        self._asks_own = is_own
        self._count = 0

    def is_own(self, code: CodeType) -> bool:
        """Tell whether code is the program's own."""
        known = self._own.get(id(code))
        if known is None:
            known = self._own[id(code)] = code, self._asks_own(code)
        return known[1]

    def is_passing(self) -> bool:
        """Tell whether a value is on its way out in this thread."""
        return bool(self.passing) and threading.get_ident() in self.passing

    def note_passing(self, *, passes: bool) -> None:
        """Note whether one is from now on."""
        if passes:
            self.passing.add(threading.get_ident())
        elif self.passing:  # mostly there is none
            self.passing.discard(threading.get_ident())

    def begin(self, frame: FrameType) -> None:
        """A call begins; another frame may have had the identity of this one."""
        self._notes[id(frame)] = self._new()
        self.conduits.discard(id(frame))

    def _new(self) -> Notes:
        self._count += 1
        return Notes(number=self._count)

    def notes(self, frame: FrameType) -> Notes:
        """Return what is known about a frame."""
        notes = self._notes.get(id(frame))
        if notes is None:
            notes = self._notes[id(frame)] = self._new()
        return notes

    def depth_inside(self, outer: FrameType | None) -> int:
        """Return in how many calls a function is that is called in a frame.

        Between the two there may be code that is not the program's own.
        """
        while outer is not None:
            notes = self.known(outer)
            if notes is not None:
                return notes.depth + self.is_own(outer.f_code)
            outer = outer.f_back
        return 0

    def known(self, frame: FrameType) -> Notes | None:
        """Return what is known about a frame, or None if it has not been entered."""
        return self._notes.get(id(frame))

    def end(self, frame: FrameType) -> None:
        """A call is over."""
        self._notes.pop(id(frame), None)
        self.conduits.discard(id(frame))
