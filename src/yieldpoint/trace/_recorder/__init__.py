"""The recorder: how a recording is made.

From the bottom to the top; each module imports only what stands above it here:

- `values` and `lanes` are the data: a value as a text, a lane while it lives.
- `journal` is what is written down, and when.
- `frames` and `syntax` tell what a frame is doing: by its instructions, by its source.
- `variables`, `calls`, `lines`, `generators`, `scheduling`, `asking` and `foreign` know
  one thing each: what has changed in a frame, which calls last, which lines are shown,
  when a generator is created and closed, what asyncio and threads do, who asks a
  generator to go on, which loops are not asyncio's.
- `entering` and `leaving` find out what a frame that is entered or left means for a
  lane, and `control` puts it all together: who holds control.
- `signals` keeps the program's signal handlers out of the recorder; `monitoring` and
  `settrace` let the interpreter report to it.
- `inputs`, `output`, `program` and `sources` are about the program around: which code
  belongs together, what it prints, how it is run and ends, what of its source is shown.
- `making` is a recorder at work; `run` records one run from its beginning to its end,
  `block` a part of one that is going on, and `aside` sets a running loop aside.
"""
