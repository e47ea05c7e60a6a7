"""What keeps the project in order says the same everywhere."""

import http.server
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import griffe
import pytest
import yaml

import yieldpoint
from checks import api, vulnerabilities
from checks.conftest import ROOT

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))

#: Sessions that are not in the gate: they need the network or the newest of everything,
#: or, as Lighthouse, a machine that does nothing else.
NOT_IN_THE_GATE = {"vulnerabilities", "links", "installed", "sdist", "lighthouse"}

#: What the gate runs in the place of a session: the same tests, on another's build.
INSTEAD = {"linkcheck": "browser -- --quick checks"}


def text(name: str) -> str:
    """Return what a file of the project says."""
    return (ROOT / name).read_text(encoding="utf-8")


def without_a_reason(source: str) -> list[str]:
    """Return the lines that switch a check off and do not say why."""
    codes = r"(?:noqa: [A-Z]+\d+(?:, ?[A-Z]+\d+)*|type: ignore\[[a-z, -]+\])"
    return [
        line.strip()
        for line in source.splitlines()
        for off in re.findall(r"# ((?:noqa|type: ignore)\b.*)", line)
        if not re.fullmatch(rf"{codes} +(?:-|#) \w.*", off)
    ]


def commands(workflow: Path) -> list[str]:
    """Return what a workflow runs."""
    jobs = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"].values()
    return [step["run"] for job in jobs for step in job["steps"] if "run" in step]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_runs_what_the_gate_runs(workflow: Path) -> None:
    """Where there is no GitHub, the gate tries the same commands."""
    gate, sessions = text(".ci/run"), text("noxfile.py")
    readme = text("README.md")
    for command in commands(workflow):
        if command.startswith("nox -s "):
            named = command.removeprefix("nox -s ").partition(" -- ")[0]
            for session in named.split():
                assert f"def {session}(" in sessions
                run = INSTEAD.get(session, session)
                tried = re.search(rf"nox\b.* -s [\w ]*\b{run}\b", gate + readme)
                assert tried or session in NOT_IN_THE_GATE, session
        else:
            assert command == ".ci/run" or command in gate, command


def test_read_the_docs_runs_what_the_gate_runs() -> None:
    """It builds by nox too, with the book that it can make."""
    jobs = yaml.safe_load(text(".readthedocs.yaml"))["build"]["jobs"]
    assert jobs["install"][0] in text(".ci/run")
    assert jobs["build"]["html"][0].endswith("python -m nox -s publish")


def test_actions_are_pinned() -> None:
    """By the hash of a commit, with the version beside it, the same everywhere."""
    used: dict[str, set[str]] = {}
    for workflow in WORKFLOWS:
        lines = workflow.read_text(encoding="utf-8").splitlines()
        for line in lines:
            if "uses:" in line:
                pin = re.search(r"uses: ([\w/-]+)@([0-9a-f]{40} # v\d[\d.]*)$", line)
                assert pin, line
                used.setdefault(pin[1], set()).add(pin[2])
    assert {name: pins for name, pins in used.items() if len(pins) > 1} == {}


@pytest.mark.parametrize("name", ["constraints.txt", ".github/nox.txt"])
def test_every_pin_has_a_hash(name: str) -> None:
    """And the short list has the versions of the long one."""
    entries = re.split(r"\n(?=\S)", text(name).strip())
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    known = vulnerabilities.pinned(text("constraints.txt"))
    assert vulnerabilities.pinned(text(name)).items() <= known.items()


def test_the_hook_checks_what_lint_checks() -> None:
    """It runs that very session, by the nox that the project uses."""
    (repository,) = yaml.safe_load(text(".pre-commit-config.yaml"))["repos"]
    (hook,) = repository["hooks"]
    assert hook["entry"] == "nox -s lint"
    assert hook["pass_filenames"] is False
    assert hook["always_run"] is True
    version = vulnerabilities.pinned(text("constraints.txt"))["nox"]
    assert hook["additional_dependencies"] == [f"nox[uv]=={version}"]


def test_the_citation_has_the_version() -> None:
    """Of the package as it is."""
    assert yaml.safe_load(text("CITATION.cff"))["version"] == yieldpoint.__version__


INNER = """
def kept(a, b=1): ...
def gone(): ...
def _own(): ...

class Box:
    def gone(self): ...
    def _own(self): ...
"""


class Index(http.server.BaseHTTPRequestHandler):
    """An index that tells of three packages."""

    known: ClassVar[dict[str, Any]] = {
        "/pypi/sound/1.0/json": {"info": {"version": "1.0"}, "vulnerabilities": []},
        "/pypi/gone/json": {
            "info": {"version": "3.0", "yanked": True},
            "vulnerabilities": [],
        },
        "/pypi/weak/2.0/json": {
            "info": {"version": "2.0"},
            "vulnerabilities": [
                {"id": "X-1", "summary": "It opens doors.", "fixed_in": ["2.1"]},
                {"id": "X-2", "summary": "It was a mistake.", "withdrawn": "2026"},
            ],
        },
    }

    def do_GET(self) -> None:
        """Answer what is known."""
        known = self.known.get(self.path)
        self.send_response(404 if known is None else 200)
        self.end_headers()
        self.wfile.write(json.dumps(known).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def index() -> Iterator[str]:
    """Return the address of that index, as long as it stands."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Index)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_vulnerabilities_are_told(
    index: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """From what the index says, and again without it from what was kept."""
    pins = tmp_path / "pins.txt"
    pins.write_text("sound==1.0\nweak==2.0 \\\n  --hash=x\ngone==3.0\nodd==4.0\n")
    monkeypatch.setattr(vulnerabilities, "PINS", pins)
    monkeypatch.setattr(vulnerabilities, "ANSWERS", tmp_path / "kept/answers.json")
    monkeypatch.setattr(vulnerabilities, "index", lambda: index)
    assert vulnerabilities.main([]) == 1
    told = capsys.readouterr().out
    assert told.splitlines()[:-1] == [
        "weak 2.0: X-1, mended in 2.1: It opens doors.",
        "gone 3.0: it was withdrawn",
        "odd 4.0: the index has said nothing of it",
    ]
    monkeypatch.setattr(vulnerabilities, "index", lambda: pytest.fail("it asks"))
    assert vulnerabilities.main(["--offline"]) == 1
    assert capsys.readouterr().out == told
    pins.write_text("sound==1.0\nodd==4.0\n")
    monkeypatch.delenv("CI", raising=False)
    assert vulnerabilities.main(["--offline"]) == 0
    monkeypatch.setenv("CI", "true")
    assert vulnerabilities.main(["--offline"]) == 1
    assert "1 unknown" in capsys.readouterr().out


def test_a_breaking_change_is_told() -> None:
    """Of what users import, in whichever module it is defined."""
    before = {
        "__init__.py": "",
        **{f"{package}/__init__.py": "" for package in api.PUBLIC},
        "loop/__init__.py": "from yieldpoint.loop.inner import *",
        "loop/inner.py": INNER,
    }
    inner = INNER.replace(", b=1", "").replace("gone", "newer").replace("_own", "_new")
    after = before | {"loop/inner.py": inner}
    with (
        griffe.temporary_visited_package("yieldpoint", before) as old,
        griffe.temporary_visited_package("yieldpoint", after) as new,
    ):
        told = [said.partition("loop/")[2] or said for _, said in api.broken(old, new)]
    assert told == [
        "yieldpoint.loop.gone: is gone",
        "inner.py:2: kept(b): Parameter was removed",
        "inner.py:7: Box.gone: Public object was removed",
    ]


@pytest.mark.parametrize(
    ("line", "is_right"),
    [
        ("x = 5  # noqa: S311 - it is drawn again", True),
        ("x = 5  # type: ignore[misc]  # typeshed leaves it out", True),
        ("x = 5  # noqa: S311", False),
        ("x = 5  # type: ignore[misc]", False),
        ("x = 5  # noqa - whatever it is", False),
    ],
)
def test_what_a_reason_is(line: str, *, is_right: bool) -> None:
    """It stands behind the code of the check."""
    assert without_a_reason(line) == ([] if is_right else [line])


def test_who_switches_a_check_off_says_why() -> None:
    """On the line itself, where whoever meets it looks."""
    found = {
        str(path.relative_to(ROOT)): lines
        for path in sorted(ROOT.rglob("*.py"))
        if not {".nox", "_build", ".venv", "dist"} & {*path.relative_to(ROOT).parts}
        and path != Path(__file__)
        if (lines := without_a_reason(path.read_text(encoding="utf-8")))
    }
    assert not found
