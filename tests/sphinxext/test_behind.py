"""What a recording depends on."""

import importlib
from collections.abc import Callable
from pathlib import Path

from yieldpoint.sphinxext.behind import files_used

SHELF = """
import json
import yieldpoint

class Gone:
    __module__ = "gone"

class Nowhere:
    __module__ = ["no", "module"]

def number():
    return json.dumps(yieldpoint.__version__)
"""


def test_what_does_not_belong_to_the_project(
    write_module: Callable[[str], str],
) -> None:
    """Python's own modules, other packages, and what is gone."""
    module = importlib.import_module(write_module(SHELF))
    assert files_used(module.number) == [module.__file__]


def test_modules_beside_one_another(write_module: Callable[[str], str]) -> None:
    """A project may have no package."""
    helper = write_module("def one(): return 1\n")
    module = importlib.import_module(write_module(f"from {helper} import one\n"))
    assert [Path(file).stem for file in files_used(module.one)] == [helper]
    user = importlib.import_module(
        write_module(f"from {helper} import one\n\ndef two(): return one() * 2\n")
    )
    assert [Path(file).stem for file in files_used(user.two)] == [user.__name__, helper]
