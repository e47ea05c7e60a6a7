"""``python -m yieldpoint``, or ``yieldpoint``: the package's commands."""

import importlib
import sys

# Where each command is. It is imported when it is called: one needs an extra.
COMMANDS = {"trace": "yieldpoint.trace.cli", "crawl": "yieldpoint.crawler.command"}

# What the extra `crawler` brings along.
_EXTRA = {"aiohttp", "idna", "multidict", "protego", "turbohtml", "yarl"}


def main(arguments: list[str], *, ends_process: bool = False) -> int | str | None:
    """Run a command.

    Args:
        arguments: The command's name, and its arguments.
        ends_process: Whether the process ends with it.

    Returns:
        What the process ends with, a status or a message, which makes the status 1.
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
            " yieldpoint[crawler] brings it:"
            ' pip install ".[crawler]" in a checkout of the package'
        )
    result: int | str | None = command.main(arguments[1:], ends_process=ends_process)
    return result


def script() -> int | str | None:
    """Run the command that the process was started with: ``yieldpoint``.

    Returns:
        What the process ends with, a status or a message, which makes the status 1.
    """
    return main(sys.argv[1:], ends_process=True)


if __name__ == "__main__":
    sys.exit(script())
