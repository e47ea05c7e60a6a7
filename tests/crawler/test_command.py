"""The command: its options, its outputs, and what it says when it cannot."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TextIO

import pytest

import yieldpoint.crawler
from yieldpoint import __main__ as commands
from yieldpoint.crawler import command, files
from yieldpoint.crawler.command import main


@dataclass
class Site:
    """A small site on the loopback."""

    pages: dict[str, bytes]
    address: str = ""
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    interrupts: int = 0  # how many, when /stop is asked for
    released: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def site() -> Iterator[Site]:
    """Run a small site."""
    made = Site(
        {
            "/": b"<title>a</title><a href=/a>A</a><a href=/gone>Gone</a>",
            "/a": b"<meta name=robots content=noindex><a href=/b>B</a>",
            "/b": b"<p>the end",
            "/stop": b"<a href=/a>A</a>",
        }
    )

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            made.agents.add(self.headers["User-Agent"])
            if self.path == "/stop":
                for _ in range(made.interrupts):
                    os.kill(os.getpid(), signal.SIGINT)
                    made.released.wait(0.3)
                made.released.wait(30 if made.interrupts > 1 else 0)
            body = made.pages.get(self.path)
            with contextlib.suppress(ConnectionError):  # a crawl that is cut off
                self.send_response(200 if body is not None else 404)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = False  # none outlives its test
        made.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield made
        made.released.set()
        server.shutdown()
        thread.join()


class ClosedTerminal:
    """A stream that nobody reads."""

    encoding = None

    def __init__(self, stream: TextIO) -> None:
        """Stand before a stream."""
        self.fileno = stream.fileno

    def write(self, text: str) -> int:
        """Fail."""
        raise BrokenPipeError(text)


def lines(path: Path) -> dict[str, dict[str, object]]:
    """Return what the lines of JSON say."""
    every = [json.loads(line) for line in path.read_text().splitlines()]
    return {line["url"]: line for line in every}


def test_a_broken_link_is_reported_and_makes_the_status_1(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    """A broken link is reported and makes the status 1."""
    assert commands.main(["crawl", site.address]) == 1
    out, err = capsys.readouterr()
    assert out == (
        f"{site.address}/gone\n"
        "  status 404\n"
        f"  linked from {site.address}/  'Gone'\n"
        "\n"
        "4 addresses: 1 http-error, 3 ok\n"
        "1 broken\n"
    )
    assert not err
    (agent,) = site.agents
    assert agent.startswith("yieldpoint/")


def test_who_reads_the_report_may_stop(site: Site) -> None:
    """Who reads the report may stop: the status counts."""
    arguments = [sys.executable, "-m", "yieldpoint", "crawl", site.address]
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert not process.stderr.read()
    assert process.returncode == 1


def test_a_terminal_may_know_few_letters(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A terminal may know few letters, and have been closed."""
    site.pages["/"] = "<a href=/gone>\u00fcber</a>".encode()
    with (tmp_path / "out").open("w", encoding="ascii") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        assert main([site.address]) == 1
    assert "'\\xfcber'" in (tmp_path / "out").read_text()
    with (tmp_path / "out").open("w", encoding="ascii") as stream:
        monkeypatch.setattr(sys, "stdout", ClosedTerminal(stream))
        assert main([site.address]) == 1


def test_an_argument_may_be_no_text(capsys: pytest.CaptureFixture[str]) -> None:
    """An argument may be no text."""
    assert main(["\udcff"]) == 1
    assert capsys.readouterr().out.startswith("?\n")


def test_everything_is_written(site: Site, tmp_path: Path) -> None:
    """Everything is written."""
    del site.pages["/b"]
    site.pages["/gone"] = b""
    arguments = [site.address, "--user-agent", "somebot/1", "--ignore-robots"]
    for name in ("--jsonl", "--html", "--sitemap", "--mirror", "--state"):
        arguments += [name, str(tmp_path / name[2:])]
    assert main(arguments) == 1
    assert lines(tmp_path / "jsonl")[f"{site.address}/b"] == {
        "url": f"{site.address}/b",
        "outcome": "http-error",
        "status": 404,
        "error": "status 404",
        "depth": 2,
        "source": f"{site.address}/a",
        "ms": lines(tmp_path / "jsonl")[f"{site.address}/b"]["ms"],
        "bytes": 0,
    }
    assert "<svg" in (tmp_path / "html").read_text()
    sitemap = (tmp_path / "sitemap").read_text()
    assert f"<loc>{site.address}/gone</loc>" in sitemap
    assert f"{site.address}/a<" not in sitemap
    kept = {path.name for path in (tmp_path / "mirror").rglob("*.html")}
    assert kept == {"index.html", "a.html", "gone.html"}
    assert site.agents == {"somebot/1"}
    assert "/robots.txt" not in site.asked


def test_the_same_command_goes_on(site: Site, tmp_path: Path) -> None:
    """The same command goes on."""
    state, jsonl = str(tmp_path / "state"), tmp_path / "lines"
    site.pages["/gone"] = b""
    arguments = [site.address, "--state", state, "--jsonl", str(jsonl)]
    assert main([*arguments, "--max-pages", "2"]) == 0
    outcomes = [line["outcome"] for line in lines(jsonl).values()]
    assert sorted(map(str, outcomes)) == ["ok", "ok", "skipped", "skipped"]
    assert main(arguments) == 0
    assert {line["outcome"] for line in lines(jsonl).values()} == {"ok"}
    assert main(["--state", state]) == 0
    assert sorted(site.asked) == ["/", "/a", "/b", "/gone", "/robots.txt"]


def test_it_goes_on_with_other_limits(site: Site, tmp_path: Path) -> None:
    """It goes on with other limits, wider ones and narrower ones."""
    state, jsonl = str(tmp_path / "state"), tmp_path / "lines"
    arguments = [site.address, "--state", state, "--jsonl", str(jsonl)]
    assert main([*arguments, "--max-depth", "0"]) == 0
    assert main([*arguments, "--max-depth", "1", "--max-pages", "2"]) == 0
    assert site.asked == ["/robots.txt", "/", "/a"]
    assert main([*arguments, "--max-depth", "0"]) == 0
    assert len(site.asked) == 3
    assert main(arguments) == 1
    assert sorted(site.asked[3:]) == ["/b", "/gone"]
    assert not [each for each in lines(jsonl).values() if each["outcome"] == "skipped"]


def test_where_no_address_is_named_nothing_is_fine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where no address is named, nothing is fine."""
    seeds = tmp_path / "seeds"
    seeds.write_text("# nothing yet\n")
    assert main(["--seeds", str(seeds)]) == 2
    assert main(["--state", str(tmp_path / "mistyped")]) == 2
    assert capsys.readouterr().err.count("nothing to start with") == 2


def test_seeds_may_come_from_a_file(site: Site, tmp_path: Path) -> None:
    """Seeds may come from a file."""
    seeds, jsonl = tmp_path / "seeds", tmp_path / "lines"
    text = f"\ufeff# a comment\r\n\n{site.address}/b\r\n  http://[  \nmailto:a@b\n"
    text += f"  # another\n{site.address}/b#again"
    seeds.write_text(text, encoding="utf-8")
    assert main(["--seeds", str(seeds), "--jsonl", str(jsonl)]) == 1
    outcomes = {url: line["outcome"] for url, line in lines(jsonl).items()}
    assert outcomes == {
        f"{site.address}/b": "ok",
        "http://[": "failed",
        "mailto:a@b": "failed",
    }


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "there is nothing to start with"),
        (["http://h/", "--timeout", "0"], "at least 0.001"),
        (["http://h/", "--timeout", "nan"], "at least 0.001"),
        (["http://h/", "--per-host", "0"], "at least 1"),
        (["http://h/", "--max-depth", "x"], "invalid"),
        (["http://h/", "--user-agent", "a\nb"], "printable ASCII"),
        (["http://h/", "--scope", "all"], "invalid choice"),
        (["--seeds", "a", "--jsonl", "./a"], "two options name the same file"),
    ],
)
def test_wrong_use_is_explained(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wrong use is explained."""
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2
    assert complaint in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--seeds", "--state", "--jsonl", "--html"])
def test_a_file_that_cannot_be_used_is_named(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that cannot be used is named."""
    path = str(tmp_path / "no" / "such" / "folder")
    assert main(["http://127.0.0.1:1/", option, path]) == 2
    assert path in capsys.readouterr().err


def test_what_cannot_be_written_ends_the_crawl_with_a_reason(
    site: Site,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What cannot be written ends the crawl with a reason."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.JsonLines, "write", full)
    arguments = [site.address, "--jsonl", str(tmp_path / "lines")]
    assert main(arguments) == 2
    assert "No space left on device" in capsys.readouterr().err


def test_a_fault_of_our_own_is_not_hidden(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of our own is not hidden."""

    def wrong(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(files.JsonLines, "write", wrong)
    with pytest.raises(ExceptionGroup):
        main([site.address, "--jsonl", str(tmp_path / "lines")])


def test_progress_is_shown_on_a_terminal(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Progress is shown on a terminal."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(command, "_PROGRESS", 0.001)
    site.pages["/robots.txt"] = b"User-agent: *\nCrawl-delay: 0.2"
    assert main([site.address]) == 1
    err = capsys.readouterr().err
    assert "1 done, 2 queued" in err
    host = site.address.removeprefix("http://")
    assert f"{host} waits 0 s: Crawl-delay" in err
    assert err.endswith("\r\x1b[K")


def test_an_interrupt_stops_politely(site: Site, tmp_path: Path) -> None:
    """An interrupt stops politely."""
    site.interrupts = 1
    arguments = [f"{site.address}/stop", "--state", str(tmp_path / "state")]
    assert main(arguments) == 130
    assert site.asked == ["/robots.txt", "/stop"]
    site.interrupts = 0
    assert main(arguments) == 0
    assert sorted(site.asked) == ["/a", "/b", "/robots.txt", "/stop"]


def test_an_interrupt_before_the_crawl_is_no_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An interrupt before the crawl is no fault."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "Frontier", interrupt)
    assert main(["http://127.0.0.1:1/"]) == 130


def test_a_second_interrupt_stops_at_once(site: Site) -> None:
    """A second interrupt stops at once."""
    site.interrupts = 2
    assert main([f"{site.address}/stop"]) == 130
    assert site.asked == ["/robots.txt", "/stop"]


def test_without_the_extra_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the extra the command says what to install."""
    monkeypatch.setattr(yieldpoint, "crawler", yieldpoint.crawler)  # it comes back
    for name in [name for name in sys.modules if name.startswith("yieldpoint.crawler")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    assert commands.main(["crawl", "http://h/"]) == 2
    assert capsys.readouterr().err == (
        "yieldpoint crawl: aiohttp is not installed; yieldpoint[crawler] brings it:"
        ' pip install ".[crawler]" in a checkout of the package\n'
    )
    nothing = {"crawl": ("yieldpoint.nothing", "")}
    monkeypatch.setattr(commands, "COMMANDS", nothing)
    with pytest.raises(ModuleNotFoundError):
        commands.main(["crawl"])


def test_the_script_runs_what_the_command_line_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The script runs what the command line names."""
    monkeypatch.setattr(sys, "argv", ["yieldpoint"])
    with pytest.raises(SystemExit, match="2"):
        commands.script()
    monkeypatch.setattr(sys, "argv", ["yieldpoint", "trace", "nowhere.py"])
    assert commands.script() == 2
