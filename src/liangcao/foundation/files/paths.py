"""Where stored bytes lie on disk."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings


def path_of(content_digest: str) -> Path:
    """Where the bytes with this digest lie."""
    return Path(settings.FILES_FOLDER) / content_digest[:2] / content_digest[2:]
