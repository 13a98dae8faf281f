"""A kept file read into the rows of its import: outside in a child process, then written in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from liangcao.foundation.files.paths import path_of
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Refusal
from liangcao.interfaces.intake.catalogue import entries_of
from liangcao.interfaces.intake.importing import queries
from liangcao.interfaces.intake.importing.contents import Ask, Contents, ReadRow, read_contents
from liangcao.interfaces.intake.importing.judging import Judge, name_of, save_alike
from liangcao.interfaces.intake.importing.kinds import importers
from liangcao.interfaces.intake.importing.names import Names, organisations_of, stores_of
from liangcao.interfaces.intake.models import ImportRow, ImportRun
from liangcao.interfaces.intake.reading.files import ChildLimits, in_child
from liangcao.reference.catalog import queries as catalog

# 100,000 rows of 12 columns need 0.4 GB, and 33 s of a machine that does other work too.
LIMITS = ChildLimits(memory_bytes=1536 << 20, seconds=180.0)
_BATCH = 2000
_UNCERTAIN = frozenset({"ITEM_UNSURE", "ITEM_UNKNOWN", "ITEM_MISSING"})


def read_file(
    run: ImportRun,
    by: Actor,
    at: datetime,
    *,
    on_progress: Callable[[int, int], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
) -> Contents:
    """Read the kept file in a child process; nothing is written. Raises Invalid for what cannot be read, Cancelled."""
    content = path_of(run.digest).read_bytes()
    entries, aliases = entries_of(by)
    ask = Ask(
        content=content,
        name=run.file.name,
        kind=run.kind,
        entries=tuple(entries),
        aliases=tuple(aliases),
        layout=run.layout or known_layout(run, by),
        today=business_date(at),
    )
    return in_child(read_contents, ask, limits=LIMITS, on_progress=on_progress, is_cancelled=is_cancelled)


def known_layout(run: ImportRun, by: Actor) -> dict[str, Any]:
    """What columns of known headers meant before, the newest first."""
    held = queries.layouts(by, bureau_id=run.bureau_id, kind=run.kind)[:200]
    return {"tables": list(held.values_list("layout", flat=True))}


@transaction.atomic
def write_rows(run: ImportRun, contents: Contents, *, by: Actor, at: datetime) -> None:
    """Put what was read in the place of what was read before. The caller holds the run's row."""
    ImportRow.objects.visible_to(by).filter(run=run).delete()
    rows = _Rows(run, by).made(contents)
    Judge(run, by, at).judge(rows, twice=frozenset())
    ImportRow.objects.bulk_create(rows, batch_size=_BATCH)
    _judge_twice(run, rows, by, at)
    run.content_digest = contents.digest
    run.layout = contents.layout
    run.rows_read = run.rows_expected = len(rows)
    run.told = {
        "notices": contents.notices,
        "problems": contents.problems,
        "skipped": contents.skipped,
        "skipped_count": contents.skipped_count,
    }
    run.refusal = None
    before = _same_content(run, by)
    run.status, run.same_as = ("known", before) if before is not None else ("read", None)
    run.ended_at = at if before is not None else None
    run.version += 1
    run.save()


def _judge_twice(run: ImportRun, rows: list[ImportRow], by: Actor, at: datetime) -> None:
    """What several rows name alike is known only once all rows are there."""
    judge = Judge(run, by, at)
    same = judge.twice()
    again = [row for row in rows if name_of(judge.importer, row) in same]
    if again:
        judge.judge(again, twice=same)
        save_alike(again, ("status", "reasons"))


def _same_content(run: ImportRun, by: Actor) -> ImportRun | None:
    """The earlier import of the same rows, unless a person has said that they are meant again."""
    if not run.content_digest or run.given.get("again"):
        return None
    held = queries.runs(by, bureau_id=run.bureau_id).filter(
        kind=run.kind, content_digest=run.content_digest, status="imported"
    )
    return held.exclude(pk=run.pk).order_by("-pk").first()


def note_refusal(run: ImportRun, refusal: Refusal) -> None:
    """Say why the file could not be read, or the import was refused."""
    run.refusal = {
        "code": refusal.code,
        "zh": refusal.zh,
        "en": refusal.en,
        "problems": [
            {"code": each.code, "zh": each.zh, "en": each.en, "sheet": each.sheet, "row": each.row}
            for each in refusal.problems[:200]
        ],
    }


class _Rows:
    """Makes rows of what was read; each name is looked up once."""

    def __init__(self, run: ImportRun, by: Actor) -> None:
        self.run = run
        importer = importers()[run.kind]
        self.organisations = organisations_of(by, run.bureau_id) if importer.names_organisation else Names(())
        self.stores = stores_of(by, run.bureau_id) if importer.names_store else Names(())
        self.items = dict(catalog.items(by).filter(is_active=True).values_list("code", "pk"))
        self.importer = importer
        self.found: dict[str, int | None] = {}

    def made(self, contents: Contents) -> list[ImportRow]:
        """The rows, not yet saved."""
        return [self._row(number, each) for number, each in enumerate(contents.rows, start=1)]

    def _row(self, number: int, read: ReadRow) -> ImportRow:
        return ImportRow(
            run=self.run,
            number=number,
            sheet=read.sheet[:100],
            row=read.row,
            written=read.written,
            values=read.values,
            organisation_id=self._organisation(read.values.get("organisation", "")),
            item_id=self._item(read),
            store_id=self.stores.best(read.values.get("store", "")),
            factor=self._factor(read),
            candidates=list(read.candidates),
            told=list(read.reasons),
            status="wrong",
            digest=read.digest,
        )

    def _organisation(self, written: str) -> int | None:
        if not self.importer.names_organisation:
            return None
        if not written:
            return self.run.given.get("organisation")
        if written not in self.found:
            self.found[written] = self.organisations.best(written)
        return self.found[written]

    def _item(self, read: ReadRow) -> int | None:
        if not read.candidates or not _UNCERTAIN.isdisjoint(read.reasons):
            return None
        return self.items.get(read.candidates[0]["code"])

    @staticmethod
    def _factor(read: ReadRow) -> int | None:
        """What the file itself says of the pack that the amount is counted in: 480只/件."""
        count, unit = read.values.get("pack_count", ""), read.values.get("pack_unit")
        is_said = count.isdigit() and unit and unit == read.values.get("unit")
        return int(count) if is_said and 0 < int(count) < 10**6 else None
