"""The crawl: a dispatcher, workers, a writer, in one task group.

.. code-block:: text

   frontier -> dispatcher -> jobs -> workers -> results -> writer -> frontier

The dispatcher takes a place for each job before it hands it over; the writer gives the
place back when the outcome is written down. So no more than ``concurrency`` addresses
are between the two, whatever happens: that bounds the queues, the memory, and what a
crawl that was killed asks again. Links wait in the frontier and not in memory.

When nothing is queued and nothing is between the two, the crawl is at its end: the
group's tasks are cancelled, and the group waits for them.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from yieldpoint.crawler import page, robots
from yieldpoint.crawler.address import AddressError, resolve
from yieldpoint.crawler.fetch import Answer
from yieldpoint.crawler.frontier import PART, Frontier, Job, Line, Result, Written
from yieldpoint.crawler.hosts import Host, Hosts, Pause

__all__ = ["Crawl", "Fetch", "Settings"]

# How often an address is asked in vain: in general, if its server was silent, and if
# its host has only had enough of us.
_TRIES, _SILENT_TRIES, _REFUSED_TRIES = 3, 2, 4

# How a host says that it has had enough.
_TOO_MANY = 429
_ENOUGH = {_TOO_MANY, 503}

# Seconds before asking again; they double. And the most that a host may ask to wait.
BACK_OFF = 0.5
_PATIENCE = 120.0

# After how many addresses in a row that cannot be reached a host is given up.
_GIVE_UP = 5

# How many jobs of a host are read at a time, how many results are written at a time,
# how many idle hosts are kept in mind.
_AHEAD, _BATCH, _IDLE = 64, 100, 1_000

# A larger page is read in a thread, so that the loop goes on meanwhile.
_LARGE = 1 << 17

# How long a crawl that is stopped waits for what it has asked.
_DRAIN = 5.0


class Fetch(Protocol):
    """What asks for an address: `yieldpoint.crawler.fetch.Fetcher`, or a stand-in."""

    async def __call__(
        self, address: str, *, method: str = ..., limit: int = ..., read: bool = ...
    ) -> Answer:
        """Ask for an address; raise nothing."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to crawl.

    Attributes:
        agent: What the crawler calls itself.
        concurrency: How many requests at once, in all.
        per_host: How many of one host.
        obey: Whether to obey ``robots.txt``.
        max_pages: How many addresses to ask, in all.
        max_pages_per_host: How many of one host.

    Examples:
        >>> from yieldpoint.crawler.crawl import Settings
        >>> Settings().per_host
        8
    """

    agent: str = "yieldpoint"
    concurrency: int = 50
    per_host: int = 8
    obey: bool = True
    max_pages: int | None = None
    max_pages_per_host: int | None = None


class Crawl:
    """One run over a frontier.

    Args:
        frontier: What is to be asked, and what becomes of it.
        fetch: What asks.
        settings: How to crawl.
        tell: What is told the outcome of each address.
        keep: What is given each body, with its address and its content type.

    Examples:
        A server can be a function. This one has two pages.

        >>> import asyncio
        >>> from yieldpoint.crawler.address import Scope
        >>> from yieldpoint.crawler.crawl import Crawl, Settings
        >>> from yieldpoint.crawler.fetch import Answer
        >>> from yieldpoint.crawler.frontier import Frontier
        >>> async def serve(address, **_):
        ...     await asyncio.sleep(1)
        ...     body = {"http://h/": b"<a href=b>", "http://h/b": b""}.get(address)
        ...     if body is None:
        ...         return Answer("http-error", "status 404", 404)
        ...     return Answer("ok", None, 200, body, kind="text/html")
        >>> with Frontier() as frontier:
        ...     frontier.limits.scope = Scope("host", ["http://h/"])
        ...     _ = frontier.seed(["http://h/"])
        ...     asyncio.run(Crawl(frontier, serve, Settings()).run())
        ...     [(line.url, line.outcome) for line in frontier.lines()]
        [('http://h/', 'ok'), ('http://h/b', 'ok')]
    """

    def __init__(
        self,
        frontier: Frontier,
        fetch: Fetch,
        settings: Settings,
        tell: Callable[[Line], object] = lambda _line: None,
        keep: Callable[[str, str, bytes], object] | None = None,
    ) -> None:
        """Prepare to crawl."""
        self.counts: Counter[str] = Counter()  # the outcomes so far
        self.running = 0  # places that are taken
        self.hosts = Hosts(settings.concurrency, settings.per_host)
        self._frontier = frontier
        self._fetch = fetch
        self._settings = settings
        self._token = robots.product(settings.agent)
        self._tell = tell
        self._keep = keep
        self._open: dict[int, Host] = {}
        self._jobs: asyncio.Queue[tuple[Host, Job | None]] = asyncio.Queue(
            settings.concurrency
        )
        self._results: asyncio.Queue[tuple[Host, Result]] = asyncio.Queue(_BATCH)
        self._wake = asyncio.Event()
        self._stopping = False
        self._asked = 0
        self._asked_before: dict[int, int] = {}
        self._began = 0.0

    async def run(self) -> None:
        """Ask for all that is queued, and for what that leads to.

        Raises:
            ExceptionGroup: If the frontier cannot be written any more.
        """
        self._asked, until = self._frontier.asked()
        self._asked_before = self._frontier.asked_by_host()
        self._began = self._now() - until
        for number in self._frontier.hosts_with_work():
            self._found(number, 0)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._write())]
            for _ in range(self._settings.concurrency):
                tasks.append(group.create_task(self._work()))
            await self._dispatch()
            for task in tasks:
                task.cancel()

    def stop(self) -> None:
        """Ask for nothing more; `run` ends when what has been asked has an outcome."""
        self._stopping = True
        self._wake.set()

    # The dispatcher.

    async def _dispatch(self) -> None:
        while not self._stopping:
            while self.running < self._settings.concurrency:
                host = self.hosts.next(self._now())
                if host is None:
                    break
                await self._begin(host)
                self.hosts.changed(host, self._now())
            due = self.hosts.due()
            if not self.running and due is None:
                return
            await self._sleep_until(due)
        try:
            async with asyncio.timeout(_DRAIN):
                while self.running:
                    await self._sleep_until(None)
        except TimeoutError:
            pass  # what has not been answered stays queued

    async def _sleep_until(self, when: float | None) -> None:
        self._wake.clear()
        try:
            async with asyncio.timeout_at(when):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _begin(self, host: Host) -> None:
        """Hand over the next job of a host, or settle it without asking."""
        if host.rules is None:
            host.running += 1
            self.running += 1
            await self._jobs.put((host, None))
            return
        job = self._next_job(host)
        if job is None:
            return
        self.running += 1
        refusal = self._refusal(host, job)
        if refusal:
            await self._results.put((host, refusal))
            return
        if not job.tries:
            host.asked += 1
            self._asked += 1
        await self._jobs.put((host, job))

    def _next_job(self, host: Host) -> Job | None:
        """Take a place for what the host is to be asked next, if anything."""
        settings = self._settings
        if (settings.max_pages is not None and self._asked >= settings.max_pages) or (
            settings.max_pages_per_host is not None
            and host.asked >= settings.max_pages_per_host
        ):
            host.more = False
            host.waiting.clear()
        while host.more and not host.waiting:
            rows = self._frontier.queued(host.id, host.cursor, _AHEAD)
            host.more = len(rows) == _AHEAD
            fresh = [job for job in rows if job.id not in host.taken]
            host.waiting.extend(fresh)
            host.taken.update(job.id for job in fresh)
            if rows:
                host.cursor = rows[-1].id
        when = host.work_at(self._now())
        if when is None or when > self._now():
            return None
        job: Job = host.take(self._now())
        return job

    def _refusal(self, host: Host, job: Job) -> Result | None:
        """Return why an address is not asked, or None."""
        if host.dead:
            return Result(job, "failed", error=host.dead)
        assert host.rules is not None
        if not host.rules.allow(job.url):
            reason = host.rules.refusal or "robots.txt does not allow it"
            return Result(job, "blocked", error=reason)
        return None

    def _found(self, number: int, lowest: int) -> None:
        """Note that something of a host is queued."""
        host = self._open.get(number)
        if host is None:
            name, text = self._frontier.host(number)
            host = self._open[number] = Host(number, name)
            host.asked = self._asked_before.pop(number, 0)
            if not self._settings.obey:
                host.rules = robots.Rules()
            elif text is not None:
                host.rules = robots.read(text, self._token)
        host.more = True
        host.cursor = min(host.cursor, lowest - 1)
        self.hosts.changed(host, self._now())

    # The workers.

    async def _work(self) -> None:
        while True:
            host, job = await self._jobs.get()
            if job is None:
                await self._read_rules(host)
                self._release(host)
                continue
            began = self._now()
            answer = await self._ask(job)
            ended = self._now()
            self._mind(host, job, answer, began)
            if self._is_worth_a_try(host, job, answer):
                wait = BACK_OFF * 2**job.tries * random.uniform(1, 2)  # noqa: S311 - no secret
                host.again(job._replace(tries=job.tries + 1), ended + wait)
                self._release(host)
                continue
            result = await self._judge(job, answer)
            result.ms = round(1000 * (ended - began))
            result.at = ended - self._began
            await self._results.put((host, result))

    async def _ask(self, job: Job) -> Answer:
        """Ask for an address; out of the scope only for its head, if that works."""
        if not job.outside:
            return await self._fetch(job.url)
        answer = await self._fetch(job.url, method="HEAD")
        wrong = answer.outcome in {"http-error", "failed"}
        if wrong and not answer.unreachable and answer.status not in _ENOUGH:
            answer = await self._fetch(job.url, read=False)
        return answer

    def _mind(self, host: Host, job: Job, answer: Answer, began: float) -> None:
        """Learn from an answer how to treat the host."""
        now = self._now()
        before = host.not_before
        if answer.status in _ENOUGH:
            if not job.tries:  # if the host has had enough, others are refused as well
                host.refused(now, began)
            wait = answer.wait
            if wait is not None and wait > _PATIENCE:
                wait = None
            if wait is not None or answer.status == _TOO_MANY:
                host.pause(now, began, wait, answer.reason or "")
        elif answer.unreachable:
            host.hold(now + BACK_OFF, answer.reason or "")
        elif answer.status is not None:
            host.answered(now)
        if host.not_before > before:
            start, end = now - self._began, host.not_before - self._began
            self._frontier.write_pause(Pause(host.name, start, end, host.reason))

    def _is_worth_a_try(self, host: Host, job: Job, answer: Answer) -> bool:
        """Tell whether to ask again; if nobody is there, perhaps give the host up."""
        tries = _SILENT_TRIES if answer.timed_out else _TRIES
        if answer.status == _TOO_MANY:
            tries = _REFUSED_TRIES
        if answer.wait is not None and answer.wait > _PATIENCE:
            tries = 0
            answer.reason = f"{answer.reason}: asks to wait for {answer.wait:,.0f} s"
        if answer.passing and job.tries + 1 < tries and not host.dead:
            return True
        if answer.unreachable:
            host.unreachable += 1
            if not host.answers or host.unreachable >= _GIVE_UP:
                host.dead = answer.reason
        return False

    async def _judge(self, job: Job, answer: Answer) -> Result:
        """Return what has become of an address, with what was found there."""
        result = Result(
            job, answer.outcome, answer.status, answer.reason, size=answer.size
        )
        if answer.outcome == "redirect":
            self._judge_redirect(job, answer, result)
        elif answer.outcome == "ok" and not job.outside:
            if page.is_html(answer.kind, answer.body):
                await self._judge_page(job, answer, result)
            if self._keep:
                self._keep(job.url, answer.kind, answer.body)
        return result

    def _judge_redirect(self, job: Job, answer: Answer, result: Result) -> None:
        location = answer.location
        result.outcome = "failed"
        if location is None:
            result.error = f"status {answer.status}, but not where to"
            return
        try:
            target = resolve(location, job.url)
        except AddressError as error:
            result.error = f"redirects to what is no address: {error}"
            return
        if target is None:
            result.error = f"redirects to what is no page: {location[:100]!r}"
            return
        result.outcome = "redirect"
        result.target = page.Link(target)

    async def _judge_page(self, job: Job, answer: Answer, result: Result) -> None:
        arguments = (answer.body, job.url, self._token, answer.charset, answer.tags)
        if len(answer.body) > _LARGE:
            found = await asyncio.to_thread(page.read, *arguments)
        else:
            found = page.read(*arguments)
        result.links = found.links
        result.error = found.remark
        result.listed = found.index

    async def _read_rules(self, host: Host) -> None:
        """Ask a host what it asks of robots."""
        answer = await self._ask_for_rules(host)
        host.tries += 1
        if answer.passing and host.tries < _TRIES and not answer.timed_out:
            wait = BACK_OFF * 2**host.tries if answer.wait is None else answer.wait
            host.hold(
                self._now() + min(wait, _PATIENCE), f"robots.txt: {answer.reason}"
            )
            return
        reason = f"robots.txt: {answer.reason}"
        server_error = answer.status is not None and answer.status >= 500
        if answer.outcome in {"ok", "too-big"}:
            host.rules = robots.read(answer.body, self._token)
            self._frontier.write_rules(host.id, answer.body)
        elif answer.unreachable:
            host.rules, host.dead = robots.Rules(), answer.reason
        elif answer.outcome == "failed" and answer.status is None:
            host.rules = robots.Rules(refusal=reason)
            host.dead = None if answer.timed_out else reason
        elif answer.outcome == "failed" or server_error or answer.status == _TOO_MANY:
            host.rules = robots.Rules(refusal=reason)
        else:  # there is none: everything is allowed
            host.rules = robots.Rules()
            self._frontier.write_rules(host.id, b"")

    async def _ask_for_rules(self, host: Host) -> Answer:
        """Ask for ``robots.txt``, wherever it is."""
        address = f"{host.name}/robots.txt"
        for _ in range(robots.MAX_REDIRECTS):
            answer = await self._fetch(address, limit=robots.MAX_SIZE + 1)
            if answer.outcome != "redirect" or answer.location is None:
                return answer
            try:
                target = resolve(answer.location, address)
            except AddressError:
                target = None
            if target is None:
                return answer
            address = target
        return await self._fetch(address, limit=robots.MAX_SIZE + 1)

    # The writer.

    async def _write(self) -> None:
        while True:
            batch = [await self._results.get()]
            await asyncio.sleep(0)  # what is ready at the same time is written with it
            while len(batch) < _BATCH and not self._results.empty():
                batch.append(self._results.get_nowait())
            for _, result in batch:
                while len(result.links) > PART:
                    part, result.links = result.links[:PART], result.links[PART:]
                    self._note(self._frontier.write_links(result.job, part))
                    await asyncio.sleep(0)
            self._note(self._frontier.write([result for _, result in batch]))
            for host, result in batch:
                self.counts[result.outcome] += 1
                host.taken.discard(result.job.id)
                if result.ms is not None and host.rules and host.rules.delay:
                    host.hold(self._now() + host.rules.delay, "Crawl-delay")
                self._release(host)

    def _note(self, written: Written) -> None:
        """Pass on what a transaction has changed."""
        for line in written.lines:
            self._tell(line)
        for number, lowest in written.work.items():
            self._found(number, lowest)

    def _release(self, host: Host) -> None:
        """Give a place back."""
        self.running -= 1
        host.running -= 1
        self.hosts.changed(host, self._now())
        if len(self._open) > _IDLE and host.is_idle(self._now()):
            self._asked_before[host.id] = self._open.pop(host.id).asked
        self._wake.set()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
