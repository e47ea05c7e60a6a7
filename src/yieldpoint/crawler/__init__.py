"""A crawler: it follows a site's links, and reports what is broken."""
