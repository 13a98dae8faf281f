"""No tables of its own. The module exists because migrate tells only apps that have one when it is done (see
apps.py)."""
