"""Check the package as it is installed: complete, typed, and alone."""

import importlib.metadata
import importlib.resources
import subprocess
import sys

installed = {each.metadata["Name"] for each in importlib.metadata.distributions()}
assert installed <= {"yieldpoint", "pip", "setuptools"}, installed
assert importlib.resources.files("yieldpoint").joinpath("py.typed").is_file()
extras = importlib.metadata.requires("yieldpoint") or []
assert all("extra ==" in need for need in extras), extras
for file in (
    *("trace/static/stepper.js", "trace/large/page.html", "trace/large/data.js"),
    "sphinxext/static/recordings.css",
):
    assert importlib.resources.files("yieldpoint").joinpath(file).is_file(), file
crawl = [sys.executable, "-m", "yieldpoint", "crawl", "http://127.0.0.1/"]
done = subprocess.run(crawl, stderr=subprocess.PIPE, text=True, check=False)
assert "yieldpoint[crawler]" in done.stderr, done.stderr
print("Installed:", *sorted(installed))
