"""Pure Python: refusals, quantities, clock, ids, canonical encoding. No Django, no database."""
