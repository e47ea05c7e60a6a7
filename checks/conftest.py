"""Two clean builds of the published site, and its pages as parsed documents."""

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from checks import marked as marking
from checks import part

ROOT = part.ROOT

#: Where the site would be published, and its sources; no such hosts can exist.
ADDRESS = "https://yieldpoint.test/"
REPOSITORY = "https://repository.test/yieldpoint"

#: Whether time is short, and a part stands for all that is alike.
QUICK = bool(os.environ.get("YIELDPOINT_QUICK"))

#: Milliseconds to wait for what has to come: a busy machine takes longer than the five
#: seconds that Playwright gives it. A page on which nothing comes fails all the same.
PATIENCE = 60_000

# Scripts of the package session, the tests of the session that has a browser, and a
# campaign that needs hypothesis, which the session of the tests has.
collect_ignore = [
    "package.py",
    "user_program.py",
    "browser.py",
    "browser_firefox.py",
    "browser_lighthouse.py",
    "browser_programs.py",
    "browser_tryit.py",
    "browser_worker.py",
    "chromium.py",
    "worker.py",
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
        """The page, parsed.

        That makes many objects, and all of them stay: to look through them for cycles,
        again and again, would take as long as to parse the page.
        """
        gc.disable()
        try:
            return BeautifulSoup(self.path.read_text(encoding="utf-8"), "html.parser")
        finally:
            gc.freeze()
            gc.enable()

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
    def files(self) -> dict[str, Page]:
        """Its files of HTML by name, such as ``generators/states.html``."""
        return {
            name: Page(path, name)
            for path in sorted(self.folder.rglob("*.html"))
            for name in [path.relative_to(self.folder).as_posix()]
        }

    @cached_property
    def moved(self) -> dict[str, str]:
        """Where those files lead that stand in the place of a page that moved."""
        return {
            name: str(refresh["content"]).partition("url=")[2]
            for name, file in self.files.items()
            if (refresh := file.soup.find("meta", attrs={"http-equiv": "refresh"}))
        }

    @cached_property
    def pages(self) -> dict[str, Page]:
        """Its pages by name."""
        return {
            name: file for name, file in self.files.items() if name not in self.moved
        }

    def __getitem__(self, name: str) -> Page:
        """Return a page."""
        return self.pages[name]


def build(
    folder: Path, builder: str = "html", into: str = "", only: Sequence[str] = ()
) -> Site:
    """Build the site strictly into a folder of that folder; most are named so.

    Args:
        folder: Where the doctrees are, or will be.
        builder: Who writes.
        into: The folder in that folder, if it is not called as its builder.
        only: The sources whose pages are written, if not all are.
    """
    command = [
        *(sys.executable, "-m", "sphinx", "--nitpicky", "--fail-on-warning"),
        *("--quiet", "--builder", builder, "--doctree-dir", str(folder / "doctrees")),
        *(str(ROOT / "docs"), str(folder / (into or builder)), *only),
    ]
    environment = {
        **os.environ,
        "SOURCE_DATE_EPOCH": "1700000000",
        "YIELDPOINT_BOOKS": "epub pdf",
        "YIELDPOINT_REPOSITORY_URL": REPOSITORY,
        "YIELDPOINT_SITE_URL": ADDRESS,
    }
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return Site(folder / (into or builder), done.stdout + done.stderr)


def publish(folder: Path) -> Site:
    """Build the site as it is published: its pages, and each as Markdown."""
    site = build(folder)
    markdown = build(folder, "markdown", into="html")
    return Site(site.folder, site.output + markdown.output)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return the site."""
    return publish(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="session")
def same_site_again(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return the site, built again elsewhere.

    Only the cards are there: to draw them takes a third of a build. Each is kept under
    the digest of what it shows, so a card that shows something else is drawn.
    """
    folder = tmp_path_factory.mktemp("again")
    cards = Path("doctrees", "cards")
    shutil.copytree(site.folder.parent / cards, folder / cards)
    return publish(folder)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return the catalogues that translators begin with; they need own doctrees.

    Where time is short, only those of some pages: the site has read all of them.
    """
    folder = tmp_path_factory.mktemp("templates")
    if QUICK:
        return Site(part.build(folder, "--builder=gettext"), "")
    return build(folder, "gettext")


@pytest.fixture(scope="session")
def chinese(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a part of the site in Chinese, as it is published."""
    return part.build(tmp_path_factory.mktemp("chinese"), *part.CHINESE)


@pytest.fixture(scope="session")
def marked(templates: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return pages of which each text is marked; their language is Esperanto."""
    return marking.mark(templates.folder, tmp_path_factory.mktemp("marked"))
