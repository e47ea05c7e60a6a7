r"""The proof that every example is executed: what is not executed breaks the build.

The sources are searched for prompts as plain text. Each prompt that is found must also
be in a doctest that the doctest builder runs; one that is not is reported with its file
and line, and a strict build fails. The search does not ask how a prompt came to be
passed over, so it finds all of them: in a fence of the wrong language, in the docstring
of an object that no page documents, in a README that no page includes, behind
a ``SKIP`` option.

A fence with Python and no prompts is reported as well: nothing would check it.

Examples:
    >>> from yieldpoint.sphinxext.proof import prompts_in
    >>> prompts_in('>>> print("a")\na\n>>> 1 + 1\n2')
    [(1, '>>> print("a")'), (3, '>>> 1 + 1')]
"""

import doctest
import re
from collections import Counter
from collections.abc import Set as AbstractSet
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector
from sphinx.util import logging

from yieldpoint.sphinxext.execution import doctests_in

__all__ = ["PromptCollector", "prompts_in", "report_unexecuted_prompts"]

logger = logging.getLogger(__name__)

# A comment behind a prompt is no example: there is nothing to execute.
_PROMPT = re.compile(r"^[\s>]*?(>>> (?!\s*#).*?)\s*$")
_PYTHON_LANGUAGES = frozenset({"python", "python3", "py", "py3", "ipython", "ipython3"})
_PYTHON_FENCE = re.compile(rf"\s*(```+|~~~+) *({'|'.join(_PYTHON_LANGUAGES)})\b")

_Prompts = Counter[tuple[str, str]]
"""How often a file's doctests have a prompt: (path, prompt) to a count."""


def prompts_in(text: str) -> list[tuple[int, str]]:
    """Find the prompts in a source text, Markdown or Python.

    Args:
        text: The text of a whole file.

    Returns:
        The line number, from 1, and the prompt with its code, for each prompt.

    Examples:
        >>> from yieldpoint.sphinxext.proof import prompts_in
        >>> prompts_in("prose")
        []
    """
    return [
        (number, match[1])
        for number, line in enumerate(text.splitlines(), start=1)
        if (match := _PROMPT.match(line))
    ]


class PromptCollector(EnvironmentCollector):
    """Collect the prompts that will be executed, page by page, as pages are read.

    Examples:
        >>> from sphinx.environment.collectors import EnvironmentCollector
        >>> from yieldpoint.sphinxext.proof import PromptCollector
        >>> issubclass(PromptCollector, EnvironmentCollector)
        True
    """

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        """Note the prompts of a page, and report its fences that have none."""
        prompts: _Prompts = Counter()
        for block in doctests_in(doctree):
            found = _executed_prompts(block)
            if not found:
                _report_fence(block)
            path = (block.source or "").partition(":docstring of ")[0]
            prompts.update((str(Path(path).resolve()), prompt) for prompt in found)
        _prompts_by_page(app.env)[app.env.docname] = prompts

        for block in doctree.findall(nodes.literal_block):
            language = block.get("language")
            if language in _PYTHON_LANGUAGES and "example" not in block["classes"]:
                _report_fence(block)
            elif language in {None, "", "default"}:
                logger.warning("this fence names no language", location=block)

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget a page that is gone or will be read again."""
        del app
        _prompts_by_page(env).pop(docname, None)

    def merge_other(
        self,
        app: Sphinx,
        env: BuildEnvironment,
        docnames: AbstractSet[str],
        other: BuildEnvironment,
    ) -> None:
        """Take over what a parallel reader has collected."""
        del app
        for docname in docnames:
            _prompts_by_page(env)[docname] = _prompts_by_page(other)[docname]


def _prompts_by_page(env: BuildEnvironment) -> dict[str, _Prompts]:
    """Return what the environment keeps from one build to the next."""
    prompts: dict[str, _Prompts] = env.__dict__.setdefault("yieldpoint_prompts", {})
    return prompts


def _executed_prompts(block: nodes.Element) -> list[str]:
    source = block.get("test", block.astext())
    return [
        f">>> {example.source.splitlines()[0]}".rstrip()
        for example in doctest.DocTestParser().get_examples(source)
        if not example.options.get(doctest.SKIP)
    ]


def _report_fence(location: nodes.Node | str) -> None:
    logger.warning(
        "nothing executes this fence: write it with prompts, or show an object of the "
        "package with {example}",
        location=location,
    )


def report_unexecuted_prompts(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Report each prompt in the sources that no doctest has.

    The sources are the pages and the files that the ``executed_sources`` of ``conf.py``
    match: patterns, relative to the folder of ``conf.py``.

    Args:
        app: The Sphinx application.
        env: The environment, all pages read.

    Returns:
        An empty list, since no page has to be written again for this.

    Examples:
        >>> from yieldpoint.sphinxext.proof import report_unexecuted_prompts
        >>> report_unexecuted_prompts.__name__
        'report_unexecuted_prompts'
    """
    not_yet_found: _Prompts = sum(_prompts_by_page(env).values(), Counter())
    pages = [Path(env.doc2path(docname)) for docname in env.found_docs]
    others = [
        path
        for pattern in app.config.executed_sources
        for path in Path(app.confdir).glob(pattern)
    ]
    for path in sorted(path.resolve() for path in pages + others):
        text = path.read_text(encoding="utf-8")
        for number, prompt in prompts_in(text):
            if not_yet_found[str(path), prompt]:
                not_yet_found[str(path), prompt] -= 1
            else:
                logger.warning(
                    "nothing executes this prompt: %s",
                    prompt,
                    location=f"{path}:{number}",
                )
    for path in sorted(path.resolve() for path in others if path.suffix == ".md"):
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, start=1):
            if _PYTHON_FENCE.match(line):
                _report_fence(f"{path}:{number}")
    return []


def setup(app: Sphinx) -> None:
    """Add the collector and the report."""
    app.add_config_value("executed_sources", [], "env", types=frozenset({list}))
    app.add_env_collector(PromptCollector)
    app.connect("env-updated", report_unexecuted_prompts)
