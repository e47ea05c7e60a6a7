"""``python -m yieldpoint trace``."""

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


def test_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Without an output file the recording is printed."""
    assert __main__.main(["trace", f"{IN_WAITING}:one_after_another"]) is None
    assert capsys.readouterr().out.endswith("3 s  Task-1  returns None\n")


@pytest.mark.parametrize(
    ("name", "start"),
    [("x.svg", "<svg"), ("x.html", "<!DOCTYPE"), ("x.json", "{"), ("x.txt", "0 s ")],
)
def test_files(tmp_path: Path, name: str, start: str) -> None:
    """The ending says the format."""
    output = tmp_path / name
    output.write_text("of a run before")
    assert cli.main([IN_TASKS, "-o", str(output)]) is None
    assert output.read_text("utf-8").startswith(start)


def test_json_file(tmp_path: Path) -> None:
    """It can be read again."""
    output = tmp_path / "x.json"
    cli.main([IN_TASKS, "--output", str(output)])
    assert Trace.from_json(output.read_text("utf-8")).target == "in_tasks"


def test_script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file is run with its arguments; its status is ours."""
    script = tmp_path / "script.py"
    script.write_text("import sys\nprint(sys.argv[1:])\nsys.exit(7)\n")
    assert cli.main([str(script), "a", "--", "-b"]) == 7
    assert capsys.readouterr().out.startswith("['a', '-b']\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: target"),
        (["--fast", IN_TASKS], "unrecognized arguments: --fast"),
        ([IN_TASKS, "--limit", "0"], "the limit is at least one step"),
        ([IN_TASKS, "--limit", "x"], "argument --limit: invalid int value: 'x'"),
        ([IN_TASKS, "1"], "a function takes no arguments here"),
        ([IN_TASKS, "-o", "x.png"], "x.png has none of the endings .html, .json"),
        ([IN_TASKS, "-o", "no/x.svg"], "cannot write no/x.svg: No such file"),
        (["nowhere.py"], "cannot read nowhere.py: No such file"),
        (["nowhere:main"], "No module named 'nowhere'"),
        (["yieldpoint.examples.waiting:x"], "yieldpoint.examples.waiting has no"),
        (["yieldpoint.examples.waiting:many"], "many() needs arguments: missing"),
        (["math:sqrt"], "record takes a function written in Python"),
        ([":main"], "Empty module name"),
    ],
)
def test_misuse(arguments: list[str], message: str) -> None:
    """One line that says what is wrong."""
    answer = __main__.main(["trace", *arguments])
    assert isinstance(answer, str)
    assert answer.startswith("yieldpoint trace: ")
    assert message in answer
    assert "\n" not in answer


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def main(:\n", "sample.py, line 1: invalid syntax"),
        ("1 / 0\n", "ZeroDivisionError('division by zero')"),
    ],
)
def test_a_module_that_cannot_be_imported(
    module: Path, source: str, message: str
) -> None:
    """Its own mistake is told."""
    module.write_text(source)
    answer = cli.main(["sample:main"])
    assert isinstance(answer, str)
    assert answer.endswith(message)


def test_a_script_with_a_syntax_error(tmp_path: Path) -> None:
    """Nothing runs."""
    script = tmp_path / "script.py"
    script.write_text("print('no')\nif\n")
    answer = cli.main([str(script)])
    assert isinstance(answer, str)
    assert "script.py, line 2: invalid syntax" in answer


def test_a_program_that_fails(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its traceback is what Python shows; the recording goes up to there."""
    module.write_text("def main():\n    return {}['key']\n")
    assert cli.main(["sample:main"]) == 1
    printed = capsys.readouterr()
    assert printed.out.endswith("main  raises KeyError('key')\n")
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
    assert cli.main(["sample:main", "--limit", "10"]) is None
    printed = capsys.readouterr()
    assert printed.out.startswith("0\n1\n2\n3\n4\n5\n6\n7\n8\n")
    assert printed.out.endswith("(the recording stops after 10 steps)\n")
    assert printed.err == "yieldpoint trace: the recording stops after 10 steps\n"


def test_a_folder_in_the_place_of_a_file(tmp_path: Path) -> None:
    """Cannot be written, whatever its name is."""
    folder = tmp_path / "x.svg"
    folder.mkdir()
    assert "Is a directory" in str(cli.main([IN_TASKS, "-o", str(folder)]))


def test_a_file_that_becomes_unwritable(module: Path, tmp_path: Path) -> None:
    """The program itself may take its place away."""
    output = tmp_path / "x.svg"
    module.write_text(f"import os\ndef main():\n    os.mkdir({str(output)!r})\n")
    assert "Is a directory" in str(cli.main(["sample:main", "-o", str(output)]))


def test_no_command(capsys: pytest.CaptureFixture[str]) -> None:
    """The commands are named."""
    missing = "yieldpoint: a command is missing; there is: trace, crawl"
    assert __main__.main([]) == missing
    with pytest.raises(SystemExit):
        __main__.main(["trace", "--help"])
    assert "who held control when" in capsys.readouterr().out


def test_the_module_can_be_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `python -m yieldpoint`."""
    monkeypatch.setattr(sys, "argv", ["yieldpoint", "fly"])
    monkeypatch.delitem(sys.modules, "yieldpoint.__main__")
    with pytest.raises(SystemExit, match="no command is named 'fly'"):
        runpy.run_module("yieldpoint", run_name="__main__")


def test_a_terminal_that_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be printed is not complained about."""
    with (tmp_path / "out").open("w") as stream:
        monkeypatch.setattr(sys, "stdout", ClosedTerminal(stream))
        assert cli.main([IN_TASKS]) is None


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
