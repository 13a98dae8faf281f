"""`liangcao restore FILE`: a backup into a database that holds nothing, whole or not at all; then verified."""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from liangcao.foundation.kernel.disk import sync
from liangcao.foundation.kernel.errors import Conflict, NotFound, Refusal
from liangcao.interfaces.commands import archive, database
from liangcao.interfaces.commands.backup import KEYS, key_places
from liangcao.interfaces.commands.journalling import journal_copy
from liangcao.interfaces.commands.output import print_json
from liangcao.interfaces.commands.verify import sentence, verify_database
from liangcao.interfaces.commands.words import in_words


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file; the database is the one of --db."""
    parser.add_argument("file", metavar="FILE", help=in_words("备份文件", "the backup"))


def run(args: argparse.Namespace) -> int:
    """Restore, then verify; 0 only when everything fits."""
    source = Path(args.file)
    if not source.is_file():
        raise NotFound(f"没有备份文件 {source}", f"There is no backup {source}")
    had_secret = _secret_of(home_of()).exists()
    database.start()
    from django.db import connection

    with archive.reading(source) as (manifest, members):
        _check(manifest, connection)
        if not had_secret and "keys/secret-key" in manifest.members:
            # The start of this very command made one, which has signed nothing.
            _secret_of(home_of()).unlink(missing_ok=True)
        notes = _put_in_place(members, connection)
    return _tell(args, manifest, notes, _verified(manifest))


def home_of() -> Path:
    """The data folder, as the settings will find it."""
    return Path(os.environ.get("LIANGCAO_HOME") or Path.home() / ".liangcao")


def _secret_of(home: Path) -> Path:
    return home / "secret-key"


def _check(manifest: archive.Manifest, connection: Any) -> None:
    """Before a byte is written: engine, version, an empty place. Raises Conflict."""
    from liangcao.foundation.database import copies
    from liangcao.foundation.database.versions import unknown_steps

    if manifest.engine != connection.vendor:
        raise Conflict(
            "ENGINE_OTHER",
            f"备份来自 {manifest.engine},--db 指的是 {connection.vendor}。请用同一种数据库恢复",
            f"The backup is of {manifest.engine}, --db names {connection.vendor}. Restore into the same engine",
            field="db",
        )
    if unknown_steps(frozenset((app, name) for app, name in manifest.steps)):
        raise archive.ArchiveNewer(manifest.version)
    path = database.sqlite_path(connection)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    is_empty = copies.is_empty_sqlite(path) if path is not None else copies.is_empty_postgresql(connection)
    if not is_empty:
        raise copies.TargetNotEmpty(database.shown())


def _put_in_place(members: archive.Members, connection: Any) -> list[tuple[str, str]]:
    """Everything into drafts beside its place first; the database last, so that until then nothing has happened. A file
    that is named by its digest does no harm without its row. Returns what the reader should know."""
    from django.conf import settings

    from liangcao.foundation.database import copies
    from liangcao.foundation.files.paths import path_of

    path = database.sqlite_path(connection)
    home = Path(settings.HOME)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    member = archive.DATABASE[connection.vendor]
    with _drafts(path.parent if path is not None else home) as beside, _drafts(home) as drafts:
        places = {name: drafts / name for name in members.manifest.members}
        places[member] = beside / "database"
        members.unpack(places)
        for name, draft in places.items():
            if name.startswith("files/"):
                _move(draft, path_of(name.removeprefix("files/")))
        notes = _place_keys(places)
        if path is not None:
            sync(beside / "database")
            copies.place_sqlite(beside / "database", path)
        else:
            copies.restore_postgresql(connection, beside / "database")
    return notes


@contextmanager
def _drafts(parent: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(dir=parent, prefix=".restoring."))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _move(draft: Path, place: Path) -> None:
    """Into its place, over what may lie there: a name by digest means these bytes and no others."""

    place.parent.mkdir(parents=True, exist_ok=True)
    sync(draft)
    os.replace(draft, place)


def _place_keys(places: dict[str, Path]) -> list[tuple[str, str]]:
    """Keys of the archive go where there is none; one that is there already is never overwritten."""
    notes = []
    for name, place in key_places().items():
        if name not in places:
            continue
        if place.exists() and place.read_bytes() != places[name].read_bytes():
            notes.append(
                (
                    f"{place} 已有另一把密钥,没有覆盖;备份里的那把请自行取出",
                    f"{place} holds another key already and was left alone; take that of the backup out by hand",
                )
            )
            continue
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.chmod(places[name], 0o600)
        _move(places[name], place)
    return notes


def _verified(manifest: archive.Manifest) -> dict[str, Any] | None:
    """What `verify` says, whose heads must be those of the backup; None where the database must be migrated first."""
    try:
        database.open_database()
    except Refusal as refusal:
        if refusal.code == "DATABASE_OLD":
            return None
        raise
    heads = _heads()
    _finish()
    journal_copy("restore", version=manifest.version, made_at=manifest.made_at)
    result = verify_database(None)
    expected = {book.code: (book.seq, book.hash) for book in manifest.books}
    if result["ok"] and heads != expected:
        wrong = next(code for code in {*heads, *expected} if heads.get(code) != expected.get(code))
        bad = {"book": wrong, "seq": heads.get(wrong, (0, ""))[0], "kind": "head", "what": "not the backup's head"}
        return {**result, "ok": False, "first_bad": bad}
    return result


def _finish() -> None:
    """On PostgreSQL: rights and triggers that a copy without owner does not carry, and statistics."""
    from django.db import connection

    from liangcao.foundation.database.guards import install_guards

    if connection.vendor == "postgresql":
        install_guards(connection)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _heads() -> dict[str, tuple[int, str]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT code, seq, hash FROM ledger_book JOIN ledger_bookhead ON book_id = ledger_book.id")
        return {code: (seq, head) for code, seq, head in cursor.fetchall()}


def _tell(
    args: argparse.Namespace, manifest: archive.Manifest, notes: list[tuple[str, str]], result: dict[str, Any] | None
) -> int:
    is_good = result is None or result["ok"]
    notes = [*notes, *_key_notes(manifest)]
    if manifest.missing:
        notes.append(
            (
                f"备份时已有 {len(manifest.missing)} 个附件缺失或损坏",
                f"{len(manifest.missing)} stored files were missing or damaged when the backup was made",
            )
        )
    if args.json:
        print_json(
            {
                "restored": True, "made_at": manifest.made_at, "version": manifest.version, "verify": result,
                "books": [{"code": book.code, "seq": book.seq, "hash": book.hash} for book in manifest.books],
                "notes": [in_words(*note) for note in notes],
            }
        )  # fmt: skip
        return 0 if is_good else 1
    print(
        in_words(
            f"已恢复 {manifest.made_at} 的备份到 {database.shown()}",
            f"Restored the backup of {manifest.made_at} to {database.shown()}",
        )
    )
    for book in manifest.books:
        print(
            in_words(
                f"{book.code} 第 {book.seq:,} 张单据 {book.hash}", f"{book.code} document {book.seq:,} {book.hash}"
            )
        )
    if result is None:
        print(
            in_words(
                "备份出自较早的版本:请运行 liangcao migrate,再运行 liangcao verify",
                "The backup is of an earlier version: run liangcao migrate, then liangcao verify",
            )
        )
    else:
        print(sentence(result))
    for note in notes:
        print(in_words(*note))
    return 0 if is_good else 1


def _key_notes(manifest: archive.Manifest) -> list[tuple[str, str]]:
    """What this machine lacks to go on as the one that made the backup."""
    notes = []
    if not any(name in manifest.members for name in KEYS):
        notes.append(
            (
                "备份不含 secret-key:未恢复该文件时,动态口令、未用的邀请和推送签名失效,须重新登记",
                "The backup holds no secret-key: without that file second factors, open invitations and webhook "
                "signatures stop working and must be set anew",
            )
        )
    if manifest.seal_keys:
        from liangcao.ledger.seals_keys import key_file

        current = manifest.seal_keys[-1]["key"]
        if not _holds_key():
            notes.append(
                (
                    f"本机没有封账密钥 {current}:请把它恢复到 {key_file()},否则不能封账",
                    f"This machine lacks the seal key {current}: restore it to {key_file()}, or no day can be sealed",
                )
            )
    return notes


def _holds_key() -> bool:
    from liangcao.ledger.seals_keys import holds_current_key

    return holds_current_key()
