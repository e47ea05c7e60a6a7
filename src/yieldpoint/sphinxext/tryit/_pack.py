"""Two archives that a browser's Python imports from, with byte code.

With byte code Python starts several times sooner. It has to be made by the very Python
that will run it, so build.mjs hands this file to Pyodide. Nothing compares it with the
sources, which stand beside it for tracebacks.

Examples:
    >>> import pathlib, tempfile, zipfile
    >>> from yieldpoint.sphinxext.tryit._pack import pack
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     archive = pathlib.Path(folder, "some.zip")
    ...     pack(archive, "/lib", {"a.py": b"", "a.txt": b""}, compiled={"a.py"})
    ...     zipfile.ZipFile(archive).namelist()
    ['a.pyc', 'a.py', 'a.txt']
"""

import importlib
import sys
import zipfile
from collections.abc import Collection, Mapping
from importlib.util import source_hash
from pathlib import Path
from typing import Any

__all__ = ["PARTS", "imported", "pack", "package_files"]

#: What programs need of the package. The examples stand beside it, in a file that
#: changes more often.
PARTS = ("__init__.py", "words.py", "clock", "loop", "trace", "_tryit")

_machinery: Any = importlib.import_module("importlib._bootstrap_external")


def pack(
    archive: Path, root: str, files: Mapping[str, bytes], compiled: Collection[str]
) -> None:
    """Write an archive, which is the same whenever the files are.

    Args:
        archive: The file to write.
        root: Where it will be, for tracebacks.
        files: What goes in, by name.
        compiled: The names of those that get byte code.
    """
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for name, content in sorted(files.items()):
            if name in compiled:
                code = compile(content, f"{root}/{name}", "exec", dont_inherit=True)
                hashed = _machinery._code_to_hash_pyc(  # noqa: SLF001 - py_compile wants a file
                    code, source_hash(content), checked=False
                )
                _add(new, f"{name}c", hashed)
            _add(new, name, content)


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    # Without a date, which would be another one each time.
    archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def package_files(sources: Path) -> dict[str, bytes]:
    """Return what programs need of the package, by the name of the file.

    Args:
        sources: The package's folder.
    """
    return {
        f"yieldpoint/{path.relative_to(sources).as_posix()}": path.read_bytes()
        for part in PARTS
        for path in [sources / part, *(sources / part).rglob("*")]
        if path.is_file() and "__pycache__" not in path.parts
    }


def imported(root: str) -> set[str]:
    """Return the names of the files below a folder that have been imported so far.

    Args:
        root: The folder, or the archive.
    """
    origins = [
        str(getattr(getattr(module, "__spec__", None), "origin", None))
        for module in list(sys.modules.values())
    ]
    return {
        origin.removeprefix(f"{root}/")
        for origin in origins
        if origin.startswith(f"{root}/")
    }
