"""Needs: one requisition for each unit and day it is needed by."""

from __future__ import annotations

from liangcao.foundation.kernel.errors import Refusal, raise_all
from liangcao.interfaces.intake.importing.judging import Judge, day_in, number_of, quantity_of
from liangcao.interfaces.intake.importing.kinds import REQUESTED, URGENCY, Importer, Made, Taking
from liangcao.interfaces.intake.importing.phones import phone_of
from liangcao.interfaces.intake.importing.taking.documents import grouped, located
from liangcao.interfaces.intake.models import ImportRow
from liangcao.operations.demand.actions import RequisitionLineInput, file_requisition
from liangcao.reference.catalog.queries import items_by_id

_URGENCIES = ("critical", "urgent", "normal")


def check(judge: Judge, row: ImportRow) -> list[str]:
    """A day that is past cannot be met any more."""
    day = day_in(row, "needed_by")
    return ["NEEDED_BY_PAST"] if day is not None and day < judge.today else []


def take(taking: Taking) -> None:
    """File the requisitions. Raises what `file_requisition` refuses, each with its row of the file."""
    items = items_by_id(row.item_id for row in taking.rows if row.item_id)
    problems: list[Refusal] = []
    asked: set[tuple[int, int]] = set()
    for (organisation_id, needed_by), part, rows in grouped(
        taking.rows, lambda row: (row.organisation_id, day_in(row, "needed_by"))
    ):
        lines = []
        for row in rows:
            key = (organisation_id, row.item_id or 0)
            lines.append(
                RequisitionLineInput(
                    item_id=row.item_id or 0,
                    quantity=quantity_of(row, items[row.item_id or 0]),
                    on_hand=_told(row, "on_hand"),
                    daily_use=_told(row, "daily_use"),
                    in_addition=key in asked,
                )
            )
            asked.add(key)
        with located(rows, problems):
            filed = file_requisition(
                bureau_id=taking.run.bureau_id,
                organisation_id=organisation_id,
                lines=lines,
                channel="import",
                caller=taking.run.sender,
                received_at=taking.at,
                needed_by=needed_by,
                urgency=_urgency(taking, rows),
                note=_note(rows),
                by=taking.by,
                at=taking.at,
                client_id=taking.key("requisition", organisation_id, needed_by, part),
            )
            taking.made.append(Made("requisition", filed.pk, filed.number, tuple(rows)))
    raise_all(problems)


def _told(row: ImportRow, key: str) -> int | None:
    number = number_of(row.values.get(key, ""))
    return int(number) if number is not None and number >= 0 and number == int(number) else None


def _urgency(taking: Taking, rows: list[ImportRow]) -> str:
    """The most urgent of the rows; else what was said of the whole."""
    told = {row.values.get("urgency") for row in rows}
    return next((name for name in _URGENCIES if name in told), taking.run.given.get(URGENCY, "normal"))


def _note(rows: list[ImportRow]) -> str:
    """What the rows remark, each thing once, as far as it fits."""
    told = dict.fromkeys(text for row in rows for key in ("contact", "remark") if (text := _said(row, key)))
    return ";".join(told)[:500]


def _said(row: ImportRow, key: str) -> str:
    text = row.values.get(key, "").strip()
    return phone_of(text) if key == "contact" else text


IMPORTERS = (
    Importer(
        kind="requisitions",
        act=("requisition", "file"),
        take=take,
        fields=("organisation", "item", "quantity", "unit", "needed_by", "on_hand", "daily_use", "contact", "remark"),
        needs=("sender",),
        may=(URGENCY,),
        flows=frozenset({REQUESTED}),
        names_organisation=True,
        names_item=True,
        may_be_unknown=True,
        check=check,
    ),
)
