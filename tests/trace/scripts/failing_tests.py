"""A test suite with a failure, and the status that says so."""

import sys
import unittest


class Test(unittest.TestCase):
    """Two tests."""

    def test_good(self) -> None:
        """Pass."""
        self.assertEqual(1 + 1, 2)  # noqa: PT009 - unittest is what is shown

    def test_bad(self) -> None:
        """Fail."""
        self.assertEqual(1 + 1, 3)  # noqa: PT009 - unittest is what is shown


result = unittest.TestResult()
unittest.defaultTestLoader.loadTestsFromTestCase(Test).run(result)
for case, text in result.failures:
    print(case, text, file=sys.stderr)
sys.exit(not result.wasSuccessful())
