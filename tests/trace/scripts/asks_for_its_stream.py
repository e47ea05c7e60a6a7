"""Standard output is the object that Python has made."""

import io
import sys

print(sys.stdout is sys.__stdout__, type(sys.stdout) is io.TextIOWrapper)
if isinstance(sys.stdout, io.TextIOWrapper):
    sys.stdout.reconfigure(line_buffering=True)
sys.stdout.writelines(["one\n", "two\n"])
