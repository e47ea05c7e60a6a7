"""``yieldpoint crawl``: follow a site's links, and say what is broken.

.. code-block:: console

   $ yieldpoint crawl http://localhost:8000/
   $ yieldpoint crawl --seeds sites.txt --external --state crawl.db --html crawl.html
"""

import argparse
import asyncio
import importlib.metadata
import itertools
import logging
import math
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

from yieldpoint.crawler import report
from yieldpoint.crawler.address import AddressError, Scope, normalise
from yieldpoint.crawler.crawl import Crawl, Settings
from yieldpoint.crawler.fetch import Fetcher
from yieldpoint.crawler.files import JsonLines, Mirror, write_sitemap
from yieldpoint.crawler.frontier import Frontier, FrontierError, Limits, Line
from yieldpoint.crawler.page import Link, is_html

__all__ = ["main"]

_BROKEN, _MISUSE, _INTERRUPTED = 1, 2, 130

_SEEDS_AT_A_TIME = 1_000
_PROGRESS = 0.5  # seconds


def main(arguments: list[str]) -> int:
    """Crawl what the arguments name.

    Args:
        arguments: The command line, without the command's name.

    Returns:
        0 if nothing is broken, 1 if something is, 2 if the command cannot be carried
        out, 130 if it was interrupted.

    Examples:
        >>> from yieldpoint.crawler.command import main
        >>> main(["ftp://example.com"])
        ftp://example.com
          failed: no http: or https: address
          named as a start of the crawl
        <BLANKLINE>
        1 address: 1 failed
        1 broken
        1
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if not (options.urls or options.seeds or options.state):
        parser.error("there is nothing to start with: name a URL, --seeds or --state")
    if not options.agent.isascii() or not options.agent.isprintable():
        parser.error("--user-agent: printable ASCII, please")
    # What servers do wrong is in the report.
    for name in ("aiohttp", "asyncio", "protego"):
        logging.getLogger(name).addHandler(logging.NullHandler())
    try:
        return _main(options)
    except FrontierError as error:
        return _complain(str(error))
    except (OSError, sqlite3.Error) as error:
        return _complain(str(error))


def _complain(text: str) -> int:
    print(f"yieldpoint crawl: {text}", file=sys.stderr)
    return _MISUSE


def _main(options: argparse.Namespace) -> int:
    with ExitStack() as stack:
        frontier = stack.enter_context(Frontier(options.state or ""))
        seeds = itertools.chain(frontier.seeds(), _addresses(options))
        frontier.limits = Limits(
            Scope(options.scope, seeds), options.external, options.max_depth
        )
        links = _seeds(options)
        while part := list(itertools.islice(links, _SEEDS_AT_A_TIME)):
            frontier.seed(part)
        for path in (options.html, options.sitemap):
            if path:
                path.open("a", encoding="utf-8").close()
        tell: Callable[[Line], object] = lambda _line: None
        if options.jsonl:
            lines = stack.enter_context(JsonLines(options.jsonl, frontier.lines()))
            tell = lines.write
        keep = Mirror(options.mirror).keep if options.mirror else None
        try:
            stopped = asyncio.run(_crawl(options, frontier, tell, keep))
        except ExceptionGroup as group:
            raise _cause(group) from None
        for line in frontier.lines(queued=True):
            if not stopped:
                tell(line._replace(outcome="skipped", error="a limit of pages"))
        for text in report.to_text(frontier):
            print(text)
        if options.html:
            options.html.write_text(report.to_html(frontier), encoding="utf-8")
        if options.sitemap:
            write_sitemap(options.sitemap, frontier.listed())
        if stopped:
            return _INTERRUPTED
        return _BROKEN if next(report.broken(frontier), None) else 0


def _cause(error: Exception) -> Exception:
    """Return what has ended a group of tasks."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


async def _crawl(
    options: argparse.Namespace,
    frontier: Frontier,
    tell: Callable[[Line], object],
    keep: Callable[[str, str, bytes], object] | None,
) -> bool:
    """Crawl; return whether somebody has stopped it."""
    fetcher = Fetcher(
        options.agent,
        options.timeout,
        options.max_body,
        keep=(lambda _kind: True) if keep else is_html,
    )
    settings = Settings(
        options.agent,
        options.concurrency,
        options.per_host,
        not options.ignore_robots,
        options.max_pages,
        options.max_pages_per_host,
    )
    interrupts = 0

    def interrupt() -> None:
        """Stop politely at the first signal, and at once at the second."""
        nonlocal interrupts
        interrupts += 1
        crawl.stop()
        if interrupts > 1:
            running.cancel()

    async with fetcher as fetch, asyncio.TaskGroup() as group:
        crawl = Crawl(frontier, fetch, settings, tell, keep)
        running = group.create_task(crawl.run())
        if sys.stderr.isatty():
            shown = group.create_task(_show_progress(crawl, frontier))
            running.add_done_callback(lambda _: shown.cancel())
        loop = asyncio.get_running_loop()
        with suppress(NotImplementedError, ValueError, RuntimeError):
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, interrupt)
    return interrupts > 0


async def _show_progress(crawl: Crawl, frontier: Frontier) -> None:
    """Keep a line up to date: done, queued, pages a second, hosts that wait and why."""
    now = asyncio.get_running_loop().time
    before, since = crawl.counts.total(), now()
    while True:
        await asyncio.sleep(_PROGRESS)
        done, until = crawl.counts.total(), now()
        text = _progress(crawl, frontier, (done - before) / (until - since), until)
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
        before, since = done, until


def _progress(crawl: Crawl, frontier: Frontier, rate: float, now: float) -> str:
    """Return the line of progress."""
    parts = [
        f"{crawl.counts.total():,} done",
        f"{frontier.not_asked():,} queued",
        f"{rate:.0f} a second",
    ]
    held = crawl.hosts.held(now)
    for host in held[:2]:
        name = host.name.partition("://")[2]
        wait = host.not_before - now
        parts.append(f"{name} waits {wait:.0f} s: {host.reason}")
    if len(held) > 2:
        parts.append(f"{len(held) - 2} more hosts wait")
    width = shutil.get_terminal_size().columns - 1
    return ", ".join(parts)[:width]


def _addresses(options: argparse.Namespace) -> Iterator[str]:
    """Yield the seeds that are addresses."""
    return (link.address for link in _seeds(options) if not link.wrong)


def _seeds(options: argparse.Namespace) -> Iterator[Link]:
    """Yield what the crawl starts with: the URLs, and the lines of the file."""
    yield from map(_seed, options.urls)
    if options.seeds:
        with options.seeds.open(encoding="utf-8", errors="surrogateescape") as file:
            for line in file:
                text = line.strip().removeprefix("\ufeff")
                if text and not text.startswith("#"):
                    yield _seed(text)


def _seed(text: str) -> Link:
    wrong = "no http: or https: address"
    try:
        address = normalise(text)
    except AddressError as error:
        address, wrong = None, str(error)
    return Link(address) if address else Link(text, wrong=wrong)


def _number(text: str) -> int:
    """Read a number of something, at least one."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _depth(text: str) -> int:
    """Read a number of links, perhaps none."""
    return _number(text) if int(text) else 0


def _seconds(text: str) -> float:
    """Read a time limit."""
    seconds = float(text)
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError("more than 0 seconds")
    return seconds


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="yieldpoint crawl",
        description="Follow a site's links, politely, and say what is broken.",
        epilog="Exit status: 0 nothing is broken, 1 something is, 2 wrong use,"
        " 130 interrupted. Ctrl-C waits up to 5 s for what has been asked; with --state"
        " the same command goes on later.",
    )
    version = importlib.metadata.version("yieldpoint")
    agent = f"yieldpoint/{version} (a crawler; pip install yieldpoint)"
    add = parser.add_argument
    add("urls", nargs="*", metavar="URL", help="where to start")
    add("--seeds", type=Path, metavar="FILE", help="where to start, an address a line")
    add("--jsonl", type=Path, metavar="FILE", help="write a line of JSON an address")
    add("--state", type=Path, metavar="FILE", help="keep what is known; go on with it")
    add(
        "--concurrency",
        type=_number,
        default=50,
        metavar="N",
        help="requests at once (%(default)s)",
    )
    add(
        "--per-host",
        type=_number,
        default=8,
        metavar="N",
        help="of one host (%(default)s)",
    )
    add(
        "--timeout",
        type=_seconds,
        default=30.0,
        metavar="S",
        help="seconds for one request (%(default)s)",
    )
    add(
        "--max-body",
        type=_number,
        default=5_000_000,
        metavar="BYTES",
        help="of one page, unpacked (%(default)s)",
    )
    add("--max-pages", type=_number, metavar="N", help="how many addresses to ask")
    add("--max-pages-per-host", type=_number, metavar="N", help="how many of one host")
    add("--max-depth", type=_depth, metavar="N", help="how many links from the start")
    add(
        "--scope",
        choices=["host", "domain", "prefix"],
        default="host",
        help="what to follow: the same hosts, names below them too, or addresses that begin alike (%(default)s)",
    )
    add("--external", action="store_true", help="try links out of the scope too")
    add("--ignore-robots", action="store_true", help="obey no robots.txt")
    add(
        "--user-agent",
        default=agent,
        dest="agent",
        metavar="TEXT",
        help="what to call yourself (%(default)s)",
    )
    add("--mirror", type=Path, metavar="DIR", help="keep what is read as files")
    add("--sitemap", type=Path, metavar="FILE", help="write a sitemap")
    add("--html", type=Path, metavar="FILE", help="write a report to look at")
    return parser
