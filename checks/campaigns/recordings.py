"""Record random programs, and compare each recording with the program's own log.

Generators, tasks, cancellations, async generators and threads: output, results and the
order of events have to be the same with and without a recording; and the recording has
to say what the program has printed about itself, what `inspect` has found, and how
asyncio says that each task has ended.
"""

import argparse
import sys

from tests.trace.random_programs import differences, make


def main() -> int:
    """Check as many programs as are wanted; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="how many programs")
    parser.add_argument("--seed", type=int, default=0, help="of the first program")
    options = parser.parse_args()
    different = 0
    for seed in range(options.seed, options.seed + options.count):
        if found := differences(seed):
            different += 1
            print(f"--count 1 --seed {seed}: {make(seed)}", *found, sep="\n  ")
    print(f"{options.count} checked, {different} differences")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
