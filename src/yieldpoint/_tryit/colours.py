"""Python source in the colours of the pages, where there is no Pygments.

Examples:
    >>> from yieldpoint._tryit.colours import highlight
    >>> highlight("await f(1)")
    ['<span class="k">await</span> f<span class="p">(</span>...
"""

import builtins
import io
import keyword
import tokenize
from collections.abc import Iterator
from html import escape
from itertools import accumulate

__all__ = ["highlight"]

# The classes of Pygments, by the kind of a token. Strings with fields are several.
_CLASSES = {"COMMENT": "c1", "NUMBER": "mi", "STRING": "s2"} | {
    f"{letter}STRING_{part}": "s2"
    for letter in "FT"
    for part in ("START", "MIDDLE", "END")
}
_WORDS = {
    **dict.fromkeys(("and", "in", "is", "not", "or"), "ow"),
    **dict.fromkeys(("False", "None", "True"), "kc"),
}
_DEFINED = {"class": "nc", "def": "nf"}


def highlight(source: str) -> list[str]:
    """Return Python source as lines of HTML.

    Args:
        source: The source; what is no Python is left without colours.

    Returns:
        The lines, without their ends.

    Examples:
        >>> from yieldpoint._tryit.colours import highlight
        >>> highlight("1 < a")
        ['<span class="mi">1</span> <span class="o">&lt;</span> a']
    """
    ends = accumulate((len(line) + 1 for line in source.split("\n")), initial=0)
    starts = list(ends)
    parts, done = [], 0
    try:
        for name, (row, column), (last, end) in _coloured(source):
            begin, done_next = starts[row - 1] + column, starts[last - 1] + end
            parts.append(escape(source[done:begin], quote=False))
            parts += "\n".join(
                f'<span class="{name}">{escape(line, quote=False)}</span>'
                for line in source[begin:done_next].split("\n")
            )
            done = done_next
    except (SyntaxError, tokenize.TokenError):
        parts, done = [], 0
    parts.append(escape(source[done:], quote=False))
    return "".join(parts).split("\n")


def _coloured(source: str) -> Iterator[tuple[str, tuple[int, int], tuple[int, int]]]:
    """Yield what has a colour: the class, and where it begins and ends."""
    before = ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        name = _CLASSES.get(tokenize.tok_name[token.type], "")
        if token.type == tokenize.OP:
            name = "p" if token.string in "()[]{},:;." else "o"
        elif token.type == tokenize.NAME:
            name = _class_of(token.string, before)
            before = token.string
        if name:
            yield name, token.start, token.end


def _class_of(word: str, before: str) -> str:
    """Return the class of a word, which may be a name that is being defined."""
    if keyword.iskeyword(word):
        return _WORDS.get(word, "k")
    return _DEFINED.get(before, "nb" if hasattr(builtins, word) else "")
