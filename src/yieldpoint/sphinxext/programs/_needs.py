r"""What a program needs of the system, beyond what Python has in a browser.

It is told by words, so that the programs count that a program has as texts.

Examples:
    >>> from yieldpoint.sphinxext.programs._needs import needs_of
    >>> needs_of("import asyncio\nasyncio.run(asyncio.to_thread(print))")
    ['threads']
"""

import re
import sys

__all__ = ["needs_of"]

# The names of modules, functions and classes that show it.
_SIGNS = {
    "threads": {
        *("Thread", "Timer", "start_new_thread", "ThreadPoolExecutor"),
        *("to_thread", "run_in_executor", "QueueListener"),
    },
    "sockets": {
        *("socket", "ssl", "socketserver", "start_server", "open_connection"),
        *("create_server", "create_connection", "sock_connect", "sock_recv"),
        *("start_unix_server", "open_unix_connection", "socketpair"),
        *("create_datagram_endpoint", "add_reader", "add_writer"),
    },
    "processes": {
        *("subprocess", "multiprocessing", "ProcessPoolExecutor", "fork"),
        *("create_subprocess_exec", "create_subprocess_shell"),
        # They look into the memory of a process.
        *("display_awaited_by_tasks_tree", "display_awaited_by_tasks_table"),
    },
    "signals": {"signal", "add_signal_handler"},
    "packages": {"packages", "crawler", "pytest"},  # pytest is run by its name
}
_IMPORTED = re.compile(r"^[ \t]*(?:import|from) +(\w+(?:, *\w+)*)", re.MULTILINE)
_KNOWN = {*sys.stdlib_module_names, "yieldpoint"}


def needs_of(text: str) -> list[str]:
    """Return what a program needs.

    Args:
        text: The program.

    Returns:
        Some of ``threads``, ``sockets``, ``processes``, ``signals`` and ``packages``,
        the last one for packages beside the standard library and this one.
    """
    words = {*re.findall(r"\w+", text)}
    imported = {
        name for names in _IMPORTED.findall(text) for name in re.split(", *", names)
    }
    if imported - _KNOWN:
        words.add("packages")
    return [need for need, signs in _SIGNS.items() if words & signs]
