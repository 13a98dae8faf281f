"""Who is told of what: by the appointments of the day, where they asked for it, once."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from liangcao.foundation.identity.actions import add_user
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.jobs import running
from liangcao.foundation.jobs.models import Job
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from liangcao.foundation.outbox import queries as outbox
from liangcao.foundation.outbox.listeners import add_webhook, clear_notice_address, remove_webhook, set_notice_address
from liangcao.foundation.outbox.models import Message, NoticeSetting
from liangcao.operations.demand.actions import reject_requisition
from liangcao.reference.parties import actions as parties
from liangcao.reference.parties.models import Appointment, Organisation
from liangcao.reference.parties.queries import actor_for_user
from tests.factories.demand import approve, make_requisition
from tests.factories.world import NOON, TODAY, World, make_world

HOOK = "https://hooks.example.cn/in"


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def listener(world: World, role: str, unit: Organisation | None = None, *, language: str = "zh-hans") -> Actor:
    """Somebody with a log-in, an appointment and an address where he is told."""
    user = add_user(username=f"u{uuid4().hex[:8]}", display_name="某甲", password=None, at=NOON, language=language)
    parties.appoint(
        person=parties.add_person(name="某甲", user=user), role=role, bureau_id=world.bureau.pk,
        organisation_id=unit.pk if unit else None, valid_from=TODAY, by=world.system, at=NOON,
    )  # fmt: skip
    actor = actor_for_user(user, NOON)
    told(actor, f"{user.username}@example.cn")
    return actor


def told(actor: Actor, email: str, *, has_consented: bool = True) -> NoticeSetting:
    return set_notice_address(email=email, has_consented=has_consented, by=actor, at=NOON, client_id=uuid4())


def spread(world: World) -> list[Message]:
    """Do the jobs of noon that spread notices; returns what is to be delivered."""
    while running.leases.is_anything_due(NOON) and Job.objects.filter(kind="spread_notice", state="waiting").exists():
        running.run_one(worker="one", clock=lambda: NOON)
    assert not Job.objects.filter(kind="spread_notice").exclude(state="done").exists()
    return list(Message.objects.order_by("created_at", "subject"))


def address_of(actor: Actor) -> str:
    setting = outbox.notice_address(actor)
    assert setting is not None
    return setting.email


def test_a_new_requisition_is_told_to_those_who_review_it(world: World) -> None:
    reviewer, keeper = listener(world, "allocator"), listener(world, "storekeeper")
    unit = listener(world, "requester", world.hospital)
    made = make_requisition(world)
    messages = spread(world)
    assert [message.address for message in messages] == [address_of(reviewer)]
    assert made.number in messages[0].subject
    assert {address_of(keeper), address_of(unit)}.isdisjoint({message.address for message in messages})


def test_the_unit_alone_is_told_what_was_decided(world: World) -> None:
    unit, stranger = listener(world, "requester", world.hospital), listener(world, "requester", world.second_hospital)
    made = make_requisition(world)
    approve(world, made, 400)
    (message,) = spread(world)
    assert message.address == address_of(unit) != address_of(stranger)
    assert message.subject == f"您的申领单 {made.number} 已批准,部分数量有核减"


def test_a_refusal_is_told_in_the_readers_language(world: World) -> None:
    listener(world, "requester", world.hospital, language="en")
    made = make_requisition(world)
    reject_requisition(
        requisition_id=made.pk, reason="写错单位", by=world.actor("allocator"), at=NOON, client_id=uuid4()
    )
    (message,) = spread(world)
    assert message.subject == f"Your requisition {made.number} was turned down; see the reason"
    assert "You get this because" in message.body


def test_an_ended_appointment_is_told_nothing(world: World) -> None:
    reviewer = listener(world, "allocator")
    Appointment.objects.filter(person__user_id=reviewer.user_id).update(ended_at=NOON)
    make_requisition(world)
    assert spread(world) == []


def test_who_sees_one_region_only_is_not_told_of_the_whole_bureau(world: World) -> None:
    reviewer = listener(world, "allocator")
    Appointment.objects.filter(person__user_id=reviewer.user_id).update(region=world.bureau.region)
    make_requisition(world)
    assert spread(world) == []


def test_where_nobody_asked_to_be_told_nothing_is_written(world: World) -> None:
    make_requisition(world)
    assert not Job.objects.exists()


def test_another_bureau_hears_nothing(world: World) -> None:
    reviewer = listener(make_world("beicheng"), "allocator")
    make_requisition(world)
    assert spread(world) == []
    assert address_of(reviewer)


def test_webhooks_hear_what_is_theirs(world: World) -> None:
    def add(url: str, unit: Organisation | None) -> None:
        add_webhook(
            bureau_id=world.bureau.pk, organisation_id=unit.pk if unit else None, url=url,
            by=world.actor("administrator"), at=NOON, client_id=uuid4(),
        )  # fmt: skip

    add(f"{HOOK}/bureau", None)
    add(f"{HOOK}/hospital", world.hospital)
    add(f"{HOOK}/other", world.second_hospital)
    approve(world, make_requisition(world))
    heard = {message.address: message.body for message in spread(world)}
    assert set(heard) == {f"{HOOK}/bureau", f"{HOOK}/hospital"}
    assert '"event": "requisition.approve"' in heard[f"{HOOK}/bureau"]
    assert '"event": "requisition.view"' in heard[f"{HOOK}/hospital"]


# --- where people and programs want to be told


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b", "a b@example.cn", "a@example.cn\nBcc: b@example.cn", "张三 <a@example.cn>", "a@-.cn"]
)
def test_what_is_no_address_is_refused(email: str, world: World) -> None:
    with pytest.raises(Invalid) as refused:
        told(world.actor("allocator"), email)
    assert refused.value.code == "EMAIL_INVALID"


def test_without_consent_no_address_is_kept(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        told(world.actor("allocator"), "a@example.cn", has_consented=False)
    assert refused.value.code == "CONSENT_MISSING"
    assert not NoticeSetting.objects.exists()


def test_withdrawing_deletes_the_address_and_the_journal_never_held_it(world: World) -> None:
    from liangcao.foundation.journal.models import JournalEntry

    actor = world.actor("allocator")
    told(actor, "geheim@example.cn")
    assert clear_notice_address(by=actor, at=NOON, client_id=uuid4())
    assert not NoticeSetting.objects.exists()
    written = [str(vars(entry)) for entry in JournalEntry.objects.filter(object_kind="notice_setting")]
    assert len(written) == 2
    assert not [entry for entry in written if "geheim" in entry]


def test_an_address_is_seen_by_nobody_else(world: World) -> None:
    told(world.actor("allocator"), "a@example.cn")
    assert outbox.notice_address(world.actor("administrator")) is None
    assert NoticeSetting.objects.visible_to(world.actor("leader")).count() == 0


def test_webhooks_are_the_administrators(world: World) -> None:
    given: dict[str, Any] = {"bureau_id": world.bureau.pk, "organisation_id": None, "url": HOOK, "at": NOON}
    with pytest.raises(Forbidden):
        add_webhook(**given, by=world.actor("leader"), client_id=uuid4())
    key = uuid4()
    made = add_webhook(**given, by=world.actor("administrator"), client_id=key)
    assert add_webhook(**given, by=world.actor("administrator"), client_id=key).pk == made.pk
    with pytest.raises(Conflict):
        add_webhook(**given, by=world.actor("administrator"), client_id=uuid4())
    elsewhere = make_world("beicheng")
    with pytest.raises(NotFound):
        remove_webhook(
            webhook_id=made.pk, bureau_id=elsewhere.bureau.pk, by=elsewhere.actor("administrator"), at=NOON,
            client_id=uuid4(),
        )  # fmt: skip
    remove_webhook(
        webhook_id=made.pk, bureau_id=world.bureau.pk, by=world.actor("administrator"), at=NOON, client_id=uuid4()
    )
    assert not outbox.webhooks(world.actor("administrator"), bureau_id=world.bureau.pk).exists()
