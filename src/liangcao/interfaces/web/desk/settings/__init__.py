"""Catalogue, organisations, stores, people, rules, account, journal."""
