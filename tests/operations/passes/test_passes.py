"""Passes: what is refused, what is signed, what a code is worth."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from liangcao.foundation.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from liangcao.operations.passes import actions, queries
from liangcao.operations.passes.actions import VehicleInput
from liangcao.operations.passes.code import is_signed
from liangcao.operations.passes.models import Pass, PassKey
from liangcao.operations.passes.plates import plain_plate, read_plate
from tests.factories.passes import make_pass, make_passes
from tests.factories.world import NOON, TODAY, World, make_world

DAY = timedelta(days=1)


@pytest.fixture
def key_file(tmp_path: Path, settings: Any) -> Path:
    settings.PASS_KEY_FILE = tmp_path / "pass-key"
    return tmp_path / "pass-key"


@pytest.fixture
def world(db: object, key_file: Path) -> World:
    return make_world()


def revoke(world: World, held: Pass, *, role: str = "duty_officer", **more: Any) -> Pass:
    given = {"reason": "车辆已退出保供", "at": NOON, "client_id": uuid4()} | more
    return actions.revoke_pass(pass_id=held.pk, by=world.actor(role), **given)


def word(world: World, code: str, *, on: Any = TODAY) -> str:
    return queries.verdict(world.actor("coordinator"), code, on=on).word


def refused(kind: type[Refusal], do: Any) -> Refusal:
    with pytest.raises(kind) as told:
        do()
    return told.value


@pytest.mark.parametrize(
    ("written", "plate", "plain"),
    [
        ("鄂A12345", "鄂A12345", "42A12345"),
        (" 鄂a·1234b ", "鄂A1234B", "42A1234B"),
        ("鄂AD12345", "鄂AD12345", "42AD12345"),
        ("沪A12345F", "沪A12345F", "31A12345F"),
        ("鲁B1234挂", "鲁B1234挂", "37B1234g"),
        ("粤A1234警", "粤A1234警", "44A1234j"),
    ],
)
def test_plates_are_kept_in_one_form(written: str, plate: str, plain: str) -> None:
    assert read_plate(written) == plate
    assert plain_plate(plate) == plain


@pytest.mark.parametrize(
    "written", ["", "A12345", "鄂112345", "鄂A1234", "鄂A123456", "鄂AI2345", "鄂A1O345", "鄂A12345\x00", "X鄂A12345"]
)
def test_what_is_no_plate_is_refused(written: str) -> None:
    assert refused(Invalid, lambda: read_plate(written)).code == "PLATE_INVALID"


def test_all_problems_of_many_rows_at_once(world: World) -> None:
    rows = [VehicleInput(plate) for plate in ("鄂A12345", "坏", "鄂A 12345", "鄂B12345")]
    told = refused(Invalid, lambda: make_passes(world, vehicles=rows, valid_until=TODAY - DAY, route=" "))
    assert sorted(problem.code for problem in told.problems) == [
        "PASS_DAYS_REVERSED", "PLATE_INVALID", "PLATE_TWICE", "REQUIRED",
    ]  # fmt: skip
    assert {problem.row for problem in told.problems if problem.row} == {2, 3}
    assert Pass.objects.count() == 0
    until = TODAY + timedelta(days=92)
    assert refused(Invalid, lambda: make_pass(world, valid_until=until)).code == "PASS_TOO_LONG"
    over = {"valid_from": TODAY - 2 * DAY, "valid_until": TODAY - DAY}
    assert refused(Invalid, lambda: make_pass(world, **over)).code == "PASS_OVER"
    assert refused(Invalid, lambda: make_passes(world)).code == "VEHICLES_EMPTY"
    assert refused(Forbidden, lambda: make_pass(world, by=world.actor("storekeeper"))).code == "FORBIDDEN"


def test_once_for_the_same_id(world: World) -> None:
    same = uuid4()
    first = make_passes(world, "鄂A12345", "鄂B12345", client_id=same)
    again = make_passes(world, "鄂A12345", "鄂B12345", client_id=same)
    assert [row.pk for row in first] == [row.pk for row in again]
    assert Pass.objects.count() == 2


def test_a_code_is_worth_what_its_days_say(world: World) -> None:
    held = make_pass(world)
    assert held.code.isascii() and len(held.code) < 170
    assert "驾驶员" not in held.code
    for day, expected in ((-1, "not_yet"), (0, "valid"), (6, "valid"), (7, "expired")):
        assert word(world, held.code, on=TODAY + day * DAY) == expected
    assert word(world, f"\n{held.code} ") == "valid"
    elsewhere = make_world("nancheng")
    assert word(elsewhere, held.code) == "unknown"
    assert refused(NotFound, lambda: queries.pass_by_id(elsewhere.actor("leader"), held.pk)).code == "NOT_FOUND"


def test_200_edits_are_all_refused(world: World) -> None:
    held, rng = make_pass(world), random.Random(20200203)
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
    edits = {held.code[:place] + sign + held.code[place + 1 :] for place in (len(held.code) - 1,) for sign in signs}
    while len(edits) < 265:
        place = rng.randrange(len(held.code))
        kind = rng.choice(("change", "drop", "double"))
        middle = {"change": rng.choice(signs), "drop": "", "double": held.code[place] * 2}[kind]
        edits.add(held.code[:place] + middle + held.code[place + 1 :])
    edits.discard(held.code)
    assert len(edits) >= 200
    assert [edit for edit in sorted(edits) if word(world, edit) != "forged"] == []
    assert word(world, held.code) == "valid"
    for text in ("", "LCP1", "LCP1.", held.code * 2, "https://a.example/Q/1", "通行证"):
        assert word(world, text) == "forged"


def test_another_key_is_refused_and_an_old_one_is_kept(world: World, key_file: Path) -> None:
    old = make_pass(world)
    key_file.rename(key_file.with_name("old"))
    new = make_pass(world, "鄂B12345")
    assert old.code.split(".")[1] != new.code.split(".")[1]
    assert PassKey.objects.count() == 2
    assert [word(world, row.code) for row in (old, new)] == ["valid", "valid"]
    parts = old.code.split(".")
    stranger = ".".join([parts[0], new.code.split(".")[1], *parts[2:]])
    assert word(world, stranger) == "forged"
    # A key that this database does not know: everything else about the code is right.
    keys = queries.public_keys(world.actor("coordinator"))
    del keys[parts[1]]
    assert is_signed(old.code, queries.public_keys(world.actor("coordinator")))
    assert not is_signed(old.code, keys)


def test_a_key_that_others_read_or_that_is_broken_signs_nothing(world: World, key_file: Path) -> None:
    make_pass(world)
    assert key_file.stat().st_mode & 0o777 == 0o600
    key_file.chmod(0o644)
    assert refused(Conflict, lambda: make_pass(world, "鄂B12345")).code == "PASS_KEY_UNFIT"
    key_file.chmod(0o600)
    for broken in ("", "xyz", "00", "f" * 64):
        key_file.write_text(broken)
        assert refused(Conflict, lambda: make_pass(world, "鄂B12345")).code == "PASS_KEY_UNFIT"
    assert Pass.objects.count() == 1


def test_revoked_with_its_reason_and_once(world: World) -> None:
    held = make_pass(world)
    assert refused(Invalid, lambda: revoke(world, held, reason=" ")).code == "REASON_MISSING"
    assert refused(Forbidden, lambda: revoke(world, held, role="storekeeper")).code == "FORBIDDEN"
    same = uuid4()
    revoke(world, held, client_id=same)
    assert revoke(world, held, client_id=same).revoked_reason == "车辆已退出保供"
    assert refused(Conflict, lambda: revoke(world, held)).code == "STATE_CONFLICT"
    assert word(world, held.code) == "revoked"
    assert word(world, held.code, on=TODAY + 30 * DAY) == "revoked"
    renew = {"valid_from": TODAY, "valid_until": TODAY, "by": world.actor("leader"), "at": NOON, "client_id": uuid4()}
    assert refused(Conflict, lambda: actions.renew_pass(pass_id=held.pk, **renew)).code == "STATE_CONFLICT"


def test_the_list_is_signed_and_in_order(world: World) -> None:
    first, second, third, stands = make_passes(world, "鄂A12345", "鄂B12345", "鄂C12345", "鄂D12345")
    soon = make_pass(world, "鄂E12345", valid_until=TODAY)
    for held, hours in ((second, 1), (first, 2), (third, 3), (soon, 4)):
        revoke(world, held, at=NOON + timedelta(hours=hours))
    sign = {"bureau_id": world.bureau.pk, "by": world.actor("coordinator")}
    text = actions.sign_revocations(at=NOON + timedelta(hours=5), **sign)
    assert is_signed(text, queries.public_keys(world.actor("coordinator")))
    rows = [row.split(":")[0] for row in text.split(".")[4].split(";")]
    assert rows == [second.number, first.number, third.number, soon.number]
    assert stands.number not in text
    assert not is_signed(text.replace(first.number, stands.number), queries.public_keys(world.actor("coordinator")))
    # What has ended by itself needs no line.
    assert soon.number not in actions.sign_revocations(at=NOON + DAY, **sign).split(":")


def test_one_follows_another_and_overlaps_are_told(world: World) -> None:
    held = make_pass(world)
    assert queries.overlapping(world.actor("leader"), held) == []
    made = actions.renew_pass(
        pass_id=held.pk, valid_from=TODAY + 6 * DAY, valid_until=TODAY + 12 * DAY, by=world.actor("leader"), at=NOON,
        client_id=uuid4(),
    )  # fmt: skip
    assert (made.follows_id, made.plate, made.driver) == (held.pk, held.plate, held.driver)
    assert queries.overlapping(world.actor("leader"), held) == [made]
    make_pass(world, route="另一条线路")
    make_pass(world, "鄂B12345")
    assert queries.overlapping(world.actor("leader"), held) == [made]
    revoke(world, made)
    assert queries.overlapping(world.actor("leader"), held) == []


@pytest.mark.parametrize("change", [{"plate": "鄂B12345"}, {"valid_until": TODAY + 60 * DAY}, {"status": "revoked"}])
def test_the_database_keeps_a_pass_as_it_is(world: World, change: dict[str, Any]) -> None:
    held = make_pass(world)
    with pytest.raises(DatabaseError), transaction.atomic():
        Pass.objects.filter(pk=held.pk).update(**change)
