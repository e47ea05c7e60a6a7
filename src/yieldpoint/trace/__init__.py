"""Record a run, and show who held control when."""

from yieldpoint.trace.model import Event, Lane, Source, Trace
from yieldpoint.trace.recording import LIMIT, record

__all__ = ["LIMIT", "Event", "Lane", "Source", "Trace", "record"]
