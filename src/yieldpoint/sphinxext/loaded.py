"""An edited style or script reaches every page that loads it.

Sphinx names such a file with a hash of its text, so that browsers take the new one. It
writes that into the pages that it writes anyway; the others would go on naming the old
text. So an edit of any such file counts as a change of the configuration.

Examples:
    >>> import pathlib, tempfile
    >>> from yieldpoint.sphinxext.loaded import digest
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     before = digest([pathlib.Path(folder)])
    ...     length = pathlib.Path(folder, "page.css").write_text("p { color: red }")
    ...     before == digest([pathlib.Path(folder)])
    False
"""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

__all__ = ["digest"]


def digest(folders: Iterable[Path]) -> str:
    """Return what changes when a file in some folders does.

    Args:
        folders: The folders; a file is as good.

    Returns:
        A hash of the files' names and contents.

    Examples:
        >>> from yieldpoint.sphinxext.loaded import digest
        >>> digest([])
        'e3b0c442...'
    """
    hashed = hashlib.sha256()
    for folder in folders:
        for path in _files(folder):
            hashed.update(f"{path.removeprefix(str(folder))}\n".encode())
            hashed.update(Path(path).read_bytes())
    return hashed.hexdigest()


def _files(folder: Path) -> list[str]:
    """Return the files in a folder, or the file itself if it is one.

    As texts: each build asks for hundreds of them, and to sort paths takes long.
    """
    if folder.is_file():
        return [str(folder)]
    return sorted(
        f"{place}/{name}"
        for place, _, names in os.walk(folder)
        if not place.endswith("__pycache__")
        for name in names
        if Path(place, name).is_file()
    )


def _note_files(app: Sphinx, config: Config) -> None:
    folders = [Path(app.confdir, folder) for folder in config.html_static_path]
    config.loaded_files = digest(folders)


def setup(app: Sphinx) -> None:
    """Look at the files when all extensions have added theirs."""
    app.add_config_value("loaded_files", "", "html", types=frozenset({str}))
    app.connect("config-inited", _note_files, priority=900)
