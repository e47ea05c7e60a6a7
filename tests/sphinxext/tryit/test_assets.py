"""The folder for a browser, and a site without it."""

import inspect
import json
import os
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sphinx.errors import ExtensionError

from tests.once import on_one_python
from yieldpoint.examples import sleeping
from yieldpoint.sphinxext import tryit
from yieldpoint.sphinxext.tryit import _assets as assets

pytestmark = on_one_python

NPM = """#!{python}
import os, sys
os.mkdir("node_modules")
print("installed", file=open({log!r}, "a"))
sys.exit({status})
"""
NODE = """#!{python}
import pathlib, sys
assert pathlib.Path("node_modules").is_dir()
pathlib.Path(sys.argv[3], "worker.mjs").write_text("made")
print("built", file=open({log!r}, "a"))
"""


class Machine:
    """A machine with a node and an npm of our own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let them be found, and nothing else."""
        self.folder, self.log = folder, folder / "log"
        self.log.touch()
        monkeypatch.setenv("PATH", str(folder))
        monkeypatch.setenv("CI", "")

    def add(self, name: str, text: str, status: int = 0) -> None:
        """Add a program."""
        program = self.folder / name
        filled = text.format(python=sys.executable, log=str(self.log), status=status)
        program.write_text(filled)
        program.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Return a machine that has neither yet, and that is no CI."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return Machine(folder, monkeypatch)


def build(tmp_path: Path, builder: str = "html", package: str = "") -> Any:  # noqa: ANN401 - what Sphinx has
    """Do what a build does, and return its configuration."""
    app: Any = SimpleNamespace(
        confdir=tmp_path,
        outdir=tmp_path / "out",
        config=SimpleNamespace(example_package=package),
        builder=SimpleNamespace(name=builder, format=builder),
    )
    tryit._say_where(app, app.config)
    tryit._make(app)
    tryit._copy(app, None)
    return app.config


def test_it_is_made_once(machine: Machine, tmp_path: Path) -> None:
    """And takes the place of an older one."""
    machine.add("npm", NPM)
    machine.add("node", NODE)
    for older in "_build/tryit/tryit-0", "out/_static/tryit-0":
        (tmp_path / older).mkdir(parents=True)
    config = build(tmp_path)
    assert (tmp_path / "out" / config.tryit_folder / "worker.mjs").is_file()
    assert build(tmp_path).tryit_folder == config.tryit_folder
    assert machine.log.read_text().split() == ["installed", "built"]
    assert not list(tmp_path.rglob("tryit-0"))
    shutil.rmtree(tmp_path / "_build/tryit" / assets.name())
    build(tmp_path)
    assert machine.log.read_text().split() == ["installed", "built", "built"]


def test_the_examples_stand_beside_it(machine: Machine, tmp_path: Path) -> None:
    """With their sources, by the names of their files; another site may have none."""
    machine.add("npm", NPM)
    machine.add("node", NODE)
    build(tmp_path)
    path = tmp_path / "out/_static/examples.json"
    assert json.loads(path.read_bytes()) == {}
    build(tmp_path, package="yieldpoint.examples")
    texts = json.loads(path.read_bytes())
    source = inspect.getsource(sleeping)
    assert texts["yieldpoint/examples/sleeping.py"] == source


def test_other_builders_need_none(machine: Machine, tmp_path: Path) -> None:
    """They have no page in which a program could run."""
    assert machine.log.exists()
    assert build(tmp_path, "text").tryit_folder == ""


@pytest.mark.parametrize(
    ("status", "reason"), [(None, "there is no npm"), (1, "npm ci failed")]
)
def test_without_npm_there_is_none(
    machine: Machine,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    status: int | None,
    reason: str,
) -> None:
    """The build says so, and where CI is set it fails."""
    if status is not None:
        machine.add("npm", NPM, status)
    assert build(tmp_path).tryit_folder == ""
    assert reason in capsys.readouterr().err
    assert not list((tmp_path / "_build/tryit").glob("*"))
    os.environ["CI"] = "true"
    with pytest.raises(ExtensionError, match=reason):
        build(tmp_path)


def test_no_registry_is_named() -> None:
    """The lock file says what the packages are, and not where they come from."""
    lock = assets._PACKAGES[1].read_text()
    assert '"integrity"' in lock
    assert "resolved" not in lock
    assert "registry" not in lock
