"""Pages of the fleet and of trips that fetch goods."""
