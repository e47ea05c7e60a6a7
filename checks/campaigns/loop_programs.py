"""Random programs on asyncio and on `yieldpoint.loop`, compared event by event.

    python -m checks.campaigns.loop_programs --count 10000 --seed 1

It prints how many programs differ, and the first of them. The exit status is 1 if any
does. The same seed gives the same programs on one Python.
"""

import argparse
import faulthandler
import sys

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.loop.programs import Program, both, programs

#: For so many seconds no program may run.
LIMIT = 120

#: So many programs are made from one seed; then the next seed is taken. To make one of
#: many is slow, since Hypothesis sees to it that none is there twice.
BATCH = 500


def compare(count: int, first_seed: int) -> tuple[int, list[Program]]:
    """Compare programs on both loops.

    Args:
        count: How many.
        first_seed: The seed to make them from.

    Returns:
        How many were compared, and those that differ.
    """
    checked, different = 0, list[Program]()

    def check(program: Program) -> None:
        nonlocal checked
        if checked == count:
            return
        faulthandler.dump_traceback_later(LIMIT, exit=True)
        checked += 1
        ours, theirs = both(program)
        if ours != theirs:
            different.append(program)

    number = first_seed
    while checked < count:
        batch = settings(
            max_examples=min(BATCH, count - checked),
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        batch(seed(number)(given(program=programs())(check)))()
        number += 1
    faulthandler.cancel_dump_traceback_later()
    return checked, different


def main(arguments: list[str]) -> int:
    """Compare as many programs as the arguments say, and tell what came of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=1000, help="how many programs")
    parser.add_argument("--seed", type=int, default=0, help="which ones")
    options = parser.parse_args(arguments)
    checked, different = compare(options.count, options.seed)
    for program in different[:3]:
        print(program)
    print(f"{checked} checked, {len(different)} differences")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
