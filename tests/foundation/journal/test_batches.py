"""The journal's chain: no entry is skipped, whoever writes while batches are cut; every planted edit is named."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from liangcao.foundation.database.guards import installed_guards
from liangcao.foundation.identity.actor import DESK_ROLES, Actor, Grant
from liangcao.foundation.journal import actions as journal
from liangcao.foundation.journal.batches import LARGEST, cut_batches
from liangcao.foundation.journal.models import SHARED, JournalBatch, JournalEntry
from liangcao.foundation.journal.proof import BATCH, ENTRY, JournalCheck
from liangcao.foundation.journal.verify import check_journal, journal_lines
from tests.factories.world import NOON

BUREAU = 7
DESK = Actor(
    user_id=1, name="某人", grants=tuple(Grant(role, BUREAU) for role in sorted(DESK_ROLES)), origin="page ::1 a1"
)


def write(ref: str, bureau_id: int | None = BUREAU) -> int:
    return journal.record(
        by=DESK, at=NOON, action="close_source", object_kind="source", object_ref=ref, bureau_id=bureau_id,
        before={"status": "open"}, after={"status": "closed"}, reason="结清",
    )  # fmt: skip


def chained() -> list[int]:
    """Ids in the order of the chain."""
    batches = JournalBatch.objects.filter(bureau_id=BUREAU).order_by("seq")
    return [entry_id for batch in batches for entry_id, _ in batch.entries]


class TestCutting:
    def test_takes_what_is_in_no_batch(self, db: object) -> None:
        first = [write(f"a{n}") for n in range(3)]
        shared = write("catalogue", None)
        assert cut_batches() == 2
        second = write("b")
        assert cut_batches() == 1
        assert cut_batches() == 0
        assert chained() == [*first, second]
        assert JournalBatch.objects.get(bureau_id=SHARED).entries[0][0] == shared
        check = check_journal(DESK, BUREAU)
        assert check.fault is None and (check.batches, check.entries) == (3, 5)

    def test_a_batch_has_an_upper_limit(self, db: object) -> None:
        JournalEntry.objects.bulk_create(
            JournalEntry(at=NOON, action="a", object_kind="b", object_ref=str(n), bureau_id=BUREAU)
            for n in range(LARGEST + 1)
        )
        assert cut_batches() == 2
        assert check_journal(DESK, BUREAU).fault is None

    def test_odd_values_neither_stop_nor_break_the_chain(self, db: object) -> None:
        JournalEntry.objects.create(
            at=NOON, action="a", object_kind="b", object_ref="c", bureau_id=BUREAU, after={"x": 1.5, "y": [None, True]}
        )
        assert cut_batches() == 1
        assert check_journal(DESK, BUREAU).fault is None

    def test_an_entry_that_commits_late_is_not_skipped(self, fresh_database: Any) -> None:
        if connection.vendor == "sqlite":
            write("the only writer")
            assert cut_batches() == 1
            return
        import threading

        is_written, may_commit = threading.Event(), threading.Event()

        def slow() -> None:
            with transaction.atomic():
                write("slow")
                is_written.set()
                may_commit.wait(30)
            connection.close()

        writer = threading.Thread(target=slow)
        writer.start()
        is_written.wait(30)
        quick = write("quick")
        assert cut_batches() == 1
        may_commit.set()
        writer.join(30)
        late = JournalEntry.objects.get(object_ref="slow").pk
        assert late < quick
        assert cut_batches() == 1
        assert chained() == [quick, late]
        assert check_journal(DESK, BUREAU).fault is None

    def test_writers_and_cutters_at_once(self, run_together: Callable[..., Any]) -> None:
        def writer(name: int) -> Callable[[], None]:
            def work() -> None:
                for n in range(12):
                    with transaction.atomic():
                        write(f"{name}-{n}")

            return work

        def cutter() -> None:
            for _ in range(8):
                cut_batches()

        outcomes = run_together([*(writer(n) for n in range(4)), cutter, cutter, cutter])
        assert [outcome.error for outcome in outcomes if outcome.error] == []
        cut_batches()
        ids = chained()
        assert sorted(ids) == sorted(JournalEntry.objects.values_list("pk", flat=True))
        assert len(ids) == len(set(ids)) == 48
        check = check_journal(DESK, BUREAU)
        assert check.fault is None and check.entries == 48

    def test_killed_between_batch_and_entries(self, fresh_database: Any) -> None:
        """The process dies after it wrote the batch and before it took the entries: nothing of it stays."""
        wanted = [write(f"k{n}") for n in range(3)]
        program = (
            "import os, time, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'liangcao.config.settings'; django.setup()\n"
            "from liangcao.foundation.journal import batches, models\n"
            "def hang(*a, **k):\n print('written', flush=True); time.sleep(60)\n"
            "models.JournalEntryQuerySet.update = hang\n"
            "batches.cut_batches()\n"
        )
        child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None and child.stdout.readline() == "written\n"
        os.kill(child.pid, signal.SIGKILL)
        child.wait(30)
        assert cut_batches() == 1
        assert chained() == wanted
        assert check_journal(DESK, BUREAU).fault is None


class TestGuards:
    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE journal_journalentry SET reason = 'other'",
            "UPDATE journal_journalentry SET result = 'ok'",
            "UPDATE journal_journalentry SET batch_id = NULL",
            "UPDATE journal_journalentry SET batch_id = batch_id",
            "DELETE FROM journal_journalentry",
            "UPDATE journal_journalbatch SET hash = previous_hash",
            "DELETE FROM journal_journalbatch",
        ],
    )
    def test_the_database_refuses(self, db: object, sql: str) -> None:
        write("a")
        cut_batches()
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.fixture
def three_batches(fresh_database: object) -> list[int]:
    """Three batches of three entries; the ids in order."""
    for _ in range(3):
        for n in range(3):
            write(f"e{n}")
        cut_batches()
    return chained()


@pytest.fixture
def guards_off(three_batches: list[int]) -> None:
    """The attacker is the administrator of the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in installed_guards(connection):
                cursor.execute(f'DROP TRIGGER "{name}"')
            cursor.execute("PRAGMA foreign_keys = OFF")
        else:
            cursor.execute(
                "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = 'journal_journalentry'::regclass"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE journal_journalentry DROP CONSTRAINT "{name}"')
            for table in ("journal_journalentry", "journal_journalbatch"):
                cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
                cursor.execute(f'GRANT ALL ON "{table}" TO CURRENT_USER')


def at(place: int) -> str:
    """SQL of the id of the entry at this place, counted from 0."""
    return f"(SELECT id FROM journal_journalentry ORDER BY id LIMIT 1 OFFSET {place})"


def row(**other: str) -> str:
    """An INSERT of a forged copy of the first entry, with columns of one's own."""
    columns = "at recorded_at bureau_id user_id program roles origin action object_kind object_ref reason before after result batch_id"
    values = ", ".join(other.get(name, f'"{name}"') for name in columns.split())
    quoted = ", ".join(f'"{name}"' for name in columns.split())
    return f"INSERT INTO journal_journalentry ({quoted}) SELECT {values} FROM journal_journalentry WHERE id = {at(0)}"


def batch(seq: int) -> str:
    return f"(SELECT id FROM journal_journalbatch WHERE seq = {seq})"


# name: (statements, seq of the first bad batch, kind, place of the entry that is named)
EDITS: dict[str, tuple[list[str], int, str, int | None]] = {
    "change": ([f"UPDATE journal_journalentry SET reason = 'x' WHERE id = {at(4)}"], 2, "journal_entry", 4),
    "change who": ([f"UPDATE journal_journalentry SET user_id = 2 WHERE id = {at(0)}"], 1, "journal_entry", 0),
    "change where from": ([f"UPDATE journal_journalentry SET origin = '' WHERE id = {at(1)}"], 1, "journal_entry", 1),
    "change when": (
        [f"UPDATE journal_journalentry SET at = '2020-02-01 00:00:00+00:00' WHERE id = {at(2)}"], 1, "journal_entry", 2,
    ),
    "change after": ([f"""UPDATE journal_journalentry SET "after" = '{{}}' WHERE id = {at(8)}"""], 3, "journal_entry", 8),
    "delete": ([f"DELETE FROM journal_journalentry WHERE id = {at(3)}"], 2, "journal_entry_missing", 3),
    "truncate the tail of a batch": (
        [f"DELETE FROM journal_journalentry WHERE id = {at(5)}"], 2, "journal_entry_missing", 5,
    ),
    "another bureau's": ([f"UPDATE journal_journalentry SET bureau_id = 8 WHERE id = {at(5)}"], 2, "journal_entry_missing", 5),
    "re-order": (
        [
            f"UPDATE journal_journalentry SET object_ref = 'swap' WHERE id = {at(3)}",
            f"UPDATE journal_journalentry SET object_ref = 'e0' WHERE id = {at(4)}",
            f"UPDATE journal_journalentry SET object_ref = 'e1' WHERE id = {at(3)}",
        ],
        2, "journal_entry", 3,
    ),
    "insert into a batch": ([row(batch_id=batch(2))], 2, "journal_entry_added", 9),
    "insert into the past": (
        [
            row(recorded_at="'2020-02-03 04:00:00+00:00'", batch_id="NULL"),
        ],
        3, "journal_late", 9,
    ),
    "take out of its batch": (
        [f"UPDATE journal_journalentry SET batch_id = NULL WHERE id = {at(4)}"], 2, "journal_entry_added", None,
    ),
    "change a batch": (["UPDATE journal_journalbatch SET entries = '[]' WHERE seq = 2"], 2, "journal_hash", None),
    "change when a batch was cut": (
        ["UPDATE journal_journalbatch SET cut_at = '2020-02-03 04:00:00+00:00' WHERE seq = 3"], 3, "journal_hash", None,
    ),
    "cut a link": (["UPDATE journal_journalbatch SET previous_hash = hash WHERE seq = 2"], 2, "journal_previous_hash", None),
    "delete a batch": (["DELETE FROM journal_journalbatch WHERE seq = 2"], 2, "journal_seq", None),
    "change the order of batches": (
        [
            "UPDATE journal_journalbatch SET seq = 20 WHERE seq = 2",
            "UPDATE journal_journalbatch SET seq = 2 WHERE seq = 3",
            "UPDATE journal_journalbatch SET seq = 3 WHERE seq = 20",
        ],
        2, "journal_previous_hash", None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", list(EDITS))
def test_planted_edit_is_named(name: str, three_batches: list[int], guards_off: None) -> None:
    statements, seq, kind, place = EDITS[name]
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)
            assert cursor.rowcount >= 1
    cut_batches()
    fault = check_journal(DESK, BUREAU).fault
    assert fault is not None
    if name == "insert into the past":
        seq = 4  # the next batch took it, and betrays it
    assert (fault.seq, fault.kind) == (seq, kind), fault
    if place is not None:
        entry_id = (
            three_batches[place]
            if place < len(three_batches)
            else max(JournalEntry.objects.values_list("pk", flat=True))
        )
        assert f"entry {entry_id} " in fault.what


class TestExportedLines:
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(json.dumps(line)) for line in journal_lines(DESK, BUREAU)]

    def checked(self, lines: list[dict[str, Any]]) -> JournalCheck:
        check = JournalCheck()
        for line in lines:
            fits = check.add_batch(line[BATCH]) if BATCH in line else check.add_entry(line[ENTRY])
            if not fits:
                return check
        check.close()
        return check

    def test_prove_themselves(self, three_batches: list[int]) -> None:
        check = self.checked(self.lines())
        assert check.fault is None and (check.batches, check.entries) == (3, 9)

    @pytest.mark.parametrize(
        ("edit", "seq", "kind"),
        [
            (lambda lines: lines[:2] + lines[3:], 1, "journal_entry_missing"),
            (lambda lines: lines[:4], 1, None),
            (lambda lines: lines[:3], 1, "journal_entry_missing"),
            (lambda lines: lines[:4] + lines[8:], 2, "journal_seq"),
            (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], 1, "journal_entry_missing"),
            (lambda lines: [lines[0], lines[1], *lines[1:]], 1, "journal_entry_added"),
            (lambda lines: [{ENTRY: {"id": 1}}, *lines], 0, "journal_entry_added"),
            (lambda lines: [*lines[:1], {ENTRY: {**lines[1][ENTRY], "reason": "x"}}, *lines[2:]], 1, "journal_entry"),
            (lambda lines: [{BATCH: []}, *lines], 1, "journal_record"),
        ],
        ids=[
            "deleted",
            "tail of the chain",
            "tail of a batch",
            "batch",
            "swapped",
            "twice",
            "alone",
            "changed",
            "list",
        ],
    )
    def test_edited_line_is_named(self, three_batches: list[int], edit: Any, seq: int, kind: str | None) -> None:
        fault = self.checked(edit(self.lines())).fault
        assert (fault and (fault.seq, fault.kind)) == (kind and (seq, kind)), fault
