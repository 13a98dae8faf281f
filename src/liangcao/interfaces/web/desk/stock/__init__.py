"""Stock: by item, by store, lots, transfers, lot facts."""
