"""A thread that exits ends itself, and not the program; a daemon is left alone."""

import sys
import threading
import time

worker = threading.Thread(target=sys.exit, args=(3,))
worker.start()
worker.join()
threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
print("goes on")
