"""How many pages a second does a crawl take, and what does a page cost?

A server in a process of its own has a site of three thousand pages, 8 kB each. A case
crawls all of it from its first page. The site answers at once, or after 100
milliseconds; then ``50 places`` in a name means fifty requests at once, and only two
crawlers are compared. For each case there is:

- the time of the crawl, connections and all;
- ``:cpu``, the processor time that the crawl has used, in seconds for a page;
- ``:memory``, the most memory that the process has had, in bytes.

``the limit`` is no crawl: it is the pages times 100 milliseconds, by the places. No
crawl can be faster.

Each crawl has a process of its own, since memory that was taken once stays taken.
Importing is counted nowhere: it is done before the clocks start.

Examples:
    >>> from contextlib import ExitStack
    >>> from yieldpoint.benchmarks.crawling import cases
    >>> with ExitStack() as stack:
    ...     cases(stack)[0].name
    'at once, aiohttp'
"""

import sys
import time
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

from yieldpoint.benchmarks import machine, website
from yieldpoint.benchmarks.command import main
from yieldpoint.benchmarks.measuring import Benchmark, Case, Timing

__all__ = ["BENCHMARK", "CRAWLERS", "DELAY", "PAGES", "cases"]

#: How many pages the site has.
PAGES = 3_000

#: How long the server waits with an answer, in seconds, unless it answers at once.
DELAY = 0.1

#: What crawls: `yieldpoint.benchmarks.crawlers` has each of them.
CRAWLERS = ("aiohttp", "yieldpoint.crawler", "bare sockets", "Scrapy")

# How many requests at once, if the site answers at once, and if it does not.
_PLACES = 50
_PLACES_WHILE_WAITING = (50, 100)

_OTHERS = 100  # files that are open anyway, generously
_NEEDS = {"Scrapy": ("scrapy", "aiohttp")}


def _most_memory() -> int:
    """Return the most memory that this process has had, in bytes; 0 if nobody knows."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def _crawl(crawler: str, places: int, delay: float) -> Timing:
    """Crawl the site, and say what that took."""
    with website.running(PAGES, delay) as start:
        crawlers = import_module("yieldpoint.benchmarks.crawlers").CRAWLERS
        if crawler == "Scrapy":
            import_module("scrapy.crawler")
        cpu, began = time.process_time(), time.perf_counter()
        pages = crawlers[crawler](start, places)
        seconds = time.perf_counter() - began
        also = {"cpu": (time.process_time() - cpu) / PAGES}
    if memory := _most_memory():
        also["memory"] = memory
    return Timing(seconds, pages, also)


def cases(stack: ExitStack) -> list[Case]:
    """Return the crawls.

    Args:
        stack: Not used: each crawl ends its own server.

    Returns:
        The cases.

    Examples:
        >>> from contextlib import ExitStack
        >>> from yieldpoint.benchmarks.crawling import cases
        >>> with ExitStack() as stack:
        ...     [case.name for case in cases(stack) if case.name.endswith("aiohttp")]
        ['at once, aiohttp', '50 places, aiohttp', '100 places, aiohttp']
    """
    del stack

    def case(what: str, crawler: str, places: int, delay: float) -> Case:
        needs = _NEEDS.get(crawler, ("aiohttp",))
        lacking = next(filter(None, map(machine.lacks_a_module, needs)), "")
        return Case(
            f"{what}, {crawler}",
            lambda _: _crawl(crawler, places, delay),
            PAGES,
            1,
            lacking or machine.lacks_descriptors(places + _OTHERS),
        )

    def limit(places: int) -> Case:
        timing = Timing(PAGES * DELAY / places, PAGES)
        return Case(f"{places} places, the limit", lambda _: timing, PAGES, 1)

    return [
        *(case("at once", crawler, _PLACES, 0) for crawler in CRAWLERS),
        *(
            each
            for places in _PLACES_WHILE_WAITING
            for each in (
                *(
                    case(f"{places} places", crawler, places, DELAY)
                    for crawler in CRAWLERS[:2]
                ),
                limit(places),
            )
        ),
    ]


BENCHMARK = Benchmark(
    name="crawling",
    question="How many pages a second does a crawl take, and what does one cost?",
    cases=cases,
    processes=(9, 1),
    apart=True,
    leave_out=tuple(
        f"{places} places, {crawler}"
        for places in _PLACES_WHILE_WAITING
        for crawler in (*CRAWLERS[:2], "the limit")
    ),
)

if __name__ == "__main__":
    sys.exit(main([BENCHMARK.name, *sys.argv[1:]]))
