"""Prompts are found wherever a reader may see one."""

from pathlib import Path

import pytest

from yieldpoint.sphinxext.searching import (
    claims_python,
    fence_problems,
    is_python,
    line_of,
    prompts_in,
    prompts_in_file,
    reads_as_python,
    seen_by_readers,
)


def test_prompts_in_counts_lines_from_one() -> None:
    """Numbers are those of an editor."""
    assert prompts_in("\n>>> x") == [(2, ">>> x")]


@pytest.mark.parametrize("mark", ['"""', "#: ", "> ", "- ", "  ", 'r"""', "``", "| "])
def test_prompts_are_found_behind_marks(mark: str) -> None:
    """A prompt may open a docstring, a quote, a list, a comment, a line of a table."""
    assert prompts_in(f"{mark}>>> x") == [(1, ">>> x")]


@pytest.mark.parametrize(
    "prompt",
    [
        "\N{HEAVY RIGHT-POINTING ANGLE QUOTATION MARK ORNAMENT}" * 3,
        "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}" * 3,
        "\N{FULLWIDTH GREATER-THAN SIGN}" * 3,
        "\N{MATHEMATICAL RIGHT ANGLE BRACKET}" * 3,
        "\N{MUCH GREATER-THAN}>",
        "\N{VERY MUCH GREATER-THAN}",
    ],
)
def test_prompts_of_other_signs(prompt: str) -> None:
    """A reader sees no difference."""
    assert prompts_in(f"{prompt} x") == [(1, ">>> x")]


@pytest.mark.parametrize(
    "text",
    [
        "« a » b",
        "the prompt `>>>`",
        "the prompt `>>> `",
        "the prompt '>>> ' is",
        "the prompt >>>",
        "... x = '>>> 1'",
        "<p>>>></p>",
        "a > b >> c",
    ],
)
def test_what_is_no_prompt(text: str) -> None:
    """There is no code behind it, or it belongs to the line above."""
    assert prompts_in(text) == []


def test_in_python_code_only_what_is_written_for_readers_counts(
    tmp_path: Path,
) -> None:
    """Docstrings and comments; a program may print a prompt."""
    path = tmp_path / "module.py"
    path.write_text(
        '"""A module: ``>>> 1``.\n\n| >>> 2\n"""\n'
        'x = f">>> {1}"  # as in >>> 3\n'
        'y = ">>> 4"\n'
        'def f():\n    """Doc."""\n'
    )
    found = seen_by_readers(path, prompts_in_file(path))
    assert [line for line, _ in found] == [1, 3, 5]


def test_a_module_that_cannot_be_parsed(tmp_path: Path) -> None:
    """It is searched as any text."""
    path = tmp_path / "module.py"
    path.write_text("def (:\n    x >>> y\n")
    assert seen_by_readers(path, prompts_in_file(path)) == [(2, ">>> y")]


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    """There is nothing to read in it."""
    path = tmp_path / "picture"
    path.write_bytes(b"\xff>>> 1 + 1")
    assert prompts_in_file(path) == []


@pytest.mark.parametrize(
    "language",
    ["python", "Python3", "py", "pycon3", "pytb", "ipython", "ipython3", "cython"],
)
def test_kinds_of_python(language: str) -> None:
    """Also those that Pygments does not know."""
    assert is_python(language)


@pytest.mark.parametrize("language", ["no such language", "text", "console", "c"])
def test_what_is_no_python(language: str) -> None:
    """Pygments has the last word."""
    assert not is_python(language)


@pytest.mark.parametrize(
    "markup",
    [
        "<pre lang='py'>",
        "<div data-language=python>",
        "<py-script>",
        '<div class="highlight-python notranslate">',
    ],
)
def test_html_that_claims_to_hold_python(markup: str) -> None:
    """By a class, a type or a language."""
    assert claims_python(markup)


@pytest.mark.parametrize("markup", ['<p class="copy">', "<p>class = python</p>"])
def test_html_that_does_not(markup: str) -> None:
    """The word alone claims nothing."""
    assert not claims_python(markup)


def test_what_reads_as_python() -> None:
    """An output hardly ever does."""
    assert reads_as_python("async def f():\n    pass")
    assert reads_as_python("x = [print(1)]")
    assert not reads_as_python("2.0")
    assert not reads_as_python("x = 1")
    assert not reads_as_python("\0")


def test_a_fence_that_nothing_closes_takes_in_the_next() -> None:
    """The line is that of the fence which is open."""
    text = "```{note}\n\nOne.\n``\n\n```{note}\n\nTwo.\n```\n"
    assert [line for line, _ in fence_problems(text)] == [6]


def test_the_line_of_a_prompt(tmp_path: Path) -> None:
    """The first from the given one on."""
    path = tmp_path / "page.md"
    path.write_text(">>> x\n>>> y\n>>> x\n")
    assert line_of(">>> x", path, 2) == 3
    assert line_of(">>> z", path, 2) == 2
