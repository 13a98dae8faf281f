"""The key that signs seals: made once, kept in a file for its owner only, never in the database."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import IntegrityError, transaction

from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import record
from liangcao.foundation.kernel.disk import sync
from liangcao.foundation.kernel.errors import Conflict
from liangcao.ledger.models import SealKey
from liangcao.ledger.seals_proof import Plain, key_content, key_id_of
from liangcao.ledger.seals_queries import plain_key

OTHERS = stat.S_IRWXG | stat.S_IRWXO


class KeyReadable(Conflict):
    """Somebody else on this machine could sign."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            "SEAL_KEY_READABLE",
            f"封账密钥 {path} 可被本机其他用户读取,不能用来签字。请运行 chmod 600 {path}",
            f"Other users of this machine can read the seal key {path}; it signs nothing. Run chmod 600 {path}",
        )


class KeyNotOurs(Conflict):
    """The file does not hold the key that this database knows as the current one."""

    def __init__(self, *, path: Path, expected: str) -> None:
        super().__init__(
            "SEAL_KEY_OTHER",
            f"{path} 不是本库现用的封账密钥({expected})。请从备份恢复该文件",
            f"{path} is not the current seal key of this database ({expected}). Restore the file from its backup",
        )


class KeyMissing(Conflict):
    """There is no file to sign with."""

    def __init__(self, *, path: Path, expected: str) -> None:
        super().__init__(
            "SEAL_KEY_MISSING",
            f"找不到封账密钥 {path}(编号 {expected})。请从备份恢复该文件",
            f"The seal key {path} ({expected}) is not there. Restore the file from its backup",
        )


class KeyDamaged(Conflict):
    """The file holds no whole key."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            "SEAL_KEY_DAMAGED",
            f"{path} 里不是完整的封账密钥。请从备份恢复该文件",
            f"{path} does not hold a whole seal key. Restore the file from its backup",
        )


@dataclass(frozen=True)
class SigningKey:
    """A private key with the name of its public half."""

    private: Ed25519PrivateKey

    @property
    def public_key(self) -> str:
        """The public half in hexadecimal."""
        return self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    @property
    def key_id(self) -> str:
        """Its short name."""
        return key_id_of(self.public_key)

    def sign(self, content: bytes) -> str:
        """The signature in hexadecimal."""
        return self.private.sign(content).hex()


def key_file() -> Path:
    """Where the key lies: in the data folder, unless LIANGCAO_SEAL_KEY names another place."""
    return Path(settings.SEAL_KEY_FILE)


def keep_key() -> SigningKey:
    """The key in the file, made now where there is none: what the first start does. Raises KeyReadable, KeyDamaged."""
    path = key_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _made(path)
    return _read(path)


def _made(path: Path) -> None:
    """Of two that start at once, one makes the key and both read it."""
    if path.exists():
        return
    with suppress(FileExistsError):
        _written(path, SigningKey(Ed25519PrivateKey.generate()))


def _written(path: Path, key: SigningKey) -> None:
    """Whole, for the owner only and on the disk. Raises FileExistsError."""
    # Made with mode 0600 under a name of its own: at no moment is it wider, nor shared with another thread.
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(key.private.private_bytes_raw().hex().encode("ascii") + b"\n")
            file.flush()
            os.fsync(file.fileno())
        # A link, unlike a rename, fails where the file is already there; and it never shows half a key.
        os.link(draft, path)
    finally:
        os.unlink(draft)
    # A key that the database knows must outlive a loss of power, its name included.
    sync(path.parent)


def _read(path: Path) -> SigningKey:
    if path.stat().st_mode & OTHERS:
        raise KeyReadable(path)
    try:
        seed = bytes.fromhex(path.read_text(encoding="ascii").strip())
        return SigningKey(Ed25519PrivateKey.from_private_bytes(seed))
    except ValueError:
        raise KeyDamaged(path) from None


def _pending(path: Path, key_id: str) -> Path:
    """Where a new key waits until its change is committed: by its own name, so that whoever ends one change a moment
    late can never take the key of the next."""
    return path.with_name(f"{path.name}.{key_id}.new")


def signing_key(*, by: Actor, at: datetime) -> SigningKey:
    """The key that signs now, entered in the database when it is the first. Part of the caller's transaction.

    Raises KeyReadable, KeyDamaged, KeyMissing, KeyNotOurs.
    """
    path = key_file()
    current = SealKey.objects.order_by("-pk").first()
    if current is None:
        key = keep_key()
        # Another book of the same installation may enter it at this moment.
        with suppress(IntegrityError), transaction.atomic():
            enter_key(key, signed_by=key, previous=None, at=at)
            journal_key("make_seal_key", key.key_id, by=by, at=at)
        return key
    # A change of keys may have been committed just before the machine stopped.
    take_over(current.key_id)
    if not path.exists():
        raise KeyMissing(path=path, expected=current.key_id)
    key = _read(path)
    if key.key_id != current.key_id:
        raise KeyNotOurs(path=path, expected=current.key_id)
    return key


def holds_current_key() -> bool:
    """Whether the key at hand is the one that this database knows as its current one. Where it knows none, the first
    seal makes it. A change of keys that a stop cut short counts: the next seal finishes it."""
    current = SealKey.objects.order_by("-pk").first()
    if current is None:
        return True
    for path in (key_file(), _pending(key_file(), current.key_id)):
        with suppress(OSError, Conflict):
            if _read(path).key_id == current.key_id:
                return True
    return False


def enter_key(key: SigningKey, *, signed_by: SigningKey, previous: SealKey | None, at: datetime) -> SealKey:
    """The public half goes into the database, signed."""
    row = SealKey(key_id=key.key_id, public_key=key.public_key, made_at=at, previous=previous)
    row.signature = signed_by.sign(key_content(plain_key(row)))
    row.save(force_insert=True)
    return row


def next_key() -> SigningKey:
    """A new key beside the current one; it takes its place with `take_over`. Under the lock of a change of keys, after
    `signing_key` has ended the change before: what else lies there is of a change that was never committed."""
    path = key_file()
    for left in path.parent.glob(f"{path.name}.*.new"):
        left.unlink(missing_ok=True)
    key = SigningKey(Ed25519PrivateKey.generate())
    _written(_pending(path, key.key_id), key)
    return key


def take_over(key_id: str) -> None:
    """The new key takes the place of the old one, which is gone then. Nothing where it has done so already: the next
    change may be ending this one at the same moment."""
    with suppress(FileNotFoundError):
        os.replace(_pending(key_file(), key_id), key_file())


def journal_key(action: str, key_id: str, *, by: Actor, at: datetime, before: Plain | None = None) -> None:
    """A key was made, or took the place of another."""
    record(by=by, at=at, action=action, object_kind="seal_key", object_ref=key_id, before=before, after={"key": key_id})
