"""The list of all sections, by which the search page finds them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.once import on_one_python
from tests.sphinxext.conftest import Build

pytestmark = on_one_python

SETTINGS = [
    *("-D", "html_theme=furo"),
    *("-D", "version=1", "-D", "copyright=us", "-D", "suppress_warnings=epub"),
    *("-D", "extensions=myst_parser,sphinx.ext.autodoc,yieldpoint.sphinxext.sections"),
]
PAGES = {
    "index.md": "# Start\n\nHere it *begins*.\n\n## Inner\n\nWhat is inside.\n\n"
    "- How do I get on? [That way](other.md#far-away)\n\n"
    "[Outside](https://docs.python.org), [](other.md) and [](other.md).\n\n"
    "```{toctree}\nother\n```\n",
    "other.md": "# Other\n\nAnother page.\n\n(far-away)=\n## Far away\n\nThere.\n\n"
    "```{py:function} pack.get(name)\nReturn it.\n```\n\n"
    "```{py:function} pack.hidden()\n:no-index:\n```\n",
}


def listed(output: Path) -> dict[str, list[object]]:
    """Return what the script lists, by address."""
    script = (output / "_static" / "sections.js").read_text(encoding="utf-8")
    entries = json.loads(script.removeprefix("const SECTIONS = ").removesuffix(";\n"))
    return {entry[0]: entry[1:] for entry in entries}


def test_every_section_and_every_documented_name_is_listed(
    build: Callable[..., Build],
) -> None:
    """With its own text, not that of the sections in it, and how others link to it."""
    built = build(PAGES, *SETTINGS)
    assert (built.status, built.messages) == (0, "")
    assert listed(built.output) == {
        "index.html": ["Start", "Start", 1, [], "Here it begins."],
        "index.html#inner": [
            *("Inner", "Start", 1, []),
            "What is inside. How do I get on? That way Outside, Other and Other.",
        ],
        "other.html": ["Other", "Other", 1, ["Other"], "Another page."],
        "other.html#far-away": [
            *("Far away", "Other", 1, ["How do I get on? That way"]),
            "There.",
        ],
        "other.html#pack.get": [
            *("pack.get", "Other", 1, []),
            "pack.get(name) Return it.",
        ],
    }
    assert 'src="_static/search.js' in built.html("search")
    assert "sphinx_highlight" not in built.html("search") + built.html("other")
    words = (built.output / "searchindex.js").read_text(encoding="utf-8")
    assert '"titles":["Start","Other"]' in words
    assert '"terms":{}' in words


def test_a_word_with_a_link_to_the_glossary_asks_nothing(
    build: Callable[..., Build],
) -> None:
    """Who types the word looks for the page that uses it as much."""
    pages = {
        "index.md": "# Start\n\nA {term}`loop` runs, see [words](words.md).\n\n"
        "```{toctree}\nwords\n```\n",
        "words.md": "# Words\n\n```{glossary}\nloop\n  What runs.\n```\n",
    }
    built = build(pages, *SETTINGS)
    assert (built.status, built.messages) == (0, "")
    assert listed(built.output)["words.html"][3] == ["words"]


def test_what_is_not_built_again_stays_and_what_is_gone_goes(
    build: Callable[..., Build], tmp_path: Path
) -> None:
    """A page that has not changed is not written again."""
    build(PAGES, *SETTINGS)
    changed = build({"index.md": "# New\n\n[](other.md)\n"}, *SETTINGS)
    known = listed(changed.output)
    assert known["index.html"][0] == "New"
    assert known["other.html#far-away"][-2:] == [[], "There."]
    (tmp_path / "docs" / "other.md").unlink()
    assert set(listed(build({"index.md": "# New\n"}, *SETTINGS).output)) == {
        "index.html"
    }


@pytest.mark.parametrize("broken", [None, "{", ""])
def test_it_does_not_depend_on_the_last_build(
    build: Callable[..., Build], tmp_path: Path, broken: str | None
) -> None:
    """What that has left may be unreadable: then all is read again."""
    first = listed(build(PAGES, *SETTINGS).output)
    if broken is not None:
        kept = tmp_path / "doctrees" / "sections-html.json"
        kept.write_text(broken, encoding="utf-8")
    assert listed(build({}, *SETTINGS, "-E", "-a").output) == first


def test_a_rank_is_given_to_the_pages_that_begin_so(
    build: Callable[..., Build],
) -> None:
    """The sections of the others count once."""
    build({"more_conf.txt": "search_ranks = {'ot': 0.5}\n", **PAGES}, *SETTINGS)
    built = build({}, *SETTINGS)
    ranks = {address: entry[2] for address, entry in listed(built.output).items()}
    assert ranks["index.html"] == 1
    assert ranks["other.html#far-away"] == 0.5


def test_an_address_without_a_page_is_searched(build: Callable[..., Build]) -> None:
    """It may be at any depth, so that links begin where the site begins."""
    assert '<base href="/">' in build(PAGES, *SETTINGS).html("404")
    address = "html_baseurl=https://shop.test/en/latest"
    page = build(PAGES, *SETTINGS, "-D", address).html("404")
    assert '<base href="/en/latest/">' in page
    assert 'data-beside="/en/latest/"' in page


def test_books_have_no_search(build: Callable[..., Build]) -> None:
    """There is nobody who could type."""
    built = build(PAGES, *SETTINGS, builder="epub")
    assert (built.status, built.messages) == (0, "")
    assert not list(built.output.rglob("sections.js"))
