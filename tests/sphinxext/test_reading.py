"""The reading edition: modules as code, and the links that lead to it and back."""

import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.once import on_one_python
from tests.sphinxext.conftest import Build
from yieldpoint.examples import round_robin
from yieldpoint.sphinxext.abridged import definitions, source_file
from yieldpoint.sphinxext.reading import part_of

pytestmark = on_one_python

MODULE = "yieldpoint.examples.round_robin"
INDEX = """# Start

{start}

```{{toctree}}
second
first
code
```

```{{eval-rst}}
.. py:module:: yieldpoint.examples.round_robin
.. py:function:: run()
.. py:data:: no_function
```
"""


def site(
    start: str = "", first: str = "", second: str = "", module: str = MODULE
) -> dict[str, str]:
    """Return a site with an edition of one module, which is read last."""
    return {
        "index.md": INDEX.format(start=start),
        "first.md": f"# The first\n\n{first}\n",
        "second.md": f"# The second\n\n{second}\n",
        "code.md": f"# The code\n\n```{{reading}} {module}\n```\n",
    }


def shows(name: str, heading: str) -> str:
    """Return a section that shows an example."""
    return f"## {heading}\n\n```{{example}} {name}\n```\n"


def name_in(page: str, part: str) -> str:
    """Return what the edition writes for a name that it defines."""
    found = re.search(f'<(?:a|span)[^>]* id="{part}"[^>]*>', page)
    assert found
    return found[0]


def test_a_module_is_shown_as_code_with_an_anchor_at_each_name(
    build: Callable[..., Build],
) -> None:
    """Its examples are in the reference, not here."""
    built = build(site())
    assert (built.status, built.messages) == (0, "")
    page = built.html("code")
    assert "&gt;&gt;&gt;" not in page
    text = re.sub("<[^>]+>", "", page)
    assert '"""Let the others run, once."""\n    yield\n' in text.replace("&quot;", '"')
    for part in definitions(source_file(MODULE).read_text(encoding="utf-8")):
        assert name_in(page, part) == f'<span class="nf" id="{part}">'


def test_a_role_leads_to_the_line(build: Callable[..., Build]) -> None:
    """By the name in the module, and with a text of its own if one is given."""
    built = build(site("See {read}`run`, and {read}`how it gives way <give_way>`."))
    assert (built.status, built.messages) == (0, "")
    page = built.html("index")
    assert re.search('href="code.html#run"[^>]*><code[^>]*>(<span[^>]*>)?run', page)
    assert re.search('href="code.html#give_way"[^>]*><code[^>]*>.{,40}how', page)


@pytest.mark.parametrize("name", ["nobody", "round_robin.run", "a:run"])
def test_a_role_that_leads_nowhere_breaks_the_build(
    build: Callable[..., Build], name: str
) -> None:
    """With the name of the page."""
    broken = build(site(f"See {{read}}`{name}`."))
    assert broken.status != 0
    assert "index.md:3: WARNING: 'read' reference target not found" in broken.messages
    assert name in broken.messages


def test_a_name_that_two_modules_define_needs_its_module(
    build: Callable[..., Build],
) -> None:
    """The role does not guess."""
    pages = site("See {read}`run`.")
    pages["first.md"] += "\n```{reading} yieldpoint.examples.timers\n```\n"
    assert build(pages).status != 0
    pages["index.md"] = pages["index.md"].replace("`run`", f"`{MODULE}:run`")
    built = build(pages)
    assert (built.status, built.messages) == (0, "")
    assert 'href="code.html#run"' in built.html("index")


def test_a_module_that_is_not_there_breaks_the_build(
    build: Callable[..., Build],
) -> None:
    """With its name."""
    broken = build(site(module="yieldpoint.nowhere"))
    assert broken.status != 0
    assert "code.md:3: ERROR: no module is named 'yieldpoint.n" in broken.messages


def test_an_example_leads_to_its_module_and_back(build: Callable[..., Build]) -> None:
    """To the section that shows it."""
    built = build(
        site(first=shows("round_robin.run", "A dozen lines")), "-D", "nitpicky=0"
    )
    assert (built.status, built.messages) == (0, "")
    assert re.search('href="code.html#run"[^>]*>in its module<', built.html("first"))
    assert name_in(built.html("code"), "run") == (
        '<a class="nf" id="run" href="first.html#a-dozen-lines" '
        'title="The first: A dozen lines">'
    )


def test_a_name_leads_to_the_first_page_that_shows_it(
    build: Callable[..., Build],
) -> None:
    """In the order in which the pages are read; a page that names it comes after."""
    pages = site(
        "See {read}`run` and {read}`hog`.",
        shows("round_robin.run", "One") + "{read}`counter`",
        shows("round_robin.run", "Two") + shows("round_robin.run", "Three"),
    )
    pages["code.md"] += "\nSee {read}`give_way`."
    page = build(pages, "-D", "nitpicky=0").html("code")
    assert 'href="second.html#two" title="The second: Two"' in name_in(page, "run")
    assert 'href="index.html#start" title="Start"' in name_in(page, "hog")
    assert 'href="first.html#one"' in name_in(page, "counter")
    assert "href" not in name_in(page, "give_way")


def test_a_page_outside_the_contents_comes_last(build: Callable[..., Build]) -> None:
    """It still counts."""
    pages = site(first=shows("round_robin.run", "One"))
    pages["aside.md"] = "---\norphan: true\n---\n\n# Aside\n\n{read}`run` {read}`hog`"
    pages["bare.md"] = "---\norphan: true\n---\n\nNo heading, but {read}`counter`."
    page = build(pages, "-D", "nitpicky=0").html("code")
    assert 'href="first.html#one"' in name_in(page, "run")
    assert 'href="aside.html#aside"' in name_in(page, "hog")
    assert 'href="bare.html" title="&lt;no title&gt;"' in name_in(page, "counter")


def test_a_link_back_changes_with_the_page(build: Callable[..., Build]) -> None:
    """The edition is written again although nothing in it was edited."""
    options = ("-D", "nitpicky=0")
    before = build(site(first=shows("round_robin.run", "One")), *options)
    assert 'href="first.html#one"' in name_in(before.html("code"), "run")
    after = build(site(first=shows("round_robin.run", "Two")), *options)
    assert 'href="first.html#two"' in name_in(after.html("code"), "run")
    without = build(site(), *options)
    assert "href" not in name_in(without.html("code"), "run")


def test_the_reference_leads_to_the_line(build: Callable[..., Build]) -> None:
    """Where the edition has it."""
    page = build(site()).html("index")
    assert re.search('href="code.html#run"[^>]*>.{,25}\\[source\\]', page)
    assert page.count("[source]") == 1


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Write a module that can be edited."""
    path = tmp_path / "edited_module.py"
    path.write_text("class Event:\n    'Happen.'\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield path
    sys.modules.pop("edited_module", None)


def test_an_edited_module_is_shown_anew(
    build: Callable[..., Build], module: Path
) -> None:
    """The page is built again, and the old names are gone."""
    before = build(site(module="edited_module"))
    assert 'class="nc"' in name_in(before.html("code"), "Event")
    module.write_text("def happen():\n    'Happen.'\n", encoding="utf-8")
    os.utime(module, (2_000_000_000, 2_000_000_000))
    after = build(site("See {read}`happen`.", module="edited_module"))
    assert (after.status, after.messages) == (0, "")
    assert 'id="Event"' not in after.html("code")
    assert 'class="nf"' in name_in(after.html("code"), "happen")


def test_pages_may_be_read_in_parallel(build: Callable[..., Build]) -> None:
    """What each process has found comes together."""
    pages = site("{read}`hog`", shows("round_robin.run", "One"))
    pages |= {f"{number}.md": "---\norphan: true\n---\n\n# A" for number in range(6)}
    built = build(pages, "-j", "2", "-D", "nitpicky=0")
    assert (built.status, built.messages) == (0, "")
    assert 'href="first.html#one"' in name_in(built.html("code"), "run")
    assert 'href="code.html#hog"' in built.html("index")


@pytest.mark.parametrize("builder", ["text", "latex", "epub", "singlehtml"])
def test_other_builders_show_the_code(
    build: Callable[..., Build], builder: str
) -> None:
    """As they show any other block of code."""
    pages = site("{read}`run`", shows("round_robin.run", "One"))
    options = ("-D", "nitpicky=0", "-D", "version=1", "-D", "epub_copyright=none")
    built = build(pages, *options, builder=builder)
    assert (built.status, built.messages) == (0, "")
    assert any(
        "Let the others run, once." in path.read_text(encoding="utf-8")
        for path in built.output.iterdir()
        if path.suffix in {".txt", ".tex", ".xhtml", ".html"}
    )


def test_a_part_is_where_an_object_is_defined() -> None:
    """Whatever name it goes by, and also if it is a property."""
    assert part_of("yieldpoint.loop.run") == part_of(
        f"{part_of('yieldpoint.loop.run').partition(':')[0]}.run"
    )
    assert part_of(f"{MODULE}.run") == f"{MODULE}:{round_robin.run.__qualname__}"
    assert part_of("fractions.Fraction.numerator") == "fractions:Fraction.numerator"
