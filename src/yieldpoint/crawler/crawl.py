"""The crawl: a dispatcher, workers, a writer, in one task group.

.. code-block:: text

   frontier -> dispatcher -> jobs -> workers -> results -> writer -> frontier

The dispatcher takes a place for each job before it hands it over; the writer gives the
place back when the outcome is written down. So no more than ``concurrency`` addresses
are between the two, whatever happens: that bounds the queues, the memory, and what a
crawl that was killed asks again. Links wait in the frontier and not in memory.

The writer reads a few pages at a time, and their places are taken again before it reads
the next ones. If it read all that ended together, all would begin together again: a
wave, behind which every place waits until the last page of it is read.

When nothing is queued and nothing is between the two, the crawl is at its end: the
group's tasks are cancelled, and the group waits for them.

Examples:
    A server can be a function, and the clock can jump: see `Crawl`.

    >>> from yieldpoint.crawler.crawl import Settings
    >>> Settings().concurrency
    50
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from yieldpoint.crawler import page, retry, robots
from yieldpoint.crawler.address import AddressError, resolve
from yieldpoint.crawler.fetch import Answer, Fetch
from yieldpoint.crawler.frontier import PART, Frontier, Line, Result, Written
from yieldpoint.crawler.hosts import Host, Hosts, Job

__all__ = ["Crawl", "Settings"]

# How many jobs of a host are read at a time, how many results are written at a time
# (half as many cost a tenth more, twice as many hardly less, and all of them keep their
# places meanwhile), how many idle hosts are kept in mind.
_AHEAD, _BATCH, _IDLE = 64, 16, 1_000

# A larger page is read in a thread, so that the loop goes on meanwhile; and only one
# at a time, because a tree is much larger than its text.
_LARGE = 1 << 17

# For how many seconds a crawl that is stopped waits for what it has asked.
_DRAIN = 5.0


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
        tell: Callable[[Line], object] | None = None,
        keep: Callable[[str, str, bytes], object] | None = None,
    ) -> None:
        """Prepare to crawl."""
        self.counts: Counter[str] = Counter()  # the outcomes so far
        self.running = 0  # places that are taken
        self.hosts = Hosts(settings.concurrency, settings.per_host)
        self._frontier, self._fetch, self._settings = frontier, fetch, settings
        self._tell, self._keep = tell, keep
        self._token = robots.product(settings.agent)
        self._jobs = asyncio.Queue[tuple[Host, Job | None]](settings.concurrency)
        # What has become of a job, and the page that the writer is to read.
        self._results = asyncio.Queue[tuple[Host, Result, Answer | None]](
            settings.concurrency
        )
        self._open: dict[int, Host] = {}
        self._asked = 0
        self._asked_before: dict[int, int] = {}  # of hosts that are not open
        self._wake = asyncio.Event()
        self._large = asyncio.Lock()
        self._stopping = False
        self._start = self._reached = 0.0

    async def run(self) -> None:
        """Ask for all that is queued, and for what that leads to.

        Raises:
            ExceptionGroup: If the frontier cannot be written any more.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.crawler.address import Scope
            >>> from yieldpoint.crawler.crawl import Crawl, Settings
            >>> from yieldpoint.crawler.fetch import Answer
            >>> from yieldpoint.crawler.frontier import Frontier
            >>> async def serve(address, **_):
            ...     await asyncio.sleep(1)
            ...     return Answer("ok", None, 200)
            >>> with Frontier() as frontier:
            ...     frontier.limits.scope = Scope("host", ["http://h/"])
            ...     _ = frontier.seed(["http://h/"])
            ...     asyncio.run(Crawl(frontier, serve, Settings()).run())
            ...     frontier.counts()
            {'ok': 1}
        """
        self._asked_before, seconds = self._frontier.asked()
        self._asked = sum(self._asked_before.values())
        self._start = self._now() - seconds
        for number in self._frontier.hosts_with_work():
            self._found(number, 1)
        async with asyncio.TaskGroup() as group:
            workers = range(self._settings.concurrency)
            tasks = [group.create_task(self._work()) for _ in workers]
            tasks.append(group.create_task(self._write()))
            await self._dispatch()
            for task in tasks:
                task.cancel()

    def stop(self) -> None:
        """Ask for nothing more; `run` ends when what has been asked has an outcome.

        Examples:
            >>> import asyncio
            >>> from yieldpoint.crawler.address import Scope
            >>> from yieldpoint.crawler.crawl import Crawl, Settings
            >>> from yieldpoint.crawler.fetch import Answer
            >>> from yieldpoint.crawler.frontier import Frontier
            >>> async def serve(address, **_):
            ...     await asyncio.sleep(1)
            ...     return Answer("ok", None, 200)
            >>> async def main(frontier):
            ...     crawl = Crawl(frontier, serve, Settings())
            ...     async with asyncio.TaskGroup() as group:
            ...         group.create_task(crawl.run())
            ...         await asyncio.sleep(0.5)
            ...         crawl.stop()
            >>> with Frontier() as frontier:
            ...     frontier.limits.scope = Scope("host", ["http://h/"])
            ...     _ = frontier.seed(["http://h/"])
            ...     asyncio.run(main(frontier))
            ...     frontier.counts()
            {'not asked': 1}
        """
        self._stopping = True
        self._wake.set()

    # The dispatcher.

    async def _dispatch(self) -> None:
        while not self._stopping:
            self._hand_over()
            due = self.hosts.due()
            if not self.running and due is None:
                return
            # While all places are taken it makes no difference who is due.
            full = self.running >= self._settings.concurrency
            await self._sleep_until(None if full else due)
        end = self._now() + _DRAIN
        while self.running and self._now() < end:
            await self._sleep_until(end)

    async def _sleep_until(self, when: float | None) -> None:
        """Wait for a time, or for something that has changed."""
        self._wake.clear()
        try:
            async with asyncio.timeout_at(when):
                await self._wake.wait()
        except TimeoutError:
            self._reached = when or 0.0

    def _hand_over(self) -> None:
        """Hand over jobs as long as there are places, and hosts that may be asked."""
        while not self._stopping and self.running < self._settings.concurrency:
            now = self._now()
            host = self.hosts.next(now)
            if host is None:
                break
            self._begin(host, now)
            self.hosts.changed(host, now)

    def _begin(self, host: Host, now: float) -> None:
        """Hand over the next job of a host, or settle it without asking."""
        job = None
        if host.rules is None:
            host.running += 1
        elif (job := self._next_job(host, now)) is None:
            return
        self.running += 1
        refusal = self._refusal(host, job) if job else None
        if refusal:
            self._results.put_nowait((host, refusal, None))
            return
        if job and not job.tries:
            host.asked += 1
            self._asked += 1
        self._jobs.put_nowait((host, job))

    def _next_job(self, host: Host, now: float) -> Job | None:
        """Take a place for what the host is to be asked next, if anything."""
        most, most_of_host = self._settings.max_pages, self._settings.max_pages_per_host
        if (most is not None and self._asked >= most) or (
            most_of_host is not None and host.asked >= most_of_host
        ):
            host.more = False
            host.waiting.clear()
        while host.more and not host.waiting:
            rows = self._frontier.queued(host.id, host.cursor, _AHEAD)
            fresh = [job for job in rows if job.id not in host.taken]
            host.more = len(rows) == _AHEAD
            host.cursor = rows[-1].id if rows else host.cursor
            host.waiting.extend(fresh)
            host.taken.update(job.id for job in fresh)
        when = host.work_at(now)
        return None if when is None or when > now else host.take(now)

    def _refusal(self, host: Host, job: Job) -> Result | None:
        """Return why an address is not asked, or None."""
        if host.rules is None or host.rules.allow(job.url):
            return None
        reason = host.rules.refusal or "robots.txt does not allow it"
        return Result(job, host.rules.outcome, error=reason)

    def _found(self, number: int, lowest: int) -> None:
        """Note that something of a host is queued, from a number on."""
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
            else:
                await self._visit(host, job)

    async def _visit(self, host: Host, job: Job) -> None:
        """Ask for an address, and hand over what has become of it."""
        began = self._now()
        answer = await self._ask(job)
        now, held = self._now(), host.not_before
        host.learn(answer, job, began, now)
        if host.not_before > held:
            times = now - self._start, host.not_before - self._start
            self._frontier.write_pause(host.name, *times, host.reason)
        wait = retry.delay(answer, job.tries + 1)
        if wait is not None:
            host.again(job._replace(tries=job.tries + 1), now + wait)
            self._release(host)
            return
        if answer.unreachable:
            host.missed(answer.reason)
        result = _judge(job, answer)
        result.ms, result.at = round(1000 * (now - began)), now - self._start
        unread = None
        if answer.outcome == "ok" and not job.outside:
            if self._keep:
                self._keep(job.url, answer.kind, answer.body)
            if page.is_html(answer.kind, answer.body):
                unread = answer
        if unread and len(unread.body) > _LARGE:
            async with self._large:
                await asyncio.to_thread(self._read, result, unread)
            unread = None
        await self._results.put((host, result, unread))

    async def _ask(self, job: Job) -> Answer:
        """Ask for an address; out of the scope only for its head, if that works."""
        if not job.outside:
            return await self._fetch(job.url)
        answer = await self._fetch(job.url, method="HEAD")
        refused = answer.outcome in {"http-error", "failed"}
        if refused and not answer.unreachable and answer.status not in {429, 503}:
            return await self._fetch(job.url, read=False)
        return answer

    def _read(self, result: Result, answer: Answer) -> None:
        """Add what is found on a page."""
        found = page.read(answer, result.job.url, self._token)
        result.links, result.error = found.links, found.remark
        result.listed = found.index

    async def _read_rules(self, host: Host) -> None:
        """Ask a host what it asks of robots."""
        answer = await robots.ask(self._fetch, host.name)
        host.tries += 1
        wait = retry.delay(answer, host.tries)
        if wait is None:
            host.rules = robots.judge(answer, self._token)
            if host.rules.refusal is None:
                self._frontier.write_rules(host.id, host.rules.text)
        else:
            wait = max(wait, answer.wait or 0.0)
            host.hold(self._now() + wait, f"robots.txt: {answer.reason}")
        self._release(host)

    # The writer.

    async def _write(self) -> None:
        while True:
            batch = [await self._results.get()]
            while len(batch) < _BATCH and not self._results.empty():
                batch.append(self._results.get_nowait())
            for _, result, unread in batch:
                if unread:
                    self._read(result, unread)
                while len(result.links) > PART:
                    part, result.links = result.links[:PART], result.links[PART:]
                    self._note(self._frontier.write_links(result.job, part))
                    await asyncio.sleep(0)
            self._note(self._frontier.write([result for _, result, _ in batch]))
            for host, result, _ in batch:
                self.counts[result.outcome] += 1
                host.taken.discard(result.job.id)
                if result.ms is not None and host.rules and host.rules.delay:
                    host.hold(self._now() + host.rules.delay, "Crawl-delay")
                self._release(host)
            self._hand_over()
            await asyncio.sleep(0)  # these places are taken before more is read

    def _note(self, written: Written) -> None:
        """Pass on what a transaction has changed."""
        if self._tell:
            for number in written.settled:
                self._tell(self._frontier.line(number))
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
        """Return the time; a loop may call back a trifle before it was asked to."""
        return max(asyncio.get_running_loop().time(), self._reached)


def _judge(job: Job, answer: Answer) -> Result:
    """Return what has become of an address; what is found there comes later."""
    reason = answer.reason
    if answer.wait is not None and answer.wait > retry.PATIENCE:
        reason = f"{reason}, and asks to wait for {answer.wait:,.0f} s"
    result = Result(job, answer.outcome, answer.status, reason, size=answer.size)
    if answer.outcome == "redirect":
        result.target, result.error = _target(job, answer)
        result.outcome = "redirect" if result.target else "failed"
    return result


def _target(job: Job, answer: Answer) -> tuple[page.Link | None, str | None]:
    """Return where a redirect leads, or why it leads nowhere."""
    if answer.location is None:
        return None, f"status {answer.status}, but not where to"
    try:
        target = resolve(answer.location, job.url)
    except AddressError as error:
        return None, f"redirects to what is no address: {error}"
    if target is None:
        return None, f"redirects to what is no page: {answer.location[:100]!r}"
    return page.Link(target), None
