"""Writes of files."""

from __future__ import annotations

import os
import tempfile
from datetime import datetime
from pathlib import Path

from liangcao.foundation.files.models import StoredFile
from liangcao.foundation.files.paths import path_of
from liangcao.foundation.kernel.chain import digest


def store(*, bureau_id: int, name: str, content: bytes, content_type: str, at: datetime) -> StoredFile:
    """Keep the bytes on disk under their SHA-256 and the row in the database; the same content twice is one row."""
    content_digest = digest(content)
    _write_once(path_of(content_digest), content)
    stored, _ = StoredFile.objects.get_or_create(
        bureau_id=bureau_id,
        digest=content_digest,
        name=name,
        defaults={"content_type": content_type, "size_bytes": len(content), "stored_at": at},
    )
    return stored


def _write_once(path: Path, content: bytes) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written beside and renamed, so that a crash never leaves half a file under its final name.
    handle, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
