"""Reads of recalls: lists, the holders with what they have, what they answered, what waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Min, OuterRef, QuerySet, Subquery

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import NotFound
from liangcao.foundation.kernel.waiting import Waiting
from liangcao.ledger.holders import came_back, held_by_unit, held_of, lots_like
from liangcao.ledger.kinds import AccountKind
from liangcao.operations.dispatch.models import DeliveryLine
from liangcao.operations.recall.models import Recall, RecallAnswer, RecallHolder, RecallLot

if TYPE_CHECKING:
    from liangcao.ledger.models import Balance, Lot


def recalls(actor: Actor, bureau_id: int) -> QuerySet[Recall]:
    """Recalls in scope with the number of their lots and holders; no order is set."""
    rows = Recall.objects.visible_to(actor).filter(bureau_id=bureau_id).select_related("item")
    return rows.annotate(lot_count=Count("lots", distinct=True), holder_count=Count("holders", distinct=True))


def recall(actor: Actor, recall_id: int) -> Recall:
    """One recall in scope. Raises NotFound."""
    rows = Recall.objects.visible_to(actor).select_related("bureau", "item", "move", "end_move")
    found: Recall | None = rows.filter(pk=recall_id).first()
    if found is None:
        raise NotFound("未找到该召回单,或不在您的范围内", "No such recall within your scope", field="recall")
    return found


def recall_lots(actor: Actor, recall_id: int) -> list[Lot]:
    """The lots of a recall, with their items, oldest arrival first."""
    rows = RecallLot.objects.visible_to(actor).filter(recall_id=recall_id).select_related("lot__item")
    return [row.lot for row in rows.order_by("lot__arrived_on", "lot__code")]


def stopped(lot_ids: Iterable[UUID]) -> dict[UUID, str]:
    """lot → number of the recall that stops it, for actions and pages that have the lot in scope already."""
    rows = RecallLot.objects.filter(lot_id__in=set(lot_ids), is_stopped=True)
    return dict(rows.values_list("lot_id", "recall__number"))


def recalls_of(actor: Actor, lot_ids: Iterable[UUID]) -> dict[UUID, Recall]:
    """lot → the recall in scope that stops it."""
    rows = RecallLot.objects.visible_to(actor).filter(lot_id__in=set(lot_ids), is_stopped=True)
    return {row.lot_id: row.recall for row in rows.select_related("recall")}


def held_by(recall: Recall, organisation_id: int) -> dict[UUID, int]:
    """lot → pieces that a holder has of it by the book."""
    lots = recall.lots.values_list("lot_id", flat=True)
    return held_by_unit(recall.bureau_id, organisation_id, lots)


@dataclass(frozen=True)
class Holder:
    """A unit and one lot: what it has by the book, what is on its way, what it said, what it gave back. Base units."""

    holder: RecallHolder
    lot: Lot
    quantity_held: int
    quantity_on_way: int
    quantity_returned: int
    quantity_left: int | None
    answer: RecallAnswer | None
    state: str
    signed_name: str = ""

    @property
    def organisation(self) -> Any:
        """Whom to ask."""
        return self.holder.organisation


def holders(actor: Actor, recall: Recall, *, names_signer: bool = False) -> list[Holder]:
    """Every unit that had some of the lots when the recall began, lot by lot; with `names_signer` who signed for them
    last, for units without a contact."""
    lots = recall_lots(actor, recall.pk)
    held = _held(actor, recall, lots)
    returned = came_back(actor, recall.bureau_id, [lot.pk for lot in lots], after_seq=recall.move.seq)
    rows = RecallHolder.objects.visible_to(actor).filter(recall=recall).select_related("organisation")
    answers = _answers(actor, recall)
    signers = _signers(actor, lots) if names_signer else {}
    found = []
    for holder in rows.order_by("organisation__pinyin", "organisation__code"):
        unit, answer = holder.organisation_id, answers.get(holder.pk)
        left = {line.lot_id: line.quantity_left for line in answer.lines.all()} if answer else {}
        for lot in lots:
            here, on_way = (
                held.get((AccountKind.RECIPIENT, unit, lot.pk), 0),
                held.get((AccountKind.TRANSIT, unit, lot.pk), 0),
            )
            back = returned.get((unit, lot.pk), 0)
            if here or on_way or back or lot.pk in left:
                state = _state(answer, here=here + on_way, back=back)
                signer = signers.get(unit, "")
                found.append(Holder(holder, lot, here, on_way, back, left.get(lot.pk), answer, state, signer))
    return found


def _signers(actor: Actor, lots: list[Lot]) -> dict[int, str]:
    """unit → who signed for some of the lots last."""
    rows = DeliveryLine.objects.visible_to(actor).filter(lot__in=lots, delivery__signed_at__isnull=False)
    signed = rows.order_by("delivery__signed_at", "delivery_id")
    return dict(signed.values_list("delivery__organisation_id", "delivery__signed_name"))


def about_to_leave(actor: Actor, recall: Recall) -> list[DeliveryLine]:
    """Lines of deliveries that are being picked with some of the lots: they must not go out."""
    lots = recall_lots(actor, recall.pk)
    rows = DeliveryLine.objects.visible_to(actor).filter(lot__in=lots, delivery__status="picking")
    related = rows.select_related("delivery__organisation", "delivery__store", "item", "lot")
    return list(related.order_by("delivery_id", "line"))


def holder_of(actor: Actor, recall: Recall, organisation_id: int) -> RecallHolder | None:
    """The row of one unit, where it is addressed and in scope."""
    rows = RecallHolder.objects.visible_to(actor).filter(recall=recall, organisation_id=organisation_id)
    found: RecallHolder | None = rows.first()
    return found


def last_answer(actor: Actor, holder: RecallHolder) -> RecallAnswer | None:
    """What a holder said last of having stopped."""
    rows = RecallAnswer.objects.visible_to(actor).filter(holder=holder, kind="stopped")
    found: RecallAnswer | None = rows.order_by("-pk").first()
    return found


def _state(answer: RecallAnswer | None, *, here: int, back: int) -> str:
    if not here and back:
        return "done"
    return answer.kind if answer else "open"


def _held(actor: Actor, recall: Recall, lots: list[Lot]) -> dict[tuple[str, int, UUID], int]:
    held: dict[tuple[str, int, UUID], int] = defaultdict(int)
    for row in held_of(actor, recall.bureau_id, [lot.pk for lot in lots]):
        held[row.kind, row.account.party_id, row.lot_id] += row.quantity
    return held


def _answers(actor: Actor, recall: Recall) -> dict[int, RecallAnswer]:
    """holder → what counts: the last word on stopping, or else that he was told."""
    rows = RecallAnswer.objects.visible_to(actor).filter(holder__recall=recall).prefetch_related("lines")
    found: dict[int, RecallAnswer] = {}
    for row in rows.order_by("pk"):
        earlier = found.get(row.holder_id)
        if earlier is None or row.kind == "stopped" or earlier.kind == "told":
            found[row.holder_id] = row
    return found


def in_house(actor: Actor, recall: Recall) -> list[Balance]:
    """What of the lots lies in our stores: free, reserved, in quarantine, unchecked."""
    lots = [lot.pk for lot in recall_lots(actor, recall.pk)]
    rows = held_of(actor, recall.bureau_id, lots).exclude(kind__in=(AccountKind.TRANSIT, AccountKind.RECIPIENT))
    return list(rows.order_by("kind", "account__store__code", "account__party__pinyin", "lot__code"))


def not_covered(actor: Actor, recall: Recall) -> list[Lot]:
    """Lots of the same make or source that no recall stops: they came in after this one began."""
    lots = recall_lots(actor, recall.pk)
    if not lots or recall.status == "lifted":
        return []
    like = lots_like(actor, lots[0], recall.basis)
    known = stopped(lot.pk for lot in like)
    return [lot for lot in like if lot.pk not in known]


def own_recalls(actor: Actor, organisation_id: int) -> list[tuple[RecallHolder, RecallAnswer | None]]:
    """What a unit is asked to do now: recalls under way, each with its own last answer, newest first."""
    rows = RecallHolder.objects.visible_to(actor).filter(organisation_id=organisation_id, recall__status="active")
    held = list(rows.select_related("recall__item").order_by("-recall_id"))
    answers = RecallAnswer.objects.visible_to(actor).filter(holder__in=held, kind="stopped").order_by("pk")
    last = {answer.holder_id: answer for answer in answers}
    return [(holder, last.get(holder.pk)) for holder in held]


def waiting(actor: Actor, *, bureau_id: int | None = None, at: datetime | None = None) -> list[Waiting]:
    """Recalls with a holder that nobody has told and that has not answered."""
    if bureau_id is None or not guard.can(actor, "tell", "recall", bureau_id=bureau_id):
        return []
    silent = RecallHolder.objects.filter(recall=OuterRef("pk"), answers=None).values("pk")[:1]
    rows = Recall.objects.visible_to(actor).filter(bureau_id=bureau_id, status="active")
    rows = rows.annotate(silent=Subquery(silent)).exclude(silent=None)
    count, oldest = rows.aggregate(n=Count("pk"), oldest=Min("began_at")).values()
    if not count:
        return []
    return [
        Waiting(
            "recall_tell",
            "召回中,有单位未回复",
            "recalls that a holder has not answered",
            count,
            oldest,
            "recall_list",
            "status=active",
        )
    ]
