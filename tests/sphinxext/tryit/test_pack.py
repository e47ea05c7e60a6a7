"""What a browser's Python imports from."""

import subprocess
import sys
from pathlib import Path

import yieldpoint
from yieldpoint.sphinxext.tryit._pack import imported, pack, package_files

SOURCES = Path(yieldpoint.__file__).parent


def test_the_package_can_be_imported_from_an_archive(tmp_path: Path) -> None:
    """From its byte code, with its data files, and two archives are equal."""
    files = package_files(SOURCES)
    archives = [tmp_path / "one.zip", tmp_path / "two.zip"]
    for archive in archives:
        pack(archive, str(archives[0]), files, {n for n in files if n[-3:] == ".py"})
    assert archives[0].read_bytes() == archives[1].read_bytes()
    assert not [name for name in files if "sphinxext" in name or "pycache" in name]
    program = (
        f"import sys; sys.path.insert(0, {str(archives[0])!r})\n"
        "import yieldpoint.trace, yieldpoint._tryit.worker\n"
        "from yieldpoint.trace import record\n"
        "print(yieldpoint.trace.__file__, yieldpoint.trace.__spec__.cached)\n"
        "assert '</html>' in record(sum.__class__ and (lambda: 1)).to_html()\n"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", program],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "one.zip" in done.stdout
    assert ".pyc" in done.stdout


def test_what_is_imported_is_named_from_its_root() -> None:
    """Without what is somewhere else."""
    assert "clock/__init__.py" in imported(str(SOURCES))
    assert not [name for name in imported(str(SOURCES)) if name.startswith("/")]
