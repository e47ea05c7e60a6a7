"""What lets a reader change and run the examples in the page, with no server.

With ``yieldpoint.sphinxext.tryit`` among the extensions, the site has a folder with a
Python for browsers, with what runs programs there, and with an editor. It is made of
npm's packages, so that takes node and npm. ``tryit_folder`` says where it is, from the
site's root. Without npm it is empty: the site goes without, and the build says so.
Where ``CI`` is set, that is an error.

Examples:
    >>> extensions = ["myst_parser", "yieldpoint.sphinxext.tryit"]
"""

import importlib
import json
import os
import shutil
import sys
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.util.typing import ExtensionMetadata

from yieldpoint.sphinxext.elsewhere import is_web
from yieldpoint.sphinxext.tryit import _explained, _page
from yieldpoint.sphinxext.tryit._assets import MissingError, make, name

__all__ = ["setup"]


def _cache(app: Sphinx) -> Path:
    return Path(app.confdir, "_build", "tryit")


def _say_where(app: Sphinx, config: Config) -> None:
    """Name the folder, as pages that name another one are written again."""
    del app
    config.tryit_folder = f"_static/{name()}/"


def _make(app: Sphinx) -> None:
    """Have the folder ready before the first page is written."""
    if not is_web(app.builder):
        app.config.tryit_folder = ""
        return
    try:
        make(_cache(app) / Path(app.config.tryit_folder).name)
    except MissingError as error:
        if os.environ.get("CI"):
            raise ExtensionError(f"no program can be tried: {error}") from None
        # A warning would end a strict build, and nobody sees less than a warning.
        print(f"No program can be tried on this site: {error}", file=sys.stderr)
        app.config.tryit_folder = ""


def _copy(app: Sphinx, exception: Exception | None) -> None:
    """Put the folder into the site, in the place of older ones."""
    if exception or not app.config.tryit_folder:
        return
    target = Path(app.outdir, app.config.tryit_folder)
    if not target.exists():
        for older in target.parent.glob("tryit-*"):
            shutil.rmtree(older)
        shutil.copytree(_cache(app) / target.name, target)
    # A value of yieldpoint.sphinxext, which a site may go without.
    package = getattr(app.config, "example_package", "")
    _copy_examples(package, target.with_name("examples.json"))


def _copy_examples(package: str, target: Path) -> None:
    """Write the examples, which programs import that record them, into one file.

    It stands beside the folder, which would get another name whenever one has changed.
    """
    folders = importlib.import_module(package).__path__ if package else ()
    files = {
        f"{package.replace('.', '/')}/{path.relative_to(folder).as_posix()}": path
        for folder in folders
        for path in sorted(Path(folder).rglob("*.py"))
    }
    texts = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
    target.write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Make the folder, and copy it into the site.

    Args:
        app: The application that is being set up.

    Returns:
        What Sphinx wants to know about an extension.

    Examples:
        >>> from yieldpoint.sphinxext.tryit import setup
        >>> setup.__name__
        'setup'
    """
    app.add_config_value("tryit_folder", "", "html", types=frozenset({str}))
    app.connect("config-inited", _say_where)
    app.connect("builder-inited", _make)
    app.connect("build-finished", _copy)
    _explained.setup(app)
    _page.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
