"""会商: a plan is sent to the people whom the profile of separation names; each agrees or objects; the minutes say who
was there and what was decided."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.journal.actions import claim, record, settle
from liangcao.foundation.kernel.errors import Conflict, Invalid
from liangcao.foundation.kernel.text import TextRule, check_texts
from liangcao.operations.allocation.actions.drafting import back_to_draft, locked_plan, plan_in_scope, touch
from liangcao.operations.allocation.models import Plan, PlanMinutes, PlanSignOff
from liangcao.operations.allocation.rules import (
    apart_sign_off,
    check_can_minute,
    check_can_review,
    check_can_sign_off,
    check_version,
    roles_asked,
    roles_missing,
    signing_role,
)
from liangcao.reference.parties.separation import check_two_people


@transaction.atomic
def review_plan(*, plan_id: int, version: int | None = None, by: Actor, at: datetime, client_id: UUID) -> Plan:
    """送会商: ask the roles whom the profile in force names; with nobody left to ask the plan may be published.

    Who sends and holds such a role agrees by sending. `version` is the one that was read. Raises NotFound, Forbidden,
    PlanChanged, Conflict STATE_CONFLICT.
    """
    bureau_id = plan_in_scope(by, plan_id).bureau_id
    guard.check(by, "review", "plan", bureau_id=bureau_id)
    body = {"plan": plan_id, "version": version}
    done = claim(client_id=client_id, action="review_plan", body=body, by=by, at=at)
    if done:
        return Plan.objects.get(pk=done)
    plan = locked_plan(by, plan_id)
    check_version(plan, version)
    check_can_review(plan, by)
    plan.status = "consulting"
    changed = touch(plan, "consulting", by=by, at=at)
    role = signing_role(plan, by, at)
    if role in roles_asked(plan, at) and not apart_sign_off(plan, by, at):
        _sign(plan, role, "agreed", "", by=by, at=at, client_id=uuid5(client_id, "sign-off"))
    _conclude(plan, by=by, at=at)
    plan.save(update_fields=["status", "reviewed_by", "reviewed_at", *changed])
    record(by=by, at=at, action="review_plan", object_kind="plan", object_ref=plan.number, bureau_id=bureau_id)
    settle(client_id=client_id, ref=str(plan.pk))
    return plan


def _sign(plan: Plan, role: str, opinion: str, note: str, *, by: Actor, at: datetime, client_id: UUID) -> PlanSignOff:
    return PlanSignOff.objects.create(
        plan=plan, version=plan.version, role=role, opinion=opinion, note=note, by=by.name, by_user_id=by.user_id,
        at=at, client_id=client_id,
    )  # fmt: skip


def _conclude(plan: Plan, *, by: Actor, at: datetime) -> None:
    """When all who were asked agree, the plan has been looked at together."""
    if roles_missing(plan, at):
        return
    plan.status, plan.reviewed_by, plan.reviewed_at = "reviewed", by.name, at
    plan.changed_how, plan.changed_by, plan.changed_at = "reviewed", by.name, at


@transaction.atomic
def sign_off_plan(
    *,
    plan_id: int,
    agrees: bool,
    note: str = "",
    version: int | None = None,
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> Plan:
    """会签: agree to the plan as it stands, or object with a reason; an objection sends it back to draft.

    The last one asked who agrees makes it ready to be published. `version` is the one that was read. Raises NotFound,
    Forbidden (OWN_PLAN too), PlanChanged, Conflict STATE_CONFLICT, ALREADY_SIGNED, Invalid REQUIRED.
    """
    bureau_id = plan_in_scope(by, plan_id).bureau_id
    guard.check(by, "sign_off", "plan", bureau_id=bureau_id)
    body = {"plan": plan_id, "agrees": agrees, "note": note, "version": version}
    done = claim(client_id=client_id, action="sign_off_plan", body=body, by=by, at=at)
    if done:
        return Plan.objects.get(pk=done)
    plan = locked_plan(by, plan_id)
    check_version(plan, version)
    check_can_sign_off(plan, by, at)
    for demand in apart_sign_off(plan, by, at):
        check_two_people(**demand, ref=plan.number)
    rule = TextRule("不同意的原因", "reason", 200, is_required=not agrees)
    told = check_texts({"note": rule}, {"note": note})["note"]
    role = signing_role(plan, by, at)
    _check_once(plan, role)
    _sign(plan, role, "agreed" if agrees else "objected", told, by=by, at=at, client_id=client_id)
    if agrees:
        _conclude(plan, by=by, at=at)
        plan.save(update_fields=["status", "reviewed_by", "reviewed_at", "changed_how", "changed_by", "changed_at"])
    else:
        back_to_draft(plan, "objected", by=by, at=at)
    record(
        by=by, at=at, action="agree_plan" if agrees else "object_plan", object_kind="plan", object_ref=plan.number,
        bureau_id=bureau_id, after={"role": role}, reason=told,
    )  # fmt: skip
    settle(client_id=client_id, ref=str(plan.pk))
    return plan


def _check_once(plan: Plan, role: str) -> None:
    before = plan.sign_offs.filter(version=plan.version, role=role).first()
    if before is not None:
        raise Conflict(
            "ALREADY_SIGNED",
            f"这个岗位已由{before.by}会签过这一版,不用再签",
            f"{before.by} has signed this version for that role already",
        )


@transaction.atomic
def write_minutes(
    *,
    plan_id: int,
    held_at: datetime,
    participants: str,
    decisions: str,
    place: str = "",
    by: Actor,
    at: datetime,
    client_id: UUID,
) -> PlanMinutes:
    """会商纪要: when, where, who, what was decided. Written again it corrects the one before, which stays.

    Raises NotFound, Forbidden, Conflict STATE_CONFLICT (discarded), Invalid (REQUIRED, TEXT_TOO_LONG, HELD_LATER).
    """
    bureau_id = plan_in_scope(by, plan_id).bureau_id
    guard.check(by, "minute", "plan", bureau_id=bureau_id)
    texts = {"place": place, "participants": participants, "decisions": decisions}
    body = {"plan": plan_id, "held_at": held_at, **texts}
    done = claim(client_id=client_id, action="write_minutes", body=body, by=by, at=at)
    if done:
        return PlanMinutes.objects.get(pk=done)
    plan = locked_plan(by, plan_id)
    check_can_minute(plan, by)
    given = check_texts(_MINUTES, texts)
    if held_at > at:
        raise Invalid(
            "HELD_LATER", "会商时间晚于现在,请核对", "The consultation cannot have been later than now", field="held_at"
        )
    made = PlanMinutes.objects.create(
        plan=plan, version=plan.version, held_at=held_at, by=by.name, at=at, client_id=client_id, **given
    )
    record(by=by, at=at, action="write_minutes", object_kind="plan", object_ref=plan.number, bureau_id=bureau_id)
    settle(client_id=client_id, ref=str(made.pk))
    return made


_MINUTES = {
    "place": TextRule("地点", "place", 80),
    "participants": TextRule("参会人", "participants", 500, is_required=True),
    "decisions": TextRule("议定事项", "decisions", 2000, is_required=True),
}
