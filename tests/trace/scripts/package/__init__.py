"""A package that is run by its name."""

import sys

print("package", __name__, sys.argv)
