"""How fast the site builds, beside an empty furo site of the same pages.

The empty site has the pages of this one, their headings and their contents (what
``{toctree}`` lists), and no text; it needs Furo and MyST-Parser and nothing else. So
the ratio of the two builds says what the examples, the recordings and the reference
cost, on a fast machine as on a slow or a busy one: the builds take turns, and what is
compared is the processor time of whole processes, byte code compiled beforehand.

.. code-block:: console

   $ python -m checks.build_speed --rounds 5

prints medians, with the smallest and the largest figure. ``--than FOLDER`` builds
another checkout in the same turns.
"""

import argparse
import os
import pickle
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from docutils import nodes
from sphinx import addnodes

ROOT = Path(__file__).parents[1]

EMPTY_CONF = """\
project = html_title = "Empty"
extensions = ["myst_parser"]
html_theme = "furo"
html_copy_source = False
"""


class Cost(NamedTuple):
    """What a process took, in seconds."""

    cpu: float
    wall: float


class Site:
    """A folder with the sources of a site, to be edited and built."""

    def __init__(self, folder: Path) -> None:
        """Take a folder that has ``docs`` in it, and ``src`` if the pages need it."""
        self.folder = folder

    def build(self, builder: str) -> Cost:
        """Build the site strictly, in a process of its own."""
        command = [
            *(sys.executable, "-m", "sphinx", "--nitpicky", "--fail-on-warning"),
            *("--quiet", "--builder", builder),
            *("--doctree-dir", str(self.folder / "doctrees")),
            *(str(self.folder / "docs"), str(self.folder / builder)),
        ]
        environment = {**os.environ, "PYTHONPATH": str(self.folder / "src")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        subprocess.run(command, env=environment, check=True, timeout=600)
        after, end = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Cost(cpu, end - start)

    def build_anew(self) -> Cost:
        """Build the site from nothing but its sources."""
        for name in ("html", "doctrees"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        return self.build("html")

    def build_after_an_edit(self, round_: int) -> Cost:
        """Add a sentence to a page, another one each round, and build the site."""
        pages = sorted((self.folder / "docs").rglob("*.md"))
        page = pages[round_ * 11 % len(pages)]
        with page.open("a", encoding="utf-8") as file:
            file.write("\nOne more sentence stands here.\n")
        return self.build("html")

    def execute(self) -> tuple[int, Cost]:
        """Execute the examples on the doctrees of the last build; count the prompts."""
        shutil.rmtree(self.folder / "doctest", ignore_errors=True)
        cost = self.build("doctest")
        output = (self.folder / "doctest/output.txt").read_text(encoding="utf-8")
        counted = re.search(r"(\d+) examples in", output)
        assert counted is not None, output
        return int(counted[1]), cost

    def elements(self) -> dict[str, int]:
        """Return how many HTML elements the reference pages have, by name."""
        return {
            page.stem: len(re.findall("<[a-zA-Z]", page.read_text(encoding="utf-8")))
            for page in sorted((self.folder / "html/reference").glob("*.html"))
        }


def copy_of(checkout: Path, folder: Path) -> Site:
    """Copy what a checkout builds its site from."""
    ignored = shutil.ignore_patterns("_build", "__pycache__")
    for name in ("docs", "src"):
        shutil.copytree(checkout / name, folder / name, ignore=ignored)
    for path in checkout.glob("*.md"):
        shutil.copy(path, folder)
    return Site(folder)


class _Doctrees(pickle.Unpickler):
    """Reads doctrees of any checkout, with whatever nodes it has of its own."""

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 - as pickle's
        if module.startswith("yieldpoint."):
            return nodes.Element
        return super().find_class(module, name)


def emptied(site: Site, folder: Path) -> Site:
    """Make the empty site of a site that is built."""
    doctrees = site.folder / "doctrees"
    for path in doctrees.rglob("*.doctree"):
        with path.open("rb") as file:
            doctree = _Doctrees(file).load()
        page = (folder / "docs" / path.relative_to(doctrees)).with_suffix(".md")
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text("\n".join(_outline(doctree)), encoding="utf-8")
    (folder / "docs/conf.py").write_text(EMPTY_CONF, encoding="utf-8")
    return Site(folder)


def _outline(doctree: nodes.document) -> Iterator[str]:
    """Yield the headings and the contents of a page, as Markdown."""
    for node in doctree.findall(nodes.Element):
        if isinstance(node, nodes.section):
            level = 1
            parent = node.parent
            while parent is not None and not isinstance(parent, nodes.document):
                level += isinstance(parent, nodes.section)
                parent = parent.parent
            text = next(node.findall(nodes.title)).astext()
            heading = re.sub(r"([^\w\s])", r"\\\1", text)  # no markup
            yield f"{'#' * level} {heading}\n"
        elif isinstance(node, addnodes.toctree):
            options = [
                *([":hidden:"] if node["hidden"] else []),
                *([f":caption: {node['caption']}"] if node["caption"] else []),
            ]
            entries = [f"/{name}" for _title, name in node["entries"]]
            yield "\n".join(["```{toctree}", *options, *entries, "```\n"])


def measure(sites: dict[str, tuple[Site, Site]], rounds: int) -> dict[str, list[float]]:
    """Build each site and its empty one in turns; return all figures."""
    figures = defaultdict(list)
    for round_ in range(rounds):
        for name, (site, empty) in sites.items():
            cold, cold_empty = site.build_anew(), empty.build_anew()
            edited, edited_empty = (
                each.build_after_an_edit(round_) for each in (site, empty)
            )
            prompts, executed = site.execute()
            for what, figure in {
                "cold, CPU seconds": cold.cpu,
                "cold, times the empty site": cold.cpu / cold_empty.cpu,
                "one page edited, CPU seconds": edited.cpu,
                "one page edited, wall seconds": edited.wall,
                "one page edited, times the empty site": edited.cpu / edited_empty.cpu,
                "prompts": prompts,
                "prompts a CPU second": prompts / executed.cpu,
            }.items():
                figures[f"{name}: {what}"].append(figure)
    return figures


def main() -> None:
    """Measure, and print medians with the smallest and the largest figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--than", type=Path, help="another checkout")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sites = {}
        for label, checkout in {"this site": ROOT, "the other": options.than}.items():
            if checkout:
                site = copy_of(checkout, folder / label)
                site.build_anew()  # compiles byte code, here and in what is installed
                site.execute()
                sites[label] = site, emptied(site, folder / f"{label}, empty")
                sites[label][1].build_anew()

        for what, values in measure(sites, options.rounds).items():
            low, high = min(values), max(values)
            print(f"{what}: {median(values):.2f} ({low:.2f} to {high:.2f})")
        for label, (site, _empty) in sites.items():
            print(f"{label}: elements: {site.elements()}")


if __name__ == "__main__":
    main()
