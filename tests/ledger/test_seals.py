"""The day close: what is refused, what a seal says, and that nothing comes into a sealed day, on both engines."""

from __future__ import annotations

import json
import stat
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from liangcao.foundation.journal.models import JournalEntry
from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, Refusal
from liangcao.foundation.outbox.models import Message
from liangcao.ledger import actions as ledger
from liangcao.ledger import seals_queries
from liangcao.ledger.entries import AccountRef, NewLot, PostingLine
from liangcao.ledger.models import BookHead, ClosingBalance, Seal, SealKey
from liangcao.ledger.refusals import SealedDay
from liangcao.ledger.seals_keys import key_file, signing_key
from liangcao.ledger.seals_proof import SealChain, is_signed
from tests.factories.world import NOON, TODAY, World, make_world

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
TOMORROW = NOON + DAY


@pytest.fixture
def world() -> World:
    """1,000 masks came yesterday but one, 300 went out yesterday: two days to seal."""
    made = make_world()
    lot, _ = made.put_in(made.mask, 1000, at=NOON - 2 * DAY)
    transit = AccountRef("transit", made.store.pk, made.hospital.pk)
    made.post("issue", PostingLine(lot, made.stock(), transit, 300), at=NOON - DAY, business_date=TODAY - DAY)
    return made


def seal(world: World, day: date, **more: object) -> list[Seal]:
    arguments = {"by": world.actor("leader"), "at": NOON, "client_id": uuid4()} | more
    return ledger.seal_day(bureau_id=world.bureau.pk, day=day, **arguments)  # type: ignore[arg-type]


def refusal_of(world: World, day: date, **more: object) -> Refusal:
    with pytest.raises(Refusal) as told, transaction.atomic():
        seal(world, day, **more)
    assert not Seal.objects.filter(day=day, book=world.book).exclude(day__lte=TODAY - DAY).exists()
    return told.value


def late(world: World, day: date) -> None:
    line = PostingLine(uuid4(), world.outside(world.donor), world.stock(), 1)
    new = NewLot(line.lot_id, world.mask.pk, "gift", "JZ-x#1", no_lot_reason="散装")
    world.post("receipt", line, business_date=day, late_reason="漏记", new_lots=[new])


def test_the_leader_closes_and_the_storekeeper_does_not(world: World) -> None:
    with pytest.raises(Forbidden):
        seal(world, TODAY - 2 * DAY, by=world.actor("storekeeper"))


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (TODAY + DAY, "DATE_IN_FUTURE"),
        (TODAY, "DAY_NOT_OVER"),
        (TODAY - DAY, "EARLIER_DAY_OPEN"),
        (TODAY - 3 * DAY, "DAY_BEFORE_BOOK"),
    ],
)
def test_a_day_that_cannot_be_sealed(world: World, day: date, code: str) -> None:
    assert refusal_of(world, day).code == code


def test_the_refusal_names_the_earlier_day(world: World) -> None:
    told = refusal_of(world, TODAY - DAY)
    assert str(TODAY - 2 * DAY) in told.message("zh-hans")
    assert str(TODAY - 2 * DAY) in told.message("en")


def test_a_sealed_day_is_not_sealed_again(world: World) -> None:
    seal(world, TODAY - 2 * DAY)
    told = refusal_of(world, TODAY - 2 * DAY)
    assert told.code == "DAY_SEALED"
    assert str(TODAY - DAY) in told.message("zh-hans")


def test_open_work_needs_a_reason(world: World) -> None:
    told = refusal_of(world, TODAY - 2 * DAY, checklist={"deliveries": 2, "papers": 0})
    assert told.code == "CLOSE_REASON_MISSING"
    [made] = seal(world, TODAY - 2 * DAY, checklist={"deliveries": 2, "papers": 0}, reason="次日补签")
    assert made.content["open"] == {"deliveries": 2}
    entry = JournalEntry.objects.get(action="seal_day")
    assert (entry.reason, entry.after["open"]) == ("次日补签", {"deliveries": 2})


def test_earlier_days_are_sealed_in_order(world: World) -> None:
    first, second = seal(world, TODAY - DAY, with_earlier=True)
    assert [first.number, second.number] == [1, 2]
    assert [first.day, second.day] == [TODAY - 2 * DAY, TODAY - DAY]
    assert second.content["previous_digest"] == first.digest
    assert seals_queries.sealed_through(world.actor("auditor"), world.bureau.pk) == TODAY - DAY


def test_what_a_seal_says(world: World) -> None:
    first, second = seal(world, TODAY - DAY, with_earlier=True)
    head = BookHead.objects.get(book=world.book)
    assert second.content["head"] == {"seq": 2, "hash": head.hash}
    assert [first.content["moves"]["count"], second.content["moves"]["count"]] == [1, 1]
    held = dict(ClosingBalance.objects.filter(seal=second).values_list("account__kind", "quantity"))
    assert held == {"store": 700, "transit": 300}
    key = SealKey.objects.get()
    chain = SealChain()
    for record in seals_queries.seal_records(world.actor("auditor"), world.bureau.pk):
        assert chain.add_key(record["seal_key"]) if "seal_key" in record else chain.add_seal(record["seal"])
    assert chain.fault is None
    assert second.content["key"] == key.key_id


def test_the_same_act_twice_is_one_seal(world: World) -> None:
    client_id = uuid4()
    first = seal(world, TODAY - DAY, with_earlier=True, client_id=client_id)
    assert seal(world, TODAY - DAY, with_earlier=True, client_id=client_id) == first
    assert Seal.objects.count() == 2


def test_a_late_entry_into_a_sealed_day_is_told_the_open_day(world: World) -> None:
    seal(world, TODAY - 2 * DAY)
    with pytest.raises(SealedDay) as told:
        late(world, TODAY - 2 * DAY)
    assert (told.value.code, told.value.status) == ("SEALED_DAY", 409)
    assert told.value.open_day == TODAY - DAY
    assert str(TODAY - DAY) in told.value.message("zh-hans")
    late(world, TODAY - DAY)


def test_the_database_keeps_a_sealed_day_closed(world: World) -> None:
    seal(world, TODAY - 2 * DAY)
    columns = [field.column for field in Seal._meta.get_field("book").related_model._meta.fields]
    assert columns
    copy = (
        "INSERT INTO ledger_move (id, book_id, seq, number, kind, business_date, recorded_at, actor_name, cause_kind,"
        " cause_ref, reason, late_reason, signatures, previous_hash, hash) SELECT %s, book_id, 99, 'X99', kind, %s,"
        " recorded_at, actor_name, cause_kind, cause_ref, reason, late_reason, signatures, previous_hash, hash"
        " FROM ledger_move WHERE seq = 1"
    )
    with pytest.raises(DatabaseError, match="closed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(copy, [uuid4().hex, str(TODAY - 2 * DAY)])
    with connection.cursor() as cursor:
        cursor.execute(copy, [uuid4().hex, str(TODAY - DAY)])


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_seal SET digest = signature",
        "DELETE FROM ledger_seal",
        "UPDATE ledger_closingbalance SET quantity = 1",
        "UPDATE ledger_sealkey SET public_key = key_id",
        "INSERT INTO ledger_seal (book_id, number, day, sealed_at, content, digest, signature)"
        " SELECT book_id, 9, day, sealed_at, content, digest, signature FROM ledger_seal",
    ],
)
def test_seals_are_never_changed_and_a_day_has_one(world: World, sql: str) -> None:
    seal(world, TODAY - 2 * DAY)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_reversal_after_the_seal_carries_todays_date(world: World) -> None:
    _lot, move = world.put_in(world.n95, 50, at=NOON - DAY)
    seal(world, TODAY - DAY, with_earlier=True)
    reversal = ledger.reverse_move(move_id=move.id, reason="多记", by=world.system, at=NOON, client_id=uuid4())
    assert reversal.business_date == TODAY


def test_a_broken_chain_is_not_sealed(world: World) -> None:
    BookHead.objects.filter(book=world.book).update(hash="f" * 64)
    told = refusal_of(world, TODAY - 2 * DAY)
    assert told.code == "CHAIN_BROKEN"


def test_the_key_is_for_its_owner_alone(world: World) -> None:
    seal(world, TODAY - 2 * DAY)
    path = key_file()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o640)
    try:
        assert refusal_of(world, TODAY - DAY).code == "SEAL_KEY_READABLE"
    finally:
        path.chmod(0o600)
    with connection.cursor() as cursor:
        cursor.execute("SELECT public_key FROM ledger_sealkey")
        assert path.read_text(encoding="ascii").strip() not in {row[0] for row in cursor.fetchall()}


def test_another_key_than_the_one_of_this_database_signs_nothing(world: World) -> None:
    seal(world, TODAY - 2 * DAY)
    path = key_file()
    held = path.read_bytes()
    try:
        path.write_bytes(b"11" * 32 + b"\n")
        assert refusal_of(world, TODAY - DAY).code == "SEAL_KEY_OTHER"
        path.unlink()
        assert refusal_of(world, TODAY - DAY).code == "SEAL_KEY_MISSING"
    finally:
        path.write_bytes(held)
        path.chmod(0o600)


def test_a_file_without_a_whole_key_is_told(world: World) -> None:
    seal(world, TODAY - 2 * DAY)
    path = key_file()
    held = path.read_bytes()
    try:
        for damaged in (b"", held[:20], b"key\n"):
            path.write_bytes(damaged)
            assert refusal_of(world, TODAY - DAY).code == "SEAL_KEY_DAMAGED"
    finally:
        path.write_bytes(held)


def test_a_system_without_the_key_of_its_seals_is_not_ready(world: World) -> None:
    assert Client().get("/readyz").status_code == 200, "the first seal makes the key"
    seal(world, TODAY - 2 * DAY)
    path = key_file()
    assert Client().get("/readyz").status_code == 200
    held = path.read_bytes()
    path.unlink()
    try:
        assert Client().get("/readyz").status_code == 503
    finally:
        path.write_bytes(held)
        path.chmod(0o600)


def test_a_new_key_is_signed_by_the_old_one(world: World, django_capture_on_commit_callbacks: object) -> None:
    [first] = seal(world, TODAY - 2 * DAY)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        row = ledger.rotate_seal_key(by=world.actor("administrator"), at=NOON)
    [second] = seal(world, TODAY - DAY)
    assert second.content["key"] == row.key_id != first.content["key"]
    chain = SealChain()
    for record in seals_queries.seal_records(world.actor("auditor"), world.bureau.pk):
        assert chain.add_key(record["seal_key"]) if "seal_key" in record else chain.add_seal(record["seal"])
    assert JournalEntry.objects.filter(action="rotate_seal_key", object_ref=row.key_id).exists()


def test_a_change_of_keys_that_was_cut_short_is_finished(world: World) -> None:
    """The commit went through and the machine stopped: the next seal puts the new key in its place."""
    seal(world, TODAY - 2 * DAY)
    row = ledger.rotate_seal_key(by=world.actor("administrator"), at=NOON)
    assert signing_key(by=world.system, at=NOON).key_id == row.key_id


def test_a_seal_goes_out_once_to_each_address(world: World) -> None:
    administrator = world.actor("administrator")
    ledger.add_seal_address(
        bureau_id=world.bureau.pk, channel="mail", address=" audit@example.cn ", by=administrator, at=NOON,
        client_id=uuid4(),
    )  # fmt: skip
    client_id = uuid4()
    for _ in range(2):
        seal(world, TODAY - DAY, with_earlier=True, client_id=client_id)
    sent = list(Message.objects.order_by("created_at", "subject"))
    assert [message.address for message in sent] == ["audit@example.cn"] * 2
    assert len({message.pk for message in sent}) == 2
    chain = SealChain()
    first = next(message for message in sent if str(TODAY - 2 * DAY) in message.subject)
    for record in map(json.loads, first.body.splitlines()):
        assert chain.add_key(record["seal_key"]) if "seal_key" in record else chain.add_seal(record["seal"])


@pytest.mark.parametrize(
    ("channel", "address", "code"), [("mail", "nobody", "EMAIL_INVALID"), ("pigeon", "x", "CHANNEL_UNKNOWN")]
)
def test_an_address_that_nothing_reaches(world: World, channel: str, address: str, code: str) -> None:
    with pytest.raises(Invalid) as told:
        ledger.add_seal_address(
            bureau_id=world.bureau.pk, channel=channel, address=address, by=world.actor("administrator"), at=NOON,
            client_id=uuid4(),
        )  # fmt: skip
    assert told.value.code == code


def test_an_address_is_listed_once_and_can_be_removed(world: World) -> None:
    more: Any = {"bureau_id": world.bureau.pk, "by": world.actor("administrator"), "at": NOON}
    made = ledger.add_seal_address(channel="mail", address="a@example.cn", client_id=uuid4(), **more)
    with pytest.raises(Conflict, match="ADDRESS_THERE"):
        ledger.add_seal_address(channel="mail", address="a@example.cn", client_id=uuid4(), **more)
    ledger.remove_seal_address(address_id=made.pk, client_id=uuid4(), **more)
    seal(world, TODAY - 2 * DAY)
    assert not Message.objects.exists()


def test_what_another_bureau_sealed_is_not_there(world: World) -> None:
    seal(world, TODAY - 2 * DAY)
    other = make_world("other")
    assert not seals_queries.seals(other.actor("auditor"), world.bureau.pk).exists()
    assert seals_queries.sealed_through(other.actor("auditor"), other.bureau.pk) is None


def test_a_signature_of_another_content_is_none(world: World) -> None:
    key = signing_key(by=world.system, at=NOON)
    assert is_signed(key.public_key, key.sign(b"a"), b"a")
    assert not is_signed(key.public_key, key.sign(b"a"), b"b")
    assert not is_signed(key.public_key, "no hex", b"a")
