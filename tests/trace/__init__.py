"""The tests of yieldpoint.trace."""
