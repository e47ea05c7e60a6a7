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
    >>> from yieldpoint.crawler.hosts import Host, Hosts, Job
    >>> hosts = Hosts(concurrency=50, per_host=8)
    >>> host = Host(1, "http://example.com")
    >>> host.waiting.append(Job(1, "http://example.com/"))
    >>> hosts.changed(host, now=0.0)
    >>> hosts.next(now=0.0) is host
    True
"""

import heapq
import itertools
from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from yieldpoint.crawler.fetch import Answer
from yieldpoint.crawler.retry import BACK_OFF, PATIENCE
from yieldpoint.crawler.robots import Rules

__all__ = ["Host", "Hosts", "Job"]

# A rate beyond is no limit; one below is made of pauses.
_FASTEST, _SLOWEST = 2_000.0, 1.0

# How close to the rate that was too much the rate grows quickly.
_NEARLY = 0.9

# Who does not say for how long to leave it alone is left for a second, then two, four.
FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0

# After how many addresses in a row that cannot be reached a host is given up.
_GIVE_UP = 5

_LONG_AGO = float("-inf")
_ORDER = itertools.count()  # of equal times, the first is first


class Job(NamedTuple):
    """An address that is to be asked.

    Args:
        id: Its number in the frontier.
        url: The address.
        hops: How many redirects in a row have led to it.
        outside: Whether it is out of the scope, and only tried.
        tries: How often it has been asked in vain.

    Examples:
        >>> from yieldpoint.crawler.hosts import Job
        >>> Job(1, "http://example.com/").tries
        0
    """

    id: int
    url: str
    hops: int = 0
    outside: bool = False
    tries: int = 0


@dataclass(slots=True, eq=False)
class Host:
    """One host, as long as something of it is to be asked.

    Attributes:
        id: Its number in the frontier.
        name: Its scheme, name and port.
        rules: What its ``robots.txt`` asks; None until it has been read.
        tries: How often that has been asked for in vain.
        waiting: What is to be asked, in order.
        later: What is to be asked again, each with its time.
        more: Whether the frontier may have more.
        cursor: Up to which number it has been read from the frontier.
        taken: The numbers of what is waiting, later or running.
        running: How many places are taken.
        asked: How many of its addresses have been asked.
        not_before: The time before which it is not asked.
        reason: Why it is not asked before.
        ready: Whether it stands among those that may be asked.
        due: The time for which it stands among those that wait for one.

    Examples:
        >>> from yieldpoint.crawler.fetch import Answer
        >>> from yieldpoint.crawler.hosts import Host, Job
        >>> host = Host(1, "http://example.com")
        >>> refused = Answer("http-error", "status 429", 429, wait=5.0)
        >>> host.learn(refused, Job(1, "http://example.com/"), began=9.0, now=10.0)
        >>> host.not_before
        15.0
    """

    id: int
    name: str
    rules: Rules | None = None
    tries: int = 0
    waiting: list[Job] = field(default_factory=list)
    later: list[tuple[float, int, Job]] = field(default_factory=list)
    more: bool = True
    cursor: int = 0
    taken: set[int] = field(default_factory=set)
    running: int = 0
    asked: int = 0
    not_before: float = 0.0
    reason: str = ""
    ready: bool = False
    due: float | None = None
    _rate: float = _FASTEST
    _ceiling: float = _FASTEST  # the rate that was too much
    _refused_at: float = _LONG_AGO
    _pauses: int = 0  # in a row
    _missed: int = 0  # addresses in a row for which nobody was there
    _second: int = -1  # the last one in which it has answered, and how often in it
    _answers: int = 0
    _answers_before: int = 0  # and in the second before

    def work_at(self, now: float) -> float | None:
        """Return when there is something to ask, or None.

        Examples:
            >>> from yieldpoint.crawler.hosts import Host, Job
            >>> host = Host(1, "http://h", more=False)

            >>> host.again(Job(1, "http://h/"), when=5.0)
            >>> host.work_at(now=0.0)
            5.0
        """
        if self.waiting or self.more:
            return now
        return self.later[0][0] if self.later else None

    def is_idle(self, now: float) -> bool:
        """Tell whether nothing of it is to be asked, and nothing would be forgotten.

        Examples:
            >>> from yieldpoint.crawler.hosts import Host, Job
            >>> host = Host(1, "http://h", more=False)

            >>> host.is_idle(now=0.0)
            True
        """
        work = self.running or self.waiting or self.more or self.later
        return not (work or self.not_before > now)

    def take(self, now: float) -> Job:
        """Return what is to be asked now, and take a place for it.

        Examples:
            >>> from yieldpoint.crawler.hosts import Host, Job
            >>> host = Host(1, "http://h", more=False)

            >>> host.waiting.append(Job(1, "http://h/"))
            >>> host.take(now=0.0).url, host.running
            ('http://h/', 1)
        """
        if self.later and self.later[0][0] <= now:
            job = heapq.heappop(self.later)[2]
        else:
            job = self.waiting.pop(0)
        self.running += 1
        if self._rate < _FASTEST:
            self.hold(now + 1 / self._rate, "it refused faster ones")
        return job

    def again(self, job: Job, when: float) -> None:
        """Ask for something again, later.

        Examples:
            >>> from yieldpoint.crawler.hosts import Host, Job
            >>> host = Host(1, "http://h", more=False)

            >>> host.again(Job(1, "http://h/", tries=1), when=5.0)
            >>> host.take(now=5.0).tries
            1
        """
        heapq.heappush(self.later, (when, next(_ORDER), job))

    def learn(self, answer: Answer, job: Job, began: float, now: float) -> None:
        """Take from an answer how to treat the host.

        Args:
            answer: The answer.
            job: What was asked.
            began: When it was asked.
            now: The time.

        Examples:
            >>> from yieldpoint.crawler.fetch import Answer
            >>> from yieldpoint.crawler.hosts import Host, Job
            >>> host, job = Host(1, "http://h"), Job(1, "http://h/")
            >>> refused = Answer("http-error", "status 429", 429)
            >>> host.learn(refused, job, began=0.0, now=1.0)
            >>> host.not_before, host.reason
            (2.0, 'status 429')
        """
        if answer.status in {429, 503}:
            wait = answer.wait
            # An address that is refused again may be refused always: that says nothing
            # about the host. What was asked before the last refusal says nothing new.
            if not job.tries and began >= self._refused_at:
                self._refused_at = now
                self._slow_down(now)
                if wait is None or wait > PATIENCE:
                    wait = min(FIRST_PAUSE * 2**self._pauses, _LONGEST_PAUSE)
                    self._pauses = min(self._pauses + 1, 10)
            if wait is not None and wait <= PATIENCE:
                self.hold(now + wait, answer.reason or "")
        elif answer.unreachable:
            self.hold(now + BACK_OFF, answer.reason or "")
        elif answer.status is not None:
            self._count(now)
            self._pauses = self._missed = 0
            if self._rate < _FASTEST:
                quick = self._rate < _NEARLY * self._ceiling
                self._rate += self._ceiling / 20 if quick else 1 / self._rate

    def missed(self, reason: str | None) -> None:
        """Note that an address could not be reached, and perhaps give the host up.

        Args:
            reason: Why not.

        Examples:
            >>> from yieldpoint.crawler.hosts import Host, Job
            >>> host = Host(1, "http://h", more=False)

            >>> host.missed("connection refused")
            >>> host.rules.refusal, host.rules.outcome
            ('connection refused', 'failed')
        """
        self._missed += 1
        if self._second < 0 or self._missed >= _GIVE_UP:
            self.rules = Rules(refusal=reason, outcome="failed")

    def hold(self, until: float, why: str) -> None:
        """Do not ask before a time.

        Args:
            until: The time.
            why: What to say about it.

        Examples:
            >>> from yieldpoint.crawler.hosts import Host, Job
            >>> host = Host(1, "http://h", more=False)

            >>> host.hold(5.0, "Crawl-delay")
            >>> host.hold(3.0, "that is earlier")
            >>> host.not_before, host.reason
            (5.0, 'Crawl-delay')
        """
        if until > self.not_before:
            self.not_before, self.reason = until, why

    def _slow_down(self, now: float) -> None:
        """Take half the rate at which it has answered lately."""
        self._count(now, 0)
        taken = max(self._answers, self._answers_before)
        self._ceiling = max(min(taken, self._rate), 2 * _SLOWEST)
        self._rate = self._ceiling / 2

    def _count(self, now: float, number: int = 1) -> None:
        """Count answers by the second."""
        if int(now) != self._second:
            before = self._answers if int(now) == self._second + 1 else 0
            self._second, self._answers, self._answers_before = int(now), 0, before
        self._answers += number


class Hosts:
    """All hosts that have something to ask, each in its turn.

    Args:
        concurrency: How many requests at once, in all.
        per_host: How many of one host.

    Examples:
        Two hosts share the places, however much one of them has to do.

        >>> from yieldpoint.crawler.hosts import Host, Hosts, Job
        >>> from yieldpoint.crawler.robots import Rules
        >>> hosts = Hosts(concurrency=4, per_host=4)
        >>> for number, name in enumerate(["big", "small"]):
        ...     host = Host(number, name, Rules(), more=False)
        ...     pages = range(10 if name == "big" else 1)
        ...     host.waiting.extend(Job(page, f"{name}/{page}") for page in pages)
        ...     hosts.changed(host, now=0.0)
        >>> order = []
        >>> while host := hosts.next(now=0.0):
        ...     order.append(host.take(now=0.0).url)
        ...     hosts.changed(host, now=0.0)
        >>> order
        ['big/0', 'small/0', 'big/1', 'big/2', 'big/3']
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

        Examples:
            >>> from yieldpoint.crawler.hosts import Host, Hosts
            >>> hosts, host = Hosts(concurrency=50, per_host=8), Host(1, "http://h")

            >>> host.hold(5.0, "Crawl-delay")
            >>> hosts.changed(host, now=0.0)
            >>> hosts.due()
            5.0
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

        Examples:
            >>> from yieldpoint.crawler.hosts import Host, Hosts
            >>> hosts, host = Hosts(concurrency=50, per_host=8), Host(1, "http://h")

            >>> hosts.changed(host, now=0.0)
            >>> hosts.next(now=0.0) is host
            True
            >>> hosts.next(now=0.0) is None
            True
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

        Examples:
            >>> from yieldpoint.crawler.hosts import Host, Hosts
            >>> hosts, host = Hosts(concurrency=50, per_host=8), Host(1, "http://h")

            >>> hosts.due() is None
            True
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

        Examples:
            >>> from yieldpoint.crawler.hosts import Host, Hosts
            >>> hosts, host = Hosts(concurrency=50, per_host=8), Host(1, "http://h")

            >>> host.hold(5.0, "Crawl-delay")
            >>> hosts.changed(host, now=0.0)
            >>> [(held.name, held.reason) for held in hosts.held(now=0.0)]
            [('http://h', 'Crawl-delay')]
        """
        return [host for when, _, host in self._due if host.due == when > now]

    def _when(self, host: Host, now: float) -> float | None:
        """Return when a host may be asked, or None."""
        alone = host.rules is None or host.rules.delay > 0
        if host.running >= (1 if alone else self._per_host):
            return None
        when = host.work_at(now)
        return None if when is None else max(when, host.not_before)
