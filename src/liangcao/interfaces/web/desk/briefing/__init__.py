"""The briefing of the day."""
