"""The site is more than HTML: what other builders make of it, strictly."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from checks.conftest import Site, build

#: Builders that read the doctrees of the site, and what they must have written.
WRITES = {
    "dirhtml": "asyncio/tasks/index.html",
    "singlehtml": "index.html",
    "text": "asyncio/tasks.txt",
    "latex": "yieldpoint.tex",
    "man": "yieldpoint.1",
    "texinfo": "yieldpoint.texi",
    "epub": "Yieldpoint.epub",
}


@pytest.fixture(scope="module")
def folder(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the site's doctrees, which may be read again."""
    folder = tmp_path_factory.mktemp("builders")
    shutil.copytree(site.folder.parent / "doctrees", folder / "doctrees")
    return folder


@pytest.mark.parametrize("builder", WRITES)
def test_a_builder(folder: Path, builder: str) -> None:
    """It has nothing to report, and writes what it is for."""
    built = build(folder, builder)
    assert built.output == ""
    assert (folder / builder / WRITES[builder]).stat().st_size > 1_000


def test_the_catalogues_of_translators(tmp_path: Path) -> None:
    """They need doctrees of their own."""
    assert build(tmp_path, "gettext").output == ""
    catalogue = (tmp_path / "gettext/asyncio.pot").read_text(encoding="utf-8")
    assert catalogue.count("msgid") > 100


def test_the_epub_is_valid(folder: Path) -> None:
    """There is neither an error nor a warning. To know it takes a Java runtime."""
    assert shutil.which("java"), "install Java: apt-get install default-jre-headless"
    if not (folder / "epub").is_dir():
        build(folder, "epub")
    epub = folder / "epub" / WRITES["epub"]
    command = [sys.executable, "-m", "epubcheck", str(epub)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
