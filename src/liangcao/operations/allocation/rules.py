"""What may be done to a plan, as twins: `check_can_…` raises, `can_…` answers. And the words of a rule set."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

from django.db.models import Q

from liangcao.foundation.identity import guard
from liangcao.foundation.identity.actor import Actor
from liangcao.foundation.kernel.clock import LOCAL
from liangcao.foundation.kernel.errors import Conflict, Forbidden
from liangcao.foundation.kernel.flow import check_step
from liangcao.operations.allocation.flow import PLAN_FLOW
from liangcao.operations.allocation.models import PLAN_CHANGES, WEIGH_BY, Plan
from liangcao.operations.allocation.solver.round import EVERYONE, tier_range
from liangcao.reference.parties import separation
from liangcao.reference.parties.kinds import TIERS

# Nobody has signed yet: numbers may still change.
OPEN_STATUSES = ("draft", "consulting", "reviewed")


class OwnPlan(Forbidden):
    """Neither the maker of a plan nor who set one of its numbers signs it."""

    def __init__(self, plan: Plan, *, is_maker: bool = True) -> None:
        if not is_maker:
            super().__init__(
                "OWN_PLAN",
                f"不得签发本人改过数的方案:{plan.number} 中有您改的数,请由另一位负责人签发",
                f"Nobody signs numbers of their own: you set numbers of {plan.number}; another leader must sign it",
            )
            return
        super().__init__(
            "OWN_PLAN",
            f"不得签发本人编制的方案:{plan.number} 由 {plan.made_by} 编制,请由另一位负责人签发",
            f"Nobody signs a plan of their own: {plan.number} was made by {plan.made_by}; another leader must sign it",
        )


class PlanChanged(Conflict):
    """The plan is not as the reader saw it."""


def check_version(plan: Plan, version: int | None) -> None:
    """Raise PlanChanged with who, when and what, unless the reader saw this version. None: the reader does not say."""
    if version is None or version == plan.version:
        return
    state, (how_zh, how_en) = PLAN_FLOW[plan.status], PLAN_CHANGES[plan.changed_how]
    when = plan.changed_at.astimezone(LOCAL)
    raise PlanChanged(
        "CHANGED_MEANWHILE",
        f"方案 {plan.number} 已由{plan.changed_by}于 {when.month}月{when.day}日 {when:%H:%M} {how_zh}"
        f"(现为“{state.zh}”)。请刷新方案页,看过现在的数后再办",
        f"Plan {plan.number} was {how_en} by {plan.changed_by} at {when:%Y-%m-%d %H:%M} "
        f'(now "{state.en}"). Reload the plan and read its numbers first',
        field="version",
    )


def is_made_by(plan: Plan, actor: Actor) -> bool:
    """True when this person made the plan. Programs have no user id and are told apart by name."""
    if plan.made_by_user_id is None and actor.user_id is None:
        return plan.made_by == actor.name
    return plan.made_by_user_id == actor.user_id


def has_set_numbers(plan: Plan, actor: Actor) -> bool:
    """True when a number of this person stands in the plan, whoever made it."""
    return plan.lines.filter(overridden_by(actor)).exists()


def overridden_by(actor: Actor) -> Q:
    """Lines in which a number of this person stands. Programs have no user id and are told apart by name."""
    if actor.user_id is None:
        return Q(override_by=actor.name, override_by_user_id=None) & ~Q(override_by="")
    return Q(override_by_user_id=actor.user_id)


def check_can_step(plan: Plan, target: str) -> None:
    """Raise Conflict STATE_CONFLICT with the allowed next states unless `target` follows."""
    check_step(PLAN_FLOW, plan.status, target, what_zh=f"方案 {plan.number} ", what_en=f"Plan {plan.number}")


def check_can_publish(plan: Plan, actor: Actor, at: datetime | None = None) -> None:
    """Right role, state "reviewed", and neither the maker nor who set a number, unless the profile in force at `at`
    lets one person do both. Raises Forbidden, OwnPlan, Conflict."""
    guard.check(actor, "publish", "plan", bureau_id=plan.bureau_id)
    check_can_step(plan, "published")
    for demand in apart(plan, actor, at):
        if at is None or actor.user_id is None:
            raise demand["refusal"]
        separation.check_apart(**demand)


def apart(plan: Plan, actor: Actor, at: datetime | None) -> list[dict[str, Any]]:
    """What the separation of duties asks of a signature: nothing of somebody who had no hand in the plan."""
    common = {"by": actor, "earlier": [actor.user_id], "bureau_id": plan.bureau_id, "at": at}
    asked = []
    if is_made_by(plan, actor):
        asked.append({**common, "rule": "plan.publish", "refusal": OwnPlan(plan)})
    if has_set_numbers(plan, actor):
        asked.append({**common, "rule": "plan.publish_numbers", "refusal": OwnPlan(plan, is_maker=False)})
    return asked


def can_publish(plan: Plan, actor: Actor, at: datetime | None = None) -> bool:
    """The twin for buttons."""
    return guard.passes(check_can_publish, plan, actor, at)


def check_can_review(plan: Plan, actor: Actor) -> None:
    """Right role and state "draft"."""
    guard.check(actor, "review", "plan", bureau_id=plan.bureau_id)
    check_can_step(plan, "consulting")


def roles_asked(plan: Plan, at: datetime) -> tuple[str, ...]:
    """The roles that the profile of separation in force at `at` asks to agree to a plan."""
    return separation.consulted(separation.profile_in_force(plan.bureau_id, at))


def roles_missing(plan: Plan, at: datetime) -> tuple[str, ...]:
    """The roles asked of which nobody has agreed to the plan as it stands."""
    agreed = set(plan.sign_offs.filter(version=plan.version, opinion="agreed").values_list("role", flat=True))
    return tuple(role for role in roles_asked(plan, at) if role not in agreed)


def signing_role(plan: Plan, actor: Actor, at: datetime) -> str:
    """For which role the actor signs: one that is asked and missing before any other of his; "" for none."""
    allowed = guard.access()["plan"]["sign_off"]
    held = sorted(actor.roles_for(bureau_id=plan.bureau_id, organisation_id=None) & allowed)
    missing = [role for role in roles_missing(plan, at) if role in held]
    return next(iter([*missing, *held]), "")


def apart_sign_off(plan: Plan, actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """What the separation of duties asks of an opinion: it is not the maker's."""
    if not is_made_by(plan, actor):
        return []
    common = {"by": actor, "earlier": [actor.user_id], "bureau_id": plan.bureau_id, "at": at}
    return [{**common, "rule": "plan.sign_off", "refusal": OwnPlan(plan)}]


def check_can_sign_off(plan: Plan, actor: Actor, at: datetime) -> None:
    """Right role, a plan in consultation that is not the actor's own, unless the profile lets it pass."""
    guard.check(actor, "sign_off", "plan", bureau_id=plan.bureau_id)
    if plan.status != "consulting":
        raise Conflict(
            "STATE_CONFLICT",
            f"方案 {plan.number} 现在是“{PLAN_FLOW[plan.status].zh}”,会商中的方案才会签",
            f'Plan {plan.number} is "{PLAN_FLOW[plan.status].en}": only a plan in consultation is signed off',
        )
    for demand in apart_sign_off(plan, actor, at):
        if actor.user_id is None:
            raise demand["refusal"]
        separation.check_apart(**demand)


def can_sign_off(plan: Plan, actor: Actor, at: datetime) -> bool:
    """The twin for buttons: also not a second time for the same version and role."""
    if not guard.passes(check_can_sign_off, plan, actor, at):
        return False
    return not plan.sign_offs.filter(version=plan.version, role=signing_role(plan, actor, at)).exists()


def check_can_minute(plan: Plan, actor: Actor) -> None:
    """Right role, and a plan that was not put away."""
    guard.check(actor, "minute", "plan", bureau_id=plan.bureau_id)
    if plan.status == "discarded":
        raise Conflict(
            "STATE_CONFLICT",
            f"方案 {plan.number} 已作废,不再记纪要",
            f"Plan {plan.number} is discarded: no minutes are written",
        )


def can_minute(plan: Plan, actor: Actor) -> bool:
    """The twin for buttons."""
    return guard.passes(check_can_minute, plan, actor)


def check_can_try(plan: Plan, actor: Actor) -> None:
    """Right role, and a plan by rules that nobody has signed."""
    guard.check(actor, "try_scenario", "plan", bureau_id=plan.bureau_id)
    check_can_change(plan)


def can_try(plan: Plan, actor: Actor) -> bool:
    """The twin for buttons."""
    return plan.basis == "round" and guard.passes(check_can_try, plan, actor)


def can_review(plan: Plan, actor: Actor) -> bool:
    """The twin for buttons."""
    return guard.passes(check_can_review, plan, actor)


def check_can_discard(plan: Plan, actor: Actor) -> None:
    """Right role and not published."""
    guard.check(actor, "discard", "plan", bureau_id=plan.bureau_id)
    check_can_step(plan, "discarded")


def can_discard(plan: Plan, actor: Actor) -> bool:
    """The twin for buttons."""
    return guard.passes(check_can_discard, plan, actor)


def check_can_override(plan: Plan, actor: Actor) -> None:
    """Right role, and a plan that nobody has signed yet."""
    guard.check(actor, "override", "plan", bureau_id=plan.bureau_id)
    check_can_change(plan)


def check_can_change(plan: Plan) -> None:
    """Raise Conflict STATE_CONFLICT for a plan that is published or discarded."""
    if plan.status not in OPEN_STATUSES:
        raise Conflict(
            "STATE_CONFLICT",
            f"方案 {plan.number} 已是“{PLAN_FLOW[plan.status].zh}”,不能再改数;请重新试算一份",
            f'Plan {plan.number} is "{PLAN_FLOW[plan.status].en}" and cannot be changed; draft another one',
        )


def can_override(plan: Plan, actor: Actor) -> bool:
    """The twin for buttons."""
    return guard.passes(check_can_override, plan, actor)


def check_can_release(plan: Plan, actor: Actor) -> None:
    """Right role, and a plan that is published."""
    guard.check(actor, "release", "plan", bureau_id=plan.bureau_id)
    if plan.status != "published":
        raise Conflict(
            "STATE_CONFLICT",
            f"方案 {plan.number} 现在是“{PLAN_FLOW[plan.status].zh}”,没有预留可释放",
            f'Plan {plan.number} is "{PLAN_FLOW[plan.status].en}": nothing is reserved by it',
        )


def can_release(plan: Plan, actor: Actor) -> bool:
    """The twin for buttons."""
    return guard.passes(check_can_release, plan, actor)


class StepLike(Protocol):
    """A step of a rule set, stored or of the solver."""

    @property
    def whom(self) -> str:
        """A tier, a range of tiers, "all" or a unit's name."""

    @property
    def target(self) -> str:
        """floor, days, cap or request."""

    @property
    def how(self) -> str:
        """fill, equal_cover or proportional."""

    @property
    def days(self) -> int | None:
        """With the target "days"."""


_TARGETS = {
    "floor": ("保底", "the floor"),
    "days": ("可用 {days} 天", "{days} days of cover"),
    "cap": ("上限", "the cap"),
    "request": ("核定数", "the approved amount"),
}
_HOWS = {
    "fill": ("按同一比例满足", "the same fraction for all"),
    "equal_cover": ("按可用天数拉平", "equal days of cover"),
    "proportional": ("按{by}比例分", "in proportion to {by}"),
}


def sentence(steps: Iterable[StepLike], weigh_by: str, language: str) -> str:
    """A rule set in one readable sentence, made from its steps."""
    english = int(language.startswith("en"))
    parts = []
    for step in steps:
        target = _TARGETS[step.target][english].format(days=step.days)
        how = _HOWS[step.how][english].format(
            by=WEIGH_BY[weigh_by][english] if weigh_by != "none" else ("权重", "weight")[english]
        )
        whom = whom_in_words(step.whom, language)
        parts.append(f"{whom} up to {target}, {how}" if english else f"{whom}到{target},{how}")
    if english:
        return "First " + "; then ".join(parts) + "." if parts else "No steps."
    return "先" + ";再".join(parts) + "。" if parts else "没有步骤。"


def whom_in_words(whom: str, language: str) -> str:
    """ "1" as 防疫一线 or front line; "2-4" names the tiers; a unit's name stays as it is."""
    english = int(language.startswith("en"))
    if whom == EVERYONE:
        return ("所有单位", "everyone")[english]
    tiers = tier_range(whom)
    if tiers is None:
        return whom
    joiner = (" 和 ", " and ")[english]
    named = [TIERS.get(tier, (f"第 {tier} 档", f"tier {tier}"))[english] for tier in range(tiers[0], tiers[1] + 1)]
    return joiner.join(named)
