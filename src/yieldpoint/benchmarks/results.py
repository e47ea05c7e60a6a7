"""What a run has measured, as a file.

The file is JSON: a line a case, so that two runs can be compared by eye. It names the
machine's kind, the Python and the packages; it has no host, no user and no path in it.

Examples:
    >>> from yieldpoint.benchmarks.results import SAVED, load
    >>> load(SAVED).quick
    False
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yieldpoint.benchmarks.estimates import Samples

__all__ = ["SAVED", "FormatError", "Results", "Run", "load", "save"]

#: The run that the pages quote.
SAVED = Path(__file__).with_name("saved.json")

_FORMAT = "yieldpoint benchmarks 1"


class FormatError(ValueError):
    """A file that holds no results, or results of another format.

    Examples:
        >>> from yieldpoint.benchmarks.results import FormatError
        >>> issubclass(FormatError, ValueError)
        True
    """


@dataclass(frozen=True)
class Results:
    """What was measured for one benchmark.

    Attributes:
        cases: For each case its samples, in seconds or bytes for one operation.
        skipped: The cases that were not measured, each with the reason.
        machine: What was different about the machine than for the rest of the run.

    Examples:
        >>> from yieldpoint.benchmarks.results import Results
        >>> Results({"loop": [[0.5, 0.6]]}, {"uvloop": "not installed"}).skipped
        {'uvloop': 'not installed'}
    """

    cases: Mapping[str, Samples] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    machine: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """What one run has measured.

    Attributes:
        machine: What `yieldpoint.benchmarks.machine.describe` said.
        quick: Whether it was a quick one.
        benchmarks: The results by the benchmark's name.

    Examples:
        >>> from yieldpoint.benchmarks.results import Run
        >>> Run({"python": "3.14.0"}).benchmarks
        {}
    """

    machine: dict[str, str]
    quick: bool = False
    benchmarks: dict[str, Results] = field(default_factory=dict)


def save(run: Run, path: Path) -> None:
    """Write a run to a file.

    Args:
        run: The run.
        path: The file; one that exists is replaced.

    Raises:
        OSError: The file cannot be written.

    Examples:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> from yieldpoint.benchmarks.results import Results, Run, load, save
        >>> run = Run({"python": "3.14.0"}, benchmarks={"a": Results({"b": [[1.0]]})})
        >>> with TemporaryDirectory() as folder:
        ...     save(run, Path(folder, "run.json"))
        ...     load(Path(folder, "run.json")) == run
        True
    """
    whole = {
        "format": _FORMAT,
        "quick": run.quick,
        "machine": run.machine,
        "benchmarks": {
            name: {
                "cases": dict(results.cases),
                "skipped": results.skipped,
                **({"machine": results.machine} if results.machine else {}),
            }
            for name, results in run.benchmarks.items()
        },
    }
    path.write_text(_lines(whole, levels=4) + "\n", encoding="utf-8")


def _lines(value: object, levels: int, indent: str = "") -> str:
    """Write JSON with the outer levels of its objects a line an entry."""
    if not isinstance(value, dict) or not value or not levels:
        return json.dumps(value)
    entries = (
        f"{indent} {json.dumps(key)}: {_lines(entry, levels - 1, indent + ' ')}"
        for key, entry in value.items()
    )
    return "{\n" + ",\n".join(entries) + f"\n{indent}}}"


def load(path: Path) -> Run:
    """Read a run from a file.

    Args:
        path: The file.

    Returns:
        The run.

    Raises:
        OSError: The file cannot be read.
        FormatError: It holds something else.

    Examples:
        >>> from yieldpoint.benchmarks.results import SAVED, load
        >>> load(SAVED).machine["implementation"]
        'CPython'
    """
    try:
        whole: Any = json.loads(path.read_text(encoding="utf-8"))
        if whole["format"] == _FORMAT:
            return Run(
                machine=_texts(whole["machine"]),
                quick=bool(whole["quick"]),
                benchmarks={
                    name: _results(found) for name, found in whole["benchmarks"].items()
                },
            )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise FormatError(f"{path} holds no results of these benchmarks") from error
    raise FormatError(f"{path} has the format {whole['format']!r}, not {_FORMAT!r}")


def _results(found: Any) -> Results:  # noqa: ANN401 - JSON can be anything
    """Check the shape of what a file says of one benchmark."""
    return Results(
        {
            case: [[float(value) for value in values] for values in samples]
            for case, samples in found["cases"].items()
        },
        _texts(found["skipped"]),
        _texts(found.get("machine", {})),
    )


def _texts(found: Any) -> dict[str, str]:  # noqa: ANN401 - JSON can be anything
    return {name: str(value) for name, value in found.items()}
