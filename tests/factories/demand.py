"""Requisitions made through actions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from liangcao.foundation.identity.actor import Actor
from liangcao.operations.demand import actions, queries
from liangcao.operations.demand.inputs import ApprovalLine, RequisitionLineInput
from liangcao.operations.demand.models import Fulfilment, Requisition, RequisitionLine
from liangcao.reference.catalog.models import Item
from liangcao.reference.parties.models import Organisation
from tests.factories.world import NOON, World


def make_requisition(
    world: World,
    organisation: Organisation | None = None,
    *asked: tuple[Item, int | None],
    at: datetime = NOON,
    by: Actor | None = None,
    **more: Any,
) -> Requisition:
    """A requisition of a unit through the portal: (item, quantity) pairs, 1,000 masks unless said otherwise."""
    unit = organisation or world.hospital
    lines = [RequisitionLineInput(item.pk, quantity) for item, quantity in asked or [(world.mask, 1_000)]]
    arguments = {"client_id": uuid4(), "lines": lines} | more
    return actions.file_requisition(
        bureau_id=world.bureau.pk,
        organisation_id=unit.pk,
        by=by or world.requester(unit),
        at=at,
        **arguments,
    )


def approve(
    world: World, requisition: Requisition, *quantities: int | None, at: datetime = NOON, **more: Any
) -> Requisition:
    """Approve as asked, or with these quantities by line; a cut carries a reason."""
    held = list(requisition.lines.order_by("line"))
    given = list(quantities) or [line.quantity_requested for line in held]
    lines = [
        ApprovalLine(line.pk, quantity, "按库存核减" if quantity is not None else "")
        for line, quantity in zip(held, given, strict=True)
    ]
    arguments = {"lines": lines, "by": world.actor("allocator"), "client_id": uuid4()} | more
    return actions.approve_requisition(requisition_id=requisition.pk, at=at, **arguments)


def make_requisition_line(
    world: World, organisation: Organisation | None = None, quantity: int | None = 1_000, **more: Any
) -> RequisitionLine:
    """One approved, open line of masks with its sums."""
    made = approve(world, make_requisition(world, organisation, (world.mask, quantity), **more))
    return queries.line(world.system, made.lines.get().pk)


def make_fulfilment(world: World, line: RequisitionLine, kind: str, quantity: int, at: datetime = NOON) -> Fulfilment:
    """Something that happened to a line."""
    actions.note_fulfilment(
        line_id=line.pk, kind=kind, quantity=quantity, cause_kind="test", cause_ref="t", by=world.system, at=at
    )
    return Fulfilment.objects.latest("pk")
