"""Issue passes, let one follow another, revoke; the signed list of what was revoked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction

from liangcao.foundation.database.locks import locked
from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, next_number, record, settle
from liangcao.foundation.kernel.clock import business_date
from liangcao.foundation.kernel.errors import Invalid, Refusal, collected, raise_all
from liangcao.foundation.kernel.text import check_reason, check_text
from liangcao.operations.passes import queries, rules
from liangcao.operations.passes.code import key_id_of, list_content, pass_content, public_key_of, signed
from liangcao.operations.passes.keys import signing_key
from liangcao.operations.passes.models import Pass
from liangcao.operations.passes.plates import plain_plate, read_plate
from liangcao.reference.parties.queries import organisations


@dataclass(frozen=True)
class VehicleInput:
    """One vehicle, and who drives it, as a name."""

    plate: str
    driver: str = ""


@transaction.atomic
def issue_passes(
    *,
    bureau_id: int,
    vehicles: Sequence[VehicleInput],
    route: str,
    valid_from: date,
    valid_until: date,
    goods: str = "",
    organisation_id: int | None = None,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> list[Pass]:
    """One signed pass for each vehicle, all or none.

    Raises Invalid VEHICLES_EMPTY, TOO_MANY_VEHICLES, PLATE_INVALID, PLATE_TWICE, and as `rules.check_days` and
    `check_text`, all at once; KeyUnfit.
    """
    guard.check(by, "issue", "pass", bureau_id=bureau_id)
    body = {
        "vehicles": list(vehicles), "route": route, "from": valid_from, "until": valid_until, "goods": goods,
        "organisation": organisation_id, "bureau": bureau_id,
    }  # fmt: skip
    done = claim(client_id=client_id, action="issue_passes", body=body, by=by, at=at)
    if done:
        return [queries.pass_by_id(by, int(pk)) for pk in done.split(",")]
    if organisation_id is not None and not organisations(by, bureau_id=bureau_id).filter(pk=organisation_id).exists():
        raise Invalid("ORGANISATION_UNKNOWN", "没有这个单位", "No such organisation", field="organisation")
    checked = _checked(vehicles, route, goods, valid_from, valid_until, today=business_date(at))
    draft = Pass(
        bureau_id=bureau_id, organisation_id=organisation_id, route=route.strip(), goods=goods.strip(),
        valid_from=valid_from, valid_until=valid_until,
    )  # fmt: skip
    key = signing_key(by=by, at=at)
    made = [_issue(draft, plate, driver, key, by=by, at=at) for plate, driver in checked]
    # One line of the journal names each pass, and the claim all of them.
    settle(client_id=client_id, ref=",".join(str(row.pk) for row in made))
    return made


def _checked(
    vehicles: Sequence[VehicleInput], route: str, goods: str, valid_from: date, valid_until: date, *, today: date
) -> list[tuple[str, str]]:
    """Plates and drivers, tidied."""
    problems, found = list[Refusal](), dict[str, str]()
    with collected(problems):
        rules.check_days(valid_from, valid_until, today=today)
    with collected(problems):
        check_text(route, field="route", zh="线路", en="route", longest=200, is_required=True)
    with collected(problems):
        check_text(goods, field="goods", zh="货物", en="goods", longest=100)
    with collected(problems):
        if not 1 <= len(vehicles) <= rules.ROWS_MOST:
            raise Invalid(
                "VEHICLES_EMPTY" if not vehicles else "TOO_MANY_VEHICLES",
                f"请填 1 至 {rules.ROWS_MOST} 辆车,现有 {len(vehicles)} 辆",
                f"Give 1 to {rules.ROWS_MOST} vehicles; there are {len(vehicles)}",
                field="vehicles",
            )
    for row, vehicle in enumerate(vehicles[: rules.ROWS_MOST], start=1):
        with collected(problems):
            plate = read_plate(vehicle.plate, row=row)
            if plate in found:
                raise Invalid(
                    "PLATE_TWICE", f"第 {row} 行:{plate} 已在前面", f"Row {row}: {plate} is there twice",
                    field="plate", row=row,
                )  # fmt: skip
            found[plate] = ""
            found[plate] = check_text(vehicle.driver, field="driver", zh="驾驶员", en="driver", longest=60, row=row)
    raise_all(problems)
    return list(found.items())


def _issue(draft: Pass, plate: str, driver: str, key: ec.EllipticCurvePrivateKey, *, by: Actor, at: datetime) -> Pass:
    number = next_number(bureau_id=draft.bureau_id, prefix="TX", day=business_date(at))
    content = pass_content(
        key_id=key_id_of(public_key_of(key)), bureau_id=draft.bureau_id, number=number, plate=plain_plate(plate),
        valid_from=draft.valid_from, valid_until=draft.valid_until, kind=draft.kind,
    )  # fmt: skip
    made = Pass.objects.create(
        bureau_id=draft.bureau_id, organisation_id=draft.organisation_id, number=number, kind=draft.kind, plate=plate,
        driver=driver, goods=draft.goods, route=draft.route, valid_from=draft.valid_from,
        valid_until=draft.valid_until, follows_id=draft.follows_id, code=signed(key, content), issued_at=at,
        issued_by=by.name, issued_user_id=by.user_id,
    )  # fmt: skip
    after = {"plate": plate, "valid_from": str(made.valid_from), "valid_until": str(made.valid_until)}
    record(
        by=by, at=at, action="issue_passes", object_kind="pass", object_ref=number, bureau_id=made.bureau_id,
        after=after,
    )  # fmt: skip
    return made


@transaction.atomic
def renew_pass(*, pass_id: int, valid_from: date, valid_until: date, by: Actor, at: datetime, client_id: UUID) -> Pass:
    """A new pass for the same vehicle and route; the old one stands until it ends. Raises Conflict STATE_CONFLICT for a
    revoked one, and as `rules.check_days`."""
    held = queries.pass_by_id(by, pass_id)
    guard.check(by, "issue", "pass", bureau_id=held.bureau_id, row=held)
    body = {"pass": pass_id, "from": valid_from, "until": valid_until}
    done = claim(client_id=client_id, action="renew_pass", body=body, by=by, at=at)
    if done:
        return queries.pass_by_id(by, int(done))
    held = _locked(held, by=by)
    rules.check_can_renew(held)
    rules.check_days(valid_from, valid_until, today=business_date(at))
    draft = Pass(
        bureau_id=held.bureau_id, organisation_id=held.organisation_id, kind=held.kind, route=held.route,
        goods=held.goods, valid_from=valid_from, valid_until=valid_until, follows_id=held.pk,
    )  # fmt: skip
    made = _issue(draft, held.plate, held.driver, signing_key(by=by, at=at), by=by, at=at)
    settle(client_id=client_id, ref=str(made.pk))
    return made


@transaction.atomic
def revoke_pass(*, pass_id: int, reason: str, by: Actor, at: datetime, client_id: UUID) -> Pass:
    """The pass is good no more, for everybody whose list is newer. Raises Invalid REASON_MISSING, Conflict
    STATE_CONFLICT."""
    held = queries.pass_by_id(by, pass_id)
    guard.check(by, "revoke", "pass", bureau_id=held.bureau_id, row=held)
    reason = check_reason(reason, what_zh="吊销通行证", what_en="Revoking a pass")
    body = {"pass": pass_id, "reason": reason}
    if claim(client_id=client_id, action="revoke_pass", body=body, by=by, at=at):
        return held
    held = _locked(held, by=by)
    rules.check_can_revoke(by, held)
    held.status, held.revoked_at, held.revoked_by, held.revoked_reason = "revoked", at, by.name, reason
    held.save(update_fields=["status", "revoked_at", "revoked_by", "revoked_reason"])
    record(
        by=by, at=at, action="revoke_pass", object_kind="pass", object_ref=held.number, bureau_id=held.bureau_id,
        reason=reason,
    )  # fmt: skip
    settle(client_id=client_id, ref=str(held.pk))
    return held


def _locked(held: Pass, *, by: Actor) -> Pass:
    """The pass as it is now, locked until the transaction ends."""
    locked(Pass.objects.all(), [held.pk])
    return queries.pass_by_id(by, held.pk)


@transaction.atomic
def sign_revocations(*, bureau_id: int, by: Actor, at: datetime) -> str:
    """The signed list of what was revoked and has not expired, in the order of revocation. Raises KeyUnfit."""
    guard.check(by, "view", "pass", bureau_id=bureau_id)
    key = signing_key(by=by, at=at)
    rows = queries.passes(by, bureau_id).filter(status="revoked", valid_until__gte=business_date(at))
    revoked = [(row.revoked_at, row.number) for row in rows.order_by("revoked_at", "number") if row.revoked_at]
    name = key_id_of(public_key_of(key))
    return signed(key, list_content(key_id=name, bureau_id=bureau_id, made_at=at, revoked=revoked))
