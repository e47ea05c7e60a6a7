"""What a page with programs loads at first: the script that puts its buttons in.

Examples:
    >>> from yieldpoint.sphinxext.tryit._page import needs_script
    >>> needs_script('<div class="executed" data-program="states-1">')
    True
    >>> needs_script("<p>Nothing to run.</p>")
    False
"""

import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

__all__ = ["needs_script"]

_START = Path(__file__).parent / "page/start.js"


def needs_script(body: str) -> bool:
    """Tell whether there is something on a page that can be tried.

    Args:
        body: The page, as HTML.

    Returns:
        Whether it has a program, or the place of the editor for anybody's program.

    Examples:
        >>> from yieldpoint.sphinxext.tryit._page import needs_script
        >>> needs_script('<div class="tryit-place docutils container">')
        True
    """
    return ' data-program="' in body or 'class="tryit-place' in body


def _add_script(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Let the page find what it loads when somebody asks for it."""
    del templatename, doctree
    if app.config.tryit_folder and needs_script(context.get("body", "")):
        app.add_js_file(
            "tryit.js",
            loading_method="defer",
            **{
                "data-base": app.config.tryit_folder,
                "data-programs": f"_programs/{pagename}.json",
            },
        )


def _copy_script(app: Sphinx) -> None:
    """Put the script where Sphinx looks for it when it writes a page."""
    if app.config.tryit_folder:
        target = Path(app.outdir, "_static", "tryit.js")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(_START, target)


def setup(app: Sphinx) -> None:
    """Look at each page; what the folder is called is known by then."""
    app.connect("builder-inited", _copy_script, priority=600)
    app.connect("html-page-context", _add_script)
