"""Check the package as it is installed: complete, typed, and alone."""

import importlib.metadata
import importlib.resources
import subprocess
import sys

installed = {each.metadata["Name"] for each in importlib.metadata.distributions()}
assert installed <= {"yieldpoint", "pip", "setuptools"}, installed
assert importlib.resources.files("yieldpoint").joinpath("py.typed").is_file()
for requirement in importlib.metadata.requires("yieldpoint") or ():
    assert "; extra ==" in requirement, requirement
crawl = [sys.executable, "-m", "yieldpoint", "crawl", "http://127.0.0.1/"]
done = subprocess.run(crawl, stderr=subprocess.PIPE, text=True, check=False)
assert 'pip install "yieldpoint[crawler]"' in done.stderr, done.stderr
print("Installed:", *sorted(installed))
