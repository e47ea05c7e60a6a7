"""What Python does in a browser's worker, to run the reader's programs.

It knows no Sphinx and no page: a worker (``yieldpoint.sphinxext`` has it) hands over
what only a browser can do, and the texts of programs. It runs on every Python, so that
its tests need no browser.
"""
