"""Claims, verdicts, and the links to what shows them."""

from collections.abc import Callable

import pytest

from tests.once import on_one_python
from tests.sphinxext.conftest import Build

pytestmark = on_one_python

EXAMPLE = "\n(here)=\n```pycon\n>>> 1 + 1\n2\n```\n"
FILTER = "\n```{verdict-filter}\n- All\n- True\n- Imprecise\n- False\n- Outdated\n```\n"


def entry(first_line: str, label: str = "here") -> str:
    """Return a page with an entry and an example."""
    return (
        f"# Title\n{EXAMPLE}\n```{{verdict}} {first_line}\n:example: {label}\n\n"
        "A claim.\n\nWhat is the case.\n```\n"
    )


def test_an_entry_has_an_anchor_and_a_link(build: Callable[..., Build]) -> None:
    """Both lead where they should."""
    built = build({"index.md": entry("C07 false") + "\n[there](#claim-c07)\n"})
    assert built.status == 0, built.messages
    page = built.html("index")
    assert 'id="claim-c07"' in page
    assert page.count('href="#claim-c07"') == 2
    assert 'href="#here"' in page


def test_an_entry_without_an_example_has_no_link(build: Callable[..., Build]) -> None:
    """The option may be left out."""
    built = build({"index.md": entry("C07 false").replace(":example: here\n", "")})
    assert built.status == 0, built.messages
    assert 'href="#here"' not in built.html("index")


def test_an_unknown_verdict_breaks_the_build(build: Callable[..., Build]) -> None:
    """There are four for claims and four for blocks."""
    broken = build({"index.md": entry("C07 doubtful")})
    assert broken.status != 0
    assert "index.md:9: ERROR: 'doubtful' is no verdict" in broken.messages


def test_an_entry_without_a_label_breaks_the_build(build: Callable[..., Build]) -> None:
    """It could not be linked to."""
    broken = build({"index.md": entry("false")})
    assert "index.md:9: ERROR: an entry wants a label and a verdict" in broken.messages


def test_an_entry_that_stands_twice_breaks_the_build(
    build: Callable[..., Build],
) -> None:
    """Two places would have the same anchor."""
    second = "```{verdict} C07 true\n\nA claim.\n\nThe case.\n```\n"
    broken = build({"index.md": entry("C07 false") + second})
    assert broken.status != 0
    assert "ERROR: there is an entry C07 already" in broken.messages


@pytest.mark.parametrize(
    ("first_line", "message"),
    [
        ("C18x true", "'C18x' is no label: write C07, or Block 6"),
        ("c18 true", "'c18' is no label"),
        ("C1 true", "'C1' is no label"),
        ("Blocks 6 runs", "'Blocks 6' is no label"),
        ("Block 6x runs", "'Block 6x' is no label"),
        ("C18 runs", "'runs' is no verdict: true, imprecise, false, outdated"),
        ("Block 6 true", "'true' is no verdict: runs, differs, fails, listing"),
    ],
)
def test_a_misnamed_entry_breaks_the_build(
    build: Callable[..., Build], first_line: str, message: str
) -> None:
    """Claims have numbers and verdicts of their own, and so have blocks."""
    broken = build({"index.md": entry(first_line)})
    assert f"index.md:9: ERROR: {message}" in broken.messages


def test_an_entry_that_takes_in_the_next_breaks_the_build(
    build: Callable[..., Build],
) -> None:
    """Its fence is closed by nothing, or by a mark that is none."""
    second = "\n```{verdict} C08 true\n\nA claim.\n\nThe case.\n```\n"
    page = entry("C07 false").removesuffix("```\n") + "``\n" + second
    broken = build({"index.md": page})
    assert "index.md:9: ERROR: C07 has another entry in it" in broken.messages


def test_an_entry_that_says_nothing_breaks_the_build(
    build: Callable[..., Build],
) -> None:
    """A label and a verdict are no claim."""
    broken = build({"index.md": "# T\n\n```{verdict} C07 true\n```\n"})
    assert "index.md:3: ERROR: C07 says nothing" in broken.messages


def test_an_unknown_label_breaks_the_build(build: Callable[..., Build]) -> None:
    """A link to an example must lead to one."""
    broken = build({"index.md": entry("C07 false", label="nowhere")})
    assert broken.status != 0
    assert "no example is labelled 'nowhere'" in broken.messages


def test_the_filter_counts(build: Callable[..., Build]) -> None:
    """Each button says how many entries it shows."""
    built = build({"index.md": entry("C07 false") + FILTER})
    assert built.status == 0, built.messages
    page = built.html("index")
    assert 'for="show-all">All <span class="count">1</span>' in page
    assert 'for="show-true">True <span class="count">0</span>' in page
    assert 'for="show-false">False <span class="count">1</span>' in page


def test_the_filter_wants_all_texts(build: Callable[..., Build]) -> None:
    """A button without a text would be of no use."""
    broken = build({"index.md": entry("C07 false") + FILTER.replace("- All\n", "")})
    assert broken.status != 0
    assert "the filter wants 5 texts" in broken.messages


def test_an_example_that_is_none(build: Callable[..., Build]) -> None:
    """A label of a text is not one of an executed fence."""
    text = "\n(there)=\nNothing is executed here.\n"
    broken = build({"index.md": entry("C07 false", label="there") + text})
    assert "no example is labelled 'there'" in broken.messages
