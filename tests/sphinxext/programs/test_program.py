"""Fences as programs: what goes into them, and how it is written."""

import textwrap

import pytest

from yieldpoint.sphinxext.programs._lines import lines_of
from yieldpoint.sphinxext.programs._needs import needs_of
from yieldpoint.sphinxext.programs._program import (
    Program,
    program_of,
    program_of_call,
)

Capture = pytest.CaptureFixture[str]
EXAMPLES = "yieldpoint.examples"


def program(*fences: str) -> Program:
    """Return the last one of a page's fences as a program."""
    lines = [
        line
        for number, fence in enumerate(fences)
        for line in lines_of(textwrap.dedent(fence), number)
    ]
    return program_of(lines, len(fences) - 1, EXAMPLES, "Head")


def own_lines(made: Program) -> list[str]:
    """Return a program's text without its head."""
    return made.text.removeprefix("# Head\n\n").splitlines()


@pytest.mark.parametrize(
    ("line", "shown", "written"),
    [
        ("1 + 1", "2", "print(1 + 1)"),
        ("'a' + 'b'", "'ab'", "print(repr('a' + 'b'))"),
        ("1, 2", "(1, 2)", "print((1, 2))"),
        ("(1, 2)", "(1, 2)", "print((1, 2))"),
        ("1  # one", "1", "print(1)  # one"),
        ("object()", "<object object at 0x...>", "print(repr(object()))"),
        ("print(1)", "1", "print(1)"),
        ("[].append(1)", "", "[].append(1)"),
        ("help()", "some words", "help()"),
        ("a.run(b)", "[0]", "print(a.run(b))"),
    ],
)
def test_a_value_is_printed_as_it_is_shown(line: str, shown: str, written: str) -> None:
    """What prints itself, or has no value, stays as it is."""
    assert own_lines(program(f">>> {line}\n{shown}\n")) == [written]


def test_values_in_a_block() -> None:
    """They are shown in the interactive Python, so they are printed."""
    made = program(
        """
        >>> def double(number):
        ...     return 2 * number
        >>> for number in (1, 2):
        ...     double(number)
        2
        4
        """
    )
    assert own_lines(made)[-2:] == [
        "for number in (1, 2):",
        "    print(double(number))",
    ]


def test_no_values_in_a_block_that_prints() -> None:
    """What is shown is not the value of what failed."""
    made = program(
        """
        >>> def fail():
        ...     return 1 / 0
        >>> try:
        ...     fail()
        ... except ZeroDivisionError as error:
        ...     print(error)
        division by zero
        """
    )
    assert own_lines(made)[-3:-1] == [
        "    fail()",
        "except ZeroDivisionError as error:",
    ]


def test_an_error_is_shown_and_is_not_the_end() -> None:
    """It has the name that the program knows it by."""
    made = program(
        """
        >>> from yieldpoint.examples.timeouts import StatusError
        >>> raise StatusError(404)
        Traceback (most recent call last):
          ...
        yieldpoint.examples.timeouts.StatusError: 404
        >>> 1 +
        Traceback (most recent call last):
          ...
        SyntaxError: invalid syntax
        """
    )
    assert own_lines(made)[-8:] == [
        "try:",
        "    raise StatusError(404)",
        "except StatusError:",
        "    traceback.print_exc()",
        "try:",
        '    compile("1 +", "<stdin>", "single")',
        "except SyntaxError:",
        "    traceback.print_exc(limit=0)",
    ]
    assert "\nStatusError: 404\n" in made.output
    assert "yieldpoint" not in made.text


@pytest.mark.parametrize(
    "wrong", ["'one' 2", '"one" 2', 'def f():\n    "one" 2', r"'\n' 2"]
)
def test_what_python_refuses_is_quoted(wrong: str, capsys: Capture) -> None:
    """The quotes and backslashes in it stay what they are."""
    shown = wrong.replace("\n", "\n... ")
    made = program(
        f">>> {shown}\nTraceback (most recent call last):\nSyntaxError: no\n"
    )
    exec(made.text, {})  # noqa: S102 - it is a program
    told = capsys.readouterr().err
    assert "2\n" in told
    assert wrong.splitlines()[-1].strip() in told


def test_only_what_is_needed_comes_from_above() -> None:
    """A line that may change a variable is needed; it does not show its value."""
    made = program(
        """
        >>> import math
        >>> numbers = iter([1, 2, 3, 4])
        >>> words = iter("ab")
        >>> next(words)
        'a'
        >>> def take():
        ...     return next(numbers)
        >>> take()
        1
        >>> next(numbers)
        2
        >>> {}[1]
        Traceback (most recent call last):
          ...
        KeyError: 1
        >>> print(numbers)
        <list_iterator object at 0x...>
        """,
        """
        >>> next(numbers)
        3
        """,
    )
    assert own_lines(made) == [
        *("numbers = iter([1, 2, 3, 4])", "", "", "def take():"),
        *("    return next(numbers)", "", "", "take()", "next(numbers)", ""),
        "print(next(numbers))",
    ]
    assert made.output == "3\n"


def test_what_is_bound_anew_is_not_needed() -> None:
    """Nor are lines that used what a name meant before."""
    above = ">>> words = iter('ab')\n>>> next(words)\n'a'\n>>> words = iter('cd')\n"
    assert own_lines(program(above, ">>> next(words)\n'c'\n")) == [
        *("words = iter('cd')", "", "print(repr(next(words)))"),
    ]


def test_two_of_one_name() -> None:
    """The second has the name of its module before its own."""
    made = program(
        """
        >>> from yieldpoint.examples import own_context, stepping
        >>> own_context.Task.__mro__[1] is stepping.Task
        True
        """
    )
    assert "\nclass Task(Future[T]):\n" in made.text
    assert "\nclass own_context_Task(Task[T]):\n" in made.text
    assert own_lines(made)[-1] == "print(own_context_Task.__mro__[1] is Task)"


def test_what_starts_python_again_has_a_guard() -> None:
    """The other process imports the program, and must not do the same."""
    made = program(
        """
        >>> import multiprocessing
        >>> print(multiprocessing.active_children())
        []
        """
    )
    assert own_lines(made)[-2:] == [
        'if __name__ == "__main__":',
        "    print(multiprocessing.active_children())",
    ]


def test_what_is_recorded_comes_from_the_package() -> None:
    """Its lines have the numbers that the page says."""
    made = program(
        """
        >>> from yieldpoint.examples.waiting import in_tasks
        >>> from yieldpoint.trace import record
        >>> record(in_tasks).duration
        2.0
        """
    )
    assert own_lines(made) == [
        "from yieldpoint.examples.waiting import in_tasks",
        *(
            "from yieldpoint.trace import record",
            "",
            "print(record(in_tasks).duration)",
        ),
    ]


@pytest.mark.parametrize(
    ("above", "line", "shown", "written"),
    [
        (">>> class A: pass", "A()", "<A ...>", "print(repr(A()))"),
        (">>> def f():\n...     yield", "f()", "<f ...>", "print(repr(f()))"),
        (">>> def f():\n...     print((lambda: 1)())", "f()", "1", "f()"),
        (">>> from yieldpoint.examples.own_context import user", "user()", "1", None),
    ],
)
def test_what_is_known_of_a_call(
    above: str, line: str, shown: str, written: str | None
) -> None:
    """An object, a generator, nothing; and what only its text tells."""
    made = program(f"{above}\n>>> {line}\n{shown}\n")
    assert own_lines(made)[-1] == (written or f"print({line})")


def test_an_error_above_is_not_shown() -> None:
    """It is expected there, and no end either."""
    above = ">>> none = iter(())\n>>> next(none)\nTraceback (most recent call last):\n"
    made = program(f"{above}  ...\nStopIteration\n", ">>> list(none)\n[]\n")
    assert own_lines(made)[-4:] == [
        "with contextlib.suppress(StopIteration):",
        *("    next(none)", "", "print(list(none))"),
    ]


def test_an_error_of_a_module() -> None:
    """The module is imported."""
    shown = "Traceback (most recent call last):\njson.decoder.JSONDecodeError: no\n"
    made = program(f">>> import json\n>>> json.loads('')\n{shown}")
    assert "\nimport json.decoder\n" in made.text
    assert "\nexcept json.decoder.JSONDecodeError:\n" in made.text


def test_a_long_import() -> None:
    """It stands in several lines."""
    names = "AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Coroutine"
    made = program(f">>> from collections.abc import {names}\n>>> x = {names}\n")
    assert own_lines(made)[:2] == [
        *("from collections.abc import (", "    AsyncGenerator,"),
    ]


def test_what_a_module_of_the_examples_imports_from_another() -> None:
    """It is taken from where it is defined."""
    made = program(
        ">>> from yieldpoint.examples.own_context import Loop\n>>> x = Loop\n"
    )
    assert "\nclass built_on_top_Loop(Loop):\n" in made.text


def test_lines_of_what_is_recorded() -> None:
    """What the session itself defines stands in other lines of the program."""
    made = program(
        """
        >>> from yieldpoint.trace import record
        >>> def job(): pass
        >>> print(record(job).to_text())
        job:1
        """
    )
    assert made.output == "job:...\n"


def test_a_recorded_generator() -> None:
    """All its values are taken, as the recorder does."""
    name = f"{EXAMPLES}.running_order.countdown"
    made = program_of_call(name, "countdown(1)", "[1]\n", EXAMPLES, "Head")
    assert own_lines(made)[-1] == "print(list(countdown(1)))"


def test_packages_of_others() -> None:
    """They are told from Python's modules and from this package."""
    assert needs_of("import asyncio, aiohttp") == ["packages"]
    assert needs_of("from yieldpoint.crawler import crawl") == ["packages"]
    assert not needs_of("from yieldpoint import loop")


def test_what_is_no_doctest() -> None:
    """The proof says so; here it has no lines."""
    assert list(lines_of(">>>1\n", 0)) == []


def test_a_recorded_function() -> None:
    """It is called as it is."""
    name = f"{EXAMPLES}.more_than_once.two_passes"
    made = program_of_call(name, "two_passes", "([0, 1], [])\n", EXAMPLES, "Head")
    assert own_lines(made)[-1] == "print(two_passes())"
