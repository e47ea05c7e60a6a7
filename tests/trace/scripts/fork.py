"""A child process goes on with the program, and ends by itself."""

import os
import sys

sys.stdout.flush()
if os.fork() == 0:
    print("child")
    sys.exit(3)
_, status = os.wait()
print("parent", os.waitstatus_to_exitcode(status))
