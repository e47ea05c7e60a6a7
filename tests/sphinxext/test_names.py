"""One object is known under the name that users import and where it is defined."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sphinx.util.inventory import InventoryFile

from tests.once import on_one_python
from tests.sphinxext.conftest import Build
from yieldpoint.sphinxext.names import public_names

pytestmark = on_one_python

CONF = """
extensions += ["yieldpoint.sphinxext.names"]
public_packages = {packages}
"""
TRACE = "yieldpoint.trace.trace.Trace"
DOCUMENTED = """\
# Title

```{{eval-rst}}
.. py:class:: {name}

   .. py:method:: to_text

.. py:function:: other
```

{{py:meth}}`yieldpoint.trace.Trace.to_text`, {{py:class}}`yieldpoint.trace.trace.Trace`
"""


@pytest.fixture
def build_names(build: Callable[..., Build], tmp_path: Path) -> Callable[..., Build]:
    """Return a function that builds a page with public packages."""

    def run(name: str, packages: str = '["yieldpoint.trace"]') -> Build:
        docs = tmp_path / "docs"
        docs.mkdir(exist_ok=True)
        (docs / "more_conf.txt").write_text(CONF.format(packages=packages), "utf-8")
        return build({"index.md": DOCUMENTED.format(name=name)})

    return run


@pytest.mark.parametrize("name", ["yieldpoint.trace.Trace", TRACE])
def test_both_names_are_known(build_names: Callable[..., Build], name: str) -> None:
    """Here and to others, with members, whichever one the page documents."""
    for _build_and_build_again in range(2):
        built = build_names(name)
        assert (built.status, built.messages) == (0, "")
    with (built.output / "objects.inv").open("rb") as file:
        inventory = InventoryFile.load(file, "", lambda _, uri: uri)
    places = {
        inventory[kind][each].uri.partition("#")[2]
        for kind, each in [
            ("py:class", "yieldpoint.trace.Trace"),
            ("py:class", TRACE),
        ]
    }
    assert places == {name}
    methods = inventory["py:method"]
    assert methods["yieldpoint.trace.Trace.to_text"] is not None
    assert methods[f"{TRACE}.to_text"] is not None
    assert "other" in inventory["py:function"]


def test_a_package_that_does_not_exist(build_names: Callable[..., Build]) -> None:
    """It is named."""
    broken = build_names(TRACE, '["nowhere"]')
    assert broken.status != 0
    assert "public_packages: No module named 'nowhere'" in broken.messages


def test_a_package_without_a_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It offers what it has taken over from its own modules, and no more."""
    package = tmp_path / "listless"
    package.mkdir()
    (package / "__init__.py").write_text("from listless.home import *\nimport json\n")
    (package / "home.py").write_text("from json import loads\nclass Lamp: ...\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert public_names("listless") == {"listless.home.Lamp": "listless.Lamp"}
