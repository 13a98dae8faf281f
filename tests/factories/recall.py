"""Recalls made through actions."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from liangcao.ledger.entries import AccountRef, PostingLine
from liangcao.operations.recall import actions
from liangcao.operations.recall.models import Recall
from liangcao.reference.parties.models import Organisation
from tests.factories.world import NOON, World

NOTICE = "立即停用,原箱封存,等候收回"


def give(world: World, lot: UUID, quantity: int, unit: Organisation | None = None, *, signed: bool = True) -> None:
    """Goods of a lot go to a unit; unless `signed`, they are still on their way."""
    party = (unit or world.hospital).pk
    on_way = AccountRef("transit", world.store.pk, party)
    world.post("issue", PostingLine(lot, world.stock(), on_way, quantity))
    if signed:
        world.post("delivery", PostingLine(lot, on_way, AccountRef("recipient", 0, party), quantity))


def recall(world: World, lot: UUID, *, role: str = "inspector", **more: Any) -> Recall:
    """Somebody recalls a lot."""
    given: dict[str, Any] = {"basis": "lot", "reason": "抽检不合格", "notice": NOTICE, "client_id": uuid4()} | more
    return actions.begin_recall(lot_id=lot, by=world.actor(role), at=NOON, **given)


def answer(world: World, held: Recall, unit: Organisation, *lines: tuple[UUID, int], **more: Any) -> Any:
    """A holder says what is left."""
    given = {"by": world.requester(unit), "at": NOON, "client_id": uuid4()} | more
    return actions.answer_recall(recall_id=held.pk, organisation_id=unit.pk, lines=lines, **given)


def end(do: Any, world: World, held: Recall, *, role: str = "leader", **more: Any) -> Recall:
    """Lifted or closed."""
    given = {"reason": "复检合格", "client_id": uuid4()} | more
    done: Recall = do(recall_id=held.pk, by=world.actor(role), at=NOON, **given)
    return done
