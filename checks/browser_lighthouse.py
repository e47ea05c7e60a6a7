"""What Lighthouse says of each kind of page: ``nox -s lighthouse``.

The site is built as it is published, and comes from a server that compresses.
"""

import gzip
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from checks.chromium import NO_BROWSER, VARIABLE, Handler, serving
from checks.conftest import Site

#: Where the session has installed it.
LIGHTHOUSE = Path(sys.prefix, "lighthouse/node_modules/lighthouse/cli/index.js")

#: A page of each kind: the front door, recordings, plots, verdicts, the loop's source,
#: the reference, the editor, the search, and what stands for an address that has none.
PAGES = (
    *("index", "asyncio/sleep", "speed/switching", "article", "inside/read/running"),
    *("reference/trace", "try", "search", "404"),
)

#: As which device Lighthouse looks, and the options for it.
DEVICES = {"mobile": (), "desktop": ("--preset=desktop",)}

#: What must be without a fault, and what must be fast.
FAULTLESS = ("accessibility", "best-practices", "seo")
FAST = "performance"

#: The least that a page's speed may be rated. The one for addresses that have no page
#: searches all that the site says as soon as it is there, and what it finds is largest.
FAST_ENOUGH = dict.fromkeys(PAGES, 0.95) | {"404": 0.5}

#: So often is looked whether a page is fast. A busy machine makes each of them slower.
TRIES = 3

#: Seconds that one look may take.
LONGEST = 180

FLAGS = "--headless --no-sandbox --disable-gpu --disable-dev-shm-usage"


class Compressing(Handler):
    """Serves files as most servers do: compressed, and to be kept for a while."""

    def send_head(self) -> BinaryIO | None:
        """Send what comes before a file, and return the file."""
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            return super().send_head()
        data = gzip.compress(path.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        return io.BytesIO(data)


@pytest.fixture(scope="module")
def compressed(site: Site) -> Iterator[str]:
    """Serve the site, and return its address."""
    with serving(site.folder, Compressing) as address:
        yield address


def report(address: str, *options: str) -> dict[str, Any]:
    """Return what Lighthouse says of an address."""
    chromium = shutil.which(os.environ.get(VARIABLE, "chromium"))
    assert chromium, NO_BROWSER
    command = [
        *("node", str(LIGHTHOUSE), address, "--quiet", "--output=json"),
        *(f"--only-categories={','.join((*FAULTLESS, FAST))}", *options),
        f"--chrome-flags={FLAGS} --disable-background-networking",
    ]
    environment = {**os.environ, "CHROME_PATH": chromium}
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, timeout=LONGEST, check=True
    )
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def faults(said: dict[str, Any]) -> set[str]:
    """Return what counts and is not right: each costs some of the hundred points."""
    return {
        audit["id"]
        for category in FAULTLESS
        for audit in said["categories"][category]["auditRefs"]
        if audit["weight"] and (said["audits"][audit["id"]]["score"] or 0) < 1
        if said["audits"][audit["id"]]["scoreDisplayMode"] != "notApplicable"
    }


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_without_fault_and_fast(
    compressed: str, page: str, device: str
) -> None:
    """It gets 100 for all but speed, and enough for that."""
    speeds: list[float] = []
    while max(speeds, default=0.0) < FAST_ENOUGH[page] and len(speeds) < TRIES:
        said = report(f"{compressed}{page}.html", *DEVICES[device])
        assert faults(said) == set()
        speeds.append(said["categories"][FAST]["score"])
    print(f"{page}, {device}: {speeds}")
    assert max(speeds) >= FAST_ENOUGH[page]
