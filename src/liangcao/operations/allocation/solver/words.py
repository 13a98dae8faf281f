"""Words for codes: made when somebody looks, so that a stored plan reads in either language."""

from __future__ import annotations

from liangcao.operations.allocation.solver.result import PlannedLine, Reason, Reserved, Unmet
from liangcao.operations.allocation.solver.round import EVERYONE, tier_range

_WORDS: dict[str, tuple[str, str]] = {
    "step": (
        "第 {step} 步({whom},{target},{how})给 {added},累计 {total}/目标 {goal}",
        "step {step} ({whom}, {target}, {how}) gave {added}, now {total} of {goal}",
    ),
    "step_mixed": (
        "第 {step} 步({whom},{target},{how})给 {added},连同替代品累计 {total}/目标 {goal}",
        "step {step} ({whom}, {target}, {how}) gave {added}, with substitutes now {total} of {goal}",
    ),
    "earmarked": ("定向物资 {pieces}(不占上限)", "{pieces} earmarked for this requester (outside the cap)"),
    "instead_of": ("替代“{item}”", "in place of {item}"),
    "ask_amount": ("申请数量未知,请核实", "the amount asked is unknown: ask"),
    "norm": ("日用量未知,按定额每天 {pieces} 计", "daily use unknown, the norm of {pieces} a day is used"),
    "target_met": ("需求已满足", "need met"),
    "stock_out": ("第 {step} 步({whom})时库存已分完,缺 {gap}", "stock ran out in step {step} ({whom}), {gap} short"),
    "no_stock": ("没有可分的库存,缺 {gap}", "no free stock, {gap} short"),
    "pack_over_stock": (
        "第 {step} 步({whom})时剩余库存不足一包({pack}),缺 {gap}",
        "in step {step} ({whom}) the stock left did not fill a pack of {pack}, {gap} short",
    ),
    "cap": ("受上限 {cap} 限制(整包 {pack}),缺 {gap}", "limited by the cap of {cap} (packs of {pack}), {gap} short"),
    "pack_over_target": ("余下的 {gap} 不足一包({pack})", "the missing {gap} do not make a pack of {pack}"),
    "amount_unknown": ("申请数量未知,请核实", "the amount asked is unknown: ask"),
    "daily_use_unknown": (
        "日用量未知,第 {step} 步无法计算,请核实",
        "daily use unknown, step {step} has no target: ask",
    ),
    "daily_use_zero": ("日用量为 0,第 {step} 步没有目标", "daily use is 0, step {step} has no target"),
    "weight_zero": ("权重为 0,不参加第 {step} 步", "weight 0 takes no part in step {step}"),
    "cap_missing": ("没有填上限,第 {step} 步没有目标", "no cap is given, step {step} has no target"),
    "no_step": ("没有步骤供应第 {tier} 档", "no step serves tier {tier}"),
    "steps_end": (
        "各步骤的目标已满足,没有步骤再供应余下的 {gap}",
        "the targets of all steps are met, no step serves the other {gap}",
    ),
    "earmark_over_need": (
        "定向 {pieces} 超出需要,保留待受赠方或捐赠方书面同意",
        "{pieces} earmarked beyond the need stay reserved until the recipient or the donor releases them in writing",
    ),
    "earmark_without_ask": (
        "定向 {pieces},但该单位没有申请,保留待书面同意",
        "{pieces} earmarked, but not asked for: they stay reserved until released in writing",
    ),
}

_TARGETS = {
    "floor": ("保底", "floor"),
    "days": ("天数 {days}", "{days} days of cover"),
    "cap": ("上限", "cap"),
    "request": ("申请", "full request"),
}
_HOWS = {
    "fill": ("同比例", "same fraction"),
    "equal_cover": ("等天数", "equal cover"),
    "proportional": ("按权重", "by weight"),
}


def say(reason: Reason, language: str) -> str:
    """One reason in words, in English when `language` starts with "en", else in Chinese."""
    english = language.startswith("en")
    values = dict(reason.values)
    if "whom" in values:
        values["whom"] = whom_in_words(str(values["whom"]), language)
    if "how" in values:
        values["target"] = _TARGETS[str(values["target"])][english].format(days=values["days"])
        values["how"] = _HOWS[str(values["how"])][english]
    return _WORDS[reason.code][english].format(**values)


def whom_in_words(whom: str, language: str) -> str:
    """ "1-3" as 第1-3档 or tiers 1-3; "all" as 全部 or everyone; a name as it is."""
    english = language.startswith("en")
    tiers = tier_range(whom)
    if tiers is None:
        return ("全部", "everyone")[english] if whom == EVERYONE else whom
    return f"tier{'s' if tiers[0] != tiers[1] else ''} {whom}" if english else f"第{whom}档"


def explain(line: PlannedLine | Unmet | Reserved, language: str) -> str:
    """Why the line is what it is, in one line of words."""
    reasons = [*line.reasons, line.cause] if isinstance(line, PlannedLine) else [line.cause]
    said = dict.fromkeys(say(reason, language) for reason in reasons)
    return ("; " if language.startswith("en") else ";").join(said)
