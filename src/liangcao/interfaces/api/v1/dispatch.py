"""Deliveries: pick lists, hand-over, receipt by the unit, differences; emergency issues and their papers."""

from __future__ import annotations

from base64 import b64decode
from functools import partial
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.urls import reverse
from ninja import Query, Router, Status
from pydantic import Field, StrictInt

from liangcao.foundation.files.pictures import MOST_BYTES
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import Invalid
from liangcao.interfaces.api.v1.doors import KEYED, Body, Door, RowFilter, RowId, enter, entered, key_of
from liangcao.interfaces.api.v1.names import items_by_code, organisation_id, store_id
from liangcao.interfaces.api.v1.paging import Page, PageFilters, page
from liangcao.operations.allocation.queries import plan as plan_in_scope
from liangcao.operations.dispatch import actions, proof_queries, queries
from liangcao.operations.dispatch.links import link_secret
from liangcao.operations.dispatch.proof import PHOTOS_MOST, shown

router = Router(tags=["dispatch"])


class DeliveryFilters(PageFilters):
    """Deliveries by state or plan."""

    status: Literal["", "picking", "in_transit", "signed", "settled", "cancelled"] = ""
    plan: RowFilter | None = None


class PreparationIn(Body):
    """Make the pick lists of a published plan: one delivery for each store and unit."""

    plan: RowId


class CarrierIn(Body):
    """The organisation that is to fetch and bring the goods; null takes the name back."""

    carrier_organisation_id: RowId | None = Field(examples=[12])


class HandOverIn(Body):
    """Who carries the goods away: driver or vehicle, an organisation that carries, or both. Without
    `carrier_organisation_id` the one that was assigned stays; null: a carrier that is not registered."""

    carrier: str = Field("", max_length=60, examples=["示例车 1"])
    carrier_organisation_id: RowId | None = None


Picture = Annotated[str, Field(max_length=MOST_BYTES * 4 // 3 + 4)]


class SignedLineIn(Body):
    """What the unit says of one line: good + short + damaged = sent."""

    line: StrictInt
    quantity_good: StrictInt = Field(ge=0)
    quantity_short: StrictInt = Field(0, ge=0)
    quantity_damaged: StrictInt = Field(0, ge=0)
    reason: str = Field("", max_length=200)


class ReceiptIn(Body):
    """The unit's receipt; without lines everything came whole."""

    signed_name: str = Field(max_length=60, examples=["药剂科"])
    lines: list[SignedLineIn] | None = None
    signature: Picture = Field("", description="The drawn name: a picture (PNG, JPEG, WebP) in base64")
    photos: list[Picture] = Field([], max_length=PHOTOS_MOST, description="Pictures in base64")


class SettledLineIn(Body):
    """What became of a difference."""

    line: StrictInt
    outcome: Literal["returned", "quarantine", "lost"]
    part: Literal["", "short", "damaged"] = ""


class SettlementIn(Body):
    """Settle the differences of a delivery."""

    lines: list[SettledLineIn] = Field(min_length=1, max_length=2000)
    reason: str = Field(max_length=200)


class EmergencyLineIn(Body):
    """Pieces of an item, in base units; lots are chosen first expired, first out."""

    item: str = Field(max_length=30)
    quantity: StrictInt


class EmergencyIn(Body):
    """先发后补: goods now on a leader's word, papers within 24 hours."""

    store: str = Field(max_length=30)
    organisation: str = Field(max_length=30)
    lines: list[EmergencyLineIn] = Field(min_length=1, max_length=200)
    leader: str = Field(max_length=60)
    reason: str = Field(max_length=200)
    limit_note: str = Field(max_length=200, description="What the word covers: how much, until when")
    carrier: str = Field("", max_length=60)
    carrier_organisation_id: RowId | None = None
    bureau: str | None = None


class PapersIn(Body):
    """The papers of an emergency issue."""

    papers_ref: str = Field(max_length=80)
    requisition_line: RowId | None = None


class CancelIn(Body):
    """Why a delivery does not go."""

    reason: str = Field(max_length=200)


def show_delivery(actor: Actor, delivery: Any) -> dict[str, Any]:
    """A delivery without its lines. Who only brings it does not see where the goods come from and what was signed;
    a township does not see who signed."""
    origin, carrier = _reads(actor, delivery, "origin"), delivery.carrier_organisation
    names_signer = guard.may_read(
        actor, "delivery", "receipt", bureau_id=delivery.bureau_id, organisation_id=delivery.organisation_id
    )
    return {
        "id": delivery.pk,
        "number": delivery.number,
        "status": delivery.status,
        "store": delivery.store.code,
        "store_name": delivery.store.name,
        "store_address": delivery.store.address,
        "organisation": delivery.organisation.code,
        "organisation_name": delivery.organisation.name,
        "organisation_address": delivery.organisation.address,
        "plan": delivery.plan.number if delivery.plan and origin else None,
        "is_emergency": delivery.is_emergency,
        "papers_due_at": delivery.papers_due_at.isoformat() if delivery.papers_due_at and origin else None,
        "papers_ref": delivery.papers_ref if origin else None,
        "carrier": delivery.carrier,
        "carrier_organisation_id": delivery.carrier_organisation_id,
        "carrier_organisation_name": carrier.name if carrier else None,
        "handed_over_at": delivery.handed_over_at.isoformat() if delivery.handed_over_at else None,
        "signed_at": delivery.signed_at.isoformat() if delivery.signed_at else None,
        "signed_name": delivery.signed_name if names_signer else None,
    }


def _reads(actor: Actor, delivery: Any, field: str) -> bool:
    return guard.may_read(queries.reader_of(actor, delivery), "delivery", field, bureau_id=delivery.bureau_id)


def show_delivery_whole(door: Door, delivery_id: int) -> dict[str, Any]:
    """A delivery with its lines, in base units."""
    delivery = queries.delivery(door.actor, delivery_id)
    origin, receipt = _reads(door.actor, delivery, "origin"), _reads(door.actor, delivery, "receipt")
    lines = [
        {
            "id": line.pk,
            "line": line.line,
            "item": line.item.code,
            "unit": line.item.base_unit,
            "lot_code": line.lot.code if origin else None,
            "quantity": line.quantity,
            "quantity_good": line.quantity_good if receipt else None,
            "quantity_short": line.quantity_short if receipt else None,
            "quantity_damaged": line.quantity_damaged if receipt else None,
            "reason": line.difference_reason if receipt else None,
        }
        for line in queries.delivery_lines(door.actor, [delivery_id])
    ]
    may_send = not door.actor.is_outside and delivery.status in ("picking", "in_transit")
    link = {"receipt_link": reverse("receipt_by_link", args=[link_secret(delivery)])} if may_send else {}
    proof = {"receipt": show_receipt(door.actor, delivery_id)} if receipt else {}
    return show_delivery(door.actor, delivery) | {"lines": lines} | proof | link


def picture_in(sent: str, field: str, row: int | None = None) -> bytes:
    """The bytes of a picture. Raises Invalid PICTURE_NOT_BASE64."""
    try:
        return b64decode(sent, validate=True)
    except ValueError:
        raise Invalid(
            "PICTURE_NOT_BASE64", "图片须是 base64 文本", "The picture is not base64", field=field, row=row
        ) from None


def show_receipt(actor: Actor, delivery_id: int) -> dict[str, Any] | None:
    """By which door a unit signed, and the ids of what it showed."""
    receipt = proof_queries.receipt_of(actor, delivery_id)
    if receipt is None:
        return None
    photos = [photo.pk for photo in proof_queries.photos_of(actor, delivery_id) if photo.dispute_id is None]
    return {"door": receipt.door, "signature": receipt.pk if receipt.signature_id else None, "photos": photos}


def door_of_delivery(request: HttpRequest, delivery_id: int) -> Door:
    """The door of the bureau whose delivery this is. Raises NotFound."""
    return enter(request, queries.delivery(request.auth, delivery_id).bureau.code)  # type: ignore[attr-defined]


@router.get("/deliveries", response=Page)
def list_deliveries(request: HttpRequest, filters: Query[DeliveryFilters]) -> dict[str, Any]:
    """Deliveries in scope, newest first: a unit sees its own, a township those of its division, a carrier what it
    carries."""
    door = entered(request, filters.bureau, "delivery")
    rows = queries.deliveries(door.actor, bureau_id=door.bureau_id, status=filters.status or None, plan_id=filters.plan)
    return page(rows, filters, partial(show_delivery, door.actor), newest_first=True)


@router.get("/deliveries/{int:delivery_id}", response=dict)
def get_delivery(request: HttpRequest, delivery_id: int) -> dict[str, Any]:
    """One delivery with its lines."""
    found = queries.delivery(request.auth, delivery_id)  # type: ignore[attr-defined]
    door = enter(request, found.bureau.code)
    guard.check(queries.reader_of(door.actor, found), "view", "delivery", bureau_id=door.bureau_id)
    return show_delivery_whole(door, delivery_id)


@router.post("/deliveries", response={201: list[dict]}, openapi_extra=KEYED)
def prepare_deliveries(request: HttpRequest, body: PreparationIn) -> Status:
    """Make the deliveries of a published plan."""
    door = enter(request, plan_in_scope(request.auth, body.plan).bureau.code)  # type: ignore[attr-defined]
    made = actions.prepare_deliveries(plan_id=body.plan, client_id=key_of(request), **door.who_and_when)
    return Status(201, [show_delivery_whole(door, delivery.pk) for delivery in made])


@router.post("/deliveries/{int:delivery_id}/carrier", response={201: dict}, openapi_extra=KEYED)
def assign_carrier(request: HttpRequest, delivery_id: int, body: CarrierIn) -> Status:
    """Say which organisation fetches the goods; until they leave, another can be named."""
    door = door_of_delivery(request, delivery_id)
    actions.assign_carrier(delivery_id=delivery_id, client_id=key_of(request), **body.model_dump(), **door.who_and_when)
    return Status(201, show_delivery_whole(door, delivery_id))


@router.post("/deliveries/{int:delivery_id}/hand-over", response={201: dict}, openapi_extra=KEYED)
def hand_over(request: HttpRequest, delivery_id: int, body: HandOverIn) -> Status:
    """The goods leave the store."""
    door = door_of_delivery(request, delivery_id)
    carrier_organisation_id = body.carrier_organisation_id
    if "carrier_organisation_id" not in body.model_fields_set:
        carrier_organisation_id = queries.delivery(door.actor, delivery_id).carrier_organisation_id
    actions.hand_over(
        delivery_id=delivery_id, carrier=body.carrier, carrier_organisation_id=carrier_organisation_id,
        client_id=key_of(request), **door.who_and_when,
    )  # fmt: skip
    return Status(201, show_delivery_whole(door, delivery_id))


@router.post("/deliveries/{int:delivery_id}/receipt", response={201: dict}, openapi_extra=KEYED)
def confirm_delivery(request: HttpRequest, delivery_id: int, body: ReceiptIn) -> Status:
    """The unit signs; what is short or damaged stays on the way until it is settled."""
    door = door_of_delivery(request, delivery_id)
    lines = None
    if body.lines is not None:
        lines = [
            actions.ReceiptConfirmation(
                row.line, row.quantity_good, row.quantity_short, row.quantity_damaged, row.reason
            )
            for row in body.lines
        ]
    actions.confirm_delivery(
        delivery_id=delivery_id,
        lines=lines,
        signed_name=body.signed_name,
        proof=shown(
            door="program",
            signature=picture_in(body.signature, "signature"),
            photos=[picture_in(photo, "photos", row) for row, photo in enumerate(body.photos, start=1)],
        ),
        client_id=key_of(request),
        **door.who_and_when,
    )
    return Status(201, show_delivery_whole(door, delivery_id))


@router.post("/deliveries/{int:delivery_id}/settlement", response={201: dict}, openapi_extra=KEYED)
def settle_difference(request: HttpRequest, delivery_id: int, body: SettlementIn) -> Status:
    """Back to stock, to quarantine, or lost."""
    door = door_of_delivery(request, delivery_id)
    lines = [actions.SettledDifference(row.line, row.outcome, row.part) for row in body.lines]
    actions.settle_difference(
        delivery_id=delivery_id, lines=lines, reason=body.reason, client_id=key_of(request), **door.who_and_when
    )
    return Status(201, show_delivery_whole(door, delivery_id))


@router.post("/deliveries/{int:delivery_id}/cancellation", response={201: dict}, openapi_extra=KEYED)
def cancel_delivery(request: HttpRequest, delivery_id: int, body: CancelIn) -> Status:
    """A delivery that has not left: its goods are free again."""
    door = door_of_delivery(request, delivery_id)
    actions.cancel_delivery(delivery_id=delivery_id, reason=body.reason, client_id=key_of(request), **door.who_and_when)
    return Status(201, show_delivery_whole(door, delivery_id))


@router.post("/issues", response={201: dict}, openapi_extra=KEYED)
def emergency_issue(request: HttpRequest, body: EmergencyIn) -> Status:
    """Issue outside the plan on a leader's word."""
    door = enter(request, body.bureau)
    items = items_by_code(door, [line.item for line in body.lines])
    delivery = actions.emergency_issue(
        bureau_id=door.bureau_id,
        store_id=store_id(door, body.store),
        organisation_id=organisation_id(door, body.organisation),
        lines=[(items[line.item].pk, line.quantity) for line in body.lines],
        client_id=key_of(request),
        **body.model_dump(include={"leader", "reason", "limit_note", "carrier", "carrier_organisation_id"}),
        **door.who_and_when,
    )
    return Status(201, show_delivery_whole(door, delivery.pk))


@router.post("/deliveries/{int:delivery_id}/papers", response={201: dict}, openapi_extra=KEYED)
def regularise(request: HttpRequest, delivery_id: int, body: PapersIn) -> Status:
    """补手续: the papers of an emergency issue."""
    door = door_of_delivery(request, delivery_id)
    actions.regularise(
        delivery_id=delivery_id, papers_ref=body.papers_ref, requisition_line_id=body.requisition_line,
        client_id=key_of(request), **door.who_and_when,
    )  # fmt: skip
    return Status(201, show_delivery_whole(door, delivery_id))
