"""The one time of a program, and who in it waits for what."""

import contextlib
import itertools
import threading
from _thread import RLock
from collections.abc import Callable, Iterator
from time import monotonic_ns, time_ns

from yieldpoint.clock._outside import Outside
from yieldpoint.clock._threads import (
    Watch,
    alive,
    has_ended,
    of_pools,
    time_without_processor,
)

__all__ = ["SECOND", "Timeline", "Waiter", "nanoseconds"]

# Time is counted in whole nanoseconds, so that 0.1 s and 0.2 s make 0.3 s.
SECOND = 1_000_000_000

# For how long the clock stands still while something computes.
PATIENCE = 2 * SECOND

# To ask the system whether a program has had a processor takes long: how much longer it
# must have taken since the last time.
_LOOK_AGAIN = SECOND // 100

# How old a time may be that is only noted. To note a few things takes longer.
_A_MOMENT = SECOND // 20_000

# How long it may take, really, until the main thread handles a signal.
_UNTIL_IT_COMES = SECOND // 10

# How often a thread may look for something at one time, and find nothing. A pool looks
# once for each job that it is given.
_MANY_POLLS = 1000

# While we wait for real, how often we look whether there is still a reason to: the
# first in line begins with the shortest pause, the others are there if it drops out.
_SHORTEST, _LONGEST, _IN_RESERVE = 0.0002, 0.02, 0.05


def nanoseconds(seconds: float) -> int:
    """Return how long a wait takes: at least one, or a rounded rest never ends."""
    return max(1, round(seconds * SECOND))


class Waiter:
    """A thread that waits, until a time or until somebody wakes it.

    Attributes:
        until: The time in nanoseconds, or None if no time ends the waiting.
        woken: Whether the waiting is over. From then on its thread is at work.
    """

    def __init__(
        self,
        timeline: "Timeline",
        until: int | None,
        ring: Callable[[], object] | None,
        is_over: Callable[[], bool],
    ) -> None:
        """Make one for this thread; `Timeline.waiting` says what the rest means."""
        self.thread = threading.current_thread()
        # What wakes it may run in a thread that threading does not know yet.
        self._ident = threading.get_ident()
        self.until = until
        self.ring = ring
        self.is_over = is_over
        self.woken = False
        self._timeline = timeline
        self._number = next(timeline.numbers)

    def wake(self, *, by_time: bool = False) -> None:
        """End the waiting. It counts at once, before the thread itself knows of it.

        Args:
            by_time: Whether its time has come. A thread that finds this out for itself
                need not be rung: it looks at once. One whose signal's handler wakes it
                may be about to wait for real.
        """
        with self._timeline.lock:
            if self.woken:
                return
            self.woken = True
            looks_itself = by_time and self._ident == threading.get_ident()
            if self.ring and not looks_itself:
                self.ring()

    @property
    def place(self) -> tuple[float, int]:
        """Where it stands in the line: by time, and by who came first."""
        return (float("inf") if self.until is None else self.until, self._number)

    def is_at_work(self) -> bool:
        """Tell whether its thread has been woken, by us or in another way."""
        return self.woken or self.is_over()


class Timeline:
    """The one time of a program: who reads it, who waits, and when it goes on.

    Time goes on when nobody is at work: it jumps to the first time that a thread waits
    for, and wakes that one thread. While something outside may act, or a thread hangs
    in a call that nobody can see into, time passes as it does outside.

    Attributes:
        now: The time, in nanoseconds. `read` is what to ask in a running program.
        passed: How many nanoseconds have passed as they do outside, without a jump.
        readings: How often somebody has asked for the time.
        start: What it was at the beginning.
        outside: What may act on the program from outside.
        bystanders: The threads that are no part of the program.
        is_over: Whether the time has ended; it may be taken up again.
    """

    def __init__(self, start: int = 0) -> None:
        """Begin at a time, in nanoseconds; the date is that of the real world."""
        # A signal's handler may come in while its thread holds the lock.
        self.lock = RLock()
        self.numbers = itertools.count()
        self.now = self.start = start
        self.passed = self.readings = 0
        self._epoch = time_ns() - start
        self.is_over = False
        self.outside = Outside()
        self.bystanders = set(threading.enumerate()) - of_pools()
        self._started: set[threading.Thread] = set()
        self._waiters: list[Waiter] = []
        self._watch = Watch()
        self._stood_still, self._known_for_long = 0, -_LOOK_AGAIN
        self._without_processor = time_without_processor()
        self._looked_at = monotonic_ns()
        self._nobody_is_at_work = False
        self._signal_sent_at = -_UNTIL_IT_COMES
        self._last_poll, self._polls = (0, -1), 0  # who, and when, and how often
        self.resume()

    def read(self, *, outside: bool = False) -> int:
        """Return the time, in nanoseconds.

        Args:
            outside: Whether whoever asks has waited for something outside.
        """
        with self.lock:
            self.readings += 1
            # As _look and _stand_still have it: nothing here is called more often.
            real = monotonic_ns()
            passed = real - self._looked_at
            self._looked_at = real
            if outside or self._nobody_is_at_work or self.outside.may_act():
                self._pass(passed, real)
            elif self._stood_still + passed <= PATIENCE:
                self._stood_still += passed
            else:
                self._stand_still(passed, real)
            self._nobody_is_at_work = False
            return self.now

    def glance(self) -> int:
        """Return the time as `read` does, but perhaps as it was a moment ago.

        That is for a recording, which asks at each step: to find out whether something
        outside may act takes longer than all else.
        """
        looked = monotonic_ns() - self._looked_at
        return self.now if looked < _A_MOMENT else self.read()

    def read_date(self) -> int:
        """Return the nanoseconds since the epoch: the date goes on with the time."""
        return self._epoch + self.read()

    def add_thread(self, thread: threading.Thread) -> None:
        """Note a thread that the program has started."""
        with self.lock:
            self._started.add(thread)

    def move_to(self, now: int) -> None:
        """Set the time, never back."""
        with self.lock:
            self.now = max(self.now, now)

    def note_poll(self) -> None:
        """Note that this thread has looked for something in vain, without waiting.

        To look takes no time. But who looks again and again until a time is over, and
        not just reached, would look for ever.
        """
        with self.lock:
            here = threading.get_ident()
            if self._last_poll != (here, self.now):
                self._polls = 0
            self._polls += 1
            if self._polls > _MANY_POLLS:
                self.now += 1
            self._last_poll = (here, self.now)

    def note_signal(self) -> None:
        """Note that a thread has sent a signal, perhaps to the main thread.

        That waits for a time, and nobody sees whether it has been interrupted.
        """
        self._signal_sent_at = monotonic_ns()

    def resume(self) -> None:
        """Take up the time again; what has passed in between does not count."""
        self.is_over = False
        self._looked_at = self._counted_until = monotonic_ns()
        self._stood_still = 0
        self._nobody_is_at_work = False

    def end(self) -> None:
        """Let the time stand still, and wake all who wait for one that never comes."""
        with self.lock:
            self.is_over = True
            self._looked_at = monotonic_ns()
            for waiter in self._waiters:
                if waiter.until is not None:
                    waiter.wake()

    # Waiting.

    @contextlib.contextmanager
    def waiting(
        self,
        until: int | None,
        ring: Callable[[], object] | None = None,
        is_over: Callable[[], bool] = lambda: False,
    ) -> Iterator[Waiter]:
        """Say that this thread waits, in a ``with`` block.

        Args:
            until: Until which time, or None.
            ring: What to call, from another thread, to end its waiting for real.
            is_over: Tells, to other threads, whether something else has ended it.
        """
        waiter = Waiter(self, until, ring, is_over)
        with self.lock:
            self._waiters.append(waiter)
        try:
            yield waiter
        finally:
            with self.lock:
                self.read()
                self._waiters.remove(waiter)
                self._stood_still = 0

    def wait(
        self, waiter: Waiter, wait_for_real: Callable[[float | None], object]
    ) -> None:
        """Wait until the waiter is woken, or its thread finds what it waits for.

        Args:
            waiter: Who waits: this thread.
            wait_for_real: Waits for so many seconds, or as long as it takes, and tells
                whether it has found something.
        """
        pause = _SHORTEST
        while True:
            seconds = self._let_time_go_on(waiter, pause)
            if waiter.woken or wait_for_real(seconds):
                return
            pause = min(2 * pause, _LONGEST)

    def _let_time_go_on(self, waiter: Waiter, pause: float) -> float | None:
        """Do what is due, and say for how long to wait until the next look."""
        with self.lock:
            if self.is_over and waiter.until is not None:
                # It has come too late for the others to be waited for.
                self.move_to(waiter.until)
                waiter.wake(by_time=True)
            if waiter.woken or self.is_over:
                return None
            is_watched = self._go_on()
            if not is_watched:
                return None
            if waiter.ring and waiter is not min(self._waiters, key=_place):
                pause = max(pause, _IN_RESERVE)
            left = 0 if waiter.until is None else (waiter.until - self.now) / SECOND
            return min(pause, left) if left > 0 else pause

    def _go_on(self) -> bool:
        """Let the time go on as far as it may; tell whether somebody has to look on."""
        first = min((w for w in self._waiters if not w.woken), key=_place, default=None)
        until = first.until if first else None
        nobody_was_at_work, self._nobody_is_at_work = self._nobody_is_at_work, False
        real, passed = self._look()
        woken, others = self._at_work()
        hanging = self._watch.hanging(others, real)
        if self.outside.may_act():
            self._pass(passed, real, until)
        elif hanging and not woken:
            self._pass(real - max(hanging.since, self._counted_until), real, until)
        elif woken or not self._watch.idle(others):
            if not self._stand_still(passed, real, until):
                return True
        elif first and until is not None:
            self.now = max(self.now, until)
            self._counted_until = real
            first.wake(by_time=True)
            return True
        else:
            # Only something outside can wake anybody: it takes the time that it takes.
            self._nobody_is_at_work = True
            if nobody_was_at_work:
                self._pass(passed, real)
            return bool(others)
        for waiter in sorted(self._waiters, key=_place):
            if waiter.until is not None and waiter.until <= self.now:
                waiter.wake(by_time=True)
        return True

    def _at_work(self) -> tuple[bool, list[threading.Thread]]:
        """Tell whether a thread is being woken, and which others are not known to wait.

        The first kind is at work, however long the system leaves it asleep.
        """
        waiting = {waiter.thread: waiter for waiter in self._waiters}  # its latest one
        threads = alive()
        others = threads - self.bystanders - waiting.keys()
        # What has left that list is alive for a moment longer.
        leaving = {t for t in self._started - threads if t.is_alive()}
        self._started &= threads | leaving
        woken = any(waiter.is_at_work() for waiter in waiting.values())
        is_sent = monotonic_ns() - self._signal_sent_at < _UNTIL_IT_COMES
        return woken or is_sent or bool(leaving), [
            t for t in others if not has_ended(t)
        ]

    # Real time.

    def _look(self) -> tuple[int, int]:
        """Return the real time, and how much of it has passed since the last look."""
        real = monotonic_ns()
        passed = real - self._looked_at
        self._looked_at = real
        return real, passed

    def _pass(self, passed: int, real: int, until: int | None = None) -> None:
        """Let real time count, but step on the next time that somebody waits for."""
        now = self.now + passed
        if until is not None and self.now < until:
            now = min(now, until)
        self.passed += now - self.now
        self.now, self._counted_until = now, real

    def _stand_still(self, passed: int, real: int, until: int | None = None) -> bool:
        """Let real time not count, for a while; tell whether it did nevertheless."""
        self._stood_still += passed
        is_known = 0 <= self._stood_still - self._known_for_long < _LOOK_AGAIN
        if self._stood_still > PATIENCE and not is_known:
            # Perhaps it only looks long, because others have the processors.
            before = self._without_processor
            self._without_processor = time_without_processor()
            lost = self._without_processor - before
            self._stood_still = max(0, self._stood_still - lost)
        if self._stood_still <= PATIENCE:
            return False
        if not is_known:
            self._known_for_long = self._stood_still
        self._pass(passed, real, until)
        return True


def _place(waiter: Waiter) -> tuple[float, int]:
    return waiter.place
