"""自提: who fetches goods at a store and when."""
