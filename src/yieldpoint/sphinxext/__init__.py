"""The Sphinx extension of the site, for other projects too.

``{example}`` shows an object's source by name, ``{recording}`` runs an example and
shows the run, every fence with prompts is a doctest that runs on `yieldpoint.clock`,
and a prompt that nothing executes breaks the build.

It is the only part of the package that imports Sphinx, which the extra ``sphinx``
brings: ``pip install ".[sphinx]"`` in a checkout.

What only the pages of this site need are extensions of their own, each in its module:
``measured`` (figures, plots and verdicts from the saved run), ``verdicts`` (a claim
beside what is the case), ``names`` (one object under two names), ``navigation``
(Furo's list of pages, made once), ``reading`` (modules as code and comments),
``programs`` (each fence as a program that needs no package) and ``differences`` (what
the loop leaves out of asyncio).

Examples:
    In a ``conf.py``:

    >>> extensions = ["myst_parser", "yieldpoint.sphinxext"]
"""

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from yieldpoint.sphinxext import (
    builder,
    doctrees,
    elsewhere,
    execution,
    loaded,
    proof,
    recording,
    settings,
    source,
    vanished,
)

__all__ = ["setup"]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Add the directives, the doctest builder and the check to a Sphinx application.

    Args:
        app: The application that is being set up.

    Returns:
        What Sphinx wants to know about an extension.

    Examples:
        >>> from yieldpoint.sphinxext import setup
        >>> setup.__module__
        'yieldpoint.sphinxext'
    """
    app.setup_extension("sphinx.ext.doctest")
    for part in (
        *(builder, doctrees, elsewhere, execution, loaded),
        *(proof, recording, settings, source, vanished),
    ):
        part.setup(app)
    return {
        "version": "1",
        "env_version": 6,  # one more whenever proof or source keeps something else
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
