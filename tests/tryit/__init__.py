"""Programs in a browser, tested without one."""
