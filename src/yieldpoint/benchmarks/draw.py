"""Draw a run, beside the saved one: ``python -m yieldpoint.benchmarks.draw mine.json``.

What comes of it is one HTML file without a script, which any browser shows.

Examples:
    >>> from yieldpoint.benchmarks.draw import page
    >>> from yieldpoint.benchmarks.results import SAVED, load
    >>> page(load(SAVED), load(SAVED)).count("<svg")
    5
"""

import sys
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from yieldpoint.benchmarks import worker
from yieldpoint.benchmarks.claims import CLAIMS, judge
from yieldpoint.benchmarks.command import OneLineParser
from yieldpoint.benchmarks.figures import FIGURES, figure
from yieldpoint.benchmarks.results import SAVED, FormatError, Run, load

__all__ = ["main", "page"]

_STYLE = """\
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; font-size: 0.85rem; display: block; overflow: auto }
td, th { padding: 0.2rem 0.8rem 0.2rem 0; text-align: left; vertical-align: top }
svg { overflow: visible; margin: 1rem 0; font-size: 13px; fill: CanvasText }
.plot-grid { stroke: GrayText; opacity: 0.3 }
.plot-one { stroke: GrayText }
.plot-name { paint-order: stroke; stroke: Canvas; stroke-width: 5px }
.plot-value, .plot-right { text-anchor: end }
.plot-tick { text-anchor: middle }
.plot-whisker { stroke: currentColor; stroke-width: 2 }
circle { fill: currentColor; stroke: currentColor; stroke-width: 1.5 }
.plot-run0, .plot-tasks { color: light-dark(#0a4bff, #79a8ff) }
.plot-run1 circle { fill: Canvas }
.plot-run1 .plot-whisker { opacity: 0.6 }
.plot-run1 .plot-whisker { stroke-dasharray: 3 3 }
.plot-threads { color: light-dark(#9a6700, #d4a72c) }
.plot-streams { color: light-dark(#6e5494, #b392f0) }
.plot-one-by-one { color: light-dark(#1a7f37, #57ab5a) }
.plot-name[class*=" "] { fill: currentColor }
"""


def page(mine: Run, other: Run) -> str:
    """Return an HTML page that shows a run beside another one.

    Args:
        mine: The run whose figures stand in the tables.
        other: The run that it is laid beside.

    Returns:
        The page.

    Examples:
        >>> from yieldpoint.benchmarks.draw import page
        >>> from yieldpoint.benchmarks.results import SAVED, Run, load
        >>> "cannot tell here" in page(Run({}), load(SAVED))
        True
    """

    def body() -> Iterator[str]:
        yield "<h1>Benchmarks of Yieldpoint</h1>"
        yield "<p>Full dots and lines: your run. Hollow dots, dashed lines: the other."
        yield "<h2>The machines</h2>"
        names = sorted(mine.machine | other.machine)
        yield _table(
            ("", "yours", "the other"),
            [
                (name, mine.machine.get(name, ""), other.machine.get(name, ""))
                for name in names
            ],
        )
        for name in FIGURES:
            if name in mine.benchmarks:
                question = worker.load(name).question
                yield f'<h2 id="{name}">{escape(question)}</h2>'
                yield from _figure(name, [mine, other])
        yield "<h2>The claims</h2>"
        yield _table(
            ("", "yours", "the other"),
            [
                (claim.text, str(judge(claim, mine)), str(judge(claim, other)))
                for claim in CLAIMS.values()
            ],
        )

    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>Benchmarks of Yieldpoint</title>\n<style>\n{_STYLE}</style>\n"
        + "\n".join(body())
        + "\n</html>\n"
    )


def _figure(name: str, runs: Sequence[Run]) -> Iterator[str]:
    try:
        drawn = figure(name, runs, name)
    except (KeyError, ValueError):  # a run that was interrupted early
        yield "<p>There is too little of it to be drawn."
        return
    yield drawn.svg
    yield _table(drawn.header, drawn.rows)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def row(cells: Sequence[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells)

    return "\n".join(
        [
            "<table>",
            row(header, "th"),
            *(row(cells, "td") for cells in rows),
            "</table>",
        ]
    )


def main(arguments: list[str] | None = None) -> int:
    """Draw the run of a results file, as the command line says.

    Args:
        arguments: The command line; that of this process if there is none.

    Returns:
        The exit status, 0.

    Raises:
        SystemExit: The command line is wrong, or a file is.

    Examples:
        >>> import tempfile
        >>> from pathlib import Path
        >>> from yieldpoint.benchmarks.draw import main
        >>> from yieldpoint.benchmarks.results import SAVED
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     drawn = Path(folder, "drawn.html")
        ...     status = main([str(SAVED), "--output", str(drawn)])
        ...     drawn.is_file()
        The drawing is in ...drawn.html
        True
    """
    parser = OneLineParser(
        prog="python -m yieldpoint.benchmarks.draw",
        usage="%(prog)s RESULTS [--beside RESULTS] [--output FILE]",
        description="Draw a run, and lay it beside another one.",
    )
    add = parser.add_argument
    add("results", type=Path, metavar="RESULTS", help="what a run has written")
    add(
        "--beside",
        type=Path,
        default=SAVED,
        metavar="RESULTS",
        help="another run; if there is none, the one that the pages quote",
    )
    add(
        "--output",
        type=Path,
        default=Path("benchmarks.html"),
        metavar="FILE",
        help="where to draw (%(default)s)",
    )
    options = parser.parse_args(arguments)
    try:
        drawn = page(load(options.results), load(options.beside))
        options.output.write_text(drawn, encoding="utf-8")
    except FormatError as error:
        parser.error(str(error))
    except OSError as error:
        parser.error(f"{error.filename}: {error.strerror}")
    print(f"The drawing is in {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
