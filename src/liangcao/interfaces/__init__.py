"""Ring 5: how people and machines get in: web, API, command line."""
