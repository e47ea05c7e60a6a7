"""Run the benchmarks: ``python -m yieldpoint.benchmarks``."""

import sys

from yieldpoint.benchmarks.command import main

if __name__ == "__main__":
    sys.exit(main())
