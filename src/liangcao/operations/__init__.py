"""Ring 3: what happens in a day, from an announced gift to a signed delivery."""
