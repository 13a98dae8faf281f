"""An act of a person in a row: who and when, as a condition of the table."""

from __future__ import annotations

from django.db.models import Q


def signed(name: str) -> Q:
    """`NAME_by` and `NAME_at` stand together, or neither does."""
    return Q(**{f"{name}_by": "", f"{name}_at": None}) | (~Q(**{f"{name}_by": ""}) & Q(**{f"{name}_at__isnull": False}))
