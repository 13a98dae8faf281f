"""`liangcao backup FILE`: database and stored files of one moment in one file, while people go on working."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from liangcao.foundation.kernel.disk import sync
from liangcao.foundation.kernel.errors import Conflict, Invalid, NotFound
from liangcao.interfaces.commands import archive, database
from liangcao.interfaces.commands.journalling import journal_copy
from liangcao.interfaces.commands.output import print_json
from liangcao.interfaces.commands.words import in_words

Read = Callable[[str], list[tuple[Any, ...]]]
# Members of these names are restored into the data folder; the archive holds them only when they were asked for.
KEYS = {"keys/secret-key", "keys/seal-key"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file, and whether the keys go into it."""
    parser.add_argument("file", metavar="FILE", help=in_words("备份写到哪个文件", "where to write"))
    parser.add_argument(
        "--with-keys",
        action="store_true",
        help=in_words(
            "连同密钥(登录与封账的私钥);拿到该文件的人就能冒充本机,请像密钥一样保管",
            "with the private keys; whoever has the file can act as this machine, keep it like a key",
        ),
    )


def run(args: argparse.Namespace) -> int:
    """Write the archive whole or not at all; 1 when a stored file is missing or damaged, which is then named."""
    database.start()
    from django.db import connection

    path = database.sqlite_path(connection)
    if path is not None and not path.exists():
        raise NotFound(f"还没有数据库 {path},无可备份", f"There is no database {path} to back up")
    target = Path(args.file)
    _check_target(target)
    with _workplace(target) as folder:
        manifest, places = _taken(connection, folder, with_keys=args.with_keys)
        digest = _packed(folder / "archive", manifest, places)
        os.replace(folder / "archive", target)

    sync(target.parent)
    journal_copy("backup", version=manifest.version, with_keys=args.with_keys, digest=digest)
    _tell(args, manifest, digest, target)
    return 1 if manifest.missing else 0


def _check_target(target: Path) -> None:
    if not target.parent.is_dir():
        raise Invalid(
            "FOLDER_MISSING",
            f"没有目录 {target.parent},请先建立",
            f"There is no folder {target.parent}; make it first",
            field="file",
        )
    if target.exists():
        raise Conflict(
            "FILE_EXISTS",
            f"{target} 已存在。备份不覆盖旧文件,请换一个文件名",
            f"{target} is there already. A backup overwrites nothing; choose another name",
            field="file",
        )


@contextmanager
def _workplace(target: Path) -> Iterator[Path]:
    """A folder for the owner alone on the disk of the target, gone afterwards in any case."""
    folder = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    # A service manager that stops us is no reason to leave half a copy behind.
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143)) if is_main_thread() else None
    try:
        yield folder
    except OSError as error:
        error.filename = str(target)  # The reader knows this name, not that of a draft.
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if before is not None:
            signal.signal(signal.SIGTERM, before)


def is_main_thread() -> bool:
    """Only there may a signal be heard."""
    return threading.current_thread() is threading.main_thread()


def _taken(connection: Any, folder: Path, *, with_keys: bool) -> tuple[archive.Manifest, dict[str, Path]]:
    """One moment of the database, and the files that it names: they never change, and were there before their row."""
    from liangcao.foundation.database import copies

    member = archive.DATABASE[connection.vendor]
    copy = folder / member
    if connection.vendor == "sqlite":
        import sqlite3

        copies.copy_sqlite(Path(connection.settings_dict["NAME"]), copy)
        held = sqlite3.connect(f"file:{copy}?mode=ro&immutable=1", uri=True)
        try:
            manifest, digests = _described(connection.vendor, lambda sql: held.execute(sql).fetchall())
        finally:
            held.close()
    else:
        from liangcao.foundation.database.snapshot import snapshot

        with snapshot(), connection.cursor() as cursor:

            def read(sql: str) -> list[tuple[Any, ...]]:
                cursor.execute(sql)
                return list(cursor.fetchall())

            manifest, digests = _described(connection.vendor, read)
            copies.dump_postgresql(connection, copy)
    places = {member: copy}
    size, digest = archive.digest_of(copy)
    manifest.members[member] = {"bytes": size, "sha256": digest}
    _add_files(manifest, places, digests)
    if with_keys:
        _add_keys(manifest, places)
    return manifest, places


def _described(engine: str, read: Read) -> tuple[archive.Manifest, list[str]]:
    """The manifest of what `read` sees, still without members, and the digests of the stored files."""
    from liangcao import __version__
    from liangcao.foundation.kernel.clock import now

    books = read(
        "SELECT code, seq, hash, sealed_through FROM ledger_book JOIN ledger_bookhead ON book_id = ledger_book.id"
        " ORDER BY code"
    )
    manifest = archive.Manifest(
        engine=engine,
        version=__version__,
        made_at=now().isoformat(),
        steps=[list(step) for step in read("SELECT app, name FROM django_migrations ORDER BY app, name")],
        books=[archive.Book(code, seq, head, str(day) if day else None) for code, seq, head, day in books],
        seal_keys=[
            {"key": key, "public": public}
            for key, public in read("SELECT key_id, public_key FROM ledger_sealkey ORDER BY id")
        ],
    )
    return manifest, [row[0] for row in read("SELECT DISTINCT digest FROM files_storedfile ORDER BY digest")]


def _add_files(manifest: archive.Manifest, places: dict[str, Path], digests: list[str]) -> None:
    from liangcao.foundation.files.paths import path_of

    for digest in digests:
        path = path_of(digest)
        size, found = archive.digest_of(path) if path.is_file() else (0, "")
        if found != digest:
            manifest.missing.append(digest)
            continue
        name = f"files/{digest}"
        places[name] = path
        manifest.members[name] = {"bytes": size, "sha256": digest}


def _add_keys(manifest: archive.Manifest, places: dict[str, Path]) -> None:
    for name, path in key_places().items():
        if path.is_file():
            size, digest = archive.digest_of(path)
            places[name] = path
            manifest.members[name] = {"bytes": size, "sha256": digest}


def key_places() -> dict[str, Path]:
    """Member → where the key lies on this machine."""
    from django.conf import settings

    from liangcao.ledger.seals_keys import key_file

    return {"keys/secret-key": Path(settings.HOME) / "secret-key", "keys/seal-key": key_file()}


def _packed(draft: Path, manifest: archive.Manifest, places: dict[str, Path]) -> str:
    """Write the archive, for its owner only; returns its SHA-256."""
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        archive.write(file, manifest, places)
        file.flush()
        os.fsync(file.fileno())
    return archive.digest_of(draft)[1]


def _tell(args: argparse.Namespace, manifest: archive.Manifest, digest: str, target: Path) -> None:
    has_keys = any(name in manifest.members for name in KEYS)
    if args.json:
        from dataclasses import asdict

        print_json(
            {
                "file": str(target), "sha256": digest, "engine": manifest.engine, "version": manifest.version,
                "made_at": manifest.made_at, "books": [asdict(book) for book in manifest.books],
                "files": sum(name.startswith("files/") for name in manifest.members), "missing": manifest.missing,
                "keys": has_keys,
            }
        )  # fmt: skip
        return
    for book in manifest.books:
        print(
            in_words(
                f"{book.code} 第 {book.seq:,} 张单据 {book.hash}", f"{book.code} document {book.seq:,} {book.hash}"
            )
        )
    print(in_words(f"备份已写入 {target},SHA-256 {digest}", f"Wrote {target}, SHA-256 {digest}"))
    if has_keys:
        print(in_words("内含私钥,请像密钥一样保管", "It holds the private keys: keep it like a key"))
    else:
        print(
            in_words(
                "不含私钥(secret-key、seal-key),请另行备份;带上它们用 --with-keys",
                "Without the private keys (secret-key, seal-key): keep a copy of them apart, or use --with-keys",
            )
        )
    if manifest.missing:
        print(
            in_words(
                f"注意:{len(manifest.missing)} 个附件缺失或已损坏,未进备份:{manifest.missing[0]} 等",
                f"Note: {len(manifest.missing)} stored files missing or damaged, not in it: {manifest.missing[0]} …",
            )
        )
