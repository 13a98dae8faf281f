"""Returns and sub-issues made through actions."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from liangcao.operations.custody import actions
from liangcao.operations.custody.actions import HolderInput, ReturnInput
from liangcao.operations.custody.models import SubIssue, UnitReturn
from liangcao.reference.parties.models import Organisation
from tests.factories.world import NOON, TODAY, World


def ask_return(world: World, lot: UUID, quantity: int, unit: Organisation | None = None, **more: Any) -> UnitReturn:
    """A unit announces that it gives pieces back."""
    party = unit or world.hospital
    given = {"reason": "用不完", "by": world.requester(party), "at": NOON, "client_id": uuid4()} | more
    return actions.ask_return(organisation_id=party.pk, lines=[ReturnInput(lot, quantity)], **given)


def receive(world: World, held: UnitReturn, *lines: tuple[UUID, int], **more: Any) -> UnitReturn:
    """The storekeeper takes them in."""
    given = {
        "store_id": world.store.pk, "place": "quarantine", "brought_by": "示例送货人", "at": NOON,
        "by": world.actor("storekeeper"), "client_id": uuid4(),
    } | more  # fmt: skip
    return actions.receive_return(return_id=held.pk, lines=[ReturnInput(*line) for line in lines], **given)


def take(world: World, lot: UUID, quantity: int, **more: Any) -> UnitReturn:
    """A unit stands at the counter."""
    given = {
        "organisation_id": world.hospital.pk, "store_id": world.store.pk, "place": "quarantine", "reason": "用不完",
        "brought_by": "示例送货人", "at": NOON, "by": world.actor("storekeeper"), "client_id": uuid4(),
    } | more  # fmt: skip
    return actions.take_return(lines=[ReturnInput(lot, quantity)], **given)


def give_on(
    world: World, lot: UUID, *holders: tuple[Any, ...], unit: Organisation | None = None, **more: Any
) -> list[SubIssue]:
    """A unit gives pieces on: (holder, quantity, telephone)."""
    party = unit or world.hospital
    given = {"given_on": TODAY, "by": world.requester(party), "at": NOON, "client_id": uuid4()} | more
    named = [HolderInput(*holder) for holder in holders]
    return actions.give_on(organisation_id=party.pk, lot_id=lot, holders=named, **given)
