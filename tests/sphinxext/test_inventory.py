"""Of a big inventory only a part is loaded."""

import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.once import on_one_python
from tests.sphinxext.conftest import Build

pytestmark = on_one_python

HEAD = (
    b"# Sphinx inventory version 2\n# Project: Python\n# Version: 3\n"
    b"# The remainder of this file is compressed using zlib.\n"
)
NAMES = b"time.sleep py:function 1 time.html#$ -\nos.getpid py:function 1 os.html#$ -\n"
CONF = """
extensions += ["sphinx.ext.intersphinx", "yieldpoint.sphinxext.inventory"]
intersphinx_mapping = {"python": ("https://docs.python.org/3", "python.inv")}
inventory_parts = {"python": ["time"]}
"""


@pytest.fixture
def build_with(build: Callable[..., Build], tmp_path: Path) -> Callable[..., Build]:
    """Return a function that builds a page with an inventory and settings."""

    def run(page: str, conf: str = CONF, inventory: bytes = NAMES) -> Build:
        docs = tmp_path / "docs"
        docs.mkdir(exist_ok=True)
        (docs / "python.inv").write_bytes(HEAD + zlib.compress(inventory))
        (docs / "more_conf.txt").write_text(conf, encoding="utf-8")
        return build({"index.md": f"# Title\n\n{page}\n"})

    return run


def test_names_of_the_modules_are_links(build_with: Callable[..., Build]) -> None:
    """Those that are named."""
    built = build_with("{py:func}`time.sleep`")
    assert (built.status, built.messages) == (0, "")
    assert "https://docs.python.org/3/time.html#time.sleep" in built.html("index")


def test_other_names_are_not_known(build_with: Callable[..., Build]) -> None:
    """The strict build says so."""
    broken = build_with("{py:func}`os.getpid`")
    assert broken.status != 0
    assert "target not found: os.getpid" in broken.messages


def test_the_part_is_made_once(
    build_with: Callable[..., Build], tmp_path: Path
) -> None:
    """A build after an edit takes it as it is; other modules have another one."""
    build_with("Text.")
    (part,) = (tmp_path / "doctrees").glob("python-*.inv")
    part.write_bytes(HEAD + zlib.compress(NAMES))
    assert build_with("{py:func}`os.getpid`").status == 0
    assert build_with("{py:func}`os.getpid`", CONF.replace("time", "thyme")).status


@pytest.mark.parametrize(
    "wrong",
    [
        'inventory_parts = {"cpython": ["time"]}',
        'intersphinx_mapping["python"] = ("https://docs.python.org/3", "no.inv")',
        'intersphinx_mapping["python"] = ("https://docs.python.org/3", "index.md")',
        'intersphinx_mapping["python"] = ("https://docs.python.org/3", None)',
    ],
)
def test_what_is_no_inventory_is_named(
    build_with: Callable[..., Build], wrong: str
) -> None:
    """Before anything is read."""
    broken = build_with("Text.", CONF + wrong)
    assert broken.status != 0
    assert "does not name the file of an inventory" in broken.messages
