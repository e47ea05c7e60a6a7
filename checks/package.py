"""Check the package as it is installed: complete, typed, and alone."""

import importlib.metadata
import importlib.resources

installed = {each.metadata["Name"] for each in importlib.metadata.distributions()}
assert installed <= {"yieldpoint", "pip", "setuptools"}, installed
assert importlib.resources.files("yieldpoint").joinpath("py.typed").is_file()
extras = importlib.metadata.requires("yieldpoint") or []
assert all("extra ==" in need for need in extras), extras
for file in ("trace/static/stepper.js", "sphinxext/static/recordings.css"):
    assert importlib.resources.files("yieldpoint").joinpath(file).is_file(), file
print("Installed:", *sorted(installed))
