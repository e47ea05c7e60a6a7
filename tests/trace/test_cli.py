"""``yieldpoint trace``, and the command that it is a part of."""

import importlib.metadata
import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import TextIO

import pytest

from yieldpoint import __main__
from yieldpoint.trace import Trace, cli

IN_WAITING = "yieldpoint.examples.waiting"
IN_TASKS = f"{IN_WAITING}:in_tasks"


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file of a module that can be imported, named `sample`."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "sample", raising=False)
    return tmp_path / "sample.py"


@pytest.fixture
def package(module: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a package that can be imported, named `sample`."""
    folder = module.with_suffix("")
    folder.mkdir()
    (folder / "inner.py").write_text("print('inner', __name__)\n")
    monkeypatch.delitem(sys.modules, "sample.inner", raising=False)
    return folder


def test_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Without an output file the recording is printed."""
    assert __main__.main(["trace", f"{IN_WAITING}:one_after_another"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.split() == ["3", "s", "Task-1", "returns", "None"]


@pytest.mark.parametrize(
    ("name", "start"),
    [("x.svg", "<svg"), ("x.html", "<!DOCTYPE"), ("x.json", "{"), ("x.txt", "0 s ")],
)
def test_files(tmp_path: Path, name: str, start: str) -> None:
    """The ending says the format."""
    output = tmp_path / name
    output.write_text("of a run before")
    assert cli.main(["-o", str(output), IN_TASKS]) == 0
    assert output.read_text("utf-8").startswith(start)


def test_json_file(tmp_path: Path) -> None:
    """It can be read again."""
    output = tmp_path / "x.json"
    cli.main(["--output", str(output), IN_TASKS])
    assert Trace.from_json(output.read_text("utf-8")).target == "in_tasks"


@pytest.mark.parametrize(
    ("code", "status", "said"), [("7", 7, ""), ("", 0, ""), ("'why'", 1, "why\n")]
)
def test_script(
    code: str,
    status: int,
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A file is run with its arguments; its status is ours."""
    script = tmp_path / "script.py"
    script.write_text(f"import sys\nprint(sys.argv[1:])\nsys.exit({code})\n")
    assert cli.main([str(script), "a", "--", "-o", "--help"]) == status
    printed = capsys.readouterr()
    assert printed.out.startswith("['a', '--', '-o', '--help']\n")
    assert printed.err == said


def test_the_exception_that_is_shown(tmp_path: Path) -> None:
    """A hook finds it where Python keeps it; then it is forgotten."""
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\n"
        "def hook(kind, error, traceback):\n"
        "    kept = sys.last_type, sys.last_value, sys.last_traceback\n"
        "    print(kept == (kind, error, traceback))\n"
        "sys.excepthook = hook\n"
        "raise ValueError\n"
    )
    output = tmp_path / "x.json"
    before = sys.excepthook
    try:
        assert cli.main(["-o", str(output), str(script)]) == 1
    finally:
        sys.excepthook = before
    events = Trace.from_json(output.read_text("utf-8")).events
    assert [each.value for each in events if each.kind == "printed"] == ["True\n"]
    assert not hasattr(sys, "last_value")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "a program is missing"),
        (["--"], "a program is missing"),
        (["-m"], "a program is missing"),
        (["--fast", IN_TASKS], "unrecognized arguments: --fast"),
        (["--limit", "0", IN_TASKS], "the limit is at least one step"),
        (["--limit", "x", IN_TASKS], "argument --limit: invalid int value: 'x'"),
        (["--files", "no", IN_TASKS], "--files no: there is no such file or folder"),
        (["-o", "x.png", IN_TASKS], "x.png has none of the endings .html, .json"),
        (["-o", "no/x.svg", IN_TASKS], "cannot write no/x.svg: No such file"),
        (["nowhere.py"], "cannot read nowhere.py: No such file"),
        (["nowhere:main"], "No module named 'nowhere'"),
        (["yieldpoint.examples.waiting:x"], "yieldpoint.examples.waiting has no"),
        (["yieldpoint.examples.waiting:many"], "many() needs arguments: missing"),
        (["math:sqrt"], "record takes a function written in Python"),
        ([":main"], "Empty module name"),
        (["-m", "nowhere"], "No module named 'nowhere'"),
        (["-m", "json.nowhere"], "No module named 'json.nowhere'"),
        (["-m", "xml"], "No module named 'xml.__main__'"),
        (["-m", "math"], "math is not written in Python"),
    ],
)
def test_misuse(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line that says what is wrong, and nothing runs."""
    assert __main__.main(["trace", *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("yieldpoint trace: ")
    assert message in printed.err
    assert printed.err.count("\n") == 1


def test_a_file_that_is_no_text(
    module: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is no line in which it is wrong."""
    module.write_bytes(b"\0")
    assert cli.main([str(module)]) == 2
    message = capsys.readouterr().err
    assert "null bytes" in message
    assert "None" not in message


@pytest.mark.parametrize("arguments", [["sample:main"], ["-m", "sample.inner"]])
@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def main(:\n", ", line 1: invalid syntax\n"),
        ("1 / 0\n", "ZeroDivisionError('division by zero')\n"),
    ],
)
def test_a_module_that_cannot_be_imported(
    package: Path,
    arguments: list[str],
    source: str,
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Its own mistake is told."""
    (package / "__init__.py").write_text(source)
    assert cli.main(arguments) == 2
    assert capsys.readouterr().err.endswith(message)


def test_a_module_with_arguments(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As ``python -m``; of a package, all that is in it is recorded."""
    (package / "__init__.py").touch()
    source = "import sys\nfrom sample import inner\nprint(sys.argv[1:])\n"
    (package / "__main__.py").write_text(source)
    output = tmp_path / "run.json"
    before = sys.argv, sys.path[:], sys.modules["__main__"]
    for name, files in (
        ("sample", ["__main__.py", "inner.py"]),
        ("sample.inner", ["inner.py"]),
    ):
        assert cli.main(["-o", str(output), "-m", name, "-m", "-o"]) == 0
        trace = Trace.from_json(output.read_text("utf-8"))
        assert trace.target == trace.lanes[0].name == name
        assert [source.name for source in trace.sources] == files
    printed = capsys.readouterr().out
    assert printed == "inner sample.inner\n['-m', '-o']\ninner __main__\n"
    assert (sys.argv, sys.path, sys.modules["__main__"]) == before


def test_a_script_with_a_syntax_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing runs."""
    script = tmp_path / "script.py"
    script.write_text("print('no')\nif\n")
    assert cli.main([str(script)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "script.py, line 2: invalid syntax" in printed.err


def test_a_program_that_fails(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its traceback is what Python shows; the recording goes up to there."""
    module.write_text("def main():\n    return {}['key']\n")
    assert cli.main(["sample:main"]) == 1
    printed = capsys.readouterr()
    assert printed.out.endswith("  raises KeyError('key')\n")
    assert printed.err.startswith("Traceback (most recent call last):\n")
    assert f'File "{module}", line 2, in main' in printed.err
    assert "yieldpoint" not in printed.err


def test_a_program_that_is_interrupted(module: Path) -> None:
    """Its status is the one that a shell has for that."""
    module.write_text("def main():\n    raise KeyboardInterrupt\n")
    assert cli.main(["sample:main"]) == 130


def test_a_limit(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The recording stops and says so; the program goes on."""
    module.write_text("def main():\n    for n in range(9):\n        print(n)\n")
    assert cli.main(["--limit", "10", "sample:main"]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("0\n1\n2\n3\n4\n5\n6\n7\n8\n")
    assert printed.out.endswith("(the recording stops after 10 steps)\n")
    said = "yieldpoint trace: the recording stops after 10 steps; the program goes on\n"
    assert printed.err == said


def test_another_remark(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is said at the end."""
    module.write_text(
        "import uvloop\n"
        "def main():\n"
        "    uvloop.run(nap())\n"
        "async def nap():\n"
        "    pass\n"
    )
    assert cli.main(["sample:main"]) == 0
    assert "yieldpoint trace: the event loop is uvloop's" in capsys.readouterr().err


def test_a_folder_in_the_place_of_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cannot be written, whatever its name is."""
    folder = tmp_path / "x.svg"
    folder.mkdir()
    assert cli.main(["-o", str(folder), IN_TASKS]) == 2
    assert "Is a directory" in capsys.readouterr().err


def test_a_program_that_goes_to_another_folder(
    module: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The recording stays where the command was."""
    monkeypatch.chdir(tmp_path)
    module.write_text("import os\ndef main():\n    os.chdir('/')\n")
    assert cli.main(["-o", "x.json", "sample:main"]) == 0
    assert (tmp_path / "x.json").exists()


def test_a_file_that_becomes_unwritable(
    module: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The program itself may take its place away."""
    output = tmp_path / "x.svg"
    module.write_text(f"import os\ndef main():\n    os.mkdir({str(output)!r})\n")
    assert cli.main(["-o", str(output), "sample:main"]) == 2
    assert "Is a directory" in capsys.readouterr().err


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    """The commands are named, and each explains itself."""
    for arguments in (["--help"], ["trace", "--help"], ["crawl", "--help"]):
        with pytest.raises(SystemExit) as ended:
            __main__.main(arguments)
        assert ended.value.code == 0
        text = capsys.readouterr().out
        assert text.startswith(f"usage: yieldpoint {arguments[0].strip('-help')}")
        assert len(text.splitlines()) > 8


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """It is the package's."""
    with pytest.raises(SystemExit):
        __main__.main(["--version"])
    version = importlib.metadata.version("yieldpoint")
    assert capsys.readouterr().out == f"yieldpoint {version}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "a command is missing"),
        (["fly"], "no command is named 'fly'"),
        (["--fly", "trace"], "unrecognized arguments: --fly"),
    ],
)
def test_no_such_command(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line says so, and where the commands are named."""
    with pytest.raises(SystemExit) as ended:
        __main__.main(arguments)
    assert ended.value.code == 2
    said = f"yieldpoint: {message}; yieldpoint --help says what there is\n"
    assert capsys.readouterr().err == said


def test_the_module_can_be_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `python -m yieldpoint`."""
    monkeypatch.setattr(sys, "argv", ["yieldpoint", "trace", "nowhere.py"])
    with pytest.raises(SystemExit, match="2"):
        runpy.run_path(__main__.__file__, run_name="__main__")


def test_a_terminal_that_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be printed is not complained about."""
    with (tmp_path / "out").open("w") as stream:
        monkeypatch.setattr(sys, "stdout", ClosedTerminal(stream))
        assert cli.main([IN_TASKS]) == 0


class ClosedTerminal:
    """A stream that nobody reads."""

    def __init__(self, stream: TextIO) -> None:
        """Stand before a stream."""
        self.fileno = stream.fileno

    def write(self, text: str) -> int:
        """Fail."""
        raise BrokenPipeError(text)


def test_a_reader_that_goes_away() -> None:
    """`… | head` is no error."""
    command = [sys.executable, "-m", "yieldpoint", "trace", IN_TASKS]
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")
