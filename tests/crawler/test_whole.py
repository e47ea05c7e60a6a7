"""The command over a generated site: all of it, once, and also if it is killed."""

import json
import subprocess
import time
from pathlib import Path

from tests.crawler import generated


def outcomes(folder: Path) -> dict[str, str]:
    """Return the last outcome of each address."""
    text = (folder / "lines.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    return {line["url"]: line["outcome"] for line in lines}


def asked(folder: Path) -> list[str]:
    """Return the addresses that have an outcome because they were asked."""
    unasked = {"blocked", "skipped"}
    found = outcomes(folder).items()
    return sorted(url for url, outcome in found if outcome not in unasked)


def test_exactly_what_is_reachable_and_allowed_is_asked_once(tmp_path: Path) -> None:
    """Exactly what is reachable and allowed is asked once."""
    with generated.running(400, 0, tmp_path) as site:
        done = subprocess.run(
            site.command(tmp_path),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 1, done
        assert not done.stderr
        assert "status 404" in done.stdout
        assert asked(tmp_path) == site.allowed
        assert sorted(site.asked()) == site.allowed
        assert set(site.asked().values()) == {1}


def test_a_crawl_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    """A crawl that is killed loses nothing."""
    with generated.running(400, 0.1, tmp_path) as site:
        command = site.command(tmp_path)
        for number in (60, 180):
            with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
                while site.asked().total() < number and process.poll() is None:
                    time.sleep(0.01)
                process.kill()
        done = subprocess.run(command, capture_output=True, timeout=60, check=False)
        assert done.returncode == 1
        assert asked(tmp_path) == site.allowed
        assert sorted(site.asked()) == site.allowed
        places = 4 * 8
        assert site.asked().total() - len(site.allowed) <= 2 * places
