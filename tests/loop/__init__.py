"""The tests of yieldpoint.loop."""
