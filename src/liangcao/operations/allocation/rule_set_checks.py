"""What a bureau's own rule set must satisfy. Every problem is told at once, each with the number of its step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from liangcao.foundation.kernel.errors import Invalid, Refusal, collected, raise_all
from liangcao.foundation.kernel.text import check_required, check_text
from liangcao.operations.allocation.models import WEIGH_BY
from liangcao.operations.allocation.rules import whom_in_words
from liangcao.operations.allocation.solver import Step
from liangcao.operations.allocation.solver.check import DAYS_MAX
from liangcao.operations.allocation.solver.round import EVERYONE, HOWS, TARGETS, tier_range
from liangcao.reference.parties.kinds import TIERS

STEPS_MOST = 12


@dataclass(frozen=True)
class RuleSetDraft:
    """A rule set as a person writes it. A step is for a tier ("2"), tiers in a row ("2-4") or "all": a single unit is
    provided for by a hold-back or by limits of the plan."""

    name: str
    steps: tuple[Step, ...]
    weigh_by: str = "none"
    name_en: str = ""


def checked_draft(draft: RuleSetDraft) -> RuleSetDraft:
    """The draft with its names trimmed. Raises at once NAME_MISSING, TEXT_TOO_LONG and what `checked_steps` does."""
    problems: list[Refusal] = []
    name, name_en = draft.name, draft.name_en
    with collected(problems):
        name = check_required(
            draft.name, code="NAME_MISSING", field="name", zh="请填写规则名称", en="Name the rule set", longest=40
        )
    with collected(problems):
        name_en = check_text(draft.name_en, field="name_en", zh="英文名称", en="English name", longest=60)
    with collected(problems):
        checked_steps(draft)
    raise_all(problems)
    return RuleSetDraft(name, draft.steps, draft.weigh_by, name_en or name)


def checked_steps(draft: RuleSetDraft) -> tuple[Step, ...]:
    """The steps. Raises at once STEPS_MISSING, STEPS_MANY, WEIGH_BY_UNKNOWN, and by step STEP_WHOM_UNKNOWN,
    STEP_TARGET_UNKNOWN, STEP_HOW_UNKNOWN, WEIGH_BY_MISSING, STEP_IDLE."""
    problems = list(_of_the_whole(draft))
    for number, step in enumerate(draft.steps, start=1):
        problems += _of_one(step, number, draft.weigh_by)
    if not problems:
        problems += _idle(draft.steps)
    raise_all(problems)
    return draft.steps


def _of_the_whole(draft: RuleSetDraft) -> Iterator[Refusal]:
    if not draft.steps:
        yield Invalid("STEPS_MISSING", "请至少写一步:给谁、到多少、怎么分", "Write at least one step", field="steps")
    if len(draft.steps) > STEPS_MOST:
        yield Invalid(
            "STEPS_MANY",
            f"最多 {STEPS_MOST} 步,现有 {len(draft.steps)} 步;一套规则要让人一口气读得完",
            f"At most {STEPS_MOST} steps, there are {len(draft.steps)}: rules must be readable in one breath",
            field="steps",
        )
    if draft.weigh_by not in WEIGH_BY:
        yield Invalid(
            "WEIGH_BY_UNKNOWN",
            "权重只能是不计、人口、床位、人数之一",
            "The weight is one of none, population, beds, headcount",
            field="weigh_by",
        )


def _of_one(step: Step, number: int, weigh_by: str) -> Iterator[Refusal]:
    if _tiers(step.whom) is None:
        yield Invalid(
            "STEP_WHOM_UNKNOWN",
            f"第 {number} 步:对象“{step.whom[:60]}”不是 1–{max(TIERS)} 档、连续几档(如 2-4)或全部",
            f"Step {number}: {step.whom[:60]!r} is no tier from 1 to {max(TIERS)}, no tiers in a row (2-4) and not all",
            field="whom",
            row=number,
        )
    has_days = type(step.days) is int and 1 <= step.days <= DAYS_MAX
    if step.target not in TARGETS or (has_days if step.target != "days" else not has_days):
        yield Invalid(
            "STEP_TARGET_UNKNOWN",
            f"第 {number} 步:目标须是保底、上限、申请,或天数加 1–{DAYS_MAX} 的数;别的目标不填天数",
            f"Step {number}: the target is floor, cap, request, or days with a number from 1 to {DAYS_MAX}; no days "
            "with the others",
            field="days" if step.target == "days" else "target",
            row=number,
        )
    if step.how not in HOWS:
        yield Invalid(
            "STEP_HOW_UNKNOWN",
            f"第 {number} 步:方式须是同比例、等天数或按权重",
            f"Step {number}: the way is fill, equal_cover or proportional",
            field="how",
            row=number,
        )
    if step.how == "proportional" and weigh_by == "none":
        yield Invalid(
            "WEIGH_BY_MISSING",
            f"第 {number} 步按权重分,但没有选按什么计权(人口、床位或人数)",
            f"Step {number} shares by weight, but by what is not chosen (population, beds or head-count)",
            field="how",
            row=number,
        )


def _tiers(whom: str) -> tuple[int, int] | None:
    """First and last tier of a step; None for what is none of ours."""
    if whom == EVERYONE:
        return min(TIERS), max(TIERS)
    tiers = tier_range(whom)
    return tiers if tiers and tiers[0] in TIERS and tiers[1] in TIERS and tiers[0] <= tiers[1] else None


def _idle(steps: tuple[Step, ...]) -> Iterator[Refusal]:
    """Steps for which an earlier one leaves nothing: it fills the same target for all of theirs."""
    for number, step in enumerate(steps, start=1):
        for earlier_number, earlier in enumerate(steps[: number - 1], start=1):
            if _covers(earlier, step):
                yield Invalid(
                    "STEP_IDLE",
                    f"第 {number} 步不会起作用:第 {earlier_number} 步已把{whom_in_words(earlier.whom, 'zh')}分到同样的目标;"
                    "请删去或调整次序",
                    f"Step {number} would do nothing: step {earlier_number} has served "
                    f"{whom_in_words(earlier.whom, 'en')} up to the same target; delete it or change the order",
                    field="target",
                    row=number,
                )
                break


def _covers(earlier: Step, step: Step) -> bool:
    mine, theirs = _tiers(step.whom), _tiers(earlier.whom)
    if mine is None or theirs is None or earlier.target != step.target:
        return False
    # Sharing by days or by weight leaves out units without the number; a later step may still serve these.
    is_whole = earlier.how == "fill" or (earlier.how == step.how and step.how != "fill")
    return is_whole and theirs[0] <= mine[0] and mine[1] <= theirs[1] and (step.days or 0) <= (earlier.days or 0)
