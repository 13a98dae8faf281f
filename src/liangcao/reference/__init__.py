"""Ring 1: who, what and which rule."""
