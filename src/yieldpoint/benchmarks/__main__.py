"""Run the benchmarks: ``python -m yieldpoint.benchmarks``.

Examples:
    >>> import yieldpoint.benchmarks.__main__
"""

import sys

from yieldpoint.benchmarks.command import main

if __name__ == "__main__":
    sys.exit(main())
