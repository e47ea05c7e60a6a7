"""The doctest builder: it runs the sessions of all pages, or of those that are named.

.. code-block:: console

   $ sphinx-build -b doctest -D executed_pages=asyncio/sleep docs out

reads and runs one page. A failure names the Python, the file and the line, shows the
example, what the page says, and what comes instead.

Examples:
    >>> from yieldpoint.sphinxext.builder import page_name
    >>> page_name("docs/asyncio/sleep.md", {"index", "asyncio/sleep"}, "docs")
    'asyncio/sleep'
"""

import faulthandler
import inspect
import os
import pkgutil
import platform
import sys
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.dummy import DummyBuilder
from sphinx.config import Config
from sphinx.project import Project
from sphinx.util import logging
from sphinx.util.nodes import get_node_line

from yieldpoint.sphinxext.execution import doctests_in, is_for_this_python, session_of
from yieldpoint.sphinxext.limits import GRACE
from yieldpoint.sphinxext.programs._pages import Entry, programs_of
from yieldpoint.sphinxext.programs._proving import faults
from yieldpoint.sphinxext.proof import ALLOWED_FLAGS
from yieldpoint.sphinxext.searching import line_of, prompts_in
from yieldpoint.sphinxext.sessions import Block, Failure, Session

__all__ = ["SessionBuilder", "page_name", "sessions_in"]

logger = logging.getLogger(__name__)

# What the clock shows at first: long after 0, as a real one does.
_START = 1000.0


def page_name(named: str, pages: Iterable[str], folder: str) -> str:
    """Find the page that somebody means.

    Args:
        named: A page's name or file, from here or from the folder of the pages.
        pages: The names of all pages.
        folder: The folder of the pages.

    Returns:
        The page's name.

    Raises:
        ValueError: There is no such page. The message says which there are.

    Examples:
        >>> from yieldpoint.sphinxext.builder import page_name
        >>> page_name("index", {"index", "asyncio/sleep"}, "docs")
        'index'
        >>> page_name("sleep", {"index", "asyncio/sleep"}, "docs")
        Traceback (most recent call last):
          ...
        ValueError: no page is named 'sleep'. There are:
          asyncio/sleep
          index
    """
    names = set(pages)
    for path in (Path(folder, named), Path(named)):
        relative = os.path.relpath(path, folder).replace(os.sep, "/")
        for name in (relative, relative.rpartition(".")[0]):
            if name in names:
                return name
    raise ValueError(
        "\n  ".join([f"no page is named {named!r}. There are:", *sorted(names)])
    )


def _choose_pages(app: Sphinx, config: Config) -> None:
    """Read the pages that are named, and nothing else."""
    named = [name for name in config.executed_pages if name]
    if not named:
        return
    project = Project(app.srcdir, config.source_suffix)
    found = project.discover([*config.exclude_patterns, *config.templates_path])
    try:
        chosen = [page_name(name, found, str(app.srcdir)) for name in named]
    except ValueError as error:
        # Whoever has mistyped a name needs no report for Sphinx's developers.
        raise SystemExit(str(error)) from None
    config.include_patterns = [
        str(project.doc2path(name, absolute=False)) for name in chosen
    ]
    config.root_doc = config.master_doc = chosen[0]
    config.executed_sources = []
    config.suppress_warnings = [*config.suppress_warnings, "toc"]


def sessions_in(doctree: nodes.document) -> list[Session]:
    """Return the sessions of a page: its own, and those of the docstrings on it.

    Args:
        doctree: The page.

    Returns:
        The sessions, in the order in which they begin.

    Examples:
        >>> from docutils import nodes
        >>> from docutils.utils import new_document
        >>> from yieldpoint.sphinxext.builder import sessions_in
        >>> page = new_document("page.md")
        >>> page += nodes.literal_block("", ">>> 1 + 1", testnodetype="doctest")
        >>> page[0].line = 1
        >>> [session.name for session in sessions_in(page)]
        ['page.md']
    """
    blocks: defaultdict[str, list[Block]] = defaultdict(list)
    for block in doctests_in(doctree):
        if not is_for_this_python(block):
            continue
        text = block.get("test", block.astext())
        place = block.source or str(doctree["source"])
        options: dict[int, bool] = block.get("options", {})
        piece = Block(text, place, get_node_line(block) or 1, options)
        for group in block.get("groups", [session_of(block)]):
            blocks[group].append(piece)
    page = os.path.relpath(doctree["source"])
    return [
        Session(page if group == "default" else group, pieces)
        for group, pieces in blocks.items()
    ]


class SessionBuilder(DummyBuilder):
    """Run each page's and each docstring's examples as a session.

    Examples:
        >>> from yieldpoint.sphinxext.builder import SessionBuilder
        >>> SessionBuilder.name
        'doctest'
    """

    name = "doctest"
    epilog = ""

    def init(self) -> None:
        """Count from nothing.

        :meta private:
        """
        self.number = self.failed = self.sessions = self.programs = 0
        self._threads = set(threading.enumerate())

    def get_outdated_docs(self) -> set[str]:
        """Return all pages: each is run, each time.

        :meta private:
        """
        return self.env.found_docs

    def write_documents(self, docnames: AbstractSet[str]) -> None:
        """Run the examples of the pages.

        :meta private:
        """
        programs: dict[str, Entry] = {}
        for docname in sorted(docnames):
            doctree = self.env.get_doctree(docname)
            before = self.failed
            for session in sessions_in(doctree):
                failures = session.run(
                    self.config.executed_within,
                    self.config.doctest_default_flags & ALLOWED_FLAGS,
                    _START,
                )
                for failure in failures:
                    self._report(failure)
                self.sessions += 1
                self.number += session.number
                self.failed += len(failures)
            if self.failed == before:
                path = self.env.doc2path(docname)
                for name, program in programs_of(doctree).items():
                    programs[f"{path}: {name}"] = program
        # Who tries many hash seeds leaves the programs out: each has one of its own.
        if programs and "without_programs" not in self.tags:
            self._prove_programs(programs)

    def _prove_programs(self, all_programs: Mapping[str, Entry]) -> None:
        """Run the programs of pages whose sessions are right."""
        here = ".".join(platform.python_version_tuple()[:2])
        programs = {
            name: program
            for name, program in all_programs.items()
            if here in (program["versions"] or [here])
        }
        # Who says of no program how long it takes is not asked for it.
        timed = bool(self.config.program_seconds)
        for place, fault in faults(programs, timed=timed):
            path, _, name = place.rpartition(": ")
            logger.warning(
                "the program %s goes wrong on Python %s (%s)\n%s",
                *(name, platform.python_version(), sys.executable, fault),
                location=f"{path}:1",
            )
            self.failed += 1
        self.programs += len(programs)

    def _report(self, failure: Failure) -> None:
        block = failure.block
        path, _, docstring = block.source.partition(":docstring of ")
        line = _line_of_object(docstring) if docstring else block.line
        if failure.line is not None:
            # The block's first prompt is searched for: a docstring does not say where
            # it stands, and a fence only where its options begin.
            number, prompt = prompts_in(block.text)[0]
            line = line_of(prompt, Path(path), line) + failure.line + 1 - number
        logger.warning(
            "wrong on Python %s (%s)%s\n%s",
            platform.python_version(),
            sys.executable,
            f", in the docstring of {docstring}" if docstring else "",
            failure.text,
            location=f"{path}:{line}",
        )

    def finish(self) -> None:
        """Say how many examples were run, and let nothing keep the process.

        :meta private:
        """
        summary = (
            f"Python {platform.python_version()} ({sys.executable}): "
            f"{self.number} examples in {self.sessions} sessions, "
            f"{self.programs} programs, {self.failed} failures"
        )
        logger.info(summary)
        Path(self.outdir, "output.txt").write_text(f"{summary}\n", encoding="utf-8")
        if self.failed:
            self._app.statuscode = 1
        left = set(threading.enumerate()) - self._threads
        if any(not thread.daemon for thread in left):
            faulthandler.dump_traceback_later(GRACE, exit=True)


def _line_of_object(name: str) -> int:
    """Return the line from which on the docstring of an object may stand."""
    try:
        return inspect.getsourcelines(pkgutil.resolve_name(name))[1]
    except (AttributeError, ImportError, OSError, TypeError, ValueError):
        return 1


def setup(app: Sphinx) -> None:
    """Add the builder and what can be configured of it."""
    app.add_config_value("executed_within", 60, "", types=frozenset({int, float}))
    app.add_config_value("executed_pages", [], "", types=frozenset({list}))
    app.connect("config-inited", _choose_pages, priority=900)
    app.add_builder(SessionBuilder, override=True)
