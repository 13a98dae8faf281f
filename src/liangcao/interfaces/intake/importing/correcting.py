"""A person's part: correct a row (and all that are written alike), confirm, leave out, take in again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, settle
from liangcao.foundation.kernel.errors import Conflict, Invalid, NotFound, Refusal, collected, raise_all
from liangcao.foundation.kernel.text import check_text
from liangcao.interfaces.intake.importing import queries
from liangcao.interfaces.intake.importing.actions import check_open, locked_run, note
from liangcao.interfaces.intake.importing.judging import Judge, name_of, save_alike
from liangcao.interfaces.intake.importing.kinds import Importer, importers
from liangcao.interfaces.intake.importing.reasons import FOUND_ANEW, is_hard
from liangcao.interfaces.intake.models import ImportRow, ImportRun
from liangcao.reference.catalog import actions as catalog_actions
from liangcao.reference.catalog import queries as catalog
from liangcao.reference.parties import queries as parties

FACTOR_MOST = 1_000_000
_LONGEST_VALUE = 500
_DAYS = ("needed_by", "made", "expiry")
_JUDGED = ("reasons", "status")
_CHANGED = ("organisation_id", "item_id", "store_id", "factor", "told", "settled", "status", "changed_by")


@dataclass(frozen=True)
class Correction:
    """What a person makes of a row. `values`: texts by key, only those that are given change. `organisation_id`,
    `item_id`, `store_id`, `factor`: None leaves them. `alike`: names that are written alike in other rows are corrected
    there too. `as_alias`: the item's name as written is recorded as an alias. `no_factor`: what was said of the pack's
    pieces is taken back."""

    values: Mapping[str, str]
    organisation_id: int | None = None
    item_id: int | None = None
    store_id: int | None = None
    factor: int | None = None
    alike: bool = False
    as_alias: bool = False
    no_factor: bool = False


@transaction.atomic
def correct_row(
    *, run_id: int, row_id: int, correction: Correction, version: int | None = None,
    by: Actor, at: datetime, client_id: UUID,
) -> ImportRow:  # fmt: skip
    """Correct a row: what a person has looked over is taken at his word, but for what cannot be imported at all.

    Raises Invalid with all problems at once, NotFound, Conflict STATE_CONFLICT, CHANGED_MEANWHILE.
    """
    run = locked_run(by, run_id, version)
    body = {"run": run_id, "row": row_id, "correction": correction}
    done = claim(client_id=client_id, action="correct_import_row", body=body, by=by, at=at)
    if done:
        return queries.row(by, run_id, int(done))
    check_open(run)
    importer, row = importers()[run.kind], queries.row(by, run_id, row_id)
    checked = _checked(importer, correction, by, run.bureau_id)
    before = _shown(row)
    touched = [row, *_alike(run, row, checked, by)] if correction.alike else [row]
    _put(importer, row, checked, by)
    row.save(update_fields=["values"])
    if correction.alike:
        for other in touched[1:]:
            _put_names(other, row, checked, by)
    if correction.as_alias:
        _learn(row, by, at)
    _judge_and_save(run, touched, [before["name"]], by=by, at=at)
    _bump(run)
    note(
        "correct_import_row", run, by=by, at=at,
        before={"row": row.row, **before["told"]}, after={"rows": len(touched), **_shown(row)["told"]},
    )  # fmt: skip
    settle(client_id=client_id, ref=str(row.pk))
    return row


@transaction.atomic
def confirm_rows(
    *, run_id: int, row_ids: Sequence[int] = (), reason: str = "", version: int | None = None,
    by: Actor, at: datetime, client_id: UUID,
) -> int:  # fmt: skip
    """Say that rows are right as they stand: those named, else all that wait; with `reason` only for this one. What
    must be corrected stays so. Returns how many rows were confirmed. Raises NotFound, Conflict."""
    return _in_bulk(
        "confirm_import_rows", _confirm, run_id, row_ids, reason, version, ("confirm",), by, at, client_id,
        fits=lambda row, reason: bool(_confirmable(row, reason)),
    )  # fmt: skip


@transaction.atomic
def leave_out_rows(
    *, run_id: int, row_ids: Sequence[int] = (), reason: str = "", version: int | None = None,
    by: Actor, at: datetime, client_id: UUID,
) -> int:  # fmt: skip
    """Do not import rows: those named, else all with `reason`, else all that are not good. Returns how many. Raises
    NotFound, Conflict."""
    wanted = ("good", "confirm", "wrong") if row_ids or reason else ("confirm", "wrong")
    return _in_bulk("leave_out_import_rows", _leave_out, run_id, row_ids, reason, version, wanted, by, at, client_id)


@transaction.atomic
def take_in_rows(
    *, run_id: int, row_ids: Sequence[int] = (), reason: str = "", version: int | None = None,
    by: Actor, at: datetime, client_id: UUID,
) -> int:  # fmt: skip
    """Import rows after all that were left out. Returns how many. Raises NotFound, Conflict."""
    return _in_bulk("take_in_import_rows", _take_in, run_id, row_ids, reason, version, ("left_out",), by, at, client_id)


def judge_all(run: ImportRun, *, by: Actor, at: datetime) -> None:
    """Judge every row anew, after something was said of the whole. The caller holds the run's row."""
    importer, judge = importers()[run.kind], Judge(run, by, at)
    usual = run.given.get("organisation")
    rows = list(queries.rows_of(by, run.pk).exclude(status="done"))
    nameless = [row for row in rows if importer.names_organisation and not row.values.get("organisation")]
    for row in nameless:
        row.organisation_id = usual
    # Saved first: who stands there now may stand there twice.
    save_alike(nameless, ("organisation_id",))
    same = judge.twice()
    for first in range(0, len(rows), 2000):
        part = rows[first : first + 2000]
        judge.judge(part, twice=same)
        save_alike(part, _JUDGED)


def _in_bulk(
    action: str, change: Any, run_id: int, row_ids: Sequence[int], reason: str, version: int | None,
    statuses: tuple[str, ...], by: Actor, at: datetime, client_id: UUID, *, fits: Any = lambda _row, _reason: True,
) -> int:  # fmt: skip
    run = locked_run(by, run_id, version)
    body = {"run": run_id, "rows": list(row_ids), "reason": reason}
    done = claim(client_id=client_id, action=action, body=body, by=by, at=at)
    if done:
        return int(done)
    check_open(run)
    found = queries.rows_of(by, run_id, reason=reason).filter(status__in=statuses)
    rows = [row for row in (found.filter(pk__in=row_ids) if row_ids else found) if fits(row, reason)]
    if not rows:
        raise Conflict(
            "NO_ROWS", "没有可以这样处理的行,请刷新后再试", "There are no rows to do this to; reload and try again"
        )
    for row in rows:
        change(row, reason)
        row.changed_by = by.name
    _judge_and_save(run, rows, (), by=by, at=at)
    _bump(run)
    note(action, run, by=by, at=at, after={"rows": len(rows), "reason": reason})
    settle(client_id=client_id, ref=str(len(rows)))
    return len(rows)


def _confirmable(row: ImportRow, reason: str) -> list[str]:
    """What a person can confirm of a row, or of one reason."""
    return [code for code in row.reasons if not is_hard(code) and reason in ("", code)]


def _confirm(row: ImportRow, reason: str) -> None:
    row.settled = [*row.settled, *_confirmable(row, reason)]


def _leave_out(row: ImportRow, _reason: str) -> None:
    row.status = "left_out"


def _take_in(row: ImportRow, _reason: str) -> None:
    row.status = "wrong"


def _bump(run: ImportRun) -> None:
    run.version += 1
    run.save(update_fields=["version"])


def _judge_and_save(run: ImportRun, rows: list[ImportRow], names: Iterable[Any], *, by: Actor, at: datetime) -> None:
    """Judge changed rows, and the others of the same names, which they may have stood twice with."""
    save_alike(rows, _CHANGED)
    judge = Judge(run, by, at)
    same = judge.twice()
    changed = {row.pk for row in rows}
    touched = {name for name in (*names, *(name_of(judge.importer, row) for row in rows)) if name is not None}
    mates = _mates(run, judge.importer, touched, changed, by)
    judge.judge([*rows, *mates], twice=same)
    save_alike([*rows, *mates], _JUDGED)


def _mates(
    run: ImportRun, importer: Importer, names: set[tuple[Any, ...]], changed: set[int], by: Actor
) -> list[ImportRow]:
    """Rows that were not changed and stand under one of the names."""
    if not names or (importer.flows is not None and importer.kind != "requisitions"):
        return []
    found = queries.rows_of(by, run.pk).exclude(status__in=("left_out", "done"))
    if importer.flows is not None:
        found = found.filter(item_id__in={name[1] for name in names})
    return [row for row in found if row.pk not in changed and name_of(importer, row) in names]


def _checked(importer: Importer, correction: Correction, by: Actor, bureau_id: int) -> Correction:
    """The correction with known things and clean texts. Raises all problems at once."""
    problems: list[Refusal] = []
    values: dict[str, str] = {}
    for key, value in correction.values.items():
        with collected(problems):
            if key not in importer.fields:
                raise Invalid("FIELD_UNKNOWN", f"没有“{key[:40]}”这一项", f'There is no "{key[:40]}"', field=key)
            values[key] = check_text(value, field=key, zh="内容", en="text", longest=_LONGEST_VALUE)
            if key in _DAYS and values[key]:
                _check_day(key, values[key])
    with collected(problems):
        if correction.organisation_id is not None:
            parties.organisation(by, correction.organisation_id, bureau_id=bureau_id)
    with collected(problems):
        if correction.store_id is not None:
            parties.store(by, correction.store_id, bureau_id=bureau_id)
    with collected(problems):
        if correction.item_id is not None and not catalog.items(by).filter(pk=correction.item_id).exists():
            raise NotFound("目录里没有这种物资", "No such item in the catalogue", field="item")
    if correction.factor is not None and not 0 < correction.factor <= FACTOR_MOST:
        problems.append(
            Invalid(
                "FACTOR_INVALID",
                f"每单位件数须为 1–{FACTOR_MOST:,} 的整数",
                f"Pieces in a unit are a whole number from 1 to {FACTOR_MOST:,}",
                field="factor",
            )
        )
    raise_all(problems)
    return Correction(
        values, correction.organisation_id, correction.item_id, correction.store_id, correction.factor,
        correction.alike, correction.as_alias, correction.no_factor,
    )  # fmt: skip


def _check_day(key: str, text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise Invalid(
            "DATE_INVALID",
            f"日期“{text}”不对,要写成 2020-02-03",
            f'"{text}" is not a date; write 2020-02-03',
            field=key,
        ) from None


def _put(importer: Importer, row: ImportRow, correction: Correction, by: Actor) -> None:
    """A row that a person has looked over: the reader's doubts are settled, and so is the direction."""
    values = {**row.values, **correction.values}
    unit_changes = values.get("unit", "") != row.values.get("unit", "")
    if importer.flows is not None and values.get("flow") not in importer.flows:
        values["flow"] = sorted(importer.flows)[0]
    values.pop("per", None)
    row.values = {key: value for key, value in values.items() if value}
    row.told = []
    if unit_changes or correction.no_factor:
        row.factor = None
    row.organisation_id = correction.organisation_id or row.organisation_id
    row.item_id = correction.item_id or row.item_id
    row.store_id = correction.store_id or row.store_id
    row.factor = correction.factor or row.factor
    row.changed_by = by.name
    row.settled = [code for code in row.reasons if not is_hard(code)]
    row.status = "wrong"


def _alike(run: ImportRun, row: ImportRow, correction: Correction, by: Actor) -> list[ImportRow]:
    """The other rows that write the same name of what was corrected."""
    written = {
        "organisation": correction.organisation_id, "item": correction.item_id, "store": correction.store_id,
        "unit": 0 if correction.no_factor else correction.factor,
    }  # fmt: skip
    keys = [key for key, value in written.items() if value is not None and row.values.get(key)]
    if not keys:
        return []
    found = queries.rows_of(by, run.pk).exclude(pk=row.pk).exclude(status__in=("left_out", "done"))
    return [other for other in found if any(other.values.get(key) == row.values[key] for key in keys)]


def _put_names(other: ImportRow, row: ImportRow, correction: Correction, by: Actor) -> None:
    """What was said of a name, in another row that writes it so."""
    for key, value in (
        ("organisation", correction.organisation_id), ("item", correction.item_id), ("store", correction.store_id),
    ):  # fmt: skip
        if value is not None and other.values.get(key) == row.values.get(key):
            setattr(other, f"{key}_id", value)
    same_unit = other.values.get("unit") == row.values.get("unit") and other.item_id == row.item_id
    if (correction.factor is not None or correction.no_factor) and same_unit:
        other.factor = correction.factor
    other.told = [code for code in other.told if code not in FOUND_ANEW]
    other.changed_by = by.name


def _learn(row: ImportRow, by: Actor, at: datetime) -> None:
    """Record what the file calls the item; a name that means something already stays as it is."""
    written = row.values.get("item", "")[:80]
    if row.item_id is None or not written or not guard.can(by, "alias", "item", bureau_id=row.run.bureau_id):
        return
    with suppress(Conflict, Invalid), transaction.atomic():
        catalog_actions.add_alias(item_id=row.item_id, alias=written, note=row.run.number, by=by, at=at)


def _shown(row: ImportRow) -> dict[str, Any]:
    """A row as the journal says it, and the name it stands under."""
    told = {
        "item": row.item.code if row.item else "",
        "organisation": row.organisation.code if row.organisation else "",
        "quantity": row.values.get("quantity", ""),
        "unit": row.values.get("unit", ""),
    }
    return {"name": name_of(importers()[row.run.kind], row), "told": told}
