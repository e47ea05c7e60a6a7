"""The crawler against hostile servers, 5,000 pages, kills, and a million addresses.

``--count`` is how often a crawl is killed. What is shown is an address with another
outcome than it should have, or that was asked too often, and a promise about time or
memory that is not kept.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.crawler import generated, hostile
from tests.crawler.test_whole import asked

_PLACES = 4 * 8  # four hosts, eight requests of each

_QUEUE = """
import itertools, resource, sys
from yieldpoint.crawler.address import Scope
from yieldpoint.crawler.frontier import Frontier
with Frontier(sys.argv[1]) as frontier:
    frontier.limits.scope = Scope("host", ["http://127.0.0.1:1/"])
    for part in range(1000):
        frontier.seed(f"http://127.0.0.1:1/{part}/{n}" for n in range(1000))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(frontier.not_asked(), peak)
"""


def hostile_servers(folder: Path) -> Iterator[str]:
    """Crawl everything that servers do wrong."""
    seeds, lines = folder / "seeds", folder / "lines.jsonl"
    command = [sys.executable, "-m", "yieldpoint", "crawl", "--seeds", str(seeds)]
    command += ["--jsonl", str(lines), "--timeout", "3"]
    command += ["--max-body", str(hostile.MAX_BODY)]
    with hostile.running() as (_, expected):
        # Only the name service and the certificates of the tests are missing here.
        real = {
            address: outcome
            for address, (outcome, _, _) in expected.items()
            if ".test" not in address
            and not (address.startswith("https:") and outcome == "ok")
        }
        seeds.write_text("\n".join(real), encoding="utf-8")
        began = time.monotonic()
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=300, check=False
        )
        seconds = time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"{len(real)} behaviours, {seconds:.0f} s, {peak} MB")
    every = map(json.loads, lines.read_text(encoding="utf-8").splitlines())
    found = {line["url"]: line["outcome"] for line in every}
    for address, outcome in real.items():
        if found.get(address) != outcome:
            yield f"{address}: {found.get(address)}, and not {outcome}"
    if done.stderr or seconds > 90 or peak > 150:
        yield f"{seconds:.0f} s, {peak} MB, {done.stderr}"


def pages(folder: Path) -> Iterator[str]:
    """Crawl 5,000 pages on four hosts."""
    with generated.running(5_000, 0, folder) as site:
        command = site.command(folder)
        subprocess.run(command, capture_output=True, timeout=300, check=False)
        yield from _compare(site, folder)
        for address, number in site.asked().items():
            if number > 1:
                yield f"{address}: asked {number} times"


def kills(folder: Path, count: int, chance: random.Random) -> Iterator[str]:
    """Kill a crawl at random moments."""
    with generated.running(5_000, 0.1, folder) as site:
        command = site.command(folder)
        for _ in range(count):
            with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
                before = site.asked().total()
                while site.asked().total() == before and process.poll() is None:
                    time.sleep(0.01)
                time.sleep(chance.uniform(0, 1))
                process.kill()
        subprocess.run(command, capture_output=True, timeout=300, check=False)
        yield from _compare(site, folder)
        again = site.asked().total() - len(site.asked())
        print(f"{count} kills: {again} asked again, at most {count * _PLACES}")
        if again > count * _PLACES:
            yield f"{again} asked again, more than {count * _PLACES}"


def million(folder: Path) -> Iterator[str]:
    """Queue a million addresses."""
    command = [sys.executable, "-c", _QUEUE, str(folder / "state")]
    output = subprocess.run(command, stdout=subprocess.PIPE, timeout=300, check=True)
    number, peak = map(int, output.stdout.split())
    print(f"{number:,} addresses queued: {peak} MB")
    if number != 1_000_000 or peak > 200:
        yield f"{number:,} addresses queued: {peak} MB"


def _compare(site: generated.Site, folder: Path) -> Iterator[str]:
    """Yield what was not asked, what should not have been, and what has no outcome."""
    allowed, requested, known = map(set, (site.allowed, site.asked(), asked(folder)))
    print(f"{len(allowed):,} allowed, {site.asked().total():,} requests")
    for address in sorted(allowed ^ requested):
        yield f"{address}: asked {site.asked()[address]} times"
    for address in sorted(allowed ^ known):
        yield f"{address}: has {'an' if address in known else 'no'} outcome"


def main() -> int:
    """Run everything, and count what comes out otherwise than it should."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    differences = 0
    with tempfile.TemporaryDirectory() as name:
        folders = [
            Path(name, each) for each in ("hostile", "pages", "kills", "million")
        ]
        for folder in folders:
            folder.mkdir()
        for found in (
            hostile_servers(folders[0]),
            pages(folders[1]),
            kills(folders[2], options.count, chance),
            million(folders[3]),
        ):
            for difference in found:
                print(difference)
                differences += 1
    print(f"{options.count + 3} checked, {differences} differences")
    return bool(differences)


if __name__ == "__main__":
    sys.exit(main())
