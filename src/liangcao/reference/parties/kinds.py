"""Kinds of organisations, their names, and the tier each kind starts in (轻重缓急: who is served first)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """Names of a kind and its usual tier; tier 0 means that it does not ask for supplies."""

    zh: str
    en: str
    tier: int = 0


KINDS: dict[str, Kind] = {
    "hospital": Kind("医院", "hospital", 1),
    "checkpoint": Kind("卡点", "checkpoint", 1),
    "department": Kind("部门", "department", 2),
    "township": Kind("镇街道", "township or street", 2),
    "park": Kind("园区", "park", 2),
    "enterprise": Kind("企业", "enterprise", 3),
    "school": Kind("学校", "school", 4),
    "supplier": Kind("供应商", "supplier"),
    "donor": Kind("捐赠方", "donor"),
    "upper_level": Kind("上级", "upper level"),
    "producer": Kind("生产企业", "producer", 3),
    "reserve_holder": Kind("储备任务承担单位", "reserve holder"),
    "carrier": Kind("承运单位", "carrier"),
}
TIERS: dict[int, tuple[str, str]] = {
    1: ("防疫一线", "front line"),
    2: ("部门、园区、镇街", "departments, parks, towns"),
    3: ("复工企业", "enterprises resuming work"),
    4: ("学校", "schools"),
}
REQUESTERS = tuple(name for name, kind in KINDS.items() if kind.tier)
