"""What the source says of an instruction: what is called, what is waited for.

Source is read when somebody asks for it, once for each instruction. Where there is
none, there is no text, and no error.
"""

import ast
import asyncio
import contextlib
import functools
import itertools
import linecache
import sys
from types import CodeType, FrameType

from yieldpoint.trace._recorder.frames import call_of

__all__ = [
    "called_at",
    "comprehension_at",
    "decorated_at",
    "is_long",
    "parse",
    "position_of",
    "source_at",
    "statement_at",
    "text_of_wait",
]


def parse(source: str) -> ast.AST:
    """Return a file's syntax tree; an empty one if the file is no Python any more."""
    with contextlib.suppress(SyntaxError, ValueError, RecursionError):
        return ast.parse(source)
    return ast.Module([], [])


def source_at(frame: FrameType) -> str:
    """Return the source text of what a frame is doing, in one line."""
    known, instruction = call_of(frame.f_code).sources, frame.f_lasti
    if instruction not in known:
        known[instruction] = _source_at(frame.f_code, instruction)
    return known[instruction]


def _position(code: CodeType, instruction: int) -> tuple[int | None, ...]:
    """Return the lines and the columns of an instruction's source, if known."""
    positions = itertools.islice(code.co_positions(), instruction // 2, None)
    return next(positions, (None, None, None, None))


def position_of(frame: FrameType) -> tuple[int, ...]:
    """Return where the expression begins and ends that a frame is at, if known.

    Its lines and columns are as `ast` counts them.
    """
    known, instruction = call_of(frame.f_code).positions, frame.f_lasti
    if instruction not in known:
        first, last, start, end = _position(frame.f_code, instruction)
        place = (first, start, last, end)
        known[instruction] = tuple(each for each in place if each is not None)
    return known[instruction] if len(known[instruction]) == 4 else ()


def _source_at(code: CodeType, instruction: int) -> str:
    first, last, start, end = _position(code, instruction)
    if first is None or last is None or start is None or end is None:
        return ""
    lines = [
        line.encode() for line in linecache.getlines(code.co_filename)[first - 1 : last]
    ]
    if not lines:
        return ""
    lines[-1] = lines[-1][:end]
    lines[0] = lines[0][start:]
    # A file that has changed meanwhile may be cut in the middle of a character.
    text = " ".join(b" ".join(lines).decode(errors="replace").split())
    return text.replace("( ", "(").replace(", )", ")")


# What is called.


def called_at(frame: FrameType) -> str:
    """Return the name of the function that a frame is calling, or awaits."""
    return _called_name(source_at(frame).removeprefix("await "))


@functools.cache
def _called_name(source: str) -> str:
    """Return the name of the function that an expression calls."""
    try:
        expression = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError):
        return ""
    match expression:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name
        case _:
            return ""


# What is waited for.


def text_of_wait(frame: FrameType, *, own: bool) -> str:
    """Return what a suspended frame waits for, as the source says it.

    Of another's code only asyncio.sleep is known well enough to say it.
    """
    code = frame.f_code
    if code is asyncio.sleep.__code__:
        return f"sleep({frame.f_locals['delay']})"
    text = source_at(frame) if own else ""
    if sys.version_info < (3, 13) and text.startswith("async with "):
        # The instruction stands for the whole block.
        header = linecache.getline(code.co_filename, frame.f_lineno).strip()
        return context_of(header)
    return _waited_for(text)


@functools.cache
def _waited_for(text: str) -> str:
    """Return what an expression waits for, without the words that say that it does."""
    for prefix in ("await ", "yield from "):
        text = text.removeprefix(prefix)
    return text.removesuffix(".__await__()")


@functools.cache
def context_of(header: str) -> str:
    """Return what an ``async with`` enters; all of a header that goes on below."""
    try:
        block = ast.parse(f"{header} pass").body[0]
    except SyntaxError:
        return header
    assert isinstance(block, ast.AsyncWith)
    return ast.unparse(block.items[0].context_expr)


# Lines that a recording shows once.


def comprehension_at(code: CodeType, instruction: int) -> int | None:
    """Return the first line of the comprehension that an instruction belongs to.

    From Python 3.12 on a comprehension runs in the frame of its function, before that
    in one of its own. A recording should not show which.
    """
    line, _, column, _ = _position(code, instruction)
    if line is None or column is None:
        return None
    for comprehension in _outline(code).comprehensions:
        start = comprehension.lineno, comprehension.col_offset
        end = comprehension.end_lineno or 0, comprehension.end_col_offset or 0
        if start <= (line, column) < end:
            return comprehension.lineno
    return None


def decorated_at(code: CodeType, line: int) -> int | None:
    """Return the line of the definition that a line decorates or begins, or None."""
    return _outline(code).decorated.get(line)


def statement_at(code: CodeType, line: int) -> int:
    """Return the first line of the statement that a line belongs to.

    Of a block that is the line with which its header begins.
    """
    return _outline(code).statements.get(line, line)


def is_long(code: CodeType, line: int) -> bool:
    """Tell whether a statement that begins in a line goes on in the next one."""
    return _outline(code).statements.get(line + 1) == line


def _headers(node: ast.AST) -> range:
    """Return the lines of a statement; of a block, those of its header."""
    if not isinstance(node, ast.stmt | ast.ExceptHandler):
        return range(0)
    body = getattr(node, "body", None)
    end = body[0].lineno if body else (node.end_lineno or 0) + 1
    return range(node.lineno, end)


class _Outline:
    """What is asked about all lines of a file.

    Attributes:
        statements: For each line of a statement but its first, that first line.
        comprehensions: Those that may run in their function's frame.
        decorated: For the first line of a decorator, the line of what it decorates;
            and for that line itself.
    """

    def __init__(self, source: str) -> None:
        """Read the source."""
        self.comprehensions: list[ast.expr] = []
        self.decorated: dict[int, int] = {}
        self.statements: dict[int, int] = {}
        for node in ast.walk(parse(source)):
            lines = _headers(node)
            self.statements.update(dict.fromkeys(lines[1:], lines.start))
            match node:
                case ast.ListComp() | ast.SetComp() | ast.DictComp():
                    self.comprehensions.append(node)
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                    for decorator in node.decorator_list:
                        self.decorated[decorator.lineno] = node.lineno
                        self.decorated[node.lineno] = node.lineno


# By the identity of the code, which `call_of` keeps.
_outlines: dict[int, _Outline] = {}


def _outline(code: CodeType) -> _Outline:
    """Return the outline of the file that a function is in, as it was read first."""
    known = _outlines.get(id(code))
    if known is None:
        source = "".join(linecache.getlines(call_of(code).code.co_filename))
        known = _outlines[id(code)] = _outline_of(source)
    return known


@functools.cache
def _outline_of(source: str) -> _Outline:
    return _Outline(source)
