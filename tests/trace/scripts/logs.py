"""A log on stderr, with a traceback."""

import logging

logging.basicConfig(format="%(levelname)s %(name)s:%(lineno)d %(message)s")
log = logging.getLogger("shop")
prices: dict[str, int] = {}
try:
    print(prices["tea"])
except KeyError:
    log.exception("nothing there")
log.error("stops")
