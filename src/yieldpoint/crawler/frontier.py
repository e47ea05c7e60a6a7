"""Nothing lost: what is known of every address, in SQLite.

One transaction holds what has become of a page *and* the links that were found on it.
So a crawl that is killed has forgotten neither: either both are written down, or the
page is still queued and is asked again. That is the whole argument. (The journal is
WAL with ``synchronous=NORMAL``: it survives a killed process, not a power cut.)

An address is queued as long as it has no outcome. What is being asked right now is
nowhere written down: it is what a crawl that goes on asks first.

Examples:
    >>> from yieldpoint.crawler.address import Scope
    >>> from yieldpoint.crawler.frontier import Frontier
    >>> with Frontier() as frontier:
    ...     frontier.limits.scope = Scope("host", ["http://example.com/"])
    ...     _ = frontier.seed(["http://example.com/"])
    ...     frontier.counts()
    {'not asked': 1}
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Self

from yieldpoint.crawler.address import MAX_LENGTH, Scope, origin, trap
from yieldpoint.crawler.fetch import Outcome
from yieldpoint.crawler.hosts import Job
from yieldpoint.crawler.page import Link

__all__ = ["Frontier", "FrontierError", "Limits", "Line", "Result", "Written"]

# The version of the tables below; a state of another one is refused.
_VERSION = 1

_TABLES = """
CREATE TABLE host (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    robots BLOB      -- its robots.txt, NULL until it has been read
);
CREATE TABLE url (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    host INTEGER REFERENCES host,  -- NULL: it is never asked
    depth INTEGER NOT NULL,
    source INTEGER,  -- the address that first led here
    hops INTEGER NOT NULL,      -- how many redirects led here
    outside INTEGER NOT NULL,   -- whether it is out of the scope
    outcome TEXT,    -- NULL: queued
    status INTEGER,
    error TEXT,
    ms INTEGER,
    bytes INTEGER,
    at REAL,         -- seconds since the crawl began
    target INTEGER,  -- where it redirects
    listed INTEGER   -- whether it is a page for a sitemap
);
CREATE INDEX queued ON url(host, id) WHERE outcome IS NULL;
CREATE INDEX redirects ON url(target) WHERE target IS NOT NULL;
CREATE TABLE link (
    source INTEGER NOT NULL,
    target INTEGER NOT NULL,
    text TEXT NOT NULL,
    follow INTEGER NOT NULL,
    PRIMARY KEY (source, target)
) WITHOUT ROWID;
CREATE TABLE pause (host TEXT, start REAL, end REAL, reason TEXT);
"""

_LINES = """
SELECT u.url, u.outcome, u.status, u.error, u.depth, s.url, u.ms, u.bytes
FROM url AS u LEFT JOIN url AS s ON s.id = u.source
"""

_BROKEN = """
WITH RECURSIVE leads(start, broken) AS (
    SELECT id, id FROM url WHERE outcome IN ('failed', 'http-error')
    UNION
    SELECT url.id, broken FROM url JOIN leads ON url.target = leads.start
    WHERE url.outcome = 'redirect'
)
SELECT u.url, u.outcome, u.status, u.error, u.depth, s.url, u.ms, u.bytes,
    page.url, coalesce(link.text, '')
FROM leads JOIN url AS u ON u.id = leads.broken
LEFT JOIN url AS s ON s.id = u.source
LEFT JOIN link ON link.target = leads.start
LEFT JOIN url AS page ON page.id = link.source
ORDER BY u.id, page.id
"""

# What is skipped, and the shortest way to it that robots may go.
_SKIPPED = """
WITH way(id, depth) AS (
    SELECT link.target, depth + 1 FROM link JOIN url ON id = link.source WHERE follow
    UNION ALL SELECT target, depth FROM url WHERE target IS NOT NULL
    UNION ALL SELECT id, 0 FROM url WHERE source IS NULL
)
SELECT id, url, min(way.depth) FROM way JOIN url USING (id)
WHERE outcome = 'skipped' GROUP BY id
"""

# How many redirects in a row are followed: as many as browsers do.
MAX_HOPS = 20

# Depths beyond all others: an address that no way leads to yet, and one that is never
# asked, so that no way is shorter.
_NEVER = float("inf")
_CLOSED = -1.0
_DEEPEST = 1 << 62

# How many addresses are kept in memory, to find them sooner.
_KNOWN = 50_000

# A page with more links is written in parts, so that nothing else waits for long.
PART = 1_000


class FrontierError(Exception):
    """A state that cannot be used; its text says why.

    Examples:
        >>> from yieldpoint.crawler.frontier import Frontier
        >>> Frontier("/no/such/folder/state")
        Traceback (most recent call last):
            ...
        yieldpoint.crawler.frontier.FrontierError: /no/such/folder/state: unable ...
    """


class Line(NamedTuple):
    """What has become of an address: a line of ``--jsonl``.

    Examples:
        >>> from yieldpoint.crawler.frontier import Line
        >>> Line._fields
        ('url', 'outcome', 'status', 'error', 'depth', 'source', 'ms', 'bytes')
    """

    url: str
    outcome: Outcome
    status: int | None
    error: str | None
    depth: int
    source: str | None
    ms: int | None
    bytes: int | None


@dataclass(slots=True)
class Result:
    """What has become of a job, and what was found there.

    Examples:
        >>> from yieldpoint.crawler.frontier import Result
        >>> from yieldpoint.crawler.hosts import Job
        >>> Result(Job(1, "http://example.com/"), "failed", error="no answer").error
        'no answer'
    """

    job: Job
    outcome: Outcome
    status: int | None = None
    error: str | None = None
    ms: int | None = None
    size: int | None = None
    at: float = 0.0
    target: Link | None = None
    links: list[Link] = field(default_factory=list)
    listed: bool = False


@dataclass(slots=True)
class Limits:
    """What may be followed.

    Attributes:
        scope: The addresses whose links are followed.
        external: Whether addresses out of the scope are tried.
        max_depth: How many links from a seed may lead to an address.

    Examples:
        >>> from yieldpoint.crawler.frontier import Limits
        >>> Limits().max_depth is None
        True
    """

    scope: Scope | tuple[str, ...] = ()
    external: bool = False
    max_depth: int | None = None

    @property
    def deepest(self) -> int:
        """Return ``max_depth`` as a number that SQLite has, also if there is none.

        Examples:
            >>> from yieldpoint.crawler.frontier import Limits
            >>> Limits(max_depth=3).deepest, Limits().deepest > 1_000_000
            (3, True)
        """
        return _DEEPEST if self.max_depth is None else min(self.max_depth, _DEEPEST)


@dataclass(slots=True)
class Written:
    """What a transaction has changed.

    Attributes:
        settled: The numbers of the addresses that have got an outcome.
        work: The hosts that have got something to ask, each with its lowest number.

    Examples:
        >>> from yieldpoint.crawler.frontier import Written
        >>> Written().settled
        []
    """

    settled: list[int] = field(default_factory=list)
    work: dict[int, int] = field(default_factory=dict)


class Frontier:
    """All addresses of a crawl.

    Args:
        path: The file; without one, the frontier ends with the program.

    Attributes:
        limits: What may be followed.

    Raises:
        FrontierError: If the file cannot be used.

    Examples:
        >>> from yieldpoint.crawler.address import Scope
        >>> from yieldpoint.crawler.frontier import Frontier
        >>> with Frontier() as frontier:
        ...     frontier.limits.scope = Scope("host", ["http://example.com/"])
        ...     _ = frontier.seed(["http://example.com/"])
        ...     [job.url for job in frontier.queued(host=1, after=0, count=10)]
        ['http://example.com/']
    """

    def __init__(self, path: str | Path = "") -> None:
        """Open the file, or make it."""
        self.limits = Limits()
        self._known: dict[str, tuple[int, float]] = {}
        self._host = lru_cache(_KNOWN)(self._number_of_host)
        with ExitStack() as stack:
            try:
                self._db = sqlite3.connect(path, timeout=0, isolation_level=None)
                stack.callback(self._db.close)
                self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = NORMAL")
                # Only what empties the journal waits for the disk: every 40 MB.
                self._db.execute("PRAGMA wal_autocheckpoint = 10000")
                self._db.execute("PRAGMA cache_size = -16000")
                with self._transaction():
                    self._prepare()
            except (sqlite3.Error, FrontierError) as error:
                locked = "locked" in str(error)
                text = "another crawl is using it" if locked else str(error)
                raise FrontierError(f"{path}: {text}") from None
            stack.pop_all()

    def _prepare(self) -> None:
        """Make the tables, unless they are there."""
        (version,) = self._one("PRAGMA user_version")
        (tables,) = self._one("SELECT count(*) FROM sqlite_master")
        if version != _VERSION and (version or tables):
            raise FrontierError("not the state of a crawl of this version")
        if not tables:
            for statement in _TABLES.split(";"):
                self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {_VERSION}")

    def __enter__(self) -> Self:
        """Return the frontier, which is open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._db.close()

    # What is written.

    def seed(self, addresses: Iterable[str | Link]) -> Written:
        """Queue what the crawl starts with.

        Args:
            addresses: Normalised addresses, and links that are wrong.

        Returns:
            What is new.

        Examples:
            >>> from yieldpoint.crawler.address import Scope
            >>> from yieldpoint.crawler.frontier import Frontier
            >>> with Frontier() as frontier:
            ...     frontier.limits.scope = Scope("host", ["http://h/"])
            ...     frontier.seed(["http://h/", "http://elsewhere/"])
            Written(settled=[2], work={1: 1})
        """
        written = Written()
        with self._transaction():
            for each in addresses:
                link = Link(each) if isinstance(each, str) else each
                self._add(link, None, 0, 0, written)
        return written

    def reconsider(self) -> None:
        """Queue what was skipped, and skip what was queued, where other limits say so.

        Examples:
            >>> from yieldpoint.crawler.address import Scope
            >>> from yieldpoint.crawler.frontier import Frontier
            >>> with Frontier() as frontier:
            ...     _ = frontier.seed(["http://h/"])
            ...     before = frontier.counts()
            ...     frontier.limits.scope = Scope("host", ["http://h/"])
            ...     frontier.reconsider()
            ...     before, frontier.counts()
            ({'skipped': 1}, {'not asked': 1})
        """
        with self._transaction():
            for number, address, depth in self._db.execute(_SKIPPED):
                asked, outside = self._is_asked(address)
                if asked and depth <= self.limits.deepest and not trap(address):
                    host = self._host(origin(address))
                    update = "UPDATE url SET host = ?, outside = ? WHERE id = ?"
                    self._db.execute(update, (host, outside, number))
                    self._lower(number, depth, Written())
            self._skip_outside()
        self._known.clear()

    def _skip_outside(self) -> None:
        """Skip what is queued and out of the scope, or ask only whether it is there."""
        queued = "SELECT id, url, outside FROM url WHERE outcome IS NULL"
        changed = [
            (number, asked, outside)
            for number, address, before in self._db.execute(queued)
            for asked, outside in [self._is_asked(address)]
            if not asked or outside != before
        ]
        for number, asked, outside in changed:
            update = "UPDATE url SET outside = ? WHERE id = ?"
            values: tuple[object, ...] = (outside, number)
            if not asked:
                update = "UPDATE url SET host = ?, outcome = ?, error = ? WHERE id = ?"
                values = (None, "skipped", "outside the scope", number)
            self._db.execute(update, values)

    def write(self, results: Iterable[Result]) -> Written:
        """Write down what has become of jobs, with what was found there, or nothing.

        Args:
            results: What has become of them.

        Returns:
            What has changed.

        Examples:
            >>> from yieldpoint.crawler.address import Scope
            >>> from yieldpoint.crawler.frontier import Frontier, Result
            >>> from yieldpoint.crawler.page import Link
            >>> with Frontier() as frontier:
            ...     frontier.limits.scope = Scope("host", ["http://h/"])
            ...     _ = frontier.seed(["http://h/"])
            ...     [job] = frontier.queued(host=1, after=0, count=10)
            ...     result = Result(job, "ok", 200, links=[Link("http://h/a"), Link("http://h/")])
            ...     frontier.write([result])
            Written(settled=[1], work={1: 2})
        """
        written = Written()
        with self._transaction():
            for result in results:
                self._write_links(result.job, result.links, written)
                self._write_outcome(result, written)
        return written

    def write_links(self, job: Job, links: list[Link]) -> Written:
        """Write down some links of a page ahead of its outcome.

        Args:
            job: The page.
            links: Some of its links.

        Returns:
            What is new.

        Examples:
            >>> from yieldpoint.crawler.address import Scope
            >>> from yieldpoint.crawler.frontier import Frontier, Result
            >>> from yieldpoint.crawler.page import Link
            >>> with Frontier() as frontier:
            ...     frontier.limits.scope = Scope("host", ["http://h/"])
            ...     _ = frontier.seed(["http://h/"])
            ...     [job] = frontier.queued(host=1, after=0, count=10)
            ...     frontier.write_links(job, [Link("http://h/a")])
            Written(settled=[], work={1: 2})
        """
        written = Written()
        with self._transaction():
            self._write_links(job, links, written)
        return written

    def write_rules(self, host: int, robots: bytes) -> None:
        """Keep what a host asks of robots.

        Args:
            host: Its number.
            robots: Its ``robots.txt``; empty if it has none.

        Examples:
            >>> from yieldpoint.crawler.address import Scope
            >>> from yieldpoint.crawler.frontier import Frontier
            >>> with Frontier() as frontier:
            ...     frontier.limits.scope = Scope("host", ["http://h/"])
            ...     _ = frontier.seed(["http://h/"])
            ...     frontier.write_rules(1, b"User-agent: *")
            ...     frontier.host(1)
            ('http://h', b'User-agent: *')
        """
        self._db.execute("UPDATE host SET robots = ? WHERE id = ?", (robots, host))

    def write_pause(self, host: str, start: float, end: float, reason: str) -> None:
        """Keep a time in which a host was not asked.

        Args:
            host: Its name.
            start: When the time began, in seconds since the crawl did.
            end: When it ended.
            reason: Why, in plain words.

        Examples:
            >>> from yieldpoint.crawler.frontier import Frontier
            >>> with Frontier() as frontier:
            ...     frontier.write_pause("http://h", 1.0, 3.0, "status 429")
            ...     list(frontier.pauses())
            [('http://h', 1.0, 3.0, 'status 429')]
        """
        row = (host, start, end, reason)
        self._db.execute("INSERT INTO pause VALUES (?, ?, ?, ?)", row)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Write all or nothing. What fails ends the crawl."""
        self._db.execute("BEGIN IMMEDIATE")
        with self._db:
            yield

    def _write_links(self, job: Job, links: list[Link], written: Written) -> None:
        if not links:
            return
        (depth,) = self._one("SELECT depth + 1 FROM url WHERE id = ?", job.id)
        rows = [
            (job.id, self._add(link, job, depth, 0, written), link.text, link.follow)
            for link in links
        ]
        self._db.executemany("INSERT OR IGNORE INTO link VALUES (?, ?, ?, ?)", rows)

    def _write_outcome(self, result: Result, written: Written) -> None:
        job, target, failed = result.job, None, list[int]()
        outcome, reason = result.outcome, result.error
        if result.target and job.hops >= MAX_HOPS:
            failed = self._led_to(job.id)
            reason = f"more than {MAX_HOPS} redirects in a row"
        elif result.target:
            (depth,) = self._one("SELECT depth FROM url WHERE id = ?", job.id)
            target = self._add(result.target, job, depth, job.hops + 1, written)
            failed = self._circle(job.id, target)
            reason = "redirects in a circle" if failed else reason
        self._db.execute(
            "UPDATE url SET outcome = ?, error = ?, status = ?, ms = ?, bytes = ?,"
            " at = ?, target = ?, listed = ? WHERE id = ?",
            (
                *(outcome, reason, result.status, result.ms, result.size),
                *(result.at, target, result.listed, job.id),
            ),
        )
        for number in failed:
            update = "UPDATE url SET outcome = 'failed', error = ? WHERE id = ?"
            self._db.execute(update, (reason, number))
        written.settled += failed or [job.id]

    def _add(
        self, link: Link, source: Job | None, depth: int, hops: int, written: Written
    ) -> int:
        """Return the number of an address, which is queued if it has to be."""
        known = self._known.get(link.address)
        if known and known[1] <= depth:  # nearly always
            return known[0]
        limits, address = self.limits, link.address[:MAX_LENGTH]
        too_deep = depth > limits.deepest
        reach = depth if link.follow and not too_deep else _NEVER
        known = known or self._known.get(address) or self._look_up(address)
        if known:
            if reach < known[1]:
                self._lower(known[0], int(reach), written)
                self._remember(address, known[0], reach)
            return known[0]
        wrong = link.wrong or trap(link.address)
        asked, outside = (False, False) if wrong else self._is_asked(address)
        reason = wrong
        if not wrong and not asked:
            reason = "outside the scope"
        elif not wrong and reach == _NEVER:
            reason = "only links marked nofollow lead there"
            reason = f"deeper than {limits.max_depth} links" if too_deep else reason
        outcome = ("failed" if link.wrong else "skipped") if reason else None
        host = self._host(origin(address)) if asked else None
        number = self._db.execute(
            "INSERT INTO url(url, host, depth, source, hops, outside, outcome, error)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(address, host, depth, source.id if source else None),
                *(hops, outside, outcome, reason),
            ),
        ).lastrowid
        assert number is not None
        if outcome:
            written.settled.append(number)
        else:
            assert host is not None  # it is to be asked
            written.work.setdefault(host, number)
        self._remember(address, number, reach if asked else _CLOSED)
        return number

    def _is_asked(self, address: str) -> tuple[bool, bool]:
        """Tell whether an address may be asked, and whether it is out of the scope."""
        outside = address not in self.limits.scope
        return self.limits.external or not outside, outside

    def _remember(self, address: str, number: int, reach: float) -> tuple[int, float]:
        if len(self._known) >= _KNOWN:
            self._known.clear()
        self._known[address] = known = (number, reach)
        return known

    def _look_up(self, address: str) -> tuple[int, float] | None:
        """Return the number of a known address, and its depth if that may fall."""
        row = self._db.execute(
            "SELECT id, depth, host IS NULL, outcome = 'skipped' FROM url"
            " WHERE url = ?",
            (address,),
        ).fetchone()
        if row is None:
            return None
        number, depth, closed, skipped = row
        reach = _CLOSED if closed else _NEVER if skipped else depth
        return self._remember(address, number, reach)

    def _lower(self, number: int, depth: int, written: Written) -> None:
        """Note a shorter way to an address, and to what its links have led to."""
        todo = [(number, depth)]
        while todo:
            number, depth = todo.pop()
            before, host, outcome, target = self._one(
                "SELECT depth, host, outcome, target FROM url WHERE id = ?", number
            )
            again = outcome == "skipped"
            if host is None or not (again or depth < before):
                continue
            self._db.execute(
                "UPDATE url SET depth = ?, outcome = nullif(outcome, 'skipped'),"
                " error = CASE WHEN ? THEN NULL ELSE error END WHERE id = ?",
                (depth, again, number),
            )
            if again:
                written.work[host] = min(number, written.work.get(host, number))
            if target is not None:
                todo.append((target, depth))
            if depth < self.limits.deepest:
                rows = self._db.execute(
                    "SELECT target FROM link WHERE source = ? AND follow", (number,)
                )
                todo += [(child, depth + 1) for (child,) in rows]

    def _circle(self, number: int, target: int) -> list[int]:
        """Return the redirects between an address and itself, if it leads there."""
        chain = [number]
        following: int | None = target
        while following is not None and following not in chain:
            chain.append(following)
            (following,) = self._one("SELECT target FROM url WHERE id = ?", following)
        return chain if following == number else []

    def _led_to(self, number: int) -> list[int]:
        """Return the redirects that have led to an address, and itself."""
        chain, hops, source = [], 1, number
        while hops:
            chain.append(source)
            source, hops = self._one(
                "SELECT source, hops FROM url WHERE id = ?", source
            )
        return chain

    # What is read.

    def queued(self, host: int, after: int, count: int) -> list[Job]:
        """Return what is to be asked of a host, in the order in which it was found.

        Args:
            host: The host's number.
            after: The number after which to begin.
            count: How many to return at most.

        Returns:
            The jobs.

        Examples:
            >>> from yieldpoint.crawler.address import Scope
            >>> from yieldpoint.crawler.frontier import Frontier
            >>> with Frontier() as frontier:
            ...     frontier.limits.scope = Scope("host", ["http://h/"])
            ...     _ = frontier.seed(["http://h/a", "http://h/b"])
            ...     [job.url for job in frontier.queued(host=1, after=1, count=10)]
            ['http://h/b']
        """
        rows = self._db.execute(
            "SELECT id, url, hops, outside FROM url"
            " WHERE host = ? AND id > ? AND outcome IS NULL"
            " AND depth <= ? AND outside <= ? ORDER BY id LIMIT ?",
            (host, after, self.limits.deepest, self.limits.external, count),
        )
        return [Job(*row) for row in rows]

    def hosts_with_work(self) -> list[int]:
        """Return the hosts of which something is queued.

        Returns:
            Their numbers.

        Examples:
            >>> from yieldpoint.crawler.address import Scope
            >>> from yieldpoint.crawler.frontier import Frontier
            >>> with Frontier() as frontier:
            ...     frontier.limits.scope = Scope("host", ["http://h/"])
            ...     _ = frontier.seed(["http://h/a", "http://h/b"])
            ...     frontier.hosts_with_work()
            [1]
        """
        rows = self._db.execute("SELECT DISTINCT host FROM url WHERE outcome IS NULL")
        return [host for (host,) in rows]

    def host(self, number: int) -> tuple[str, bytes | None]:
        """Return what is known of a host.

        Args:
            number: Its number.

        Returns:
            Its name, and its ``robots.txt``.

        Examples:
            >>> from yieldpoint.crawler.address import Scope
            >>> from yieldpoint.crawler.frontier import Frontier
            >>> with Frontier() as frontier:
            ...     frontier.limits.scope = Scope("host", ["http://h/"])
            ...     _ = frontier.seed(["http://h/a", "http://h/b"])
            ...     frontier.host(1)
            ('http://h', None)
        """
        name, robots = self._one("SELECT name, robots FROM host WHERE id = ?", number)
        return name, robots

    def asked(self) -> tuple[dict[int, int], float]:
        """Return how many addresses of each host have been asked, and until when.

        Returns:
            Their numbers, and the seconds since the crawl began.

        Examples:
            >>> from yieldpoint.crawler.address import Scope
            >>> from yieldpoint.crawler.frontier import Frontier, Result
            >>> with Frontier() as frontier:
            ...     frontier.limits.scope = Scope("host", ["http://h/"])
            ...     _ = frontier.seed(["http://h/"])
            ...     [job] = frontier.queued(host=1, after=0, count=10)
            ...     result = Result(job, "http-error", 404, "status 404", ms=5)
            ...     _ = frontier.write([result])
            ...     frontier.asked()
            ({1: 1}, 0.0)
        """
        rows = "SELECT host, count(ms) FROM url WHERE ms IS NOT NULL GROUP BY host"
        (until,) = self._one("SELECT coalesce(max(at), 0.0) FROM url")
        return dict(self._db.execute(rows).fetchall()), until

    def not_asked(self) -> int:
        """Count what is queued.

        Returns:
            The number of addresses without an outcome.

        Examples:
            >>> from yieldpoint.crawler.address import Scope
            >>> from yieldpoint.crawler.frontier import Frontier
            >>> with Frontier() as frontier:
            ...     frontier.limits.scope = Scope("host", ["http://h/"])
            ...     _ = frontier.seed(["http://h/a", "http://h/b"])
            ...     frontier.not_asked()
            2
        """
        (number,) = self._one("SELECT count(*) FROM url WHERE outcome IS NULL")
        return int(number)

    def counts(self) -> dict[str, int]:
        """Count the addresses by outcome.

        Returns:
            How many have which outcome; ``not asked`` are those that have none.

        Examples:
            >>> from yieldpoint.crawler.address import Scope
            >>> from yieldpoint.crawler.frontier import Frontier
            >>> with Frontier() as frontier:
            ...     frontier.limits.scope = Scope("host", ["http://h/"])
            ...     _ = frontier.seed(["http://h/a", "http://h/b"])
            ...     frontier.counts()
            {'not asked': 2}
        """
        rows = self._db.execute(
            "SELECT coalesce(outcome, 'not asked'), count(*) FROM url GROUP BY outcome"
            " ORDER BY outcome IS NULL, outcome"
        )
        return dict(rows.fetchall())

    def seeds(self) -> Iterator[str]:
        """Yield what the crawl started with.

        Yields:
            The addresses.

        Examples:
            >>> from yieldpoint.crawler.address import Scope
            >>> from yieldpoint.crawler.frontier import Frontier
            >>> with Frontier() as frontier:
            ...     frontier.limits.scope = Scope("host", ["http://h/"])
            ...     _ = frontier.seed(["http://h/a", "http://h/b"])
            ...     list(frontier.seeds())
            ['http://h/a', 'http://h/b']
        """
        rows = "SELECT url FROM url WHERE source IS NULL AND host IS NOT NULL"
        yield from (url for (url,) in self._db.execute(rows))

    def lines(self, *, queued: bool = False) -> Iterator[Line]:
        """Yield what is known of every address that has an outcome.

        Args:
            queued: Whether to yield those that have none, instead.

        Yields:
            A line an address.

        Examples:
            >>> from yieldpoint.crawler.address import Scope
            >>> from yieldpoint.crawler.frontier import Frontier, Result
            >>> with Frontier() as frontier:
            ...     frontier.limits.scope = Scope("host", ["http://h/"])
            ...     _ = frontier.seed(["http://h/"])
            ...     [job] = frontier.queued(host=1, after=0, count=10)
            ...     result = Result(job, "http-error", 404, "status 404", ms=5)
            ...     _ = frontier.write([result])
            ...     [line.error for line in frontier.lines()]
            ['status 404']
        """
        which = "IS NULL" if queued else "IS NOT NULL"
        for row in self._db.execute(f"{_LINES} WHERE u.outcome {which}"):
            yield Line(*row)

    def line(self, number: int) -> Line:
        """Return what is known of an address.

        Args:
            number: Its number.

        Returns:
            The line.

        Examples:
            >>> from yieldpoint.crawler.address import Scope
            >>> from yieldpoint.crawler.frontier import Frontier, Result
            >>> with Frontier() as frontier:
            ...     frontier.limits.scope = Scope("host", ["http://h/"])
            ...     _ = frontier.seed(["http://h/"])
            ...     [job] = frontier.queued(host=1, after=0, count=10)
            ...     result = Result(job, "http-error", 404, "status 404", ms=5)
            ...     _ = frontier.write([result])
            ...     frontier.line(1).outcome
            'http-error'
        """
        return Line(*self._one(f"{_LINES} WHERE u.id = ?", number))

    def broken(self) -> Iterator[tuple[Line, str | None, str]]:
        """Yield what is broken, with each page that leads there.

        A page leads there also by links to redirects.

        Yields:
            The broken address, the page (None for a seed that nothing links to) and
            the text of the link.

        Examples:
            >>> from yieldpoint.crawler.address import Scope
            >>> from yieldpoint.crawler.frontier import Frontier, Result
            >>> with Frontier() as frontier:
            ...     frontier.limits.scope = Scope("host", ["http://h/"])
            ...     _ = frontier.seed(["http://h/"])
            ...     [job] = frontier.queued(host=1, after=0, count=10)
            ...     result = Result(job, "http-error", 404, "status 404", ms=5)
            ...     _ = frontier.write([result])
            ...     [(line.url, page) for line, page, text in frontier.broken()]
            [('http://h/', None)]
        """
        for *line, page, text in self._db.execute(_BROKEN):
            yield Line(*line), page, text

    def reasons(self) -> list[tuple[str, str, int]]:
        """Count why what is not broken was not read, or not in whole.

        Returns:
            Outcomes, reasons and how often; the most frequent first.

        Examples:
            >>> from yieldpoint.crawler.address import Scope
            >>> from yieldpoint.crawler.frontier import Frontier
            >>> with Frontier() as frontier:
            ...     frontier.limits.scope = Scope("host", ["http://h/"])
            ...     _ = frontier.seed(["http://elsewhere/"])
            ...     frontier.reasons()
            [('skipped', 'outside the scope', 1)]
        """
        return self._db.execute(
            "SELECT outcome, error, count(*) FROM url WHERE error IS NOT NULL"
            " AND outcome NOT IN ('failed', 'http-error')"
            " GROUP BY outcome, error ORDER BY count(*) DESC, outcome, error LIMIT 20"
        ).fetchall()

    def listed(self) -> Iterator[str]:
        """Yield the pages for a sitemap.

        Yields:
            Their addresses.

        Examples:
            >>> from yieldpoint.crawler.address import Scope
            >>> from yieldpoint.crawler.frontier import Frontier, Result
            >>> with Frontier() as frontier:
            ...     frontier.limits.scope = Scope("host", ["http://h/"])
            ...     _ = frontier.seed(["http://h/"])
            ...     [job] = frontier.queued(host=1, after=0, count=10)
            ...     _ = frontier.write([Result(job, "ok", 200, listed=True)])
            ...     list(frontier.listed())
            ['http://h/']
        """
        rows = "SELECT url FROM url WHERE listed ORDER BY id"
        yield from (url for (url,) in self._db.execute(rows))

    def timeline(self) -> Iterator[tuple[str, float, str]]:
        """Yield when each address was asked.

        Yields:
            The host, the end in seconds since the crawl began, and the outcome.

        Examples:
            >>> from yieldpoint.crawler.address import Scope
            >>> from yieldpoint.crawler.frontier import Frontier, Result
            >>> with Frontier() as frontier:
            ...     frontier.limits.scope = Scope("host", ["http://h/"])
            ...     _ = frontier.seed(["http://h/"])
            ...     [job] = frontier.queued(host=1, after=0, count=10)
            ...     result = Result(job, "http-error", 404, "status 404", ms=5)
            ...     _ = frontier.write([result])
            ...     list(frontier.timeline())
            [('http://h', 0.0, 'http-error')]
        """
        yield from self._db.execute(
            "SELECT name, at, outcome FROM url JOIN host ON host.id = url.host"
            " WHERE ms IS NOT NULL"
        )

    def pauses(self) -> Iterator[tuple[str, float, float, str]]:
        """Yield when hosts were not asked.

        Yields:
            A host, the start and the end, and why.

        Examples:
            >>> from yieldpoint.crawler.frontier import Frontier
            >>> with Frontier() as frontier:
            ...     frontier.write_pause("http://h", 1.0, 3.0, "status 429")
            ...     list(frontier.pauses())
            [('http://h', 1.0, 3.0, 'status 429')]
        """
        yield from self._db.execute("SELECT host, start, end, reason FROM pause")

    def _one(self, statement: str, *values: object) -> tuple[Any, ...]:
        row: tuple[Any, ...] = self._db.execute(statement, values).fetchone()
        return row

    def _number_of_host(self, name: str) -> int:
        self._db.execute("INSERT OR IGNORE INTO host(name) VALUES (?)", (name,))
        (number,) = self._one("SELECT id FROM host WHERE name = ?", name)
        return int(number)
