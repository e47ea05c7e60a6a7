"""What is said about speed, as inequalities: a ratio of two cases, and its bound.

`CLAIMS` has the article's claims and every statement that the pages make about speed.
What processes gain is not among them: it depends on whether a second processor is free
at the moment, which no pair of times cancels out.

`judge` holds one of them against a run.

Examples:
    >>> from yieldpoint.benchmarks.claims import CLAIMS, judge
    >>> from yieldpoint.benchmarks.results import SAVED, load
    >>> judge(CLAIMS["tasks-slow-computing"], load(SAVED)).verdict
    'does not hold'
"""

import math
from dataclasses import dataclass

from yieldpoint.benchmarks.estimates import Estimate, paired_ratio
from yieldpoint.benchmarks.results import Results, Run

__all__ = ["CLAIMS", "Claim", "Judgement", "judge"]


@dataclass(frozen=True)
class Claim:
    """A statement about the ratio of two cases.

    Attributes:
        name: How pages refer to it.
        text: The statement, as a sentence.
        benchmark: The benchmark that has the cases.
        over: The case above the line.
        under: The case below the line.
        low: The ratio must be above this.
        high: The ratio must be below this.
        article: The article's claims that say so; none if only the pages do.

    Examples:
        >>> from yieldpoint.benchmarks.claims import CLAIMS
        >>> CLAIMS["task-switch-is-free"].article
        ('C02',)
    """

    name: str
    text: str
    benchmark: str
    over: str
    under: str
    low: float = 0
    high: float = math.inf
    article: tuple[str, ...] = ()

    @property
    def bound(self) -> str:
        """The bound, in signs.

        Returns:
            Such as ``> 2`` or ``0.8 to 1.25``.

        Examples:
            >>> from yieldpoint.benchmarks.claims import Claim
            >>> Claim("a", "A.", "b", "c", "d", low=0.8, high=1.25).bound
            '0.8 to 1.25'
            >>> Claim("a", "A.", "b", "c", "d", low=2).bound
            '> 2'
        """
        if self.low and self.high < math.inf:
            return f"{self.low:g} to {self.high:g}"
        return f"> {self.low:g}" if self.low else f"< {self.high:g}"


@dataclass(frozen=True)
class Judgement:
    """What a run says about a claim.

    Attributes:
        claim: The claim.
        verdict: ``holds``, ``does not hold`` or ``cannot tell here``.
        ratio: The ratio; none if a case was not measured.
        reason: Why it cannot be told; empty if it can.

    Examples:
        >>> from yieldpoint.benchmarks.claims import CLAIMS, judge
        >>> from yieldpoint.benchmarks.results import Run
        >>> print(judge(CLAIMS["task-switch-is-free"], Run({})))
        cannot tell here: switching was not run
    """

    claim: Claim
    verdict: str
    ratio: Estimate | None = None
    reason: str = ""

    def __str__(self) -> str:
        """Return the verdict, and the ratio or the reason."""
        return ": ".join(
            part for part in (self.verdict, str(self.ratio or ""), self.reason) if part
        )


def judge(claim: Claim, run: Run) -> Judgement:
    """Hold a claim against a run.

    A verdict is passed if the whole interval of the ratio is on one side of the bound.

    Args:
        claim: The claim.
        run: The run.

    Returns:
        The judgement.

    Examples:
        >>> from yieldpoint.benchmarks.claims import Claim, judge
        >>> from yieldpoint.benchmarks.results import Results, Run
        >>> claim = Claim("a", "Slow is slower.", "b", "slow", "fast", low=1)
        >>> cases = {"slow": [[3.0]] * 6, "fast": [[2.0]] * 6}
        >>> print(judge(claim, Run({}, benchmarks={"b": Results(cases)})))
        holds: 1.5 (1.5 to 1.5)
    """
    results = run.benchmarks.get(claim.benchmark)
    if results is None:
        return _cannot_tell(claim, f"{claim.benchmark} was not run")
    for case in (claim.over, claim.under):
        if not results.cases.get(case):
            return _cannot_tell(claim, _why_missing(case, results))
    ratio = paired_ratio(results.cases[claim.over], results.cases[claim.under])
    if claim.low < ratio.low and ratio.high < claim.high:
        return Judgement(claim, "holds", ratio)
    if ratio.high <= claim.low or claim.high <= ratio.low:
        return Judgement(claim, "does not hold", ratio)
    return Judgement(claim, "cannot tell here", ratio, f"the bound is {claim.bound}")


def _cannot_tell(claim: Claim, reason: str) -> Judgement:
    return Judgement(claim, "cannot tell here", None, reason)


def _why_missing(case: str, results: Results) -> str:
    """Say why a case has no samples; ``threads@10:memory`` is of ``threads@10``."""
    reason = results.skipped.get(case.partition(":")[0], "it was not measured")
    return f"{case} was skipped, {reason}"


# Where it can be, the slower case is above the line: "so many times as long" is easier
# to read than "such a part".
_CLAIMS = [
    # Work that computes.
    Claim(
        "tasks-slow-computing",
        "Coroutines make a computation slower: two tasks take longer than one loop.",
        *("cpu_bound", "tasks", "loop"),
        low=1.15,
        article=("C05",),
    ),
    Claim(
        "tasks-speed-up-computing",
        "Coroutines make a computation faster: one loop takes longer than two tasks.",
        *("cpu_bound", "loop", "tasks"),
        low=1.15,
    ),
    Claim(
        "many-tasks-change-nothing",
        "A hundred tasks that compute take as long as one loop.",
        *("cpu_bound", "100 tasks", "loop"),
        low=0.8,
        high=1.25,
        article=("C10",),
    ),
    Claim(
        "article-coroutine-is-slower",
        "The article's coroutine, which is sent every number, is slower than the loop.",
        *("cpu_bound", "send and check per number", "loop"),
        low=1.15,
        article=("C06",),
    ),
    Claim(
        "equal-generator-is-slower",
        "A generator that does the loop's work is slower than the loop.",
        *("cpu_bound", "generators", "loop"),
        low=1.15,
        article=("C06",),
    ),
    Claim(
        "call-per-number-is-slower",
        "A plain function that is called for every number is slower than the loop.",
        *("cpu_bound", "call and check per number", "loop"),
        low=1.15,
        article=("C05",),
    ),
    Claim(
        "threads-speed-up-computing",
        "With a GIL, two threads compute faster: one loop takes longer than they do.",
        *("cpu_bound", "loop", "threads"),
        low=1.15,
    ),
    # Switching.
    Claim(
        "task-switch-is-free",
        "A switch of tasks costs no more than a call of a function.",
        *("switching", "task switch", "call"),
        high=1,
        article=("C02",),
    ),
    Claim(
        "generator-switch-is-a-call",
        "A switch into a generator and back costs about as much as a call.",
        *("switching", "generator switch", "call"),
        low=0.5,
        high=2,
    ),
    Claim(
        "task-switch-costs-more",
        "A switch of tasks costs more than ten switches of generators.",
        *("switching", "task switch", "generator switch"),
        low=10,
    ),
    Claim(
        "thread-switch-costs-more",
        "A switch of threads costs more than a switch of tasks.",
        *("switching", "thread switch", "task switch"),
        low=1.25,
        article=("C02", "C09"),
    ),
    Claim(
        "await-is-cheap",
        "To await a coroutine that does not suspend costs less than five calls.",
        *("switching", "await", "call"),
        high=5,
    ),
    Claim(
        "task-costs-more-than-await",
        "To run a coroutine as a task costs more than ten times awaiting it.",
        *("switching", "create_task", "await"),
        low=10,
    ),
    Claim(
        "eager-tasks-are-cheaper",
        "A task that does not suspend costs more than twice an eager one.",
        *("switching", "create_task", "create_task, eager"),
        low=2,
    ),
    Claim(
        "uvloop-switches-faster",
        "A switch of tasks costs more with asyncio's own loop than with uvloop.",
        *("switching", "task switch", "task switch, uvloop"),
        low=1.1,
    ),
    Claim(
        "thread-costs-more-than-task",
        "To start a thread and wait for it costs more than three tasks.",
        *("switching", "thread", "create_task"),
        low=3,
    ),
    Claim(
        "to-thread-costs-more-than-task",
        "To hand a call to a thread costs more than three tasks.",
        *("switching", "to_thread", "create_task"),
        low=3,
    ),
    # Input and output.
    Claim(
        "waiting-overlaps",
        "Ten requests one by one take more than five times as long as in tasks.",
        *("io_bound", "one by one@10", "tasks@10"),
        low=5,
    ),
    Claim(
        "blocking-does-not-overlap",
        "Ten requests that block take as long in tasks as one by one.",
        *("io_bound", "blocking in tasks@10", "one by one@10"),
        low=0.9,
        high=1.1,
    ),
    Claim(
        "tasks-are-like-threads",
        "Ten requests take as long in threads as in tasks.",
        *("io_bound", "threads@10", "tasks@10"),
        low=0.67,
        high=1.5,
        article=("C08",),
    ),
    Claim(
        "streams-are-like-threads",
        "Ten requests take as long in threads as by streams.",
        *("io_bound", "threads@10", "streams@10"),
        low=0.67,
        high=1.5,
        article=("C08",),
    ),
    Claim(
        "many-requests-differ",
        "A thousand requests take longer in threads than in tasks.",
        *("io_bound", "threads@1000", "tasks@1000"),
        low=1.25,
        article=("C10",),
    ),
    # Many at once.
    Claim(
        "few-waiters-are-alike",
        "Ten operations that wait take as long in threads as in tasks.",
        *("scaling", "threads@10", "tasks@10"),
        low=0.8,
        high=1.25,
        article=("C10",),
    ),
    Claim(
        "many-waiters-differ",
        "Ten thousand waiting operations take over twice as long in threads.",
        *("scaling", "threads@10000", "tasks@10000"),
        low=2,
        article=("C10",),
    ),
    Claim(
        "thread-costs-more-work",
        "To start and end a thread takes over five times the processor time of a task.",
        *("scaling", "threads@10000:cpu", "tasks@10000:cpu"),
        low=5,
        article=("C10",),
    ),
    Claim(
        "thread-takes-more-memory",
        "A waiting thread takes more than five times as much memory as a waiting task.",
        *("scaling", "threads@10000:memory", "tasks@10000:memory"),
        low=5,
        article=("C10",),
    ),
    Claim(
        "a-million-tasks-stay-cheap",
        "One of a thousand threads takes more work than one of a million tasks.",
        *("scaling", "threads@1000:cpu", "tasks@1000000:cpu"),
        low=2,
    ),
    # The small loop.
    Claim(
        "small-loop-switches-faster",
        "Two tasks switch over 2.5 times as fast on the small loop as on asyncio.",
        *("loops", "task switch among 2, asyncio"),
        "task switch among 2, yieldpoint.loop",
        low=2.5,
    ),
    Claim(
        "small-loop-switches-many-faster",
        "1,000 tasks switch over 2.5 times as fast on the small loop as on asyncio.",
        *("loops", "task switch among 1,000, asyncio"),
        "task switch among 1,000, yieldpoint.loop",
        low=2.5,
    ),
    Claim(
        "uvloop-switches-no-faster",
        "Two tasks switch faster on the small loop than on uvloop.",
        *("loops", "task switch among 2, uvloop"),
        "task switch among 2, yieldpoint.loop",
        low=1,
    ),
    Claim(
        "uvloop-switches-many-no-faster",
        "1,000 tasks switch faster on the small loop than on uvloop.",
        *("loops", "task switch among 1,000, uvloop"),
        "task switch among 1,000, yieldpoint.loop",
        low=1,
    ),
    Claim(
        "trio-switches-slower",
        "Two tasks switch over three times as fast on the small loop as on trio.",
        *("loops", "task switch among 2, trio"),
        "task switch among 2, yieldpoint.loop",
        low=3,
    ),
    Claim(
        "small-loop-sets-timers-faster",
        "A timer costs more on asyncio than on the small loop.",
        *("loops", "timer, asyncio", "timer, yieldpoint.loop"),
        low=1.1,
    ),
    Claim(
        "small-loop-locks-faster",
        "A lock that another task holds costs more on asyncio than on the small loop.",
        *("loops", "lock, asyncio", "lock, yieldpoint.loop"),
        low=1.1,
    ),
    Claim(
        "a-hand-over-is-close",
        "A queue hand-over costs asyncio 0.9 to 1.3 times as much as the small loop.",
        *("loops", "queue hand-over, asyncio", "queue hand-over, yieldpoint.loop"),
        low=0.9,
        high=1.3,
    ),
    Claim(
        "one-spawn-is-close",
        "One spawn and join costs asyncio 0.8 to 1.6 times as much as the small loop.",
        *("loops", "spawn and join 1, asyncio", "spawn and join 1, yieldpoint.loop"),
        low=0.8,
        high=1.6,
    ),
    Claim(
        "small-loop-spawns-slower",
        "To spawn and join 100 tasks costs more on the small loop than on asyncio.",
        *("loops", "spawn and join 100, yieldpoint.loop"),
        "spawn and join 100, asyncio",
        low=1.25,
    ),
    Claim(
        "uvloop-spawns-faster",
        "To spawn and join 100 tasks costs over 1.5 times as much as on uvloop.",
        *("loops", "spawn and join 100, yieldpoint.loop"),
        "spawn and join 100, uvloop",
        low=1.5,
    ),
    Claim(
        "small-loop-echoes-slower",
        "A round trip over TCP costs more on the small loop than on asyncio.",
        *("loops", "echo, yieldpoint.loop", "echo, asyncio"),
        low=1.05,
    ),
    Claim(
        "uvloop-echoes-faster",
        "A round trip over TCP costs more on the small loop than on uvloop.",
        *("loops", "echo, yieldpoint.loop", "echo, uvloop"),
        low=1.1,
    ),
    Claim(
        "asyncio-echoes-slower-than-uvloop",
        "A round trip over TCP costs more on asyncio's own loop than on uvloop.",
        *("loops", "echo, asyncio", "echo, uvloop"),
        low=1.05,
    ),
    Claim(
        "handles-cost",
        "On the small loop, a switch with a handle costs over 1.5 times one without.",
        *("loops", "task switch among 2, with handles"),
        "task switch among 2, yieldpoint.loop",
        low=1.5,
    ),
    Claim(
        "select-costs",
        "With two tasks, a select in each turn makes switches over 1.3 times as dear.",
        *("loops", "task switch among 2, with a socket"),
        "task switch among 2, yieldpoint.loop",
        low=1.3,
    ),
    Claim(
        "select-is-shared",
        "With 1,000 tasks, a select in each turn changes nothing.",
        *("loops", "task switch among 1,000, with a socket"),
        "task switch among 1,000, yieldpoint.loop",
        low=0.8,
        high=1.25,
    ),
    Claim(
        "spawning-without-c-costs",
        "To spawn and join costs asyncio over 1.5 times as much without its C.",
        *("loops", "spawn and join 100, asyncio in Python"),
        "spawn and join 100, asyncio",
        low=1.5,
    ),
    Claim(
        "asyncio-without-c-spawns-slower",
        "To spawn and join costs more on asyncio without its C than on the small loop.",
        *("loops", "spawn and join 100, asyncio in Python"),
        "spawn and join 100, yieldpoint.loop",
        low=1.1,
    ),
    Claim(
        "queues-without-c-cost",
        "A hand-over by a queue costs asyncio over 1.5 times as much without its C.",
        *("loops", "queue hand-over, asyncio in Python", "queue hand-over, asyncio"),
        low=1.5,
    ),
    Claim(
        "asyncio-without-c-echoes-slower",
        "A round trip costs more on asyncio without its C than on the small loop.",
        *("loops", "echo, asyncio in Python", "echo, yieldpoint.loop"),
        low=1.05,
    ),
    # A crawl.
    Claim(
        "crawler-costs-like-aiohttp",
        "A page costs the crawler less than 1.3 times what it costs plain aiohttp.",
        *("crawling", "at once, yieldpoint.crawler:cpu", "at once, aiohttp:cpu"),
        high=1.3,
    ),
    Claim(
        "scrapy-costs-more",
        "A page costs Scrapy over six times the processor time of the crawler.",
        *("crawling", "at once, Scrapy:cpu", "at once, yieldpoint.crawler:cpu"),
        low=6,
    ),
    Claim(
        "scrapy-takes-longer",
        "A crawl takes Scrapy more than three times as long as the crawler.",
        *("crawling", "at once, Scrapy", "at once, yieldpoint.crawler"),
        low=3,
    ),
    Claim(
        "scrapy-takes-more-memory",
        "Scrapy takes more than 1.5 times as much memory as the crawler.",
        *("crawling", "at once, Scrapy:memory", "at once, yieldpoint.crawler:memory"),
        low=1.5,
    ),
    Claim(
        "sockets-cost-less",
        "A page costs plain aiohttp more than 1.1 times what it costs over sockets.",
        *("crawling", "at once, aiohttp:cpu", "at once, bare sockets:cpu"),
        low=1.1,
    ),
]

#: All claims, by name.
CLAIMS = {claim.name: claim for claim in _CLAIMS}
