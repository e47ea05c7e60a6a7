"""A filter: it reads stdin to its end."""

import sys

lines = [line.strip() for line in sys.stdin]
print(len(lines), sys.stdin.isatty(), sys.stdout.isatty())
try:
    input("name? ")
except EOFError as error:
    print(error)
