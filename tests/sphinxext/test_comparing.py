"""What a page shows of an exception is what a reader sees."""

import pytest

from yieldpoint.sphinxext.comparing import agree, text_of

HEADER = "Traceback (most recent call last):\n"
FRAME = '  File "<stdin>", line 1, in <module>\n'
CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
SEEN = f"{HEADER}{FRAME}    f()\n    ~^^\nKeyError: 1\n"


def traceback_of(error: BaseException) -> str:
    """Raise an exception and return what Python prints of it."""
    try:
        raise error
    except type(error) as raised:
        return text_of(raised, raised.__traceback__)


def test_dots_stand_for_the_frames() -> None:
    """At any indentation."""
    for dots in ("  ...", "...", "    ..."):
        assert agree(f"{HEADER}{dots}\nKeyError: 1\n", SEEN)


def test_the_message_counts() -> None:
    """Letter for letter, and to its end."""
    assert not agree(f"{HEADER}  ...\nKeyError: 2\n", SEEN)
    assert not agree(f"{HEADER}  ...\nKeyError: 1\n", f"{SEEN}a note\n")
    assert not agree(f"{HEADER}  ...\n", SEEN)


def test_frames_must_be_the_ones_that_are_seen() -> None:
    """A file name may be shortened, and a session has two."""
    for file in ("<stdin>", "<python-input-12>", "..."):
        frame = FRAME.replace("<stdin>", file)
        assert agree(f"{HEADER}{frame}  ...\nKeyError: 1\n", SEEN)
    invented = FRAME.replace("line 1", "line 2")
    assert not agree(f"{HEADER}{invented}  ...\nKeyError: 1\n", SEEN)


def test_a_header_without_anything_below_it_is_never_seen() -> None:
    """There is at least one frame."""
    assert not agree(f"{HEADER}KeyError: 1\n", SEEN)


def test_the_dots_hide_no_cause() -> None:
    """A page shows all exceptions of the chain, or none."""
    both = f"{SEEN}{CAUSE}{SEEN.replace('KeyError', 'LookupError')}"
    last = f"{HEADER}  ...\nLookupError: 1\n"
    assert not agree(last, both)
    shown = f"{HEADER}  ...\nKeyError: 1\n{CAUSE}{last}".replace(
        "\n\n", "\n<BLANKLINE>\n"
    )
    assert agree(shown, both)
    assert not agree(shown, SEEN)


def test_dots_among_frames_hide_no_cause() -> None:
    """They stand for frames there, too, and a shortened file name for no more."""
    both = f"{SEEN}{CAUSE}{SEEN.replace('KeyError', 'LookupError')}"
    for stack in ("  ...\n    f()\n    ~^^\n", '  File "...\n', "  File ...\n"):
        shown = f"{HEADER}{stack}"
        assert not agree(f"{shown}LookupError: 1\n", both)
        assert agree(f"{shown}KeyError: 1\n", SEEN)


def test_dots_in_a_group_hide_no_exception() -> None:
    """Neither a cause of the group nor one that is in it."""
    error = ExceptionGroup("two", [KeyError(1), KeyError(2)])
    error.__cause__ = ValueError("why")
    dots = f"  + Exception Group {HEADER}  |   ...\n"
    text = traceback_of(error).partition(CAUSE)[2]
    below = text[text.index("  | ExceptionGroup: two") :]
    assert not agree(dots + below, traceback_of(error))
    assert agree(f"ValueError: why\n{CAUSE}{dots}{below}", traceback_of(error))
    inside = traceback_of(ExceptionGroup("outer", [error.__cause__, error]))
    assert not agree(dots + inside[inside.index("    | ExceptionGroup: two") :], inside)


def test_a_cause_that_is_invented() -> None:
    """There was one exception only."""
    assert not agree(f"{HEADER}  ...\nA\n{CAUSE}{HEADER}  ...\nKeyError: 1\n", SEEN)


def test_output_before_a_traceback() -> None:
    """A reader sees it, so the page shows it."""
    shown = f"{HEADER}  ...\nKeyError: 1\n"
    assert not agree(shown, f"printed\n{SEEN}")
    assert agree(f"printed\n{shown}", f"printed\n{SEEN}")


def test_notes_are_seen() -> None:
    """They stand below the message."""
    error = ValueError("wrong")
    error.add_note("a note")
    assert traceback_of(error).endswith("ValueError: wrong\na note\n")


def test_a_group_is_seen_with_what_is_in_it() -> None:
    """It has a form of its own."""
    seen = traceback_of(ExceptionGroup("several", [KeyError(1)]))
    group = "  + Exception Group Traceback (most recent call last):\n  |   ...\n"
    assert agree(f"{group}  | ExceptionGroup: several (1 sub-exception)\n...", seen)
    assert not agree(
        f"{HEADER}  ...\nExceptionGroup: several (1 sub-exception)\n", seen
    )


@pytest.mark.parametrize("header", ["", HEADER])
def test_a_syntax_error_has_no_header_and_a_doctest_has_one(header: str) -> None:
    """Both are accepted; the line below is what is seen."""
    with pytest.raises(SyntaxError) as caught:
        compile("x = = 1\n", "<stdin>", "single")
    seen = text_of(caught.value, None)
    assert seen.startswith('  File "<stdin>", line 1\n')
    shown = '  File "<stdin>", line 1\n    x = = 1\n        ^\n'
    assert agree(f"{header}{shown}SyntaxError: invalid syntax\n", seen)
    assert agree(f"{HEADER}  ...\nSyntaxError: invalid syntax\n", seen)
    assert not agree(f"{HEADER}  ...\nSyntaxError: no syntax\n", seen)


def test_1_is_not_true() -> None:
    """Though doctest takes it for that, if it is not told otherwise."""
    assert not agree("1\n", "True\n")
    assert not agree("0\n", "False\n", 0)
