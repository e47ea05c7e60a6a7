"""What a program finds about itself."""

import os
import sys
import tempfile
from pathlib import Path

print(sorted(name for name in globals() if name != "__warningregistry__"))
print(__name__, __doc__, __package__, __spec__)
print(type(globals()["__loader__"]).__name__)
print(Path(__file__) == Path(sys.argv[0]).absolute(), sys.argv[1:])
print(sys.path[0], sys.modules["__main__"].__dict__ is globals())
os.chdir(tempfile.gettempdir())
print(Path(__file__).exists())
