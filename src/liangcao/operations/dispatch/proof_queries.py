"""Reads of receipts, their pictures, and disputes."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F, QuerySet, Sum

from liangcao.foundation.files.queries import read_file
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import NotFound
from liangcao.operations.dispatch.models import DeliveryDispute, DeliveryDisputeLine, DeliveryPhoto, DeliveryReceipt


def receipt_of(actor: Actor, delivery_id: int) -> DeliveryReceipt | None:
    """How the unit signed; None before, and for what was signed for before receipts were kept."""
    found: DeliveryReceipt | None = DeliveryReceipt.objects.visible_to(actor).filter(delivery_id=delivery_id).first()
    return found


def photos_of(actor: Actor, delivery_id: int) -> list[DeliveryPhoto]:
    """The photos of the receipt and of all disputes, in the order in which they came."""
    return list(DeliveryPhoto.objects.visible_to(actor).filter(delivery_id=delivery_id).order_by("pk"))


def disputes(
    actor: Actor, *, bureau_id: int | None = None, status: str = "", delivery_id: int | None = None
) -> QuerySet[DeliveryDispute]:
    """Disputes in scope; no order is set."""
    rows = DeliveryDispute.objects.visible_to(actor).select_related("delivery__organisation", "delivery__store")
    wanted = {"delivery__bureau_id": bureau_id, "status": status or None, "delivery_id": delivery_id}
    return rows.filter(**{name: value for name, value in wanted.items() if value is not None})


def dispute(actor: Actor, dispute_id: int) -> DeliveryDispute:
    """One dispute in scope. Raises NotFound."""
    related = ("delivery__bureau", "reversal", "settlement")
    found: DeliveryDispute | None = disputes(actor).select_related(*related).filter(pk=dispute_id).first()
    if found is None:
        raise NotFound("未找到该异议,或不在您的范围内", "No such dispute within your scope", field="dispute")
    return found


def taken_back(actor: Actor, plan_id: int) -> Iterable[tuple[int, int, int]]:
    """(unit, item, pieces) that accepted disputes have taken back from receipts of a plan's goods."""
    rows = DeliveryDisputeLine.objects.visible_to(actor).filter(
        dispute__status="accepted", delivery_line__delivery__plan_id=plan_id
    )
    grouped = rows.order_by().values_list("dispute__delivery__organisation_id", "delivery_line__item_id")
    return grouped.annotate(pieces=Sum(F("quantity_short") + F("quantity_damaged")))


def dispute_lines(actor: Actor, dispute_id: int) -> list[DeliveryDisputeLine]:
    """Its lines with their items and lots, in order."""
    rows = DeliveryDisputeLine.objects.visible_to(actor).filter(dispute_id=dispute_id)
    return list(rows.select_related("delivery_line__item", "delivery_line__lot").order_by("delivery_line__line"))


def receipt(actor: Actor, receipt_id: int) -> DeliveryReceipt:
    """One receipt in scope, with its delivery. Raises NotFound."""
    rows = DeliveryReceipt.objects.visible_to(actor).select_related("delivery__bureau")
    found: DeliveryReceipt | None = rows.filter(pk=receipt_id).first()
    if found is None:
        raise NotFound()
    return found


def photo(actor: Actor, photo_id: int) -> DeliveryPhoto:
    """One photo in scope, with its delivery. Raises NotFound."""
    rows = DeliveryPhoto.objects.visible_to(actor).select_related("delivery__bureau")
    found: DeliveryPhoto | None = rows.filter(pk=photo_id).first()
    if found is None:
        raise NotFound()
    return found


def signature_file(actor: Actor, receipt_id: int) -> tuple[bytes, str]:
    """(bytes, content type) of the drawn name. Raises NotFound, Conflict FILE_CHANGED."""
    found = receipt(actor, receipt_id)
    if found.signature_id is None:
        raise NotFound()
    stored, content = read_file(actor, file_id=found.signature_id)
    return content, stored.content_type


def photo_file(actor: Actor, photo_id: int) -> tuple[bytes, str]:
    """(bytes, content type) of one photo. Raises NotFound, Conflict FILE_CHANGED."""
    stored, content = read_file(actor, file_id=photo(actor, photo_id).file_id)
    return content, stored.content_type
