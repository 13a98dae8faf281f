"""The key that signs passes: made once, kept in a file for its owner only, never in the database.

Another file is another key: the public half of the old one stays, so that its passes are read on.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import IntegrityError, transaction

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import record
from liangcao.foundation.kernel.disk import sync
from liangcao.foundation.kernel.errors import Conflict
from liangcao.operations.passes.code import key_id_of, public_key_of
from liangcao.operations.passes.models import PassKey


class KeyUnfit(Conflict):
    """The file is readable by others or holds no whole key."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            "PASS_KEY_UNFIT",
            f"通行证密钥 {path} 可被本机其他用户读取,或内容不完整,不能签发。请运行 chmod 600 {path},或从备份恢复该文件",
            f"The pass key {path} is readable by other users or not whole; it signs nothing. Run chmod 600 {path}, or "
            "restore the file from its backup",
        )


def signing_key(*, by: Actor, at: datetime) -> ec.EllipticCurvePrivateKey:
    """The key in the file, made where there is none, its public half in the database. Part of the caller's transaction.

    Raises KeyUnfit.
    """
    path = Path(settings.PASS_KEY_FILE)
    if not path.exists():
        _make(path)
    key = _read(path)
    public_key = public_key_of(key)
    if not PassKey.objects.filter(public_key=public_key).exists():
        name = key_id_of(public_key)
        # Another pass may be the first of this key at the same moment.
        with suppress(IntegrityError), transaction.atomic():
            PassKey.objects.create(key_id=name, public_key=public_key, made_at=at)
            record(by=by, at=at, action="make_pass_key", object_kind="pass_key", object_ref=name, after={"key": name})
    return key


def _make(path: Path) -> None:
    """Whole, for the owner only and on the disk; of two that start at once, one makes the key."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(f"{number:064x}\n".encode("ascii"))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        os.unlink(draft)
    sync(path.parent)


def _read(path: Path) -> ec.EllipticCurvePrivateKey:
    if path.stat().st_mode & 0o077:
        raise KeyUnfit(path)
    try:
        return ec.derive_private_key(int(path.read_text(encoding="ascii").strip(), 16), ec.SECP256R1())
    except ValueError:
        raise KeyUnfit(path) from None
