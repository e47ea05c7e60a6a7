"""Check the package as it is installed: complete, typed, and alone."""

import importlib.metadata
import importlib.resources

installed = {each.metadata["Name"] for each in importlib.metadata.distributions()}
assert installed <= {"yieldpoint", "pip", "setuptools"}, installed
assert importlib.resources.files("yieldpoint").joinpath("py.typed").is_file()
for requirement in importlib.metadata.requires("yieldpoint") or ():
    assert "; extra ==" in requirement, requirement
print("Installed:", *sorted(installed))
