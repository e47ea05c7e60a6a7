"""A page with the browser's worker alone, for the modules that run programs in it.

The site has a strict policy, and the page may ask for nothing but its files.
"""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from checks.chromium import Handler
from checks.conftest import Site

POLICY = "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'"

#: Seconds that a program may take on a machine that is busy.
LONGEST = 60

# What the page does: it starts the worker once, and revokes the address to stop a run.
SCRIPT = """
async ({ text, mode, name, stopAfter }) => {
  if (!window.worker) {
    window.worker = new Worker("worker.mjs", { type: "module" });
    window.worker.postMessage({ type: "start", base: location.href });
  }
  const stop = URL.createObjectURL(new Blob(["go on"]));
  const told = { out: "", err: "", all: "", latency: null };
  let stopped = null;
  return new Promise((resolve, reject) => {
    window.worker.onerror = (event) => reject(new Error(event.message));
    window.worker.onmessage = ({ data }) => {
      if (data.type === "broken") reject(new Error(data.message));
      if (data.type === "output") {
        told[data.stream] += data.text;
        told.all += data.text;
        if (stopAfter && stopped === null) {
          stopped = 0;
          setTimeout(() => {
            stopped = performance.now();
            URL.revokeObjectURL(stop);
          }, stopAfter);
        }
      }
      if (data.type === "recording") told.recording = data;
      if (data.type === "done") {
        if (stopped) told.latency = (performance.now() - stopped) / 1000;
        URL.revokeObjectURL(stop);
        resolve({ ...data, ...told });
      }
    };
    window.worker.postMessage({ type: "run", id: 1, text, mode, name, stop });
  });
}
"""

Run = Callable[..., dict[str, Any]]


class Strict(Handler):
    """Serves files, with the policy."""

    def end_headers(self) -> None:
        """Say what the page may do."""
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()


@pytest.fixture(scope="session")
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """Open a file of the folder; in the end nothing else may have been asked for."""
    (folder,) = (site.folder / "_static").glob("tryit-*")
    handler = partial(Strict, directory=str(folder.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        context = browser.new_context()
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        page = context.new_page()
        page.goto(f"{address}{folder.name}/NOTICES.txt")
        yield page
        context.close()
        server.shutdown()
    assert [
        url for url in asked if not url.removeprefix("blob:").startswith(address)
    ] == []
    assert len(asked) > 5


@pytest.fixture(scope="session")
def run(page: Page) -> Run:
    """Return what runs a program in the worker."""

    def run(
        text: str, mode: str = "run", name: str = "p.py", stop_after: int = 0
    ) -> dict[str, Any]:
        asked = {"text": text, "mode": mode, "name": name, "stopAfter": stop_after}
        page.set_default_timeout(LONGEST * 1_000)
        told = page.evaluate(SCRIPT, asked)
        assert isinstance(told, dict)
        return told

    return run
