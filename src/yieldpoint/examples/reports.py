"""What Python reports about a program that has a fault and no exception."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

__all__ = ["name_a_file_asyncio", "print_warnings"]


def print_warnings(program: str, about: str = "") -> None:
    """Run a program in a Python that shows all warnings, and print them.

    This example needs a process.

    Args:
        program: The source text.
        about: What must stand in a warning; others are left out.

    Examples:
        >>> from yieldpoint.examples.reports import print_warnings
        >>> print_warnings("import asyncio; loop = asyncio.new_event_loop(); del loop")
        ResourceWarning: unclosed event loop <... running=False closed=False ...>
    """
    command = [sys.executable, "-I", "-W", "always", "-c", program]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    for line in finished.stderr.splitlines():
        # Neither where it was, nor the hint that is printed behind it.
        found = re.search(r"\w+Warning: (?!Enable tracemalloc).*", line)
        if found and about in found[0]:
            print(found[0])


def name_a_file_asyncio() -> None:
    """Run a program whose file is called ``asyncio.py``, and print its error.

    This example needs a process.

    Examples:
        >>> import contextlib, io
        >>> from yieldpoint.examples.reports import name_a_file_asyncio
        >>> with contextlib.redirect_stdout(io.StringIO()) as printed:
        ...     name_a_file_asyncio()
        >>> "module 'asyncio' has no attribute 'run'" in printed.getvalue()
        True
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "asyncio.py")
        file.write_text("import asyncio\nasyncio.run(None)\n", encoding="utf-8")
        command = [sys.executable, str(file)]
        finished = subprocess.run(command, capture_output=True, text=True, check=False)
    print(finished.stderr.splitlines()[-1])
