"""首日: from an empty bureau to a live book, step by step."""
