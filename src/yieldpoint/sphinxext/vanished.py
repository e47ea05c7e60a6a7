"""What a page loses is missed on those that link to it and stay as they are.

Sphinx looks at a page's links when it writes the page. So a strict build after an edit
would not notice that an edited page has lost what others lead to. Here it writes all
pages again when something has gone: a label, a heading, a term, an object.

Examples:
    >>> from yieldpoint.sphinxext.vanished import setup
    >>> setup.__module__
    'yieldpoint.sphinxext.vanished'
"""

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

__all__: list[str] = []


def _targets(env: BuildEnvironment) -> set[tuple[str, ...]]:
    """Return all that a link may lead to."""
    standard, python = env.domains.standard_domain, env.domains.python_domain
    headings = {
        (page, slug)
        for page in env.found_docs
        for slug in env.metadata[page].get("myst_slugs", ())
    }
    labels = {(label,) for label in standard.anonlabels}
    return (
        headings | labels | {*standard.objects} | {(name,) for name in python.objects}
    )


def _pages_to_write_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return all pages if something has gone, and the build is strict."""
    there = _targets(env)
    before: set[tuple[str, ...]] = getattr(env, "yieldpoint_targets", set())
    env.yieldpoint_targets = there  # type: ignore[attr-defined] # Sphinx keeps what is added
    is_strict = app._fail_on_warnings  # noqa: SLF001 - it is told nowhere else
    return sorted(env.found_docs) if is_strict and before - there else []


def setup(app: Sphinx) -> None:
    """Look when all pages have been read."""
    app.connect("env-updated", _pages_to_write_again)
