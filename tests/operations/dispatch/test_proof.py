"""What a unit shows when it signs, the link by which it may, and what it disputes afterwards: refusals first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from PIL import Image

from liangcao.foundation.files.pictures import redrawn_photo, redrawn_signature
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from liangcao.ledger.queries import balances
from liangcao.ledger.verify import verify_book
from liangcao.operations.demand.queries import line as requisition_line
from liangcao.operations.dispatch import actions, proof_queries, queries, rules
from liangcao.operations.dispatch.links import delivery_of_link, holder_of_link, link_secret
from liangcao.operations.dispatch.models import Delivery, DeliveryDispute, DeliveryReceipt
from liangcao.operations.dispatch.proof import Proof, shown
from tests.factories.allocation import LATER
from tests.factories.dispatch import (
    confirm,
    dispute,
    hand_over,
    make_delivery,
    make_delivery_dispute,
    make_proof,
)
from tests.factories.photos import as_file, drawn
from tests.factories.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def delivery(world: World) -> Delivery:
    """A hundred masks on their way to the hospital, with 示例车 1."""
    return hand_over(world, make_delivery(world))


def holder(delivery: Delivery, **more: Any) -> Actor:
    return holder_of_link(delivery, **({"language": "zh-hans", "origin": "page - -"} | more))


def where(world: World) -> dict[str, int]:
    rows = balances(world.system, world.bureau.pk).exclude(kind="outside")
    held: dict[str, int] = {}
    for row in rows:
        held[row.kind] = held.get(row.kind, 0) + row.quantity
    return {kind: quantity for kind, quantity in held.items() if quantity}


def by_link(world: World, delivery: Delivery, *given: Any, **more: Any) -> Delivery:
    return confirm(world, delivery, *given, **({"by": holder(delivery), "proof": make_proof()} | more))


def decide(world: World, found: DeliveryDispute, *outcomes: tuple[str, str], **more: Any) -> DeliveryDispute:
    line = found.lines.get()
    arguments = {
        "lines": [actions.SettledDifference(line.pk, outcome, part) for outcome, part in outcomes],
        "reason": "核实少装", "by": world.actor("coordinator"), "at": LATER, "client_id": uuid4(),
    } | more  # fmt: skip
    return actions.accept_dispute(dispute_id=found.pk, **arguments)


def end(world: World, found: DeliveryDispute, act: Any, role: str = "coordinator", **more: Any) -> DeliveryDispute:
    arguments = {"reason": "监控核对无误", "by": world.actor(role), "at": LATER, "client_id": uuid4()} | more
    return act(dispute_id=found.pk, **arguments)


# --- pictures


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "PHOTO_EMPTY"),
        (b"no picture at all", "PHOTO_KIND"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, "PHOTO_BROKEN"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40, "PHOTO_HEIC"),
    ],
)
def test_what_is_no_picture_is_refused(content: bytes, code: str) -> None:
    for read in (redrawn_photo, redrawn_signature):
        with pytest.raises(Invalid) as caught:
            read(content)
        assert caught.value.code == code


def test_an_empty_sheet_is_no_signature() -> None:
    sheet = as_file(Image.new("RGBA", (900, 360), (255, 255, 255, 0)), "PNG")
    with pytest.raises(Invalid) as caught:
        redrawn_signature(sheet)
    assert (caught.value.code, caught.value.field) == ("SIGNATURE_MISSING", "signature")


def test_a_photo_is_kept_without_anything_but_the_picture() -> None:
    """No place, no camera: what a phone writes beside the picture is a person's; turned as it was held, and not large."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "示例相机", 6
    sent = BytesIO()
    Image.new("RGB", (3200, 1200), "red").save(sent, "JPEG", exif=exif, comment=b"hidden words")
    with Image.open(BytesIO(redrawn_photo(sent.getvalue()))) as kept:
        assert (kept.format, kept.size) == ("JPEG", (600, 1600))
        assert not kept.getexif()
        assert "comment" not in kept.info


def test_every_wrong_picture_is_told_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        shown(door="link", signature=b"x", photos=[b"y", as_file(drawn("box"), "JPEG")])
    assert [problem.code for problem in caught.value.problems] == ["PHOTO_KIND", "PHOTO_KIND"]
    with pytest.raises(Invalid) as caught:
        shown(door="link", photos=[b""] * 6)
    assert caught.value.code == "PHOTOS_MANY"


# --- the link


def test_a_forged_link_opens_nothing(delivery: Delivery) -> None:
    secret = link_secret(delivery)
    told, _, signature = secret.partition(".")
    for forged in ("", "x", told, f"{told}.{signature[:-1]}", f"{told[:-2]}AA.{signature}", f".{signature}", "é.é"):
        with pytest.raises(NotFound):
            delivery_of_link(forged)
    assert delivery_of_link(secret).pk == delivery.pk
    assert len(secret) < 80


def test_the_link_opens_its_delivery_and_nothing_else_of_the_unit(world: World, delivery: Delivery) -> None:
    by = holder(delivery)
    with pytest.raises(Forbidden):
        actions.hand_over(delivery_id=delivery.pk, carrier="甲", by=by, at=LATER, client_id=uuid4())
    assert not rules.can_cancel(delivery, by)
    assert rules.can_confirm(delivery, by, LATER)


def test_a_link_without_a_proof_or_with_the_bringers_name_is_refused(world: World, delivery: Delivery) -> None:
    with pytest.raises(Invalid) as caught:
        by_link(world, delivery, proof=Proof("link"), signed_name=" 示例 车1")
    assert [problem.code for problem in caught.value.problems] == ["PROOF_MISSING", "SIGNED_BY_BRINGER"]
    with pytest.raises(Conflict) as other:
        by_link(world, delivery, signed_name=delivery.handed_over_by)
    assert other.value.code == "SIGNED_BY_BRINGER"
    assert where(world)["transit"] == 100


def test_who_handed_over_does_not_sign_by_the_link_while_logged_in(world: World, delivery: Delivery) -> None:
    with pytest.raises(Forbidden) as caught:
        by_link(world, delivery, by=holder(delivery, user_id=delivery.handed_over_user_id))
    assert caught.value.code == "OWN_DOCUMENT"


def test_a_receipt_by_link_keeps_its_proof(world: World, delivery: Delivery) -> None:
    signed = by_link(world, delivery, (98, 0, 2, "外箱破口"))
    receipt = signed.receipt
    assert (receipt.door, receipt.signed_name, receipt.photo_count) == ("link", "示例收货人", 1)
    content, kind = proof_queries.signature_file(world.system, receipt.pk)
    assert kind == "image/png"
    assert content.startswith(b"\x89PNG")
    photo = signed.photos.get()
    assert proof_queries.photo_file(world.system, photo.pk)[1] == "image/jpeg"
    assert where(world) == {"store": 900, "recipient": 98, "transit": 2}


def test_a_receipt_by_link_happens_once(world: World, delivery: Delivery) -> None:
    client_id, proof = uuid4(), make_proof()
    for _again in range(2):
        by_link(world, delivery, client_id=client_id, proof=proof)
    with pytest.raises(Conflict) as caught:
        by_link(world, delivery)
    assert caught.value.code == "STATE_CONFLICT"
    assert DeliveryReceipt.objects.count() == 1


def test_the_database_keeps_a_receipt_by_link_with_its_proof(delivery: Delivery) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DeliveryReceipt.objects.create(delivery=delivery, door="link", signed_name="甲", signed_at=LATER)


def test_who_carries_does_not_see_the_proof(world: World) -> None:
    sent = hand_over(world, make_delivery(world), carrier_organisation_id=world.supplier.pk)
    by_link(world, sent)
    carrier = world.requester(world.supplier)
    carrier = replace(carrier, grants=tuple(replace(grant, role="carrier") for grant in carrier.grants))
    assert Delivery.objects.visible_to(carrier).exists()
    assert proof_queries.receipt_of(carrier, sent.pk) is None
    assert proof_queries.photos_of(carrier, sent.pk) == []


# --- disputes


def refused(world: World, delivery: Delivery, **more: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        dispute(world, delivery, **more)
    return caught.value


def test_a_dispute_before_the_receipt_too_late_or_twice_is_refused(world: World, delivery: Delivery) -> None:
    assert refused(world, delivery, short=1).code == "NOT_SIGNED"
    signed = confirm(world, delivery)
    assert refused(world, signed, short=1, at=LATER + timedelta(days=7, seconds=1)).code == "DISPUTE_LATE"
    first = dispute(world, signed, short=1, at=LATER + timedelta(days=7))
    assert first.number in refused(world, signed, short=1).zh


def test_every_problem_of_a_dispute_is_told_at_once(world: World, delivery: Delivery) -> None:
    signed = confirm(world, delivery)
    told = refused(world, signed, short=99, damaged=2, reason=" ", raised_name="")
    assert [problem.code for problem in told.problems] == ["REASON_MISSING", "NAME_MISSING", "DISPUTED_TOO_MUCH"]
    assert refused(world, signed).code == "LINES_EMPTY"
    assert refused(world, signed, lines=[actions.DisputedLine(10**9, 1)]).code == "LINE_UNKNOWN"
    assert refused(world, signed, short=-1).field == "quantity_short"
    assert not DeliveryDispute.objects.exists()


def test_a_dispute_is_not_for_another_unit(world: World, delivery: Delivery) -> None:
    signed = confirm(world, delivery)
    assert isinstance(refused(world, signed, short=1, by=world.requester(world.second_hospital)), NotFound)


def test_an_accepted_dispute_takes_the_pieces_back_and_opens_the_need(world: World) -> None:
    found = make_delivery_dispute(world)
    line = found.delivery.lines.get()
    assert where(world) == {"store": 900, "recipient": 100}
    decided = decide(world, found, ("lost", "short"))
    assert (decided.status, decided.decided_reason) == ("accepted", "核实少装")
    assert where(world) == {"store": 900, "recipient": 97, "loss": 3}
    need = requisition_line(world.system, line.requisition_line_id)
    assert (need.status, need.quantity_delivered) == ("open", 97)
    assert verify_book(world.system, world.bureau.pk).ok
    [told] = queries.progress(world.system, found.delivery.plan_id).values()
    assert told.good == 97
    line.refresh_from_db()
    assert line.quantity_good == 100  # what was signed stays as it was signed
    assert refused(world, found.delivery, short=98).code == "DISPUTED_TOO_MUCH"
    again = dispute(world, found.delivery, damaged=7)
    decide(world, again, ("quarantine", "damaged"))
    assert where(world) == {"store": 900, "recipient": 90, "loss": 3, "quarantine": 7}


def test_an_accepted_dispute_says_where_every_piece_went(world: World) -> None:
    found = make_delivery_dispute(world)
    with pytest.raises(Invalid) as caught:
        decide(world, found, ("elsewhere", "short"))
    assert {problem.code for problem in caught.value.problems} == {"OUTCOME_INVALID", "OUTCOME_MISSING"}
    assert where(world)["recipient"] == 100


def test_who_handed_over_or_disputes_does_not_decide(world: World) -> None:
    found = make_delivery_dispute(world)
    with pytest.raises(Forbidden) as caught:
        end(world, found, actions.reject_dispute, "storekeeper")
    assert caught.value.code == "OWN_DOCUMENT"
    with pytest.raises(Forbidden):
        end(world, found, actions.reject_dispute, by=world.requester(world.hospital))


def test_a_dispute_that_is_over_is_over(world: World) -> None:
    found = make_delivery_dispute(world)
    assert end(world, found, actions.reject_dispute).status == "rejected"
    for act in (actions.reject_dispute, actions.withdraw_dispute):
        with pytest.raises(Conflict) as caught:
            end(world, found, act)
        assert caught.value.code == "STATE_CONFLICT"
    again = dispute(world, found.delivery, short=1)
    assert end(world, again, actions.withdraw_dispute, by=world.requester(world.hospital)).status == "withdrawn"
    assert where(world) == {"store": 900, "recipient": 100}
