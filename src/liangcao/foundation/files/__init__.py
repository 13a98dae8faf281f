"""Stored files by content: frozen editions, later photos and originals. The name on disk is the SHA-256 of the
bytes."""
