"""Trace: from a source to its holders and back."""
