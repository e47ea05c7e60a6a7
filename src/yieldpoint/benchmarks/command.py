"""The command: run benchmarks, keep the results, and hold the claims against them.

.. code-block:: console

   $ python -m yieldpoint.benchmarks --quick
   $ python -m yieldpoint.benchmarks switching io_bound --output mine.json

Ctrl-C ends it, and what was measured until then is kept.

Examples:
    >>> from yieldpoint.benchmarks.command import main
    >>> main(["--list"])
    cpu_bound   What does work that computes cost, in which form?
    switching   What does one switch cost, one call, one task?
    io_bound    How long do requests over real sockets take?
    scaling     What do very many waiting operations cost?
    loops       How fast is the small loop, beside asyncio and others?
    crawling    How many pages a second does a crawl take, and what does one cost?
    0
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from yieldpoint.benchmarks import machine, runner, worker
from yieldpoint.benchmarks.claims import CLAIMS, judge
from yieldpoint.benchmarks.results import SAVED, FormatError, Run, load, save

__all__ = ["OneLineParser", "main", "verdicts"]

# What the shell expects of a program that Ctrl-C has ended.
_INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Run benchmarks as the command line says.

    Args:
        arguments: The command line; that of this process if there is none.

    Returns:
        The exit status. 0 if all went well, 1 if a benchmark failed, and 130 after
        Ctrl-C.

    Raises:
        SystemExit: The command line is wrong.

    Examples:
        >>> from yieldpoint.benchmarks.command import main
        >>> main(["--quick", "--list"]) == main(["--list"])
        cpu_bound ...
        True
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.list:
        for name in runner.NAMES:
            print(f"{name:<11} {worker.load(name).question}")
        return 0
    if unknown := [name for name in options.names if name not in runner.NAMES]:
        parser.error(f"no benchmark is named {unknown[0]!r}; --list lists them")
    run = Run(machine.describe(), quick=options.quick)
    if options.save and options.quick:
        parser.error("--save wants a full run, without --quick")
    saved = _saved(parser) if options.save and options.names else None
    paths = [options.output, *([SAVED] if options.save else [])]
    for path in paths:
        try:
            path.open("a", encoding="utf-8").close()  # better now than in ten minutes
        except OSError as error:
            parser.error(f"{path} cannot be written: {error.strerror}")

    for warning in machine.unfit():
        print(f"Mind: {warning}.", file=sys.stderr)
    status = _measure_all(run, options.names or runner.NAMES)
    save(run, options.output)
    print(f"The results are in {options.output}")
    if options.save and status == 0:
        save(_with(saved, run) if saved else run, SAVED)
        print(f"The results are in {SAVED}")
    print(f"To see them: python -m yieldpoint.benchmarks.draw {options.output}")
    print(verdicts(run))
    return status


class OneLineParser(argparse.ArgumentParser):
    """A parser that needs one line to say what is wrong.

    Examples:
        >>> from yieldpoint.benchmarks.command import OneLineParser
        >>> import contextlib
        >>> import sys
        >>> with contextlib.redirect_stderr(sys.stdout):
        ...     try:
        ...         OneLineParser(prog="measure").parse_args(["--fast"])
        ...     except SystemExit as end:
        ...         end.code
        measure: unrecognized arguments: --fast
        2
    """

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and end the program.

        :meta private:
        """
        self.exit(2, f"{self.prog}: {message}\n")


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(
        prog="python -m yieldpoint.benchmarks",
        usage="%(prog)s [--quick] [--output FILE | --save] [NAME ...]",
        description="Measure what the pages of Yieldpoint say about speed.",
    )
    add = parser.add_argument
    add("names", nargs="*", metavar="NAME", help="a benchmark; if there is none, all")
    add("--quick", action="store_true", help="take a minute, and be less exact")
    add(
        "--output",
        type=Path,
        default=Path("benchmarks.json"),
        metavar="FILE",
        help="where to write the results (%(default)s)",
    )
    add("--save", action="store_true", help="replace what the pages quote by this run")
    add("--list", action="store_true", help="list the benchmarks")
    return parser


def _saved(parser: argparse.ArgumentParser) -> Run:
    try:
        return load(SAVED)
    except (OSError, FormatError) as error:
        parser.error(str(error))


def _with(saved: Run, run: Run) -> Run:
    """Return the saved run with parts of a new one, which may be of another machine."""
    differs = {
        name: there
        for name, there in run.machine.items()
        if saved.machine.get(name) != there
    }
    parts = {
        name: replace(results, machine=differs)
        for name, results in run.benchmarks.items()
    }
    return replace(saved, benchmarks=saved.benchmarks | parts)


def _measure_all(run: Run, names: Sequence[str]) -> int:
    """Run benchmarks, and return the exit status."""
    status = 0
    for name in names:
        try:
            complete = _measure(run, name)
        except (runner.WorkerError, OSError) as error:
            print(f"\n{error}", file=sys.stderr)
            status = 1
            continue
        if not complete:
            print(f"\n{name} was interrupted; what is done is kept.", file=sys.stderr)
            return _INTERRUPTED
    return status


def _measure(run: Run, name: str) -> bool:
    """Run one benchmark, with progress, and tell whether it came to its end."""
    started = time.monotonic()
    terminal = sys.stderr.isatty()

    def progress(done: int, total: int) -> None:
        seconds = time.monotonic() - started
        if terminal or done == total:
            print(
                f"\r{name:<11} {done:>3} of {total}, {seconds:4.0f} s",
                end="" if done < total else "\n",
                file=sys.stderr,
                flush=True,
            )

    run.benchmarks[name], complete = runner.run(
        name, quick=run.quick, progress=progress
    )
    return complete


def verdicts(run: Run) -> str:
    """Say what a run says about each claim, and what it skipped.

    Args:
        run: The run.

    Returns:
        Two lines a claim, and a line for what was skipped.

    Examples:
        >>> from yieldpoint.benchmarks.command import verdicts
        >>> from yieldpoint.benchmarks.results import Results, Run
        >>> skipped = Results(skipped={"gather, uvloop": "uvloop is not installed"})
        >>> said = verdicts(Run({}, benchmarks={"switching": skipped}))
        >>> said.splitlines()[-1]
        'gather, uvloop: skipped, uvloop is not installed'
    """
    lines = []
    for claim in CLAIMS.values():
        if claim.benchmark in run.benchmarks:
            lines += ["", claim.text, f"  {judge(claim, run)}"]
    skipped = [
        f"{case}: skipped, {reason}"
        for results in run.benchmarks.values()
        for case, reason in results.skipped.items()
    ]
    return "\n".join([*lines, "", *skipped])
