"""Pages of what units give back and give on."""
