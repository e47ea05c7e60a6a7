"""``python -m yieldpoint``: the package's commands."""

import sys

from yieldpoint.trace import cli

COMMANDS = {"trace": cli.main}


def main(arguments: list[str]) -> int | str | None:
    """Run a command.

    Args:
        arguments: The command's name, and its arguments.

    Returns:
        What the process ends with, a status or a message, which makes the status 1.
    """
    name = arguments[0] if arguments else ""
    if name not in COMMANDS:
        named = f"no command is named {name!r}" if name else "a command is missing"
        return f"yieldpoint: {named}; there is: {', '.join(COMMANDS)}"
    return COMMANDS[name](arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
