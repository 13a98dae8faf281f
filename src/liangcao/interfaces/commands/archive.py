"""The file that `backup` writes and `restore` reads: a gzipped tar. First a manifest that names every member with its
digest, then the database, then the stored files by their own digests, then the keys where they were asked for."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from liangcao.foundation.kernel.errors import Conflict, Invalid

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
_PIECE = 1 << 20
_LONGEST_MANIFEST = 256 << 20


@dataclass(frozen=True)
class Book:
    """A book as it stood in the snapshot."""

    code: str
    seq: int
    hash: str
    sealed_through: str | None


@dataclass
class Manifest:
    """What the archive holds, and of which moment."""

    engine: str
    version: str
    made_at: str
    steps: list[list[str]]
    books: list[Book]
    seal_keys: list[dict[str, str]]
    members: dict[str, dict[str, Any]] = field(default_factory=dict)  # name → bytes, sha256
    missing: list[str] = field(default_factory=list)  # digests of stored files that are not as they were stored
    format: int = FORMAT

    def as_bytes(self) -> bytes:
        """One JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()

    @classmethod
    def read(cls, content: bytes) -> Manifest:
        """Raises ArchiveDamaged, ArchiveNewer."""
        try:
            told = json.loads(content)
            if told["format"] > FORMAT:
                raise ArchiveNewer(str(told.get("version", "?")))
            return cls(**{**told, "books": [Book(**book) for book in told["books"]]})
        except (ValueError, KeyError, TypeError):
            raise ArchiveDamaged(MANIFEST) from None


class ArchiveDamaged(Invalid):
    """Not what `backup` wrote."""

    def __init__(self, what: str) -> None:
        super().__init__(
            "ARCHIVE_DAMAGED",
            f"备份文件不完整或已损坏({what}),没有恢复任何内容。请换一份备份",
            f"The backup is incomplete or damaged ({what}); nothing was restored. Take another one",
        )


class ArchiveNewer(Conflict):
    """Made by a program that knows more than this one."""

    def __init__(self, version: str) -> None:
        super().__init__(
            "ARCHIVE_NEWER",
            f"备份由更新的版本({version})制作,本版本不能恢复。请先升级粮草",
            f"The backup was made by a newer version ({version}). Upgrade Liangcao first",
        )


def digest_of(path: Path) -> tuple[int, str]:
    """(bytes, SHA-256) of a file."""
    counted, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            counted.update(piece)
            size += len(piece)
    return size, counted.hexdigest()


def write(target: IO[bytes], manifest: Manifest, places: dict[str, Path]) -> None:
    """The archive: the manifest, and each member from its place, in the manifest's order."""
    with (
        gzip.GzipFile(fileobj=target, mode="wb", compresslevel=1, mtime=0, filename="") as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as archive,
    ):
        content = manifest.as_bytes()
        archive.addfile(_entry(MANIFEST, len(content)), io.BytesIO(content))
        for name, told in manifest.members.items():
            with places[name].open("rb") as file:
                archive.addfile(_entry(name, told["bytes"]), file)


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


@contextmanager
def reading(path: Path) -> Iterator[tuple[Manifest, Members]]:
    """The manifest of an archive, and its members in order. Raises ArchiveDamaged, ArchiveNewer, OSError."""
    with path.open("rb") as file, damage_told(path.name), tarfile.open(fileobj=file, mode="r|gz") as archive:
        first = archive.next()
        if first is None or first.name != MANIFEST or first.size > _LONGEST_MANIFEST:
            raise ArchiveDamaged(path.name)
        content = archive.extractfile(first)
        manifest = Manifest.read(content.read() if content else b"")
        yield manifest, Members(archive, manifest)


@dataclass
class Members:
    """What follows the manifest. Every member is written under the name that the caller gives, none under its own."""

    archive: tarfile.TarFile
    manifest: Manifest

    def unpack(self, places: dict[str, Path]) -> None:
        """Write each member to its place and compare it with the manifest. Raises ArchiveDamaged."""
        wanted = dict(self.manifest.members)
        while (entry := self.archive.next()) is not None:
            told = wanted.pop(entry.name, None)
            content = self.archive.extractfile(entry) if told else None
            if told is None or content is None:
                raise ArchiveDamaged(entry.name[:80])
            if _written(content, places[entry.name]) != (told["bytes"], told["sha256"]):
                raise ArchiveDamaged(entry.name)
        if wanted:
            raise ArchiveDamaged(next(iter(wanted)))


def _written(content: IO[bytes], place: Path) -> tuple[int, str]:
    counted, size = hashlib.sha256(), 0
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("xb") as file:
        while piece := content.read(_PIECE):
            counted.update(piece)
            size += len(piece)
            file.write(piece)
    return size, counted.hexdigest()


@contextmanager
def damage_told(name: str) -> Iterator[None]:
    """What tar and gzip say about bytes that are none of theirs. A fault of the disk stays one."""
    try:
        yield
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ArchiveDamaged(name) from error
