"""Long campaigns, of which the gate runs a part: each is a module to run."""
