r"""Style sheets and scripts without what a browser does not need.

Furo's colours for code name each kind of token in a rule of its own, three times. Here
tokens that look alike share a rule. Of the site's own files, comments and indentation
are left out. The files of others stay as they are.

Examples:
    >>> from yieldpoint.sphinxext.light import without_comments
    >>> without_comments("/* A */\na {\n  color: red;\n}\n")
    'a {\ncolor: red;\n}\n'
"""

import re
from collections.abc import Iterable
from pathlib import Path

from sphinx.application import Sphinx

from yieldpoint.sphinxext.elsewhere import is_web

__all__ = ["grouped", "without_comments"]

_COMMENT = re.compile(r"^\s*(?:/\*.*?\*/|//[^\n]*)\n", re.DOTALL | re.MULTILINE)
_REMARK = re.compile(r" /\* [\w. ]+ \*/$", re.MULTILINE)
_RULE = re.compile(r"(.*\.highlight) (\.\w+) (\{[^}]*\})")


def without_comments(text: str) -> str:
    r"""Return a style sheet or a script without comments and indentation.

    Args:
        text: Its text. A comment stands in lines of its own, and no string goes on in
            another line.

    Returns:
        What is left.

    Examples:
        >>> from yieldpoint.sphinxext.light import without_comments
        >>> without_comments("// One.\nif (a) {\n  b();\n}\n")
        'if (a) {\nb();\n}\n'
    """
    return re.sub(r"\n\s+", "\n", _COMMENT.sub("", text))


def grouped(text: str) -> str:
    r"""Return a style sheet for code in which tokens that look alike share a rule.

    Args:
        text: The style sheet, as Pygments writes it.

    Returns:
        One that says the same.

    Examples:
        >>> from yieldpoint.sphinxext.light import grouped
        >>> print(grouped(".highlight .c { color: #555 } /* Comment */\n"
        ...               ".highlight .k { color: #80f } /* Keyword */\n"
        ...               ".highlight .cm { color: #555 } /* Comment.Multiline */\n"))
        .highlight :is(.c,.cm) { color: #555 }
        .highlight :is(.k) { color: #80f }
    """
    lines: list[str] = []
    block: dict[tuple[str, str], list[str]] = {}
    for line in _REMARK.sub("", text).splitlines():
        rule = _RULE.fullmatch(line)
        if rule:
            block.setdefault((rule[1], rule[3]), []).append(rule[2])
        else:
            lines += [*_rules(block), line]
            block = {}
    return "\n".join([*lines, *_rules(block)])


def _rules(block: dict[tuple[str, str], list[str]]) -> Iterable[str]:
    for (place, look), tokens in block.items():
        yield f"{place} :is({','.join(tokens)}) {look}"


def _lighten(app: Sphinx, exception: Exception | None) -> None:
    """Lighten what has been written."""
    if exception or not is_web(app.builder):
        return
    static = Path(app.outdir, "_static")
    own = {
        file.name
        for folder in app.config.html_static_path
        for file in Path(app.confdir, folder).iterdir()
        if file.suffix in {".css", ".js"}
    }
    for path in map(static.joinpath, sorted(own)):
        path.write_text(without_comments(path.read_text("utf-8")), "utf-8")
    colours = static / "pygments.css"
    colours.write_text(grouped(colours.read_text("utf-8")), "utf-8")


def setup(app: Sphinx) -> None:
    """Work once Furo has written its colours."""
    app.connect("build-finished", _lighten, priority=700)
