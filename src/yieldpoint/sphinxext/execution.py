"""Every fence with prompts is a doctest.

Sphinx's doctest builder runs ``{doctest}`` directives and reStructuredText's doctest
blocks. A plain ``pycon`` fence in a Markdown page it passes over without a word.
`ExecuteFences` turns each into a doctest. A page is one session: what one fence
imports, the next may use. So is each docstring.

A fence that opens with ``{on-python} < 3.14`` is executed on the Pythons that the
specifier names, and says so above the code.

Examples:
    >>> from yieldpoint.sphinxext.execution import matching_pythons
    >>> matching_pythons(">= 3.13")
    ['3.13', '3.14', '3.15']
"""

import platform
from collections.abc import Iterator, Sequence
from typing import Any

from docutils import nodes
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from sphinx.application import Sphinx
from sphinx.directives.code import container_wrapper
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective

__all__ = [
    "PYTHONS",
    "ExecuteFences",
    "OnPythonDirective",
    "around",
    "doctests_in",
    "is_for_this_python",
    "matching_pythons",
    "session_of",
]

#: The Python versions that are known here, oldest first.
PYTHONS = ("3.11", "3.12", "3.13", "3.14", "3.15")


def matching_pythons(specifier: str, pythons: Sequence[str] = PYTHONS) -> list[str]:
    """Return the Pythons that a version specifier matches.

    Args:
        specifier: A version specifier such as ``>= 3.13``, as in packaging metadata.
        pythons: The versions to choose from.

    Returns:
        Those that match, in the same order.

    Raises:
        packaging.specifiers.InvalidSpecifier: It is no version specifier.

    Examples:
        >>> from yieldpoint.sphinxext.execution import matching_pythons
        >>> matching_pythons("< 3.13")
        ['3.11', '3.12']
        >>> matching_pythons("> 4")
        []
    """
    return list(SpecifierSet(specifier).filter(pythons))


def doctests_in(doctree: nodes.Node) -> Iterator[nodes.Element]:
    """Yield the blocks of a page that the doctest builder executes.

    Args:
        doctree: The page, or a part of it.

    Yields:
        Literal blocks that are marked as doctests, and the doctest blocks that
        docstrings consist of.

    Examples:
        >>> from docutils import nodes
        >>> from yieldpoint.sphinxext.execution import doctests_in
        >>> fence = nodes.literal_block("", ">>> 1 + 1", testnodetype="doctest")
        >>> list(doctests_in(nodes.container("", fence))) == [fence]
        True
    """
    for node in doctree.findall(nodes.Element):
        if isinstance(node, nodes.doctest_block) or (
            isinstance(node, nodes.literal_block) and "testnodetype" in node
        ):
            yield node


def around(block: nodes.Element) -> Iterator[nodes.Element]:
    """Yield what a block stands in.

    Args:
        block: A part of a page.

    Yields:
        What it is a child of, then what that is a child of, up to the page.

    Examples:
        >>> from docutils import nodes
        >>> from yieldpoint.sphinxext.execution import around
        >>> fence = nodes.literal_block()
        >>> note = nodes.note("", fence)
        >>> list(around(fence)) == [note]
        True
    """
    while block.parent is not None:
        block = block.parent
        yield block


def _mark_as_doctest(block: nodes.literal_block, source: str) -> None:
    block["testnodetype"] = "doctest"
    block["groups"] = [session_of(block)]
    block["options"] = {}
    block["test"] = source
    block["classes"].append("executed")


def session_of(block: nodes.Element) -> str:
    """Return the name of the session of a block: its docstring, or its page.

    Args:
        block: A block that is executed.

    Returns:
        The name of the object that the docstring belongs to, or ``default``.

    Examples:
        >>> from docutils import nodes
        >>> from yieldpoint.sphinxext.execution import session_of
        >>> session_of(nodes.literal_block())
        'default'
    """
    return (block.source or "").partition(":docstring of ")[2] or "default"


def is_for_this_python(block: nodes.Element) -> bool:
    """Tell whether a block is to be executed on the Python that is running.

    Args:
        block: A block that is executed on some Python.

    Returns:
        Whether it is for all Pythons, or for this one.

    Examples:
        >>> from docutils import nodes
        >>> from yieldpoint.sphinxext.execution import is_for_this_python
        >>> is_for_this_python(nodes.literal_block(pythons=["2.7"]))
        False
    """
    here = ".".join(platform.python_version_tuple()[:2])
    return here in block.get("pythons", [here])


class ExecuteFences(SphinxTransform):
    """Mark each fence with prompts as a doctest, each docstring as a session.

    Which languages are fences with prompts is said by ``executed_fences`` of
    ``conf.py``.

    Examples:
        >>> from yieldpoint.sphinxext.execution import ExecuteFences
        >>> ExecuteFences.default_priority
        399
    """

    # Before Sphinx takes the flags and <BLANKLINE> out of what is shown.
    default_priority = 399

    def apply(self, **_: Any) -> None:  # noqa: ANN401 - as docutils has it
        """Mark the fences and docstrings of the page that is being read.

        :meta private:
        """
        for block in self.document.findall(nodes.literal_block):
            language = block.get("language", "").lower()
            if "testnodetype" in block:
                if "test" in block and block.get("translated"):
                    block["test"] = block.astext()  # what the page shows
            elif language in self.config.executed_fences or "pythons" in block:
                _mark_as_doctest(block, block.astext())
        for session in self.document.findall(nodes.doctest_block):
            session["test"] = session.astext()
            session["groups"] = [session_of(session)]
            session["classes"].append("executed")


class OnPythonDirective(SphinxDirective):
    """Show a fence that is for some Pythons only, and execute it on those.

    The argument is a version specifier. One that matches no supported Python fails the
    build: nothing would execute the fence.

    Examples:
        >>> from yieldpoint.sphinxext.execution import OnPythonDirective
        >>> OnPythonDirective.has_content
        True
    """

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the fence, captioned with its Pythons; `ExecuteFences` marks it.

        :meta private:
        """
        specifier = self.arguments[0]
        try:
            pythons = matching_pythons(specifier, self.config.executed_pythons)
        except InvalidSpecifier:
            raise self.error(f"{specifier!r} is no version specifier") from None
        if not pythons:
            raise self.error(f"no supported Python is {specifier}")

        source = "\n".join(self.content)
        block = nodes.literal_block(source, source, language="pycon", pythons=pythons)
        self.set_source_info(block)
        caption = "Python " + ", ".join(pythons)
        captioned = container_wrapper(self, block, caption)
        captioned["classes"].append("on-python")
        return [captioned]


def setup(app: Sphinx) -> None:
    """Add the transform and the directive."""
    lists = frozenset({list, tuple})
    app.add_config_value("executed_fences", ["pycon", "pycon3"], "env", types=lists)
    app.add_transform(ExecuteFences)
    app.add_directive("on-python", OnPythonDirective)
