"""What a package finds about itself when it is run by its name."""

import sys

from .inner import work

print(sorted(name for name in globals() if name != "__warningregistry__"))
print(__name__, __doc__, __package__, __file__, sys.argv)
print(__spec__, type(globals()["__loader__"]).__name__)
print(sys.path[0], sys.modules["__main__"].__dict__ is globals())
work()
sys.exit(5)
