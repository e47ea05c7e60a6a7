"""The recorder: how a recording is made.

From the bottom to the top, each importing only what stands above it here:

- `values` and `lanes` are the data: a value as a text, a lane while it lives.
- `journal` is what is written down, and when.
- `frames` and `syntax` tell what a frame is doing: by its instructions, by its source.
- `variables`, `generators` and `scheduling` know one thing each: what has changed in a
  frame; when a generator is created and closed; what asyncio and threads do.
- `control` puts it together: who holds control.
- `monitoring` and `settrace` let the interpreter report to it, and `signals` keeps the
  program's signal handlers out of it.
- `output`, `program` and `sources` are about the program around: what it prints, how a
  file is run and ends, what of its source is shown.
"""
