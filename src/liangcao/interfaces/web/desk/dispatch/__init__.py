"""Pick lists and deliveries."""
