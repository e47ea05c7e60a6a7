"""A program in Firefox, through the page's own buttons: ``nox -s browser``.

Where there is no Firefox, it is skipped: `apt-get install firefox-esr`. Nothing drives
it but WebDriver BiDi, which the browser itself speaks: `checks/firefox.mjs`.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from checks.conftest import ROOT

pytest_plugins = ["checks.chromium"]

FIREFOX = shutil.which(os.environ.get("YIELDPOINT_FIREFOX", "firefox-esr"))

#: What the browser takes from an address of its own, beside the site's.
OWN = ("data:", "blob:")


@pytest.mark.skipif(FIREFOX is None, reason="there is no Firefox")
def test_programs_run_and_stop_in_firefox(served: str, tmp_path: Path) -> None:
    """Run, Watch and Stop; the names are there afterwards, and no host was asked."""
    command = [
        *("node", "--experimental-websocket", str(ROOT / "checks/firefox.mjs")),
        *(str(FIREFOX), str(tmp_path), f"{served}speed/waiting.html"),
    ]
    environment = {**os.environ, "HOME": str(tmp_path)}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert [stop["status"] for stop in seen["stops"]] == ["Stopped."] * 3
    assert seen["printed"] == "42\n"
    asked = [url for url in seen["asked"] if not url.startswith((served, *OWN))]
    assert asked == []
    assert len(seen["asked"]) > 20
