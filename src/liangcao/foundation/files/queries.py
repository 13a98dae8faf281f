"""Reads of files."""

from __future__ import annotations

from liangcao.foundation.files.models import StoredFile
from liangcao.foundation.files.paths import path_of
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.chain import digest
from liangcao.foundation.kernel.errors import Conflict, NotFound


def read_file(actor: Actor, *, file_id: int) -> tuple[StoredFile, bytes]:
    """The row and its bytes. Raises NotFound, and Conflict FILE_CHANGED when the bytes no longer match the digest."""
    stored = StoredFile.objects.visible_to(actor).filter(pk=file_id).first()
    if stored is None:
        raise NotFound()
    path = path_of(stored.digest)
    content = path.read_bytes() if path.exists() else b""
    if digest(content) != stored.digest:
        raise Conflict(
            "FILE_CHANGED", f"附件“{stored.name}”已缺失或被改动", f'The file "{stored.name}" is missing or altered'
        )
    return stored, content


def is_intact(content_digest: str) -> bool:
    """Whether the bytes with this digest lie on the disk as they were stored."""
    path = path_of(content_digest)
    return path.exists() and digest(path.read_bytes()) == content_digest


def is_kept(content_digest: str) -> bool:
    """Whether some row names the bytes with this digest."""
    return StoredFile.objects.filter(digest=content_digest).exists()
