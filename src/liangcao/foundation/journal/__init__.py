"""The journal of acts (who, when, what, before and after), and the claims that make each act happen once."""
