"""Who: regions, bureaus, organisations, stores and shelves, people with appointments, emergencies."""
