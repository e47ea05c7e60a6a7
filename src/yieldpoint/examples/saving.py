"""What a process that is killed has written down, and what it has not."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys

__all__ = ["killed_before_the_last", "what_is_known"]


def killed_before_the_last(path: str | os.PathLike[str], *statements: str) -> bool:
    """Execute SQL in a process that is killed before the last statement.

    This example needs a process.

    Args:
        path: The data base.
        statements: What to execute.

    Returns:
        Whether the process was killed.

    Examples:
        >>> import tempfile
        >>> from yieldpoint.examples.saving import killed_before_the_last, what_is_known
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     killed_before_the_last(
        ...         folder + "/state",
        ...         "CREATE TABLE url(url, outcome)",
        ...         "INSERT INTO url VALUES ('/', NULL)",
        ...         "INSERT INTO url VALUES ('/news', NULL)",
        ...     )
        ...     what_is_known(folder + "/state")
        True
        {'/': None}
    """
    program = """if True:
        import os, signal, sqlite3, sys
        path, *statements, last = sys.argv[1:]
        data_base = sqlite3.connect(path, isolation_level=None)
        for statement in statements:
            data_base.execute(statement)
        os.kill(os.getpid(), signal.SIGKILL)
        data_base.execute(last)
    """
    command = [sys.executable, "-c", program, str(path), *statements]
    process = subprocess.run(command, check=False)
    return process.returncode == -signal.SIGKILL


def what_is_known(path: str | os.PathLike[str]) -> dict[str, str | None]:
    """Return the outcome of each address in a data base.

    Args:
        path: The data base.

    Returns:
        By address, the outcome, or None.

    Examples:
        >>> import sqlite3, tempfile
        >>> from yieldpoint.examples.saving import what_is_known
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with sqlite3.connect(folder + "/state") as data_base:
        ...         _ = data_base.execute("CREATE TABLE url(url, outcome)")
        ...     data_base.close()
        ...     what_is_known(folder + "/state")
        {}
    """
    with contextlib.closing(sqlite3.connect(path)) as data_base:
        return dict(data_base.execute("SELECT url, outcome FROM url"))
