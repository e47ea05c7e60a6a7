"""Another project: it documents itself with yieldpoint.sphinxext."""
