"""What its pages teach with."""
