"""What Python reports about a program that has a fault and no exception."""

import re
import subprocess
import sys

__all__ = ["print_warnings"]


def print_warnings(program: str) -> None:
    """Run a program in a Python that shows all warnings, and print them.

    This example needs a process.

    Args:
        program: The source text.

    Examples:
        >>> from yieldpoint.examples.reports import print_warnings
        >>> print_warnings("import asyncio; loop = asyncio.new_event_loop(); del loop")
        ResourceWarning: unclosed event loop <... running=False closed=False debug=False>
    """
    command = [sys.executable, "-I", "-W", "always", "-c", program]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    for line in finished.stderr.splitlines():
        # Neither where it was, nor the hint that is printed behind it.
        if found := re.search(r"\w+Warning: (?!Enable tracemalloc).*", line):
            print(found[0])
