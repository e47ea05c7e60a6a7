"""Run the whole suite again and again: in another order, and in other surroundings.

Two workers share the tests. Each run has the next of the surroundings that a suite may
meet, and a seed for the order.

``nox -s campaigns -P 3.11 3.15 -- suite --count 10`` does it on two Pythons.
"""

import argparse
import os
import random
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

# Seconds that a run may take, on a machine that does ten things at a time.
LIMIT = 1200

# What a shell does before it becomes pytest.
SURROUNDINGS = {
    "as it is": "",
    "signals ignored": "trap '' INT HUP TERM ALRM PIPE CHLD",
    "no terminal, no input": "exec <&-; unset TERM COLUMNS",
    "a narrow, dumb terminal": "export TERM=dumb COLUMNS=20 LINES=5",
    "the C locale": "unset LANG; export LC_ALL=C PYTHONCOERCECLOCALE=0 PYTHONUTF8=0",
    "an odd time zone": "export TZ=Asia/Kathmandu",
    "nothing readable by others": "umask 077",
    "no home": "export HOME=/nonexistent XDG_CACHE_HOME=/nonexistent",
    "every warning an error": "export PYTHONWARNINGS=error",
    "development mode": "export PYTHONDEVMODE=1",
    "colours": "export FORCE_COLOR=1 PYTHON_COLORS=1 TERM=xterm-256color",
    "no colours": "export NO_COLOR=1 PYTHON_COLORS=0",
    "256 files": "ulimit -n 256",
    "no byte code": "export PYTHONDONTWRITEBYTECODE=1",
    "a continuous integration": "export CI=true",
}


def suite(surroundings: str, seed: int) -> tuple[int, str]:
    """Run the suite, and return its status and output."""
    shell = ["sh", "-c", f'{surroundings}\nexec "$@"', "sh"]
    pytest = [sys.executable, "-m", "pytest", "--numprocesses=2"]
    order = [f"--randomly-seed={seed}"]
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    try:
        done = subprocess.run(
            [*shell, *pytest, *order],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=LIMIT,
        )
    except subprocess.TimeoutExpired as error:
        return 1, f"{error}\n{error.output!r}"
    return done.returncode, done.stdout


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=20, help="how many runs")
    parser.add_argument("--seed", type=int, default=1, help="the first seed's seed")
    parser.add_argument("--only", choices=SURROUNDINGS, help="in these surroundings")
    options = parser.parse_args()
    names = [options.only] if options.only else list(SURROUNDINGS)
    chosen = random.Random(options.seed)
    differences = 0
    for number in range(options.count):
        name, seed = names[number % len(names)], chosen.randrange(2**32)
        status, output = suite(SURROUNDINGS[name], seed)
        print(f"{name}, --randomly-seed={seed}: {output.splitlines()[-1]}", flush=True)
        if status:
            differences += 1
            print(output, flush=True)
    print(f"{options.count} checked, {differences} differences")
    return differences > 0


if __name__ == "__main__":
    sys.exit(main())
