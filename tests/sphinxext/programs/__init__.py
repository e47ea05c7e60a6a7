"""The tests of programs that stand alone."""
