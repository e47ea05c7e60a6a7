"""The command line of ``yieldpoint trace``.

Options stand before the program. From the program on, all is the program's own.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from yieldpoint.trace._command.formats import FORMATS, Misuse, check_output
from yieldpoint.trace._recorder.making import Settings
from yieldpoint.trace.filters import add_filters
from yieldpoint.trace.runs import LIMIT

__all__ = ["Options", "parse"]

_DESCRIPTION = "Run a program, and show who held control when."
_EPILOG = """\
What stands behind PROGRAM is the program's own:

  yieldpoint trace -o run.html crawler.py --depth 2
  yieldpoint trace -m package --help
  yieldpoint trace yourmodule:main

The program prints what it prints. Then its recording follows as text, or is written
to a file. The exit status is the program's; 2 if it cannot be run or recorded.
Ctrl-C ends the program, and what is recorded until then is shown.
"""


@dataclass(frozen=True)
class Options:
    """What a command line asks for.

    Attributes:
        program: A file, a function as MODULE:FUNCTION, or a module.
        arguments: The program's own.
        is_module: Whether it is a module, run as ``python -m`` does it.
        output: Where to write the recording, or None for the terminal.
        settings: How to record.
        filters: Which part of the recording is shown.
    """

    program: str
    arguments: tuple[str, ...]
    is_module: bool
    output: Path | None
    settings: Settings
    filters: argparse.Namespace


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line."""

    def error(self, message: str) -> NoReturn:
        missing = message.startswith("the following arguments are required")
        raise Misuse("a program is missing" if missing else message)


def parse(arguments: list[str]) -> Options:
    """Read a command line.

    Args:
        arguments: The command line, without the command's name.

    Raises:
        Misuse: It cannot be understood, or asks for what cannot be.
        SystemExit: It asks for help, which has been printed.
    """
    parser = _Parser(
        prog="yieldpoint trace",
        usage="%(prog)s [options] PROGRAM [its arguments]",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    # "A...": one argument, and all that is behind it.
    add("program", nargs="A...", metavar="PROGRAM", help="a file, or MODULE:FUNCTION")
    add("-m", dest="is_module", action="store_true", help="PROGRAM is a module")
    add(
        *("-o", "--output"),
        type=Path,
        metavar="FILE",
        help="where the recording goes; its name ends with " + ", ".join(FORMATS),
    )
    add(
        "--clock",
        choices=["virtual", "real"],
        default="virtual",
        help="the time that event loops get: one that jumps, or the real one",
    )
    add(
        "--files",
        action="append",
        default=[],
        metavar="PATH",
        help="record this file or folder too",
    )
    add(
        "--limit",
        type=int,
        default=LIMIT,
        metavar="STEPS",
        help="record so many steps; the program goes on (%(default)s)",
    )
    add_filters(parser)
    found = parser.parse_args(arguments)
    program = found.program[1:] if found.program[0] == "--" else found.program
    if missing := [path for path in found.files if not Path(path).exists()]:
        raise Misuse(f"--files {missing[0]}: there is no such file or folder")
    if found.limit < 1:
        raise Misuse("the limit is at least one step")
    if found.output:
        check_output(found.output)
    return Options(
        program=program[0],
        arguments=tuple(program[1:]),
        is_module=found.is_module,
        # The program may go to another folder.
        output=found.output and found.output.absolute(),
        settings=Settings(found.clock, found.files, found.limit),
        filters=found,
    )
