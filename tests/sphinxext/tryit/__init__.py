"""How the files for a browser are made."""
