"""``yieldpoint trace``: from a command line to a recording that is shown.

Each module imports only what stands above it here:

- `formats` are the files that a recording can become.
- `options` is the command line: what stands before the program is ours, the rest is the
  program's. A further option is added there, and handed on in `settings`.
- `progress` is the line that a terminal shows while the program runs.
- `targets` finds what is to be run: a file, a module or a function.
"""
