"""Run the doctests again and again, each time with another hash seed.

The pages are read once, by a run that does not count; a run starts a Python, which
takes them as they were read and executes every example, also as programs, unless
``--sessions`` leaves those out: they are most of the work, and the seed is not theirs.
``--busy 8`` keeps eight other processes busy meanwhile.

``nox -s campaigns -P 3.11 3.15 -- doctests --count 100`` does it on two Pythons.
"""

import argparse
import contextlib
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[2]

# Seconds that a run may take, on a machine that does ten things at a time.
LIMIT = 600

BUSY = "import os\nwhile os.getppid() == {parent}: sum(range(10_000))"


def execute(seed: int, doctrees: Path, output: Path, *options: str) -> str:
    """Execute the pages, as `nox -s doctest` does.

    Returns:
        What went wrong: Sphinx's messages, or nothing.
    """
    command = [
        *(sys.executable, "-m", "sphinx", "--nitpicky", "--fail-on-warning"),
        *("--quiet", "--tag", "executed", "--builder", "doctest"),
        *("--doctree-dir", str(doctrees), *options),
        *(str(ROOT / "docs"), str(output)),
    ]
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=LIMIT,
        )
    except subprocess.TimeoutExpired as error:
        return f"{error}\n{error.output!r}"
    return done.stdout if done.returncode else ""


@contextlib.contextmanager
def busy(number: int) -> Iterator[None]:
    """Keep processes busy. They end with this one, however it ends."""
    program = BUSY.format(parent=os.getpid())
    others = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(number)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200, help="how many runs")
    parser.add_argument("--seed", type=int, default=1, help="the first seed's seed")
    parser.add_argument("--jobs", type=int, default=8, help="how many at a time")
    parser.add_argument("--busy", type=int, default=0, help="busy processes beside")
    parser.add_argument("--sessions", action="store_true", help="without programs")
    options = parser.parse_args()
    tags = ["--tag", "without_programs"] if options.sessions else []
    seeds = random.Random(options.seed).sample(range(2**32), options.count)
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        doctrees = Path(folder, "doctrees")
        message = execute(0, doctrees, Path(folder, "first"))
        if message:
            print(message)
            return 1
        stack.enter_context(busy(options.busy))
        pool = stack.enter_context(ThreadPoolExecutor(options.jobs))

        def run(seed: int) -> str:
            with tempfile.TemporaryDirectory(dir=folder) as output:
                return execute(seed, doctrees, Path(output), *tags)

        differences = 0
        for seed, message in zip(seeds, pool.map(run, seeds), strict=True):
            if message:
                differences += 1
                print(f"== PYTHONHASHSEED={seed}\n{message}", flush=True)
    print(f"{options.count} checked, {differences} differences")
    return differences > 0


if __name__ == "__main__":
    sys.exit(main())
