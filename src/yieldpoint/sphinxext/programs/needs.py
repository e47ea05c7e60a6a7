r"""What a program needs of the system, beyond what Python has in a browser.

Examples:
    >>> from yieldpoint.sphinxext.programs.needs import needs_of
    >>> needs_of("import asyncio\nasyncio.run(asyncio.to_thread(print))")
    ['threads']
"""

import ast
import sys
from collections.abc import Iterator

__all__ = ["needs_of"]

# The names of modules, functions and classes that show it.
_SIGNS = {
    "threads": {
        *("threading", "to_thread", "run_in_executor", "ThreadPoolExecutor"),
        *("Thread", "run_coroutine_threadsafe"),
    },
    "sockets": {
        *("socket", "ssl", "socketserver", "start_server", "open_connection"),
        *("create_server", "create_connection", "sock_connect", "sock_recv"),
        *("start_unix_server", "open_unix_connection", "socketpair"),
    },
    "processes": {
        *("subprocess", "multiprocessing", "ProcessPoolExecutor", "fork"),
        *("create_subprocess_exec", "create_subprocess_shell"),
    },
    "signals": {"signal", "add_signal_handler", "raise_signal", "alarm"},
}


def needs_of(text: str) -> list[str]:
    """Return what a program needs.

    Args:
        text: The program.

    Returns:
        Some of ``threads``, ``sockets``, ``processes``, ``signals`` and ``packages``,
        the last one for packages beside the standard library and this one.
    """
    names = set(_names(ast.parse(text)))
    needs = [need for need, signs in _SIGNS.items() if names & signs]
    return [*needs, "packages"] if any(_foreign(ast.parse(text))) else needs


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.alias):
            yield from node.name.split(".")
        elif isinstance(node, ast.ImportFrom):
            yield from (node.module or "").split(".")


def _foreign(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        modules = (
            [each.name for each in node.names] if isinstance(node, ast.Import) else []
        )
        if isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
        for name in modules:
            top = name.partition(".")[0]
            if top not in sys.stdlib_module_names and top != "yieldpoint":
                yield top
