"""Messages to the outside, written in the caller's transaction and delivered at least once under one id; and notices:
what happened that somebody waits for, from which the outer ring makes messages."""
