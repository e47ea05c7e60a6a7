"""pytest, which rewrites what it imports and warns of what it cannot."""

import contextlib
import io
import os

import pytest

os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # what else is installed is not ours
with contextlib.redirect_stdout(io.StringIO()) as said:
    status = pytest.main(["--collect-only", "-p", "no:cacheprovider", __file__])
print(int(status), "warning" in said.getvalue())
