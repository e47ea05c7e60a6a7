"""The tests of the benchmarks: that they measure, not how fast."""
