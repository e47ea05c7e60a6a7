"""Chromium, and the site as a server gives it, for the modules that try the pages.

The browser is Debian's Chromium, or the one that YIELDPOINT_CHROMIUM names. None is
downloaded.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from checks.conftest import PATIENCE, Site

VARIABLE = "YIELDPOINT_CHROMIUM"

NO_BROWSER = (
    f"There is no Chromium: `apt-get install chromium`, or name one in {VARIABLE}."
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the browser once."""
    executable = shutil.which(os.environ.get(VARIABLE, "chromium"))
    if executable is None:
        pytest.exit(NO_BROWSER, returncode=1)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=[
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> Callable[..., list[tuple[str, str]]]:
    """Return what finds in parts of a page what shuts people out: rule and element."""
    package = resources.files("axe_playwright_python")
    script = package.joinpath("axe.min.js").read_text("utf-8")

    def look(page: Page, *selectors: str) -> list[tuple[str, str]]:
        page.evaluate(script)
        found = page.evaluate(
            """async selectors => {
              const there = selectors.filter((each) => document.querySelector(each));
              const include = there.map((each) => [each]);
              // Only violations are looked at, so nothing is told of the rest.
              const options = { preload: false, resultTypes: ["violations"] };
              return (await axe.run({ include }, options)).violations;
            }""",
            selectors,
        )
        return [(each["id"], node["html"]) for each in found for node in each["nodes"]]

    return look


class Handler(SimpleHTTPRequestHandler):
    """Serves files, and says nothing."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Do not write what is asked for."""


class _Server(ThreadingHTTPServer):
    """Lets many wait for an answer, as a browser asks for many files at once."""

    request_queue_size = 100


@contextmanager
def serving(folder: Path, handles: type[Handler] = Handler) -> Iterator[str]:
    """Serve a folder, and return its address, which ends in a slash."""
    handler = partial(handles, directory=str(folder))
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def served(site: Site) -> Iterator[str]:
    """Serve the site, and return its address."""
    with serving(site.folder) as address:
        yield address
