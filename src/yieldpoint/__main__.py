"""``python -m yieldpoint``: the package's commands."""

import sys

from yieldpoint.trace import cli

COMMANDS = {"trace": cli.main}


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
    return COMMANDS[name](arguments[1:], ends_process=ends_process)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], ends_process=True))
