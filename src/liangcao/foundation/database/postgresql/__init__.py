"""Django's engine for PostgreSQL with watched commits (`base`)."""
