"""What the data layer needs on both engines: integer columns, append-only guards, row locks in order, snapshots,
scope."""
