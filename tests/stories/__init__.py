"""Named journeys through every door."""
