"""What is translated: ``nox -s gettext`` writes the catalogues.

Of the pages Sphinx writes one each. Here is the one of all that the package says: in
its modules and scripts by ``translated`` and ``marked``, in templates by ``_``, and in
plots the names of what was measured. What is translated already stays so.
"""

import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import furo  # type: ignore[import-untyped] # Furo has no types
from babel.messages.catalog import Catalog
from babel.messages.extract import extract, extract_from_dir
from babel.messages.pofile import read_po, write_po

from yieldpoint.benchmarks.figures import FIGURES
from yieldpoint.benchmarks.results import SAVED, load

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src/yieldpoint"
LOCALE = SOURCE / "locale"
PAGES = ROOT / "docs/locale"

# How each kind of file says what it says.
_METHODS = [
    ("**.py", "python"),
    ("**.js", "javascript"),
    ("**.mjs", "javascript"),
    ("**/templates/**.html", "jinja2"),
    ("**/large/page.html", "jinja2"),
    ("**/furo/page.html", "jinja2"),
    ("**/furo/components/**.html", "jinja2"),
]
_KEYWORDS = {"translated": None, "marked": None, "_": None, "gettext": None}


def _extracted(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each text of a folder, and the file that has it."""
    found = extract_from_dir(
        folder,
        _METHODS,
        keywords=_KEYWORDS,
        directory_filter=lambda name: Path(name).name != "node_modules",
    )
    for file, _, text, *_ in found:
        yield str(text), f"{folder.name}/{file}"


def _found() -> Iterator[tuple[str, str]]:
    """Yield each text of the package, and the file that has it."""
    for folder in (SOURCE, ROOT / "docs/_static", Path(furo.__file__).parent):
        yield from _extracted(folder)
    with (ROOT / "docs/conf.py").open("rb") as file:
        for _, text, *_ in extract("python", file, keywords=_KEYWORDS):
            yield str(text), "docs/conf.py"
    run = load(SAVED)
    for name in FIGURES:
        for case in run.benchmarks[name].cases:
            for part in re.split(", |@", case):
                if not re.fullmatch(r"[0-9]+(:\w+)?", part):
                    yield part, f"benchmark {name}"


@cache  # to read all sources takes a second, and some checks ask again
def _texts() -> list[tuple[str, str]]:
    """Return each text of the package, and the file that has it, file by file."""
    return sorted(_found(), key=lambda each: (each[1], each[0]))


def of_the_package() -> Catalog:
    """Return the catalogue of what the package says, without translations."""
    catalogue = Catalog(fuzzy=False, project="Yieldpoint", domain="yieldpoint")
    for text, file in _texts():
        catalogue.add(text, locations=[(file, 0)])
    return catalogue


def write(catalogue: Catalog, path: Path) -> None:
    """Write a catalogue, without what changes each time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(
            file,
            catalogue,
            omit_header=True,
            include_lineno=False,
            ignore_obsolete=True,
            sort_by_file=True,
        )


def renew(path: Path, template: Catalog) -> None:
    """Take over into a translation what has changed in the sources."""
    with path.open("rb") as file:
        translated = read_po(file)
    translated.update(template, no_fuzzy_matching=True)
    write(translated, path)


def main(folder: Path) -> None:
    """Write the package's catalogue beside those of the pages; renew all translations.

    Args:
        folder: Where Sphinx has written the catalogues of the pages.
    """
    package = of_the_package()
    write(package, folder / "yieldpoint.pot")
    for path in sorted(LOCALE.glob("*.po")):
        renew(path, package)
    for path in sorted(PAGES.rglob("*.po")):
        name = path.relative_to(PAGES).parts[2:]
        with folder.joinpath(*name).with_suffix(".pot").open("rb") as file:
            renew(path, read_po(file))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
