"""Machines' door: JSON over HTTP, the same actions as the pages under the same scope."""
