r"""The proof that every example is executed: what is not executed breaks the build.

The sources are searched for prompts as plain text. Each prompt that is found must also
be in a doctest that the doctest builder runs; one that is not is reported with its file
and line, and a strict build fails. The search does not ask how a prompt came to be
passed over, so it finds all of them: in a fence of the wrong language, in a table, in
the docstring of an object that no page documents, in a README that no page includes,
in a file that a page takes in as a text, behind a ``SKIP`` option.

What a reader sees is searched too, since a page may put a prompt together that stands
nowhere in its source.

Python that stands in a fence without prompts is reported as well, and so is text that
follows an empty line in a fence with prompts: nothing would check it. And so is what
makes a doctest promise less than it shows: hidden code, and the flags of `doctest` that
let a wrong output pass.

Examples:
    >>> from yieldpoint.sphinxext.proof import weakening
    >>> weakening("SKIP"), weakening("ELLIPSIS")
    (True, False)
"""

import doctest
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from docutils import nodes
from docutils.utils import Reporter
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.nodes import get_node_line

from yieldpoint.sphinxext.collecting import PageCollector
from yieldpoint.sphinxext.execution import around, doctests_in
from yieldpoint.sphinxext.searching import (
    EMPTY,
    MARKDOWN,
    NO_LANGUAGE,
    NOT_EXECUTED,
    claims_python,
    directive_problems,
    fence_problems,
    hides_what_follows,
    is_python,
    prompts_in,
    prompts_in_file,
    reads_as_python,
    seen_by_readers,
    shows_python,
    text_of_html,
)

__all__ = [
    "ALLOWED_FLAGS",
    "PromptCollector",
    "report_what_is_not_executed",
    "weakening",
]

logger = logging.getLogger(__name__)

#: The flags of `doctest` that do not weaken what a page promises.
ALLOWED_FLAGS = (
    doctest.ELLIPSIS | doctest.DONT_ACCEPT_TRUE_FOR_1 | doctest.DONT_ACCEPT_BLANKLINE
)

_HIDDEN = "a reader does not see this code: show it, in a fence with prompts"
_NO_PROMPTS = "write this with prompts, in the order in which a reader types it"
_WEAK = "doctest's flag {} lets pass what is not shown"
_NOT_ALL = "not every reader sees this code, and all that follows needs it"
_HIDES = "this HTML may hide what stands behind it"
_NOT_UTF8 = "this file is not written in UTF-8: {}"
_TWICE = "another fence shows the same code for Python {}"
_ERROR = "nothing is shown here but this error: {}"
_HTML = "nothing executes the Python in this HTML: write it in a fence with prompts"

# What some builds leave out, with all that is in it.
_LEFT_OUT = frozenset({"ifconfig", "only", "todo_node"})

# The languages that are none: what a program writes, and what a shell is told.
_TEXTS = frozenset(
    {
        *("console", "diff", "none", "output", "plaintext", "shell-session", "text"),
        *("bash", "sh", "shell", "udiff", "zsh", "bash-session", "sh-session"),
        *("bat", "doscon", "powershell", "ps1con", "pwsh-session"),
    }
)

# Those in which a statement of Python can only be a mistake.
_DATA = frozenset({"css", "html", "ini", "json", "toml", "xml", "yaml"})


def weakening(flag: str) -> bool:
    """Tell whether a flag of `doctest` lets an output pass that is not the one shown.

    Args:
        flag: Its name.

    Returns:
        Whether an example must do without it.

    Examples:
        >>> from yieldpoint.sphinxext.proof import weakening
        >>> weakening("IGNORE_EXCEPTION_DETAIL"), weakening("NORMALIZE_WHITESPACE")
        (True, True)
    """
    return not doctest.OPTIONFLAGS_BY_NAME[flag] & ALLOWED_FLAGS


@dataclass
class _Page:
    """What was found on a page when it was read."""

    #: The executed prompts: the block's source and line, the prompt's number and text.
    prompts: set[tuple[str, int, int, str]] = field(default_factory=set)
    #: The prompts in its source that it does not execute itself: line and text.
    left: list[tuple[int, str]] = field(default_factory=list)
    #: What else a reader may take for a prompt: where, and its text.
    seen: list[tuple[str, str]] = field(default_factory=list)
    #: What else is wrong: where, and what.
    problems: list[tuple[str, str]] = field(default_factory=list)

    def note(self, block: nodes.Element) -> None:
        """Note what a doctest executes, and what is wrong with it."""
        if block.get("testnodetype", "doctest") != "doctest":
            self.problems.append((_place(block), _NO_PROMPTS))
            return
        try:
            prompts = list(_executed_prompts(block))
            flags = list(_weak_flags(block))
        except ValueError as error:
            self.problems.append((_place(block), str(error)))
            return
        if not prompts:
            self.problems.append((_place(block), NOT_EXECUTED))
        if any(type(each).__name__ in _LEFT_OUT for each in around(block)):
            self.problems.append((_place(block), _NOT_ALL))
        self.problems += [(_place(block), _WEAK.format(flag)) for flag in flags]
        self.prompts |= {
            (_file(block), get_node_line(block) or 0, number, prompt)
            for number, prompt in enumerate(prompts)
        }

    def pass_over(self, comment: nodes.comment) -> None:
        """Ask for no execution of what no reader sees."""
        if "testnodetype" not in comment:
            self.prompts |= {
                (_file(comment), get_node_line(comment) or 0, number, prompt)
                for number, prompt in prompts_in(comment.astext())
            }


class PromptCollector(PageCollector):
    """Collect what will be executed, and what will not, as pages are read.

    Examples:
        >>> from yieldpoint.sphinxext.collecting import PageCollector
        >>> from yieldpoint.sphinxext.proof import PromptCollector
        >>> issubclass(PromptCollector, PageCollector)
        True
    """

    key = "yieldpoint_pages"

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        """Look at each block of code of a page.

        :meta private:
        """
        page = _pages(app.env)[app.env.docname] = _Page()
        path = app.env.doc2path(app.env.docname).resolve()
        for block in doctests_in(doctree):
            page.note(block)
        for comment in doctree.findall(nodes.comment):
            page.pass_over(comment)
        page.left = _not_executed(path, _by_file(page.prompts)[path])
        page.problems += _problems(doctree, app.config.unexecuted_fences)
        page.problems += _problems_elsewhere(doctree)
        page.problems += _shown_twice(doctree)
        page.problems += _problems_in_source(app.env.doc2path(app.env.docname))
        page.seen = [
            (_place(node), prompt)
            for node in _shown_in(doctree)
            for _, prompt in prompts_in(_text(node))
        ]


def _pages(env: BuildEnvironment) -> dict[str, _Page]:
    """Return what the environment keeps from one build to the next."""
    pages: dict[str, _Page] = PromptCollector.kept(env)
    return pages


def _file(block: nodes.Element) -> str:
    """Return the file that a block stands in: the page, or what it shows of another."""
    return str(block.get("source") or block.source or "")


def _place(node: nodes.Element) -> str:
    """Return the file and the line of a node, as near as docutils knows."""
    return f"{node.source or ''}:{_line(node)}"


def _line(node: nodes.Element) -> int:
    line = get_node_line(node)
    path = Path(node.source or "")
    if isinstance(node, nodes.literal_block) and path.is_file():
        # Some directives do not say where they stand. What they show may say it.
        first = node.astext().strip().partition("\n")[0]
        # A page may take in a file that is encoded in another way.
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        # In reStructuredText a line is left free, at least.
        near = 1 if path.suffix in MARKDOWN else 4
        if not any(first in each for each in lines[line - 1 : line + near]):
            return next((n for n in range(line, len(lines)) if first in lines[n]), line)
    return line


def _examples(block: nodes.Element) -> Iterator[str | doctest.Example]:
    source = block.get("test", block.astext())
    yield from doctest.DocTestParser().parse(source)


def _executed_prompts(block: nodes.Element) -> Iterator[str]:
    """Yield what looks like a prompt in a doctest that the builder does not skip.

    Raises:
        ValueError: It is no proper doctest, or has text that nothing checks.
    """
    for piece in _examples(block):
        if isinstance(piece, str):
            if text := piece.strip():
                line = text.splitlines()[0]
                raise ValueError(f"nothing checks this text: {line}")
        elif not piece.options.get(doctest.SKIP) and not _is_skipped(block):
            first, *others = piece.source.splitlines()
            yield f">>> {first}".rstrip()
            # Its other lines and its output may show one, too.
            rest = [f"... {line}" for line in others]
            for _, prompt in prompts_in("\n".join([*rest, piece.want])):
                yield prompt


def _is_skipped(block: nodes.Element) -> bool:
    """Tell whether an option of the directive may keep the builder from running it."""
    return (
        "skipif" in block
        or doctest.SKIP in block.get("options", ())
        or "*" in block.get("groups", [])
    )


def _weak_flags(block: nodes.Element) -> Iterator[str]:
    """Yield the names of the flags that a block must not set."""
    options = dict(block.get("options", {}))
    for piece in _examples(block):
        if isinstance(piece, doctest.Example):
            options.update(piece.options)
    for name, flag in doctest.OPTIONFLAGS_BY_NAME.items():
        if options.get(flag) and weakening(name):
            yield name


def _problems(
    doctree: nodes.document, allowed: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with what is no doctest: where, and what."""
    for comment in doctree.findall(nodes.comment):
        if "testnodetype" in comment:
            yield _place(comment), _HIDDEN
    for block in doctree.findall(nodes.literal_block):
        if not (
            "testnodetype" in block
            or "yieldpoint_example" in block
            or isinstance(block.parent, nodes.system_message)
        ):
            for fault in _faults(block, allowed):
                yield _place(block), fault
    for text in doctree.findall(nodes.Element):
        if _is_garbled(text):
            # What is inline may not know its file.
            yield _place(text if text.source else text.parent), NOT_EXECUTED


def _problems_elsewhere(doctree: nodes.document) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with what is no code: where, and what."""
    for message in doctree.findall(nodes.system_message):
        if message["level"] >= Reporter.ERROR_LEVEL and message.children:
            said = " ".join(message[0].astext().split())
            yield f"{message['source']}:{message.get('line', 1)}", _ERROR.format(said)
    for raw in doctree.findall(nodes.raw):
        if "html" in raw.get("format", "").split():
            if claims_python(raw.astext()):
                yield _place(raw), _HTML
            if hides_what_follows(raw.astext()):
                yield _place(raw), _HIDES


def _is_garbled(node: nodes.Element) -> bool:
    """Tell whether a node is a program that lacks the marks of a block of code."""
    if isinstance(node, nodes.literal):  # a fence, as reStructuredText reads it
        name = re.match(r"`(?:`*\{code-block\})? *(\w+)\s", node.astext())
        return bool(name and is_python(name[1]))
    if not isinstance(node, nodes.paragraph | nodes.line_block):
        return False
    text = node.astext()
    # Words in lines of their own may be statements, too.
    return (
        "\n" in text and bool(re.search(r"\(|import ", text)) and reads_as_python(text)
    )


def _shown_twice(doctree: nodes.document) -> Iterator[tuple[str, str]]:
    """Yield the fences for some Pythons whose code another one has for the same."""
    pythons: defaultdict[str, set[str]] = defaultdict(set)
    for block in doctests_in(doctree):
        if "pythons" in block and block.get("testnodetype") == "doctest":
            code = "".join(
                piece.source
                for piece in _examples(block)
                if isinstance(piece, doctest.Example)
            )
            if twice := sorted(pythons[code] & {*block["pythons"]}):
                yield _place(block), _TWICE.format(", ".join(twice))
            pythons[code] |= {*block["pythons"]}


def _problems_in_source(
    path: Path, allowed: Collection[str] | None = None
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the fences of a file: where, and what."""
    if path.suffix not in {".htm", ".html", ".rst", *MARKDOWN}:
        return
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        yield f"{path}:1", _NOT_UTF8.format(error)
        return
    if path.suffix in MARKDOWN:
        for number, problem in fence_problems(text, allowed):
            yield f"{path}:{number}", problem
    elif allowed is None:
        return  # of such pages Sphinx knows all
    elif path.suffix == ".rst":
        for number, problem in directive_problems(text, allowed):
            yield f"{path}:{number}", problem
    elif claims_python(text):
        yield f"{path}:1", _HTML


def _faults(block: nodes.literal_block, allowed: Collection[str]) -> Iterator[str]:
    """Yield what is wrong with a block that is no doctest."""
    language = block.get("language", "default")
    if not block.astext().strip():
        yield EMPTY
    if language in allowed:
        return
    if is_python(language):
        yield NOT_EXECUTED
    elif language in {"", "default", "none"}:
        yield NO_LANGUAGE
    elif (language in _TEXTS and shows_python(block.astext())) or (
        language in _DATA and reads_as_python(block.astext())
    ):
        yield NOT_EXECUTED


def _shown_in(doctree: nodes.document) -> Iterator[nodes.Element]:
    """Yield what shows text that nothing executes."""
    for node in doctree.findall(nodes.Element):
        if isinstance(node, nodes.image) or (
            isinstance(node, nodes.TextElement)
            and not isinstance(node, nodes.Invisible | nodes.doctest_block)
            and not isinstance(node.parent, nodes.TextElement)
            and "testnodetype" not in node
            and "yieldpoint_example" not in node
        ):
            yield node


def _text(node: nodes.Element) -> str:
    """Return what an element says, with marks around what is code."""
    if isinstance(node, nodes.image):
        return str(node.get("alt", ""))
    if isinstance(node, nodes.raw):
        return text_of_html(node.astext())
    return "".join(
        f"`{text}`" if isinstance(text.parent, nodes.literal) else str(text)
        for text in node.findall(nodes.Text)
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
    if app.config.doctest_global_setup or app.config.doctest_global_cleanup:
        logger.warning(_HIDDEN, location=f"{Path(app.confdir, 'conf.py')}:1")
    for _docname, page in sorted(_pages(env).items()):
        for place, problem in page.problems:
            logger.warning(problem, location=place)

    reported = _report_sources(app, env)
    for _docname, page in sorted(_pages(env).items()):
        for place, prompt in page.seen:
            words = _words(prompt).rstrip()
            if not any(each.startswith(words) for each in reported):
                _report_prompt(prompt, place)
    return []


def _report_sources(app: Sphinx, env: BuildEnvironment) -> set[str]:
    """Report what the sources have and nothing executes, and return it."""
    pages = _pages(env)
    executed = _by_file(set().union(*(page.prompts for page in pages.values())))
    left = {Path(env.doc2path(name)).resolve(): pages[name].left for name in pages}
    for path in _beside_the_pages(app, env) - left.keys():
        left[path] = _not_executed(path, executed[path])
        for place, problem in _problems_in_source(path, app.config.unexecuted_fences):
            logger.warning(problem, location=place)
    for path, prompts in sorted(left.items()):
        for number, prompt in prompts:
            _report_prompt(prompt, f"{path}:{number}")
    return {_words(prompt) for prompts in left.values() for _, prompt in prompts}


def _not_executed(path: Path, executed: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return the prompts that a reader of a file sees and that are not executed."""
    return seen_by_readers(path, _without(prompts_in_file(path), executed))


def _report_prompt(prompt: str, place: str) -> None:
    logger.warning("nothing executes this prompt: %s", prompt, location=place)


def _words(prompt: str) -> str:
    """Return a prompt without what marks, markup and quotes around it may change."""
    return re.sub(r"\W+", " ", prompt)


def _by_file(
    prompts: set[tuple[str, int, int, str]],
) -> defaultdict[Path, list[tuple[int, str]]]:
    """Return executed prompts by the file that they stand in."""
    executed = defaultdict(list)
    file_of = cache(lambda name: Path(name).resolve())  # most files have many prompts
    for source, line, _number, prompt in sorted(prompts):
        name = source.partition(":docstring of ")[0]
        executed[file_of(name)].append((line, prompt))
    return executed


def _beside_the_pages(app: Sphinx, env: BuildEnvironment) -> set[Path]:
    """Return the files that are searched and are no pages."""
    sources = {
        path.resolve()
        for pattern in app.config.executed_sources
        for path in Path(app.confdir).glob(pattern)
    }
    # Of a module a page may show one object, so what it shows is looked at instead.
    names = {str(name) for some in env.dependencies.values() for name in some}
    paths = [Path(env.srcdir, name) for name in names if not name.endswith(".py")]
    return sources | {path.resolve() for path in paths if path.is_file()}


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


def setup(app: Sphinx) -> None:
    """Add the collector and the report."""
    lists = frozenset({list, tuple})
    app.add_config_value("executed_sources", [], "env", types=lists)
    app.add_config_value("unexecuted_fences", [], "env", types=lists)
    app.add_env_collector(PromptCollector)
    app.connect("env-updated", report_what_is_not_executed)
