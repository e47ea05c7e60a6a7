"""Another project uses the extension: it is in the folder ``shop``."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sphinx.util.inventory import InventoryFile

from tests.once import on_one_python
from tests.sphinxext.conftest import Build

SHOP = Path(__file__).parent / "shop"
TILLS = "src/shop/examples/tills.py"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the project that can be imported, and edited."""
    copy = tmp_path / "shop"
    shutil.copytree(SHOP, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.syspath_prepend(str(copy / "src"))
    return copy


def edit(file: Path, old: str, new: str) -> None:
    """Replace a text in a file that has it."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_its_configuration_is_the_one_on_our_page() -> None:
    """The page shows what works."""
    page = Path(__file__).parents[2] / "docs" / "reference" / "sphinxext.md"
    shown = [
        line.removeprefix(">>> ")
        for line in page.read_text(encoding="utf-8").splitlines()
        if line.startswith(">>> ")
    ]
    conf = (SHOP / "docs" / "conf.py").read_text(encoding="utf-8").splitlines()
    assert [line for line in shown if line not in conf] == []
    assert len(shown) == 3


def test_its_site_is_built(shop: Path, build_strictly: Callable[..., Build]) -> None:
    """Strictly, from Markdown and reStructuredText."""
    built = build_strictly(shop / "docs")
    assert (built.status, built.messages) == (0, "")
    for page, names in {
        "index": ["tills.serve_all"],
        "more": ["tills.Till", "tills.serve_all"],
    }.items():
        html = built.html(page)
        assert html.count('class="yp-figure"') == 1
        assert "_static/stepper.js" in html
        for name in names:
            assert f"#shop.examples.{name}" in html
    # Its requires-python is known: what it does not support is not promised.
    assert "Python 3.12, 3.13<" in built.html("more")


def test_its_examples_are_executed(
    shop: Path, build_strictly: Callable[..., Build]
) -> None:
    """On the clock: three minutes of waiting take no time."""
    built = build_strictly(shop / "docs", builder="doctest")
    assert built.status == 0, built.messages
    edit(shop / "docs/more.rst", "'left'", "'right'")
    broken = build_strictly(shop / "docs", builder="doctest")
    assert broken.status != 0
    assert "more.rst" in broken.messages


@on_one_python
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("docs/index.md", "serve_all\n", "nobody\n"), "no example is named"),
        (("docs/index.md", "pycon", "text"), "index.md:13: WARNING: nothing exec"),
        (("docs/more.rst", "pycon", "python"), "more.rst:10: WARNING: nothing exec"),
        ((TILLS, "Serve two", ">>> 1\n    1"), "tills.py:22: WARNING: nothing exec"),
        (("docs/more.rst", "< 3.14", "< 3.12"), "no supported Python is < 3.12"),
    ],
)
def test_what_is_wrong_breaks_its_build(
    shop: Path,
    build_strictly: Callable[..., Build],
    change: tuple[str, str, str],
    message: str,
) -> None:
    """As it does on this project's own site."""
    file, old, new = change
    edit(shop / file, old, new)
    broken = build_strictly(shop / "docs")
    assert broken.status != 0
    assert message in broken.messages


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ('example_package = "shelf"', "example_package: 'shelf' cannot be imported"),
        ("executed_pythons = []", "executed_pythons is empty"),
        ('executed_pythons = ["three"]', "'three' is no version like '3.14'"),
        ("executed_within = 0", "executed_within: 0 is no number of seconds"),
        ("executed_within = 'long'", "executed_within: 'long' is no int or float"),
        ("executed_within = float('inf')", "inf is no number of seconds up to"),
        ('executed_sources = "README.md"', "'README.md' is no list or tuple"),
        ("example_package = None", "example_package: None is no str"),
        ("doctest_default_flags = 'SKIP'", "doctest_default_flags: 'SKIP' is no int"),
        ("executed_pythons = [3.10]", "3.1 is no version like '3.14'"),
        ('executed_sources = ["/etc/*"]', "'/etc/*' is no pattern beside conf.py"),
        ("executed_sources = [1]", "1 is no pattern beside conf.py"),
        ('executed_sources = ["READ.md"]', "there is no 'READ.md'"),
    ],
)
def test_wrong_settings(
    shop: Path, build_strictly: Callable[..., Build], setting: str, message: str
) -> None:
    """Are named before anything is read."""
    with (shop / "docs/conf.py").open("a", encoding="utf-8") as file:
        file.write(f"{setting}\n")
    broken = build_strictly(shop / "docs")
    assert broken.status != 0
    assert message in broken.messages


def test_a_package_that_never_comes_to_its_end(
    shop: Path, build_strictly: Callable[..., Build]
) -> None:
    """Its import is ended, as a session is."""
    package = shop / "src/shop_that_waits"
    package.mkdir()
    (package / "__init__.py").write_text("while True: pass\n", encoding="utf-8")
    with (shop / "docs/conf.py").open("a", encoding="utf-8") as file:
        file.write('example_package = "shop_that_waits"\nexecuted_within = 0.1\n')
    broken = build_strictly(shop / "docs")
    assert "'shop_that_waits' cannot be imported" in broken.messages
    assert "it has not come to its end within 0.1 s" in broken.messages


@on_one_python
def test_what_is_not_installed_is_found_by_sessions(
    shop: Path, build_strictly: Callable[..., Build]
) -> None:
    """They are run where Sphinx runs, and nothing is run anywhere else."""
    (shop / "src/shop_helpers.py").write_text("WORD = 'hello'\n", encoding="utf-8")
    session = (
        "\n```pycon\n>>> import shop_helpers\n>>> shop_helpers.WORD\n'hello'\n```\n"
    )
    with (shop / "docs/index.md").open("a", encoding="utf-8") as file:
        file.write(session)
    built = build_strictly(shop / "docs", builder="doctest")
    assert (built.status, built.messages) == (0, "")
    assert ", 0 programs, " in (built.output / "output.txt").read_text()
    built = build_strictly(shop / "docs")
    assert not (built.output / "_programs").exists()
    assert "data-program" not in built.html("index")


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ('requires-python = ">=3.99"', "'>=3.99' fits no Python that yieldpoint"),
        ('requires-python = "new"', "requires-python is no specifier: 'new'"),
        ("requires-python = ", "pyproject.toml: Invalid value"),
    ],
)
def test_a_wrong_requires_python(
    shop: Path, build_strictly: Callable[..., Build], toml: str, message: str
) -> None:
    """Is named as well."""
    edit(shop / "pyproject.toml", 'requires-python = ">=3.12"', toml)
    broken = build_strictly(shop / "docs")
    assert broken.status != 0
    assert message in broken.messages


def test_a_project_that_names_no_pythons(
    shop: Path, build_strictly: Callable[..., Build]
) -> None:
    """Promises all that are known; a file without a project is passed over."""
    (shop / "docs/pyproject.toml").write_text("[tool.x]\n", encoding="utf-8")
    edit(shop / "pyproject.toml", "requires-python", "x")
    assert "Python 3.11, 3.12, 3.13<" in build_strictly(shop / "docs").html("more")


def test_settings_of_its_own(shop: Path, build_strictly: Callable[..., Build]) -> None:
    """Other Pythons, other fences, other styles."""
    with (shop / "docs/conf.py").open("a", encoding="utf-8") as file:
        file.write('executed_pythons = ["3.9", "3.15"]\n')
        file.write('executed_fences = ["session"]\nunexecuted_fences = ["python"]\n')
        file.write('executed_sources = ["../README.md"]\n')
        file.write('recording_styles = ["figure.css"]\n')
    edit(shop / "docs/index.md", "```pycon", "```python\nx = 1\n```\n\n```session")
    (shop / "README.md").write_text("```python\nx = 1\n```\n", encoding="utf-8")
    edit(shop / "docs/more.rst", "code-block:: pycon", "doctest::")
    built = build_strictly(
        shop / "docs", "-D", "suppress_warnings=misc.highlighting_failure"
    )
    assert (built.status, built.messages) == (0, "")
    assert "stepper.css" not in built.html("index")
    assert "Python 3.9<" in built.html("more")


def test_its_names_are_known_to_others(
    shop: Path, build_strictly: Callable[..., Build]
) -> None:
    """What a page shows is in the inventory, though no page documents it."""
    built = build_strictly(shop / "docs")
    with (built.output / "objects.inv").open("rb") as file:
        inventory = InventoryFile.load(file, "", lambda _, uri: uri)
    functions, classes = inventory["py:function"], inventory["py:class"]
    name = "shop.examples.tills.serve_all"
    assert functions[name].uri == f"index.html#{name}"
    name = "shop.examples.tills.Till"
    assert classes[name].uri == f"more.html#{name}"
    names = built.html("names")
    assert f'href="more.html#{name}"' in names
    assert "Two tills, and who is served when." in names
    assert "there are no names in <code" in names
