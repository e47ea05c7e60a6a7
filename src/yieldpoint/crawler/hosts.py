"""Manners: whom to ask next, and when.

Each host has a few places, and a time before which it is not asked. A request takes a
place *before* it is made and gives it back when its outcome is written down, so a limit
of eight is eight at every moment.

A host that has had enough says so with the status 429 or 503. Then it is left alone for
a while, and asked at half the rate at which it has answered; from there the rate grows,
quickly up to nearly the rate that was too much, and slowly beyond. TCP shares a line in
the same way.

Nothing here waits, and nothing knows a clock: each function is told the time.

Examples:
    >>> from yieldpoint.crawler.hosts import Host, Hosts
    >>> hosts = Hosts(concurrency=50, per_host=8)
    >>> host = Host(1, "http://example.com")
    >>> host.waiting.append("a page")
    >>> hosts.changed(host, now=0.0)
    >>> hosts.next(now=0.0) is host
    True
"""

import heapq
import itertools
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from yieldpoint.crawler.robots import Rules

__all__ = ["Host", "Hosts", "Pause"]

# A rate beyond is no limit; one below is made of pauses.
_FASTEST = 2_000.0
_SLOWEST = 1.0

# How close to the rate that was too much the rate grows quickly.
_NEARLY = 0.9

# Who does not say for how long to leave it alone is left for a second, then two, four.
FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0

_ORDER = itertools.count()  # of equal times, the first is first


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which a host was not asked.

    Attributes:
        host: The host.
        start: When it began, in seconds since the crawl did.
        end: When it ended.
        reason: Why, in plain words.

    Examples:
        >>> from yieldpoint.crawler.hosts import Pause
        >>> Pause("http://example.com", 1.0, 3.0, "Retry-After").end
        3.0
    """

    host: str
    start: float
    end: float
    reason: str


@dataclass(slots=True, eq=False)
class Host:
    """One host, as long as something of it is to be asked.

    Attributes:
        id: Its number in the frontier.
        name: Its scheme, name and port.
        rules: What its ``robots.txt`` asks; None until it has been read.
        waiting: What is to be asked, in order.
        later: What is to be asked again, each with its time.
        running: How many places are taken.
        asked: How many of its addresses have been asked, or are being asked.
        not_before: The time before which it is not asked.
        reason: Why it is not asked before.
        dead: Why nothing of it can be reached, or None.

    Examples:
        >>> from yieldpoint.crawler.hosts import Host
        >>> host = Host(1, "http://example.com")
        >>> host.pause(now=10.0, started=9.0, wait=5.0, why="status 429")
        >>> host.not_before
        15.0
    """

    id: int
    name: str
    rules: Rules | None = None
    waiting: deque[Any] = field(default_factory=deque)
    later: list[tuple[float, int, Any]] = field(default_factory=list)
    running: int = 0
    asked: int = 0
    not_before: float = 0.0
    reason: str = ""
    dead: str | None = None
    more: bool = True  # the frontier may have more of it
    cursor: int = 0  # up to which it has been read from the frontier
    taken: set[int] = field(default_factory=set)  # waiting, later, running
    unreachable: int = 0  # addresses in a row for which nobody was there
    answers: int = 0
    tries: int = 0  # how often its rules have been asked for in vain
    ready: bool = False  # it stands among those that may be asked
    due: float | None = None  # it stands among those that wait for a time
    _rate: float = _FASTEST
    _ceiling: float = _FASTEST  # the rate that was too much
    _slowed_at: float = float("-inf")
    _paused_at: float = float("-inf")
    _pauses: int = 0  # in a row
    _recent: deque[float] = field(default_factory=lambda: deque(maxlen=1024))

    def work_at(self, now: float) -> float | None:
        """Return when there is something to ask, or None."""
        if self.waiting or self.more:
            return now
        return self.later[0][0] if self.later else None

    def is_idle(self, now: float) -> bool:
        """Tell whether nothing of it is to be asked, and nothing would be forgotten."""
        work = self.running or self.waiting or self.more or self.later
        return not (work or self.dead or self.not_before > now)

    def take(self, now: float) -> Any:
        """Return what is to be asked now, and take a place for it."""
        if self.later and self.later[0][0] <= now:
            job = heapq.heappop(self.later)[2]
        else:
            job = self.waiting.popleft()
        self.running += 1
        if self._rate < _FASTEST:
            self.hold(now + 1 / self._rate, "it refused faster ones")
        return job

    def again(self, job: Any, when: float) -> None:
        """Ask for something again, later."""
        heapq.heappush(self.later, (when, next(_ORDER), job))

    def answered(self, now: float) -> None:
        """Note an answer that was no refusal: the rate may grow."""
        self.unreachable = self._pauses = 0
        self.answers += 1
        self._recent.append(now)
        if self._rate < _FASTEST:
            quick = self._rate < _NEARLY * self._ceiling
            self._rate += self._ceiling / 20 if quick else 1 / self._rate

    def refused(self, now: float, started: float) -> None:
        """Slow down: the host has had enough.

        Args:
            now: The time.
            started: When the request was made. Those that were made before the host
                was slowed down say nothing new.
        """
        if started < self._slowed_at:
            return
        self._slowed_at = now
        taken = sum(1 for when in self._recent if when > now - 1)
        self._ceiling = max(min(taken, self._rate), 2 * _SLOWEST)
        self._rate = self._ceiling / 2

    def pause(self, now: float, started: float, wait: float | None, why: str) -> None:
        """Leave the host alone for a while.

        Args:
            now: The time.
            started: When the request was made, as above.
            wait: For how long, in seconds; None if the host does not say.
            why: What to say about it.
        """
        if wait is None:
            if started < self._paused_at:
                return
            wait = min(FIRST_PAUSE * 2**self._pauses, _LONGEST_PAUSE)
            self._pauses = min(self._pauses + 1, 10)
        self._paused_at = now
        self.hold(now + wait, why)

    def hold(self, until: float, why: str) -> None:
        """Do not ask before a time.

        Args:
            until: The time.
            why: What to say about it.
        """
        if until > self.not_before:
            self.not_before, self.reason = until, why


class Hosts:
    """All hosts that have something to ask, each in its turn.

    Args:
        concurrency: How many requests at once, in all.
        per_host: How many of one host.

    Examples:
        Two hosts share the places, however much one of them has to do.

        >>> from yieldpoint.crawler.hosts import Host, Hosts
        >>> hosts = Hosts(concurrency=4, per_host=4)
        >>> for number, name in enumerate(["big", "small"]):
        ...     host = Host(number, name, more=False)
        ...     host.waiting.extend(range(10 if name == "big" else 1))
        ...     hosts.changed(host, now=0.0)
        >>> order = []
        >>> while host := hosts.next(now=0.0):
        ...     order.append((host.name, host.take(now=0.0)))
        ...     hosts.changed(host, now=0.0)
        >>> order
        [('big', 0), ('small', 0), ('big', 1), ('big', 2), ('big', 3)]
    """

    def __init__(self, concurrency: int, per_host: int) -> None:
        """Begin without hosts."""
        self._concurrency = concurrency
        self._per_host = per_host
        self._ready: deque[Host] = deque()
        self._due: list[tuple[float, int, Host]] = []

    def changed(self, host: Host, now: float) -> None:
        """Put a host where it belongs: ready, due at a time, or nowhere.

        Args:
            host: A host that has got work, or a place, or a pause.
            now: The time.
        """
        when = self._when(host, now)
        if when is not None and when <= now:
            if not host.ready:
                host.ready = True
                self._ready.append(host)
        elif when != host.due:
            host.due = when
            if when is not None:
                heapq.heappush(self._due, (when, next(_ORDER), host))

    def next(self, now: float) -> Host | None:
        """Return the host whose turn it is.

        Args:
            now: The time.

        Returns:
            A host that may be asked now; None if there is none. After its place is
            taken, `changed` has to be told.
        """
        while self._due and self._due[0][0] <= now:
            when, _, host = heapq.heappop(self._due)
            if host.due == when:
                host.due = None
                self.changed(host, now)
        share = -(-self._concurrency // max(len(self._ready), 1))
        for _ in range(len(self._ready)):
            host = self._ready.popleft()
            host.ready = False
            at = self._when(host, now)
            if at is None or at > now:
                self.changed(host, now)
            elif host.running < share:
                return host
            else:
                host.ready = True
                self._ready.append(host)
        return None

    def due(self) -> float | None:
        """Return the next time at which a host may be asked again.

        Returns:
            The time; None if no host waits for one.
        """
        while self._due and self._due[0][2].due != self._due[0][0]:
            heapq.heappop(self._due)
        return self._due[0][0] if self._due else None

    def held(self, now: float) -> list[Host]:
        """Return the hosts that wait for a time.

        Args:
            now: The time.

        Returns:
            The hosts, in no order.
        """
        return [host for when, _, host in self._due if host.due == when > now]

    def _when(self, host: Host, now: float) -> float | None:
        """Return when a host may be asked, or None."""
        alone = host.rules is None or host.rules.delay > 0
        if host.running >= (1 if alone else self._per_host):
            return None
        when = host.work_at(now)
        return None if when is None else max(when, host.not_before)
