"""The ledger against a model of itself: all kinds of moves in any order, the ten invariants after each."""
