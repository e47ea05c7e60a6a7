r"""The proof that every example is executed: what is not executed breaks the build.

The sources are searched for prompts as plain text. Each prompt that is found must also
be in a doctest that the doctest builder runs; one that is not is reported with its file
and line, and a strict build fails. The search does not ask how a prompt came to be
passed over, so it finds all of them: in a fence of the wrong language, in the docstring
of an object that no page documents, in a README that no page includes, behind
a ``SKIP`` option.

Python that stands in a fence without prompts is reported as well, and so is text that
follows an empty line in a fence with prompts: nothing would check it.

Examples:
    >>> from yieldpoint.sphinxext.proof import prompts_in
    >>> prompts_in('>>> print("a")\na\n>>> 1 + 1\n2')
    [(1, '>>> print("a")'), (3, '>>> 1 + 1')]
"""

import doctest
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path

from docutils import nodes
from markdown_it import MarkdownIt
from pygments.lexers import PythonLexer, get_lexer_by_name
from pygments.util import ClassNotFound
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector
from sphinx.util import logging
from sphinx.util.nodes import get_node_line

from yieldpoint.sphinxext.execution import doctests_in

__all__ = ["PromptCollector", "is_python", "prompts_in", "report_what_is_not_executed"]

logger = logging.getLogger(__name__)

# A comment behind a prompt is no example: there is nothing to execute. What may stand
# before a prompt: the marks of quotes, lists and comments, the start of a docstring.
_PROMPT = re.compile(r"""^[\s>*r"'#:-]*?(>>>[^\S\n]*[^\s#>].*?)\s*$""")

_NOT_EXECUTED = (
    "nothing executes this fence: write it with prompts, or show an object of the "
    "package with {example}"
)
_NO_LANGUAGE = "this fence names no language"


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


def is_python(language: str) -> bool:
    """Tell whether a fence of a language holds Python, with or without prompts.

    Args:
        language: What the fence names, in any case.

    Returns:
        Whether Pygments takes the language for a kind of Python.

    Examples:
        >>> from yieldpoint.sphinxext.proof import is_python
        >>> is_python("Python"), is_python("pycon"), is_python("text")
        (True, True, False)
    """
    try:
        lexer = get_lexer_by_name(language.lower())
    except ClassNotFound:
        return False
    return isinstance(lexer, PythonLexer) or "Python" in lexer.name


@dataclass
class _Page:
    """What was found on a page when it was read."""

    #: The executed prompts: the block's source and line, the prompt's number and text.
    prompts: set[tuple[str, int, int, str]] = field(default_factory=set)
    #: What else is wrong: where, and what.
    problems: list[tuple[str, str]] = field(default_factory=list)


class PromptCollector(EnvironmentCollector):
    """Collect what will be executed, and what will not, as pages are read.

    Examples:
        >>> from sphinx.environment.collectors import EnvironmentCollector
        >>> from yieldpoint.sphinxext.proof import PromptCollector
        >>> issubclass(PromptCollector, EnvironmentCollector)
        True
    """

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        """Look at each block of code of a page.

        :meta private:
        """
        page = _pages(app.env)[app.env.docname] = _Page()
        for block in doctests_in(doctree):
            try:
                prompts = list(_executed_prompts(block))
            except ValueError as error:
                page.problems.append((_place(block), str(error)))
                continue
            if not prompts:
                page.problems.append((_place(block), _NOT_EXECUTED))
            page.prompts |= {
                (block.source or "", get_node_line(block) or 0, number, prompt)
                for number, prompt in enumerate(prompts)
            }
        for block in doctree.findall(nodes.literal_block):
            language = block.get("language", "default")
            if "testnodetype" in block or "yieldpoint_example" in block:
                continue
            if is_python(language) and language not in app.config.unexecuted_fences:
                page.problems.append((_place(block), _NOT_EXECUTED))
            elif language in {"", "default", "none"}:
                page.problems.append((_place(block), _NO_LANGUAGE))

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget a page that is gone or will be read again.

        :meta private:
        """
        del app
        _pages(env).pop(docname, None)

    def merge_other(
        self,
        app: Sphinx,
        env: BuildEnvironment,
        docnames: AbstractSet[str],
        other: BuildEnvironment,
    ) -> None:
        """Take over what a parallel reader has collected.

        :meta private:
        """
        del app
        for docname in docnames:
            _pages(env)[docname] = _pages(other)[docname]


def _pages(env: BuildEnvironment) -> dict[str, _Page]:
    """Return what the environment keeps from one build to the next."""
    pages: dict[str, _Page] = env.__dict__.setdefault("yieldpoint_pages", {})
    return pages


def _place(block: nodes.Element) -> str:
    return f"{block.source}:{get_node_line(block) or ''}"


def _executed_prompts(block: nodes.Element) -> Iterator[str]:
    """Yield the prompts of a doctest that the builder does not skip.

    Raises:
        ValueError: It is no proper doctest, or has text that nothing checks.
    """
    source = block.get("test", block.astext())
    for piece in doctest.DocTestParser().parse(source):
        if isinstance(piece, str):
            if text := piece.strip():
                line = text.splitlines()[0]
                raise ValueError(f"nothing checks this text: {line}")
        elif not piece.options.get(doctest.SKIP) and not _is_skipped(block):
            yield f">>> {piece.source.splitlines()[0]}".rstrip()


def _is_skipped(block: nodes.Element) -> bool:
    """Tell whether an option of the directive may keep the builder from running it."""
    return (
        "skipif" in block
        or doctest.SKIP in block.get("options", ())
        or "*" in block.get("groups", [])
    )


def report_what_is_not_executed(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Report each prompt in the sources that no doctest has, and each Python fence.

    The sources are the pages, what they include, and the files that the
    ``executed_sources`` of ``conf.py`` match: patterns, relative to the folder of
    ``conf.py``.

    Args:
        app: The Sphinx application.
        env: The environment, all pages read.

    Returns:
        An empty list, since no page has to be written again for this.

    Examples:
        >>> from yieldpoint.sphinxext.proof import report_what_is_not_executed
        >>> report_what_is_not_executed.__name__
        'report_what_is_not_executed'
    """
    for _docname, page in sorted(_pages(env).items()):
        for place, problem in page.problems:
            logger.warning(problem, location=place)

    executed: dict[Path, list[tuple[int, str]]] = defaultdict(list)
    all_prompts = set().union(*(page.prompts for page in _pages(env).values()))
    for source, line, _number, prompt in sorted(all_prompts):
        path = Path(source.partition(":docstring of ")[0]).resolve()
        executed[path].append((line, prompt))

    pages = {Path(env.doc2path(docname)).resolve() for docname in env.found_docs}
    included = {
        path.resolve()
        for dependencies in env.dependencies.values()
        for path in (Path(env.srcdir, str(dependency)) for dependency in dependencies)
        if path.suffix == ".md"
    }
    others = {
        path.resolve()
        for pattern in app.config.executed_sources
        for path in Path(app.confdir).glob(pattern)
    }
    for path in sorted(pages | included | others):
        text = path.read_text(encoding="utf-8-sig")
        for number, prompt in _without(prompts_in(text), executed[path]):
            logger.warning(
                "nothing executes this prompt: %s", prompt, location=f"{path}:{number}"
            )
        if path.suffix == ".md" and path not in pages:
            for number, problem in _fence_problems(text, app.config.unexecuted_fences):
                logger.warning(problem, location=f"{path}:{number}")
    return []


def _without(
    found: list[tuple[int, str]], executed: list[tuple[int, str]]
) -> list[tuple[int, str]]:
    """Return the prompts that are found and not executed.

    An executed prompt accounts for the first equal one from its block's line on. The
    lines of docstrings do not count from the top of the file, so that any will do.
    """
    left = list(found)
    for line, prompt in executed:
        same = [each for each in left if each[1] == prompt]
        same.sort(key=lambda each: each[0] < line)  # those behind the line come first
        for accounted in same[:1]:
            left.remove(accounted)
    return left


def _fence_problems(text: str, allowed: Collection[str]) -> Iterator[tuple[int, str]]:
    """Yield the line and the problem of each fence of a file that is no page."""
    for token in MarkdownIt().parse(text):
        if token.type not in {"fence", "code_block"} or token.map is None:
            continue
        number = token.map[0] + 1
        language = token.info.strip().split("}")[-1].split() or [""]
        if not language[0]:
            yield number, _NO_LANGUAGE
        elif language[0] in allowed:
            continue
        elif is_python(language[0]) and not prompts_in(token.content):
            yield number, _NOT_EXECUTED


def setup(app: Sphinx) -> None:
    """Add the collector and the report."""
    app.add_config_value("executed_sources", [], "env", types=frozenset({list}))
    app.add_config_value("unexecuted_fences", [], "env", types=frozenset({list}))
    app.add_env_collector(PromptCollector)
    app.connect("env-updated", report_what_is_not_executed)
