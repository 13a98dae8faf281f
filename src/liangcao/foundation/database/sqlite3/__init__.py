"""Django's engine for SQLite with watched commits (`base`)."""
