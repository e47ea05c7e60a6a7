"""The tests of yieldpoint.clock."""
