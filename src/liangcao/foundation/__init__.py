"""Ring 0: what every module stands on. Knows nothing of supplies."""
