"""The home page of the day and the search."""
