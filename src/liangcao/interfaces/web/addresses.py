"""Addresses by name. Pages of another module may not be there for this installation: then there is simply no link."""

from __future__ import annotations

from typing import Any

from django.urls import NoReverseMatch, reverse


def address(name: str, *args: Any, query: str = "") -> str:
    """The address of a page, or "" when the installation has no such page."""
    try:
        found = reverse(name, args=args)
    except NoReverseMatch:
        return ""
    return f"{found}?{query.lstrip('?')}" if query else found
