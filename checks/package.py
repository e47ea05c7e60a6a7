"""Check the package as it is installed: complete, typed, and alone."""

import importlib.metadata
import importlib.resources

installed = {each.metadata["Name"] for each in importlib.metadata.distributions()}
assert installed <= {"yieldpoint", "pip", "setuptools"}, installed
assert importlib.resources.files("yieldpoint").joinpath("py.typed").is_file()
assert importlib.metadata.requires("yieldpoint") is None
print("Installed:", *sorted(installed))
