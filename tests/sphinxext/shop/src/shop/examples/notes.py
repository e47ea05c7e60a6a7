"""What is still to be shown: there are no names in `notes` yet."""
