"""What a program finds about itself."""

import os
import sys
import tempfile

print(sorted(name for name in globals() if name != "__warningregistry__"))
print(__name__, __doc__, __package__, __spec__, type(__loader__).__name__)
print(__file__ == os.path.abspath(sys.argv[0]), os.path.isabs(__file__), sys.argv[1:])
print(sys.path[0], sys.modules["__main__"].__dict__ is globals())
os.chdir(tempfile.gettempdir())
print(os.path.exists(__file__))
