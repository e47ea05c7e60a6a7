"""Two clean builds of the site, and its pages as parsed documents."""

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).parent.parent

# Scripts of the package session, the tests of the session that has a browser, and a
# campaign that needs hypothesis, which the session of the tests has.
collect_ignore = [
    "package.py",
    "user_program.py",
    "browser.py",
    "large_runs.py",
    "campaigns/loop_programs.py",
]


@dataclass(frozen=True)
class Page:
    """A page of the built site."""

    path: Path
    name: str

    def __str__(self) -> str:
        """Return the page's name."""
        return self.name

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The page, parsed."""
        return BeautifulSoup(self.path.read_text(encoding="utf-8"), "html.parser")

    @cached_property
    def anchors(self) -> set[str]:
        """What a link can lead to within the page."""
        return {str(element["id"]) for element in self.soup.find_all(id=True)}


@dataclass(frozen=True)
class Site:
    """A built site."""

    folder: Path
    output: str

    @cached_property
    def pages(self) -> dict[str, Page]:
        """Its pages by name, such as ``generators/states.html``."""
        return {
            name: Page(path, name)
            for path in sorted(self.folder.rglob("*.html"))
            for name in [path.relative_to(self.folder).as_posix()]
        }

    def __getitem__(self, name: str) -> Page:
        """Return a page."""
        return self.pages[name]


def build(folder: Path, builder: str = "html") -> Site:
    """Build the site strictly into a folder of that folder, named as the builder."""
    command = [
        *(sys.executable, "-m", "sphinx", "--nitpicky", "--fail-on-warning"),
        *("--quiet", "--builder", builder, "--doctree-dir", str(folder / "doctrees")),
        *(str(ROOT / "docs"), str(folder / builder)),
    ]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return Site(folder / builder, done.stdout + done.stderr)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return the site."""
    return build(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="session")
def same_site_again(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return the site, built again elsewhere."""
    return build(tmp_path_factory.mktemp("again"))
