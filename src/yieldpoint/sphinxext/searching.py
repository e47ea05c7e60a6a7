r"""Where a text has prompts, and Python that is not behind prompts: by search alone.

The search does not ask what a prompt stands in. It finds those of a fence or
a docstring at the beginning of a line, behind the marks of quotes, lists and comments,
and any other in the middle of one: in a table, in inline code, in HTML, written with
entities, with a character of no width inside.

What is no prompt for a reader is none here: ``>>>`` alone, and what stands in a comment
of Markdown.

Examples:
    >>> from yieldpoint.sphinxext.searching import prompts_in
    >>> prompts_in('>>> print("a")\na\n| code | `>>> 1 + 1` |')
    [(1, '>>> print("a")'), (3, '>>> 1 + 1` |')]
"""

import ast
import html
import io
import re
import textwrap
import tokenize
import unicodedata
from collections.abc import Collection, Iterator
from html.parser import HTMLParser
from itertools import pairwise, takewhile
from pathlib import Path

from markdown_it import MarkdownIt
from pygments.lexers import PythonLexer, get_lexer_by_name
from pygments.util import ClassNotFound

__all__ = [
    "MARKDOWN",
    "claims_python",
    "directive_problems",
    "fence_problems",
    "hides_what_follows",
    "is_python",
    "line_of",
    "prompts_in",
    "prompts_in_file",
    "reads_as_python",
    "seen_by_readers",
    "shows_python",
    "text_of_html",
]

#: What the names of Markdown files end with.
MARKDOWN = frozenset({".markdown", ".md"})

NOT_EXECUTED = (
    "nothing executes this fence: write it with prompts, or show an object of the "
    "package with {example}"
)
NO_LANGUAGE = "this fence names no language"
EMPTY = "there is nothing in this fence"
NOT_CLOSED = "this fence is closed by nothing, so it takes in all that follows"

# A comment behind a prompt is no example: there is nothing to execute. What may stand
# before a prompt: the marks of quotes, lists and comments, the start of a docstring.
_AT_START = re.compile(r"""^[\s>*r"'#:-]*?(>>>[^\S\n]*[^\s#>`].*?)\s*$""")
_ANYWHERE = re.compile(
    r"""(?<!>)(>>>(?:(?:[^\S\n]+(?!["'](?:[\s.,;:)]|$))[^\s#>`])|[\w(\[{~+@]).*?)\s*$"""
)
# Those of IPython and of the debuggers.
_OTHERS = re.compile(
    r"^\s*((?:(?:In|Out) ?\[[\d *]*\]:|\(Pdb(?:\+\+)?\)|ipdb>) *\S.*?)\s*$"
)
_MARKS = re.compile(r"[>&]|(?:In|Out) ?\[|\(Pdb")
# What looks like a prompt's sign, or like some of them.
_ALIKE = str.maketrans(
    {
        "\N{HEAVY RIGHT-POINTING ANGLE QUOTATION MARK ORNAMENT}": ">",
        "\N{HEAVY RIGHT-POINTING ANGLE BRACKET ORNAMENT}": ">",
        "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}": ">",
        "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}": ">",
        "\N{MEDIUM RIGHT-POINTING ANGLE BRACKET ORNAMENT}": ">",
        "\N{MATHEMATICAL RIGHT ANGLE BRACKET}": ">",
        "\N{MODIFIER LETTER RIGHT ARROWHEAD}": ">",
        "\N{CANADIAN SYLLABICS PO}": ">",
        "\N{RIGHT ANGLE BRACKET}": ">",
        "\N{MATHEMATICAL RIGHT DOUBLE ANGLE BRACKET}": ">>",
        "\N{MUCH GREATER-THAN}": ">>",
        "\N{DOUBLE NESTED GREATER-THAN}": ">>",
        "\N{RIGHT DOUBLE ANGLE BRACKET}": ">>",
        "\N{VERY MUCH GREATER-THAN}": ">>>",
        "\N{TRIPLE NESTED GREATER-THAN}": ">>>",
    }
)
# What takes no room: marks of format, marks on the character before, fillers, and
# characters that are none.
_NO_ROOM = frozenset({"Cf", "Mn", "Me", "Cc"})
_FILLERS = frozenset("\u115f\u1160")  # as the two others are called after NFKC
_CODE = frozenset(
    {"code", "kbd", "listing", "plaintext", "pre", "samp", "textarea", "tt", "xmp"}
)
_AS_CODE = re.compile(r"monospace|white-space\s*:\s*pre", re.IGNORECASE)
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# As browsers have it; without an end it goes on to the end of the page.
_COMMENT = re.compile(r"<!--(?:-?>|.*?(?:--!?>|\Z))", re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_OPENING = re.compile("`{3}|~{3}")
# Finds fences, and looks at no text outside of them.
_MARKDOWN = MarkdownIt().enable("table").disable("inline")
# How a block of code begins in reStructuredText.
_BLOCK = re.compile(
    r"(?P<indent>\s*)(?:\.\. (?:code|code-block|sourcecode):: *(?P<language>\S*)"
    r"|(?!\.\. )\S?.*::)\s*"
)
_CONTINUED = re.compile(r"^\s*\.\.\.(?:\s|$)")

_PYTHON_NAME = re.compile(
    r"python|pycon|pytb|^py\d*$|^py3?tb$|cython|^pyx$|sage|jupyter"
)
_CLAIM = re.compile(
    r"""<[^<>]*[\s"'-](?:class|type|lang|language|data-[\w-]+)\s*=\s*["']?[^"'<>]*?"""
    r"""(?<![a-z])(?:i?python\d*|pycon|py)(?![a-z])|<py-\w+""",
    re.IGNORECASE,
)


# What a line of a text that is no Python does not look like.
_IN_TEXT = re.compile(
    r"""
    ^\s*(?:
        Traceback\ \(most\ recent\ call\ last\):
      | .*\bpython[\d.]*(?:\ +-(?:[WX]\ *|[^cmWX\s])\S*)*\ +
        (?:-c\b|-m\ +timeit\b|(?:-\ *)?<<)
      | (?:
            (?:from\ +[.\w]+\ +)?import\ +[\w.]+(?:\ +as\ +\w+)?(?:\ *,\ *\w+)*
          | (?:async\ +)?def\ +\w+\ *[\[(].*
          | class\ +\w+(?:\(.*\))?:
          | (?:async\ +)?(?:for\ +.+\ in\ .+|with\ +.+):
        )\s*(?:\#.*)?$
    )
    """,
    re.MULTILINE | re.VERBOSE,
)


def _plain(line: str) -> str:
    """Return a line as a reader sees it: no entities, escapes, signs of no width.

    A sign that looks like a prompt's is one.
    """
    line = html.unescape(line).replace("\\>", ">")
    if line.isascii() and line.isprintable():
        return line
    line = unicodedata.normalize("NFKC", line).translate(_ALIKE)
    if ">" not in line:
        return line  # there is no prompt in it, whatever else there is
    return "".join(
        character
        for character in line
        if character == "\t" or not _takes_no_room(character)
    )


def _takes_no_room(character: str) -> bool:
    return character in _FILLERS or unicodedata.category(character) in _NO_ROOM


def _prompt_in(line: str) -> str:
    """Return the prompt with its code that is in a line, or an empty text."""
    if line.isascii() and not _MARKS.search(line):
        return ""  # as in most lines
    if match := _AT_START.match(line) or _OTHERS.match(line):
        return match[1]
    if _CONTINUED.match(line):
        return ""
    # Between the tags of HTML, or inside one.
    for text in (_TAG.sub("", line), line):
        if match := _ANYWHERE.search(_plain(text)):
            return match[1]
    return ""


def _lines(text: str) -> list[str]:
    r"""Return the lines of a text, as Markdown counts them.

    `str.splitlines` also ends a line where none ends for Markdown or in a browser.
    """
    return re.split(r"\r\n|\n|\r", text)


def prompts_in(text: str) -> list[tuple[int, str]]:
    """Find the prompts in a text.

    Args:
        text: The text of a page, or of a part of one.

    Returns:
        The line number, from 1, and the prompt with its code, for each line that has
        one. What follows in the line belongs to it.

    Examples:
        >>> from yieldpoint.sphinxext.searching import prompts_in
        >>> prompts_in("prose about the prompt, `>>>`")
        []
    """
    return [
        (number, prompt)
        for number, line in enumerate(_lines(text), start=1)
        if (prompt := _prompt_in(line))
    ]


def prompts_in_file(path: Path) -> list[tuple[int, str]]:
    """Find the prompts in a file.

    Args:
        path: A file of any kind.

    Returns:
        What `prompts_in` returns; nothing for a file that is no text.

    Examples:
        >>> from pathlib import Path
        >>> from yieldpoint.sphinxext import searching
        >>> len(searching.prompts_in_file(Path(searching.__file__))) > 10
        True
    """
    try:
        return prompts_in(_text_of(path))
    except (OSError, UnicodeDecodeError):
        return []  # some text, such as a prologue, stands in no file


def _text_of(path: Path) -> str:
    if path.suffix == ".py":  # it may say itself how it is encoded
        with tokenize.open(path) as file:
            return file.read()
    return path.read_text(encoding="utf-8-sig")


def seen_by_readers(path: Path, found: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Leave out the prompts that no reader of a file comes to see.

    Args:
        path: The file. In Python code the docstrings and comments count, in Markdown
            all but the comments.
        found: Some of the prompts in it.

    Returns:
        Those that count.

    Examples:
        >>> from pathlib import Path
        >>> from yieldpoint.sphinxext.searching import seen_by_readers
        >>> seen_by_readers(Path("page.txt"), [(1, ">>> x")])
        [(1, '>>> x')]
    """
    if not found or path.suffix not in {".py", *MARKDOWN}:
        return found
    text = _text_of(path)
    if path.suffix in MARKDOWN:
        hidden = _lines_of_comments(text)
        return [each for each in found if each[0] not in hidden]
    described = _lines_of_descriptions(text)
    lines = _lines(text)
    return [
        (number, prompt)
        for number, prompt in found
        if number in described or _AT_START.match(lines[number - 1])
    ]


def _lines_of_descriptions(code: str) -> set[int]:
    """Return the lines of Python code that docstrings and comments take."""
    try:
        tree = ast.parse(code)
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (SyntaxError, tokenize.TokenError):
        return set(range(1, len(code.splitlines()) + 1))
    lines = {token.start[0] for token in tokens if token.type == tokenize.COMMENT}
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            lines |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines


def _lines_of_comments(text: str) -> set[int]:
    """Return the lines of a Markdown text that nobody sees."""
    hidden: set[int] = set()
    lines = _lines(text)
    for before, token in pairwise([None, *_MARKDOWN.parse(text)]):
        if token is None or token.map is None:
            continue
        first, behind = token.map
        if token.type == "html_block" and token.content.lstrip().startswith("<!--"):
            # What stands behind the end of a comment is shown.
            left = _COMMENT.sub(_only_its_lines, "\n".join(lines[first:behind]))
            hidden |= {
                number
                for number, line in enumerate(_lines(left), start=first + 1)
                if not line.strip()
            }
        elif token.type == "inline" and before and before.tag not in {"th", "td"}:
            here = range(first + 1, behind + 1)
            hidden |= {each for each in here if lines[each - 1].startswith("%")}
    return hidden


def _only_its_lines(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def is_python(language: str) -> bool:
    """Tell whether a fence of a language holds Python, with or without prompts.

    Args:
        language: What the fence names, in any case.

    Returns:
        Whether the name, or Pygments, says that it is a kind of Python.

    Examples:
        >>> from yieldpoint.sphinxext.searching import is_python
        >>> [is_python(name) for name in ("Python", "pycon", "ipython", "text")]
        [True, True, True, False]
    """
    language = language.lower()
    if _PYTHON_NAME.search(language):
        return True
    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound:
        return False
    return isinstance(lexer, PythonLexer) or "Python" in lexer.name


def claims_python(markup: str) -> bool:
    """Tell whether a part of some HTML is Python.

    Args:
        markup: The HTML.

    Returns:
        Whether a class, a type or a language says so, or what is set as code is
        a program.

    Examples:
        >>> from yieldpoint.sphinxext.searching import claims_python
        >>> claims_python('<code class="language-python">x = 1</code>')
        True
        >>> claims_python("<pre>import asyncio</pre>"), claims_python("<p>Python</p>")
        (True, False)
    """
    if _CLAIM.search(markup):
        return True
    return any(
        reads_as_python(code) or any(fence_problems(code, ()))
        for code in _Shown(markup).code
    )


def text_of_html(markup: str) -> str:
    """Return what a reader sees of some HTML.

    Args:
        markup: The HTML.

    Returns:
        Its text, without tags and comments.

    Examples:
        >>> from yieldpoint.sphinxext.searching import text_of_html
        >>> text_of_html("<!-- no --><pre>&gt;<b>&gt;</b></pre>")
        '>>'
    """
    return "".join(_Shown(markup).texts)


def hides_what_follows(markup: str) -> bool:
    """Tell whether some HTML may hide what stands behind it on a page.

    Args:
        markup: The HTML.

    Returns:
        Whether it begins a comment that it does not end, or has a part that is not to
        be shown.

    Examples:
        >>> from yieldpoint.sphinxext.searching import hides_what_follows
        >>> hides_what_follows("<div hidden>"), hides_what_follows("<div>")
        (True, False)
    """
    return _Shown(markup).hides


class _Shown(HTMLParser):
    """What a reader sees of some HTML, and what of it is set as code."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.code: list[str] = []
        left = _COMMENT.sub("", markup)
        ends = [found[0].endswith(">") for found in _COMMENT.finditer(markup)]
        self.hides = not all(ends)
        #: The elements that set their text as code and are open.
        self._in_code: list[str] = []
        self.feed(left)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        style = named.get("style") or ""
        self.hides |= (
            tag == "template" or "hidden" in named or bool(_HIDING.search(style))
        )
        if tag in _CODE or _AS_CODE.search(style):
            self._in_code.append(tag)
            self.code.append("")
        elif tag == "br":
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._in_code:
            self._in_code.remove(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self._in_code:
            self.code[-1] += data


def reads_as_python(text: str) -> bool:
    r"""Tell whether a text that is called no Python is some all the same.

    Args:
        text: The text.

    Returns:
        Whether it is a program that imports, defines, repeats, raises, awaits or
        prints something. Of a diff, the program that it leads to.

    Examples:
        >>> from yieldpoint.sphinxext.searching import reads_as_python
        >>> reads_as_python("import asyncio")
        True
        >>> reads_as_python("-time.sleep(1)\n+await asyncio.sleep(1)")
        True
        >>> reads_as_python("A wakes")
        False
    """
    if re.search(r"^\+", text, re.MULTILINE):
        kept = (line for line in text.splitlines() if line[:1] not in {"-", "@", "\\"})
        text = "\n".join(line[1:] for line in kept if not line.startswith("+++"))
    try:
        nodes = list(ast.walk(ast.parse(textwrap.dedent(text))))
    except (SyntaxError, ValueError):
        return False
    return any(map(_does_something, nodes))


_STATEMENTS = (
    *(ast.AsyncFunctionDef, ast.FunctionDef, ast.ClassDef, ast.Import),
    *(ast.ImportFrom, ast.For, ast.While, ast.With, ast.Try),
    *(ast.AsyncFor, ast.AsyncWith, ast.Await, ast.Yield, ast.YieldFrom),
    *(ast.Raise, ast.Assert, ast.Delete, ast.Return, ast.Match, ast.Global),
    *(ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
    *(ast.AugAssign, ast.JoinedStr, ast.NamedExpr),
)


def _does_something(node: ast.AST) -> bool:
    """Tell whether a part of a program is none of what a value is written as."""
    match node:
        case ast.Call(func=ast.Name(id="print")) | ast.Assign(value=ast.Call()):
            return True
        case ast.Call(func=ast.Attribute()):
            return any(isinstance(each, ast.Call) for each in node.args)
    return isinstance(node, _STATEMENTS)


def shows_python(text: str) -> bool:
    r"""Tell whether a text has Python in it, among other things.

    Args:
        text: What a program writes, or a shell is told.

    Returns:
        Whether a line is a statement of Python, or a traceback begins there, or
        a shell starts Python with a program.

    Examples:
        >>> from yieldpoint.sphinxext.searching import shows_python
        >>> shows_python("$ cat a.py\nimport asyncio\n")
        True
        >>> shows_python("$ python3 -m http.server\nServing HTTP on 0.0.0.0\n")
        False
    """
    return bool(_IN_TEXT.search(text)) or reads_as_python(text)


def fence_problems(
    text: str, allowed: Collection[str] | None = None
) -> Iterator[tuple[int, str]]:
    r"""Look at the fences of a Markdown text, and at those inside of them.

    Args:
        text: The text of a file.
        allowed: The languages of Python that may stand without prompts. None leaves
            that question out: of what is on a page Sphinx knows more.

    Yields:
        The line, and what is wrong there.

    Examples:
        >>> from yieldpoint.sphinxext.searching import fence_problems
        >>> for line, problem in fence_problems("```text\nno end"):
        ...     print(line, problem)
        1 this fence is closed by nothing, so it takes in all that follows
    """
    lines = _lines(text)
    for token in _MARKDOWN.parse(text):
        if token.type not in {"fence", "code_block"} or token.map is None:
            continue
        first, last = token.map[0] + 1, token.map[1]
        if token.type == "fence" and not _closes(lines[last - 1], token.markup):
            yield first, NOT_CLOSED
        if token.info.startswith("{") and _OPENING.search(token.content):
            for line, problem in fence_problems(token.content):
                yield first + line, problem
        language = token.info.strip().split("}")[-1].split() or [""]
        if allowed is None or language[0] in allowed:
            continue
        if not language[0]:
            yield first, NO_LANGUAGE
        elif is_python(language[0]) and not prompts_in(token.content):
            yield first, NOT_EXECUTED


def directive_problems(
    text: str, allowed: Collection[str]
) -> Iterator[tuple[int, str]]:
    r"""Look at the blocks of code of a reStructuredText that is no page.

    Args:
        text: The text of a file.
        allowed: The languages of Python that may stand without prompts.

    Yields:
        The line, and what is wrong there.

    Examples:
        >>> from yieldpoint.sphinxext.searching import directive_problems
        >>> text = "Like this::\n\n    import asyncio\n"
        >>> [line for line, _ in directive_problems(text, ())]
        [1]
    """
    lines = _lines(text)
    for number, line in enumerate(lines, start=1):
        if found := _BLOCK.fullmatch(line):
            language = found["language"] or ""
            deeper = re.compile(rf"{re.escape(found['indent'])}\s|\s*$")
            content = "\n".join(takewhile(deeper.match, lines[number:]))
            is_code = is_python(language) if language else shows_python(content)
            if is_code and language not in allowed and not prompts_in(content):
                yield number, NOT_EXECUTED


def _closes(line: str, fence: str) -> bool:
    """Tell whether a line can be the end of a fence, in a quote or a list too."""
    mark = line.strip().lstrip("> ")
    return len(mark) >= len(fence) and set(mark) == {fence[0]}


def line_of(prompt: str, path: Path, start: int) -> int:
    """Find the line of a prompt, for a report.

    Args:
        prompt: The prompt with its code.
        path: The file.
        start: The first line that it may be in.

    Returns:
        The line that has it, or the first one.

    Examples:
        >>> from pathlib import Path
        >>> from yieldpoint.sphinxext import searching
        >>> searching.line_of(">>> nothing like it", Path(searching.__file__), 3)
        3
    """
    for number, found in prompts_in_file(path):
        if number >= start and found == prompt:
            return number
    return start
