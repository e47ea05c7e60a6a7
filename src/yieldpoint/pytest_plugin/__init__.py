"""An option of pytest: record the tests, and keep the page of each that fails.

.. code-block:: console

   $ pytest --yieldpoint-trace recordings

pytest finds it where yieldpoint is installed. Without the option nothing is imported
but this module, and nothing is recorded.

Examples:
    >>> from yieldpoint import pytest_plugin
    >>> sorted(name for name in dir(pytest_plugin) if name.startswith("pytest_"))
    ['pytest_addoption', 'pytest_configure']
"""

import pytest

__all__ = ["pytest_addoption", "pytest_configure"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options.

    :meta private:
    """
    group = parser.getgroup("yieldpoint", "recordings of tests that fail")
    group.addoption(
        "--yieldpoint-trace",
        metavar="DIR",
        help="record each test, and write the page of each that fails into a folder",
    )
    group.addoption(
        "--yieldpoint-files",
        metavar="PATH",
        action="append",
        default=[],
        help="record this file or folder too, not only the test's own file",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Begin to record, if that is asked for.

    :meta private:
    """
    folder = config.getoption("yieldpoint_trace")
    if folder:
        from yieldpoint.pytest_plugin._failures import Failures  # noqa: PLC0415 - only now

        start = config.invocation_params.dir
        files = [start / path for path in config.getoption("yieldpoint_files")]
        for path in files:
            if not path.exists():
                message = f"--yieldpoint-files {path}: no such file or folder"
                raise pytest.UsageError(message)
        config.pluginmanager.register(Failures(start / folder, files))
