"""Reads of custody: what a unit holds, kept and gave on; returns; the further holders of lots."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Min, QuerySet, Sum
from django.db.models.functions import Coalesce

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import NotFound
from liangcao.foundation.kernel.waiting import Waiting
from liangcao.ledger.holders import held_by_unit, lots_by_id
from liangcao.ledger.holdings import facts_by_lot
from liangcao.operations.custody.models import SubIssue, UnitReturn, UnitReturnLine
from liangcao.reference.parties.queries import organisation

if TYPE_CHECKING:
    from liangcao.ledger.models import Lot


@dataclass(frozen=True)
class Held:
    """What a unit has of a lot by the book, and how much of it it has given on. Base units."""

    lot: Lot
    quantity: int
    given_on: int

    @property
    def left(self) -> int:
        """What the unit kept for itself."""
        return max(0, self.quantity - self.given_on)


def held_by(actor: Actor, organisation_id: int, lot_ids: Iterable[UUID] | None = None) -> list[Held]:
    """The lots that a unit in scope holds, oldest arrival first. Raises NotFound."""
    unit = organisation(actor, organisation_id)
    guard.check(actor, "view", "unit_return", bureau_id=unit.bureau_id, organisation_id=unit.pk)
    held = held_by_unit(unit.bureau_id, unit.pk, lot_ids)
    lots, given = lots_by_id(unit.bureau_id, held), given_on(unit.pk, held)
    return [Held(lots[lot_id], quantity, given.get(lot_id, 0)) for lot_id, quantity in held.items()]


def given_on(organisation_id: int, lot_ids: Iterable[UUID]) -> dict[UUID, int]:
    """lot → pieces that a unit gave on and has not taken back; asked by actions and queries that know the unit."""
    rows = SubIssue.objects.filter(organisation_id=organisation_id, lot_id__in=set(lot_ids))
    sums: dict[UUID, int] = defaultdict(int)
    for sign, part in ((1, rows.filter(reverses=None)), (-1, rows.exclude(reverses=None))):
        for lot_id, total in part.order_by().values_list("lot_id").annotate(Sum("quantity")):
            sums[lot_id] += sign * total
    return {lot_id: total for lot_id, total in sums.items() if total}


def recalled(actor: Actor, bureau_id: int, lot_ids: Iterable[UUID]) -> set[UUID]:
    """Which of these lots are recalled. `actor` reads the book."""
    facts = facts_by_lot(actor, bureau_id, lot_ids, ["recalled"])
    return {lot_id for lot_id, told in facts.items() if told.get("recalled") == "yes"}


@dataclass(frozen=True)
class FurtherHolder:
    """A ward, village or workshop with what it has of a lot by the word of its unit."""

    organisation_id: int
    organisation: object
    lot: Lot
    holder: str
    phone: str
    quantity: int
    last_on: date


def further_holders(
    actor: Actor, lot_ids: Iterable[UUID], *, organisation_id: int | None = None
) -> list[FurtherHolder]:
    """To whom units gave these lots on, and what is still there, by unit, lot and holder."""
    rows = SubIssue.objects.visible_to(actor).filter(lot_id__in=set(lot_ids))
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    sums: dict[tuple[int, UUID, str], list[SubIssue]] = defaultdict(list)
    for row in rows.select_related("organisation", "lot__item").order_by("recorded_at", "pk"):
        sums[row.organisation_id, row.lot_id, row.holder].append(row)
    found = [_further(group) for group in sums.values()]
    return sorted(
        (row for row in found if row.quantity), key=lambda r: (r.organisation_id, r.lot.code, r.holder)
    )  # fmt: skip


def _further(group: list[SubIssue]) -> FurtherHolder:
    last = group[-1]
    phones = [row.phone for row in group if row.phone]
    total = sum(-row.quantity if row.reverses_id else row.quantity for row in group)
    return FurtherHolder(
        last.organisation_id, last.organisation, last.lot, last.holder, phones[-1] if phones else "", total,
        max(row.given_on for row in group),
    )  # fmt: skip


def sub_issues(
    actor: Actor, bureau_id: int, *, organisation_id: int | None = None, lot_id: UUID | None = None
) -> QuerySet[SubIssue]:
    """Sub-issues in scope with what of each was taken back (`quantity_back`), counter-entries left out; no order."""
    rows = SubIssue.objects.visible_to(actor).filter(bureau_id=bureau_id, reverses=None)
    wanted = {"organisation_id": organisation_id, "lot_id": lot_id}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    rows = rows.select_related("organisation", "lot__item")
    return rows.annotate(quantity_back=Coalesce(Sum("reversals__quantity"), 0))


def sub_issue(actor: Actor, sub_issue_id: int) -> SubIssue:
    """One sub-issue in scope. Raises NotFound."""
    rows = (
        SubIssue.objects.visible_to(actor).filter(reverses=None).select_related("organisation", "lot__item", "bureau")
    )
    rows = rows.annotate(quantity_back=Coalesce(Sum("reversals__quantity"), 0))
    found: SubIssue | None = rows.filter(pk=sub_issue_id).first()
    if found is None:
        raise NotFound("未找到这笔分发,或不在您的范围内", "No such sub-issue within your scope", field="sub_issue")
    return found


def returns(actor: Actor, bureau_id: int, *, organisation_id: int | None = None) -> QuerySet[UnitReturn]:
    """Returns in scope; no order is set."""
    rows = UnitReturn.objects.visible_to(actor).filter(bureau_id=bureau_id)
    if organisation_id is not None:
        rows = rows.filter(organisation_id=organisation_id)
    return rows.select_related("organisation", "store").annotate(line_count=Count("lines"))


def unit_return(actor: Actor, return_id: int) -> UnitReturn:
    """One return in scope. Raises NotFound."""
    related = ("bureau", "organisation", "store", "move", "reversal")
    found: UnitReturn | None = (
        UnitReturn.objects.visible_to(actor).select_related(*related).filter(pk=return_id).first()
    )
    if found is None:
        raise NotFound("未找到该退回单,或不在您的范围内", "No such return within your scope", field="return")
    return found


def return_lines(actor: Actor, return_id: int) -> list[UnitReturnLine]:
    """The lines of a return with lots and items, in order."""
    rows = UnitReturnLine.objects.visible_to(actor).filter(unit_return_id=return_id)
    return list(rows.select_related("lot__item").order_by("line"))


def waiting(actor: Actor, *, bureau_id: int | None = None, at: datetime | None = None) -> list[Waiting]:
    """Returns that units announced and nobody has taken in."""
    if bureau_id is None or not guard.can(actor, "receive", "unit_return", bureau_id=bureau_id):
        return []
    rows = UnitReturn.objects.visible_to(actor).filter(bureau_id=bureau_id, status="asked")
    count, oldest = rows.aggregate(n=Count("pk"), oldest=Min("asked_at")).values()
    names = ("unit_return_receive", "待收回的退货", "returns to take in")
    return [Waiting(*names, count, oldest, "return_list", "status=asked")] if count else []
