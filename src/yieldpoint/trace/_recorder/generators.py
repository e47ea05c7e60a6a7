"""The lanes of generators: when they are created, found, and closed.

Of most of that the interpreter says nothing. A generator is created by a plain call; it
is found in the variable that gets it. It is closed by a call of its method, or when the
program drops it; if nothing in it runs because of that, only the generator itself can
tell.
"""

import collections
import gc
import itertools
import threading
import weakref
from collections.abc import Callable
from types import CodeType, FrameType

from yieldpoint.trace._recorder import frames
from yieldpoint.trace._recorder.journal import Changes, Journal
from yieldpoint.trace._recorder.lanes import LiveLane

__all__ = ["Generators"]

# How many elements of a list are looked at for generators that were just created.
_ELEMENTS = 100
# By identity, as `frames` does it.
_SEQUENCES = frozenset(map(id, (list, tuple, collections.deque)))

# How many generators are looked at after every line.
_FEW = 10


def _generators_in(value: object) -> list[frames.Resumable]:
    """Return the generators that a value is, or holds."""
    kind = type(value)
    if kind is dict:
        value, kind = tuple(itertools.islice(value.values(), _ELEMENTS)), tuple  # type: ignore[attr-defined]  # as its type says
    if id(kind) not in _SEQUENCES:
        return [value] if frames.is_generator(value) else []
    candidates = list(itertools.islice(value, _ELEMENTS))  # type: ignore[call-overload]  # as its type says
    if not frames.may_be_generators(candidates):
        return []
    return [each for each in candidates if frames.is_generator(each)]


class Generators:
    """The generators, coroutine objects and async generators of a recording."""

    def __init__(self, journal: Journal, is_own: Callable[[CodeType], bool]) -> None:
        """Begin with none."""
        self._journal = journal
        self._is_own = is_own
        self._lanes: dict[int, LiveLane] = {}  # by the identity of the frame
        self._open: set[LiveLane] = set()  # those that have not ended

    def of_frame(self, frame: FrameType, *, starts: bool) -> LiveLane | None:
        """Return the lane of a frame; another frame may have had its identity."""
        lane = self._lanes.get(id(frame))
        if lane is None:
            return None
        if frame.f_lasti == frames.call_of(frame.f_code).starts_at:
            return lane if lane.is_new and lane.reference() is not None else None
        if lane.closed_unseen is not None:
            # It was dropped, and something ran before its clean-up: another thread, who
            # was to be told that it is dropped, or the clean-up of another one.
            self._journal.unsay(lane.closed_unseen)
            lane.closed_unseen = None
            lane.set_state("CREATED" if starts else "SUSPENDED")
        return None if starts and not lane.is_new else lane

    def find(self, value: object) -> None:
        """Say which generators a value holds that were not known."""
        for candidate in _generators_in(value):
            frame = frames.frame_of(candidate)
            if (
                frame is not None
                and self._journal.lane_of(candidate) is None
                and self._is_own(frame.f_code)
            ):
                call = frames.call_of(frame.f_code)
                if call.starts(frame):
                    creator = self._journal.thread().holder
                    self._create(frame, call, candidate, creator)

    def create(
        self, frame: FrameType, call: frames.Call, creator: LiveLane | None
    ) -> LiveLane:
        """Add a lane for a frame that is being entered, and that was not found before.

        If its body is not just being started, the generator may be about to die, and
        must not be referred to.
        """
        starts_now = frame.f_lasti == call.starts_at
        owner = frames.resumable_of(frame) if starts_now else None
        return self._create(frame, call, owner, creator)

    def _create(
        self,
        frame: FrameType,
        call: frames.Call,
        owner: frames.Resumable | None,
        creator: LiveLane | None,
    ) -> LiveLane:
        name = frame.f_code.co_name.strip("<>")
        lane = self._journal.new_lane(name, call.kind, name, owner)
        lane.frame, lane.thread = id(frame), threading.get_ident()
        lane.place = self._journal.place(frame, 0)
        lane.set_state("CREATED")
        self._lanes[id(frame)] = lane
        if owner is not None:
            self._open.add(lane)
        place = creator.place if creator else lane.place
        self._journal.say("created", lane, other=creator, place=place)
        return lane

    def say_closed(self, but: LiveLane | None = None) -> None:
        """Find the generators that were closed without running another line.

        A few generators are all looked at. Of many, only those that the program has
        dropped, and all after code that may have closed some.

        Args:
            but: One that is being entered, perhaps to be closed.
        """
        if not self._open:
            return
        thread = self._journal.thread()
        candidates = list(self._open)  # to which other threads may add meanwhile
        gone = list(map(id, thread.dropped))
        if not thread.may_have_closed and len(candidates) > _FEW:
            if not gone:
                return
            known = set(gone)
            candidates = [each for each in candidates if id(each.reference) in known]
        by = thread.holder if self._journal.has_one_thread else None
        for lane in sorted(candidates, key=lambda lane: lane.number):
            if (
                lane is not but
                and not lane.is_running
                and self._is_ours(lane)
                and self._has_ended(lane)
            ):
                lane.closed_unseen = self.close(lane, by)
        del thread.dropped[: len(gone)]

    def _is_ours(self, lane: LiveLane) -> bool:
        """Tell whether this thread may look at a generator.

        A look keeps it alive for a moment. If its own thread dropped it just then, it
        would be closed here and not there; and that thread may be closing it right now.
        """
        here = threading.get_ident()
        return lane.thread == here or not self._journal.knows_thread(lane.thread)

    def _has_ended(self, lane: LiveLane) -> bool:
        resumable = lane.reference()
        if resumable is not None:
            return frames.frame_of(resumable) is None
        # It is dropped. An event loop keeps an async generator, and closes it later;
        # one that delegates is closed after the one that it delegates to. In both
        # something runs then, which is reported.
        if lane.finalized or lane.delegates:
            return False
        return lane.kind != "async generator" or not self._is_kept(lane)

    def _is_kept(self, lane: LiveLane) -> bool:
        """Tell whether a loop has got an async generator that was dropped.

        It may also get one that has not been started, if something was asked of it.
        """
        kept = frames.find_async_generator(lane.frame)
        if kept is None:
            return False
        # It may also be dying just now: a reference to it would outlast it.
        if gc.is_finalized(kept):
            lane.finalized, lane.reference = True, weakref.ref(kept)
        return True

    def close(
        self, lane: LiveLane, by: LiveLane | None, changes: Changes = ()
    ) -> int | None:
        """Say that a generator is closed, and return the number of that event."""
        self._open.discard(lane)
        if lane.is_closed:
            return lane.closed_unseen  # another thread has seen it before
        lane.set_state("CLOSED")
        return self._journal.say("closed", lane, other=by, changes=changes)

    def forget(self, lane: LiveLane) -> None:
        """Take in that a generator has ended by itself."""
        self._open.discard(lane)
