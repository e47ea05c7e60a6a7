"""``python -m yieldpoint``, or ``yieldpoint``: the package's commands.

Examples:
    >>> from yieldpoint.__main__ import COMMANDS
    >>> list(COMMANDS)
    ['trace', 'crawl']
"""

import importlib
import sys

# Where each command is. It is imported when it is called: one needs an extra.
COMMANDS = {"trace": "yieldpoint.trace.cli", "crawl": "yieldpoint.crawler.command"}

# What `pip install "yieldpoint[crawler]"` brings along.
_EXTRA = {"aiohttp", "idna", "multidict", "protego", "turbohtml", "yarl"}


def main(arguments: list[str]) -> int | str | None:
    """Run a command.

    Args:
        arguments: The command's name, and its arguments.

    Returns:
        What the process ends with, a status or a message, which makes the status 1.

    Examples:
        >>> from yieldpoint.__main__ import main
        >>> main(["fly"])
        "yieldpoint: no command is named 'fly'; there is: trace, crawl"
    """
    name = arguments[0] if arguments else ""
    if name not in COMMANDS:
        named = f"no command is named {name!r}" if name else "a command is missing"
        return f"yieldpoint: {named}; there is: {', '.join(COMMANDS)}"
    try:
        command = importlib.import_module(COMMANDS[name])
    except ModuleNotFoundError as error:
        if error.name not in _EXTRA:
            raise
        return (
            f"yieldpoint {name}: {error.name} is not installed;"
            ' pip install "yieldpoint[crawler]" brings it'
        )
    result: int | str | None = command.main(arguments[1:])
    return result


def script() -> int | str | None:
    """Run the command that the process was started with: ``yieldpoint``.

    Examples:
        >>> import sys
        >>> from unittest import mock
        >>> from yieldpoint.__main__ import script
        >>> with mock.patch.object(sys, "argv", ["yieldpoint", "fly"]):
        ...     script()
        "yieldpoint: no command is named 'fly'; there is: trace, crawl"
    """
    return main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(script())
