"""The files that a recording can become, by the ending of their name."""

from collections.abc import Callable
from pathlib import Path

from yieldpoint.trace.trace import Trace

__all__ = ["FORMATS", "Misuse", "check_output", "write"]

#: What each ending stands for.
FORMATS: dict[str, Callable[[Trace], str]] = {
    ".html": Trace.to_html,
    ".json": Trace.to_json,
    ".perfetto.json": Trace.to_perfetto,
    ".svg": Trace.to_svg,
    ".txt": lambda trace: f"{trace}\n",
}


class Misuse(Exception):  # noqa: N818 - not an error of the program
    """The command cannot do what it is asked to; its text says why."""


def _format_of(path: Path) -> Callable[[Trace], str]:
    """Return what a file's name asks for; of two endings that fit, the longer one."""
    for ending in sorted(FORMATS, key=len, reverse=True):
        if path.name.endswith(ending):
            return FORMATS[ending]
    raise Misuse(f"{path} has none of the endings {', '.join(FORMATS)}")


def check_output(path: Path) -> None:
    """Find out before the run whether its recording can be kept.

    Raises:
        Misuse: It cannot.
    """
    _format_of(path)
    existed = path.exists()
    try:
        with path.open("a", encoding="utf-8"):
            pass
    except OSError as error:
        raise Misuse(f"cannot write {path}: {error.strerror}") from None
    if not existed:
        path.unlink()


def write(trace: Trace, path: Path) -> None:
    """Write a recording to a file.

    Raises:
        Misuse: That is not possible any more.
    """
    text = _format_of(path)(trace)
    try:
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise Misuse(f"cannot write {path}: {error.strerror}") from None
