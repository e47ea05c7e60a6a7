"""``yieldpoint``, or ``python -m yieldpoint``: the package's commands."""

import argparse
import importlib
import sys
from typing import NoReturn

from yieldpoint import __version__

# Where each command is, and what it does. It is imported when it is called: one needs
# an extra.
COMMANDS = {
    "trace": ("yieldpoint.trace.cli", "run a program, and show who held control when"),
    "crawl": (
        "yieldpoint.crawler.command",
        "follow a site's links, and say what is broken (with yieldpoint[crawler])",
    ),
}

# What the extra `crawler` brings along.
_EXTRA = {"aiohttp", "idna", "multidict", "protego", "turbohtml", "yarl"}

_MISUSE = 2


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line."""

    def error(self, message: str) -> NoReturn:
        missing = message.startswith("the following arguments are required")
        _refuse(f"yieldpoint: {'a command is missing' if missing else message}")


def _refuse(message: str) -> NoReturn:
    print(f"{message}; yieldpoint --help says what there is", file=sys.stderr)
    raise SystemExit(_MISUSE)


def main(arguments: list[str], *, ends_process: bool = False) -> int:
    """Run a command.

    Args:
        arguments: The command's name, and its arguments.
        ends_process: Whether the process ends with it.

    Returns:
        What the process ends with.

    Raises:
        SystemExit: There is no such command, or help was asked for.
    """
    name, *rest = _parser().parse_args(arguments).command
    if name not in COMMANDS:
        _refuse(f"yieldpoint: no command is named {name!r}")
    try:
        command = importlib.import_module(COMMANDS[name][0])
    except ModuleNotFoundError as error:
        if error.name not in _EXTRA:
            raise
        print(
            f"yieldpoint {name}: {error.name} is not installed;"
            " yieldpoint[crawler] brings it:"
            ' pip install ".[crawler]" in a checkout of the package',
            file=sys.stderr,
        )
        return _MISUSE
    status: int = command.main(rest, ends_process=ends_process)
    return status


def _parser() -> argparse.ArgumentParser:
    lines = [f"  {name:8}{does}" for name, (_, does) in COMMANDS.items()]
    parser = _Parser(
        prog="yieldpoint",
        usage="%(prog)s COMMAND [its arguments]",
        description="Python coroutines, from yield to asyncio.",
        epilog="\n".join(
            ["commands:", *lines, "", "yieldpoint COMMAND --help explains each."]
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    # "A...": one argument, and all that is behind it.
    parser.add_argument("command", nargs="A...", help=argparse.SUPPRESS)
    parser.add_argument(
        "--version", action="version", version=f"%(prog)s {__version__}"
    )
    return parser


def script() -> int:
    """Run the command that the process was started with: ``yieldpoint``.

    Returns:
        What the process ends with.
    """
    return main(sys.argv[1:], ends_process=True)


if __name__ == "__main__":
    sys.exit(script())
