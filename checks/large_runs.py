"""How fast the pages of large runs are: ``python -m checks.large_runs``.

Three runs: 200 tasks, a recursion of 1,000 generators, and more than 100,000 steps.
Each page is opened in Chromium, 1280 pixels wide, and stepped through. The script ends
with an error if a page has to be scrolled sideways, takes two seconds to open, or 50 ms
for a step. ``--write FOLDER`` only writes the pages, for a look.

It needs what the session `browser` of nox has: ``.nox/browser/bin/python``.
"""

import argparse
import asyncio
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from yieldpoint.trace import record

VARIABLE = "YIELDPOINT_CHROMIUM"
OPENS = 2_000  # milliseconds
STEPS = 50


async def worker(number: int, places: asyncio.Semaphore) -> int:
    """Wait, work when there is a place, and do so again."""
    for _ in range(3):
        await asyncio.sleep(number % 7 / 100)
        async with places:
            await asyncio.sleep(0.05)
    return number


async def many_tasks(count: int = 200) -> int:
    """Run many workers, ten at a time."""
    places = asyncio.Semaphore(10)
    return sum(await asyncio.gather(*[worker(n, places) for n in range(count)]))


def countdown(number: int) -> Iterator[int]:
    """Yield what comes before a number, and the number."""
    if number > 1:
        yield from countdown(number - 1)
    yield number


def deep_recursion(depth: int = 1_000) -> int:
    """Add up what the generators yield, each of which drives the next."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(20 * depth)
    try:
        return sum(countdown(depth))
    finally:
        sys.setrecursionlimit(limit)


def squares(count: int) -> Iterator[int]:
    """Yield some squares."""
    for number in range(count):
        yield number * number


async def produce(queue: asyncio.Queue[int], count: int) -> None:
    """Put numbers into a queue, with a rest now and then, and at the end -1."""
    for number in range(count):
        await queue.put(number)
        if number % 7 == 0:
            await asyncio.sleep(0.1)
    await queue.put(-1)


async def consume(queue: asyncio.Queue[int]) -> int:
    """Take numbers from a queue, and work with each."""
    total = 0
    while (number := await queue.get()) >= 0:
        for square in squares(number % 5):
            total += square
        if number % 500 == 0:
            print("number", number)
    return total


async def many_steps(count: int = 5_000) -> int:
    """Let one task produce and another one consume."""
    queue: asyncio.Queue[int] = asyncio.Queue(5)
    _, total = await asyncio.gather(produce(queue, count), consume(queue))
    return total


RUNS: list[Callable[[], Any]] = [many_tasks, deep_recursion, many_steps]


def write(folder: Path) -> Iterator[Path]:
    """Record the runs, and write a page for each."""
    for run in RUNS:
        begun = time.perf_counter()
        trace = record(run)
        recorded = time.perf_counter()
        path = folder / f"{run.__name__}.html"
        path.write_text(trace.to_html(), encoding="utf-8")
        print(
            f"{run.__name__}: {len(trace.events):,} steps, {len(trace.lanes):,} lanes;"
            f" recorded in {recorded - begun:.1f} s, written in"
            f" {time.perf_counter() - recorded:.1f} s, {path.stat().st_size:,} bytes",
            flush=True,
        )
        yield path


# Goes to a part of the run, takes a step, and waits until the browser has drawn it.
GO = """(part) => {
  const range = document.getElementById("range");
  range.value = Math.max(1, Math.floor(part * range.max));
  range.dispatchEvent(new Event("input"));
}"""
STEP = """(name) => new Promise((done) => {
  document.querySelector(`[data-move=${name}]`).click();
  requestAnimationFrame(() => setTimeout(done));
})"""


class Meter:
    """How much processor time the page's own thread has taken, by DevTools.

    That is what the page takes on a machine that does nothing else.
    """

    def __init__(self, page: Page) -> None:
        """Begin to measure."""
        self._devtools = page.context.new_cdp_session(page)
        self._devtools.send("Performance.enable", {"timeDomain": "threadTicks"})

    def taken(self) -> float:
        """Return the milliseconds so far."""
        metrics = self._devtools.send("Performance.getMetrics")["metrics"]
        named = {metric["name"]: float(metric["value"]) for metric in metrics}
        return named["TaskDuration"] * 1_000


def measure(browser: Browser, path: Path) -> bool:
    """Measure a page, and tell whether it is good."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    meter = Meter(page)
    before, begun = meter.taken(), time.perf_counter()
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached", timeout=60_000)
    page.evaluate(STEP, "switch")
    opened, passed = meter.taken() - before, time.perf_counter() - begun
    print(f"{path.stem}: opens in {opened:.0f} ms of its thread, {passed:.1f} s passed")
    good = opened < OPENS
    for name in ("switch", "line", "before"):
        taken = []
        for part in (0, 0.3, 0.6, 0.9):
            page.evaluate(GO, part)
            for _ in range(15):
                page.evaluate(STEP, name)
                before = meter.taken()
                page.evaluate(STEP, name)
                taken.append(meter.taken() - before)
        slowest = max(taken)
        good = good and slowest < STEPS
        middle = statistics.median(taken)
        print(f"  {name}: {middle:.0f} ms in the middle, {slowest:.0f} ms at most")
    widths = page.evaluate(
        "['html', '#view'].map((name) => document.querySelector(name))"
        ".map((box) => [box.scrollWidth, box.clientWidth])"
    )
    print(f"  widths: {widths}, elements: {page.locator('*').count():,}")
    page.close()
    return good and all(inner <= outer for inner, outer in widths)


def main() -> None:
    """Write the pages, and measure them unless told not to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FOLDER")
    folder: Path | None = parser.parse_args().write
    if folder:
        list(write(folder))
        return
    with tempfile.TemporaryDirectory() as temporary:
        paths = list(write(Path(temporary)))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which(os.environ.get(VARIABLE, "chromium")),
                args=["--headless", "--no-sandbox", "--disable-gpu"],
            )
            good = [measure(browser, path) for path in paths]
            browser.close()
    sys.exit(not all(good))


if __name__ == "__main__":
    main()
