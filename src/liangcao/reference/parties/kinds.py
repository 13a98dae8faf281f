"""Kinds of organisations, their names, and the tier each kind starts in (轻重缓急: who is served first)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """Names of a kind and its usual tier; tier 0 means that it does not ask for supplies. `roles` are those of its
    people in the portal, the usual one first. One that `governs` reads what the organisations in its division ask for
    and get."""

    zh: str
    en: str
    tier: int = 0
    roles: tuple[str, ...] = ("requester",)
    governs: bool = False


KINDS: dict[str, Kind] = {
    "hospital": Kind("医院", "hospital", 1),
    "checkpoint": Kind("卡点", "checkpoint", 1),
    "department": Kind("部门", "department", 2, ("requester", "lower_level")),
    "township": Kind("镇街道", "township or street", 2, governs=True),
    "park": Kind("园区", "park", 2, ("park", "requester")),
    "enterprise": Kind("企业", "enterprise", 3, ("enterprise", "requester")),
    "school": Kind("学校", "school", 4),
    "supplier": Kind("供应商", "supplier", roles=("enterprise", "carrier")),
    "donor": Kind("捐赠方", "donor", roles=("donor",)),
    "upper_level": Kind("上级", "upper level", roles=("upper_level",)),
    "producer": Kind("生产企业", "producer", 3, ("enterprise", "requester")),
    "reserve_holder": Kind("储备任务承担单位", "reserve holder", roles=("reserve_holder",)),
    "carrier": Kind("承运单位", "carrier", roles=("carrier",)),
}
TIERS: dict[int, tuple[str, str]] = {
    1: ("防疫一线", "front line"),
    2: ("部门、园区、镇街", "departments, parks, towns"),
    3: ("复工企业", "enterprises resuming work"),
    4: ("学校", "schools"),
}
REQUESTERS = tuple(name for name, kind in KINDS.items() if kind.tier)
CARRIERS = tuple(name for name, kind in KINDS.items() if "carrier" in kind.roles)
GOVERNING = tuple(name for name, kind in KINDS.items() if kind.governs)
# The code of the bureau itself among its organisations: opening stock comes from it.
OWN_CODE = "BENJU"
