"""States of a pass, its kinds, and what a check of its code can say."""

from __future__ import annotations

from liangcao.foundation.kernel.flow import Flow, State

PASS_FLOW: Flow = {
    "issued": State("已签发", "issued", ("revoked",), "coordinator"),
    "revoked": State("已吊销", "revoked"),
}
# What the date makes of a pass that stands; the table of states knows only what somebody decided.
SHOWN: dict[str, tuple[str, str]] = {
    "valid": ("有效", "valid"),
    "not_yet": ("未到生效日", "not yet valid"),
    "expired": ("已过期", "expired"),
    "revoked": ("已吊销", "revoked"),
}
VERDICTS: dict[str, tuple[str, str]] = {
    "valid": ("有效", "valid"),
    "not_yet": ("未到生效日", "not yet valid"),
    "expired": ("已过期", "expired"),
    "revoked": ("已吊销", "revoked"),
    "forged": ("伪造或残缺", "forged or incomplete"),
    "unknown": ("签字无误,但不在您的范围内", "well signed, but not within your scope"),
}
# Letter in the code → what it stands for.
KINDS: dict[str, tuple[str, str]] = {"S": ("物资保障车辆", "supply vehicle")}
