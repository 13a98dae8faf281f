"""Pages of demand: what is asked, by item and by unit; requisitions, their review and their history."""
