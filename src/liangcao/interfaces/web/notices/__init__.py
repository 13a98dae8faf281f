"""What waits rings: the count in every frame, and where a person wants to be told."""
