"""Run random programs that measure themselves on the clock, and on paper.

Each is made from a seed, run on the clock, and worked out by a simulation of real time.
What its tasks and threads have noted has to be the same, to the nanosecond.
"""

import argparse
import itertools
import sys

from tests.clock.interpreter import run_on_clock
from tests.clock.model import TieError, simulate
from tests.clock.programs import make


def differences(seed: int) -> list[str] | None:
    """Return what comes out otherwise than it should, or None if that is open.

    It is open where two things happen at one time: real time promises no order then.
    """
    program = make(seed)
    began = 1_700_000_000_000_000_000 + 86_399_999_999_977 * seed  # each on a day
    try:
        on_paper = simulate(program, began)
    except TieError:
        return None
    on_clock = run_on_clock(program, began)
    return [
        f"{name}: {on_clock.get(name)} on the clock, {on_paper.get(name)} on paper"
        for name in sorted({*on_clock, *on_paper})
        if on_clock.get(name) != on_paper.get(name)
    ]


def main() -> int:
    """Check as many programs as are wanted; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="how many programs")
    parser.add_argument("--seed", type=int, default=0, help="of the first program")
    options = parser.parse_args()
    checked = different = 0
    for seed in itertools.count(options.seed):
        if checked == options.count:
            break
        found = differences(seed)
        if found is None:
            continue
        checked += 1
        if found:
            different += 1
            print(f"--count 1 --seed {seed}: {make(seed)}", *found, sep="\n  ")
    print(f"{checked} checked, {different} differences")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
