"""Names in code lead to where they are documented, and back."""

from collections.abc import Callable

import pytest

from tests.once import on_one_python
from tests.sphinxext.conftest import Build
from yieldpoint.sphinxext.code_links import linked
from yieldpoint.sphinxext.code_names import imported, in_module, meanings

pytestmark = on_one_python

MORE = (
    "\nextensions += ['sphinx.ext.intersphinx', 'yieldpoint.sphinxext.code_links', "
    "'yieldpoint.sphinxext.taught']\n"
    "intersphinx_mapping = {'python': ('https://docs.python.org/3', "
    "'../../../docs/inventories/python.inv')}\n"
)
PAGES = {
    "more_conf.txt": MORE,
    "index.md": "# Start\n\n```{example} waiting.in_tasks\n```\n\n"
    "```pycon\n>>> import json, time\n>>> from yieldpoint import clock as c\n"
    ">>> c.run(time.sleep(clock=1), json.x, 'c.run', len)  # c.run\n```\n\n"
    "```{toctree}\nother\nsaid\nreference\n```\n",
    "other.md": "# Other\n\n```pycon\n>>> from yieldpoint.clock import run\n"
    ">>> run()\n>>> run()\n>>> run()\n```\n",
    "said.md": "# Said\n\n{py:func}`yieldpoint.clock.run` runs.\n",
    "reference.md": "# Reference\n\n```{eval-rst}\n"
    ".. py:function:: yieldpoint.clock.run(main)\n\n   Run it.\n\n"
    "   >>> from yieldpoint.clock import run\n\n"
    ".. py:function:: yieldpoint.clock.other()\n```\n",
}
ENTRY = '<a href="reference.html#yieldpoint.clock.run">'


@pytest.fixture
def built(
    build: Callable[..., Build], tmp_path: object, request: pytest.FixtureRequest
) -> Build:
    """Return a site in which pages use what others document."""
    del tmp_path
    inventory = request.config.rootpath / "docs/inventories/python.inv"
    more = MORE.replace("../../../docs/inventories/python.inv", str(inventory))
    pages = {"more_conf.txt": more}
    build(pages)  # the file is read by the build behind
    built = build(PAGES | pages, "-D", "suppress_warnings=toc")
    assert (built.status, built.messages) == (0, "")
    return built


def test_names_in_code_are_links(built: Build) -> None:
    """To this site and to Python's, as far as it is known what they mean."""
    html = built.html("index")
    python = "https://docs.python.org/3/library/"
    assert f'{ENTRY}<span class="n">c</span><span class="o">.</span>' in html
    for module in ("json", "time"):
        address = f"{python}{module}.html#module-{module}"
        assert f'<a href="{address}"><span class="nn">{module}</span></a>' in html
    address = f"{python}time.html#time.sleep"
    assert f'<a href="{address}"><span class="n">time</span>' in html
    # In an example it is known what its module imports.
    assert f'<a href="{python}asyncio-task.html#asyncio.TaskGroup">' in html
    assert html.count(ENTRY) == 1  # neither the string, nor the remark


def test_an_entry_is_no_link_to_itself(built: Build) -> None:
    """Its examples import it, and the reader is there."""
    html = built.html("reference")
    assert (
        "<a "
        not in html[html.index('<div class="highlight">') :].partition("</div>")[0]
    )


def test_entries_lead_back_to_the_pages(built: Build) -> None:
    """To those that name the object, most often first."""
    html = built.html("reference")
    assert html.count("Taught on: ") == 1
    line = html[html.index("Taught on: ") :].partition("</p>")[0]
    titles = [line.index(title) for title in ("Other", "Start", "Said")]
    assert titles == sorted(titles)
    assert 'href="other.html"' in line


def test_what_is_no_python_has_no_links(
    built: Build, build: Callable[..., Build]
) -> None:
    """Nor has what is no web page; processes that read pages tell of them."""
    del built
    other = {"other.md": "# Other\n\n```text\nrun()\n```\n"}
    for options in ([], ["-E", "-j", "2"]):
        edited = build(other, *options, "-D", "suppress_warnings=toc")
        assert (edited.status, edited.messages) == (0, "")
        assert ">run()" in edited.html("other").replace("\n", "")
    text = build({}, "-D", "suppress_warnings=toc", builder="text")
    assert (text.status, text.messages) == (0, "")


def test_entries_follow_the_pages(built: Build, build: Callable[..., Build]) -> None:
    """A page that names an object no longer is not named."""
    del built
    edited = build({"other.md": "# Other\n\nNothing.\n"}, "-D", "suppress_warnings=toc")
    assert (edited.status, edited.messages) == (0, "")
    html = edited.html("reference")
    assert "Other" not in html[html.index("Taught on: ") :].partition("</p>")[0]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import a.b, c as d", {"a": "a", "d": "c"}),
        ("from . import a", {}),
        ("from a import b\ndef f(b): pass", {}),
        ("from a import b\nclass b: pass", {}),
        ("from a import b\nfor b in c: pass", {}),
        ("import a\nasync def", {}),
    ],
)
def test_what_is_imported(source: str, names: dict[str, str]) -> None:
    """What the code also gives to something else is not known."""
    assert imported(source) == names


def test_what_is_known_of_a_page_and_of_a_module() -> None:
    """On a page it is what its sources agree on; a module knows what it defines."""
    assert meanings(["import a", "import a", "from a import b", "import b"]) == {
        "a": "a"
    }
    names = in_module("yieldpoint.examples.waiting")
    assert names["asyncio"] == "asyncio"
    assert names["in_tasks"] == "yieldpoint.examples.waiting.in_tasks"


@pytest.mark.parametrize(
    "code",
    [
        '<span class="o">.</span><span class="n">a</span>',
        '<span class="n">a</span><span class="o">=</span>',
        '<span class="n">b</span><span class="o">.</span><span class="n">a</span>',
        '<span class="s1">a</span>',
    ],
)
def test_what_is_no_link(code: str) -> None:
    """An attribute, a parameter, another's attribute, a string."""
    assert linked(code, {"a": "a"}, {"a": "a.html"}.get) == code


def test_an_object_is_linked_once() -> None:
    """Where it comes up first in a block."""
    code = '<span class="n">a</span>'
    link = f'<a href="a.html">{code}</a>'
    assert linked(f"{code} {code}", {"a": "a"}, {"a": "a.html"}.get) == f"{link} {code}"


def test_as_much_of_a_chain_as_is_documented() -> None:
    """What is behind it stands beside the link."""
    names = [f'<span class="n">{name}</span>' for name in "abc"]
    dot = '<span class="o">.</span>'
    code, address = dot.join(names), {"x.a": "a.html", "x.a.b": "b.html"}.get
    link = f'<a href="b.html">{dot.join(names[:2])}</a>{dot}{names[2]}'
    assert linked(code, {"a": "x.a"}, address) == link
