"""What allocation and dispatch tell: allotted, released, delivered, returned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from liangcao.foundation.database.bulk import Among, insert_rows
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import record
from liangcao.foundation.kernel.errors import NotFound
from liangcao.operations.demand.actions.locking import lock_organisations
from liangcao.operations.demand.fulfilled import Fulfilled, ServedLine, check_entry
from liangcao.operations.demand.inputs import FulfilmentInput
from liangcao.operations.demand.models import Fulfilment, RequisitionLine


@transaction.atomic
def note_fulfilments(*, entries: Sequence[FulfilmentInput], by: Actor, at: datetime) -> int:
    """Add what happened to lines, any number at once, inside the caller's act (which claims the client's id). Returns
    how many entries were added.

    A line closes when what was delivered, less what came back, reaches the approved quantity, and opens again when
    goods come back, unless a newer open line has taken its place. An issue outside the plan is noted as allotted and
    then as delivered. What happens to a line that has given way is noted on the line in its place, which carries its
    goods (`carry_over`). Call this before posting to the ledger: the lock of the book's head comes last.

    Raises NotFound, Invalid, Conflict LINE_NOT_APPROVED, ALLOTTED_TOO_MUCH, RELEASED_TOO_MUCH, RETURNED_TOO_MUCH.
    """
    if not entries:
        return 0
    wanted = sorted({entry.line_id for entry in entries})
    found = RequisitionLine.objects.visible_to(by).filter(Among("pk", wanted))
    lock_organisations(found.values_list("organisation_id", flat=True).distinct())
    lines = _with_successors(wanted, by=by)
    missing = set(wanted) - set(lines)
    if missing:
        raise NotFound(f"未找到申领明细 {min(missing)}", f"No requisition line {min(missing)}", field="line")
    for bureau_id, organisation_id in sorted({(line.bureau_id, line.organisation_id) for line in lines.values()}):
        guard.check(by, "fulfil", "requisition", bureau_id=bureau_id, organisation_id=organisation_id)
    totals = _totals(lines)
    entries = [_on(_bearer(lines, totals, entry).pk, entry) for entry in entries]
    for row, entry in enumerate(entries, start=1):
        check_entry(lines[entry.line_id], totals[entry.line_id], entry, row)
        totals[entry.line_id] = totals[entry.line_id].plus(entry.kind, entry.quantity)
    insert_rows(
        Fulfilment,
        ("requisition_line_id", "kind", "quantity", "cause_kind", "cause_ref", "at"),
        [(entry.line_id, entry.kind, entry.quantity, entry.cause_kind, entry.cause_ref, at) for entry in entries],
    )
    _close_and_reopen(lines, totals)
    first = lines[entries[0].line_id]
    record(
        by=by, at=at, action="note_fulfilments", object_kind="requisition_line", object_ref=entries[0].cause_ref,
        bureau_id=first.bureau_id, after={"entries": len(entries)},
    )  # fmt: skip
    return len(entries)


def note_fulfilment(
    *, line_id: int, kind: str, quantity: int, cause_kind: str, cause_ref: str, by: Actor, at: datetime
) -> None:
    """Add one entry; see `note_fulfilments`, which is the one to use for many lines."""
    entry = FulfilmentInput(line_id, kind, quantity, cause_kind, cause_ref)
    note_fulfilments(entries=[entry], by=by, at=at)


def carry_over(given_way: Iterable[RequisitionLine], *, at: datetime) -> int:
    """Move what is allotted on lines that give way, and has not arrived, to the lines in their place.

    A unit that asks again while its goods are on the road is then not given them twice. Returns the pieces moved, in
    base units. The caller holds the unit's lock; the lines carry `superseded_by` and their requisitions.
    """
    replaced = list(given_way)
    totals = _totals([line.pk for line in replaced])
    rows = []
    for line in replaced:
        quantity, newer = totals[line.pk].on_way, line.superseded_by
        if quantity and newer:
            moved = {"quantity": quantity, "cause_kind": "requisition", "at": at}
            rows += [
                Fulfilment(requisition_line=line, kind="released", cause_ref=newer.requisition.number, **moved),
                Fulfilment(requisition_line=newer, kind="allotted", cause_ref=line.requisition.number, **moved),
            ]
    Fulfilment.objects.bulk_create(rows)
    return sum(row.quantity for row in rows if row.kind == "allotted")


def _with_successors(line_ids: Iterable[int], *, by: Actor) -> dict[int, ServedLine]:
    """These lines, and those that took the place of the ones that gave way."""
    lines: dict[int, ServedLine] = {}
    wanted = set(line_ids)
    while wanted:
        rows = RequisitionLine.objects.visible_to(by).filter(Among("pk", wanted)).values_list(*ServedLine._fields)
        found = {row[0]: ServedLine._make(row) for row in rows}
        lines |= found
        wanted = {row.superseded_by_id for row in found.values() if row.superseded_by_id} - set(lines)
    return lines


def _bearer(lines: dict[int, ServedLine], totals: dict[int, Fulfilled], entry: FulfilmentInput) -> ServedLine:
    """The line that an entry is noted on. Goods that come back leave the line on which they had arrived."""
    line = lines[entry.line_id]
    while line.superseded_by_id and not (entry.kind == "returned" and totals[line.pk].kept):
        line = lines[line.superseded_by_id]
    return line


def _on(line_id: int, entry: FulfilmentInput) -> FulfilmentInput:
    return entry if entry.line_id == line_id else replace(entry, line_id=line_id)


def _totals(line_ids: Collection[int]) -> dict[int, Fulfilled]:
    sums: dict[int, dict[str, int]] = defaultdict(dict)
    rows = Fulfilment.objects.filter(Among("requisition_line_id", line_ids)).values_list("requisition_line_id", "kind")
    for line_id, kind, total in rows.annotate(total=Sum("quantity")):
        sums[line_id][kind] = total
    return {line_id: Fulfilled(**sums[line_id]) for line_id in line_ids}


def _close_and_reopen(lines: dict[int, ServedLine], totals: dict[int, Fulfilled]) -> None:
    full = {pk for pk, line in lines.items() if totals[pk].fills(line.quantity_approved)}
    closing = [pk for pk, line in lines.items() if line.status == "open" and pk in full]
    RequisitionLine.objects.filter(Among("pk", closing)).update(status="closed")
    short = [line for pk, line in lines.items() if line.status == "closed" and pk not in full]
    if not short:
        return
    taken = _open_places(short)
    approved = RequisitionLine.objects.filter(Among("pk", [line.pk for line in short]), requisition__status="approved")
    in_force = set(approved.values_list("pk", flat=True))
    reopening = [
        line.pk
        for line in short
        if line.pk in in_force
        and (line.in_addition or (line.emergency_id, line.organisation_id, line.item_id) not in taken)
    ]
    RequisitionLine.objects.filter(Among("pk", reopening)).update(status="open")


def _open_places(lines: list[ServedLine]) -> set[tuple[int, int, int]]:
    """(emergency, organisation, item) of these lines that have an open line already."""
    held = RequisitionLine.objects.filter(
        Among("organisation_id", {line.organisation_id for line in lines}),
        Among("item_id", {line.item_id for line in lines}),
        status="open",
        in_addition=False,
    )
    return set(held.values_list("emergency_id", "organisation_id", "item_id"))
