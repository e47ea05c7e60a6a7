"""The folder with all that a browser needs to run programs: made once, and kept.

Examples:
    >>> from yieldpoint.sphinxext.tryit._assets import name
    >>> name()
    'tryit-...'
"""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import yieldpoint
from yieldpoint.sphinxext.loaded import digest
from yieldpoint.sphinxext.tryit._pack import PARTS

__all__ = ["MissingError", "make", "name"]

_SOURCES = Path(yieldpoint.__file__).parent
_ROOM = Path(__file__).parent
_PACKAGES = [_ROOM / "build" / file for file in ("package.json", "package-lock.json")]
_PACKED = [_SOURCES / part for part in PARTS]
# Characters of a hash, which tell one version from another.
_ENOUGH = 12
# Seconds that npm or node may take.
_LONGEST = 300


class MissingError(Exception):
    """What the folder is made of, or with, is missing."""


def name() -> str:
    """Return the folder's name, which is another one whenever a source has changed.

    Returns:
        The name, in which a hash stands.

    Examples:
        >>> from yieldpoint.sphinxext.tryit._assets import name
        >>> len(name())
        18
    """
    return f"tryit-{digest([*_PACKED, _ROOM])[:_ENOUGH]}"


def make(folder: Path) -> None:
    """Make the folder, if there is none of these sources.

    Args:
        folder: Where it is kept, by its `name`; npm's packages are beside it.

    Raises:
        MissingError: It cannot be made without node, npm or npm's registry.

    Examples:
        >>> from yieldpoint.sphinxext.tryit._assets import make
        >>> make.__name__
        'make'
    """

    def install(folder: Path) -> None:
        for file in _PACKAGES:
            shutil.copy(file, folder)
        _run(folder, "npm", "ci", "--ignore-scripts", "--prefer-offline", "--no-audit")

    def build(new: Path) -> None:
        packages = folder.with_name(f"npm-{digest(_PACKAGES)[:_ENOUGH]}")
        _keep(packages, install)
        _run(packages, "node", _ROOM / "build/build.mjs", _SOURCES, new)

    _keep(folder, build)


def _keep(folder: Path, fill: Callable[[Path], None]) -> None:
    """Make a folder and fill it, as a whole or not at all; older ones go."""
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as place:
        new = Path(place, "new")
        new.mkdir()
        fill(new)
        with contextlib.suppress(OSError):  # another build was faster
            new.rename(folder)
    for older in folder.parent.glob(folder.name.partition("-")[0] + "-*"):
        if older != folder:
            shutil.rmtree(older, ignore_errors=True)


def _run(folder: Path, command: str, *arguments: str | Path) -> None:
    """Run a command in a folder.

    Raises:
        MissingError: There is none, or it has failed.
    """
    program = shutil.which(command)
    if program is None:
        raise MissingError(f"there is no {command}")
    done = subprocess.run(  # noqa: S603 - both programs are known
        [program, *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=_LONGEST,
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise MissingError(f"{command} {arguments[0]} failed: {said}")
