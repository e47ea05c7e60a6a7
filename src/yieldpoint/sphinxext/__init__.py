"""The Sphinx extension of the site: what the pages are written with, and kept by.

- `yieldpoint.sphinxext.source`: ``{example}`` shows an object's source, by name.
- `yieldpoint.sphinxext.execution`: every fence with prompts is a doctest, and the
  doctests run on `yieldpoint.clock`.
- `yieldpoint.sphinxext.measured`: figures, plots and verdicts from the saved run.
- `yieldpoint.sphinxext.proof`: a prompt that nothing executes breaks the build.
- `yieldpoint.sphinxext.recording`: ``{recording}`` runs an example and shows the run.
- `yieldpoint.sphinxext.verdicts`: ``{verdict}`` sets a claim beside what is the case.

This is the only part of the package that imports anything but the standard library:
Sphinx and MyST-Parser, which you install beside it.

Examples:
    >>> from yieldpoint.sphinxext import setup
    >>> setup.__module__
    'yieldpoint.sphinxext'
"""

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from yieldpoint.sphinxext import (
    builder,
    execution,
    loaded,
    measured,
    proof,
    recording,
    source,
    verdicts,
)

__all__ = ["setup"]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the directives, the doctest builder and the check to a Sphinx application.

    Args:
        app: The application that is being set up.

    Returns:
        What Sphinx wants to know about an extension.

    Examples:
        In a ``conf.py``:

        >>> extensions = ["myst_parser", "yieldpoint.sphinxext"]
    """
    app.setup_extension("sphinx.ext.doctest")
    parts = (builder, execution, loaded, measured, proof, recording, source, verdicts)
    for part in parts:
        part.setup(app)
    return {
        "version": "1",
        "env_version": 2,  # one more whenever proof keeps something else
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
