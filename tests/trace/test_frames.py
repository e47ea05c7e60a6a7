"""What frames tell, where a recording does not ask for it on every Python."""

import ast
import sys
from collections.abc import Generator
from types import FrameType

import pytest

from yieldpoint.trace._recorder import frames, syntax


def own_frame() -> Generator[FrameType, None, None]:
    """Yield the generator's own frame."""
    yield sys._getframe()


def test_find_the_generator_of_a_frame() -> None:
    """In a variable of the caller, or among all objects."""
    found: list[object] = []

    def look() -> Generator[None, None, None]:
        found.append(frames.find_resumable(sys._getframe()))
        yield

    generator = look()
    next(generator)
    assert found == [generator]
    inline = [look()]
    next(inline[0])
    assert found == [generator, inline[0]]
    assert frames.find_resumable(sys._getframe()) is None


@pytest.mark.parametrize(
    ("header", "context"),
    [
        ("async with self.lock:", "self.lock"),
        ("async with TaskGroup() as group:", "TaskGroup()"),
        ("async with (", "async with ("),
    ],
)
def test_what_a_block_enters(header: str, context: str) -> None:
    """Its first context; or what its first line says."""
    assert syntax.context_of(header) == context


def test_code_without_a_source() -> None:
    """Positions or lines may be missing: then there is no text, and no error."""
    nowhere = compile("[each for each in ()]", "<nowhere>", "eval")
    assert syntax._source_at(nowhere, 0) == ""
    stripped = nowhere.replace(co_linetable=b"")
    assert syntax._source_at(stripped, 0) == ""
    assert syntax.comprehension_at(stripped, 0) is None


def test_a_source_that_is_no_python() -> None:
    """There is nothing to be found in it."""
    assert list(ast.walk(syntax.parse("no (")))[1:] == []


def test_what_is_called() -> None:
    """Something that has a name, or has none."""
    assert syntax._called_name("a b") == ""
    assert syntax._called_name("table[0]()") == ""
    assert syntax._called_name("a.b.send(1)") == "send"


def test_frame_of_what_has_ended() -> None:
    """There is none."""
    generator = own_frame()
    assert frames.frame_of(generator) is next(generator)
    generator.close()
    assert frames.frame_of(generator) is None
