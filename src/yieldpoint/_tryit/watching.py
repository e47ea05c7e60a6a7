"""Record a program on the clock that jumps, and show the run as the site's pages do."""

import signal
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from yieldpoint._tryit.colours import highlight
from yieldpoint._tryit.ending import ending_of, show
from yieldpoint._tryit.worker import told
from yieldpoint.trace import Trace, stepper
from yieldpoint.trace._recorder.making import Settings
from yieldpoint.trace._recorder.program import Script
from yieldpoint.trace.runs import script_run
from yieldpoint.words import marked, translated

__all__ = ["end_at_limit", "watch"]

# How many steps a page can show.
_LIMIT = 1_000
_CUT = marked("The recording has the first {limit} steps: there the program was ended.")


def end_at_limit(steps: int, remark: str) -> None:
    """End the program when there will be no more steps.

    Args:
        steps: How many there are.
        remark: Why there will be no more; nothing as long as there will.
    """
    del steps
    if remark:
        signal.raise_signal(signal.SIGINT)


def watch(text: str, name: str) -> str:
    """Run a program on the clock that jumps, and record it.

    Args:
        text: Its text.
        name: Its file's name.

    Returns:
        How it ended, and under "recording" what can be seen, as JSON.
    """
    return told(lambda: _watch(text, name))


def _watch(text: str, name: str) -> dict[str, Any]:
    Path(name).write_text(text, "utf-8", errors="replace")
    try:
        script = Script(name, ())
    except (SyntaxError, ValueError) as error:
        show(error)
        return asdict(ending_of(error, str(Path.cwd() / name)))

    run = script_run(script)

    def at_end() -> None:
        if run.exception is not None:
            show(run.exception)
        script.drop()

    run.at_end = at_end
    trace = run.record(Settings("virtual", (), _LIMIT, end_at_limit))
    ending = ending_of(trace.exception, script.filename)
    if len(trace.events) == _LIMIT:
        ending = replace(
            ending, status="cut", note=translated(_CUT, limit=f"{_LIMIT:,}")
        )
    return {**asdict(ending), "recording": _shown(trace)}


def _shown(trace: Trace) -> dict[str, Any]:
    """Return what the page shows of a recording."""
    return {
        "html": stepper.to_html(trace, highlight),
        "steps": len(trace.events),
        "findings": [
            {
                "message": finding.text,
                "line": finding.line,
                "step": finding.step,
                "page": finding.page,
            }
            for finding in trace.findings
        ],
        "remark": trace.remark,
    }
