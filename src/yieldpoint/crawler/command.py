"""``yieldpoint crawl``: follow a site's links, and say what is broken.

.. code-block:: console

   $ yieldpoint crawl http://localhost:8000/
   $ yieldpoint crawl --seeds sites.txt --external --state crawl.db --html crawl.html

Examples:
    >>> from yieldpoint.crawler.command import main
    >>> main(["mailto:a@example.com"])
    mailto:a@example.com
      failed: no http: or https: address: 'mailto:a@example.com'
      named as a start of the crawl
    <BLANKLINE>
    1 address: 1 failed
    1 broken
    1
"""

import argparse
import asyncio
import gc
import itertools
import logging
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

from yieldpoint import __version__
from yieldpoint.crawler import report
from yieldpoint.crawler.address import AddressError, Scope, normalise
from yieldpoint.crawler.crawl import Crawl, Settings
from yieldpoint.crawler.fetch import Fetcher
from yieldpoint.crawler.files import JsonLines, Mirror, write_sitemap
from yieldpoint.crawler.frontier import Frontier, FrontierError, Limits, Line
from yieldpoint.crawler.page import Link, is_html

__all__ = ["main"]

_BROKEN, _MISUSE, _INTERRUPTED = 1, 2, 130

_AGENT = f"yieldpoint/{__version__} (it checks links)"
_AFTERWARDS = (
    "Exit status: 0 nothing is broken, 1 something is, 2 wrong use, 130 interrupted."
    " Ctrl-C waits up to 5 s for what has been asked, a second one does not."
    " With --state, the same command goes on later."
)

_SEEDS_AT_A_TIME = 1_000
_PROGRESS = 0.5  # seconds


def main(arguments: list[str], *, ends_process: bool = False) -> int:
    """Crawl what the arguments name.

    Args:
        arguments: The command line, without the command's name.
        ends_process: Whether the process ends with the crawl, as every command is
            told. It makes no difference here: a crawl leaves nothing running.

    Returns:
        0 if nothing is broken, 1 if something is, 2 if the command cannot be carried
        out, 130 if it was interrupted.

    Examples:
        >>> from yieldpoint.crawler.command import main
        >>> main(["ftp://example.com"])
        ftp://example.com
          failed: no http: or https: address: 'ftp://example.com'
          named as a start of the crawl
        <BLANKLINE>
        1 address: 1 failed
        1 broken
        1
    """
    del ends_process
    parser = _parser()
    options = parser.parse_args(arguments)
    if not (options.urls or options.seeds or options.state):
        parser.error("there is nothing to start with: name a URL, --seeds or --state")
    files = [options.seeds, options.state, options.jsonl, options.sitemap, options.html]
    paths = [path.resolve() for path in files if path]
    if len(set(paths)) < len(paths):
        parser.error("two options name the same file")
    try:
        with ExitStack() as stack:
            nowhere = logging.NullHandler()
            for logger in map(logging.getLogger, ("aiohttp", "asyncio", "protego")):
                logger.addHandler(nowhere)  # what they log is in the report
                stack.callback(logger.removeHandler, nowhere)
            # Links and rows are no cycles; to look through them takes its time.
            stack.callback(gc.set_threshold, *gc.get_threshold())
            gc.set_threshold(20_000)
            return _run(options, stack)
    except KeyboardInterrupt:  # before the crawl has begun, or after its end
        return _INTERRUPTED
    except (FrontierError, OSError, sqlite3.Error, ExceptionGroup) as error:
        cause: BaseException = error
        while isinstance(cause, BaseExceptionGroup):
            cause = cause.exceptions[0]
        if not isinstance(cause, (FrontierError, OSError, sqlite3.Error)):
            raise
        print(f"yieldpoint crawl: {cause}", file=sys.stderr)
        return _MISUSE


def _run(options: argparse.Namespace, stack: ExitStack) -> int:
    """Crawl, and write what is asked for."""
    frontier = stack.enter_context(Frontier(options.state or ""))
    known = (link.address for link in _seeds(options) if not link.wrong)
    scope = Scope(options.scope, itertools.chain(frontier.seeds(), known))
    frontier.limits = Limits(scope, options.external, options.max_depth)
    frontier.reconsider()  # the last command may have had other limits
    links = _seeds(options)
    while part := list(itertools.islice(links, _SEEDS_AT_A_TIME)):
        frontier.seed(part)
    if not frontier.counts():
        raise FrontierError("there is nothing to start with: no address is named")
    keep = Mirror(options.mirror).keep if options.mirror else None
    for path in filter(None, (options.html, options.sitemap)):
        path.open("a", encoding="utf-8").close()  # better now than after the crawl
    tell = None
    if options.jsonl:
        lines = JsonLines(options.jsonl, frontier.lines())
        tell = stack.enter_context(lines).write
    stopped = asyncio.run(_crawl(options, frontier, tell, keep))
    if tell and not stopped:
        for line in frontier.lines(queued=True):
            tell(line._replace(outcome="skipped", error="a limit of this run"))
    _write_reports(options, frontier)
    if stopped:
        return _INTERRUPTED
    return _BROKEN if frontier.counts().keys() & {"failed", "http-error"} else 0


def _write_reports(options: argparse.Namespace, frontier: Frontier) -> None:
    try:
        encoding = sys.stdout.encoding or "utf-8"
        for text in report.to_text(frontier):
            print(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has seen enough. Python would complain again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if options.html:
        options.html.write_text(report.to_html(frontier), encoding="utf-8")
    if options.sitemap:
        write_sitemap(options.sitemap, frontier.listed())


async def _crawl(
    options: argparse.Namespace,
    frontier: Frontier,
    tell: Callable[[Line], object] | None,
    keep: Callable[[str, str, bytes], object] | None,
) -> bool:
    """Crawl; return whether somebody has stopped it."""
    names = ("concurrency", "per_host", "max_pages", "max_pages_per_host")
    settings = Settings(
        options.user_agent,
        **{name: getattr(options, name) for name in names},
        obey=not options.ignore_robots,
    )
    kept = None if keep else is_html
    fetcher = Fetcher(options.user_agent, options.timeout, options.max_body, keep=kept)
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
    """Keep a line up to date, until cancelled."""
    before = crawl.counts.total()
    try:
        while True:
            await asyncio.sleep(_PROGRESS)
            done = crawl.counts.total()
            rate, before = (done - before) / _PROGRESS, done
            text = _progress(crawl, frontier, rate)
            text = text[: shutil.get_terminal_size().columns - 1]
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
    finally:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _progress(crawl: Crawl, frontier: Frontier, rate: float) -> str:
    """Say what is done, queued, how fast, and which hosts wait and why."""
    text = f"{crawl.counts.total():,} done, {frontier.not_asked():,} queued"
    text += f", {rate:.0f} a second"
    now = asyncio.get_running_loop().time()
    held = crawl.hosts.held(now)
    for host in held[:2]:
        name, wait = host.name.partition("://")[2], host.not_before - now
        text += f", {name} waits {wait:.0f} s: {host.reason}"
    return text + (f", {len(held) - 2} more hosts wait" if held[2:] else "")


def _seeds(options: argparse.Namespace) -> Iterator[Link]:
    """Yield what the crawl starts with: the URLs, and the lines of the file."""
    yield from map(_seed, options.urls)
    if options.seeds:
        with options.seeds.open(encoding="utf-8-sig", errors="replace") as file:
            for line in file:
                if (text := line.strip()) and not text.startswith("#"):
                    yield _seed(text)


def _seed(text: str) -> Link:
    """Return what a start leads to: also a wrong one has to have an outcome."""
    text = text.encode("utf-8", "replace").decode()  # not every argument is text
    try:
        return Link(normalise(text) or text)
    except AddressError as error:
        return Link(text, wrong=str(error))


def _at_least(
    least: float, kind: Callable[[str], float] = int
) -> Callable[[str], float]:
    """Return what reads a number of an option."""

    def number(text: str) -> float:
        value = kind(text)
        if not least <= value < float("inf"):
            raise argparse.ArgumentTypeError(f"at least {least}, and no more than all")
        return value

    return number


def _name(text: str) -> str:
    """Read a user agent: it becomes a header."""
    if not text.isascii() or not text.isprintable() or not text.strip():
        raise argparse.ArgumentTypeError("printable ASCII characters")
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="yieldpoint crawl",
        description="Follow a site's links, politely, and say what is broken.",
        epilog=_AFTERWARDS,
    )
    add = parser.add_argument
    add("urls", nargs="*", metavar="URL", help="where to start")
    number, scopes = _at_least(1), ["host", "domain", "prefix"]
    for name, metavar, kind, default, text in (
        ("--seeds", "FILE", Path, None, "where to start, an address a line"),
        ("--jsonl", "FILE", Path, None, "write a line of JSON an address"),
        ("--state", "FILE", Path, None, "keep what is known, to go on with it"),
        ("--concurrency", "N", number, 50, "requests at once"),
        ("--per-host", "N", number, 8, "requests at once of one host"),
        ("--timeout", "S", _at_least(0.001, float), 30, "seconds for a whole request"),
        ("--max-body", "BYTES", number, 2_000_000, "of one page, packed or not"),
        ("--max-pages", "N", number, None, "how many addresses to ask"),
        ("--max-pages-per-host", "N", number, None, "how many of one host"),
        ("--max-depth", "N", _at_least(0), None, "how many links from a start"),
        ("--mirror", "DIR", Path, None, "keep what is read, as files"),
        ("--sitemap", "FILE", Path, None, "write a sitemap"),
        ("--html", "FILE", Path, None, "write a report to look at"),
        ("--user-agent", "TEXT", _name, _AGENT, "what to call yourself"),
    ):
        shown = text if default is None else f"{text} (%(default)s)"
        add(name, metavar=metavar, type=kind, default=default, help=shown)
    add("--scope", choices=scopes, default="host", help="what to follow (%(default)s)")
    add("--external", action="store_true", help="try links that leave the scope")
    add("--ignore-robots", action="store_true", help="obey no robots.txt")
    return parser
