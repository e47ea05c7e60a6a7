"""Checks of the built site. They need no package but what the site needs."""
