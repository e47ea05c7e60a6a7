"""Lanes while they are being recorded, and who holds control in a thread."""

from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = [
    "Cause",
    "Entering",
    "Hold",
    "LiveLane",
    "LiveTimer",
    "LoopTurn",
    "Place",
    "ThreadState",
]

# A function, a line in it, the number of its file, and which call of it this is.
Place = tuple[str, int, int, int]

# How `inspect` names the states of those lanes that it knows.
_STATES = {
    (kind, state): prefix + state
    for kind, prefix in (
        ("generator", "GEN_"),
        ("coroutine", "CORO_"),
        ("task", "CORO_"),
        ("async generator", "AGEN_"),
    )
    for state in ("CREATED", "RUNNING", "SUSPENDED", "CLOSED")
}


@dataclass(eq=False, slots=True)
class LiveLane:
    """A lane while it is being recorded.

    Attributes:
        number: Its number.
        name: Its name.
        kind: What it is.
        function: The function that it runs.
        state: Its state, as `inspect` names it.
        place: Where it is.
        depth: In how many calls of the program's own functions that is.
        woken: Whether it is in the event loop's queue.
        frame: The identity of its frame, for a generator and the like.
        reference: Returns the generator, task or thread, or None when that is gone.
        finalized: Whether somebody else closes it when the program drops it, as an
            event loop does with an async generator.
        delegates: Whether it stands at a ``yield from`` that a value has passed.
        owner: The identity of the generator, task or thread.
        cancelled: How often a cancellation was thrown in.
        closing: Whether an exception was thrown in to close it.
        thread: The identity of the thread that created it, or drove it last.
        closed_unseen: The event, by its number, that says that it is closed, if nothing
            of it ran then.
    """

    number: int
    name: str
    kind: str
    function: str
    state: str = ""
    place: Place = ("", 0, 0, 0)
    depth: int = 0
    woken: bool = False
    frame: int = 0
    reference: Callable[[], object] = lambda: None
    finalized: bool = False
    delegates: bool = False
    owner: int = 0
    cancelled: int = 0
    closing: bool = False
    thread: int = 0
    closed_unseen: int | None = None

    def set_state(self, state: str) -> None:
        """Set the state, with the prefix that `inspect` has for the kind of lane."""
        self.state = _STATES.get((self.kind, state), state)

    @property
    def is_new(self) -> bool:
        """Whether the lane has not been started."""
        return self.state == "" or self.state.endswith("CREATED")

    @property
    def is_running(self) -> bool:
        """Whether the lane holds control, or has called the one that does."""
        return self.state.endswith("RUNNING")

    @property
    def is_closed(self) -> bool:
        """Whether the lane has ended."""
        return self.state.endswith("CLOSED")


@dataclass(eq=False, slots=True)
class LiveTimer:
    """A timer of an event loop while a recording is made.

    Attributes:
        lane: Who has set it.
        due: When it is due, in seconds since the recording began.
        set: How many events came before it was set.
        gone: How many events came before it was called or cancelled.
    """

    lane: LiveLane | None
    due: float
    set: int
    gone: int | None = None


@dataclass(eq=False, slots=True)
class LoopTurn:
    """The event loop holds control: it is running a callback.

    Attributes:
        cause: The lane that the callback goes back to.
        timer: Whether it goes back to a timer.
    """

    cause: LiveLane | None
    timer: bool = False


# The lane that something goes back to, and whether it goes back to a timer.
Cause = tuple[LiveLane | None, bool]


@dataclass(eq=False, slots=True)
class Hold:
    """A lane holds control, or has called the one that does.

    Attributes:
        lane: The lane.
        depth: How many frames of its chain of awaits have been entered.
        receiver: Who gets what the lane yields. That is not the lane that stands at a
            ``yield from`` for it, but the one that drives that lane.
    """

    lane: LiveLane
    depth: int = 0
    receiver: LiveLane | None = None


@dataclass(eq=False, slots=True)
class Entering:
    """A lane has been entered; whether by a value or an exception will show.

    Attributes:
        lane: The lane.
        frame: The identity of the frame that was entered.
        first: Whether the lane starts.
        how: What is called to enter it.
        value: What is sent in, as a text.
        by: The lane that does it.
        arrives: Where in the source the value arrives.
    """

    lane: LiveLane
    frame: int = 0
    first: bool = False
    how: str = ""
    value: str = ""
    by: LiveLane | None = None
    arrives: tuple[int, ...] = ()


@dataclass(eq=False, slots=True)
class ThreadState:
    """Who holds control in a thread, and who has called whom.

    Attributes:
        stack: Who holds control, last; below it who has called it.
        entering: A lane that has just been entered.
        stopped_at: Where the innermost frame stands, while frames are being suspended.
        waits_for: What it waits for, as the source says it.
        goes_on: The identity of a frame that goes on because what it delegated to has
            ended, without being resumed: an exception went past it, straight in.
        may_have_closed: Whether code has run that may have closed a generator.
        dropped: References of lanes that the thread has created and that are gone.
        nameless: Its lane, if it is one that `threading` has not started.
    """

    stack: list[Hold | LoopTurn] = field(default_factory=list)
    entering: Entering | None = None
    stopped_at: Place | None = None
    waits_for: str = ""
    goes_on: int = 0
    may_have_closed: bool = False
    dropped: list[Callable[[], object]] = field(default_factory=list)
    nameless: LiveLane | None = None

    @property
    def top(self) -> Hold | LoopTurn | None:
        """Who holds control."""
        return self.stack[-1] if self.stack else None

    @property
    def holder(self) -> LiveLane | None:
        """The lane that holds control, unless the event loop does."""
        top = self.stack[-1] if self.stack else None
        return top.lane if isinstance(top, Hold) else None

    @property
    def cause(self) -> Cause:
        """What the thing goes back to that happens now."""
        top = self.stack[-1] if self.stack else None
        if isinstance(top, LoopTurn):
            return top.cause, top.timer
        return None if top is None else top.lane, False

    def goes_back_to(self, lane: LiveLane) -> None:
        """Note that what the loop does next in its turn goes back to a lane."""
        top = self.top
        if isinstance(top, LoopTurn):
            top.cause, top.timer = lane, False

    def hold_of(self, lane: LiveLane) -> Hold | None:
        """Return the hold of a lane that has been entered, if it has."""
        for hold in reversed(self.stack):
            if isinstance(hold, Hold) and hold.lane is lane:
                return hold
        return None
