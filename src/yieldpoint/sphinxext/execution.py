"""Every fence with prompts is a doctest, and the doctests run on the site's clock.

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

import contextlib
import doctest
import gc
import itertools
import logging
import platform
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from docutils import nodes
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from sphinx.application import Sphinx
from sphinx.directives.code import container_wrapper
from sphinx.ext.doctest import DocTestBuilder, TestGroup
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective

from yieldpoint import clock

__all__ = [
    "PYTHONS",
    "ExecuteFences",
    "OnPythonDirective",
    "VirtualTimeDocTestBuilder",
    "doctests_in",
    "matching_pythons",
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


def _mark_as_doctest(block: nodes.literal_block, source: str) -> None:
    block["testnodetype"] = "doctest"
    block["groups"] = [_session(block)]
    block["options"] = {}
    block["test"] = source
    block["classes"].append("executed")


def _session(block: nodes.Element) -> str:
    """Return the name of the session of a block: its docstring, or its page."""
    return (block.source or "").partition(":docstring of ")[2] or "default"


class ExecuteFences(SphinxTransform):
    """Mark each fence with prompts as a doctest, each docstring as a session.

    Which languages are fences with prompts is said by ``executed_fences`` of
    ``conf.py``.

    Examples:
        >>> from yieldpoint.sphinxext.execution import ExecuteFences
        >>> ExecuteFences.default_priority
        500
    """

    default_priority = 500

    def apply(self, **_: Any) -> None:  # noqa: ANN401 - as docutils has it
        """Mark the fences and docstrings of the page that is being read.

        :meta private:
        """
        for block in self.document.findall(nodes.literal_block):
            language = block.get("language", "").lower()
            if language in self.config.executed_fences and "testnodetype" not in block:
                _mark_as_doctest(block, block.astext())
        for session in self.document.findall(nodes.doctest_block):
            session["groups"] = [_session(session)]
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
        """Return the fence as a doctest, captioned with its Pythons.

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
        _mark_as_doctest(block, source)
        caption = "Python " + ", ".join(pythons)
        captioned = container_wrapper(self, block, caption)
        captioned["classes"].append("on-python")
        return [captioned]


class VirtualTimeDocTestBuilder(DocTestBuilder):
    """Run the doctests on the site's clock, and let them leave nothing behind.

    A warning that an example does not catch, an exception in a thread, and an error
    that asyncio logs are failures, as a wrong output is. So is what is printed before
    a traceback and not shown: a reader would see it.

    Examples:
        >>> from yieldpoint.sphinxext.execution import VirtualTimeDocTestBuilder
        >>> VirtualTimeDocTestBuilder.name
        'doctest'
    """

    def write_documents(self, docnames: AbstractSet[str]) -> None:
        """Run the examples of the pages.

        :meta private:
        """
        try:
            super().write_documents(docnames)
        finally:
            gc.unfreeze()

    def skipped(self, node: nodes.Element) -> bool:
        """Tell whether a fence is for other Pythons than this one.

        :meta private:
        """
        here = ".".join(platform.python_version_tuple()[:2])
        return here not in node.get("pythons", [here]) or super().skipped(node)

    def test_group(self, group: TestGroup) -> bool:
        """Run the examples of one session.

        :meta private:
        """
        # What is alive now stays so: a collection has only this session to look at.
        gc.freeze()
        with clock.installed(), _what_is_left_behind() as left_behind:

            def find_hidden_output(
                out: Callable[[str], object],
                test: doctest.DocTest,
                example: doctest.Example,
                got: str,
            ) -> None:
                del out, test
                if example.exc_msg is not None and not got.startswith("Traceback"):
                    left_behind.append(f"output before a traceback: {got}")

            # Sphinx makes the runner itself: the method can only be replaced.
            self.test_runner.report_success = find_hidden_output  # type: ignore[method-assign]
            passed = super().test_group(group)
            # Let go of the session's variables while we watch. There is no test, and
            # nothing to let go, if all fences were for other Pythons.
            with contextlib.suppress(AttributeError):
                self.test_runner.test.globs.clear()
            gc.collect()
        blocks = itertools.chain(group.setup, *group.tests)
        files = [block.filename for block in blocks if block]
        for message in left_behind:
            self._warn_out(f"{files[0]} ({group.name}) left behind: {message}\n")
        self.total_failures += len(left_behind)
        return passed and not left_behind


@contextlib.contextmanager
def _what_is_left_behind() -> Iterator[list[str]]:
    """Collect warnings, exceptions that nobody catches, and errors of asyncio."""
    messages: list[str] = []

    def note(failure: "threading.ExceptHookArgs | sys.UnraisableHookArgs") -> None:
        messages.append(f"{failure.exc_type.__name__}: {failure.exc_value}")

    logger = logging.getLogger("asyncio")
    handler = _Messages(messages)
    before = threading.excepthook, sys.unraisablehook, logger.propagate
    threading.excepthook, sys.unraisablehook, logger.propagate = note, note, False
    logger.addHandler(handler)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield messages
        messages += [f"{each.category.__name__}: {each.message}" for each in caught]
    finally:
        logger.removeHandler(handler)
        threading.excepthook, sys.unraisablehook, logger.propagate = before


class _Messages(logging.Handler):
    """What a logger logs, in a list."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__()
        self.messages = messages

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def setup(app: Sphinx) -> None:
    """Add the transform, the directive and the builder."""
    lists = frozenset({list, tuple})
    app.add_config_value("executed_fences", ["pycon", "pycon3"], "env", types=lists)
    app.add_transform(ExecuteFences)
    app.add_directive("on-python", OnPythonDirective)
    app.add_builder(VirtualTimeDocTestBuilder, override=True)
