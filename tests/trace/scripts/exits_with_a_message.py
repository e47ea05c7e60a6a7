"""An exit with a message: it goes to stderr, and the status is 1."""

import sys

print("before")
sys.exit("a message")
